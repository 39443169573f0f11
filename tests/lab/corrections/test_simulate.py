"""Simulated answers: deterministic, wrong in the ways that are named, corrected only where somebody looked."""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest

from fakta_lab.corrections import read_corrections, simulate_events, write_events
from fakta_lab.corrections.simulate import MISTAKES, lost_thousands, swap_dates, total_without_vat, wrong_digit
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
DOCUMENTS = [BenchmarkDocument(f"{i}.pdf", Path(f"{i}.pdf"), TRUTH, supplier=f"s{i % 3}") for i in range(60)]


def test_the_same_seed_gives_the_same_events_whatever_else_there_is() -> None:
    events = simulate_events(DOCUMENTS, seed=1)
    assert simulate_events(DOCUMENTS, seed=1) == events
    assert simulate_events(DOCUMENTS, seed=2) != events
    assert [event["extracted"] for event in simulate_events(DOCUMENTS[:5], seed=1)] == [
        e["extracted"] for e in events[:5]
    ]


def test_every_label_is_the_truth_and_every_correction_corrects(tmp_path: Path) -> None:
    events = simulate_events(DOCUMENTS, seed=1, tenant="kommun")
    wrong = Counter(name for event in events for name, value in event["extracted"].items() if value != TRUTH[name])
    assert len(wrong) >= 6
    assert 0.5 * len(events) < sum(wrong.values()) < 3 * len(events)
    for event in events:
        assert not set(event["corrected"]) & set(event["confirmed"])
        assert all(event["extracted"][name] != value for name, value in event["corrected"].items())
        assert all(event["extracted"][name] == TRUTH[name] for name in event["confirmed"])
    write_events(events, tmp_path / "events" / "corrections.jsonl")
    read = list(read_corrections(tmp_path / "events" / "corrections.jsonl"))
    assert [c.document for c in read] == [d.document for d in DOCUMENTS]
    assert all(c.labels[name] == TRUTH[name] for c in read for name in c.labels)
    assert {(c.supplier, c.tenant) for c in read} == {(f"s{i}", "kommun") for i in range(3)}


def test_what_nobody_looked_at_is_no_label() -> None:
    [event] = simulate_events(DOCUMENTS[:1], seed=1, looked_at=0.0)
    assert (event["corrected"], event["confirmed"]) == ({}, [])


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.__name__)
def test_each_mistake_changes_known_fields_only_and_can_do_without_them(mistake: object) -> None:
    assert callable(mistake)
    answers = dict(TRUTH)
    mistake(answers, random.Random(3))
    assert answers != TRUTH
    assert set(answers) == set(TRUTH)
    nothing: dict[str, str | None] = dict.fromkeys(TRUTH)
    mistake(nothing, random.Random(3))
    assert nothing == dict.fromkeys(TRUTH)


def test_mistakes_are_what_they_say() -> None:
    answers = dict(TRUTH)
    swap_dates(answers, random.Random(0))
    assert (answers["invoice_date"], answers["due_date"]) == ("2026-05-01", "2026-04-01")
    total_without_vat(answers, random.Random(0))
    assert answers["amount_due"] == "9960.00"
    read = set()
    for seed in range(20):
        answers = dict(TRUTH)
        lost_thousands(answers, random.Random(seed))
        read.add(answers["amount_due"])
    assert read == {"12450.00", "12.45", "450.00"}
    answers = dict(TRUTH)
    wrong_digit(answers, random.Random(0))
    [name] = [name for name in TRUTH if answers[name] != TRUTH[name]]
    assert sum(a != b for a, b in zip(answers[name] or "", TRUTH[name] or "", strict=True)) == 1
