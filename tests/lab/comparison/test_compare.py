"""Two readers on the same documents: what is counted, of which documents, and what a reader has to be told."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.lab.comparison.logs import calls, reading, readings, sha, shadow_line, truth, write

from fakta.costs import Costs
from fakta.errors import ConfigError, DatasetError
from fakta.schema import invoice_schema
from fakta_lab.comparison import (
    Comparison,
    Logged,
    Outcome,
    Terms,
    compare,
    load_system,
    load_truth,
    truth_of_corrections,
)
from fakta_lab.comparison.systems import Answer
from fakta_lab.formats.benchmark import Benchmark, BenchmarkDocument
from fakta_lab.formats.jsonl import Problem

SCHEMA = invoice_schema()


def refuse(problem: Problem) -> None:
    raise AssertionError(problem)


def compared(first: Path, second: Path, on: Path, **options: object) -> Comparison:
    return compare(
        load_system(first, side="first", schema=SCHEMA),
        load_system(second, side="second", schema=SCHEMA),
        load_truth(on, on_problem=refuse),
        **options,  # type: ignore[arg-type]
    )


def logged(name: str, answers: dict[str, Answer], *, extractor: str = "") -> Logged:
    log = Logged(name, extractors=frozenset({extractor} - {""}))
    for document, answer in answers.items():
        log.add(document, answer)
    return log


def benchmark(rows: dict[str, dict[str, str | None]], **more: str) -> Benchmark:
    documents = tuple(BenchmarkDocument(name, Path(), fields, **more) for name, fields in rows.items())
    return Benchmark("set", documents, SCHEMA)


def test_who_is_right_is_counted_where_the_field_is_at_stake(tmp_path: Path) -> None:
    said = [
        # truth is 100.00 and no IBAN: GPT-4's answer, fakta's
        ({"amount_due": "100,00 kr", "iban": None}, reading({"amount_due": "100.00", "iban": None})),  # both
        ({"amount_due": 100, "iban": ""}, reading({"amount_due": "101.00", "iban": None})),  # only GPT-4
        ({"amount_due": "soon"}, reading({"amount_due": "100.00", "iban": None}, held=["amount_due"])),  # only fakta
        ({"amount_due": "10.00"}, reading({"amount_due": "10.00", "iban": None})),  # the same mistake
        ({"amount_due": None}, reading({"amount_due": "1.00", "iban": "SE4550000000058398257466"})),  # different ones
    ]
    on = truth(tmp_path / "set", 5, fields={"amount_due": "100.00", "iban": None})
    first = calls(tmp_path / "calls.jsonl", [theirs for theirs, _ in said])
    second = readings(tmp_path / "ours.jsonl", [ours for _, ours in said])
    result = compared(first, second, on)
    iban, amount = result.overall.fields
    assert amount.agreement == (1, 1, 1, 1, 1)
    assert (iban.documents, iban.at_stake, iban.agreement) == (5, 1, (0, 1, 0, 0, 0))
    # GPT-4 gave four amounts, two of them right; fakta five, two of them right.
    assert (amount.first.precision.count, amount.first.precision.of) == (2, 4)
    assert (amount.second.precision.count, amount.second.precision.of) == (2, 5)
    assert (amount.first.recall.count, amount.first.recall.of) == (2, 5)
    # Of the four that are used without a look one is right.
    assert (amount.second.used_right.count, amount.second.used_right.of) == (1, 4)
    assert amount.p == 1.0
    assert [each.who for each in result.disagreements if each.field == "amount_due"] == [
        "only first", "only second", "same mistake", "different mistakes",
    ]  # fmt: skip
    assert (result.first, result.second) == ("gpt-4o-2024-08-06", "fakta/base")
    assert result.first_times.median == pytest.approx(2.002)
    assert result.second_times.median == pytest.approx(0.12)


def test_headline_counts_the_verdicts(tmp_path: Path) -> None:
    fields = {"amount_due": "100.00", "invoice_number": "17", "bankgiro": "54029681", "due_date": "2026-04-15"}
    ours = {**fields, "invoice_number": "18"}
    on = truth(tmp_path / "set", 400, fields=fields)
    first = calls(tmp_path / "calls.jsonl", [fields] * 400)
    held = (["bankgiro"] if number % 4 == 0 else [] for number in range(400))
    second = readings(tmp_path / "ours.jsonl", [reading(ours, held=each) for each in held])
    result = compared(first, second, on)
    assert result.headline == "2 of 4 fields can be switched, 1 with review, 1 not yet; 0 have too few examples"
    assert result.with_outcome(Outcome.review) == ["bankgiro"]
    assert result.with_outcome(Outcome.not_yet) == ["invoice_number"]


def test_documents_of_one_supplier_are_one_look_unless_they_were_drawn_at_random() -> None:
    rows = {f"{number}.pdf": {"amount_due": "1.00"} for number in range(400)}
    answers = {name: Answer(dict(fields)) for name, fields in rows.items()}
    readers = logged("old", answers), logged("new", answers)
    of_one = benchmark(rows, supplier="Exempel AB")
    overall, *_ = compare(*readers, of_one).groups
    assert (overall.unit, overall.fields[0].effective) == ("supplier", 1.0)
    assert overall.fields[0].verdict.outcome is Outcome.too_few
    (overall,) = compare(*readers, of_one, unit="document").groups
    assert overall.fields[0].verdict.outcome is Outcome.safe


def test_suppliers_languages_and_known_ones_have_verdicts_of_their_own() -> None:
    rows, answers = [], {}
    for number in range(360):
        name = f"{number}.pdf"
        large = number < 320
        fields = {"amount_due": "1.00"}
        extra = {"language": "sv" if number % 2 else "en"}
        supplier = "Stor AB" if large else f"Liten {number}"
        rows.append(BenchmarkDocument(name, Path(), fields, supplier=supplier, extra=extra))
        answers[name] = Answer(fields, accepted=frozenset(fields), known_supplier=large)
    result = compare(logged("old", answers), logged("new", answers), Benchmark("set", tuple(rows), SCHEMA))
    found = {(group.kind, group.name): group for group in result.groups}
    assert list(found) == [
        ("all", "all documents"), ("these", "if only these suppliers came"),
        ("known", "known suppliers"), ("known", "strangers"),
        ("language", "en"), ("language", "sv"), ("supplier", "Stor AB"),
    ]  # fmt: skip
    outcome = {key: group.fields[0].verdict.outcome for key, group in found.items()}
    # Hundreds of documents of a supplier say much about it, and little about all others.
    assert outcome["supplier", "Stor AB"] is Outcome.safe
    assert outcome["known", "known suppliers"] is Outcome.safe
    assert outcome["known", "strangers"] is Outcome.too_few
    assert outcome["all", "all documents"] is Outcome.too_few
    assert outcome["these", "if only these suppliers came"] is Outcome.safe


def test_what_the_first_reader_holds_counts_as_right_today() -> None:
    rows = {f"{number}.pdf": {"amount_due": "1.00"} for number in range(300)}
    today = {name: Answer({"amount_due": "2.00"}, accepted=frozenset()) for name in rows}
    instead = {name: Answer({"amount_due": "2.00"}) for name in rows}
    readers = logged("old", today), logged("new", instead)
    (overall,) = compare(*readers, benchmark(rows), unit="document").groups
    assert overall.fields[0].verdict.outcome is Outcome.not_yet
    assert overall.fields[0].agreement.same_mistake == 300


def test_documents_and_fields_that_only_one_answers_are_left_out_and_said() -> None:
    rows = {f"{number}.pdf": {"amount_due": "1.00", "iban": None} for number in range(3)}
    first = logged("old", {"0.pdf": Answer({"amount_due": "1.00"}), "1.pdf": Answer({"amount_due": None})})
    second = logged("new", {name: Answer(dict(fields)) for name, fields in rows.items()})
    result = compare(first, second, benchmark(rows))
    assert result.documents == 2
    assert [each.field for each in result.overall.fields] == ["amount_due"]
    assert "1 documents are left out, because old has no answer about them." in result.notes
    assert "Only new answers iban: not compared." in result.notes
    with pytest.raises(DatasetError, match="no document that both old and new answered about"):
        compare(first, logged("new", {}), benchmark(rows))


def test_two_bundles_of_one_name_are_told_apart() -> None:
    rows = {"0.pdf": {"amount_due": "1.00"}}
    readers = [logged("fakta/base", {name: Answer(dict(fields)) for name, fields in rows.items()}) for _ in range(2)]
    result = compare(*readers, benchmark(rows))
    assert (result.first, result.second) == ("fakta/base (today)", "fakta/base (new)")


def test_terms_out_of_range_are_refused() -> None:
    readers = logged("old", {}), logged("new", {})
    with pytest.raises(ConfigError, match=r"margin 1: expected a share of 0 to 0\.5"):
        compare(*readers, benchmark({}), terms=Terms(margin=1))
    with pytest.raises(ConfigError, match="level 1"):
        compare(*readers, benchmark({}), terms=Terms(level=1))


def test_costs_by_hand() -> None:
    costs = Costs(document=5, field=1, typing=2, second_reader=0.5, wrong={"default": 50}, missing={"default": 3})
    rows = {f"{number}.pdf": {"amount_due": "1.00", "iban": None, "purchase_order": "7"} for number in range(4)}
    right = {"amount_due": "1.00", "iban": None, "purchase_order": "7"}
    today = {name: Answer(right) for name in rows}
    today["0.pdf"] = Answer({**right, "amount_due": "2.00"})  # wrong: 50
    today["1.pdf"] = Answer({**right, "amount_due": None})  # missing: 3
    first = logged("old", today, extractor="gpt-4o")
    first.is_called = True  # 0.50 each
    every = frozenset(right)
    instead = {name: Answer(right, accepted=every, needs_review=False) for name in rows}
    # A person opens it (5), looks at the held amount (1), and types it (2).
    instead["0.pdf"] = Answer({**right, "amount_due": "9.00"}, accepted=every - {"amount_due"}, needs_review=True)
    # Nobody opens it: the held order number stays empty (3), though it is right.
    instead["1.pdf"] = Answer(right, accepted=every - {"purchase_order"}, needs_review=False)
    result = compare(first, logged("new", instead), benchmark(rows), costs=costs).costs
    assert result is not None
    old, alone, reviewed = result.ways
    assert (old.name, old.kronor, old.calls) == ("old alone", 250 * (50 + 3 + 4 * 0.5), 500)
    assert (old.wrong, old.lost, old.opened) == (250, 250, 0)
    assert (alone.kronor, alone.wrong, alone.lost) == (250 * 50, 250, 0)
    assert (reviewed.mistakes, reviewed.looks, reviewed.opened) == (250 * 3, 250 * (5 + 1 + 2), 250)
    assert (reviewed.wrong, reviewed.lost) == (0, 250)
    assert result.saved == old.kronor - reviewed.kronor
    assert result.saved_low <= result.saved <= result.saved_high


def corrections(path: Path, documents: int, *, audited: int = 0, extractor: str = "gpt-4o-2024-08-06") -> Path:
    """People confirmed the invoice number, and corrected every tenth amount from 99 to 100 kr."""
    return write(
        path,
        (
            {
                "document": f"{number}.pdf",
                "extracted": {"amount_due": "99.00" if number % 10 == 0 else "100.00", "invoice_number": f"F{number}"},
                "corrected": {"amount_due": "100.00"} if number % 10 == 0 else {},
                "confirmed": ["invoice_number"] if number % 10 == 0 else ["invoice_number", "amount_due"],
                "extractor": extractor,
                "supplier": f"supplier {number}",
                "corrected_by": f"person {number % 3}",
                "corrected_at": f"2026-04-{1 + number // 24 % 28:02}T{number % 24:02}:00:00Z",
                **({"selection": "audit"} if number < audited else {}),
            }
            for number in range(documents)
        ),
    )


def ours(documents: int) -> list[dict]:
    return [reading({"amount_due": "100.00", "invoice_number": f"F{number}"}) for number in range(documents)]


def test_truth_from_corrections_says_whom_it_favours(tmp_path: Path) -> None:
    events = corrections(tmp_path / "corrections.jsonl", 60)
    second = readings(tmp_path / "ours.jsonl", ours(60))
    result = compared(events, second, events)
    assert (result.first, result.truth, result.documents) == ("gpt-4o-2024-08-06", "corrections", 60)
    amount = next(each for each in result.overall.fields if each.field == "amount_due")
    assert amount.agreement == (54, 0, 6, 0, 0)
    assert "gpt-4o-2024-08-06 is favoured" in result.warnings[0]
    assert "none of them was drawn at random" in result.notes[0]
    # The same answers in a log by another name: whose answers people saw is known all the same.
    swapped = compared(second, events, events)
    assert "“safe to switch” is not to be trusted" in swapped.warnings[0]


def test_truth_whose_answers_were_shown_is_not_known(tmp_path: Path) -> None:
    events = corrections(tmp_path / "corrections.jsonl", 60, extractor="")
    result = compared(events, readings(tmp_path / "ours.jsonl", ours(60)), events)
    assert "probably corrections's" in result.warnings[0]


def test_documents_drawn_at_random_are_preferred(tmp_path: Path) -> None:
    events = corrections(tmp_path / "corrections.jsonl", 100, audited=40)
    truth = truth_of_corrections(events, on_problem=refuse)
    assert (truth.random, len(truth.benchmark.documents)) == (True, 40)
    assert "60 that people looked at for a reason are left out" in truth.notes[0]
    second = readings(tmp_path / "ours.jsonl", ours(100))
    assert compared(events, second, events).overall.unit == "document"
    few = corrections(tmp_path / "few.jsonl", 100, audited=10)
    assert len(truth_of_corrections(few, on_problem=refuse).benchmark.documents) == 100
    assert len(truth_of_corrections(few, chosen="audited", on_problem=refuse).benchmark.documents) == 10
    with pytest.raises(DatasetError, match="no document drawn at random"):
        truth_of_corrections(corrections(tmp_path / "none.jsonl", 9), chosen="audited", on_problem=refuse)


def test_a_shadow_log_has_both_answers(tmp_path: Path) -> None:
    lines = [
        shadow_line(number, {"amount_due": "99.00", "invoice_number": f"F{number}"}, reading({"amount_due": "100.00"}))
        for number in range(8)
    ]
    lines.append(shadow_line(8, {"amount_due": "100.00"}, {"model": "fakta/base", "error": "DamagedDocument"}))
    lines.append(shadow_line(9, None, reading({"amount_due": "100.00"})))
    # The first three were set aside when the log had become large.
    write(tmp_path / "shadow-20260415T080000Z-7.jsonl", lines[:3])
    path = write(tmp_path / "shadow.jsonl", lines[3:])
    with path.open("a", encoding="utf-8") as file:
        file.write('{"shadow": 1, "docum')
    events = corrections(tmp_path / "corrections.jsonl", 60)
    problems: list[Problem] = []
    on = load_truth(path, corrections=events, on_problem=problems.append)
    assert len(on.benchmark.documents) == 10
    assert len(problems) == 1
    first, second = (load_system(path, side=side, schema=SCHEMA) for side in ("first", "second"))
    result = compare(first, second, on)
    (amount,) = result.overall.fields
    assert (result.first, result.second) == ("gpt-4o-2024-08-06", "fakta/base")
    assert amount.agreement == (0, 1, 8, 0, 0)
    # What fakta could not read goes to a person, and is not used.
    assert amount.second.used.count == 8
    assert result.unread == {"8.pdf": "DamagedDocument"}
    with pytest.raises(DatasetError, match="does not say who is right; give --corrections"):
        load_truth(path, on_problem=refuse)


def test_a_shadow_log_of_the_applications_json_takes_a_mapping(tmp_path: Path) -> None:
    said = {"betalning": {"att_betala": "100,00"}}
    path = write(tmp_path / "shadow.jsonl", [shadow_line(0, said, reading({"amount_due": "100.00"}))])
    mapping = tmp_path / "faktura.yaml"
    mapping.write_text('output: {betalning: {att_betala: amount_due}}\ndecimal: ","\n', encoding="utf-8")
    on = load_truth(path, corrections=corrections(tmp_path / "corrections.jsonl", 1), on_problem=refuse)
    second = load_system(path, side="second", schema=SCHEMA)
    with pytest.raises(DatasetError, match="--mapping says how to read them"):
        compare(load_system(path, side="first", schema=SCHEMA), second, on)
    result = compare(load_system(path, side="first", schema=SCHEMA, mapping=mapping), second, on)
    assert result.overall.fields[0].agreement.both == 1


def test_logs_name_documents_by_their_bytes_too(tmp_path: Path) -> None:
    events = write(
        tmp_path / "corrections.jsonl",
        [{"document": sha(0), "extracted": {"amount_due": "1.00"}, "confirmed": ["amount_due"], "extractor": "old"}],
    )
    second = readings(tmp_path / "ours.jsonl", [reading({"amount_due": "1.00"})])
    assert compared(events, second, events).documents == 1


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"mood": "good"}\n', "neither answers"),
        ("", "no line in it that is a JSON object"),
        ('{"document": "a.pdf", "fields": 3}\n', "expected document"),
    ],
)
def test_what_is_no_log_is_refused(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DatasetError, match=message):
        load_system(path, side="first", schema=SCHEMA)
