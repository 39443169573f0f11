"""What was measured is what runs: the manifest's cascade, carried out by the runtime on the same documents."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from rich.console import Console
from tests.lab.tuning.judged import simulation

from fakta.cascade import CascadePolicy, route, settle
from fakta.errors import ConfigError
from fakta.extraction import ExtractedField, Extraction
from fakta_lab.config import load_config
from fakta_lab.tuning.cascade.choice import CascadeTuning, cascade_by_cost, cascade_by_promise, policy_table
from fakta_lab.tuning.cascade.cost_thresholds import rules_by_cost
from fakta_lab.tuning.cascade.costs import CostsConfig
from fakta_lab.tuning.cascade.documents import JudgedDocument
from fakta_lab.tuning.cascade.policies import CASCADES, Rules, spend

CONFIG = Path(__file__).parents[4] / "configs" / "costs.yaml"
COSTS = load_config(CONFIG, CostsConfig)
REQUIRED: frozenset[str] = simulation().REQUIRED
SCHEMA: dict[str, Any] = {
    "fields": {name: {"kind": "identifier", "required": name in REQUIRED} for name in simulation().FIELDS}
}


@pytest.fixture(scope="module")
def documents() -> list[JudgedDocument]:
    made: list[JudgedDocument] = simulation().simulate(60, seed=3, slope=1.1).documents
    return made


@pytest.fixture(scope="module")
def tuned(documents: list[JudgedDocument]) -> CascadeTuning:
    return cascade_by_cost(documents, costs=COSTS, required=REQUIRED, seed=0)


def extraction(document: JudgedDocument, rules: Rules) -> Extraction:
    """What the runtime would have read: the value A in every field."""
    fields = {
        each.example.field: ExtractedField(
            each.example.field, "A1", confidence=each.confidence, accepted=rules.accepts(each)
        )
        for each in document.fields
    }
    review = any(not fields[name].accepted for name in REQUIRED)
    return Extraction(document.name, "0" * 64, 1, "fakta/test", review, fields)


def second_answers(document: JudgedDocument) -> dict[str, str]:
    """The second reader's answers: A where it agrees, B where it does not."""
    assert document.second is not None
    return {name: "A1" if answer.agrees else "B2" for name, answer in document.second.items()}


@pytest.mark.parametrize("policy", CASCADES)
def test_the_runtime_does_what_was_measured(policy: str, documents: list[JudgedDocument]) -> None:
    prices = COSTS.prices()
    rules = rules_by_cost(costs=prices, required=REQUIRED)(documents, policy)
    section = {
        "policy": policy,
        "costs": COSTS.to_manifest(),
        "fields": {name: entry.to_dict() for (name, _), entry in rules.agreement.items()},
    }
    manifest = json.loads(json.dumps({"schema": SCHEMA, "cascade": section}))
    runtime = CascadePolicy.from_manifest(manifest)
    steps = set()
    for document in documents:
        spent = spend(document, policy, rules, costs=prices, required=REQUIRED)
        read = extraction(document, rules)
        step = route(read, runtime).step
        steps.add(step)
        assert (step == "second_reader") == spent.asked
        if step == "second_reader":
            read = settle(read, second_answers(document), runtime)
        assert read.needs_review == spent.touched
    assert "accept" in steps or policy != "person"
    assert "second_reader" in steps or policy == "person"


def test_the_cheapest_that_can_be_carried_out_is_chosen(tuned: CascadeTuning) -> None:
    by_policy = {row.policy: row.per_thousand for row in tuned.policies}
    assert by_policy[tuned.policy] == min(by_policy[name] for name in CASCADES)
    assert tuned.policies[0].per_thousand <= by_policy["all_person"]
    assert tuned.section["policy"] == tuned.policy
    assert set(tuned.thresholds) == set(SCHEMA["fields"])
    report = json.loads(json.dumps(tuned.to_dict()))
    first = report["policies"][0]
    assert first["per_thousand"] == pytest.approx(first["mistakes"] + first["review"] + first["second_reader"])


def test_the_table_shows_every_policy(tuned: CascadeTuning) -> None:
    console = Console(width=200, record=True)
    console.print(policy_table(tuned))
    text = console.export_text()
    assert "everything to a person" in text
    assert "chosen: fakta; what is held to the second reader" in text


def test_a_promise_lets_agreement_count_only_where_it_is_promised_too(documents: list[JudgedDocument]) -> None:
    def by_promise(target: float, **changed: Any) -> CascadeTuning:
        settings: dict[str, Any] = {"confidence": 0.95, "required": REQUIRED, **changed}
        return cascade_by_promise(documents, accepts=lambda _: False, target=target, **settings)

    strict = by_promise(0.99)
    assert strict.policy == "person"
    assert strict.policies == []
    assert strict.section["costs"] is None
    reason = strict.section["fields"]["amount_due"]["reason"]
    assert reason.startswith("cannot be promised: ")
    assert reason.endswith(" examples, 299 needed")
    lax = by_promise(0.9)
    assert lax.policy == "agree"
    assert lax.section["fields"]["amount_due"]["lower_bound"] >= 0.9
    compared = by_promise(0.9, costs=COSTS)
    assert compared.policy in {"agree", "routed"}
    assert {row.policy for row in compared.policies} >= {"trust", "all_person"}


def test_slips_in_costs_are_all_told_at_once() -> None:
    overrides = ["wrong.iban=-1", "reviw.field=1", "missing={iban: 3}", "second_reader.document=.nan"]
    with pytest.raises(ConfigError) as told:
        load_config(CONFIG, CostsConfig, overrides=overrides)
    for part in ("wrong.iban", "'reviw'; did you mean 'review'?", "'default' is missing", "second_reader.document"):
        assert part in str(told.value)


def test_prices_of_unknown_fields_are_found() -> None:
    from fakta.schema import invoice_schema

    known = frozenset(invoice_schema().fields)
    assert COSTS.unknown_fields(known) == ()
    slipped = load_config(CONFIG, CostsConfig, overrides=["wrong.bankgrio=1"])
    assert slipped.unknown_fields(known) == ("bankgrio",)
