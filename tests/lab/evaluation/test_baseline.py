"""What is stored of an evaluation, and what of it can be compared."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from fakta.errors import DatasetError
from fakta_lab.evaluation import Baseline, Counts, Evaluation, compare_with_baseline, evaluate
from fakta_lab.evaluation.baseline import StoredDocument

Lines = Callable[[Path, Sequence[Any]], Path]


@pytest.fixture
def evaluation(benchmark_dir: Path, answers: Path) -> Evaluation:
    return evaluate(benchmark_dir, predictions=answers)


def test_a_stored_evaluation_comes_back_as_it_was(evaluation: Evaluation, tmp_path: Path) -> None:
    stored = Baseline.of(evaluation, date=datetime(2026, 4, 5, tzinfo=UTC))
    stored.save(tmp_path / "baseline.json")
    loaded = Baseline.load(tmp_path / "baseline.json")
    assert loaded == stored
    assert (loaded.benchmark, loaded.date) == ("set", "2026-04-05T00:00:00+00:00")
    first = loaded.documents["documents/a.pdf"]
    assert first.fields == {"invoice_number": Counts(tp=1), "bankgiro": Counts(fp=1), "amount_due": Counts(tp=1)}
    # All four values of a are accepted; the iban is not scored.
    assert (first.tables, first.accepted) == ({"line_items": Counts(fp=1, fn=1)}, (3, 2))
    assert loaded.documents["documents/c.pdf"].accepted is None


def test_no_value_of_any_document_is_stored(evaluation: Evaluation, tmp_path: Path) -> None:
    Baseline.of(evaluation).save(tmp_path / "baseline.json")
    text = (tmp_path / "baseline.json").read_text(encoding="utf-8")
    assert not [value for value in ("54029681", "10.00", "30.00", "Spik", "8.00") if value in text]
    # One document a line, so that version control shows what changed.
    assert sum(line.startswith('"documents/') for line in text.splitlines()) == 3


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "no baseline: expected a JSON object, found a list"),
        ('{"format": "other"}', "no baseline: its format is 'other', expected 'fakta-baseline/1'"),
        ('{"format": "fakta-baseline/1"}', "damaged baseline; `--save-baseline` makes it again"),
        (
            '{"format": "fakta-baseline/1", "set": "s", "model": "", "date": "", "documents": {"a": {"truth": "", '
            '"fields": {"iban": [1, 0]}}}}',
            "damaged baseline",
        ),
    ],
)
def test_what_is_no_baseline_is_named(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "baseline.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DatasetError) as caught:
        Baseline.load(path)
    assert str(caught.value).startswith(f"{path}: ")
    assert message in str(caught.value)
    with pytest.raises(DatasetError, match="no such file; `fakta evaluate SET --save-baseline"):
        Baseline.load(tmp_path / "none.json")


def test_documents_that_came_went_or_changed_are_left_out(
    evaluation: Evaluation, benchmark_dir: Path, answers: Path, tmp_path: Path, lines: Lines
) -> None:
    stored = Baseline.of(evaluation)
    truth = [json.loads(line) for line in (benchmark_dir / "truth.jsonl").read_text(encoding="utf-8").splitlines()]
    truth[0]["fields"]["amount_due"] = "11.00"
    truth[2]["document"] = "documents/d.pdf"
    lines(benchmark_dir / "truth.jsonl", truth)
    found = compare_with_baseline(evaluate(benchmark_dir, predictions=answers), stored)
    assert (found.documents, found.added, found.removed, found.changed) == (
        1,
        ("documents/d.pdf",),
        ("documents/c.pdf",),
        ("documents/a.pdf",),
    )
    assert found.notices == [
        "not compared, another truth now: 1 (documents/a.pdf)",
        "not compared, not in the baseline: 1 (documents/d.pdf)",
        "not compared, only in the baseline: 1 (documents/c.pdf)",
    ]
    # Of what is compared, only b is left.
    assert {each.figure: (each.before, each.value) for each in found.figures}["fields.bankgiro.f1"] == (1.0, 1.0)


def test_a_baseline_of_other_documents_is_refused(evaluation: Evaluation) -> None:
    other = Baseline("other", "", "", {"z.pdf": StoredDocument("", {}, {})})
    with pytest.raises(DatasetError, match="the baseline of other has none of the documents of set; store one"):
        compare_with_baseline(evaluation, other)
    changed = Baseline("set", "", "", {score.document: StoredDocument("", {}, {}) for score in evaluation.scores})
    with pytest.raises(DatasetError, match="has another truth now; store the baseline again"):
        compare_with_baseline(evaluation, changed)
