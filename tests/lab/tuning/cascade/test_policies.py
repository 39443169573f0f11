"""What each policy does with a document and what that costs, in sums that can be done by hand."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from tests.lab.tuning.judged import COSTS, REQUIRED, document, judged

from fakta.costs import Rates
from fakta_lab.tuning.cascade.agreement import FieldAgreement
from fakta_lab.tuning.cascade.documents import JudgedDocument, SecondAnswer, documents_of
from fakta_lab.tuning.cascade.policies import POLICIES, WITHOUT_SECOND, Rules, Spent, compare, spend, supplier_interval
from fakta_lab.tuning.examples import Judged

SAME, OTHER, WRONG = (SecondAnswer(True, True), SecondAnswer(False, True), SecondAnswer(False, False))
# amount: right and sure. date: wrong and doubtful. iban: nothing found although there is one. name: right, doubtful.
FIELDS = (
    judged("amount", 0.95, True),
    judged("date", 0.4, False),
    judged("iban", 0.3, False, found=False),
    judged("name", 0.5, True),
)
BOTH = document(*FIELDS, amount=SAME, date=OTHER, iban=WRONG, name=SAME)
RATES = Rates(if_right=0.8, if_wrong=0.2, right=0.9)
SETTLES = FieldAgreement(True, RATES, 10, 10)


def rules(threshold: float = 0.9, *settling: str) -> Rules:
    return Rules(lambda each: each.confidence >= threshold, {(name, True): SETTLES for name in settling})


def spent(policy: str, *, on: JudgedDocument = BOTH, by: Rules | None = None) -> Spent:
    return spend(on, policy, by or rules(), costs=COSTS, required=REQUIRED)


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        # 10 to open, four looks, four values to type.
        ("all_person", Spent(review=10 + 4 + 16, values=4, touched=True)),
        # Two of its answers are right and found, the date too; the iban is wrong.
        ("all_second", Spent(100, second_reader=2, values=4, wrong=1, asked=True)),
        ("all_second_reviewed", Spent(review=10 + 4 + 4, second_reader=2, values=4, touched=True, asked=True)),
        # The date is wrong, the iban is missing.
        ("all_fakta", Spent(120, values=3, wrong=1, missing=1)),
        # Three are held: looked at, and two of them typed.
        ("person", Spent(review=10 + 3 + 8, values=4, touched=True)),
        ("trust", Spent(100, second_reader=2, values=4, wrong=1, asked=True)),
    ],
)
def test_what_a_policy_costs(policy: str, expected: Spent) -> None:
    assert spent(policy) == expected
    assert spent(policy).total == expected.mistakes + expected.review + expected.second_reader


def test_agreement_spares_what_both_agree_on() -> None:
    # The date is required and settles by rule, but the readers differ: opened; the name is settled, the iban is not.
    assert spent("agree", by=rules(0.9, "date", "name")) == Spent(
        review=10 + 2 + 8, second_reader=2, values=4, touched=True, asked=True
    )


def test_nobody_is_asked_where_asking_cannot_help() -> None:
    assert spent("agree", by=rules(0.9, "name")) == spent("person")


def test_a_closed_document_leaves_optional_fields_empty() -> None:
    closed = document(judged("amount", 0.95, True), judged("name", 0.5, True), judged("iban", 0.5, True, found=False))
    assert spent("person", on=closed) == Spent(20, values=1, missing=1)
    agreed = document(
        judged("amount", 0.6, True), judged("name", 0.5, True), judged("iban", 0.5, True, found=False), amount=SAME
    )
    # The second reader did not answer about the name.
    assert spent("agree", on=agreed, by=rules(0.9, "amount", "name")) == Spent(
        20, second_reader=2, values=1, missing=1, asked=True
    )


def test_two_readers_with_the_same_mistake_are_believed() -> None:
    fooled = document(judged("amount", 0.6, False), amount=SecondAnswer(agrees=True, right=False))
    assert spent("agree", on=fooled, by=rules(0.9, "amount")) == Spent(
        100, second_reader=2, values=1, wrong=1, asked=True
    )


def test_routed_asks_only_where_it_is_expected_to_cost_less() -> None:
    # agrees 0.8 p + 0.2 (1 - p), wrongly 0.2 (1 - p). At p = 0.9: 2 + 0.02 x 100 + 0.26 x 11 + 0.08 x 4 < 11.4.
    likely = document(judged("amount", 0.9, True), amount=SAME)
    assert spent("routed", on=likely, by=rules(0.95, "amount")).asked
    # At p = 0.4: 2 + 0.12 x 100 + 0.56 x 11 + 0.48 x 4 > 11 + 0.6 x 4.
    doubtful = document(judged("amount", 0.4, True), amount=SAME)
    assert not spent("routed", on=doubtful, by=rules(0.95, "amount")).asked
    assert spent("agree", on=doubtful, by=rules(0.95, "amount")).asked


def many(n: int, *, logged: int = 0) -> list[JudgedDocument]:
    """Documents of ten suppliers; every fifth amount is wrong, and a doubtful one."""
    each = [
        judged("amount", 0.5 if i % 5 == 0 else 0.95, i % 5 > 0, document=f"d{i}", supplier=f"s{i % 10}")
        for i in range(n)
    ]
    return documents_of(each, {(f"d{i}", "amount"): OTHER if i % 5 == 0 else SAME for i in range(logged)})


def test_policies_are_compared_on_rules_of_other_suppliers() -> None:
    seen: list[set[str]] = []

    def choose(rest: Sequence[JudgedDocument], policy: str) -> Rules:
        seen.append({each.supplier for each in rest})
        return rules()

    rows = compare(many(50), costs=COSTS, required=REQUIRED, choose=choose, seed=0)
    assert len(seen) == 5
    assert all(len(suppliers) == 8 for suppliers in seen)
    assert [row.policy for row in rows] == ["person", "all_person", "all_fakta"]
    cheapest = rows[0]
    # A fifth of the documents is opened, looked at and typed into.
    assert cheapest.per_thousand == pytest.approx(1000 * 0.2 * (10 + 1 + 4))
    assert (cheapest.review, cheapest.mistakes, cheapest.error_rate, cheapest.untouched) == (3000, 0, 0, 0.8)
    assert cheapest.low < 3000 < cheapest.high
    alone = rows[2]
    assert (alone.per_thousand, alone.error_rate) == (20_000, 0.2)


def test_second_readers_are_compared_where_their_answers_were_logged() -> None:
    rows = compare(many(50, logged=30), costs=COSTS, required=REQUIRED, choose=lambda *_: rules(), seed=0)
    assert {row.policy for row in rows} == set(POLICIES)
    assert {row.documents for row in rows} == {30}
    without = compare(many(50), costs=COSTS, required=REQUIRED, choose=lambda *_: rules(), seed=0)
    assert {row.policy for row in without} == set(WITHOUT_SECOND)
    with pytest.raises(ValueError, match="no documents"):
        compare([], costs=COSTS, required=REQUIRED, choose=lambda *_: rules(), seed=0)


def test_the_interval_counts_suppliers_rather_than_documents() -> None:
    of_many = supplier_interval([str(i) for i in range(200)], [float(i % 2) for i in range(200)], seed=0)
    of_two = supplier_interval([str(i % 2) for i in range(200)], [float(i % 2) for i in range(200)], seed=0)
    assert of_many[1] - of_many[0] == pytest.approx(0.14, abs=0.02)  # 2 x 1.96 x 0.5 / sqrt(200)
    assert of_two == (0.0, 1.0)


def test_examples_have_to_name_their_document() -> None:
    nameless: list[Judged] = [judged("amount", 0.5, True, document="")]
    with pytest.raises(ValueError, match="does not name its document"):
        documents_of(nameless)
