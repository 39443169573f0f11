"""Signals that can be recomputed by hand, and layouts of generated suppliers."""

from __future__ import annotations

import math
from random import Random

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakta.candidates.labels import Lexicon
from fakta.candidates.page import PageView
from fakta.resolve import Choice, Option
from fakta.resolve.scorer import Scorer
from fakta.schema import invoice_schema
from fakta_lab.review.sampling.layouts import likeness, signature
from fakta_lab.review.sampling.signals import chance_of_error, disagreement, money_at_stake
from fakta_lab.synth.invoice import make_invoice
from fakta_lab.synth.supplier import make_supplier

LOG_ODDS = st.floats(-800, 800)


@given(score=LOG_ODDS, runner_up=LOG_ODDS)
def test_the_chance_of_error_is_a_probability(score: float, runner_up: float) -> None:
    option = Option("x", [], score)
    assert 0.0 <= chance_of_error(Choice("bic", option, runner_up), required=False) <= 1.0
    assert 0.0 <= chance_of_error(Choice("bic", None, runner_up), required=False) <= 1.0


def test_a_close_rival_makes_unsure_and_a_missing_required_value_is_wrong() -> None:
    option = Option("x", [], 4.0)
    alone, beside = (chance_of_error(Choice("bic", option, rival), required=True) for rival in (-10.0, 4.0))
    assert alone == pytest.approx(1 - 1 / (1 + math.exp(-4) + math.exp(-14)))
    assert beside == pytest.approx(1 - 1 / (2 + math.exp(-4)))
    assert chance_of_error(Choice("bic", None, -10.0), required=True) == 1.0


def test_labels_and_model_that_favour_different_values_disagree() -> None:
    def apart(*evidence: dict[str, float]) -> float:
        options = [Option(str(i), [], 0.0, evidence=each) for i, each in enumerate(evidence)]
        return disagreement("due_date", options, Scorer.by_hand(invoice_schema()))

    labelled, read = {"label": 1.0, "label_sure": 1.0}, {"model": 0.9, "read_by_model": 1.0}
    assert apart(labelled, read) > 0.8
    assert apart(read, labelled) == pytest.approx(apart(labelled, read))
    assert apart({**labelled, **read}, {}) == 0.0
    assert apart(labelled, {"model": 0.05}) < 0.1
    assert apart(labelled) == 0.0
    assert apart() == 0.0


def test_the_model_s_view_of_a_party_counts_for_the_right_role() -> None:
    """The evidence for an org number adds up both parties; only the role says which the model reads here."""
    own = {"model": 0.95, "model_role": 0.95, "label": 1.0}
    others = {"model": 0.98, "model_role": -0.98}
    options = [Option("1", [], 0.0, evidence=own), Option("2", [], 0.0, evidence=others)]
    assert disagreement("supplier_org_number", options, Scorer.by_hand(invoice_schema())) == 0.0


def test_money_needs_doubt_and_an_amount() -> None:
    stakes = money_at_stake([1000.0, 1_000_000.0, 1_000_000.0, None], [1.0, 1.0, 0.0, 1.0])
    assert stakes == [pytest.approx(math.log1p(1000) / math.log1p(1_000_000)), 1.0, 0.0, 0.0]
    assert money_at_stake([], []) == []
    assert money_at_stake([0.0, None], [1.0, 1.0]) == [0.0, 0.0]


def test_invoices_of_one_supplier_look_alike_and_others_do_not() -> None:
    views, suppliers = [], []
    for i in range(8):
        supplier = make_supplier(f"layouts.{i}", profile="demo")
        for turn in range(3):
            page = make_invoice(supplier, turn).pages[0].as_page(1)
            views.append(PageView.of(page, Lexicon.shipped(), None))
            suppliers.append(i)
    layouts = [signature(view) for view in views]
    alike = likeness(layouts, layouts).toarray()
    same = np.equal.outer(suppliers, suppliers) & ~np.eye(len(suppliers), dtype=bool)
    strange = np.not_equal.outer(suppliers, suppliers)
    assert np.median(alike[same]) > 0.6
    assert np.quantile(alike[strange], 0.95) < 0.1
    assert np.allclose(alike, alike.T)
    assert np.allclose(np.diag(alike), 1.0)


def test_likeness_of_blocks_is_that_of_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.lab.review.sampling.pools import layout

    from fakta_lab.review.sampling import layouts as module

    names = [Random(i).choice("abcd") for i in range(11)]
    found = [layout(name) for name in names]
    whole = likeness(found, found).toarray()
    monkeypatch.setattr(module, "_BLOCK", 3)
    assert np.allclose(likeness(found, found).toarray(), whole)
    assert likeness([], found).shape == (0, 11)
    assert likeness(found, []).shape == (11, 0)
