"""May the new model take the old one's place?"""

from __future__ import annotations

from dataclasses import replace

import pytest
from tests.lab.improve.paired import document
from tests.lab.improve.test_figures import figures

from fakta_lab.evaluation import GateResult
from fakta_lab.improve.figures import Figures
from fakta_lab.improve.pairs import PairedDocument
from fakta_lab.improve.verdict import Verdict, judge


def of_suppliers(n: int, old: str, new: str) -> list[PairedDocument]:
    return [document(f"{i}.pdf", f"{i} AB", bic=("A", old, new), iban=("C", "+C", "+C")) for i in range(n)]


def verdict(found: Figures, *gates: GateResult) -> Verdict:
    return judge(found, gates, tolerance=0.01)


def test_better_in_every_supplier() -> None:
    found = verdict(figures(*of_suppliers(8, "B", "+A")))
    assert (found.outcome, found.may_be_promoted) == ("better", True)


def test_better_in_three_suppliers_may_be_chance() -> None:
    # Swapped in none or in all of three: 2 of 8 ways are as extreme, so that p is 0.25. It is nowhere behind, though.
    found = verdict(figures(*of_suppliers(3, "B", "+A")))
    assert (found.outcome, found.may_be_promoted) == ("equal", True)


def test_the_same_answers_are_equal() -> None:
    assert verdict(figures(*of_suppliers(3, "A", "A"))) == Verdict("equal")


def test_worse_in_every_supplier() -> None:
    found = verdict(figures(*of_suppliers(8, "A", "B")))
    assert found.outcome == "worse"
    assert set(found.obstacles) == {"less_accurate", "field_worse"}
    assert found.fields == ("bic",)


def test_one_better_and_one_worse_is_too_few_to_tell() -> None:
    documents = [*of_suppliers(1, "A", "B"), document("9.pdf", "9 AB", bic=("A", "B", "A"))]
    found = verdict(figures(*documents))
    assert (found.outcome, found.obstacles) == ("unknown", ("too_few",))


def test_dearer_is_an_obstacle_although_as_accurate() -> None:
    # The new model accepts nothing, so that each document is opened for its amount.
    documents = [document(f"{i}.pdf", f"{i} AB", amount_due=("1.00", "+1.00", "1.00")) for i in range(4)]
    assert verdict(figures(*documents)).obstacles == ("dearer",)


def test_a_gate_that_is_not_met() -> None:
    missed = GateResult("micro.f1", 0.99, 0.5)
    found = verdict(figures(*of_suppliers(8, "B", "+A")), missed, replace(missed, floor=0.1))
    assert found.obstacles == ("gate",)
    assert found.gates == ("micro.f1 0.5000 < 0.99",)


def test_nothing_compared_is_not_promoted() -> None:
    found = verdict(figures(document("1.pdf", "A AB", iban=(None, "", ""))))
    assert (found.outcome, found.obstacles) == ("unknown", ("nothing_compared",))


@pytest.mark.parametrize("found", [Verdict("equal"), Verdict("worse", ("less_accurate",), ("bic",), ("a < b",))])
def test_json_form(found: Verdict) -> None:
    assert Verdict.from_dict(found.to_dict()) == found
