"""An evaluation as a table on a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakta_lab.evaluation.render.figures import Line, field_lines, layout_lines, notes, table_lines
from fakta_lab.evaluation.report import Evaluation

if TYPE_CHECKING:
    from rich.table import Table


def render_table(evaluation: Evaluation) -> Table:
    """The figures per field with the totals, tables and layouts below, as a `rich` table that fits 80 columns."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    title = Text(f"{evaluation.benchmark}: {evaluation.documents} documents")
    table = Table(title=title, box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("field", overflow="fold")
    for column in ("precision", "recall", "F1"):
        table.add_column(column, justify="right", no_wrap=True)
    table.add_column("95 %", justify="right", no_wrap=True, style="dim")
    table.add_column("support", justify="right", no_wrap=True)

    def add(line: Line, style: str = "") -> None:
        counts = line.counts
        figures = (f"{share:.3f}" for share in (counts.precision, counts.recall, counts.f1))
        # Names come from truth files: as text, so that brackets in them are no markup.
        table.add_row(Text(line.name), *figures, line.range, str(counts.support), style=style)

    *fields, total = field_lines(evaluation)
    for line in fields:
        add(line)
    table.add_section()
    add(total, style="bold")
    for lines in table_lines(evaluation):
        table.add_section()
        for line in lines:
            add(line)
    if evaluation.layouts:
        table.add_section()
        for line in layout_lines(evaluation):
            add(line)
    said = list(notes(evaluation))
    table.caption = Text("\n".join(said), justify="left") if said else None
    return table
