"""Every error as a card: what should have been read, what was, and a picture of where both stand."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from rapidfuzz.distance import Levenshtein

from fakta.documents import Document
from fakta.errors import FaktaError
from fakta_lab.evaluation.documents import Mistake
from fakta_lab.evaluation.error_kinds import Diagnosis, ErrorKind, diagnose
from fakta_lab.evaluation.page.crops import Crop
from fakta_lab.evaluation.page.scenes import Scene
from fakta_lab.evaluation.report import Evaluation
from fakta_lab.evaluation.rows import RowPair, row_pairs
from fakta_lab.formats.benchmark import Benchmark, BenchmarkDocument

Read = Callable[[BenchmarkDocument], Document]
Progress = Callable[[int, int], None]

# Why a card has no picture.
NOT_FOUND = "it was found nowhere on the pages"
LEFT_OUT = "no picture, to keep this file small"
# Values that are further apart than this have no characters worth marking.
_COMPARABLE = 0.4


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a value: `differs` where the other value has something else."""

    text: str
    differs: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """One error; of a table, all that is wrong with it in one document.

    Attributes:
        document, layout, supplier: where; "" where not stated.
        field: of the value, or the table's name.
        diagnosis: its kind, and what differs.
        accepted: whether the value would have been used without a person's look.
        confidence: of the predicted value, 0-1; None where the answer does not say.
        explanation: why it was accepted or held; "" where the answer does not say.
        truth, predicted: the values in pieces; None = not on the document, or nothing found.
        columns: of a table, those that some wrong row has, in the schema's order.
        rows: of a table, those with a cell that differs, in the truth's order, what is too many last.
        rows_alike: of a table, how many rows are the same.
        crops: pictures of where both stand.
        without_crops: why there are none; "" where there are some.
    """

    document: str
    layout: str
    supplier: str
    field: str
    diagnosis: Diagnosis
    accepted: bool = False
    confidence: float | None = None
    explanation: str = ""
    truth: tuple[Part, ...] | None = None
    predicted: tuple[Part, ...] | None = None
    columns: tuple[str, ...] = ()
    rows: tuple[RowPair, ...] = ()
    rows_alike: int = 0
    crops: tuple[Crop, ...] = ()
    without_crops: str = ""


@dataclass(frozen=True, slots=True)
class _Draft:
    """A card without pictures, and what it was made from: of a table there is no mistake."""

    number: int
    source: BenchmarkDocument
    mistake: Mistake | None
    card: Card


def cards_of(
    evaluation: Evaluation,
    benchmark: Benchmark,
    *,
    read: Read,
    most_crops: int,
    progress: Progress | None = None,
) -> list[Card]:
    """Every error of an evaluation, in the benchmark's order; documents that could not be read have none.

    Args:
        evaluation: with the answers that were scored.
        benchmark: the set that was read.
        read: gives a document's pages.
        most_crops: errors that get pictures at most; those in values that were accepted come first.
        progress: called with documents done and documents in all.
    """
    found = _without_crops(evaluation, benchmark)
    drafts = [_Draft(number, *each) for number, each in enumerate(found)]
    first = sorted(drafts, key=lambda draft: not draft.card.accepted)[:most_crops]
    chosen = {draft.number for draft in first}
    todo = len({draft.card.document for draft in first})
    cards = [replace(draft.card, without_crops=LEFT_OUT) for draft in drafts]
    by_document = groupby((d for d in drafts if d.number in chosen), key=lambda draft: draft.card.document)
    for done, (_, group) in enumerate(by_document, start=1):
        for draft, card in _with_crops(list(group), benchmark, read):
            cards[draft.number] = card
        if progress:
            progress(done, todo)
    return cards


def _with_crops(drafts: Sequence[_Draft], benchmark: Benchmark, read: Read) -> Iterator[tuple[_Draft, Card]]:
    """The errors of one document with their pictures."""
    try:
        scene = Scene(read(drafts[0].source), benchmark.schema)
    except FaktaError as error:
        yield from ((draft, replace(draft.card, without_crops=str(error))) for draft in drafts)
        return
    for draft in drafts:
        card = draft.card
        crops = scene.of_value(draft.mistake) if draft.mistake else scene.of_rows(card.field, card.rows)
        yield draft, replace(card, crops=crops, without_crops="" if crops else NOT_FOUND)


def _without_crops(
    evaluation: Evaluation, benchmark: Benchmark
) -> Iterator[tuple[BenchmarkDocument, Mistake | None, Card]]:
    mistakes: dict[str, list[Mistake]] = defaultdict(list)
    for mistake in evaluation.errors:
        mistakes[mistake.document].append(mistake)
    for document in benchmark.documents:
        if document.document not in evaluation.failures:
            yield from _of_values(document, mistakes[document.document], benchmark)
            yield from _of_tables(document, evaluation, benchmark)


def _of_values(
    document: BenchmarkDocument, mistakes: Iterable[Mistake], benchmark: Benchmark
) -> Iterator[tuple[BenchmarkDocument, Mistake, Card]]:
    for mistake in mistakes:
        truth, predicted = compared(mistake.truth, mistake.predicted)
        card = Card(
            document=document.document,
            layout=document.layout,
            supplier=document.supplier,
            field=mistake.field,
            diagnosis=diagnose(mistake.truth, mistake.predicted, kind=benchmark.kind(mistake.field)),
            accepted=mistake.accepted,
            confidence=mistake.confidence,
            explanation=mistake.explanation,
            truth=truth,
            predicted=predicted,
        )
        yield document, mistake, card


def _of_tables(
    document: BenchmarkDocument, evaluation: Evaluation, benchmark: Benchmark
) -> Iterator[tuple[BenchmarkDocument, None, Card]]:
    for name, truth in document.tables.items():
        columns = benchmark.schema.tables[name]
        predicted = evaluation.answers[document.document].tables.get(name, ())
        pairs = row_pairs(name, truth, predicted, kinds={column: field.kind for column, field in columns.items()})
        wrong = tuple(pair for pair in pairs if pair.differing)
        if not wrong:
            continue
        stated = {column for pair in wrong for row in (pair.truth, pair.predicted) if row for column in row}
        card = Card(
            document=document.document,
            layout=document.layout,
            supplier=document.supplier,
            field=name,
            diagnosis=Diagnosis(_kind_of_rows(wrong)),
            columns=(*(column for column in columns if column in stated), *sorted(stated - columns.keys())),
            rows=wrong,
            rows_alike=len(pairs) - len(wrong),
        )
        yield document, None, card


def _kind_of_rows(wrong: Sequence[RowPair]) -> ErrorKind:
    if all(pair.predicted is None for pair in wrong):
        return ErrorKind.missed
    if all(pair.truth is None for pair in wrong):
        return ErrorKind.invented
    return ErrorKind.near if all(pair.right for pair in wrong) else ErrorKind.wrong


def compared(truth: str | None, predicted: str | None) -> tuple[tuple[Part, ...] | None, tuple[Part, ...] | None]:
    """Two values in pieces that are the same in both and pieces that differ; whole where they have little in common.

    >>> [[(part.text, part.differs) for part in value] for value in compared("A8512", "AB512")]
    [[('A', False), ('8', True), ('512', False)], [('A', False), ('B', True), ('512', False)]]
    >>> compared("SEK", None)
    ((Part(text='SEK', differs=False),), None)
    """
    if truth is None or predicted is None or Levenshtein.normalized_similarity(truth, predicted) < _COMPARABLE:
        return _whole(truth), _whole(predicted)
    steps = Levenshtein.opcodes(truth, predicted)
    return (
        tuple(Part(truth[s.src_start : s.src_end], s.tag != "equal") for s in steps if s.src_end > s.src_start),
        tuple(Part(predicted[s.dest_start : s.dest_end], s.tag != "equal") for s in steps if s.dest_end > s.dest_start),
    )


def _whole(value: str | None) -> tuple[Part, ...] | None:
    return None if value is None else (Part(value),)
