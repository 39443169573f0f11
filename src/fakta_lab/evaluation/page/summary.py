"""The figures that the page shows, each with its interval and its place on a scale."""

from __future__ import annotations

import math
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from fakta_lab.evaluation.documents import DocumentScore
from fakta_lab.evaluation.figures import FEWEST_SUPPLIERS
from fakta_lab.evaluation.intervals import f1_interval, share_interval
from fakta_lab.evaluation.page.cards import Card
from fakta_lab.evaluation.render.figures import Line, field_lines, table_lines
from fakta_lab.evaluation.report import Evaluation
from fakta_lab.evaluation.scoring import Counts

# Where the scale of a chart begins: the first that leaves room for the lowest interval, so that figures near 1, which
# most are, do not fall together.
_SCALE_STARTS = (0.9, 0.8, 0.5, 0.0)
# Confidences are read by how far from certain they are: on the scale of log-odds, which has no place for 0 and 1.
_LEAST, _MOST = 0.004, 0.9995
_SURE_TICKS = (0.01, 0.1, 0.5, 0.9, 0.99, 0.999)
# Ends of the bins of the reliability diagram, closer together where most confidences are and where it matters; bins
# with fewer values than this say nothing.
_BIN_ENDS = (0.3, 0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.999, 1.0)
_FEWEST = 5


@dataclass(frozen=True, slots=True)
class Figure:
    """One line of a table of figures.

    Attributes:
        name: of the field, layout or column.
        counts: right, wrong and missed.
        low, high: ends of the 95 % interval of F1.
        errors: cards about it.
    """

    name: str
    counts: Counts
    low: float
    high: float
    errors: int = 0


@dataclass(frozen=True, slots=True)
class Scale:
    """The axis of a chart of shares: from `start` to 1."""

    start: float

    @classmethod
    def around(cls, figures: Iterable[Figure]) -> Scale:
        """One that holds all intervals."""
        lowest = min((figure.low for figure in figures), default=0.0)
        return cls(next(start for start in _SCALE_STARTS if lowest >= start))

    def at(self, share: float) -> float:
        """Place of a share in per cent of the axis."""
        return round(100 * min(1.0, max(0.0, (share - self.start) / (1 - self.start))), 2)

    @property
    def ticks(self) -> tuple[float, ...]:
        """Shares that are marked: both ends and what lies evenly between them."""
        return tuple(self.start + (1 - self.start) * i / 2 for i in range(3))


@dataclass(frozen=True, slots=True)
class Reliable:
    """A point of the reliability diagram: so many values with this mean confidence, and the share right of them.

    `x`, `y`, `low` and `high` are places on the diagram's scale, 0-100, its origin bottom left.
    """

    values: int
    confidence: float
    right: float
    x: float
    y: float
    low: float
    high: float


def field_figures(evaluation: Evaluation, cards: Sequence[Card]) -> list[Figure]:
    """Every scored field, the worst first."""
    errors = Counter(card.field for card in cards)
    *lines, _ = field_lines(evaluation)
    return _worst_first(_of_line(line, errors=errors[line.name]) for line in lines)


def all_fields(evaluation: Evaluation) -> Figure:
    """All fields of all documents together."""
    return _of_line(field_lines(evaluation)[-1])


def layout_figures(evaluation: Evaluation, cards: Sequence[Card]) -> list[Figure]:
    """Every layout over all its fields, the worst first."""
    errors = Counter(card.layout for card in cards)
    return _worst_first(
        Figure(name, counts, *_interval(evaluation, partial(_in_layout, layout=name)), errors[name])
        for name, counts in evaluation.layouts.items()
    )


def table_figures(evaluation: Evaluation) -> dict[str, list[Figure]]:
    """Of every scored table its rows and cells, then its columns, the worst first."""
    return {
        table: [
            _of_line(rows, name="rows"),
            _of_line(cells, name="cells"),
            *_worst_first(_column(evaluation, table, line) for line in columns),
        ]
        for table, (rows, cells, *columns) in zip(evaluation.tables, table_lines(evaluation), strict=True)
    }


def reliability(evaluation: Evaluation) -> list[Reliable]:
    """Confidence against the share that is right, in bins of confidence; empty where no answer has any."""
    bins: dict[int, list[tuple[float, int]]] = defaultdict(list)
    for confidence, right in _judged(evaluation):
        bins[bisect_left(_BIN_ENDS, min(confidence, 1.0))].append((confidence, right))
    points = []
    for _, judged in sorted(bins.items()):
        if len(judged) < _FEWEST:
            continue
        right = sum(each for _, each in judged)
        confidence = sum(each for each, _ in judged) / len(judged)
        low, high = share_interval(right, len(judged))
        places = (sure_place(share) for share in (confidence, right / len(judged), low, high))
        points.append(Reliable(len(judged), confidence, right / len(judged), *places))
    return points


def sure_place(share: float) -> float:
    """Where a share lies on the scale of log-odds, 0-100.

    >>> sure_place(0.0), sure_place(1.0), sure_place(0.9) < sure_place(0.99)
    (0.0, 100.0, True)
    """
    inside = min(max(share, _LEAST), _MOST)
    ends = [math.log(each / (1 - each)) for each in (_LEAST, _MOST)]
    return round(100 * (math.log(inside / (1 - inside)) - ends[0]) / (ends[1] - ends[0]), 2)


def sure_ticks() -> list[tuple[float, float]]:
    """Shares that the scale of log-odds marks, each with its place."""
    return [(share, sure_place(share)) for share in _SURE_TICKS]


def _judged(evaluation: Evaluation) -> Iterable[tuple[float, int]]:
    for score in evaluation.scores:
        answer = evaluation.answers.get(score.document)
        for name, counts in score.fields.items():
            evidence = answer.evidence.get(name) if answer else None
            if evidence and evidence.confidence is not None and counts.tp + counts.fp:
                yield evidence.confidence, counts.tp


def _of_line(line: Line, *, name: str = "", errors: int = 0) -> Figure:
    return Figure(name or line.name, line.counts, *(line.interval or (0.0, 1.0)), errors)


def _column(evaluation: Evaluation, table: str, line: Line) -> Figure:
    name = line.name.strip()

    def counts(score: DocumentScore) -> Counts | None:
        return score.tables[table].columns.get(name) if table in score.tables else None

    return Figure(name, line.counts, *_interval(evaluation, counts))


def _in_layout(score: DocumentScore, *, layout: str) -> Counts | None:
    return score.counts if score.layout == layout else None


def _interval(evaluation: Evaluation, of: Callable[[DocumentScore], Counts | None]) -> tuple[float, float]:
    """Of a figure that only some documents have, and so maybe few suppliers: then documents are drawn one by one."""
    known = [(counts, score.supplier) for score in evaluation.scores if (counts := of(score)) is not None]
    suppliers = [supplier for _, supplier in known]
    clusters = suppliers if len({*suppliers} - {""}) >= FEWEST_SUPPLIERS else None
    return f1_interval([counts for counts, _ in known], clusters=clusters)


def _worst_first(figures: Iterable[Figure]) -> list[Figure]:
    return sorted(figures, key=lambda figure: figure.counts.f1)
