"""Pictures of a tuning report: those there are numbers for, always the same bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from fakta_lab.tuning.page.panels import draw_acceptance
from fakta_lab.tuning.page.plots import acceptance_svg, write_pictures

CURVE = [
    {"confidence": 0.99, "share": 0.4, "precision": 1.0},
    {"confidence": 0.9, "share": 0.8, "precision": 0.995},
    {"confidence": 0.2, "share": 1.0, "precision": 0.95},
]
BINS = [{"confidence": 0.6, "right": 0.5, "values": 40}, {"confidence": 0.999, "right": 1.0, "values": 300}]
REPORT: dict[str, Any] = {
    "target_precision": 0.99,
    "curve": CURVE,
    "curves": {"iban": CURVE, "odd <name> $\\frac$ %": CURVE},
    "thresholds": {"iban": {"unknown": {"threshold": 0.9}, "known": {"threshold": None}}},
    "reliability": BINS,
}


def test_the_same_report_gives_the_same_bytes(tmp_path: Path) -> None:
    first, second = tmp_path / "1", tmp_path / "2"
    for folder in (first, second):
        folder.mkdir()
        written = write_pictures(REPORT, folder)
        assert [path.name for path in written] == ["acceptance.png", "fields.png", "reliability.png"]
    for path in first.iterdir():
        assert path.read_bytes() == (second / path.name).read_bytes()
        with Image.open(path) as image:
            assert image.width >= 300
    assert acceptance_svg(REPORT) == acceptance_svg(REPORT)


def test_what_has_no_numbers_has_no_picture(tmp_path: Path) -> None:
    assert write_pictures({}, tmp_path) == []
    assert list(tmp_path.iterdir()) == []
    assert acceptance_svg({}) == acceptance_svg(REPORT, whole_documents=True) == ""


def test_a_drawing_takes_on_the_colours_of_the_page() -> None:
    svg = acceptance_svg(REPORT)
    assert svg.startswith("<svg ")
    assert "var(--blue)" in svg
    assert "#0072b2" not in svg
    assert "<?xml" not in svg


@pytest.mark.parametrize(("threshold", "marked"), [(0.9, (0.8, 0.005)), (0.95, (0.4, 0.0)), (0.995, None)])
def test_a_threshold_is_marked_where_it_cuts_the_curve(threshold: float, marked: tuple[float, float] | None) -> None:
    from matplotlib.figure import Figure

    axes = Figure().subplots()
    draw_acceptance(axes, {"values": CURVE}, thresholds={"unknown": threshold})
    marks = [line for line in axes.lines if line.get_marker() == "o"]
    if marked is None:
        assert marks == []
        return
    [mark] = marks
    assert (mark.get_xdata()[0], mark.get_ydata()[0]) == pytest.approx(marked)
