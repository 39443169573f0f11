"""`fakta evaluate`: the printed result, gates, reports."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree

import pytest

from fakta_lab.cli import main
from fakta_lab.synth import SyntheticInvoice


@pytest.fixture
def small_set(invoice: SyntheticInvoice, invoice_pdf: Path, tmp_path: Path) -> Path:
    """A benchmark set of one document."""
    folder = tmp_path / "small"
    (folder / "documents").mkdir(parents=True)
    shutil.copy(invoice_pdf, folder / "documents" / "a.pdf")
    truth = {"document": "documents/a.pdf", "layout": "one", "fields": invoice.fields}
    (folder / "truth.jsonl").write_text(json.dumps(truth) + "\n", encoding="utf-8")
    return folder


def test_json_has_the_promised_figures(small_set: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(small_set), "--format", "json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["documents"] == 1
    assert set(result["micro"]) == {"precision", "recall", "f1"}
    assert set(result["fields"]["amount_due"]) == {"precision", "recall", "f1", "support"}
    assert set(result["layouts"]["one"]) == {"f1"}


def test_predictions_are_scored_instead_of_a_model(
    small_set: Path, invoice: SyntheticInvoice, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers = tmp_path / "answers.jsonl"
    answers.write_text(json.dumps({"document": "a.pdf", "fields": invoice.fields}) + "\n", encoding="utf-8")
    assert main(["evaluate", str(small_set), "--predictions", str(answers), "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["micro"]["f1"] == 1.0


def test_a_gate_that_is_not_reached_ends_with_1_after_the_result(
    small_set: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers, gates = tmp_path / "answers.jsonl", tmp_path / "gates.yaml"
    answers.write_text('{"document": "a.pdf", "fields": {"currency": "NOK"}}\n', encoding="utf-8")
    gates.write_text("micro.f1: 0.95\n", encoding="utf-8")
    assert main(["evaluate", str(small_set), "--predictions", str(answers), "--gate", str(gates)]) == 1
    printed = capsys.readouterr()
    assert "all fields" in printed.out
    assert "1 of 1 gates not met: micro.f1" in printed.err


def test_the_sets_own_gates_hold_too(small_set: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    answers = tmp_path / "answers.jsonl"
    answers.write_text('{"document": "a.pdf", "fields": {}}\n', encoding="utf-8")
    (small_set / "benchmark.yaml").write_text("name: small\ngates: {micro: {f1: 0.5}}\n", encoding="utf-8")
    assert main(["evaluate", str(small_set), "--predictions", str(answers)]) == 1
    assert "gates not met" in capsys.readouterr().err


REPORT = {"evaluation.html", "evaluation.json", "evaluation.md", "junit.xml"}


def test_a_report_is_written(small_set: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    report = tmp_path / "report"
    assert main(["evaluate", str(small_set), "--report", str(report)]) == 0
    assert {path.name for path in report.iterdir()} == REPORT
    assert json.loads((report / "evaluation.json").read_text(encoding="utf-8"))["documents"] == 1
    assert ElementTree.parse(report / "junit.xml").getroot().tag == "testsuites"
    assert str(report) in capsys.readouterr().err


def test_the_report_is_written_when_a_gate_fails_and_says_why(
    small_set: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    answers, gates, report = tmp_path / "answers.jsonl", tmp_path / "gates.yaml", tmp_path / "report"
    answers.write_text('{"document": "a.pdf", "fields": {"currency": "NOK"}}\n', encoding="utf-8")
    gates.write_text("fields.currency.f1: 0.95\n", encoding="utf-8")
    arguments = ["--predictions", str(answers), "--gate", str(gates), "--report", str(report), "--report-crops", "3"]
    assert main(["evaluate", str(small_set), *arguments]) == 1
    assert {path.name for path in report.iterdir()} == REPORT
    markdown = (report / "evaluation.md").read_text(encoding="utf-8")
    assert markdown.startswith("## ❌ 1 of 1 gates failed\n")
    assert "`documents/a.pdf`" in markdown
    [failure] = ElementTree.parse(report / "junit.xml").getroot().iter("failure")
    assert "documents/a.pdf" in (failure.text or "")
    html = (report / "evaluation.html").read_text(encoding="utf-8")
    assert "1 of 1 gate" in html
    assert 1 <= html.count('<figure class="crop">') <= 6
    assert "errors are without a picture" in capsys.readouterr().err


@pytest.mark.parametrize("format", ["table", "markdown", "junit"])
def test_every_format_prints(small_set: Path, format: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(small_set), "--format", format]) == 0
    assert "small" in capsys.readouterr().out


def test_model_and_predictions_exclude_each_other(small_set: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(small_set), "--model", "a", "--predictions", "b"]) == 2
    assert "either --model or --predictions" in capsys.readouterr().err


def test_a_folder_that_is_no_set_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["evaluate", str(tmp_path)]) == 2
    assert len(capsys.readouterr().err.splitlines()) == 1
