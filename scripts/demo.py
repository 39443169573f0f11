"""The whole loop on a dozen invented suppliers: corrections in, a better model out, and what it brought.

    make demo                      # or: python scripts/demo.py --out demo --minutes 1.5

The suppliers use house words and layouts that the shipped model has not met. Their invoices stand in for yours, the
"GPT-4 answers" are simulated with typical mistakes, and so are the users' corrections of them; everything from there
on is the real pipeline: supplier memory, dataset, fine-tuning, ONNX export, thresholds, evaluation.
"""

from __future__ import annotations

import argparse
import shutil
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from rich.console import Console
from rich.table import Table

from fakta.extract import Extractor
from fakta.extraction import Extraction
from fakta.fields import KINDS
from fakta.memory import Memory
from fakta_lab.cli.console import progress_bar
from fakta_lab.config import load_config
from fakta_lab.corrections.importing import import_corrections
from fakta_lab.corrections.mapping import ImportMapping
from fakta_lab.corrections.simulate import simulate_events, write_events
from fakta_lab.corrections.sources.jsonl import JsonlSource
from fakta_lab.dataset import DatasetConfig, build_dataset
from fakta_lab.evaluation import Evaluation, evaluate
from fakta_lab.export import export_run
from fakta_lab.formats.benchmark import Benchmark
from fakta_lab.memory import update_memory
from fakta_lab.store import Store
from fakta_lab.synth.write import write_set
from fakta_lab.training import TrainConfig, train
from fakta_lab.tuning import Goal, tune

SUPPLIERS = 12
CORRECTED_EACH, SCORED_EACH = 4, 3
# Other suppliers, for thresholds: what is promised has to hold for suppliers that nobody corrected, and with what their
# earlier invoices taught, for those that somebody did.
CALIBRATION, CALIBRATION_SUPPLIERS = 160, 50
TARGET_PRECISION, CONFIDENCE = 0.97, 0.90
ROOT = Path(__file__).parent.parent


def main() -> None:
    """Runs every stage and prints what a newcomer wants to know."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "demo", help="folder for everything that is made")
    parser.add_argument("--minutes", type=float, default=2.5, help="of fine-tuning")
    parser.add_argument("--seed", type=int, default=7)
    settings = parser.parse_args()
    # Without a terminal rich would fold the tables at 80 columns.
    console = Console(width=None if sys.stdout.isatty() else 120)
    notices = Console(stderr=True)
    out: Path = settings.out
    shutil.rmtree(out, ignore_errors=True)
    started = time.monotonic()

    with stage(notices, 1, f"{SUPPLIERS} suppliers send invoices; GPT-4 (simulated) reads them; people correct it"):
        _make_inputs(out, seed=settings.seed)
    with stage(notices, 2, "corrections become a memory of what each supplier prints where, and a dataset"):
        with progress_bar("remembering") as progress:
            _remember(out / "store", out / "suppliers.json", progress)
        with progress_bar("aligning") as progress:
            # Everything is trained on: what is scored are the suppliers' next invoices.
            shares = {"dev_share": 0.0, "test_share": 0.0}
            report = build_dataset(
                DatasetConfig(store=out / "store", out=out / "dataset", images=False, **shares), progress=progress
            )
        notices.print(f"  {_alignment_line(report.alignments)}", style="dim")
    with stage(notices, 3, f"the shipped model is fine-tuned for {settings.minutes:g} minutes"):
        overrides = [f"dataset={out / 'dataset'}", f"out={out / 'run'}", f"max_minutes={settings.minutes}"]
        overrides.append("tracking.backend=none")
        train(load_config(ROOT / "configs" / "finetune.yaml", TrainConfig, overrides=overrides))
    with stage(notices, 4, "the run is exported to ONNX, after a parity check; the memory goes into its bundle"):
        bundle = export_run(out / "run", out / "bundle", name="demo")
        with progress_bar("remembering") as progress:
            _remember(out / "store", bundle, progress)
    with (
        stage(notices, 5, "thresholds are tuned on suppliers that nobody corrected"),
        progress_bar("tuning") as progress,
    ):
        goal = Goal(precision=TARGET_PRECISION, confidence=CONFIDENCE)
        tune(bundle, [out / "calibration"], goal=goal, workers=2, progress=progress)
    with stage(notices, 6, "the suppliers' next invoices are read by all four"):
        readers = _read_all(out, bundle)

    console.print(_before_and_after(readers, documents=SUPPLIERS * SCORED_EACH))
    console.print(_one_extraction(Extractor.load(bundle), out / "scored"))
    console.print(_what_was_written(out))
    console.print(f"The loop took {time.monotonic() - started:.0f} s.\n\n{NEXT}")


@contextmanager
def stage(console: Console, number: int, title: str) -> Iterator[None]:
    """Announces a stage, and how long it took."""
    console.print(f"[bold]{number}/6[/bold] {title}")
    started = time.monotonic()
    yield
    console.print(f"  done in {time.monotonic() - started:.0f} s", style="dim")


def _make_inputs(out: Path, *, seed: int) -> None:
    with progress_bar("printing invoices") as progress:
        kind = {"seed": seed, "profile": "demo", "suppliers": SUPPLIERS, "error_share": 0.0}
        corrected = write_set(out / "corrected", count=SUPPLIERS * CORRECTED_EACH, progress=progress, **kind)  # type: ignore[arg-type]
        scored = write_set(
            out / "scored",
            count=SUPPLIERS * SCORED_EACH,
            first_turn=CORRECTED_EACH,
            progress=progress,
            **kind,  # type: ignore[arg-type]
        )
        write_set(
            out / "calibration",
            count=CALIBRATION,
            suppliers=CALIBRATION_SUPPLIERS,
            seed=seed + 1,
            profile="demo",
            progress=progress,
        )
    write_events(simulate_events(Benchmark.load(corrected).documents, seed=seed), out / "corrections.jsonl")
    with Store.open(out / "store", create=True) as store:
        source = JsonlSource(out / "corrections.jsonl", mapping=ImportMapping())
        import_corrections(source, store, documents=out / "corrected")
    answers = simulate_events(Benchmark.load(scored).documents, seed=seed)
    write_events(({"document": e["document"], "fields": e["extracted"]} for e in answers), out / "gpt4-answers.jsonl")


def _remember(store: Path, out: Path, progress: Callable[[int, int], None]) -> None:
    with Store.open(store) as opened:
        update_memory(opened, Memory(), out, progress=progress)


def _read_all(out: Path, bundle: Path) -> dict[str, Evaluation]:
    scored = Benchmark.load(out / "scored")
    readers = {"GPT-4 (simulated)": evaluate(scored, predictions=out / "gpt4-answers.jsonl")}
    extractors = {
        "shipped model": Extractor.load(),
        "with memory": Extractor.load(memory=out / "suppliers.json"),
        "and fine-tuned": Extractor.load(bundle),
    }
    for title, extractor in extractors.items():
        with progress_bar(title) as progress:
            readers[title] = evaluate(scored, extractor=extractor, progress=progress)
    return readers


def _before_and_after(readers: Mapping[str, Evaluation], *, documents: int) -> Table:
    table = Table(title=f"F1 on {documents} invoices that nobody corrected, of the suppliers whose earlier ones were")
    table.add_column("field")
    for title in readers:
        table.add_column(title, justify="right")
    last = list(readers.values())[-1]
    for name, counts in last.fields.items():
        if counts.support:
            table.add_row(name, *(f"{reader.fields[name].f1:.3f}" for reader in readers.values()))
    table.add_section()
    table.add_row("all fields", *(f"{reader.micro.f1:.3f}" for reader in readers.values()), style="bold")
    accepted = last.acceptance
    share = accepted.accepted / accepted.values if accepted.values else 0.0
    right = f"{accepted.right / accepted.accepted:.1%} of these right" if accepted.accepted else "nothing promised yet"
    table.caption = f"with memory and fine-tuned, accepted without a person's look: {share:.0%} of the values, {right}"
    return table


def _one_extraction(extractor: Extractor, scored: Path) -> Table:
    document = Benchmark.load(scored).documents[0]
    extraction: Extraction = extractor.extract(document.path)
    table = Table(title=f"one of them, {document.path.name}, as the last of them reads it")
    for column in ("field", "value", "confidence", "", "why"):
        table.add_column(column)
    for field in extraction.fields.values():
        if field.value is not None:
            kind = KINDS[extractor.schema.fields[field.name].kind]
            mark = "[green]accepted[/green]" if field.accepted else "[yellow]look[/yellow]"
            table.add_row(
                field.name, kind.format(field.value), f"{field.confidence:.2f}", mark, ", ".join(field.reasons)
            )
    return table


def _what_was_written(out: Path) -> Table:
    table = Table(title="what was written where", show_header=False)
    table.add_column(style="cyan")
    table.add_column()
    for name, meaning in WRITTEN.items():
        table.add_row(f"{_relative(out)}/{name}", meaning)
    return table


def _relative(path: Path) -> str:
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)


def _alignment_line(alignments: Mapping[str, Mapping[str, int]]) -> str:
    totals: dict[str, int] = {}
    for counts in alignments.values():
        for status, count in counts.items():
            totals[status] = totals.get(status, 0) + count
    return "corrected values: " + ", ".join(f"{count} {status}" for status, count in _ordered(totals))


def _ordered(totals: Mapping[str, int]) -> Sequence[tuple[str, int]]:
    return sorted(totals.items(), key=lambda pair: -pair[1])


WRITTEN = {
    "corrected/": "the invoices that were corrected, with the truth about them",
    "corrections.jsonl": "what GPT-4 answered and what people made of it",
    "store/": "the corrections and their documents, as the dataset is built from them",
    "suppliers.json": "the supplier memory: what was corrected helps at once, before any training",
    "dataset/": "pages with labels, and a card that says what was aligned and what was left out",
    "run/": "the fine-tuned weights, the resolved recipe and the training metrics",
    "bundle/": "the model as production loads it: ONNX, tokenizer, memory, thresholds, model card",
    "scored/": "the invoices that were scored, with the truth about them",
    "calibration/": "other suppliers' invoices, for the thresholds",
    "gpt4-answers.jsonl": "the simulated answers on the scored set",
}

NEXT = """With your own invoices:
  fakta extract YOUR.pdf                              read one with the shipped model
  fakta extract YOUR.pdf --model demo/bundle          … with the one just made
  fakta corrections import FILE --documents DIR       your corrections (JSON Lines, CSV, …) and invoices go to a store
  fakta memory build --out suppliers.json             … help the suppliers' next invoices at once (extract --memory)
  fakta dataset build configs/dataset.yaml            … become a dataset
  fakta train configs/finetune.yaml                   … and a model
  fakta improve --corrections FILE --documents DIR    all of that in one round, compared with the model before
  fakta evaluate YOUR-BENCHMARK --model BUNDLE        how well it reads documents with known truth"""


if __name__ == "__main__":
    sys.exit(main())
