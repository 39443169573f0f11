"""The same figures for people, reports and build servers."""

from __future__ import annotations

import io
from pathlib import Path
from xml.etree import ElementTree

from rich.console import Console

from fakta_lab.evaluation import Benchmark, evaluate, measure_gates, render_junit, render_markdown, render_table


def test_the_table_names_fields_totals_layouts_and_notes(benchmark_dir: Path, answers: Path) -> None:
    console = Console(file=io.StringIO(), width=100)
    console.print(render_table(evaluate(benchmark_dir, predictions=answers)))
    assert isinstance(console.file, io.StringIO)
    text = " ".join(console.file.getvalue().split())
    for part in (
        "invoice_number",
        "all fields",
        "0.545",
        "line_items (cells)",
        "two",
        "57.1% of values, 75.0% of these",
    ):
        assert part in text


def test_markdown_lists_errors_and_escapes_bars(benchmark_dir: Path, answers: Path) -> None:
    answers.write_text(answers.read_text(encoding="utf-8").replace('"value": "7"', '"value": "7|8"'), encoding="utf-8")
    page = render_markdown(evaluate(benchmark_dir, predictions=answers))
    assert "| **all fields** | 0.600 | 0.500 | 0.545 | 6 |" in page
    assert "| documents/b.pdf | one | invoice_number | 2 | 7\\|8 |" in page
    assert "| documents/a.pdf | one | bankgiro | - | 54029681 (accepted) |" in page
    assert "- `documents/c.pdf`: no answer in answers.jsonl" in page


def test_junit_has_one_case_per_gate_and_unread_document(benchmark_dir: Path, answers: Path) -> None:
    evaluation = evaluate(Benchmark.load(benchmark_dir), predictions=answers)
    suite = ElementTree.fromstring(render_junit(evaluation, measure_gates(evaluation, {"layouts.*.f1": 0.5})))
    assert suite.attrib == {"name": "fakta evaluate set", "tests": "3", "failures": "1", "errors": "1"}
    assert [case.attrib["name"] for case in suite] == ["layouts.one.f1", "layouts.two.f1", "documents/c.pdf"]
    assert [[child.tag for child in case] for case in suite] == [[], ["failure"], ["error"]]
