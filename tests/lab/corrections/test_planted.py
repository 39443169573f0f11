"""Planted mistakes: as many as asked for, of every kind, known one by one."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from fakta_lab.corrections.planted import MISTAKES, ON_PAGE, plant_mistakes
from fakta_lab.corrections.simulate import simulate_events
from fakta_lab.formats.benchmark import BenchmarkDocument

TRUTH: dict[str, str | None] = {
    "invoice_number": "2026-117",
    "invoice_date": "2026-04-01",
    "due_date": "2026-05-01",
    "supplier_org_number": "5599941209",
    "customer_org_number": "2120000142",
    "bankgiro": "54029681",
    "iban": None,
    "payment_reference": "202601472",
    "net_amount": "9960.00",
    "vat_amount": "2490.00",
    "amount_due": "12450.00",
}
DOCUMENTS = [
    BenchmarkDocument(f"{i}.pdf", Path(f"{i}.pdf"), TRUTH | {"invoice_number": f"2026-{i}", "amount_due": f"{i}50.00"})
    for i in range(1, 201)
]
EVENTS = simulate_events(DOCUMENTS, seed=1)


def test_the_planted_labels_are_wrong_and_no_others() -> None:
    spoiled, planted = plant_mistakes(EVENTS, share=0.05, seed=1)
    truths = {document.document: document.fields for document in DOCUMENTS}
    looked = 0
    for event in spoiled:
        labels = {name: event["extracted"][name] for name in event["confirmed"]} | event["corrected"]
        assert not set(event["confirmed"]) & set(event["corrected"])
        looked += len(labels)
        wrong = {name for name, value in labels.items() if value != truths[event["document"]][name]}
        assert wrong == {field for document, field in planted if document == event["document"]}
    assert 0.03 < len(planted) / looked < 0.07
    assert set(Counter(planted.values())) == set(MISTAKES)


def test_the_same_seed_plants_the_same_and_leaves_the_events_alone() -> None:
    before = [dict(event) for event in EVENTS]
    assert plant_mistakes(EVENTS, share=0.05, seed=2) == plant_mistakes(EVENTS, share=0.05, seed=2)
    assert plant_mistakes(EVENTS, share=0.05, seed=2) != plant_mistakes(EVENTS, share=0.05, seed=3)
    assert before == EVENTS
    assert plant_mistakes(EVENTS, share=0.0, seed=2) == (EVENTS, {})


def test_only_the_kinds_that_are_asked_for_are_made() -> None:
    _, planted = plant_mistakes(EVENTS, share=0.3, seed=1, kinds=ON_PAGE)
    assert set(planted.values()) == ON_PAGE
    assert set(MISTAKES) > ON_PAGE
