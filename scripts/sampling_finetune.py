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
from itertools import product
from pathlib import Path
from random import Random
from statistics import mean, stdev
from typing import Any, get_args

import numpy as np

from fakta.bundle import Bundle
from fakta.decode import FloatArray, word_probabilities
from fakta.documents import Page
from fakta.encode import Encoder
from fakta.extract import shipped_bundle
from fakta.fields.base import canonical
from fakta.session import pad
from fakta_lab.config import load_config
from fakta_lab.evaluation import Counts
from fakta_lab.evaluation.scoring import score_value
from fakta_lab.review.replay.invoices import as_document, heavy_tailed
from fakta_lab.review.replay.strategies import Strategy, choose
from fakta_lab.review.sampling import Reader, SamplingConfig
from fakta_lab.synth import SyntheticInvoice
from fakta_lab.tracking import TrackingConfig
from fakta_lab.training import TrainConfig, train
from fakta_lab.training.run import RunInfo

SUPPLIERS, MOST, HELD_OUT = 24, 24, 8
BUDGETS = (12, 24)
# Few steps and small batches, as one thread can do them; a real fine-tuning takes 150 steps of 16.
STEPS, BATCH = 20, 8


@dataclass(frozen=True)
class Pages:
    """A set of suppliers: what may be chosen, by sha256, and what is scored."""

    pool: dict[str, SyntheticInvoice]
    held_out: list[SyntheticInvoice]


class RunSession:
    """A training run in the place of a bundle's model, without an export."""

    def __init__(self, run: Path) -> None:
        from transformers import LayoutLMv3ForTokenClassification

        self._model = LayoutLMv3ForTokenClassification.from_pretrained(run).eval()
        self._encoder = Encoder.of(run / "tokenizer.json", RunInfo.load(run).reading)

    def word_probabilities(self, page: Page) -> FloatArray:
        """See `fakta.session.Session.word_probabilities`."""
        import torch

        windows = self._encoder.encode(page)
        if not windows:
            return np.zeros((len(page.words), 0), dtype=np.float32)
        arrays = pad(windows, pad_id=self._encoder.pad_id, pixels=self._encoder.pixels(page))
        with torch.inference_mode():
            logits = self._model(**{name: torch.from_numpy(array) for name, array in arrays.items()}).logits.numpy()
        return word_probabilities(windows, list(logits), len(page.words))


def main() -> None:
    """Runs the points that are missing and prints the table."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path("runs/sampling"))
    parser.add_argument("--seeds", type=int, default=3, help="sets of suppliers")
    parser.add_argument("--strategies", nargs="+", choices=get_args(Strategy), default=["random", "combined"])
    parser.add_argument("--config", type=Path, help="weights of the strategy 'combined'")
    parser.add_argument("--minutes", type=float, default=45.0, help="no new point is begun after these")
    settings = parser.parse_args()
    settings.out.mkdir(parents=True, exist_ok=True)
    config = load_config(settings.config, SamplingConfig) if settings.config else SamplingConfig()
    grid = Grid(settings.out, config)
    end = time.monotonic() + settings.minutes * 60
    # The small budgets of all suppliers first: a run that is stopped early has compared something.
    for budget, seed in product((0, *BUDGETS), range(settings.seeds)):
        for strategy in settings.strategies if budget else settings.strategies[:1]:
            if grid.point(strategy, seed, budget) is None and time.monotonic() < end:
                grid.run(strategy, seed, budget)
    grid.print(settings.strategies)


class Grid:
    """The points of the grid, kept in a folder."""

    def __init__(self, out: Path, config: SamplingConfig) -> None:
        self._out = out
        self._config = config
        self._file = out / "points.jsonl"
        self._bundle = Bundle.load(shipped_bundle())

    def run(self, strategy: Strategy, seed: int, budget: int) -> None:
        """Chooses, trains and scores; needs the point of the budget before."""
        pages = _pages(seed)
        before = ((0, *BUDGETS)[BUDGETS.index(budget)]) if budget else 0
        chosen = list((self.point(strategy, seed, before) or {"chosen": []})["chosen"]) if before else []
        if budget:
            reader = self._reader(self._run(strategy, seed, before) if before else None)
            chosen += _choose(strategy, self._config, seed, budget, chosen, pages, reader)
            _train(pages, chosen, self._run(strategy, seed, budget), seed)
        counts = _score(self._reader(self._run(strategy, seed, budget) if budget else None), pages.held_out)
        point = {"strategy": strategy, "seed": seed, "budget": budget, "f1": counts.f1, "chosen": chosen}
        with self._file.open("a", encoding="utf-8") as file:
            file.write(json.dumps(point) + "\n")
        print(
            f"{strategy if budget else 'shipped'}, suppliers {seed}, {budget} corrected: F1 {counts.f1:.4f}", flush=True
        )

    def point(self, strategy: str, seed: int, budget: int) -> dict[str, Any] | None:
        """What came of a point, None where it is still to be run."""
        wanted = (strategy, seed, budget)
        return next((p for p in self._points() if (p["strategy"], p["seed"], p["budget"]) == wanted), None)

    def print(self, strategies: Sequence[str]) -> None:
        """The table, and for each set of suppliers how much the choice brought."""
        points = self._points()
        for budget, strategy in product((0, *BUDGETS), strategies):
            found = [p["f1"] for p in points if (p["budget"], p["strategy"]) == (budget, strategy)]
            if found:
                spread = f" ± {stdev(found):.4f}" if len(found) > 1 else ""
                name = strategy if budget else "shipped"
                print(f"{budget:3} corrected, {name:9} F1 {mean(found):.4f}{spread}  ({len(found)} sets of suppliers)")

    def _points(self) -> list[dict[str, Any]]:
        lines = self._file.read_text(encoding="utf-8").splitlines() if self._file.is_file() else []
        return [json.loads(line) for line in lines]

    def _run(self, strategy: str, seed: int, budget: int) -> Path:
        return self._out / f"{strategy}-{seed}-{budget}"

    def _reader(self, run: Path | None) -> Reader:
        if run is None:
            return Reader(self._bundle)
        return Reader(self._bundle, session=RunSession(run))


def _pages(seed: int) -> Pages:
    batches = list(heavy_tailed(seed=f"finetune-{seed}", suppliers=SUPPLIERS, most=MOST, held_out=HELD_OUT))
    pool = {as_document(invoice).sha256: invoice for batch in batches for invoice in batch.pool}
    return Pages(pool, [invoice for batch in batches for invoice in batch.held_out])


def _choose(
    strategy: Strategy,
    config: SamplingConfig,
    seed: int,
    budget: int,
    chosen: Sequence[str],
    pages: Pages,
    reader: Reader,
) -> list[str]:
    if strategy == "random":
        # The same draw as `choose` makes, without reading the pool for it.
        left = sorted(set(pages.pool) - set(chosen))
        return Random(1000 * seed + budget).sample(left, budget - len(chosen))
    glances = {}
    for sha256, invoice in pages.pool.items():
        document = as_document(invoice)
        glances[sha256] = reader.judge(document, *reader.resolve(document))
    rest = [glance for sha256, glance in glances.items() if sha256 not in chosen]
    corrected = [glances[sha256] for sha256 in chosen]
    wanted = budget - len(chosen)
    return choose(strategy, rest, corrected, reader.schema, config, n=wanted, seed=1000 * seed + budget)


def _train(pages: Pages, chosen: Sequence[str], run: Path, seed: int) -> None:
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
        tracking=TrackingConfig(backend="none"),
    )
    train(recipe, progress=False)


def _score(reader: Reader, invoices: Sequence[SyntheticInvoice]) -> Counts:
    total = Counts()
    for invoice in invoices:
        _, resolution = reader.resolve(as_document(invoice))
        for name, choice in resolution.choices.items():
            given = None if choice.option is None else canonical(choice.option.value)
            total += score_value(invoice.fields.get(name), given, kind=reader.schema.fields[name].kind)
    return total


if __name__ == "__main__":
    main()
