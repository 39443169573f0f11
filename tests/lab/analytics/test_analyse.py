"""The figures, as a reader can compute them from the table in `ten.py`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from tests.lab.analytics.conftest import Analysed
from tests.lab.analytics.ten import COSTS, event, extraction, field, sha

from fakta.errors import ConfigError
from fakta_lab.evaluation.intervals import share_interval


def counts(figure: dict[str, Any]) -> tuple[int, int]:
    return figure["right"], figure["of"]


def test_how_much_needed_no_person(ten: dict[str, Any]) -> None:
    found = ten["automation"]
    assert (found["documents"], found["passed"], found["passed_share"]) == (10, 7, 0.7)
    assert (found["values"], found["accepted"], found["accepted_share"]) == (29, 21, round(21 / 29, 5))
    weeks = [(row["period"], row["documents"], row["passed"]) for row in found["periods"]]
    assert weeks == [("2026-W34", 6, 4), ("2026-W35", 4, 3)]


def test_how_right_it_was(ten: dict[str, Any]) -> None:
    audited = ten["accuracy"]["audited"]
    assert audited["documents"] == 10
    assert counts(audited["accepted"]) == (20, 21)  # the amount of invoice 0
    assert counts(audited["read"]) == (27, 29)  # and the date of invoice 5
    assert (audited["missed"]["missed"], audited["missed"]["of"]) == (1, 30)  # the date of invoice 9
    assert counts(audited["whole"]) == (6, 7)
    assert ten["accuracy"]["reviewed"]["documents"] == 0


def test_mistakes_in_different_documents_count_as_independent(ten: dict[str, Any]) -> None:
    accepted = ten["accuracy"]["audited"]["accepted"]
    assert (accepted["low"], accepted["high"]) == tuple(round(end, 5) for end in share_interval(20, 21))


def test_mistakes_of_one_document_widen_the_interval(analysed: Analysed) -> None:
    # Invoice 1 has all three accepted values wrong: 18 of 21 right, but 9 of 10 documents.
    wrong = event(
        1, corrected={"supplier_name": "Östra AB", "amount_due": "1.00", "due_date": "2026-10-01"}, confirmed=[]
    )
    events = [event(i, corrected={}) for i in range(10) if i not in (1, 9)]
    found = analysed([extraction(i) for i in range(10)], [*events, wrong])
    accepted = found["accuracy"]["audited"]["accepted"]
    low, _ = share_interval(accepted["right"], accepted["of"])
    assert accepted["low"] < low - 0.05


def test_without_a_mistake_the_interval_is_that_of_the_documents(analysed: Analysed) -> None:
    found = analysed([extraction(i) for i in range(9)], [event(i, corrected={}) for i in range(1, 5)])
    accepted = found["accuracy"]["audited"]["accepted"]
    assert counts(accepted) == (9, 9)  # invoices 1 to 4
    assert accepted["low"] == round(share_interval(4, 4)[0], 5)


def test_documents_drawn_at_random_are_kept_apart(analysed: Analysed) -> None:
    log = [extraction(i) for i in range(10)]
    found = analysed(log, [event(i, audit=i % 2 == 1) for i in range(10)])
    accuracy = found["accuracy"]
    assert (accuracy["audited"]["documents"], accuracy["reviewed"]["documents"]) == (5, 5)
    assert counts(accuracy["audited"]["accepted"]) == (9, 9)
    assert counts(accuracy["reviewed"]["accepted"]) == (11, 12)
    assert [row["audited"] for row in accuracy["periods"]] == [3, 2]


def test_too_few_audits_are_called_that(ten: dict[str, Any]) -> None:
    assert [row["too_few"] for row in ten["accuracy"]["periods"]] == [True, True]
    assert {"advice": "audit", "audited": 10, "enough": 60} in ten["advice"]


def test_a_month_puts_them_together(analysed: Analysed) -> None:
    found = analysed([extraction(i) for i in range(10)], [event(i) for i in range(10)], period="month")
    assert found["periods"] == ["2026-08"]
    [month] = found["accuracy"]["periods"]
    assert (month["too_few"], counts(month["accepted"])) == (False, (20, 21))


def test_what_it_saves(ten: dict[str, Any]) -> None:
    found = ten["savings"]
    assert found["before"] == {"total": 168.0, "calls": 10.0, "looks": 158.0}  # 10 calls; 10 openings and 29 values
    assert found["now"] == {
        "total": 58.0,
        "looks": 38.0,
        "left_empty": 20.0,
    }  # 3 openings, 4 values; 4 dates left empty
    mistakes = found["mistakes"]
    assert (mistakes["total"], mistakes["with_mistakes"], mistakes["audited"]) == (100.0, 1, 10)  # one wrong amount
    assert found["saved"] == 10.0
    assert found["per_thousand"] == 1000.0
    assert found["low"] < found["saved"] < found["high"]


def test_mistakes_are_not_guessed_from_few_audits(analysed: Analysed) -> None:
    found = analysed([extraction(i) for i in range(10)], [event(i) for i in range(9)], costs=COSTS)["savings"]
    assert (found["mistakes"], found["low"], found["high"]) == (None, None, None)
    assert found["saved"] == 110.0  # before mistakes


def test_a_stated_value_that_nobody_gave_costs_what_it_costs(analysed: Analysed) -> None:
    log = [extraction(i) for i in range(10)]
    log[1]["fields"]["due_date"] = field(None, accepted=True)
    found = analysed(log, [event(i, corrected={"due_date": "2026-09-01"}) for i in range(10)], costs=COSTS)
    assert found["savings"]["mistakes"]["total"] == 5.0


def test_fields_and_suppliers(ten: dict[str, Any]) -> None:
    amount = next(row for row in ten["fields"] if row["field"] == "amount_due")
    assert (amount["values"], amount["accepted"]) == (10, 8)
    assert counts(amount["audited"]) == (7, 8)
    assert counts(amount["held"]) == (2, 2)
    assert [row["field"] for row in ten["fields"]] == ["due_date", "supplier_name", "amount_due"]  # the schema's order
    assert ten["suppliers"]["total"] == 2
    # Södra: the date of 5 and that of 9. Norra: the amount of 0.
    assert [(row["supplier"], row["mistakes"]) for row in ten["suppliers"]["shown"]] == [
        ("Södra AB", 2),
        ("Norra AB", 1),
    ]
    assert ten["suppliers"]["shown"][0]["fields"]["due_date"] == {"wrong": 2, "of": 5}


def test_how_long_it_took(ten: dict[str, Any]) -> None:
    found = ten["durations"]
    assert (found["documents"], found["median_ms"], found["cached"]) == (10, 44.5, 0)  # 40 to 49
    assert [(row["stage"], row["median_ms"]) for row in found["stages"]] == [("model", 30.0), ("read", 14.5)]
    assert [row["median_ms"] for row in found["periods"]] == [42.5, 47.5]


def test_known_results_are_not_counted_as_fast_ones(analysed: Analysed) -> None:
    found = analysed([extraction(0), extraction(1, timings_ms={"cache": 0.4})])["durations"]
    assert (found["documents"], found["cached"], found["p95_ms"]) == (1, 1, 40.0)


def test_what_people_change(ten: dict[str, Any]) -> None:
    found = ten["corrections"]
    assert (found["documents"], found["changed"], found["kept"]) == (10, 3, 27)
    assert [(row["period"], row["changed"]) for row in found["periods"]] == [("2026-W34", 2), ("2026-W35", 1)]
    first = found["extractors"][0]
    assert (first["extractor"], first["documents"], first["changed"]) == ("fakta/a", 6, 2)
    assert first["fields"]["due_date"] == {"changed": 1, "kept": 5}


def test_models_stand_where_they_began(ten: dict[str, Any]) -> None:
    assert [(row["model"], row["documents"], row["period"]) for row in ten["models"]] == [
        ("fakta/a", 6, "2026-W34"),
        ("fakta/b", 4, "2026-W35"),
    ]


def test_since_leaves_out_what_is_older(analysed: Analysed) -> None:
    log = [extraction(i) for i in range(9)] + [extraction(9, extracted_at=None)]
    found = analysed(log, [event(i) for i in range(10)], since=datetime(2026, 8, 24, tzinfo=UTC))
    assert (found["log"]["documents"], found["log"]["before_since"]) == (3, 7)
    assert found["accuracy"]["audited"]["documents"] == 3
    assert found["corrections"]["documents"] == 4


@pytest.mark.parametrize("period", ["week", "month"])
@pytest.mark.parametrize("time", ["0001-01-03T00:00:00+00:00", "9999-12-30T00:00:00+00:00"])
def test_a_broken_clock_does_not_fill_the_page(analysed: Analysed, period: str, time: str) -> None:
    found = analysed([extraction(0), extraction(1, extracted_at=time)], period=period)
    assert len(found["periods"]) == 2


def test_periods_without_documents_are_there(analysed: Analysed) -> None:
    found = analysed([extraction(0), extraction(6, extracted_at="2026-09-07T09:00:00+00:00")])
    assert found["periods"] == ["2026-W34", "2026-W35", "2026-W36", "2026-W37"]
    assert [row["documents"] for row in found["automation"]["periods"]] == [1, 0, 0, 1]


def test_a_document_counts_once(analysed: Analysed) -> None:
    found = analysed([extraction(0), extraction(0, model="fakta/b", needs_review=True)])
    assert (found["log"]["documents"], found["log"]["repeated"], found["automation"]["passed"]) == (1, 1, 1)


def test_a_document_is_known_by_its_name_where_nobody_knows_its_bytes(analysed: Analysed) -> None:
    log = [extraction(i, document="same.pdf" if i > 1 else f"{i}.pdf") for i in range(4)]
    found = analysed(log, [event(0, document="0.pdf"), event(2, document="same.pdf")])
    assert (found["people"]["in_log"], found["people"]["ambiguous"]) == (1, 1)


def test_an_empty_log_is_told(analysed: Analysed) -> None:
    found = analysed([], [], costs=COSTS)
    assert found["automation"]["passed_share"] is None
    assert found["savings"] is None
    assert found["advice"] == [{"advice": "no_documents"}]


def test_without_corrections_nothing_is_said_of_accuracy(analysed: Analysed) -> None:
    found = analysed([extraction(i) for i in range(10)], costs=COSTS)
    assert found["accuracy"]["audited"]["accepted"]["share"] is None
    assert {"advice": "look", "given": False} in found["advice"]


def test_a_log_without_times_has_totals_and_no_periods(analysed: Analysed) -> None:
    found = analysed([{**extraction(i), "extracted_at": None} for i in range(10)])
    assert (found["periods"], found["log"]["untimed"], found["automation"]["passed"]) == ([], 10, 7)


def test_personal_identity_numbers_are_masked(analysed: Analysed) -> None:
    line = extraction(0)
    line["fields"]["supplier_name"]["value"] = "Maja 811228-9874"
    [row] = analysed([line])["suppliers"]["shown"]
    assert row["supplier"] == "Maja ******-****"


def test_suppliers_can_be_numbers(analysed: Analysed) -> None:
    log = [extraction(i) for i in range(9)]  # five of Norra, four of Södra
    found = analysed(log, [event(i) for i in range(9)], anonymous=True)
    assert [(row["supplier"], row["number"]) for row in found["suppliers"]["shown"]] == [(None, 1), (None, 2)]
    assert "Norra" not in json.dumps(found)


def test_advice_names_what_it_rests_on(analysed: Analysed) -> None:
    # 300 documents, of which every tenth has a wrong amount that was accepted.
    log = [{**extraction(2), "sha256": sha(1000 + i)} for i in range(300)]
    events = [
        event(2, document=sha(1000 + i), corrected={"amount_due": "1.00"} if i % 10 == 0 else {}) for i in range(300)
    ]
    advice = analysed(log, events, costs=COSTS)["advice"]
    assert [each["advice"] for each in advice] == ["raise_thresholds", "remember_supplier", "tune_again"]
    assert [each["field"] for each in advice[0]["fields"]] == ["amount_due"]
    assert (advice[1]["supplier"], advice[1]["mistakes"]) == ("Norra AB", 30)
    assert [each["field"] for each in advice[2]["fields"]] == ["due_date"]  # held each time, and right


def test_advice_speaks_up_when_accuracy_falls(analysed: Analysed) -> None:
    # Forty audits a week: none wrong in the first, every second in the second.
    def line(i: int) -> dict[str, Any]:
        return {**extraction(1 if i < 40 else 6), "sha256": sha(1000 + i)}

    def found_by_people(i: int) -> dict[str, Any]:
        corrected = {"amount_due": "1.00"} if i >= 40 and i % 2 else {}
        return event(1 if i < 40 else 6, document=sha(1000 + i), corrected=corrected)

    found = analysed([line(i) for i in range(80)], [found_by_people(i) for i in range(80)], costs=COSTS)
    advice = {each["advice"]: each for each in found["advice"]}
    assert (advice["got_worse"]["period"], advice["got_worse"]["before"]) == ("2026-W35", "2026-W34")
    assert advice["got_worse"]["share"] == round(100 / 120, 5)
    assert "tune_by_costs" in advice  # 20 of 80 invoices cost 100 kr each, and a full review 17 kr


def test_a_model_that_accepts_nothing_has_to_be_tuned(analysed: Analysed) -> None:
    log = [extraction(5) | {"sha256": sha(i)} for i in range(3)]
    for line in log:
        line["fields"]["supplier_name"]["accepted"] = False
    assert analysed(log)["advice"][0] == {"advice": "tune_first"}


def test_a_period_that_does_not_exist_is_refused(analysed: Analysed) -> None:
    with pytest.raises(ConfigError, match="period 'year': expected one of week, month"):
        analysed([], period="year")
