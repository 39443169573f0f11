"""Figures on a terminal."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from rich.console import Console

from fakta_lab.evaluation import Evaluation, evaluate, render_table
from fakta_lab.evaluation.scoring import Counts


def printed(evaluation: Evaluation, *, width: int = 80) -> str:
    console = Console(file=io.StringIO(), width=width)
    console.print(render_table(evaluation))
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_the_table_names_fields_totals_layouts_and_notes(benchmark_dir: Path, answers: Path) -> None:
    text = " ".join(printed(evaluate(benchmark_dir, predictions=answers)).split())
    for part in (
        "invoice_number",
        "all fields",
        "0.545",
        "line_items (cells)",
        "two",
        "57.1% of values, 75.0% of these",
        "documents without any error: 0.0%",
    ):
        assert part in text


def test_intervals_stand_beside_the_figures(benchmark_dir: Path, answers: Path) -> None:
    evaluation = evaluate(benchmark_dir, predictions=answers)
    ends = evaluation.to_dict()["intervals"]["micro"]["f1"]
    [line] = [line for line in printed(evaluation).splitlines() if "all fields" in line]
    assert f"{100 * ends['low']:.1f}-{100 * ends['high']:.1f}".replace("100.0", "100") in line


@pytest.mark.parametrize("name", ["supplier_vat_number_of_the_group", "[red]x[/red]", "x" * 90])
def test_eighty_columns_are_enough_and_names_are_no_markup(name: str) -> None:
    text = printed(Evaluation("set", 1, {name: Counts(tp=1)}, {name: Counts(tp=1)}))
    assert max(map(len, text.splitlines())) <= 80
    # Long names are folded, not cut.
    assert name in "".join(line.split("1.000")[0].strip() for line in text.splitlines())
