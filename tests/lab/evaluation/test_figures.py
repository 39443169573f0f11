"""Figures of whole documents, recomputed by hand."""

from __future__ import annotations

from typing import Any

import pytest

from fakta_lab.evaluation import Counts, DocumentScore, f1_interval, share_interval
from fakta_lab.evaluation.figures import DocumentFigures
from fakta_lab.evaluation.rows import TableCounts

RIGHT, WRONG = Counts(tp=1), Counts(fp=1, fn=1)


def figures(*scores: DocumentScore) -> dict[str, Any]:
    return DocumentFigures(scores).to_dict()


def score(number: int, counts: Counts = RIGHT, **rest: Any) -> DocumentScore:
    return DocumentScore(f"{number}.pdf", fields={"bankgiro": counts}, **rest)


def ends(interval: tuple[float, float]) -> dict[str, float]:
    return {"low": pytest.approx(interval[0], abs=1e-6), "high": pytest.approx(interval[1], abs=1e-6)}


def test_a_document_is_exact_when_no_field_and_no_row_is_wrong() -> None:
    rows = {"line_items": TableCounts(rows=Counts(tp=2, fn=1))}
    found = figures(score(1), score(2, WRONG), score(3, tables=rows), score(4, Counts()))["exact_match"]
    assert found == {
        "share": 0.5,
        **ends(share_interval(2, 4)),
        "right": 2,
        "fields": {"share": 0.75, **ends(share_interval(3, 4)), "right": 3},
    }


def test_intervals_stand_where_the_figures_stand_and_say_what_was_drawn() -> None:
    scores = [score(i, WRONG if i < 3 else RIGHT) for i in range(10)]
    found = figures(*scores)["intervals"]
    assert (found["by"], found["clusters"], found["level"]) == ("document", 10, 0.95)
    expected = f1_interval([WRONG] * 3 + [RIGHT] * 7)
    assert found["fields"]["bankgiro"]["f1"] == found["micro"]["f1"] == ends(expected)


def test_suppliers_are_drawn_where_enough_are_known() -> None:
    scores = [score(i, WRONG if i < 4 else RIGHT, supplier=f"supplier {i // 4}") for i in range(20)]
    found = figures(*scores)
    assert (found["intervals"]["by"], found["intervals"]["clusters"]) == ("supplier", 5)
    expected = f1_interval([WRONG] * 4 + [RIGHT] * 16, clusters=[each.supplier for each in scores])
    # Exact match is of the same documents, so drawn with them it has the same interval.
    assert found["intervals"]["micro"]["f1"] == ends(expected)
    assert {name: found["exact_match"][name] for name in ("low", "high")} == ends(expected)
    few = [score(i, supplier=f"supplier {i % 4}") for i in range(20)]
    assert figures(*few)["intervals"]["by"] == "document"


def test_errors_of_what_nobody_looks_at() -> None:
    found = figures(
        score(1, released=True, accepted=1, accepted_right=1),
        score(2, WRONG, released=True, accepted=1, accepted_right=0),
        score(3, WRONG, released=False, accepted=0),
    )
    assert (found["touchless"]["wrong"], found["touchless"]["error"]) == (1, 0.5)
    low, high = share_interval(1, 2)
    assert found["touchless"]["error_low"] == pytest.approx(low, abs=1e-6)
    assert found["touchless"]["error_high"] == pytest.approx(high, abs=1e-6)
    assert (found["accepted"]["wrong"], found["accepted"]["error"]) == (1, 0.5)


def test_nothing_accepted_has_no_error_and_nothing_said_no_figure() -> None:
    found = figures(score(1, released=False, accepted=0))
    assert found["touchless"] == {"wrong": 0, "error": None, "error_low": None, "error_high": None}
    assert found["accepted"]["error"] is None
    assert not {"touchless", "accepted", "anls", "shots", "latency"} & figures(score(1)).keys()


def test_texts_are_averaged_over_values_not_over_documents() -> None:
    found = figures(score(1, anls={"supplier_name": 1.0, "customer_name": 0.5}), score(2, anls={"supplier_name": 0.0}))
    assert (found["anls"]["score"], found["anls"]["values"]) == (0.5, 3)
    assert {name: each["score"] for name, each in found["anls"]["fields"].items()} == {
        "supplier_name": 0.5,
        "customer_name": 0.5,
    }


def test_shots_have_their_own_figures_and_intervals() -> None:
    known = [score(i, subset="4+-shot") for i in range(3)]
    found = figures(*known, score(3, WRONG, subset="0-shot"), score(4, subset="0-shot"))
    assert list(found["shots"]) == ["0-shot", "4+-shot"]
    assert found["shots"]["0-shot"] == {"precision": 0.5, "recall": 0.5, "f1": 0.5, "support": 2, "documents": 2}
    assert found["intervals"]["shots"]["4+-shot"]["f1"] == ends(share_interval(3, 3))


def test_documents_that_failed_tell_nothing_about_time() -> None:
    found = figures(score(1, milliseconds=20.0), score(2, milliseconds=40.0), score(3, failed=True, milliseconds=1.0))
    assert found["latency"] == {"documents": 2, "median_ms": 30.0, "p95_ms": 39.0}
