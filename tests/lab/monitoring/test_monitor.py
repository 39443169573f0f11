"""The monitor over logs and audits made by hand: what counts, what does not, and when the alarm is raised."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.lab.monitoring.production import START, audit, extraction, manifest, sha, write_lines

from fakta.errors import BundleError, ConfigError, DatasetError
from fakta_lab.formats.jsonl import Problem
from fakta_lab.monitoring import MonitorReport, monitor
from fakta_lab.monitoring.promises import DOCUMENT, Decision, Promises
from fakta_lab.store import Store

AMOUNT, NO_IBAN = Decision("amount_due"), Decision("iban", found=False)


@pytest.fixture
def look(tmp_path: Path):
    """Runs the monitor over lines of a log and events of a corrections file."""

    def run(lines: Sequence[dict[str, Any]], events: Sequence[dict[str, Any]] = (), **options: Any) -> MonitorReport:
        log = write_lines(tmp_path / "log.jsonl", lines)
        audits = write_lines(tmp_path / "audits.jsonl", events) if events else None
        promises = Promises.from_manifest(manifest(), where="base")
        options = {"audits": audits, "on_problem": raising, **options}
        return monitor([log], promises, **options)

    return run


def raising(path: Path, problem: Problem) -> None:
    raise AssertionError(f"{path}: {problem}")


def status(report: MonitorReport, decision: Decision = AMOUNT):
    return next(each for each in report.promises if each.decision == decision)


def test_what_is_promised_is_read_from_groups_and_tenants() -> None:
    data = manifest()
    assert Promises.from_manifest(data, where="base").errors == pytest.approx({AMOUNT: 0.01, NO_IBAN: 0.01})
    tenant = {"known": {"threshold": 0.8, "lower_bound": 0.97}}
    data["thresholds"]["invoice_number"]["tenants"] = {"kommun-a": tenant}
    data["tuning"] = {"mode": "costs", "target_precision": 0.99}
    promises = Promises.from_manifest(data, where="base")
    # Costs aim at no precision: the bound that the threshold was found to have is what is promised.
    assert promises.errors == pytest.approx({AMOUNT: 0.009, NO_IBAN: 0.009, Decision("invoice_number"): 0.03})
    assert promises.references == {}


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"tuning": None}, "was never tuned"),
        ({"thresholds": {"iban": {"unknown": {"threshold": None}}}}, "nothing is promised"),
        ({"tuning": {"target_precision": 0.99, "confidence_quantiles": {"iban": [1, 2]}}}, "expected 101"),
        ({"thresholds": {"iban": {"unknown": 3}}}, "damaged"),
        ({"schema": {}}, "damaged"),
        ({"name": 3}, "no manifest of a bundle"),
    ],
)
def test_a_manifest_that_promises_nothing_is_refused(change: dict[str, Any], says: str) -> None:
    with pytest.raises(BundleError, match=says) as caught:
        Promises.from_manifest(manifest(**change), where="base")
    assert "\n" not in str(caught.value)


def test_accepted_and_audited_values_are_counted(look) -> None:
    report = look(
        [extraction(i, confidence=0.8 + 0.005 * (17 * i % 40)) for i in range(40)],
        [audit(0), audit(1, amount="999.00"), audit(2, iban="DE02120300000000202051"), audit(3, selection="doubt")],
    )
    amount, no_iban = status(report), status(report, NO_IBAN)
    assert (amount.accepted, amount.audited, amount.wrong, amount.verdict) == (40, 3, 1, "not enough audits")
    assert (no_iban.accepted, no_iban.audited, no_iban.wrong) == (40, 3, 1)
    assert amount.alarm == 2 / 0.05
    assert amount.low < 1 / 3 < amount.high
    assert (report.documents, report.audited) == (40, 3)
    assert report.summary.startswith("fakta/base: ok: 0 of 2 promises kept, 0 broken; inputs changed: no")


def test_a_broken_promise_is_noticed_and_dated(look) -> None:
    events = [audit(i, amount="1.00" if i >= 30 else "100.00") for i in range(40)]
    report = look([extraction(i) for i in range(40)], events[::-1])
    broken = status(report)
    assert (broken.verdict, broken.wrong) == ("broken", 10)
    assert broken.broken_after is not None
    # Events count in the order of their times, not of the file; three wrong ones in a row are enough.
    assert broken.broken_after == 33
    assert broken.broken_since == START + timedelta(days=32)
    assert set(broken.notices.values()) == {None}
    assert report.broken == ["amount_due"]
    assert "ALARM: 0 of 2 promises kept, 1 broken (amount_due)" in report.summary


def test_a_kept_promise_is_kept_once_five_times_the_rate_is_ruled_out(look) -> None:
    lines = [extraction(i) for i in range(250)]
    kept = status(look(lines, [audit(i) for i in range(250)]))
    assert (kept.verdict, kept.broken_after) == ("kept", None)
    assert kept.high < 0.05
    assert status(look(lines, [audit(i) for i in range(60)])).verdict == "not enough audits"
    assert kept.notices[5] is not None
    assert kept.notices[2] is not None
    assert 50 < kept.notices[5] < kept.notices[2]


def test_older_audits_can_be_left_out(look) -> None:
    lines, events = [extraction(i) for i in range(4)], [audit(i) for i in range(4)]
    del events[3]["corrected_at"]
    assert status(look(lines, events, since=START + timedelta(days=1))).audited == 2


def test_audits_come_from_a_store_too(look, tmp_path: Path) -> None:
    events = [audit(0), audit(1, amount="7.00"), audit(2, document="a name.pdf", tenant="kommun-a")]
    with Store.open(tmp_path / "store", create=True) as store:
        store.add_events([(event, f"line {i}") for i, event in enumerate(events, 1)], source="test")
    lines = [extraction(0), extraction(1), extraction(2, name="a name.pdf"), extraction(3)]
    found = status(look(lines, audits=tmp_path / "store"))
    assert (found.audited, found.wrong) == (3, 1)


def test_audits_come_from_a_truth_file_too(look, tmp_path: Path) -> None:
    truth = [
        {"document": "a.pdf", "sha256": sha(0), "fields": {"amount_due": "100.00"}},
        {"document": "1.pdf", "fields": {"amount_due": "90.00", "iban": None}},
    ]
    path = write_lines(tmp_path / "audited.jsonl", truth)
    found = status(look([extraction(0), extraction(1)], audits=path))
    assert (found.audited, found.wrong) == (2, 1)
    with pytest.raises(DatasetError, match="leave out --since"):
        look([extraction(0)], audits=path, since=START)


def test_a_document_that_is_read_twice_counts_once(look) -> None:
    again = extraction(0)
    again["fields"]["amount_due"]["value"] = "7.00"
    report = look([extraction(0), again], [audit(0)])
    assert (report.documents, report.unused.repeated, status(report).wrong) == (1, 1, 0)


def test_what_cannot_be_used_is_said(look) -> None:
    lines = [extraction(0, name="x.pdf"), extraction(1, name="x.pdf"), extraction(2, name="x.pdf")]
    lines += [extraction(3, model="fakta/old")]
    lines[0]["fields"]["invoice_number"]["accepted"] = True
    report = look(lines, [audit(3), audit(4), audit(5, document="x.pdf")])
    assert (report.documents, report.audited) == (3, 0)
    assert list(report.unused.notes()) == [
        "left out: 1 extractions by another model, fakta/old",
        "left out: 2 audited documents that are in none of the logs",
        "left out: 1 audited names that several documents have; name them by sha256",
        "accepted, though this bundle promises nothing of it: invoice_number",
    ]


def test_a_field_that_nobody_vouches_for_is_not_audited(look) -> None:
    event = audit(0)
    del event["corrected"]["amount_due"]
    report = look([extraction(0)], [event])
    assert (status(report).audited, status(report, NO_IBAN).audited) == (0, 1)


def test_whole_documents_are_watched_where_they_are_promised(look, tmp_path: Path) -> None:
    entry = {"threshold": 0.9, "lower_bound": 0.96}
    data = manifest(document_thresholds={"unknown": entry, "known": {"threshold": None}})
    data["tuning"]["document_target"] = 0.95
    data["schema"]["fields"]["iban"]["required"] = True
    promises = Promises.from_manifest(data, where="base")
    assert promises.errors[DOCUMENT] == pytest.approx(0.05)
    log = write_lines(tmp_path / "passed.jsonl", [extraction(i, passed=i < 3) for i in range(4)])
    half = audit(2)
    del half["corrected"]["iban"]
    events = [audit(0), audit(1, iban="DE02120300000000202051"), half, audit(3, amount="1.00")]
    audits = write_lines(tmp_path / "audits.jsonl", events)
    report = monitor([log], promises, audits=audits, on_problem=raising)
    # Of the third nobody looked at a required field, and the fourth did not pass.
    found = status(report, DOCUMENT)
    assert (found.accepted, found.audited, found.wrong) == (3, 2, 1)
    assert look([extraction(0, passed=True)]).unused.without_promise == []


def test_changed_inputs_are_a_warning_of_their_own(look) -> None:
    rng = np.random.default_rng(0)
    alike = [extraction(i, confidence=float(c)) for i, c in enumerate(rng.uniform(0.8, 1.0, 300))]
    lower = [extraction(1000 + i, confidence=float(c)) for i, c in enumerate(rng.uniform(0.6, 0.9, 60))]
    assert look(alike).changed == []
    report = look(alike + lower)
    assert (report.changed, report.broken) == (["amount_due"], [])
    [found] = report.inputs
    assert found.changed_after is not None
    assert 300 < found.changed_after <= 330
    assert "WARNING" in report.summary


def test_nonsense_is_refused(look, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="alpha 0"):
        look([extraction(0)], alpha=0)
    with pytest.raises(DatasetError, match=r"no extraction by fakta/base in it; they are of fakta/old"):
        look([extraction(0, model="fakta/old")])
    with pytest.raises(DatasetError, match="no such file"):
        look([extraction(0)], audits=tmp_path / "nowhere.jsonl")
