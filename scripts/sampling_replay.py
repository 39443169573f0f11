"""Would choosing documents have taught more than correcting random ones? Labelled pools, replayed.

    python scripts/sampling_replay.py                                       # generated invoices
    python scripts/sampling_replay.py --receipts SROIE/truth.jsonl --plot docs/active-learning.png

After each budget a learner gets the truth about the documents that a strategy chose and is scored on documents that no
strategy may choose. The learner is a stand-in that trains in seconds (`fakta_lab.review.replay.learner`);
`scripts/sampling_finetune.py` trains the model itself, on a smaller grid. A seed draws the suppliers that take part, or
the receipts that are kept apart. The weights of configs/sampling.yaml were chosen on the generated pool "tune", so what
counts is the pool "report", of other suppliers, and the receipts.
"""

from __future__ import annotations

import argparse
import json
import pickle
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random
from typing import TypeVar

import numpy as np
from sklearn.metrics import roc_auc_score

from fakta.schema import Schema, invoice_schema
from fakta_lab.cli.console import progress_bar
from fakta_lab.config import load_config
from fakta_lab.evaluation import Counts
from fakta_lab.review.replay.case import Case
from fakta_lab.review.replay.curves import Curves, plot, render
from fakta_lab.review.replay.invoices import heavy_tailed, invoice_cases
from fakta_lab.review.replay.learner import Learner
from fakta_lab.review.replay.receipts import RECEIPTS, receipt_cases
from fakta_lab.review.replay.run import replay
from fakta_lab.review.replay.strategies import STRATEGIES
from fakta_lab.review.sampling import Reader, SamplingConfig
from fakta_lab.review.sampling.layouts import likeness

# Suppliers that are made, and how many of them take part in one seed's replay.
SUPPLIERS, TAKING_PART = 60, 40
MOST, HELD_OUT = 60, 25
RECEIPTS_KEPT_APART = 0.4

Split = tuple[list[Case], list[Case]]
Kept = TypeVar("Kept")


def main() -> None:
    """Replays every strategy on every pool and prints the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--receipts", type=Path, help="truth file of the SROIE set, in the form of replay/receipts.py")
    parser.add_argument("--pools", nargs="*", default=["tune", "report"], help="seeds of generated pools")
    parser.add_argument("--budgets", type=int, nargs="+", default=[0, 10, 20, 40, 80])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--config", type=Path, help="weights of the strategy 'combined'")
    parser.add_argument(
        "--cache", type=Path, default=Path("data/replay"), help="documents as read; remove to read anew"
    )
    parser.add_argument("--signals", action="store_true", help="only say what the signals tell by themselves")
    parser.add_argument("--plot", type=Path, help="PNG file to draw")
    parser.add_argument("--format", choices=("markdown", "json"), default="markdown")
    settings = parser.parse_args()
    config = load_config(settings.config, SamplingConfig) if settings.config else SamplingConfig()
    settings.cache.mkdir(parents=True, exist_ok=True)
    if settings.signals:
        for name in settings.pools:
            pool, _ = _invoices(name, settings.cache)
            print("\n".join(_signals(name, pool)), flush=True)
        return
    found = []
    for name, schema, split in _pools(settings.pools, settings.receipts, settings.cache):
        found.append(_curves(name, schema, split, config, budgets=settings.budgets, seeds=settings.seeds))
        if settings.format == "markdown":
            print(render(found[-1]), flush=True)
    if settings.format == "json":
        print(json.dumps([curves.to_dict() for curves in found], indent=2))
    if settings.plot:
        plot(found, settings.plot)


def _pools(
    generated: Sequence[str], receipts: Path | None, cache: Path
) -> Iterator[tuple[str, Schema, Callable[[int], Split]]]:
    """Each pool's name, its schema, and what a seed makes of it: documents to choose from, documents to score on."""
    for seed in generated:
        yield f"invoices, {seed}", invoice_schema(), _by_supplier(*_invoices(seed, cache))
    if receipts:
        yield "receipts", RECEIPTS, _by_document(_cached(cache / "receipts.pickle", lambda: receipt_cases(receipts)))


def _invoices(seed: str, cache: Path) -> Split:
    def read() -> Split:
        reader = Reader.load(None)
        pool: list[Case] = []
        held_out: list[Case] = []
        with progress_bar(f"reading {seed}") as progress:
            batches = heavy_tailed(seed=seed, suppliers=SUPPLIERS, most=MOST, held_out=HELD_OUT)
            for done, batch in enumerate(batches, start=1):
                pool += invoice_cases(batch.pool, batch.supplier, reader)
                held_out += invoice_cases(batch.held_out, batch.supplier, reader)
                progress(done, SUPPLIERS)
        return pool, held_out

    return _cached(cache / f"invoices-{seed}.pickle", read)


def _by_supplier(pool: Sequence[Case], held_out: Sequence[Case]) -> Callable[[int], Split]:
    suppliers = sorted({case.supplier for case in pool})

    def split(seed: int) -> Split:
        taking_part = set(Random(seed).sample(suppliers, TAKING_PART))
        return [c for c in pool if c.supplier in taking_part], [c for c in held_out if c.supplier in taking_part]

    return split


def _by_document(cases: Sequence[Case]) -> Callable[[int], Split]:
    def split(seed: int) -> Split:
        shuffled = Random(seed).sample(list(cases), len(cases))
        kept_apart = round(RECEIPTS_KEPT_APART * len(cases))
        return shuffled[kept_apart:], shuffled[:kept_apart]

    return split


def _cached(path: Path, make: Callable[[], Kept]) -> Kept:
    """What a file of this script's own holds, made where it is missing."""
    if path.is_file():
        with path.open("rb") as file:
            return pickle.load(file)
    made = make()
    with path.open("wb") as file:
        pickle.dump(made, file)
    return made


def _signals(name: str, pool: Sequence[Case]) -> Iterator[str]:
    """How well likeness tells pairs of one supplier from others, and doubt and disagreement wrong values from right."""
    layouts = [case.glance.layout for case in pool]
    suppliers = np.array([case.supplier for case in pool])
    pairs = np.triu_indices(len(pool), 1)
    same = np.equal.outer(suppliers, suppliers)[pairs]
    alike = likeness(layouts, layouts).toarray()[pairs]
    yield f"{name}: likeness tells suppliers apart, area under the curve {roc_auc_score(same, alike):.3f}"
    own, strange = (alike[which] > 0.5 for which in (same, ~same))
    yield f"  above 0.5: {own.mean():.3f} of the pairs of one supplier, {strange.mean():.3f} of those of two"
    shipped, wrong, doubt, apart = Learner([]), [], [], []
    for case in pool:
        for question in (question for question in case.questions if question.options):
            wrong.append(shipped.score([replace(case, questions=(question,))]) not in (Counts(tp=1), Counts()))
            doubt.append(case.glance.wrong[question.field])
            apart.append(case.glance.apart[question.field])
    for signal, values in (("doubt", doubt), ("disagreement", apart)):
        area = roc_auc_score(wrong, values)
        yield f"  {signal} tells wrong values ({np.mean(wrong):.2f} of {len(wrong)}) from right, area {area:.3f}"


def _curves(
    name: str, schema: Schema, split: Callable[[int], Split], config: SamplingConfig, *, budgets: list[int], seeds: int
) -> Curves:
    curves: dict[str, list[list[float]]] = {strategy: [] for strategy in STRATEGIES}
    with progress_bar(name) as progress:
        for seed in range(seeds):
            pool, held_out = split(seed)
            for number, strategy in enumerate(STRATEGIES):
                curve = replay(strategy, pool, held_out, schema, config, budgets=budgets, seed=seed)
                curves[strategy].append(curve)
                progress(seed * len(STRATEGIES) + number + 1, seeds * len(STRATEGIES))
    return Curves(name, tuple(budgets), curves)


if __name__ == "__main__":
    sys.exit(main())
