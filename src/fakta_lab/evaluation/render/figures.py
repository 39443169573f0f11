"""The lines of figures and the notes that the table and the Markdown have in common."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fakta_lab.evaluation.report import Evaluation
from fakta_lab.evaluation.scoring import Counts


@dataclass(frozen=True, slots=True)
class Line:
    """One line of figures.

    Attributes:
        name: of the field, table part or layout; further lines of the same thing begin with two spaces.
        counts: right, wrong and missed.
        interval: ends of the 95 % interval of F1; None where it was not computed.
    """

    name: str
    counts: Counts
    interval: tuple[float, float] | None = None

    @property
    def range(self) -> str:
        """The interval in per cent.

        >>> Line("iban", Counts(tp=9, fn=1), (0.871, 1.0)).range, Line("iban", Counts(tp=9)).range
        ('87.1-100', '')
        """
        return "" if self.interval is None else "-".join(map(_percent, self.interval))


def field_lines(evaluation: Evaluation) -> list[Line]:
    """Every field, in the schema's order, then all of them together."""
    intervals = evaluation.document_figures.get("intervals", {})
    fields = intervals.get("fields", {})
    lines = [Line(name, counts, _ends(fields.get(name))) for name, counts in evaluation.fields.items()]
    return [*lines, Line("all fields", evaluation.micro, _ends(intervals.get("micro")))]


def table_lines(evaluation: Evaluation) -> Iterator[list[Line]]:
    """Of each table its rows, its cells and its columns."""
    intervals = evaluation.document_figures.get("intervals", {})
    for name, counts in evaluation.tables.items():
        own = intervals.get(name, {})
        yield [
            Line(f"{name} (rows)", counts.rows, _ends(own.get("rows"))),
            Line(f"{name} (cells)", counts.cells, _ends(own.get("cells"))),
            *(Line(f"  {column}", each) for column, each in counts.columns.items()),
        ]


def layout_lines(evaluation: Evaluation) -> list[Line]:
    """Each layout's fields, and under it the rows of its tables."""
    lines = []
    for name, counts in evaluation.layouts.items():
        lines.append(Line(name, counts))
        tables = evaluation.layout_tables.get(name, {})
        lines += [Line(f"  {table} (rows)", each.rows) for table, each in tables.items()]
    return lines


def notes(evaluation: Evaluation) -> Iterator[str]:
    """What there is to say besides the figures of fields, layouts and tables, one sentence each."""
    figures = evaluation.document_figures
    if exact := figures.get("exact_match"):
        tables = f", {_share(exact['fields'])} with tables aside" if evaluation.tables else ""
        yield f"documents without any error: {_share(exact)}{tables}"
    if evaluation.acceptance:
        accepted = evaluation.acceptance.to_dict()
        yield f"accepted without a look: {accepted['share']:.1%} of values{_right(accepted['precision'])}"
    if evaluation.touchless:
        whole = evaluation.touchless.to_dict()
        yield f"documents without a look: {whole['share']:.1%}{_right(whole['precision'], ' in every scored field')}"
    for name, subset in figures.get("shots", {}).items():
        yield f"suppliers, {name}: F1 {subset['f1']:.3f} in {subset['documents']} documents"
    if latency := figures.get("latency"):
        yield f"time a document: median {latency['median_ms']:.0f} ms, 95th percentile {latency['p95_ms']:.0f} ms"
    if evaluation.baseline:
        worse = [each.message for each in evaluation.baseline.figures if not each.passed]
        yield f"worse than the baseline: {'; '.join(worse) or 'nothing'}"
    if evaluation.failures:
        yield f"documents that could not be read: {len(evaluation.failures)}; all their values count as missed"
    if evaluation.unknown_fields:
        yield f"not in the schema, scored as they are: {', '.join(evaluation.unknown_fields)}"


def _ends(figures: Mapping[str, Any] | None) -> tuple[float, float] | None:
    return (figures["f1"]["low"], figures["f1"]["high"]) if figures else None


def _share(figures: Mapping[str, Any]) -> str:
    return f"{figures['share']:.1%} ({_percent(figures['low'])}-{_percent(figures['high'])})"


def _right(precision: float | int | None, where: str = "") -> str:
    return "" if precision is None else f", {precision:.1%} of these right{where}"


def _percent(share: float) -> str:
    return "100" if share == 1 else f"{100 * share:.1f}"
