"""Error rates from an audit: the naive rate misleads, the weighted one and the audit's hold."""

from __future__ import annotations

import numpy as np
import pytest
from tests.lab.labels.told import told

from fakta_lab.labels import labelled_documents
from fakta_lab.labels.selection import (
    ALL,
    CLIP,
    Looked,
    SelectionReport,
    effective_size,
    looked_at,
    selection_report,
    weights,
)

# Kind of document: share of all documents, how often the extractor is wrong, how often somebody looks at it.
WORLD = {
    ("ek", "m1", "complete"): (0.5, 0.02, 0.05),
    ("ek", "m1", "incomplete"): (0.1, 0.5, 0.9),
    ("alm", "m1", "complete"): (0.3, 0.05, 0.1),
    ("alm", "m1", "incomplete"): (0.1, 0.3, 0.9),
}
TRUTH = sum(share * wrong for share, wrong, _ in WORLD.values())


def drawn(seed: int, *, documents: int = 3000, audit: float = 0.1) -> list[Looked]:
    """What is looked at of so many documents: part at random, and most of what looks difficult."""
    rng = np.random.default_rng(seed)
    kinds = list(WORLD)
    share, wrong, looked = np.array(list(WORLD.values())).T
    kind = rng.choice(len(kinds), size=documents, p=share)
    audited = rng.random(documents) < audit
    seen = audited | (rng.random(documents) < looked[kind])
    mistaken = rng.random(documents) < wrong[kind]
    return [
        Looked(str(i), bool(audited[i]), kinds[kind[i]], {"amount_due": bool(mistaken[i])})
        for i in np.flatnonzero(seen)
    ]


def test_the_naive_rate_is_wrong_and_the_weighted_one_covered() -> None:
    covered = {"weighted": 0, "audit": 0}
    widths = []
    seeds = 60
    for seed in range(seeds):
        rate = selection_report(drawn(seed)).fields[1]
        assert rate.what == "amount_due"
        assert rate.naive > 1.5 * TRUTH
        covered["weighted"] += rate.weighted_low <= TRUTH <= rate.weighted_high
        covered["audit"] += rate.low <= TRUTH <= rate.high
        widths.append((rate.weighted_high - rate.weighted_low) / (rate.high - rate.low))
    assert covered["weighted"] >= 0.9 * seeds
    assert covered["audit"] >= 0.9 * seeds
    # What was looked at for a reason is worth something: the interval is narrower than the audit's own.
    assert np.mean(widths) < 0.95


def test_it_shows_where_the_picked_are_not_like_the_audited() -> None:
    usual = [selection_report(drawn(seed)).alike for seed in range(40)]
    assert sum(p is not None and p < 0.05 for p in usual) <= 6
    # Somebody who complains sends in what is wrong, whatever the supplier.
    worse = [
        document
        if document.audited or document.wrong["amount_due"] or int(document.key) % 3
        else Looked(document.key, False, document.stratum, {"amount_due": True})
        for document in drawn(0)
    ]
    alike = selection_report(worse).alike
    assert alike is not None
    assert alike < 0.001


def test_weights_make_the_reviewed_look_like_all() -> None:
    documents = drawn(1)
    found = weights(documents)
    assert sum(found.values()) / len(found) == pytest.approx(1.0)
    for kind, (share, _, _) in WORLD.items():
        weighted = sum(found[d.key] for d in documents if d.stratum == kind) / len(documents)
        assert weighted == pytest.approx(share, abs=0.06)
    assert 1 < effective_size(found.values()) < len(documents)


def test_no_document_counts_for_very_many() -> None:
    rare = [Looked(f"r{i}", True, ("ek", "m1", "complete"), {}) for i in range(200)]
    common = [Looked(f"c{i}", i < 5, ("alm", "m1", "complete"), {}) for i in range(9000)]
    found = weights([*rare, *common])
    assert max(found.values()) / min(found.values()) <= CLIP**2


def test_without_an_audit_nothing_is_weighted() -> None:
    documents = [Looked(str(i), False, ("ek", "m1", "complete"), {"iban": i == 0}) for i in range(4)]
    assert set(weights(documents).values()) == {1.0}
    rate = selection_report(documents).fields[1]
    assert (rate.audit, rate.low, rate.high, rate.naive, rate.weighted) == (None, 0.0, 1.0, 0.25, None)
    assert selection_report([]) == SelectionReport(0, 0, 0.0, None, selection_report([]).fields, ())


def test_the_audits_interval_is_clopper_and_pearsons() -> None:
    documents = [Looked(str(i), True, ("ek", "m1", "complete"), {"iban": i == 0}) for i in range(10)]
    rate = next(rate for rate in selection_report(documents).fields if rate.what == "iban")
    # Both from the table of Clopper and Pearson (1934) for one in ten.
    assert (rate.low, rate.high) == pytest.approx((0.0025, 0.4450), abs=1e-4)


def test_what_was_wrong_is_told_by_the_settled_label() -> None:
    extracted = {"invoice_number": "1", "invoice_date": "2026-04-01", "supplier_name": "Ek AB", "amount_due": "1.00"}
    events = [
        told(
            "a.pdf",
            extracted=extracted,
            corrected={"invoice_number": "2"},
            confirmed=["amount_due"],
            supplier="ek",
            selection="audit",
            extractor="m1",
        ),
        # Changed back: the extractor had been right.
        told("a.pdf", extracted={**extracted, "invoice_number": "2"}, corrected={"invoice_number": "1"}, minutes=1),
        told("b.pdf", extracted={**extracted, "supplier_name": None}, corrected={"supplier_name": "Ek AB"}),
        told("c.pdf", corrected={"invoice_number": "2"}),
    ]
    found = {d.key: d for d in looked_at(labelled_documents(events), events)}
    assert found["/a.pdf"].wrong == {"invoice_number": False, "amount_due": False}
    assert found["/a.pdf"].audited
    assert found["/a.pdf"].stratum == ("ek", "m1", "complete")
    assert found["/b.pdf"].wrong == {"supplier_name": True}
    assert found["/b.pdf"].stratum == ("", "", "incomplete")
    # Nobody knows what the extractor had answered.
    assert found["/c.pdf"].wrong == {}
    report = selection_report(list(found.values()))
    assert (report.documents, report.audited) == (3, 1)
    assert report.fields[0].what == ALL
    assert [rate.what for rate in report.suppliers] == ["ek"]
