"""Two readers on the same documents: `compare` asks both, counts per field and group, and gives the verdicts."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np

from fakta.costs import Costs
from fakta.errors import ConfigError, DatasetError
from fakta_lab.comparison.figures import Row, field_result
from fakta_lab.comparison.money import Cell, Costing, Opened, costing
from fakta_lab.comparison.result import ALL, Comparison, Disagreement, GroupResult, Times
from fakta_lab.comparison.systems import Answer, System
from fakta_lab.comparison.truth import Truth
from fakta_lab.comparison.verdict import Terms
from fakta_lab.dataset.splitting.suppliers import supplier_groups
from fakta_lab.evaluation.paired import holm
from fakta_lab.formats.benchmark import Benchmark, BenchmarkDocument
from fakta_lab.formats.values import comparable

# A group with fewer documents says nothing that the whole does not say better.
GROUP_DOCUMENTS = 30
# Named beside the page's table; a municipality has hundreds of suppliers.
MOST_SUPPLIERS = 20
# Names of groups: all documents once more, each a look of its own; and those of suppliers in the reader's memory.
THESE, KNOWN = "if only these suppliers came", "known suppliers"
Unit = Literal["auto", "supplier", "document"]


@dataclass(frozen=True, slots=True)
class _Pair:
    """A document that both answered about."""

    document: BenchmarkDocument
    supplier: str
    first: Answer
    second: Answer


def compare(
    first: System,
    second: System,
    truth: Benchmark | Truth,
    *,
    terms: Terms | None = None,
    costs: Costs | None = None,
    unit: Unit = "auto",
    group_documents: int = GROUP_DOCUMENTS,
    progress: Callable[[int, int], None] | None = None,
) -> Comparison:
    """Whether the second reader may take the place of the first, field by field.

    Args:
        first: the reader that is used today.
        second: the one that might replace it.
        truth: documents and what is known of them.
        terms: what is asked of the second reader.
        costs: prices; without them nothing is said of costs.
        unit: what counts as one look: every document, or all documents of a supplier together. "auto" is a document
            where they were drawn at random, inside one supplier and among suppliers that the second reader knows (these
            come again), and a supplier otherwise.
        group_documents: a layout, language or supplier with fewer documents has no verdict of its own.
        progress: called with documents done and documents in all.

    Raises:
        DatasetError: there is no document that both answered about, or no field.
        ConfigError: a term is out of its range.
    """
    terms = checked(terms or Terms())
    names = (first.name, second.name)
    if first.name == second.name:
        # Two bundles that were never given names of their own, most likely.
        names = (f"{first.name} (today)", f"{second.name} (new)")
    truth = truth if isinstance(truth, Truth) else Truth(truth)
    pairs, left_out = _asked(first, second, names, truth.benchmark.documents, progress or (lambda done, total: None))
    if not pairs:
        raise DatasetError(
            f"{truth.benchmark.name}: no document that both {names[0]} and {names[1]} answered about; compare how they "
            "name the documents, or say where a bundle finds them with --documents"
        )
    fields, alone = _compared_fields(pairs, truth.benchmark)
    if not fields:
        raise DatasetError(
            f"{truth.benchmark.name}: no field that both answered and whose truth is known; if {names[0]}'s answers "
            "are your application's JSON, --mapping says how to read them"
        )
    rows = {id(pair): list(_rows(pair, fields, truth.benchmark)) for pair in pairs}

    def result(kind: str, name: str, members: Sequence[_Pair]) -> GroupResult:
        by_document = unit == "document" or (
            unit == "auto" and (truth.random or kind in {"these", "supplier"} or name == KNOWN)
        )
        return _group(kind, name, [rows[id(pair)] for pair in members], fields, terms, by_document=by_document)

    groups = [result("all", ALL, pairs)]
    if groups[0].unit == "supplier" and unit == "auto":
        groups.append(result("these", THESE, pairs))
    groups += [result(*group) for group in _groups(pairs, fewest=group_documents)]
    return Comparison(
        first=names[0],
        second=names[1],
        on=truth.benchmark.name,
        truth=truth.source,
        documents=len(pairs),
        terms=terms,
        groups=groups,
        disagreements=tuple(_disagreements(row for pair in pairs for row in rows[id(pair)])),
        costs=_costs(pairs, fields, truth.benchmark, names, (first.is_called, second.is_called), costs)
        if costs
        else None,
        first_times=_times([pair.first.seconds for pair in pairs]),
        second_times=_times([pair.second.seconds for pair in pairs]),
        unread={pair.document.document: pair.second.unread for pair in pairs if pair.second.unread},
        warnings=tuple(_warnings(truth.favours(first, second), names, pairs)),
        notes=(*truth.notes, *_notes((first, second), names, left_out, alone, pairs, groups[0].unit)),
    )


def checked(terms: Terms) -> Terms:
    """The terms, if they make sense.

    Raises:
        ConfigError: one is out of its range.
    """
    for name, low, high in (("margin", 0.0, 0.5), ("level", 0.5, 1.0), ("enough", 0.0, 1.0), ("least", 0.0, 1.0)):
        value = getattr(terms, name)
        if not low <= value <= high or (name == "level" and value in {low, high}):
            raise ConfigError(f"{name} {value}: expected a share of {low:g} to {high:g}")
    return terms


def _asked(
    first: System,
    second: System,
    names: tuple[str, str],
    documents: Sequence[BenchmarkDocument],
    progress: Callable[[int, int], None],
) -> tuple[list[_Pair], Counter[str]]:
    """Both answers, and how many documents are left out for want of whose."""
    suppliers = [each.supplier for each in documents]
    if not all(suppliers):
        suppliers = supplier_groups([(each.document, each.supplier, each.fields) for each in documents])
    pairs, left_out = [], Counter[str]()
    for done, (document, supplier) in enumerate(zip(documents, suppliers, strict=True), start=1):
        theirs = first.answer(document)
        # Reading takes a while: not for documents that cannot be compared.
        ours = second.answer(document) if theirs is not None else None
        if theirs is None or ours is None:
            left_out[names[theirs is not None]] += 1
        else:
            pairs.append(_Pair(document, supplier, theirs, ours))
        progress(done, len(documents))
    return pairs, left_out


def _compared_fields(pairs: Sequence[_Pair], benchmark: Benchmark) -> tuple[list[str], dict[str, list[str]]]:
    """Fields with known truth that both answer somewhere, in schema order; and those that only one answers."""
    known = {name for pair in pairs for name in pair.document.fields}
    theirs = {name for pair in pairs for name in pair.first.fields}
    ours = {name for pair in pairs for name in pair.second.fields}
    order = [*benchmark.schema.fields, *sorted(known - benchmark.schema.fields.keys())]
    fields = [name for name in order if name in known & theirs & ours]
    alone = {
        "first": [name for name in order if name in (known & theirs) - ours],
        "second": [name for name in order if name in (known & ours) - theirs],
    }
    return fields, alone


def _rows(pair: _Pair, fields: Sequence[str], benchmark: Benchmark) -> Iterator[Row]:
    for name in fields:
        if name not in pair.document.fields:
            continue
        kind = benchmark.kind(name)
        values = (pair.document.fields[name], pair.first.fields.get(name), pair.second.fields.get(name))
        truth, first, second = (None if value is None else comparable(value, kind) for value in values)
        used = pair.first.uses(name), pair.second.uses(name)
        yield Row(pair.document.document, pair.supplier, name, truth, first, second, *used)


def _group(
    kind: str, name: str, documents: Sequence[Sequence[Row]], fields: Sequence[str], terms: Terms, *, by_document: bool
) -> GroupResult:
    of_field: dict[str, list[Row]] = defaultdict(list)
    for row in (row for rows in documents for row in rows):
        of_field[row.field].append(row)
    results = [
        field_result(field, of_field[field], terms=terms, by_document=by_document)
        for field in fields
        if of_field[field]
    ]
    significant = holm({each.field: each.p for each in results}, level=1 - terms.level)
    return GroupResult(
        kind=kind,
        name=name,
        documents=len(documents),
        suppliers=len({rows[0].supplier for rows in documents if rows}),
        unit="document" if by_document else "supplier",
        fields=tuple(replace(each, significant=significant[each.field]) for each in results),
    )


def _groups(pairs: Sequence[_Pair], *, fewest: int) -> Iterator[tuple[str, str, list[_Pair]]]:
    """Parts of the documents that are worth a verdict of their own."""

    def known(pair: _Pair) -> str:
        words = {True: KNOWN, False: "strangers", None: ""}
        return words[pair.second.known_supplier]

    def language(pair: _Pair) -> str:
        said = pair.document.extra.get("language")
        return said if isinstance(said, str) else ""

    kinds: dict[str, Callable[[_Pair], str]] = {
        "known": known,
        "language": language,
        "layout": lambda pair: pair.document.layout,
        "supplier": lambda pair: pair.supplier,
    }
    for kind, name_of in kinds.items():
        members: dict[str, list[_Pair]] = defaultdict(list)
        for pair in pairs:
            members[name_of(pair)].append(pair)
        large = [(name, own) for name, own in members.items() if name and fewest <= len(own) < len(pairs)]
        large.sort(key=lambda group: (-len(group[1]), group[0]))
        yield from ((kind, name, own) for name, own in large[: MOST_SUPPLIERS if kind == "supplier" else None])


def _disagreements(rows: Iterator[Row]) -> Iterator[Disagreement]:
    for row in rows:
        if row.who != "both":
            values = row.truth, row.first, row.second
            yield Disagreement(row.document, row.supplier, row.field, *values, row.who, row.second_used)


def _costs(
    pairs: Sequence[_Pair],
    fields: Sequence[str],
    benchmark: Benchmark,
    names: tuple[str, str],
    called: tuple[bool, bool],
    costs: Costs,
) -> Costing:
    required = {name for name, each in benchmark.schema.fields.items() if each.required}

    def opened(pair: _Pair, answer: Answer, side: Literal["first", "second"]) -> Opened:
        cells = []
        for row in _rows(pair, fields, benchmark):
            said, used = (row.first, row.first_used) if side == "first" else (row.second, row.second_used)
            cells.append(
                Cell(row.field, row.truth is not None, said is not None, said == row.truth, used, row.field in required)
            )
        held = any(cell.required and not cell.used for cell in cells)
        return Opened(cells, review=held if answer.needs_review is None else answer.needs_review)

    return costing(
        [opened(pair, pair.first, "first") for pair in pairs],
        [opened(pair, pair.second, "second") for pair in pairs],
        names=names,
        costs=costs,
        called=called,
        suppliers=[pair.supplier for pair in pairs],
    )


def _times(seconds: Sequence[float | None]) -> Times:
    known = [each for each in seconds if each is not None]
    if not known:
        return Times()
    median, p95 = np.percentile(known, (50, 95))
    return Times(float(median), float(p95), len(known))


def _warnings(favoured: str, names: tuple[str, str], pairs: Sequence[_Pair]) -> Iterator[str]:
    """What may make the verdicts wrong."""
    first, second = names
    if favoured == "second":
        yield (
            f"People saw {second}'s answers while they decided what is true. Where these were wrong and nobody "
            "noticed, they count as right: a “safe to switch” is not to be trusted here. Have documents typed "
            f"without an answer on the screen, or with {first}'s."
        )
    elif favoured:
        whose = f"{first}'s answers" if favoured == "first" else f"answers, probably {first}'s,"
        yield (
            f"People saw {whose} while they decided what is true. "
            f"Where these were wrong and nobody noticed, they count as right: {first} is favoured, and "
            f"{second} is at least as good as it looks here."
        )
    if len({pair.supplier for pair in pairs}) == 1:
        yield "All documents are of one supplier: nothing follows for others."
    if all(pair.second.accepted is not None and not pair.second.accepted for pair in pairs):
        yield f"{second} accepts nothing at all: it has no thresholds, `fakta tune` gives it some."


def _notes(
    readers: tuple[System, System],
    names: tuple[str, str],
    left_out: Mapping[str, int],
    alone: Mapping[str, Sequence[str]],
    pairs: Sequence[_Pair],
    unit: str,
) -> Iterator[str]:
    first, second = names
    for name, n in left_out.items():
        yield f"{n} documents are left out, because {name} has no answer about them."
    for reader, name, side in zip(readers, names, ("first", "second"), strict=True):
        if alone[side]:
            yield f"Only {name} answers {', '.join(alone[side])}: not compared."
        yield from getattr(reader, "notes", ())
    if all(pair.second.accepted is None for pair in pairs):
        yield f"{second} does not say what it is sure of: all its answers count as used without a look."
    if any(pair.first.accepted is not None for pair in pairs):
        yield f"What {first} holds for a person counts as right today."
    if unit == "supplier":
        yield (
            "All documents of one supplier count together as one look, as a page design that is misread once is "
            "misread always: the verdicts hold for suppliers like these. Where no others come, or the documents were "
            "drawn at random from what comes in, each counts (--unit document)."
        )
    else:
        yield "Each document counts as a look of its own: the verdicts hold for what comes in from these suppliers."
