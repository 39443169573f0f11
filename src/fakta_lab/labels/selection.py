"""Error rates of all documents from those that somebody looked at, which are not a fair sample of them.

Documents are looked at because the extractor was unsure, because a supplier is new, because a customer complained. What
goes wrong there says little about the rest. Documents whose events say `"selection": "audit"` were drawn at random, so
they alone say how often the extractor is wrong; and they say which kinds of documents there are, so that the others
can be weighted to look like all of them (post-stratification with strata estimated from the audit: two-phase sampling,
Cochran 1977, chapter 12).

Within a stratum the documents that were picked for a reason are taken to be like the audited ones. Where they are not,
the weighted rate keeps that bias, and the audit's own interval is the one to believe: `SelectionReport.alike` tells.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from fakta.schema import Schema, invoice_schema
from fakta_lab.labels.documents import LabelledDocument
from fakta_lab.labels.statements import Statement, in_order, statements
from fakta_lab.store import StoredEvent

# A stratum with fewer audited documents is joined with the like.
FEWEST_AUDITED = 5
# No document stands for more than this many times what it would without weights, nor for less than the inverse.
CLIP = 10.0
CONFIDENCE = 0.95
ALL = "all fields"

# From fine to coarse: supplier, extractor, whether a required field was found; a coarser stratum leaves off the first.
Stratum = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Looked:
    """A document that somebody looked at.

    Attributes:
        key: as `LabelledDocument.key`.
        audited: whether it was drawn at random.
        stratum: what was known before anybody looked: supplier, extractor, "complete" or "incomplete".
        wrong: field to whether the extractor's answer was wrong, for the fields whose answer is known.
    """

    key: str
    audited: bool
    stratum: Stratum
    wrong: Mapping[str, bool]


@dataclass(frozen=True, slots=True)
class Rate:
    """How often the extractor's answers are wrong.

    Attributes:
        what: a field's name, a supplier, or "all fields".
        audited, audited_wrong: answers that were looked at in audited documents, and how many of them were wrong.
        audit: their share; None without any.
        low, high: Clopper-Pearson interval of it, 0 and 1 without any. For several fields of a document the answers
            count as independent, which they are not quite: the interval is somewhat narrow.
        seen: answers that were looked at in any document.
        naive: the share of wrong ones among these, as if they were a fair sample.
        weighted: the same with each document's weight; None without audited documents.
        weighted_low, weighted_high: interval of it, 0 and 1 without any.
    """

    what: str
    audited: int
    audited_wrong: int
    audit: float | None
    low: float
    high: float
    seen: int
    naive: float
    weighted: float | None
    weighted_low: float
    weighted_high: float


@dataclass(frozen=True, slots=True)
class SelectionReport:
    """What an audit says about all documents.

    Attributes:
        documents, audited: how many were looked at, and how many of these because they were drawn at random.
        effective: how many documents without weights would say as much as the weighted ones (Kish).
        alike: how easily chance alone makes audited and picked documents of the same strata as unlike in what was wrong
            as they are (two-sided p-value); where it is small, believe the audit and not the weights. None where
            they cannot be compared.
        fields: rate over all fields, then of each field.
        suppliers: rate over all fields of each supplier, the log's key.
    """

    documents: int
    audited: int
    effective: float
    alike: float | None
    fields: tuple[Rate, ...]
    suppliers: tuple[Rate, ...]

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)


def looked_at(
    documents: Sequence[LabelledDocument], events: Iterable[StoredEvent], *, schema: Schema | None = None
) -> list[Looked]:
    """What was known of each document before anybody looked, and which answers turned out wrong.

    Args:
        documents: with their settled labels; those that are not usable say nothing.
        events: those that the labels come from.
        schema: of the fields; the invoice schema by default.
    """
    schema = schema or invoice_schema()
    by_digest = {event.digest: event for event in events}
    found = []
    for document in documents:
        own = in_order(by_digest[digest] for digest in document.events if digest in by_digest)
        if not own:
            continue
        first: dict[str, Statement] = {}
        for event in own:
            for statement in statements(event, schema):
                first.setdefault(statement.field, statement)
        wrong = {
            name: first[name].shown != label.value
            for name, label in document.labels.items()
            if label.usable and first[name].shown_known
        }
        answered = own[0].correction
        required = [name for name, field in schema.fields.items() if field.required]
        complete = all(answered.extracted.get(name) for name in required)
        stratum = (document.supplier, answered.extractor, "complete" if complete else "incomplete")
        found.append(Looked(document.key, document.audited, stratum, wrong))
    return found


def weights(documents: Sequence[Looked]) -> dict[str, float]:
    """How much each document counts so that together they look like all documents; mean 1, key to weight.

    Without audited documents nothing is known about the others, and every weight is 1.

    Args:
        documents: each key once.
    """
    cells = _cells(documents)
    audited = Counter(cell for cell, document in zip(cells, documents, strict=True) if document.audited)
    seen = Counter(cells)
    if not audited:
        return {document.key: 1.0 for document in documents}
    n, m = len(documents), sum(audited.values())
    raw = [min(max((audited[cell] / m) / (seen[cell] / n), 1 / CLIP), CLIP) for cell in cells]
    mean = sum(raw) / n
    return {document.key: weight / mean for document, weight in zip(documents, raw, strict=True)}


def effective_size(weights: Iterable[float]) -> float:
    """Kish's effective sample size.

    >>> effective_size([1.0, 1.0, 1.0]), effective_size([3.0, 0.0, 0.0])
    (3.0, 1.0)
    """
    drawn = list(weights)
    squares = sum(weight * weight for weight in drawn)
    return sum(drawn) ** 2 / squares if squares else 0.0


def selection_report(documents: Sequence[Looked]) -> SelectionReport:
    """Error rates per field and supplier: from the audit alone, as if every document were a fair draw, and weighted."""
    weight = weights(documents)
    names = dict.fromkeys(name for document in documents for name in document.wrong)
    of_supplier: dict[str, list[Looked]] = defaultdict(list)
    for document in documents:
        if document.stratum[0]:
            of_supplier[document.stratum[0]].append(document)
    fields = [_rate(ALL, documents, list(names))] + [_rate(name, documents, [name]) for name in names]
    own = [_rate(supplier, found, list(names)) for supplier, found in sorted(of_supplier.items())]
    return SelectionReport(
        documents=len(documents),
        audited=sum(document.audited for document in documents),
        effective=effective_size(weight.values()),
        alike=_alike(documents),
        fields=tuple(fields),
        suppliers=tuple(own),
    )


def _rate(what: str, documents: Sequence[Looked], names: Sequence[str]) -> Rate:
    from scipy.stats import binomtest

    seen, wrong = _counted(documents, names)
    audited, audited_wrong = _counted([document for document in documents if document.audited], names)
    low, high = 0.0, 1.0
    if audited:
        interval = binomtest(audited_wrong, audited).proportion_ci(CONFIDENCE, method="exact")
        low, high = float(interval.low), float(interval.high)
    weighted = _weighted(documents, names)
    return Rate(
        what=what,
        audited=audited,
        audited_wrong=audited_wrong,
        audit=audited_wrong / audited if audited else None,
        low=low,
        high=high,
        seen=seen,
        naive=wrong / seen if seen else 0.0,
        weighted=None if weighted is None else weighted[0],
        weighted_low=0.0 if weighted is None else weighted[1],
        weighted_high=1.0 if weighted is None else weighted[2],
    )


def _counted(documents: Iterable[Looked], names: Sequence[str]) -> tuple[int, int]:
    looks = [document.wrong[name] for document in documents for name in names if name in document.wrong]
    return len(looks), sum(looks)


def _weighted(documents: Sequence[Looked], names: Sequence[str]) -> tuple[float, float, float] | None:
    """The rate with strata as large as the audit says, and its interval; None without audited documents.

    Two things vary: the rates inside the strata, and how large the audit finds each stratum. A document is one draw,
    however many of its fields are looked at.
    """
    from scipy.stats import norm

    own = [document for document in documents if any(name in document.wrong for name in names)]
    cells = _cells(own)
    shares: dict[Stratum, list[float]] = defaultdict(list)
    audited: Counter[Stratum] = Counter()
    for cell, document in zip(cells, own, strict=True):
        looks = [document.wrong[name] for name in names if name in document.wrong]
        shares[cell].append(sum(looks) / len(looks))
        audited[cell] += document.audited
    m = sum(audited.values())
    if not m:
        return None
    size = {cell: audited[cell] / m for cell in shares}
    rate = {cell: sum(found) / len(found) for cell, found in shares.items()}
    mean = sum(size[cell] * rate[cell] for cell in shares)
    variance = sum(size[cell] * (rate[cell] - mean) ** 2 for cell in shares) / m
    for cell, found in shares.items():
        # Half a wrong and half a right document more: a stratum without mistakes is not certain to have none.
        drawn = (sum(found) + 0.5) / (len(found) + 1)
        variance += size[cell] ** 2 * drawn * (1 - drawn) / (len(found) + 1)
    margin = float(norm.ppf((1 + CONFIDENCE) / 2)) * math.sqrt(variance)
    return mean, max(0.0, mean - margin), min(1.0, mean + margin)


def _alike(documents: Sequence[Looked]) -> float | None:
    """Compares picked with audited documents inside each stratum; strata count by how well they can be compared."""
    from scipy.stats import norm

    shares: dict[Stratum, tuple[list[float], list[float]]] = defaultdict(lambda: ([], []))
    own = [document for document in documents if document.wrong]
    for cell, document in zip(_cells(own), own, strict=True):
        shares[cell][document.audited].append(sum(document.wrong.values()) / len(document.wrong))
    difference = variance = 0.0
    for picked, audited in shares.values():
        if len(picked) < FEWEST_AUDITED or len(audited) < FEWEST_AUDITED:
            continue
        together = [*picked, *audited]
        mean = sum(together) / len(together)
        spread = sum((share - mean) ** 2 for share in together) / (len(together) - 1)
        weight = len(picked) * len(audited) / len(together)
        difference += weight * (sum(picked) / len(picked) - sum(audited) / len(audited))
        variance += weight * spread
    return 2 * float(norm.sf(abs(difference) / math.sqrt(variance))) if variance else None


def _cells(documents: Sequence[Looked]) -> list[Stratum]:
    """The stratum that each document counts for: the finest one with enough audited documents.

    The last feature, whether required fields were found, is what sends a document to a person; it is given up last.
    """
    cells = [document.stratum for document in documents]
    for level in range(max(map(len, cells), default=0), 0, -1):
        audited = Counter(cell for cell, document in zip(cells, documents, strict=True) if document.audited)
        cells = [cell[1:] if len(cell) == level and audited[cell] < FEWEST_AUDITED else cell for cell in cells]
    return cells
