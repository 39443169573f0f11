"""What a supplier's other documents say about one: its own numbers stay the same, its invoice numbers do not."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence

from fakta_lab.labels.doubts import Doubt
from fakta_lab.labels.label import Label

# By these a document's supplier is known, besides the log's own key; and these stay the same.
KNOWN_BY = ("supplier_org_number", "supplier_name")
LASTING = (
    "supplier_name",
    "supplier_org_number",
    "supplier_vat_number",
    "bankgiro",
    "plusgiro",
    "iban",
    "bic",
)
# By one of these two invoices with the same number are told from the same invoice sent twice.
TELLING = ("invoice_date", "amount_due")

Labels = Mapping[str, Label]


def odd_ones(documents: Sequence[tuple[str, str, Labels]], *, fewest: int) -> Iterator[tuple[int, str, Doubt]]:
    """Index of the document, field and doubt, for each label that is unlike those of its supplier's other documents.

    Documents are one supplier's where they share the log's key, the organisation number or the name: each of these is
    tried, so that a document whose organisation number is the mistake is still found by its supplier's name.

    Args:
        documents: tenant, the log's key of the supplier ("" where not stated) and labels of each.
        fewest: other documents that have to agree.
    """
    groups: dict[tuple[str, str, str], list[int]] = defaultdict(list)
    for index, (tenant, supplier, labels) in enumerate(documents):
        if supplier:
            groups[tenant, "", supplier].append(index)
        for name in KNOWN_BY:
            value = labels[name].value if name in labels else None
            if value is not None:
                groups[tenant, name, _plain(value)].append(index)
    found: dict[tuple[int, str, Doubt], None] = {}
    for group in groups.values():
        found |= dict.fromkeys(_rare(documents, group, fewest))
        found |= dict.fromkeys(_reused(documents, group))
    yield from found


def _rare(
    documents: Sequence[tuple[str, str, Labels]], group: Sequence[int], fewest: int
) -> Iterator[tuple[int, str, Doubt]]:
    for name in LASTING:
        values = {i: _plain(labels[name].value) for i in group if name in (labels := documents[i][2])}
        counts = Counter(values.values())
        if len(values) <= fewest or len(counts) != 2 or min(counts.values()) != 1:
            continue
        rare = min(counts, key=lambda value: counts[value])
        yield next(i for i, value in values.items() if value == rare), name, Doubt.rare_for_supplier


def _reused(documents: Sequence[tuple[str, str, Labels]], group: Sequence[int]) -> Iterator[tuple[int, str, Doubt]]:
    by_number: dict[str, list[int]] = defaultdict(list)
    for i in group:
        label = documents[i][2].get("invoice_number")
        if label is not None and label.value is not None:
            by_number[label.value].append(i)
    for same in by_number.values():
        for i in same:
            if any(_differ(documents[i][2], documents[j][2]) for j in same):
                yield i, "invoice_number", Doubt.number_reused


def _differ(one: Labels, other: Labels) -> bool:
    pairs = [(one[name].value, other[name].value) for name in TELLING if name in one and name in other]
    return any(a != b for a, b in pairs)


def _plain(value: str | None) -> str:
    return "" if value is None else " ".join(value.split()).casefold()
