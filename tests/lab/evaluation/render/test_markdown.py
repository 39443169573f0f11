"""Markdown for a pull request."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest

from fakta_lab.evaluation import (
    Baseline,
    Evaluation,
    GateResult,
    compare_with_baseline,
    evaluate,
    measure_gates,
    render_markdown,
)
from fakta_lab.evaluation.documents import Mistake

# GitHub refuses comments that are longer.
LIMIT = 65_536


@pytest.fixture
def evaluation(benchmark_dir: Path, answers: Path) -> Evaluation:
    return evaluate(benchmark_dir, predictions=answers)


def tables(page: str) -> list[list[list[str]]]:
    """Every table of a page as rows of cells; fails where a row has more or fewer cells than its head."""
    found: list[list[list[str]]] = []
    previous = ""
    for line in page.splitlines():
        if line.startswith("|"):
            cells = [cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]]
            if not previous.startswith("|"):
                found.append([])
            found[-1].append(cells)
            assert len(cells) == len(found[-1][0]), line
        previous = line
    return found


def test_the_verdict_comes_first_then_the_gates_that_failed(evaluation: Evaluation) -> None:
    page = render_markdown(evaluation, measure_gates(evaluation, {"layouts.*.f1": 0.5, "micro.f1": 0.5}))
    lines = page.splitlines()
    assert lines[0] == "## ❌ 1 of 3 gates failed"
    assert "**set**: 3 documents, F1 **54.5 %**" in lines[2]
    assert tables(page)[0][2:] == [["`layouts.two.f1`", "≥ 0.5", "0", "`documents/c.pdf`"]]
    # What is met needs no room.
    assert "layouts.one.f1" not in page


def test_with_every_gate_met_the_page_says_so(evaluation: Evaluation) -> None:
    assert render_markdown(evaluation, measure_gates(evaluation, {"micro.f1": 0.5})).startswith(
        "## ✅ 1 of 1 gates met\n"
    )
    assert render_markdown(evaluation).startswith("## Evaluation of set\n")


def test_changed_figures_have_arrows_and_the_worse_ones_their_documents(
    evaluation: Evaluation, benchmark_dir: Path
) -> None:
    perfect = Baseline.of(evaluate(benchmark_dir, predictions=benchmark_dir / "truth.jsonl"))
    comparison = compare_with_baseline(evaluation, perfect)
    figures = {figure.figure: figure for figure in comparison.figures}
    worse = replace(figures["fields.invoice_number.f1"], adjusted=0.01, documents=("documents/b.pdf",))
    other = tuple(figure for name, figure in figures.items() if name != worse.figure)
    page = render_markdown(replace(evaluation, baseline=replace(comparison, figures=(*other, worse))))
    assert page.startswith("## ❌ 1 figure significantly worse than the baseline\n")
    rows = tables(page)[0][2:]
    assert rows[0] == ["`fields.invoice_number.f1`", "100.0 %", "40.0 %", "🔻 worse", "`documents/b.pdf`"]
    assert ["`micro.f1`", "100.0 %", "54.5 %", "↓", ""] in rows


def test_a_baseline_without_changes_is_one_line(evaluation: Evaluation) -> None:
    same = replace(evaluation, baseline=compare_with_baseline(evaluation, Baseline.of(evaluation)))
    page = render_markdown(same)
    assert page.startswith("## ✅ no figures significantly worse than the baseline\n")
    assert "No figure differs from the baseline." in page


def test_details_are_folded_and_complete(evaluation: Evaluation) -> None:
    page = render_markdown(evaluation)
    assert re.findall("<summary>(.*)</summary>", page) == [
        "Fields",
        "Tables",
        "Layouts (2)",
        "Documents that could not be read (1)",
        "Errors (4)",
    ]
    assert page.count("<details>") == page.count("</details>") == 5
    # A table inside HTML is only read as one after an empty line.
    assert len(re.findall(r"</summary>\n\n", page)) == 5
    assert "- `documents/c.pdf`: no answer in answers.jsonl" in page
    errors = tables(page)[-1][2:]
    assert errors[0] == ["`documents/a.pdf`", "bankgiro", "–", "`54029681`", "invented, accepted"]
    assert errors[1] == ["`documents/b.pdf`", "invoice\\_number", "`2`", "`7`", "wrong"]
    assert errors[2] == ["`documents/c.pdf`", "invoice\\_number", "`3`", "–", "missed"]


@pytest.mark.parametrize(
    "hostile",
    ["a|b", "a\nb | c", "`code`", "``|", "</details><script>alert(1)</script>", "[x](javascript:y)", "@everyone #1"],
)
def test_hostile_values_stay_in_their_cells(evaluation: Evaluation, hostile: str) -> None:
    mistake = replace(evaluation.errors[0], document=hostile, truth=hostile, predicted=hostile, field=hostile)
    page = render_markdown(
        replace(evaluation, errors=(mistake,), benchmark=hostile, failures={hostile: hostile}, model=hostile),
        [GateResult(hostile, 0.5, 0.1, documents=(hostile,))],
    )
    assert len(tables(page)[-1]) == 3
    # Nothing of it means anything outside of code.
    seen = re.sub(r"\\.", "", re.sub(r"(`+)(?!`).*?(?<!`)\1(?!`)", "", page))
    assert seen.count("<details>") == seen.count("</details>") == 5
    assert not re.search(r"<script|@everyone|#1|\[x\]\(", seen)


def test_a_page_with_too_many_errors_is_cut_and_says_so(evaluation: Evaluation) -> None:
    many = tuple(
        Mistake(f"documents/{number:05}.pdf", "one", "supplier_name", "å" * 500, "|" * 500) for number in range(5_000)
    )
    unread = {f"documents/{number:05}.pdf": "it is damaged" * 20 for number in range(2_000)}
    page = render_markdown(replace(evaluation, errors=many, failures=unread))
    assert 50_000 < len(page) < 65_000 < LIMIT
    assert "Errors (5000)" in page
    shown = sum("supplier\\_name" in line for line in page.splitlines() if line.startswith("| `documents/"))
    assert f"{5_000 - shown:,} more are left out here; `evaluation.html` and `evaluation.json` have them." in page
    assert page.count("<details>") == page.count("</details>")


def test_many_figures_are_cut_as_well(evaluation: Evaluation) -> None:
    gates = [GateResult(f"fields.{number}.f1", 0.9, 0.1, documents=("documents/a.pdf",) * 9) for number in range(500)]
    layouts = {f"layout-{number}": evaluation.micro for number in range(3_000)}
    page = render_markdown(replace(evaluation, layouts=layouts), gates)
    assert len(page) < 65_000
    assert "The first 20 of 500 gates that failed" in page
    assert "more are left out here" in page
