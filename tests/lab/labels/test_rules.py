"""Check digits, sums, the supplier's other documents, and people who confirm without looking."""

from __future__ import annotations

import random

import pytest
from tests.lab.labels.told import told

from fakta_lab.labels import Doubt, Label, LabelPolicy, labelled_documents
from fakta_lab.store import StoredEvent

INVOICE: dict[str, str | None] = {
    "invoice_number": "2026-117",
    "invoice_date": "2026-04-01",
    "due_date": "2026-05-01",
    "supplier_org_number": "5599941209",
    "supplier_vat_number": "SE559994120901",
    "customer_org_number": "2120000142",
    "bankgiro": "54029681",
    "iban": None,
    "payment_reference": "202601472",
    "net_amount": "9960.00",
    "vat_amount": "2490.00",
    "rounding_amount": None,
    "amount_due": "12450.00",
}


def labels(**changed: str | None) -> dict[str, Label]:
    values = INVOICE | changed
    [document] = labelled_documents([told(extracted=values, confirmed=list(values))])
    return dict(document.labels)


def doubted(**changed: str | None) -> dict[str, tuple[Doubt, ...]]:
    return {name: label.doubts for name, label in labels(**changed).items() if label.doubts}


def test_a_right_invoice_is_not_doubted() -> None:
    assert doubted() == {}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"bankgiro": "54029682"}, {"bankgiro": Doubt.check_fails}),
        ({"payment_reference": "202601473"}, {"payment_reference": Doubt.check_fails}),
        ({"iban": "SE4550000000058398257467"}, {"iban": Doubt.check_fails}),
        (
            {"amount_due": "9960.00"},
            dict.fromkeys(("net_amount", "vat_amount", "amount_due"), Doubt.sums_differ),
        ),
        ({"due_date": "2026-03-31"}, dict.fromkeys(("invoice_date", "due_date"), Doubt.due_before_invoice)),
        (
            {"supplier_org_number": "2120000142", "supplier_vat_number": None},
            dict.fromkeys(("supplier_org_number", "customer_org_number"), Doubt.same_party),
        ),
        (
            {"supplier_vat_number": "SE212000014201"},
            dict.fromkeys(("supplier_org_number", "supplier_vat_number"), Doubt.vat_number_differs),
        ),
    ],
)
def test_what_does_not_fit_is_doubted_and_still_usable(
    changed: dict[str, str | None], expected: dict[str, Doubt]
) -> None:
    assert doubted(**changed) == {name: (doubt,) for name, doubt in expected.items()}
    assert all(label.usable for label in labels(**changed).values())


@pytest.mark.parametrize(
    "changed",
    [
        {"payment_reference": "2026117"},  # the invoice number as reference has no check digit
        {"supplier_org_number": "999888777MVA", "supplier_vat_number": "NO999888777MVA", "bankgiro": None},
        {"rounding_amount": "0.25", "amount_due": "12450.25"},
        {"due_date": "2026-04-01"},
    ],
)
def test_odd_but_sound_invoices_are_not_doubted(changed: dict[str, str | None]) -> None:
    assert not {Doubt.sums_differ, Doubt.due_before_invoice} & set().union(*doubted(**changed).values(), set())
    assert "payment_reference" not in doubted(**changed)
    assert "supplier_org_number" not in doubted(**changed)


def test_rounding_that_nobody_looked_at_may_be_any_up_to_half_a_krona() -> None:
    values = {"net_amount": "99.60", "vat_amount": "24.90", "amount_due": "125.00"}
    [document] = labelled_documents([told(extracted=values, confirmed=list(values))])
    assert not any(label.doubts for label in document.labels.values())
    [document] = labelled_documents(
        [told(extracted=values | {"rounding_amount": None}, confirmed=[*values, "rounding_amount"])]
    )
    assert document.labels["amount_due"].doubts == (Doubt.sums_differ,)


def of_supplier(n: int, *, odd: dict[str, str | None], supplier: str = "ek") -> list[StoredEvent]:
    events = []
    for i in range(n):
        values = {"supplier_name": "Ek AB", "bankgiro": "54029681", "invoice_number": str(100 + i)}
        values |= {"invoice_date": f"2026-04-{i + 1:02}"}
        values |= odd if i == n - 1 else {}
        events.append(told(f"{i}.pdf", extracted=values, confirmed=list(values), minutes=i, supplier=supplier))
    return events


@pytest.mark.parametrize(
    "odd", [{"bankgiro": "9912346"}, {"bankgiro": None}, {"supplier_name": "Alm AB"}], ids=lambda odd: str(odd)
)
def test_a_number_unlike_all_others_of_the_supplier_is_doubted(odd: dict[str, str | None]) -> None:
    documents = labelled_documents(of_supplier(5, odd=odd))
    found = [(d.name, n, label.doubts) for d in documents for n, label in d.labels.items() if label.doubts]
    [name] = odd
    assert found == [("4.pdf", name, (Doubt.rare_for_supplier,))]
    assert not any(label.doubts for d in labelled_documents(of_supplier(4, odd=odd)) for label in d.labels.values())


def test_without_a_logged_supplier_its_name_joins_the_documents() -> None:
    documents = labelled_documents(of_supplier(5, odd={"bankgiro": "9912346"}, supplier=""))
    assert documents[-1].labels["bankgiro"].doubts == (Doubt.rare_for_supplier,)


def test_an_invoice_number_is_not_given_twice() -> None:
    documents = labelled_documents(of_supplier(3, odd={"invoice_number": "101"}))
    assert [d.labels["invoice_number"].doubts for d in documents] == [(), *[(Doubt.number_reused,)] * 2]
    # The same invoice that came twice is no mistake.
    documents = labelled_documents(of_supplier(3, odd={"invoice_number": "101", "invoice_date": "2026-04-02"}))
    assert not any(label.doubts for d in documents for label in d.labels.values())


def office(rates: dict[str, float], *, events: int = 60, seconds: float = 240.0, seed: int = 0) -> list[StoredEvent]:
    """People who correct a share of the documents, one after the other."""
    rng = random.Random(seed)
    made = []
    for number in range(events):
        for turn, (by, rate) in enumerate(rates.items()):
            wrong = rng.random() < rate
            made.append(
                told(
                    f"{by}-{number}.pdf",
                    extracted={"invoice_number": f"{number + 1}", "due_date": "2026-05-01"},
                    corrected={"invoice_number": f"{number + 1000}"} if wrong else {},
                    confirmed=["due_date"] if wrong else ["invoice_number", "due_date"],
                    by=by,
                    minutes=number * (seconds / 60 if by == "maria" else 4) + turn / 600,
                    extractor="m1",
                )
            )
    return made


def stamped(events: list[StoredEvent]) -> set[str]:
    return {
        document.name.partition("-")[0]
        for document in labelled_documents(events)
        if any(Doubt.rubber_stamp in label.doubts for label in document.labels.values())
    }


def test_who_never_corrects_where_others_do_is_not_believed() -> None:
    events = office({"anna": 0.4, "erik": 0.3, "maria": 0.0})
    assert stamped(events) == {"maria"}
    documents = [d for d in labelled_documents(events) if d.name.startswith("maria")]
    assert all(d.values == {} for d in documents)


@pytest.mark.parametrize("seed", range(5))
def test_careful_people_are_believed(seed: int) -> None:
    assert stamped(office({"anna": 0.3, "erik": 0.2, "maria": 0.15}, seed=seed)) == set()


def test_few_events_accuse_nobody() -> None:
    assert stamped(office({"anna": 0.9, "maria": 0.0}, events=19)) == set()


def test_who_confirms_faster_than_one_can_read_is_not_believed() -> None:
    assert stamped(office({"anna": 0.02, "maria": 0.0}, seconds=1.0)) == {"maria"}
    # A log that is written in one go says nothing about pace.
    events = office({"anna": 0.02, "maria": 0.0}, seconds=240.0)
    assert stamped(events) == set()


def test_a_better_extractor_is_no_accusation() -> None:
    theirs = office({"anna": 0.5})
    hers = [
        told(
            f"maria-{i}.pdf",
            extracted={"due_date": "2026-05-01"},
            confirmed=["due_date"],
            by="maria",
            minutes=4 * i,
            extractor="m2",
        )
        for i in range(60)
    ]
    assert stamped([*theirs, *hers]) == set()


def test_a_confirmation_without_a_look_disputes_nothing() -> None:
    events = office({"anna": 0.5, "maria": 0.0})
    second = told(
        "maria-0.pdf", extracted={"invoice_number": "1"}, corrected={"invoice_number": "7"}, by="erik", minutes=9999
    )
    document = next(d for d in labelled_documents([*events, second]) if d.name == "maria-0.pdf")
    assert (document.labels["invoice_number"].value, document.labels["invoice_number"].usable) == ("7", True)
    assert not document.labels["due_date"].usable


def test_a_policy_names_doubts_that_exist() -> None:
    assert LabelPolicy.model_validate({"unusable": ["disputed"]}).unusable == {Doubt.disputed}
    with pytest.raises(ValueError, match="unusable"):
        LabelPolicy.model_validate({"unusable": ["disputted"]})
    assert all(doubt.words for doubt in Doubt)
