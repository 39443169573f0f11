"""What counts as equal, and which graphs may ship, without any model."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

pytest.importorskip("onnx", reason="needs the lab extra")

import fakta_lab.export.quantization
from fakta.errors import GateFailed
from fakta_lab.export.levels import EqualLevel, LogitLevel, Parity, logit_level
from fakta_lab.export.outcomes import (
    REVIEW,
    Outcome,
    compared_decisions,
    compared_values,
    differing_values,
    probe_threshold,
)
from fakta_lab.export.quantization import Quantize, speedup

SAME = EqualLevel("values", 2, 10, {})


def level(*found: tuple[str, str, float], agreement: float = 1.0) -> LogitLevel:
    return logit_level(found, tolerance=1e-4, agreement=agreement, unit="words")


def outcome(accepted: bool = False, **fields: tuple[Any, float]) -> Outcome:
    """Fields as (value, confidence)."""
    return Outcome(
        values={name: value for name, (value, _) in fields.items()} | {"line_items": []},
        confidences={name: confidence for name, (_, confidence) in fields.items()},
        accepted=dict.fromkeys(fields, accepted) | {REVIEW: not accepted},
        required=frozenset({"total"}),
    )


def test_first_output_beyond_the_tolerance_is_named() -> None:
    found = level(("encoder", "a.pdf page 1", 0.001), ("logits", "a.pdf page 1", 0.5), ("encoder", "b.pdf page 2", 0.2))
    assert (found.output, found.place, found.difference) == ("encoder", "b.pdf page 2", 0.2)
    assert found.failure == (
        "output 'encoder' of the graph differs from the model by 0.2 on b.pdf page 2, tolerance 0.0001"
    )
    assert level(("encoder", "a", 1e-6), ("logits", "b", 1e-5)).output == "logits"


def test_what_is_no_number_differs_most() -> None:
    found = level(("logits", "a", float("nan")), ("logits", "b", 0.5))
    assert found.place == "a"
    with pytest.raises(GateFailed, match="differs from the model by nan on a"):
        found.check()


def test_labels_have_to_be_the_same_even_where_numbers_are() -> None:
    assert level(("logits", "a", 1e-6)).failure == ""
    assert "0.50% of the words come out otherwise" in level(("logits", "a", 1e-6), agreement=0.995).failure


def test_message_counts_all_and_names_the_first() -> None:
    differing = {f"{i}.pdf": ("total", "due_date") for i in range(5)}
    failure = EqualLevel("values", 9, 90, differing).failure
    assert failure.startswith("10 of 90 values differ, in 5 of 9 documents: 0.pdf: total, due_date; 1.pdf: ")
    assert failure.endswith("2.pdf: total, due_date; and 2 more")


def test_integers_need_not_compute_the_same_numbers() -> None:
    far = level(("logits", "a", 3.0), agreement=0.99)
    Parity(far, SAME, SAME, "thresholds", same_weights=False).check()
    with pytest.raises(GateFailed, match="parity: output 'logits'"):
        Parity(far, SAME, SAME, "thresholds").check()
    changed = EqualLevel("decisions", 2, 10, {"a": (REVIEW,)})
    with pytest.raises(GateFailed, match="1 of 10 decisions differ, in 1 of 2 documents: a: needs_review"):
        Parity(far, SAME, changed, "thresholds", same_weights=False).check()


def test_values_are_compared_field_by_field_and_tables_whole() -> None:
    ones = {"a": outcome(total=("1.00", 0.9), day=(None, 0.0))}
    others = {"a": outcome(total=("2.00", 0.9), day=(None, 0.3))}
    assert compared_values(ones, others).differing == {"a": ("total",)}
    assert compared_values(ones, others).compared == 3
    (said,) = [one for one in differing_values(ones, others, ["a"]) if one["part"] == "total"]
    assert (said["reference"]["value"], said["bundle"]["value"]) == ("1.00", "2.00")


def test_own_thresholds_decide_where_they_accept_anything() -> None:
    ones = {"a": outcome(True, total=("1.00", 0.9)), "b": outcome(total=("1.00", 0.2))}
    others = {"a": outcome(total=("1.00", 0.9)), "b": outcome(total=("1.00", 0.2))}
    found, by = compared_decisions(ones, others)
    assert found.differing == {"a": ("total", REVIEW)}
    assert by == "the bundle's thresholds"


def test_probe_decides_where_nothing_is_accepted() -> None:
    ones = {"a": outcome(total=("1.00", 0.9)), "b": outcome(total=("1.00", 0.2))}
    others = {"a": outcome(total=("1.00", 0.5)), "b": outcome(total=("1.00", 0.2))}
    found, by = compared_decisions(ones, others)
    assert found.differing == {"a": ("total", REVIEW)}
    assert by.startswith("a probe threshold of 0.550000, ")
    near = {**others, "a": outcome(total=("1.00", 0.89))}
    assert not compared_decisions(ones, near)[0].differing


def test_probe_halves_what_was_found() -> None:
    found = {str(i): outcome(total=("1.00", i / 10), day=(None, 0.99)) for i in range(1, 10)}
    threshold = probe_threshold(found)
    assert threshold is not None
    assert sum(one.confidences["total"] > threshold for one in found.values()) in {4, 5}
    assert probe_threshold({"a": outcome(total=("1.00", 0.9))}) is None


def test_speed_is_the_median_of_pairs(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = {"slow": 0.3, "fast": 0.1}
    monkeypatch.setattr(fakta_lab.export.quantization, "_seconds", lambda run: seconds[run()])
    slow, fast = (lambda: "slow"), (lambda: "fast")
    assert speedup([slow, slow], [fast, fast]) == pytest.approx(3)
    assert speedup([fast], [slow], rounds=3) == pytest.approx(1 / 3)


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, ""),
        ({"ratio": 1.05}, "1.05 times as fast, 1.10 are needed"),
        ({"agreement": 0.97}, "keeps 97.00% of the labels, 99.00% are needed"),
        ({"values": EqualLevel("values", 2, 10, {"a": ("total",)})}, "changes 1 of 10 values"),
        (
            {"ratio": 0.5, "decisions": EqualLevel("decisions", 2, 10, {"a": ("total", REVIEW)})},
            "0.50 times as fast, 1.10 are needed, changes 2 of 10 decisions",
        ),
    ],
)
def test_candidate_has_to_be_faster_and_change_nothing(changes: Mapping[str, Any], reason: str) -> None:
    given = {"ratio": 2.0, "agreement": 1.0, "values": SAME, "decisions": SAME, "min_agreement": 0.99, **changes}
    numbers = given.pop("ratio"), given.pop("agreement"), given.pop("values"), given.pop("decisions")
    assert fakta_lab.export.quantization._refused(*numbers, **given) == reason


def test_what_is_tried() -> None:
    assert Quantize("auto").kinds == ("dynamic", "static")
    assert Quantize("static").kinds == ("static",)
    assert Quantize("none").kinds == ()
