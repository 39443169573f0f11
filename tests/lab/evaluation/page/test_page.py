"""The evaluation as a page: whole in itself, safe, with everything that is wrong on it."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.lab.evaluation.page.conftest import ANSWER, TRUTH
from tests.lab.tuning.page.test_page import Page

from fakta_lab.evaluation import Baseline, Benchmark, Evaluation, GateResult, compare_with_baseline, evaluate
from fakta_lab.evaluation.page import render_page, write_page
from fakta_lab.evaluation.page.cards import cards_of
from fakta_lab.evaluation.page.scenes import read_document
from fakta_lab.evaluation.page.summary import Scale, reliability, sure_place

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=y>\"'&{{ 7*7 }}"


@pytest.fixture(scope="module")
def html(evaluation: Evaluation, benchmark_with_files: Benchmark) -> str:
    gates = [
        GateResult("micro.f1", 0.9, evaluation.micro.f1, documents=("documents/a.pdf",)),
        GateResult("latency.p95_ms", 400, 12.5, ceiling=True),
    ]
    cards = cards_of(evaluation, benchmark_with_files, read=read_document, most_crops=99)
    return render_page(evaluation, cards, gates=gates)


def test_the_page_needs_nothing_else(html: str) -> None:
    page = Page(html)
    sources = page.all("src")
    assert sources
    assert all(source.startswith("data:image/webp;base64,") for source in sources)
    assert all(link.startswith("#") for link in page.all("href"))
    assert not re.search(r"https?:|@import|url\(", html)
    assert "default-src 'none'; img-src data:" in html


def test_ids_are_unique_and_tables_and_pictures_have_names(html: str) -> None:
    page = Page(html)
    ids = page.all("id")
    assert len(ids) == len(set(ids))
    assert set(page.all("aria-labelledby")) <= set(ids)
    assert page.tags.count("table") == page.tags.count("caption")
    assert page.tags.count("img") == len(page.all("alt"))
    assert len(page.all("scope")) == page.tags.count("th")
    assert page.tags.count("h1") == 1


def test_pictures_are_decoded_when_they_are_seen(html: str) -> None:
    page = Page(html)
    assert page.all("loading") == ["lazy"] * page.tags.count("img")
    assert page.all("decoding") == ["async"] * page.tags.count("img")


def test_the_verdict_and_the_figures_are_said(html: str, evaluation: Evaluation) -> None:
    text = Page(html).words
    assert "1 of 2 gates failed" in text
    # Of six fields two are right, one has another letter case, one is missed, one invented.
    assert f"{100 * evaluation.micro.f1:.1f} % F1 over all fields" in text
    assert "micro.f1 ≥ 0.9" in text
    assert "✗ failed documents/a.pdf" in text
    assert "latency.p95_ms ≤ 400 12.5 ✓ met" in text


def test_every_error_can_be_filtered_and_says_what_it_is(html: str) -> None:
    page = Page(html)
    assert page.all("data-field") == ["due_date", "supplier_name", "amount_due", "bankgiro", "line_items"]
    assert page.all("data-kind") == ["wrong", "near miss", "missed", "invented", "wrong"]
    assert page.all("data-accepted") == ["1", "", "", "", ""]
    assert page.all("data-confidence") == ["0.93", "0.6", "0.4", "0.3", ""]
    text = page.words
    for said in (
        "truth 2026-0 5 -15 read 2026-0 4 -15",
        "the same letters and digits, written otherwise",
        "truth 500.00 read nothing found",
        "truth not on the document read 54029681",
        "Accepted (93% sure): its label stands beside it.",
        "2 rows with differences",
    ):
        assert said in text
    # A number in the table of fields leads to its errors.
    assert "#field=due_date" in page.all("href")
    assert "#accepted=1" in page.all("href")


def test_differing_cells_of_a_row_are_marked(html: str) -> None:
    assert re.findall(r'<td class="differs">(.*?)</td>', html)[:2] == ["<mark>9</mark>0.00", "<mark>8</mark>0.00"]


def test_a_kind_of_box_is_told_by_more_than_its_colour(html: str) -> None:
    assert ".mark.truth { border: 2px solid" in html
    assert ".mark.read { border: 2px dashed" in html
    assert "<span>truth</span>" in html
    assert "<span>read</span>" in html


def hostile_set(folder: Path) -> tuple[Benchmark, Path]:
    """A set and answers in which every text is hostile."""
    truth: dict[str, Any] = {
        **TRUTH,
        "document": f"documents/{HOSTILE}.pdf",
        "layout": HOSTILE,
        "supplier": HOSTILE,
        "fields": {"invoice_number": HOSTILE, HOSTILE: HOSTILE, "bankgiro": None},
        "line_items": [{"description": HOSTILE, HOSTILE: HOSTILE}],
    }
    answer: dict[str, Any] = {
        **ANSWER,
        "document": truth["document"],
        "model": HOSTILE,
        "fields": {
            "invoice_number": {"value": f"X{HOSTILE}", "confidence": 0.5, "accepted": True, "explanation": HOSTILE},
            "bankgiro": {"value": HOSTILE, "reasons": [HOSTILE]},
        },
        "line_items": [{"description": HOSTILE, "unit": HOSTILE}],
    }
    folder.mkdir()
    (folder / "truth.jsonl").write_text(json.dumps(truth) + "\n", encoding="utf-8")
    (folder / "benchmark.yaml").write_text(json.dumps({"name": HOSTILE}), encoding="utf-8")
    (folder / "answers.jsonl").write_text(json.dumps(answer) + "\n", encoding="utf-8")
    return Benchmark.load(folder), folder / "answers.jsonl"


def test_hostile_texts_stay_texts(tmp_path: Path) -> None:
    benchmark, answers = hostile_set(tmp_path / "hostile")
    evaluation = evaluate(benchmark, predictions=answers)
    compared = replace(evaluation, baseline=compare_with_baseline(evaluation, Baseline.of(evaluation)))
    failed = replace(compared, failures={HOSTILE: HOSTILE})
    cards = cards_of(compared, benchmark, read=read_document, most_crops=99)
    html = render_page(failed, cards, gates=[GateResult(HOSTILE, 0.9, 0.1, documents=(HOSTILE,))])
    page = Page(html)
    assert page.tags.count("script") == 1
    assert page.tags.count("img") == 0
    assert not [name for _, name, _ in page.attributes if name.startswith("on")]
    # It is there, as text, wherever it has to be.
    assert page.text.count("<script>alert(1)</script>") > 15
    assert "49" not in page.text


def test_a_baseline_is_compared_figure_by_figure(evaluation: Evaluation, benchmark_with_files: Benchmark) -> None:
    better = evaluate(
        benchmark_with_files, predictions=benchmark_with_files.documents[0].path.parents[1] / "truth.jsonl"
    )
    comparison = compare_with_baseline(evaluation, Baseline.of(better))
    worse = replace(comparison, figures=tuple(replace(figure, adjusted=0.01) for figure in comparison.figures[:1]))
    text = Page(render_page(replace(evaluation, baseline=worse), [])).words
    assert "1 figure significantly worse than the baseline" in text
    assert re.search(r"micro\.f1 100 % \d+\.\d % .* ✗ worse documents/a\.pdf", text)


def test_what_could_not_be_read_is_listed(evaluation: Evaluation) -> None:
    page = Page(render_page(replace(evaluation, failures={"documents/z.pdf": "it is damaged"}), []))
    assert "documents/z.pdf it is damaged" in page.words


def test_without_errors_there_is_nothing_to_filter(benchmark_with_files: Benchmark) -> None:
    truth = benchmark_with_files.documents[0].path.parents[1] / "truth.jsonl"
    page = Page(render_page(evaluate(benchmark_with_files, predictions=truth), []))
    assert "None: every value is as the truth says." in page.words
    assert "form" not in page.tags


def test_the_file_is_written_and_what_is_left_out_is_told(
    evaluation: Evaluation, benchmark_with_files: Benchmark, tmp_path: Path
) -> None:
    path = tmp_path / "evaluation.html"
    assert write_page(evaluation, benchmark_with_files, path) == 0
    everything = path.read_text(encoding="utf-8")
    assert write_page(evaluation, benchmark_with_files, path, most_crops=1) == 4
    assert path.read_text(encoding="utf-8").count("<img") < everything.count("<img")
    assert [each.name for each in tmp_path.iterdir()] == ["evaluation.html"]


def test_the_scale_holds_every_interval_and_reliability_says_how_often_confidence_was_right(
    evaluation: Evaluation,
) -> None:
    assert Scale(0.8).at(0.9) == 50.0
    assert Scale(0.8).at(0.1) == 0.0
    assert Scale(0.8).ticks == pytest.approx((0.8, 0.9, 1.0))
    assert sure_place(0.5) < sure_place(0.9) < sure_place(0.99)
    # Five values with a confidence, in bins of their own: too few for a point.
    assert reliability(evaluation) == []
