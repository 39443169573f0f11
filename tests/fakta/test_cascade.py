"""Settling what is held by a second reader's answers, and routing by what each step is expected to cost."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fakta.cascade import CascadePolicy, route, settle
from fakta.errors import BundleError
from fakta.extraction import ExtractedField, Extraction
from fakta.fields.base import Value

SCHEMA: dict[str, Any] = {
    "name": "test",
    "fields": {
        "amount_due": {"kind": "amount", "required": True},
        "invoice_date": {"kind": "date", "required": True},
        "supplier_name": {"kind": "name"},
        "iban": {"kind": "iban"},
    },
}
RATES: dict[str, Any] = {"agrees_if_right": 0.8, "agrees_if_wrong": 0.2, "second_right": 0.9}
AGREES: dict[str, Any] = {"agree": True, **RATES, "absent": {"agree": True, **RATES}}
COSTS: dict[str, Any] = {
    "review": {"document": 10, "field": 1, "typing": 4},
    "second_reader": {"document": 2},
    "wrong": {"default": 50},
    "missing": {"default": 20},
}
VALUES: dict[str, Value | None] = {
    "amount_due": Decimal("1250.00"),
    "invoice_date": date(2026, 4, 5),
    "supplier_name": "Norra Exempel AB",
    "iban": None,
}


def policy(name: str = "agree", **cascade: Any) -> CascadePolicy:
    usual = {"policy": name, "costs": COSTS, "fields": dict.fromkeys(VALUES, AGREES)}
    return CascadePolicy.from_manifest(json.loads(json.dumps({"schema": SCHEMA, "cascade": usual | cascade})))


def extraction(*accepted: str, confidence: float = 0.5) -> Extraction:
    fields = {
        name: ExtractedField(
            name, value, text="as printed", confidence=confidence, accepted=name in accepted, page=1, reasons=("read",)
        )
        for name, value in VALUES.items()
    }
    review = not {"amount_due", "invoice_date"} <= set(accepted)
    return Extraction("a.pdf", "0" * 64, 1, "fakta/test", review, fields, timings_ms={"read": 1.0})


def test_what_both_agree_on_is_accepted_with_the_confidence_of_two() -> None:
    settled = settle(extraction(), {"amount_due": "1 250,00 kr", "invoice_date": "5 april 2026"}, policy())
    amount = settled.fields["amount_due"]
    assert amount.accepted
    assert amount.confidence == pytest.approx(0.8)  # 0.5 x 0.8 / (0.5 x 0.8 + 0.5 x 0.2)
    assert amount.reasons == ("read", "second reader agrees")
    assert (amount.value, amount.text, amount.page) == (Decimal("1250.00"), "as printed", 1)
    assert not settled.needs_review
    assert settled.fields["supplier_name"].reasons[-1] == "second reader did not answer"
    assert settled.to_dict()["fields"]["amount_due"]["accepted"] is True


def test_one_required_field_that_stays_held_keeps_the_review() -> None:
    settled = settle(extraction(), {"fields": {"amount_due": 1250, "invoice_date": {"value": "2026-04-06"}}}, policy())
    assert settled.fields["amount_due"].accepted
    assert not settled.fields["invoice_date"].accepted
    assert settled.fields["invoice_date"].value == date(2026, 4, 5)
    assert settled.fields["invoice_date"].reasons[-1] == "second reader disagrees"
    assert settled.needs_review


def test_accepted_fields_are_not_asked_about() -> None:
    before = extraction("amount_due")
    settled = settle(before, {"amount_due": "1.00"}, policy("trust"))
    assert settled.fields["amount_due"] == before.fields["amount_due"]


def test_both_finding_nothing_is_agreement_where_that_was_measured() -> None:
    assert settle(extraction(), {"iban": None}, policy()).fields["iban"].accepted
    assert settle(extraction(), {"iban": " "}, policy()).fields["iban"].accepted
    unmeasured = {"iban": {key: value for key, value in AGREES.items() if key != "absent"}}
    held = settle(extraction(), {"iban": None}, policy(fields=unmeasured)).fields["iban"]
    assert not held.accepted
    assert held.reasons[-1] == "second reader agrees, which is not enough: agreement was not measured"


def test_agreement_that_was_not_promised_is_held_with_why() -> None:
    reason = "cannot be promised: 37 examples, 299 needed"
    fields = {"amount_due": {"agree": False, "reason": reason, **RATES}}
    settled = settle(extraction(), {"amount_due": "1250.00"}, policy(fields=fields))
    assert not settled.fields["amount_due"].accepted
    assert settled.fields["amount_due"].reasons[-1] == f"second reader agrees, which is not enough: {reason}"
    assert not settle(extraction(), {"amount_due": "1250.00"}, policy("person")).fields["amount_due"].accepted


IBAN = "SE3550000000054910000003"


def test_a_value_that_only_the_second_reader_found_is_shown_and_not_accepted() -> None:
    filled = settle(extraction(), {"iban": IBAN}, policy()).fields["iban"]
    assert (filled.value, filled.accepted, filled.page) == (IBAN, False, None)
    assert filled.confidence == 0.9
    assert filled.reasons[-1] == "found by second reader only"
    assert settle(extraction(), {"iban": IBAN}, policy(), fill=False).fields["iban"].value is None


def test_a_trusted_second_reader_is_believed() -> None:
    answers = {"amount_due": "99.50", "invoice_date": "2026-04-05", "supplier_name": None, "iban": IBAN}
    settled = settle(extraction(), answers, policy("trust"))
    values = {name: each.value for name, each in settled.fields.items()}
    assert values == {
        "amount_due": Decimal("99.50"),
        "invoice_date": date(2026, 4, 5),
        "supplier_name": None,
        "iban": IBAN,
    }
    assert all(each.accepted for each in settled.fields.values())
    assert settled.fields["amount_due"].text == "99.50"
    assert settled.fields["amount_due"].reasons[-1] == "second reader's answer"
    assert not settled.needs_review


UNUSABLE: dict[str, Any] = {
    "words": "about a thousand",
    "list": [1250],
    "object": {"amount": 1250},
    "truth value": True,
    "not a number": float("nan"),
    "a number that Python does not write": 10**6000,
    "a whole file": "9" * 20_000,
}


@pytest.mark.parametrize("answer", UNUSABLE.values(), ids=UNUSABLE)
@pytest.mark.parametrize("name", ["agree", "trust"])
def test_an_answer_that_is_no_value_is_a_disagreement(answer: Any, name: str) -> None:
    settled = settle(extraction(), {"amount_due": answer}, policy(name)).fields["amount_due"]
    assert not settled.accepted
    assert settled.value == Decimal("1250.00")
    assert settled.reasons[-1] == "second reader's answer is no amount"


@pytest.mark.parametrize("answers", [None, "1250.00", [], 7])
def test_no_object_is_no_answer(answers: Any) -> None:
    settled = settle(extraction(), answers, policy("trust"))
    assert settled.needs_review
    assert {each.reasons[-1] for each in settled.fields.values()} == {"second reader gave no usable answer"}


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from([*VALUES, "value", "fields"]), inner),
    max_leaves=8,
)


@given(ANYTHING, st.sampled_from(["person", "agree", "routed"]))
def test_nothing_that_comes_from_outside_breaks_it_or_changes_a_value(answers: Any, name: str) -> None:
    before = extraction()
    settled = settle(before, answers, policy(name))
    json.dumps(settled.to_dict())
    for field, value in VALUES.items():
        after = settled.fields[field]
        assert after.value == value or (value is None and not after.accepted)


def test_a_review_for_another_reason_is_not_lifted() -> None:
    before = extraction("amount_due", "invoice_date")
    held = Extraction("a.pdf", "0" * 64, 1, "fakta/test", needs_review=True, fields=before.fields)
    assert settle(held, {}, policy()).needs_review
    assert route(held, policy()).step == "review"


def test_a_bundle_without_a_cascade_asks_a_person() -> None:
    plain = CascadePolicy.from_manifest({"schema": SCHEMA})
    assert plain.policy == "person"
    assert route(extraction(), plain).step == "review"
    assert route(extraction("amount_due", "invoice_date"), plain).step == "accept"
    assert not settle(extraction(), {"amount_due": "1250.00"}, plain).fields["amount_due"].accepted


def test_routes_by_policy() -> None:
    assert route(extraction("amount_due", "invoice_date"), policy("trust")).step == "accept"
    assert route(extraction(), policy("trust")).step == "second_reader"
    assert route(extraction(), policy("agree")).step == "second_reader"
    assert route(extraction(), policy("person")).step == "review"
    fields = {"amount_due": AGREES}
    stuck = route(extraction(), policy("agree", fields=fields))
    assert (stuck.step, stuck.reason) == ("review", "agreement would not be enough for invoice_date")
    assert route(extraction("invoice_date"), policy("agree", fields=fields)).step == "second_reader"


def test_routes_by_cost() -> None:
    # The amount is the only held field that opens the document; nothing else is uncertain.
    sure = ("invoice_date", "supplier_name", "iban")
    likely = route(_with_amount(0.9, *sure), policy("routed"))
    assert likely.step == "second_reader"
    # Agrees: 0.9 x 0.8 + 0.1 x 0.2 = 0.74, 0.02 of it wrongly (50 kr); else 10 + 1 kr; typing in 0.08 of all.
    assert likely.costs["second_reader"] == pytest.approx(2 + 0.02 * 50 + 0.26 * 11 + 0.08 * 4)
    assert likely.costs["review"] == pytest.approx(10 + 1 + 0.1 * 4)
    assert likely.costs["accept"] == pytest.approx(0.1 * 50)
    # Nearly certainly wrong: agreement would be a mistake that both make.
    doubtful = route(_with_amount(0.0, *sure), policy("routed", costs={**COSTS, "wrong": {"default": 500}}))
    assert doubtful.step == "review"
    assert doubtful.reason.startswith("expected cost 1")
    assert route(_with_amount(0.0, *sure), policy("routed", costs=None)).step == "second_reader"


def _with_amount(confidence: float, *accepted: str) -> Extraction:
    made = extraction(*accepted, confidence=1.0)
    amount = extraction(confidence=confidence).fields["amount_due"]
    return Extraction("a.pdf", "0" * 64, 1, "fakta/test", True, {**made.fields, "amount_due": amount})


@pytest.mark.parametrize(
    ("cascade", "said"),
    [
        ([], "expected an object"),
        ({"policy": "agree", "fields": []}, "expected an object"),
        ({"policy": "ask"}, "'ask' is none of person, trust, agree, routed"),
        ({"policy": "agree", "fields": {"iban": {}}}, "fields.iban: damaged"),
        ({"policy": "agree", "fields": {"iban": 3}}, "fields.iban: damaged"),
        ({"policy": "agree", "fields": {"iban": {"agree": "yes"}}}, "fields.iban: damaged"),
        ({"policy": "agree", "fields": {"iban": {"agree": True, "agrees_if_right": 2}}}, "fields.iban: damaged"),
        ({"policy": "agree", "fields": {"iban": {"agree": True, "absent": {}}}}, r"fields.iban.absent: damaged"),
        ({"policy": "agree", "costs": {}}, "costs: damaged"),
    ],
)
def test_a_damaged_cascade_is_told(cascade: Any, said: str) -> None:
    with pytest.raises(BundleError, match=said):
        CascadePolicy.from_manifest({"schema": SCHEMA, "cascade": cascade})
