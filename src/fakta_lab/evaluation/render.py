"""An evaluation as a table for people, Markdown for reports, JUnit for build servers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from fakta_lab.evaluation.gates import GateResult
from fakta_lab.evaluation.regressions import ComparedFigure
from fakta_lab.evaluation.report import Evaluation
from fakta_lab.evaluation.rows import TableCounts
from fakta_lab.evaluation.scoring import Counts

if TYPE_CHECKING:
    from rich.table import Table

COLUMNS = ("precision", "recall", "F1", "support")


def render_table(evaluation: Evaluation) -> Table:
    """The figures per field as a `rich` table, with the totals last."""
    from rich.table import Table

    table = Table(title=f"{evaluation.benchmark}: {evaluation.documents} documents")
    table.add_column("field")
    for column in COLUMNS:
        table.add_column(column, justify="right")
    for name, counts in evaluation.fields.items():
        table.add_row(name, *_cells(counts))
    table.add_section()
    table.add_row("all fields", *_cells(evaluation.micro), style="bold")
    for name, table_counts in evaluation.tables.items():
        table.add_section()
        for row in _table_rows(name, table_counts):
            table.add_row(*row)
    if evaluation.layouts:
        table.add_section()
        for row in _layout_rows(evaluation):
            table.add_row(*row)
    table.caption = "\n".join(_notes(evaluation)) or None
    return table


def render_markdown(evaluation: Evaluation) -> str:
    """The whole evaluation as a Markdown page: fields, layouts, failures, errors."""
    parts = [f"# {evaluation.benchmark}: {evaluation.documents} documents", ""]
    rows = [(name, *_cells(counts)) for name, counts in evaluation.fields.items()]
    rows.append(("**all fields**", *_cells(evaluation.micro)))
    rows += [row for name, counts in evaluation.tables.items() for row in _table_rows(name, counts)]
    parts += _markdown_table(("field", *COLUMNS), rows)
    if evaluation.layouts:
        parts += ["", "## Layouts", "", *_markdown_table(("layout", *COLUMNS), _layout_rows(evaluation))]
    notes = list(_notes(evaluation))
    if notes:
        parts += ["", *(f"- {note}" for note in notes)]
    if evaluation.failures:
        parts += ["", "## Documents that could not be read", ""]
        parts += [f"- `{name}`: {reason}" for name, reason in evaluation.failures.items()]
    if evaluation.errors:
        errors = [
            (e.document, e.layout, e.field, _value(e.truth), _value(e.predicted) + " (accepted)" * e.accepted)
            for e in evaluation.errors
        ]
        header = ("document", "layout", "field", "truth", "predicted")
        parts += ["", "## Errors", "", *_markdown_table(header, errors, right=0)]
    return "\n".join(parts) + "\n"


def render_junit(evaluation: Evaluation, gates: Sequence[GateResult]) -> str:
    """One JUnit test case per gate, per figure of the baseline and per document that could not be read."""
    checks: list[tuple[str, GateResult | ComparedFigure]] = [(gate.figure, gate) for gate in gates]
    if evaluation.baseline:
        checks += [(f"{each.figure} against the baseline", each) for each in evaluation.baseline.figures]
    failed = [check for _, check in checks if not check.passed]
    suite = ElementTree.Element(
        "testsuite",
        name=f"fakta evaluate {evaluation.benchmark}",
        tests=str(len(checks) + len(evaluation.failures)),
        failures=str(len(failed)),
        errors=str(len(evaluation.failures)),
    )
    for name, check in checks:
        case = ElementTree.SubElement(suite, "testcase", classname=evaluation.benchmark, name=name)
        if not check.passed:
            ElementTree.SubElement(case, "failure", message=check.message)
    for document, reason in evaluation.failures.items():
        case = ElementTree.SubElement(suite, "testcase", classname=evaluation.benchmark, name=document)
        ElementTree.SubElement(case, "error", message=reason)
    ElementTree.indent(suite)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ElementTree.tostring(suite, encoding="unicode") + "\n"


def _table_rows(name: str, counts: TableCounts) -> list[tuple[str, ...]]:
    return [
        (f"{name} (rows)", *_cells(counts.rows)),
        (f"{name} (cells)", *_cells(counts.cells)),
        *((f"  {column}", *_cells(each)) for column, each in counts.columns.items()),
    ]


def _layout_rows(evaluation: Evaluation) -> list[tuple[str, ...]]:
    """Each layout's fields, and under it the rows of its tables."""
    rows: list[tuple[str, ...]] = []
    for name, counts in evaluation.layouts.items():
        rows.append((name, *_cells(counts)))
        tables = evaluation.layout_tables.get(name, {})
        rows += [(f"  {table} (rows)", *_cells(each.rows)) for table, each in tables.items()]
    return rows


def _cells(counts: Counts) -> tuple[str, ...]:
    return (f"{counts.precision:.3f}", f"{counts.recall:.3f}", f"{counts.f1:.3f}", str(counts.support))


def _notes(evaluation: Evaluation) -> Iterator[str]:
    if evaluation.acceptance:
        share, precision = evaluation.acceptance.to_dict()["share"], evaluation.acceptance.to_dict()["precision"]
        right = "" if precision is None else f", {precision:.1%} of these right"
        yield f"accepted without a look: {share:.1%} of values{right}"
    if evaluation.touchless:
        share, precision = evaluation.touchless.to_dict()["share"], evaluation.touchless.to_dict()["precision"]
        right = "" if precision is None else f", {precision:.1%} of these right in every scored field"
        yield f"documents without a look: {share:.1%}{right}"
    if evaluation.baseline:
        worse = [each.message for each in evaluation.baseline.figures if not each.passed]
        yield f"worse than the baseline: {'; '.join(worse) or 'nothing'}"
    if evaluation.failures:
        yield f"documents that could not be read: {len(evaluation.failures)}; all their values count as missed"
    if evaluation.unknown_fields:
        yield f"not in the schema, scored as they are: {', '.join(evaluation.unknown_fields)}"


def _value(value: str | None) -> str:
    return "-" if value is None else value


def _markdown_table(header: Sequence[str], rows: Sequence[Sequence[str]], *, right: int = 4) -> list[str]:
    """Lines of a Markdown table whose last `right` columns are right-aligned."""
    rules = ["---"] * (len(header) - right) + ["---:"] * right
    lines = [header, rules, *([cell.replace("|", "\\|") for cell in row] for row in rows)]
    return ["| " + " | ".join(line) + " |" for line in lines]
