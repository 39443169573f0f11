"""How far a few corrections go: learner by learner, number by number, on several kinds of suppliers, as Markdown.

    python scripts/fewshot_benchmark.py --out runs/fewshot --others BENCHMARK
    python scripts/fewshot_benchmark.py --out runs/fewshot --others BENCHMARK --benchmark SET --counts 0,1,2,3

Invented suppliers with house words, the same scanned, and suppliers in held-out page designs; a benchmark set of your
own in place of them with --benchmark. A second call goes on where the first one stopped, and measures a learner that
has been added. `fakta learning-curve` measures one set, with more choices.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path

from fakta.extract import shipped_bundle
from fakta_lab.cli.console import progress_bar
from fakta_lab.cli.learning_curve import Kind, generated_set
from fakta_lab.config import load_config
from fakta_lab.evaluation import Benchmark
from fakta_lab.evaluation.ocr_cache import CachedEngine, DeferredEngine
from fakta_lab.fewshot import (
    COUNTS,
    LEARNERS,
    CurveConfig,
    make_learner,
    measure_curve,
    plot,
    render_csv,
    render_markdown,
)
from fakta_lab.training import TrainConfig

ROOT = Path(__file__).parent.parent


def main() -> None:
    """Measures and prints, set by set."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--out", type=Path, default=ROOT / "runs" / "fewshot", help="folder for all that is made")
    parser.add_argument("--benchmark", type=Path, help="a set of your own instead of invented suppliers")
    parser.add_argument("--others", type=Path, help="benchmark set of other layouts")
    parser.add_argument("--learners", nargs="+", choices=LEARNERS, default=["none", "memory", "finetune"])
    parser.add_argument("--counts", default=",".join(map(str, COUNTS)), help="numbers of corrections")
    parser.add_argument("--suppliers", type=int, default=12, help="invented ones of each kind")
    parser.add_argument("--score", type=int, default=4, help="invented invoices to score of each supplier")
    parser.add_argument("--seed", type=int, default=11)
    parser.add_argument("--together", action="store_true", help="one model for all suppliers of a set")
    parser.add_argument("--recipe", type=Path, default=ROOT / "configs" / "fewshot.yaml")
    parser.add_argument("--set", nargs="*", default=[], metavar="KEY=VALUE", help="changes of the recipe")
    settings = parser.parse_args()
    config = CurveConfig(counts=tuple(map(int, settings.counts.split(","))), together=settings.together)
    others = Benchmark.load(settings.others) if settings.others else None
    recipe = load_config(settings.recipe, TrainConfig, overrides=settings.set)
    for name, folder in _sets(settings, config):
        out = settings.out / name
        ocr = CachedEngine(DeferredEngine("auto"), out / "ocr")
        baseline, *learners = (
            make_learner(each, base=shipped_bundle(), work=out / "work" / each, recipe=recipe, ocr=ocr)
            for each in ("none", *settings.learners)
        )
        with progress_bar(name) as progress:
            curve = measure_curve(
                Benchmark.load(folder), baseline, learners, config, out=out, others=others, progress=progress
            )
        (out / "curve.csv").write_text(render_csv(curve), encoding="utf-8")
        plot(curve, out / "curve.png")
        print(f"### {name}\n\n{render_markdown(curve)}", flush=True)
        for learner in curve.learners:
            print(f"wrong after {config.most}, {learner}: {curve.wrong(learner, config.most)}\n", flush=True)


def _sets(settings: argparse.Namespace, config: CurveConfig) -> Iterator[tuple[str, Path]]:
    """Names and folders, each set made when it is its turn."""
    if settings.benchmark:
        yield settings.benchmark.resolve().name, settings.benchmark
        return
    kinds: tuple[tuple[str, Kind, str | None], ...] = (
        ("house-words", Kind.demo, None),
        ("house-words-scanned", Kind.demo, "office"),
        ("held-out-designs", Kind.families, None),
    )
    each = config.most + settings.score
    for name, kind, scan in kinds:
        folder = settings.out / name
        yield name, generated_set(folder, kind, suppliers=settings.suppliers, each=each, seed=settings.seed, scan=scan)


if __name__ == "__main__":
    main()
