"""What each kind of evidence brings: benchmark sets read with parts of it withheld.

python scripts/ablation.py SET…                     # benchmark sets
python scripts/ablation.py SET… --model runs/bundle --format json

Evidence: the label lexicon, the model, or both. Weights: set by hand, or fitted (`fakta fit`). Choice: each field by
itself, or jointly (amounts that add up, dates in order, who is who).
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from rich.console import Console
from rich.table import Table

from fakta import documents
from fakta.bundle import Bundle
from fakta.candidates.labels import Lexicon
from fakta.candidates.page import view_pages
from fakta.extract import shipped_bundle
from fakta.extraction import ExtractedField, Extraction
from fakta.resolve import resolve
from fakta.resolve.choice import choose
from fakta.resolve.resolver import rank
from fakta.resolve.scorer import Scorer
from fakta.session import Session
from fakta_lab.cli.console import progress_bar
from fakta_lab.evaluation import Benchmark, evaluate


@dataclass(frozen=True)
class Variant:
    """What is used of the evidence."""

    evidence: Literal["labels", "model", "both"]
    weights: Literal["by hand", "fitted"]
    choice: Literal["each alone", "jointly"]


VARIANTS = (
    Variant("labels", "by hand", "each alone"),
    Variant("labels", "by hand", "jointly"),
    Variant("labels", "fitted", "jointly"),
    Variant("model", "by hand", "each alone"),
    Variant("model", "fitted", "jointly"),
    Variant("both", "by hand", "each alone"),
    Variant("both", "by hand", "jointly"),
    Variant("both", "fitted", "each alone"),
    Variant("both", "fitted", "jointly"),
)


class Reader:
    """Reads documents as `fakta.Extractor` does, without what the variant withholds."""

    def __init__(self, bundle: Bundle, session: Session, variant: Variant) -> None:
        self._bundle, self._session, self._variant = bundle, session, variant
        self._lexicon = Lexicon([]) if variant.evidence == "model" else Lexicon.shipped()
        fitted = variant.weights == "fitted"
        self._scorer = Scorer.from_manifest(bundle.manifest if fitted else None, bundle.schema)

    def extract(self, source: str | Path, *, name: str | None = None) -> Extraction:
        """The fields of a document; tables are left out."""
        document = documents.read(source, name=name)
        read = self._session.word_probabilities if self._variant.evidence != "labels" else lambda page: None
        views, lexicon = view_pages([(page, read(page)) for page in document.pages], self._lexicon)
        labels = self._bundle.labels if self._variant.evidence != "labels" else ()
        schema = self._bundle.schema
        choices = dict(resolve(views, schema, lexicon, labels, self._scorer).choices)
        if self._variant.choice == "each alone":
            ranked = rank(views, schema, lexicon, labels, self._scorer)
            choices |= {field: choose(field, options) for field, options in ranked.items()}
        fields = {
            field: ExtractedField(name=field, value=choice.option.value if choice.option else None)
            for field, choice in choices.items()
        }
        return Extraction(
            document=document.name,
            sha256=document.sha256,
            pages=len(document.pages),
            model="ablation",
            needs_review=True,
            fields=fields,
        )


def main() -> None:
    """Reads every set once per variant and prints the scores."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("sets", nargs="+", type=Path, metavar="SET")
    parser.add_argument("--model", type=Path, default=shipped_bundle(), help="bundle")
    parser.add_argument("--format", choices=("table", "json"), default="table")
    settings = parser.parse_args()
    bundle = Bundle.load(settings.model)
    session = Session(bundle)
    benchmarks = [Benchmark.load(path) for path in settings.sets]
    rows = []
    for variant in VARIANTS:
        reader = Reader(bundle, session, variant)
        scores = {}
        for benchmark in benchmarks:
            title = f"{benchmark.name}: {variant.evidence}, {variant.weights}, {variant.choice}"
            with progress_bar(title) as progress:
                scores[benchmark.name] = evaluate(benchmark, extractor=reader, progress=progress).micro.f1
        rows.append((variant, scores))
    if settings.format == "json":
        print(json.dumps([{**variant.__dict__, "micro_f1": scores} for variant, scores in rows], indent=2))
        return
    table = Table(title="micro-F1")
    for head in ("evidence", "weights", "choice"):
        table.add_column(head)
    for benchmark in benchmarks:
        table.add_column(benchmark.name, justify="right")
    for variant, scores in rows:
        figures = (f"{scores[benchmark.name]:.3f}" for benchmark in benchmarks)
        table.add_row(variant.evidence, variant.weights, variant.choice, *figures)
    Console().print(table)


if __name__ == "__main__":
    main()
