"""Scores that can be recomputed by hand."""

from __future__ import annotations

import pytest

from fakta_lab.evaluation.scoring import Counts, score_value


@pytest.mark.parametrize(
    ("truth", "pred", "kind", "expected"),
    [
        ("17", "17", "identifier", (1, 0, 0)),
        ("17", "18", "identifier", (0, 1, 1)),
        ("17", None, "identifier", (0, 0, 1)),
        (None, "17", "identifier", (0, 1, 0)),
        (None, None, "identifier", (0, 0, 0)),
        ("Berg & Co AB", "Berg  &\nCo AB ", "name", (1, 0, 0)),
        ("Berg & Co AB", "berg & co ab", "name", (0, 1, 1)),
        ("100.00", "100", "amount", (0, 1, 1)),
        ("F 17", "F  17", "identifier", (0, 1, 1)),
    ],
)
def test_one_value(truth: str | None, pred: str | None, kind: str, expected: tuple[int, int, int]) -> None:
    counts = score_value(truth, pred, kind=kind)
    assert (counts.tp, counts.fp, counts.fn) == expected


def test_figures_without_anything_right_are_zero() -> None:
    assert (Counts(fp=1).precision, Counts(fp=1).recall, Counts(fn=1).precision, Counts(fn=1).f1) == (0, 0, 0, 0)
