"""Evaluation of answers in a file and of a real extractor."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from reportlab.pdfgen.canvas import Canvas

from fakta.documents import Box
from fakta.errors import DatasetError
from fakta.extract import Extractor
from fakta_lab.evaluation import Benchmark, Counts, evaluate

Lines = Callable[[Path, Sequence[Any]], Path]


def test_figures_are_those_computed_by_hand(benchmark_dir: Path, answers: Path) -> None:
    result = evaluate(benchmark_dir, predictions=answers).to_dict()
    # invoice_number: a right, b wrong, c missed. bankgiro: a too many, b right. amount_due: a right, c missed.
    assert result["documents"] == 3
    assert result["fields"] == {
        "invoice_number": {"precision": 0.5, "recall": 0.333333, "f1": 0.4, "support": 3},
        "bankgiro": {"precision": 0.5, "recall": 1.0, "f1": 0.666667, "support": 1},
        "amount_due": {"precision": 1.0, "recall": 0.5, "f1": 0.666667, "support": 2},
    }
    assert result["micro"] == {"precision": 0.6, "recall": 0.5, "f1": 0.545455}
    # The only row has the right description and a wrong amount.
    assert result["layouts"] == {"one": {"f1": 0.666667, "line_items_rows_f1": 0.0}, "two": {"f1": 0.0}}
    assert result["line_items"] == {
        "precision": 0.5,
        "recall": 0.5,
        "f1": 0.5,
        "support": 2,
        "rows": {"precision": 0.0, "recall": 0.0, "f1": 0.0, "support": 1},
        "columns": {
            "description": {"precision": 1.0, "recall": 1.0, "f1": 1.0, "support": 1},
            "line_amount": {"precision": 0.0, "recall": 0.0, "f1": 0.0, "support": 1},
        },
    }


def test_accepted_values_are_judged_apart(benchmark_dir: Path, answers: Path) -> None:
    result = evaluate(benchmark_dir, predictions=answers).to_dict()
    # Seven values in truth or answer; the iban of a is unknown. Accepted: all of a, one of it wrong, and one of b.
    accepted, touchless = result["accepted"], result["touchless"]
    assert {name: accepted[name] for name in ("share", "precision", "accepted", "wrong", "error")} == {
        "share": 0.571429,
        "precision": 0.75,
        "accepted": 4,
        "wrong": 1,
        "error": 0.25,
    }
    # a was released although its bankgiro is wrong. Wilson's interval of 1 of 1: from 1 / (1 + 1.96²) on.
    assert touchless == {
        "share": 0.333333,
        "precision": 0.0,
        "accepted": 1,
        "wrong": 1,
        "error": 1.0,
        "error_low": 0.206549,
        "error_high": 1.0,
    }


def test_every_error_is_listed_and_missing_answers_count_as_missed(benchmark_dir: Path, answers: Path) -> None:
    result = evaluate(benchmark_dir, predictions=answers).to_dict()
    assert result["failures"] == [{"document": "documents/c.pdf", "reason": "no answer in answers.jsonl"}]
    assert [(e["document"][-5], e["field"], e["truth"], e["predicted"], e["accepted"]) for e in result["errors"]] == [
        ("a", "bankgiro", None, "54029681", True),
        ("b", "invoice_number", "2", "7", False),
        ("c", "invoice_number", "3", None, False),
        ("c", "amount_due", "30.00", None, False),
    ]


def test_an_error_says_where_its_value_stands_and_why_it_was_held(benchmark_dir: Path, answers: Path) -> None:
    said = {"value": "7", "page": 2, "box": [0.1, 0.2, 0.3, 0.4], "confidence": 0.4, "reasons": ["label", "luhn"]}
    lines = [json.loads(line) for line in answers.read_text(encoding="utf-8").splitlines()]
    lines[1]["fields"]["invoice_number"] = said
    answers.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    evaluation = evaluate(benchmark_dir, predictions=answers)
    bankgiro, invoice_number, *_ = evaluation.errors
    assert (invoice_number.page, invoice_number.box, invoice_number.confidence, invoice_number.explanation) == (
        2,
        Box(0.1, 0.2, 0.3, 0.4),
        0.4,
        "label, luhn",
    )
    assert (bankgiro.page, bankgiro.box, bankgiro.confidence, bankgiro.explanation) == (None, None, None, "")
    assert evaluation.to_dict()["errors"][1]["box"] == [0.1, 0.2, 0.3, 0.4]


def test_every_document_is_kept_with_its_score(benchmark_dir: Path, answers: Path) -> None:
    a, b, c = evaluate(benchmark_dir, predictions=answers).scores
    assert a.fields == {"invoice_number": Counts(tp=1), "bankgiro": Counts(fp=1), "amount_due": Counts(tp=1)}
    assert (a.accepted, a.accepted_right, a.released, a.exact, a.failed) == (3, 2, True, False, False)
    assert (b.released, b.fields_right, b.layout) == (False, False, "one")
    assert (c.accepted, c.released, c.failed) == (None, None, True)
    assert len({each.truth for each in (a, b, c)}) == 3


def test_the_truth_itself_scores_one(benchmark_dir: Path) -> None:
    result = evaluate(benchmark_dir, predictions=benchmark_dir / "truth.jsonl").to_dict()
    assert result["micro"] == {"precision": 1.0, "recall": 1.0, "f1": 1.0}
    assert result["errors"] == []
    assert "accepted" not in result


def test_answers_are_found_by_path_bytes_or_file_name(benchmark_dir: Path, tmp_path: Path, lines: Lines) -> None:
    (benchmark_dir / "documents").mkdir()
    (benchmark_dir / "documents" / "b.pdf").write_bytes(b"x")
    digest = "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"
    path = lines(
        tmp_path / "logged.jsonl",
        [
            {"document": "/elsewhere/a.pdf", "fields": {"invoice_number": "1"}},
            {"document": "4711", "sha256": digest, "fields": {"invoice_number": "2"}},
            {"document": str(benchmark_dir / "documents/c.pdf"), "fields": {"invoice_number": "3"}},
        ],
    )
    assert evaluate(benchmark_dir, predictions=path).fields["invoice_number"].recall == 1.0


def test_two_answers_with_one_file_name_are_not_guessed_between(
    benchmark_dir: Path, tmp_path: Path, lines: Lines
) -> None:
    answers = [{"document": f"{folder}/a.pdf", "fields": {"invoice_number": "1"}} for folder in ("x", "y")]
    answers.append({"document": "documents/b.pdf", "fields": {}})
    result = evaluate(benchmark_dir, predictions=lines(tmp_path / "answers.jsonl", answers))
    assert "documents/a.pdf" in result.failures


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ({"fields": {}}, "line 1: document: expected a path, found null"),
        ({"document": "a"}, "line 1: fields: expected an object, found null"),
        (
            {"document": "a", "fields": {"amount_due": 3}},
            "line 1: fields.amount_due: expected a canonical text or null, found a number",
        ),
        (
            {"document": "a", "fields": {"amount_due": {"value": [3]}}},
            "line 1: fields.amount_due: expected a canonical text or null, found a list",
        ),
        (
            {"document": "a", "fields": {"amount_due": {"value": None, "confidence": 97}}},
            "line 1: fields.amount_due.confidence: expected a number from 0 to 1 or null, found 97",
        ),
        (
            {"document": "a", "fields": {"amount_due": {"value": None, "page": 0, "box": [1, 2]}}},
            "line 1: fields.amount_due.page: expected a number from 1 or null, found 0; "
            "line 1: fields.amount_due.box: expected four numbers, left, top, right, bottom, or null",
        ),
        (
            {"document": "a", "fields": {}, "timings_ms": {"read": "3 ms"}},
            "line 1: timings_ms: expected milliseconds by stage",
        ),
    ],
)
def test_bad_answers_are_named(benchmark_dir: Path, tmp_path: Path, lines: Lines, line: Any, message: str) -> None:
    path = lines(tmp_path / "answers.jsonl", [line])
    with pytest.raises(DatasetError) as caught:
        evaluate(benchmark_dir, predictions=path)
    assert str(caught.value) == f"{path}: {message}"


def test_answers_for_other_documents_are_refused(benchmark_dir: Path, tmp_path: Path, lines: Lines) -> None:
    path = lines(tmp_path / "answers.jsonl", [{"document": "z.pdf", "fields": {}}])
    with pytest.raises(DatasetError, match="no answer for any document of set"):
        evaluate(benchmark_dir, predictions=path)


def test_exactly_one_source_of_answers(benchmark_dir: Path) -> None:
    with pytest.raises(ValueError, match="either"):
        evaluate(benchmark_dir)


def test_an_extractor_reads_the_documents_and_one_that_cannot_be_read_is_listed(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"), invariant=1)
    for row, text in enumerate(
        ("Faktura", "Fakturanr: F-1042", "Förfallodatum: 2026-05-15", "Att betala: 1 250,00 kr")
    ):
        canvas.drawString(72, 760 - 30 * row, text)
    canvas.save()
    (tmp_path / "b.pdf").write_bytes(b"")
    truth = [
        {
            "document": "a.pdf",
            "fields": {"invoice_number": "F-1042", "due_date": "2026-05-15", "amount_due": "1250.00"},
        },
        {"document": "b.pdf", "fields": {"invoice_number": "7"}},
    ]
    (tmp_path / "truth.jsonl").write_text("\n".join(map(json.dumps, truth)), encoding="utf-8")
    seen: list[tuple[int, int]] = []
    result = evaluate(
        Benchmark.load(tmp_path),
        extractor=Extractor(None, ocr="off"),
        progress=lambda done, all: seen.append((done, all)),
    )
    assert (result.micro.tp, result.micro.fp, result.micro.fn) == (3, 0, 1)
    assert list(result.failures) == ["b.pdf"]
    assert seen == [(1, 2), (2, 2)]
