"""Does choosing documents help the model itself? Fine-tuning on what two strategies choose, scored on next invoices.

    python scripts/sampling_finetune.py --out runs/sampling

A reduced grid, since every point is a training run: "random" and "combined", two budgets, three sets of suppliers with
house words, a few of which send most of the documents. The chosen documents carry their true word labels, as if every
correction had been aligned. The second batch is chosen with the model that was fine-tuned on the first. Points are
kept in OUT/points.jsonl; a second call goes on where the first one stopped.
"""

from __future__ import annotations

import argparse
import json
import shutil
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, stdev
from typing import Any

import numpy as np

from fakta.bundle import Bundle
from fakta.decode import FloatArray, word_probabilities
from fakta.documents import Page
from fakta.encode import Encoder
from fakta.extract import shipped_bundle
from fakta.fields.base import canonical
from fakta.session import pad
from fakta_lab.evaluation import Counts
from fakta_lab.evaluation.scoring import score_value
from fakta_lab.review.replay.invoices import as_document, heavy_tailed
from fakta_lab.review.replay.strategies import Strategy, choose
from fakta_lab.review.sampling import Reader, SamplingConfig
from fakta_lab.synth import SyntheticInvoice
from fakta_lab.training import TrainConfig, train

SUPPLIERS, MOST, HELD_OUT = 24, 24, 8
STRATEGIES: tuple[Strategy, ...] = ("random", "combined")
BUDGETS = (8, 24)
# Few steps and small batches, as one thread can do them; a real fine-tuning takes 150 steps of 16.
STEPS, BATCH = 30, 8


@dataclass(frozen=True)
class Pages:
    """A set of suppliers: what may be chosen, by sha256, and what is scored."""

    pool: dict[str, SyntheticInvoice]
    held_out: list[SyntheticInvoice]


class RunSession:
    """A training run in the place of a bundle's model, without an export."""

    def __init__(self, run: Path, window: int, stride: int) -> None:
        from transformers import LayoutLMv3ForTokenClassification

        self._model = LayoutLMv3ForTokenClassification.from_pretrained(run).eval()
        self._encoder = Encoder((run / "tokenizer.json").read_bytes(), window=window, stride=stride)

    def word_probabilities(self, page: Page) -> FloatArray:
        """See `fakta.session.Session.word_probabilities`."""
        import torch

        windows = self._encoder.encode(page)
        batch = {name: torch.from_numpy(array) for name, array in pad(windows, pad_id=self._encoder.pad_id).items()}
        with torch.inference_mode():
            logits: Any = self._model(**batch).logits.float().numpy() if windows else np.zeros((0, 0, 0))
        return word_probabilities(windows, list(logits), len(page.words))


def main() -> None:
    """Runs the points that are missing and prints the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("runs/sampling"))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--minutes", type=float, default=45.0, help="no new point is begun after these")
    settings = parser.parse_args()
    settings.out.mkdir(parents=True, exist_ok=True)
    points = settings.out / "points.jsonl"
    end = time.monotonic() + settings.minutes * 60
    for seed in range(settings.seeds):
        pages = _pages(seed)
        for strategy in STRATEGIES:
            _curve(strategy, seed, pages, points, settings.out / "run", end=end)
    _print(_read(points))


def _pages(seed: int) -> Pages:
    batches = list(heavy_tailed(seed=f"finetune-{seed}", suppliers=SUPPLIERS, most=MOST, held_out=HELD_OUT))
    pool = {as_document(invoice).sha256: invoice for batch in batches for invoice in batch.pool}
    return Pages(pool, [invoice for batch in batches for invoice in batch.held_out])


def _curve(strategy: Strategy, seed: int, pages: Pages, points: Path, run: Path, *, end: float) -> None:
    """The points of one strategy on one set of suppliers, those that are known left as they are."""
    done = {point["budget"]: point for point in _read(points) if (point["strategy"], point["seed"]) == (strategy, seed)}
    if all(budget in done for budget in (0, *BUDGETS)):
        return
    bundle = Bundle.load(shipped_bundle())
    reader = Reader(bundle)
    if 0 not in done:
        _write(points, strategy, seed, 0, [], _score(reader, pages.held_out))
    chosen: list[str] = []
    for budget in BUDGETS:
        if budget in done and budget != BUDGETS[0]:
            continue
        if time.monotonic() > end:
            return
        chosen += _choose(strategy, seed, budget, chosen, pages, reader)
        model = bundle.model
        reader = Reader(bundle, session=RunSession(_train(pages, chosen, run, seed), model["window"], model["stride"]))
        if budget not in done:
            _write(points, strategy, seed, budget, chosen, _score(reader, pages.held_out))


def _choose(
    strategy: Strategy, seed: int, budget: int, chosen: Sequence[str], pages: Pages, reader: Reader
) -> list[str]:
    glances = {}
    for sha256, invoice in pages.pool.items():
        document = as_document(invoice)
        glances[sha256] = reader.judge(document, *reader.resolve(document))
    rest = [glance for sha256, glance in glances.items() if sha256 not in chosen]
    corrected = [glances[sha256] for sha256 in chosen]
    wanted = budget - len(chosen)
    return choose(strategy, rest, corrected, reader.schema, SamplingConfig(), n=wanted, seed=1000 * seed + budget)


def _train(pages: Pages, chosen: Sequence[str], run: Path, seed: int) -> Path:
    import datasets

    rows = [
        {
            "words": [word.text for word in page.words],
            "boxes": [list(word.box) for word in page.words],
            "labels": list(page.labels),
            "page": number,
            "document": sha256,
            "supplier": pages.pool[sha256].supplier,
        }
        for sha256 in chosen
        for number, page in enumerate(pages.pool[sha256].pages, start=1)
    ]
    dataset = run.with_name("dataset")
    shutil.rmtree(dataset, ignore_errors=True)
    datasets.disable_progress_bars()
    datasets.DatasetDict({"train": datasets.Dataset.from_list(rows)}).save_to_disk(str(dataset))
    recipe = TrainConfig(
        out=run,
        overwrite=True,
        start="shipped",
        dataset=dataset,
        dev_share=0.0,
        replay=0.25,
        seed=seed,
        batch_size=BATCH,
        max_steps=STEPS,
        learning_rate=5e-4,
        warmup=0.1,
        dropout=0.1,
        checkpoint_every=10**6,
        threads=1,
        workers=0,
    )
    return train(recipe, progress=False).path


def _score(reader: Reader, invoices: Sequence[SyntheticInvoice]) -> Counts:
    total = Counts()
    for invoice in invoices:
        _, resolution = reader.resolve(as_document(invoice))
        for name, choice in resolution.choices.items():
            given = None if choice.option is None else canonical(choice.option.value)
            total += score_value(invoice.fields.get(name), given, kind=reader.schema.fields[name].kind)
    return total


def _write(points: Path, strategy: str, seed: int, budget: int, chosen: Sequence[str], counts: Counts) -> None:
    point = {"strategy": strategy, "seed": seed, "budget": budget, "f1": counts.f1, "chosen": list(chosen)}
    with points.open("a", encoding="utf-8") as file:
        file.write(json.dumps(point) + "\n")
    print(f"{strategy}, suppliers {seed}, {budget} corrected: F1 {counts.f1:.4f}", flush=True)


def _read(points: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in points.read_text(encoding="utf-8").splitlines()] if points.is_file() else []


def _print(points: Sequence[dict[str, Any]]) -> None:
    for budget in (0, *BUDGETS):
        for strategy in STRATEGIES:
            found = [p["f1"] for p in points if (p["budget"], p["strategy"]) == (budget, strategy)]
            if found:
                spread = f" ± {stdev(found):.4f}" if len(found) > 1 else ""
                print(f"{budget:3} corrected, {strategy:9} F1 {mean(found):.4f}{spread}  ({len(found)} runs)")


if __name__ == "__main__":
    main()
