"""Thresholds by cost: what they weigh, how near they come to the least possible cost, what they promise."""

from __future__ import annotations

import itertools
from typing import Any

import numpy as np
import pytest
from tests.lab.tuning.judged import COSTS, REQUIRED, judged, simulation

from fakta.costs import Costs
from fakta_lab.evaluation.intervals import exact_low
from fakta_lab.tuning.cascade.agreement import cheap_agreement
from fakta_lab.tuning.cascade.cost_thresholds import cheapest_thresholds, descend, rules_by_cost
from fakta_lab.tuning.cascade.documents import JudgedDocument, SecondAnswer, documents_of
from fakta_lab.tuning.cascade.ledger import Ledger, ledger
from fakta_lab.tuning.cascade.policies import Rules, accepted_by, compare, spend
from fakta_lab.tuning.cascade.recalibration import mistake_probabilities


def invented(n: int, *, seed: int, second: bool = False) -> list[JudgedDocument]:
    """Documents with two required fields and one that is not, of which some are not found."""
    rng = np.random.default_rng(seed)
    each, answers = [], {}
    for i in range(n):
        for field in ("amount", "date", "iban"):
            confidence = round(float(rng.beta(5, 1)), 2)
            right = bool(rng.random() < confidence)
            found = field != "iban" or bool(rng.random() < 0.6)
            each.append(judged(field, confidence, right, found=found, document=str(i), supplier=f"s{i % 7}"))
            if second and rng.random() < 0.9:
                agrees = bool(rng.random() < (0.8 if right else 0.2))
                answers[str(i), field] = SecondAnswer(agrees, right if agrees else not right)
    return documents_of(each, answers)


def outcomes(documents: list[JudgedDocument]) -> Any:
    return np.array([float(not each.example.right) for one in documents for each in one.fields])


@pytest.mark.parametrize("policy", ["person", "agree"])
@pytest.mark.parametrize("seed", range(5))
def test_the_ledger_adds_up_to_what_the_policy_costs(policy: str, seed: int) -> None:
    documents = invented(30, seed=seed, second=True)
    cut = 0.85
    agreement = cheap_agreement(documents, lambda each: each.confidence >= cut, costs=COSTS, required=REQUIRED)
    rules = Rules(lambda each: each.confidence >= cut, agreement)
    spent = sum(spend(one, policy, rules, costs=COSTS, required=REQUIRED).total for one in documents)
    book = ledger(
        documents,
        costs=COSTS,
        required=REQUIRED,
        mistake=outcomes(documents),
        policy=policy,
        agreement=agreement,
    )
    assert book.total(book.confidence < cut) == pytest.approx(spent)


def every_cut(book: Ledger) -> float:
    """The least cost of all combinations of thresholds."""
    cuts = [[np.inf, *sorted(set(book.confidence[book.cell == i]))] for i in range(len(book.cell_names))]
    return min(book.total(book.confidence < np.array(chosen)[book.cell]) for chosen in itertools.product(*cuts))


@pytest.mark.parametrize("seed", range(6))
def test_descent_finds_the_least_cost_of_all_thresholds(seed: int) -> None:
    documents = invented(7, seed=seed)
    book = ledger(documents, costs=COSTS, required=REQUIRED, mistake=mistake_probabilities(documents))
    assert book.total(descend(book)) == pytest.approx(every_cut(book))


@pytest.mark.parametrize("seed", range(5))
def test_no_threshold_is_ever_worse_than_looking_at_everything_or_at_nothing(seed: int) -> None:
    documents = invented(40, seed=seed, second=True)
    book = ledger(documents, costs=COSTS, required=REQUIRED, mistake=mistake_probabilities(documents))
    found = book.total(descend(book))
    assert found <= book.total(np.ones(len(book.cell), bool))
    assert found <= book.total(np.zeros(len(book.cell), bool))


def priced(wrong: float, *, missing: float = 0.0) -> Costs:
    return Costs(
        document=10, field=1, typing=0, second_reader=0, wrong={"default": wrong}, missing={"default": missing}
    )


def alike(n: int, confidence: float, **changed: Any) -> list[JudgedDocument]:
    return documents_of(
        [judged("amount", confidence, True, document=str(i), supplier=str(i), **changed) for i in range(n)]
    )


def test_the_price_decides() -> None:
    # A look costs 11 kr; of 400 sure and right values hardly any mistake is to be expected, but some.
    documents = alike(400, 0.999)
    cheap = cheapest_thresholds(documents, costs=priced(100), required=REQUIRED)
    assert cheap["amount"]["unknown"]["threshold"] == 0.999
    assert accepted_by(cheap)(documents[0].fields[0])
    dear = cheapest_thresholds(documents, costs=priced(1_000_000), required=REQUIRED)["amount"]["unknown"]
    assert (dear["threshold"], dear["lower_bound"], dear["accepted_share"]) == (None, None, 0.0)
    assert dear["reason"] == "a look costs less than the mistakes that are expected, also among the surest"


def test_an_entry_says_what_was_seen_and_what_holds() -> None:
    entry = cheapest_thresholds(alike(400, 0.999), costs=priced(100), required=REQUIRED)["amount"]["unknown"]
    assert entry == {
        "threshold": 0.999,
        "lower_bound": exact_low(400, 400, level=0.95),
        "examples": 400,
        "right": 400,
        "suppliers": 400,
        "accepted_share": 1.0,
        "seen_precision": 1.0,
        "reason": "",
    }


def test_the_bound_pays_for_the_choice_among_thresholds() -> None:
    documents = documents_of(
        [judged("amount", 0.999 + i * 1e-6, True, document=str(i), supplier=str(i)) for i in range(400)]
    )
    entry = cheapest_thresholds(documents, costs=priced(100), required=REQUIRED)["amount"]["unknown"]
    assert entry["lower_bound"] == pytest.approx((0.05 / 400) ** (1 / 400))


def test_one_document_of_an_unknown_supplier_counts_and_all_of_a_known_one() -> None:
    each = [judged("amount", 0.999, True, document=f"u{i}", supplier="one") for i in range(200)]
    each += [judged("amount", 0.999, True, document=f"k{i}", supplier="one", known=True) for i in range(200)]
    entries = cheapest_thresholds(documents_of(each), costs=priced(100), required=REQUIRED)["amount"]
    assert entries["unknown"]["lower_bound"] == pytest.approx(0.05)
    assert entries["known"]["lower_bound"] == pytest.approx(0.05 ** (1 / 200))


def test_groups_have_thresholds_of_their_own_in_the_manifest() -> None:
    each = [judged("amount", 0.999, True, document=f"k{i}", supplier=str(i), known=i % 2 > 0) for i in range(400)]
    each += [judged("iban", 0.4, i % 5 < 2, found=False, document=f"k{i}", supplier=str(i)) for i in range(400)]
    chosen = cheapest_thresholds(documents_of(each), costs=priced(100, missing=5), required=REQUIRED)
    assert {name: set(groups) for name, groups in chosen.items()} == {
        "amount": {"known", "unknown"},
        "iban": {"absent"},
    }
    # A known supplier goes by the general threshold where it has none of its own.
    assert accepted_by(chosen)(judged("amount", 0.9995, True, known=True))
    general = cheapest_thresholds(alike(400, 0.999), costs=priced(100), required=REQUIRED)
    assert accepted_by(general)(judged("amount", 0.9995, True, known=True))
    assert not accepted_by(general)(judged("iban", 0.9999, True))


@pytest.mark.parametrize("slope", [1.0, 1.4])
def test_the_cost_elsewhere_is_near_the_least_possible(slope: float) -> None:
    """On a known process; summed outcomes come to 1.2 to 2.2 times the least possible (docs/cascade.md)."""
    script = simulation()
    from_script = script.load_config(script.CONFIG, script.CostsConfig).prices()
    test = script.simulate(500, seed=99, slope=slope)
    truth = ledger(test.documents, costs=from_script, required=script.REQUIRED, mistake=test.wrong)
    least = truth.total(descend(truth)) / len(test.documents)
    costs = []
    for seed in range(4):
        train = script.simulate(150, seed=seed, slope=slope)
        mistake = mistake_probabilities(train.documents)
        costs.append(script.true_cost(train, test, mistake, from_script)[1] / 1000)
    assert np.mean(costs) < 1.08 * least


def test_the_reported_cost_is_kept_elsewhere() -> None:
    script = simulation()
    costs = script.load_config(script.CONFIG, script.CostsConfig).prices()
    choose = rules_by_cost(costs=costs, required=script.REQUIRED)
    documents = script.simulate(100, seed=4).documents
    rows = compare(documents, costs=costs, required=script.REQUIRED, choose=choose, seed=0)
    fresh = script.simulate(300, seed=5).documents
    for policy in ("person", "agree"):
        row = next(row for row in rows if row.policy == policy)
        rules = choose(documents, policy)
        spent = [spend(one, policy, rules, costs=costs, required=script.REQUIRED).total for one in fresh]
        assert 1000 * float(np.mean(spent)) < row.high
    by_policy = {row.policy: row.per_thousand for row in rows}
    assert rows[0].per_thousand <= by_policy["all_person"]
