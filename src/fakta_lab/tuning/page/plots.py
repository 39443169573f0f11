"""The pictures of a tuning report: PNG files, and the same panels as SVG that takes on the colours of a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from itertools import chain
from pathlib import Path
from typing import Any

from fakta_lab.files import replacing
from fakta_lab.pages import figure, to_svg
from fakta_lab.pages.svg import ORANGE
from fakta_lab.tuning.page import panels
from fakta_lab.tuning.page.panels import draw_acceptance, draw_counts, draw_reliability, error_rate
from fakta_lab.tuning.page.summary import swept_at

_DPI = 100
_COLUMNS = 5

Draw = Callable[[Any], None]


def write_pictures(report: Mapping[str, Any], folder: Path) -> list[Path]:
    """Writes those of `acceptance.png`, `fields.png`, `reliability.png` and `comparison.png` that the report has
    numbers for. The same report gives the same bytes with the same matplotlib.

    Args:
        report: see `fakta_lab.tuning.page.page`.
        folder: that is there.

    Returns:
        What was written.
    """
    written = []
    for name, draw in (
        ("acceptance", _acceptance),
        ("fields", _fields),
        ("reliability", _reliability),
        ("comparison", _comparison),
    ):
        with figure() as drawn:
            if not draw(drawn, report):
                continue
            path = folder / f"{name}.png"
            with replacing(path) as temporary:
                drawn.savefig(temporary, format="png", dpi=_DPI, metadata={"Software": None})
            written.append(path)
    return written


def acceptance_svg(report: Mapping[str, Any], *, whole_documents: bool = False) -> str:
    """Automation against error over all answers, or over whole documents; "" where the report has no such curve."""
    draw = _panel(report, whole_documents=whole_documents)
    return _svg("documents" if whole_documents else "answers", draw, size=(4.6, 3.3)) if draw else ""


def field_svgs(report: Mapping[str, Any]) -> dict[str, str]:
    """Automation against error of each field."""
    return {
        field: _svg(f"f{number}", _field_panel(report, field), size=(2.3, 1.75))
        for number, field in enumerate(report.get("curves") or {})
    }


def reliability_svgs(report: Mapping[str, Any]) -> dict[str, str]:
    """The reliability diagram of each source of confidence, and of the verifier where nothing was found."""

    def drawn(source: str, bins: panels.Curve, name: str) -> str:
        with figure() as drawn:
            drawn.set_size_inches(3.4, 3.9)
            _diagram(drawn.subplots(2, 1, sharex=True, height_ratios=(4, 1)), bins, source)
            return to_svg(drawn, name)

    every = enumerate(_bins(report).items())
    return {source: drawn(source, bins, f"r{number}") for number, (source, bins) in every}


def comparison_svg(report: Mapping[str, Any]) -> str:
    """The sources of confidence in one panel; "" where the report has no comparison."""
    scores = (report.get("comparison") or {}).get("scores")
    return _svg("sources", lambda axes: _sources(axes, scores), size=(4.6, 3.3)) if scores else ""


def _acceptance(figure: Any, report: Mapping[str, Any]) -> bool:
    drawn = {
        "Answers of all fields": _panel(report, whole_documents=False),
        "Whole documents: every required field right": _panel(report, whole_documents=True),
    }
    kept = {title: draw for title, draw in drawn.items() if draw}
    if not kept:
        return False
    figure.set_size_inches(5.2 * len(kept), 4.0)
    for axes, (title, draw) in zip(figure.subplots(1, len(kept), squeeze=False)[0], kept.items(), strict=True):
        draw(axes)
        axes.set_title(title)
    return True


def _fields(figure: Any, report: Mapping[str, Any]) -> bool:
    fields = list(report.get("curves") or {})
    if not fields:
        return False
    columns = min(_COLUMNS, len(fields))
    rows = -(-len(fields) // columns)
    figure.set_size_inches(2.15 * columns, 1.75 * rows + 0.5)
    grid = figure.subplots(rows, columns, sharex=True, sharey=True, squeeze=False)
    for axes in grid.flat[len(fields) :]:
        axes.set_visible(False)
    for number, (axes, field) in enumerate(zip(grid.flat, fields, strict=False)):
        _field_panel(report, field)(axes)
        axes.set_title(field, fontsize=8.5)
        axes.tick_params(labelbottom=number + columns >= len(fields))
    marks = {label: mark for axes in grid.flat for mark, label in zip(*axes.get_legend_handles_labels(), strict=True)}
    marks.pop("answers", None)
    if marks:
        figure.legend(marks.values(), marks.keys(), loc="outside upper right", ncols=len(marks))
    figure.supxlabel("accepted without a person", fontsize=9)
    figure.supylabel("wrong among the accepted", fontsize=9)
    return True


def _reliability(figure: Any, report: Mapping[str, Any]) -> bool:
    every = _bins(report)
    if not every:
        return False
    figure.set_size_inches(3.6 * len(every), 4.4)
    grid = figure.subplots(2, len(every), sharex=True, squeeze=False, height_ratios=(4, 1))
    for column, (source, bins) in enumerate(every.items()):
        _diagram(grid[:, column], bins, source)
        grid[0, column].set_title(source)
    return True


def _comparison(figure: Any, report: Mapping[str, Any]) -> bool:
    scores = (report.get("comparison") or {}).get("scores")
    if not scores:
        return False
    figure.set_size_inches(5.6, 4.0)
    axes = figure.subplots()
    _sources(axes, scores)
    axes.set_title("The same values, ordered by each source of confidence")
    return True


def _panel(report: Mapping[str, Any], *, whole_documents: bool) -> Draw | None:
    curve = report.get("document_curve" if whole_documents else "curve")
    if not curve:
        return None
    target = report.get("document_target" if whole_documents else "target_precision")
    marks = _thresholds(report.get("document_thresholds") or {}) if whole_documents else {}
    together = None if whole_documents else swept_at(report)

    def draw(axes: Any) -> None:
        draw_acceptance(axes, {"answers": curve}, target=target, thresholds=marks)
        if together and together["overall"].get("seen_precision") is not None:
            error = 1 - together["overall"]["seen_precision"]
            share, label = together["overall"]["accepted_share"], "every field at its own threshold"
            axes.plot(share, error, "*", color=ORANGE, markersize=12, label=label, clip_on=False)
        handles, labels = axes.get_legend_handles_labels()
        axes.legend(handles[1:], labels[1:], loc="upper left")
        if target is not None:
            text = f"asked for: {100 * target:g} % right"
            axes.annotate(text, (0, 1 - target), xytext=(4, 2), textcoords="offset points", fontsize=8)

    return draw


def _field_panel(report: Mapping[str, Any], field: str) -> Draw:
    return lambda axes: draw_acceptance(
        axes,
        {"answers": report["curves"][field]},
        target=report.get("target_precision"),
        thresholds=_thresholds((report.get("thresholds") or {}).get(field) or {}),
        worst=max(map(error_rate, chain.from_iterable(report["curves"].values())), default=0.0),
        small=True,
    )


def _sources(axes: Any, scores: Mapping[str, Mapping[str, Any]]) -> None:
    draw_acceptance(axes, {source: score["curve"] for source, score in scores.items()})
    axes.legend(loc="upper left")


def _diagram(column: Any, bins: panels.Curve, source: str) -> None:
    draw_reliability(column[0], bins, source=source)
    draw_counts(column[1], bins, source=source)


def _bins(report: Mapping[str, Any]) -> dict[str, panels.Curve]:
    """Of every source where they were compared, else of the verifier alone."""
    comparison = report.get("comparison") or {}
    scores = {**(comparison.get("scores") or {"verifier": report}), "nothing found": comparison.get("absent") or {}}
    return {source: score["reliability"] for source, score in scores.items() if score.get("reliability")}


def _thresholds(groups: Mapping[str, Any]) -> dict[str, float]:
    found = {group: (groups.get(group) or {}).get("threshold") for group in panels.GROUP_MARKS}
    return {group: threshold for group, threshold in found.items() if threshold is not None}


def _svg(name: str, draw: Draw, *, size: tuple[float, float]) -> str:
    with figure() as drawn:
        drawn.set_size_inches(*size)
        draw(drawn.subplots())
        return to_svg(drawn, name)
