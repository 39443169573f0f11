"""What a curve says: pooling, quartiles, errors gone, losses; and how it is drawn and written."""

from __future__ import annotations

import csv
import io
from dataclasses import replace
from pathlib import Path

import pytest

from fakta.errors import InputError
from fakta_lab.evaluation import Counts
from fakta_lab.fewshot import Curve, plot, render_csv, render_markdown
from fakta_lab.fewshot.figures import interval
from fakta_lab.fewshot.points import Point, PointFile, Score


def score(right: int, wrong: int) -> Score:
    """That many values right and that many misread, in two documents."""
    return Score(2, Counts(tp=right, fp=wrong, fn=wrong), {"bankgiro": wrong} if wrong else {})


@pytest.fixture
def curve() -> Curve:
    """Two suppliers, one of which is read well before any correction; two errors in ten go, then all."""
    points = (
        Point("none", "", 0, score(98, 2)),
        Point("none", "A", 0, score(10, 0), seconds=0.2, cpu_seconds=0.2),
        Point("none", "B", 0, score(5, 5)),
        Point("finetune", "A", 1, score(10, 0), score(99, 1), seconds=10, cpu_seconds=16),
        Point("finetune", "B", 1, score(9, 1), score(96, 4), seconds=30, cpu_seconds=48),
    )
    return Curve("set", "other layouts", (0, 1), False, ("none", "finetune"), ("A", "B"), {"C": "too few"}, points)


def test_figures_are_pooled_over_suppliers(curve: Curve) -> None:
    before, after = curve.pooled("finetune")
    assert (before.f1, before.errors, before.suppliers, before.documents) == (0.75, 5, 2, 4)
    assert (after.f1, after.errors) == (0.95, 1)
    assert after.errors_gone == pytest.approx(0.8)
    assert (after.quartile, after.median, after.upper_quartile) == pytest.approx((0.925, 0.95, 0.975))
    assert (after.low, after.high) == (0.9, 1.0)
    assert (after.seconds, after.cpu_seconds) == (20, 32)


def test_the_loss_on_other_layouts_is_the_mean_and_the_worst(curve: Curve) -> None:
    before, after = curve.pooled("finetune")
    assert (before.others_f1, before.others_loss) == (0.98, 0.0)
    assert after.others_f1 == pytest.approx(0.975)
    assert after.others_loss == pytest.approx(0.005)
    assert after.others_worst == pytest.approx(0.02)


def test_a_learner_that_learns_nothing_stays_where_it_is(curve: Curve) -> None:
    before, after = curve.pooled("none")
    assert (before.f1, after.f1, after.errors_gone, after.others_loss, after.seconds) == (0.75, 0.75, 0.0, 0.0, 0.0)


def test_figures_of_one_supplier_have_no_spread(curve: Curve) -> None:
    rows = {(row.learner, row.supplier, row.corrections): row for row in curve.rows()}
    assert len(rows) == 2 * 2 + 2 * 2 * 2
    assert rows["finetune", "B", 1].f1 == 0.9
    assert rows["finetune", "B", 1].low is None
    # Nothing was wrong, so nothing can go.
    assert rows["finetune", "A", 1].errors_gone is None


def test_fields_that_are_wrong_come_with_the_most_frequent_first(curve: Curve) -> None:
    other = replace(curve.points[2], score=Score(2, Counts(tp=5, fp=5, fn=5), {"iban": 1, "bic": 4}))
    changed = replace(curve, points=(*curve.points[:2], other, *curve.points[3:]))
    assert list(changed.wrong("none", 0).items()) == [("bic", 4), ("iban", 1)]


def test_the_interval_narrows_with_more_suppliers() -> None:
    pair = [Counts(tp=10), Counts(tp=5, fp=5, fn=5)]
    few, many = interval(pair), interval(pair * 20)
    assert few == (0.5, 1.0)
    assert few[0] < many[0] < 0.75 < many[1] < few[1]


def test_csv_has_a_row_for_every_figure_and_blanks_where_nothing_is(curve: Curve) -> None:
    rows = list(csv.DictReader(io.StringIO(render_csv(curve))))
    assert [(row["learner"], row["supplier"], row["corrections"]) for row in rows[:4]] == [
        ("none", "", "0"),
        ("none", "", "1"),
        ("finetune", "", "0"),
        ("finetune", "", "1"),
    ]
    assert rows[3]["f1"] == "0.95"
    assert rows[-1]["low"] == ""


def test_markdown_is_a_table_as_wide_in_every_row(curve: Curve) -> None:
    text = render_markdown(curve)
    table = [line for line in text.splitlines() if line.startswith("|")]
    assert len(table) == 2 + 4
    assert len({line.count("|") for line in table}) == 1
    assert "0.9500" in table[-1]
    assert "80%" in table[-1]
    assert "+0.0050 (+0.0200)" in table[-1]


def test_the_picture_is_the_same_each_time(curve: Curve, tmp_path: Path) -> None:
    plot(curve, tmp_path / "a.png")
    plot(curve, tmp_path / "b.png")
    assert (tmp_path / "a.png").read_bytes() == (tmp_path / "b.png").read_bytes()
    plot(replace(curve, others=None), tmp_path / "narrow.png")
    assert (tmp_path / "narrow.png").read_bytes()[:4] == b"\x89PNG"
    assert {path.name for path in tmp_path.iterdir()} == {"a.png", "b.png", "narrow.png"}


def test_points_come_back_as_they_were(curve: Curve, tmp_path: Path) -> None:
    path = tmp_path / "points.jsonl"
    PointFile(path).add([("first", curve.points[0])])
    PointFile(path).add([("second", curve.points[4])])
    again = PointFile(path)
    assert again.find("first") == curve.points[0]
    assert again.find("second") == curve.points[4]
    assert again.find("third") is None


@pytest.mark.parametrize("text", ["no JSON\n", '{"document": "a.pdf"}\n', "[1]\n"])
def test_a_file_of_something_else_is_not_overwritten(text: str, tmp_path: Path) -> None:
    path = tmp_path / "points.jsonl"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=r"points\.jsonl: holds no points"):
        PointFile(path)
    assert path.read_text(encoding="utf-8") == text
