"""What each kind of evidence brings: benchmark sets read with the label lexicon alone, and with the model too.

python scripts/ablation.py SET…                     # benchmark sets
python scripts/ablation.py SET… --model runs/bundle
"""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.console import Console
from rich.table import Table

from fakta.extract import Extractor, shipped_bundle
from fakta_lab.cli.console import progress_bar
from fakta_lab.evaluation import evaluate


def main() -> None:
    """Reads every set twice and prints both scores."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sets", nargs="+", type=Path, metavar="SET")
    parser.add_argument("--model", type=Path, default=shipped_bundle(), help="bundle")
    settings = parser.parse_args()
    readers = {"labels alone": Extractor(None), "with the model": Extractor.load(settings.model)}
    table = Table(title="micro-F1")
    table.add_column("set")
    for title in readers:
        table.add_column(title, justify="right")
    for benchmark in settings.sets:
        scores = []
        for title, extractor in readers.items():
            with progress_bar(f"{benchmark.name}, {title}") as progress:
                scores.append(evaluate(benchmark, extractor=extractor, progress=progress).micro.f1)
        table.add_row(benchmark.name, *(f"{score:.3f}" for score in scores))
    Console().print(table)


if __name__ == "__main__":
    main()
