"""A learning curve as a table for the terminal, as Markdown, and as CSV."""

from __future__ import annotations

import csv
import io
from dataclasses import fields
from typing import TYPE_CHECKING

from fakta_lab.fewshot.figures import Curve, Figures

if TYPE_CHECKING:
    from rich.table import Table

COLUMNS = tuple(field.name for field in fields(Figures))
HEADS = ("learner", "corrected", "F1", "95 % of draws", "suppliers' quartiles", "errors", "gone", "s", "CPU s", "loss")


def render_csv(curve: Curve) -> str:
    """One row for each learner and count over all suppliers, then one for each supplier; empty where nothing is."""
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, COLUMNS, lineterminator="\n")
    writer.writeheader()
    writer.writerows(figures.to_dict() for figures in curve.rows())
    return buffer.getvalue()


def render_table(curve: Curve) -> Table:
    """The figures over all suppliers, for a terminal."""
    from rich import box
    from rich.table import Table

    table = Table(title=title(curve), title_justify="left", box=box.SIMPLE_HEAD, caption=_caption(curve))
    for head in HEADS:
        table.add_column(head, justify="left" if head == "learner" else "right")
    for learner in curve.learners:
        for figures in curve.pooled(learner):
            table.add_row(*_cells(figures))
        table.add_section()
    return table


def render_markdown(curve: Curve) -> str:
    """The figures over all suppliers, for a document."""
    lines = [f"| {' | '.join(HEADS)} |", f"|---|{'--:|' * (len(HEADS) - 1)}"]
    lines += [f"| {' | '.join(_cells(figures))} |" for learner in curve.learners for figures in curve.pooled(learner)]
    return f"{title(curve)}\n\n" + "\n".join(lines) + "\n"


def title(curve: Curve) -> str:
    """What was measured, in a line."""
    documents = curve.pooled(curve.learners[0])[0].documents
    how = "all suppliers learned together" if curve.together else "each supplier learned alone"
    return f"{curve.benchmark}: {len(curve.suppliers)} suppliers, {documents} documents scored, {how}"


def _caption(curve: Curve) -> str:
    loss = f"loss: F1 on {curve.others}, mean (largest). " if curve.others else ""
    return f"{loss}s and CPU s: to learn, the mean."


def _cells(figures: Figures) -> list[str]:
    learned = figures.corrections > 0 and figures.seconds > 0
    loss = figures.others_loss is not None and learned
    return [
        figures.learner,
        str(figures.corrections),
        f"{figures.f1:.4f}",
        "-".join(map(_short, (figures.low, figures.high))),
        " ".join(map(_short, (figures.quartile, figures.median, figures.upper_quartile))),
        str(figures.errors),
        f"{figures.errors_gone:.0%}" if figures.errors_gone is not None and figures.corrections else "",
        f"{figures.seconds:.1f}" if learned else "",
        f"{figures.cpu_seconds:.1f}" if learned else "",
        f"{figures.others_loss:+.4f} ({figures.others_worst:+.4f})" if loss else "",
    ]


def _short(figure: float | None) -> str:
    return "" if figure is None else f"{figure:.3f}"
