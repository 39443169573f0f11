"""Pictures of a run, and the same numbers as CSV for DVC, which draws from tables."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from fakta_lab.files import replacing

# What a model is judged by while it is trained: values of fields, spans of words.
SCORES = ("field_f1", "span_f1")

_DPI = 120
_COLOUR, _OTHER = "#1f5f8b", "#c8652a"


def draw_training(lines: Sequence[Mapping[str, Any]], folder: Path) -> list[Path]:
    """Writes `loss.png` and `loss.csv`, and where pages were held out `scores.png` and `scores.csv`.

    Args:
        lines: of `metrics.jsonl`.
        folder: that is there.

    Returns:
        What was written.
    """
    losses = [line for line in lines if "loss" in line]
    names = [name for name in SCORES if any(name in line for line in lines)]
    scored = [line for line in lines if any(name in line for name in names)]
    written = []
    if losses:
        columns = [name for name in ("loss", "learning_rate") if name in losses[0]]
        written += [_table(losses, ("step", *columns), folder / "loss.csv")]
        with _axes(folder / "loss.png", title="Training loss", x="step", y="loss") as axes:
            axes.plot(_column(losses, "step"), _column(losses, "loss"), color=_COLOUR)
            if "learning_rate" in columns:
                right = axes.twinx()
                right.plot(_column(losses, "step"), _column(losses, "learning_rate"), color=_OTHER, linewidth=0.8)
                right.set_ylabel("learning rate", color=_OTHER)
        written += [folder / "loss.png"]
    if scored:
        written += [_table(scored, ("step", *names), folder / "scores.csv")]
        with _axes(folder / "scores.png", title="Pages held out in training", x="step", y="F1") as axes:
            for name, colour in zip(names, (_COLOUR, _OTHER), strict=False):
                rows = [line for line in scored if name in line]
                axes.plot(_column(rows, "step"), _column(rows, name), color=colour, marker="o", label=name)
            axes.set_ylim(0, 1.02)
            axes.legend()
        written += [folder / "scores.png"]
    return written


def draw_fields(f1: Mapping[str, float], folder: Path, *, title: str) -> list[Path]:
    """Writes `fields.png` and `fields.csv`: one bar a field, in the order given.

    Args:
        f1: field to its F1, 0-1.
        folder: that is there.
        title: of the picture.
    """
    rows = [{"field": name, "f1": value} for name, value in f1.items()]
    table = _table(rows, ("field", "f1"), folder / "fields.csv")
    with _axes(folder / "fields.png", title=title, x="F1", y="", height=1.2 + 0.28 * len(rows)) as axes:
        bars = axes.barh(list(f1), list(f1.values()), color=_COLOUR)
        axes.bar_label(bars, fmt="%.3f", padding=3, fontsize=8)
        axes.set_xlim(0, 1.12)
        axes.margins(y=0.01)
        axes.invert_yaxis()
    return [table, folder / "fields.png"]


def draw_acceptance(curve: Sequence[Mapping[str, float]], folder: Path, *, target: float | None = None) -> list[Path]:
    """Writes `acceptance.png` and `acceptance.csv`: how much is right among the surest share of the values.

    Args:
        curve: points with `share` and `precision`, 0-1.
        folder: that is there.
        target: precision that was asked for.
    """
    table = _table(curve, ("share", "precision"), folder / "acceptance.csv")
    title = "Values used without a look, the surest first"
    with _axes(folder / "acceptance.png", title=title, x="share of values", y="right among these") as axes:
        axes.plot(_column(curve, "share"), _column(curve, "precision"), color=_COLOUR)
        if target is not None:
            axes.axhline(target, color=_OTHER, linewidth=0.8, linestyle="--")
        axes.set_xlim(0, 1.02)
    return [table, folder / "acceptance.png"]


def draw_reliability(bins: Sequence[Mapping[str, float]], folder: Path) -> list[Path]:
    """Writes `reliability.png` and `reliability.csv`: how much is right at each confidence; on the diagonal it is kept.

    Args:
        bins: with `confidence` (mean), `right` (share) and `values`.
        folder: that is there.
    """
    table = _table(bins, ("confidence", "right", "values"), folder / "reliability.csv")
    title = "Confidence and truth"
    with _axes(folder / "reliability.png", title=title, x="mean confidence", y="share right") as axes:
        axes.plot([0, 1], [0, 1], color="#999999", linewidth=0.8)
        axes.plot(_column(bins, "confidence"), _column(bins, "right"), color=_COLOUR, marker="o")
        axes.set_xlim(0, 1.02)
        axes.set_ylim(0, 1.02)
    return [table, folder / "reliability.png"]


@contextmanager
def _axes(path: Path, *, title: str, x: str, y: str, height: float = 3.6) -> Iterator[Any]:
    """Axes to draw on, written as PNG at the end. Nothing of the machine gets into the file."""
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.4, height), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.add_subplot()
    axes.set_title(title, fontsize=10)
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    axes.grid(alpha=0.25)
    yield axes
    with replacing(path) as temporary:
        figure.savefig(temporary, format="png", dpi=_DPI, metadata={"Software": None})


def _table(rows: Sequence[Mapping[str, Any]], columns: Sequence[str], path: Path) -> Path:
    with replacing(path) as temporary, temporary.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, extrasaction="ignore", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def _column(rows: Sequence[Mapping[str, Any]], name: str) -> list[Any]:
    return [row[name] for row in rows]
