"""Similarity of texts with edits that can be counted."""

from __future__ import annotations

import pytest

from fakta_lab.evaluation.anls import anls
from fakta_lab.evaluation.latency import latency


@pytest.mark.parametrize(
    ("truth", "pred", "score"),
    [
        ("Ek AB", "Ek AB", 1.0),
        ("Ek AB", "EK  ab", 1.0),
        ("Ek AB", None, 0.0),
        # One letter of ten.
        ("Norrvik AB", "Norrvjk AB", 0.9),
        # Three of the longer text's eight.
        ("Alm & Ek", "Alm &", 5 / 8),
        # Half of it is too much: the distance has to be below 0.5.
        ("abcd", "abxy", 0.0),
    ],
)
def test_similarity_is_one_minus_the_share_of_edits(truth: str, pred: str | None, score: float) -> None:
    assert anls(truth, pred) == pytest.approx(score)


def test_latency_is_of_those_that_say_how_long_it_took() -> None:
    # Between 30 and 40: 0.95 · 3 = 2.85 steps from the first.
    assert latency([10.0, None, 40.0, 20.0, 30.0]) == {"documents": 4, "median_ms": 25.0, "p95_ms": 38.5}
    assert latency([None]) is None
