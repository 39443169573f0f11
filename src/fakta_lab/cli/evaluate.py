"""`fakta evaluate`: score a model, or logged answers, on a benchmark set."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fakta.errors import InputError
from fakta_lab.cli.benchmarks import load_benchmark
from fakta_lab.cli.console import check_writable, notice, progress_bar, write_result
from fakta_lab.cli.ocr_once import ocr_once
from fakta_lab.cli.options import MemoryFile, Model
from fakta_lab.cli.tracked import Track, tell_run
from fakta_lab.cli.trained_on import learned_from

if TYPE_CHECKING:
    from fakta.documents import Ocr
    from fakta.documents.ocr import Engine
    from fakta.extract import Extractor
    from fakta_lab.evaluation import Benchmark, Evaluation, GateResult


class Format(StrEnum):
    """How the result is printed."""

    table = "table"
    json = "json"
    markdown = "markdown"
    junit = "junit"


def evaluate(
    benchmark: Annotated[
        Path,
        typer.Argument(metavar="BENCHMARK", help="Folder with documents/ and truth.jsonl, or a public set."),
    ],
    model: Model = None,
    memory: MemoryFile = None,
    predictions: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Score these answers (JSON Lines) instead of running a model."),
    ] = None,
    gate: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Floors to be reached (micro.f1: 0.95); else those of benchmark.yaml."),
    ] = None,
    baseline: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Stored evaluation that no figure may be significantly worse than."),
    ] = None,
    save_baseline: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Store this evaluation for --baseline, unless it fails; no values of documents are stored.",
        ),
    ] = None,
    trained_on: Annotated[
        Path | None,
        typer.Option(
            metavar="PATH",
            help="What the model learned from: dataset, benchmark set, corrections, store or memory. "
            "Gives figures for suppliers with 0, 1-3 and 4+ documents there.",
        ),
    ] = None,
    report: Annotated[
        Path | None,
        typer.Option(
            metavar="DIR",
            help="Also write evaluation.html, with a picture of every error, evaluation.json, evaluation.md and "
            "junit.xml there.",
        ),
    ] = None,
    report_crops: Annotated[
        int,
        typer.Option(
            metavar="N",
            min=0,
            help="Errors with a picture in evaluation.html at most; with 0 no document is read again for it.",
        ),
    ] = 1000,
    card: Annotated[
        bool, typer.Option("--card", help="Also write the figures into the card of the bundle given with --model.")
    ] = False,
    track: Track = True,
    format: Annotated[Format, typer.Option(help="How to print the result.")] = Format.table,
) -> None:
    """Score a model on a benchmark set.

    Precision, recall and F1 per field and per layout, with 95 % intervals in JSON. Exit code 1 where a gate is not
    reached, or a figure is significantly worse than the baseline.
    """
    from fakta_lab import evaluation as scoring

    if model is not None and predictions is not None:
        raise typer.BadParameter("give either --model or --predictions")
    if memory is not None and predictions is not None:
        raise typer.BadParameter("give either --memory or --predictions")
    if card and model is None:
        raise typer.BadParameter("--card writes into the bundle given with --model")
    if save_baseline is not None:
        check_writable(save_baseline)
    if report is not None and report.exists() and not report.is_dir():
        raise InputError(f"--report {report}: is a file; name a folder to write into")
    benchmark_set = load_benchmark(benchmark)
    of_set = scoring.GateFile(benchmark_set.gates, benchmark_set.baseline)
    asked = scoring.load_gate_file(gate) if gate is not None else of_set
    stored_at = baseline or asked.baseline
    stored = scoring.Baseline.load(stored_at) if stored_at is not None else None
    learned = learned_from(trained_on) if trained_on is not None else None
    extractor = _extractor(model, memory=memory) if predictions is None else None
    if extractor is not None:
        benchmark_set.check_fields(extractor.schema)
    with ocr_once(extractor if report is not None and report_crops else None) as (sharing, ocr):
        with progress_bar(f"reading {benchmark_set.name}") as progress:
            result = scoring.evaluate(
                benchmark_set,
                extractor=sharing or extractor,
                predictions=predictions,
                learned=learned,
                progress=progress,
            )
        if stored is not None:
            result = replace(result, baseline=scoring.compare_with_baseline(result, stored))
        measured = scoring.measure_gates(result, asked.gates)
        write_result([_render(result, measured, format=format)], None)
        if report is not None:
            _write_report(result, measured, folder=report)
            _write_page(result, benchmark_set, measured, folder=report, most_crops=report_crops, ocr=ocr)
    if card and model is not None:
        from fakta_lab.export import record_measurement

        record_measurement(model, result.to_dict())
        notice(f"figures written into {model}")
    if track and model is not None:
        from fakta_lab.tracking import track_evaluation

        tell_run(partial(track_evaluation, model, result.to_dict()))
    for document, reason in result.failures.items():
        notice(f"not read: {document}: {reason}")
    if result.baseline is not None:
        for message in result.baseline.notices:
            notice(message)
    scoring.check_all(result, measured)
    # What fails must not become what the next evaluation is compared with.
    if save_baseline is not None:
        scoring.Baseline.of(result).save(save_baseline)
        notice(f"baseline written to {save_baseline}")


def _extractor(model: Path | None, *, memory: Path | None) -> Extractor:
    # Loading the runtime takes a second, which stored answers do not need.
    from fakta.extract import Extractor

    return Extractor.load(model, memory=memory)


def _render(evaluation: Evaluation, gates: Sequence[GateResult], *, format: Format) -> str:
    from fakta_lab.evaluation import render_junit, render_markdown, render_table

    if format is Format.json:
        return json.dumps(evaluation.to_dict(), ensure_ascii=False, indent=2) + "\n"
    if format is Format.markdown:
        return render_markdown(evaluation, gates)
    if format is Format.junit:
        return render_junit(evaluation, gates)
    from fakta_lab.cli.console import as_text

    return as_text([render_table(evaluation)])


def _write_report(evaluation: Evaluation, gates: Sequence[GateResult], *, folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    files = {"evaluation.json": Format.json, "evaluation.md": Format.markdown, "junit.xml": Format.junit}
    for name, format in files.items():
        write_result([_render(evaluation, gates, format=format)], folder / name)


def _write_page(
    evaluation: Evaluation,
    benchmark: Benchmark,
    gates: Sequence[GateResult],
    *,
    folder: Path,
    most_crops: int,
    ocr: Ocr | Engine,
) -> None:
    from fakta_lab.evaluation.page import write_page

    path = folder / "evaluation.html"
    with progress_bar("drawing errors") as progress:
        left_out = write_page(
            evaluation, benchmark, path, gates=gates, most_crops=most_crops, ocr=ocr, progress=progress
        )
    if left_out:
        notice(f"{left_out} errors are without a picture in {path}; --report-crops allows more")
    notice(f"report written to {folder}")
