"""How well a benchmark set is read when its pages come from a scanner: rendered, degraded, through OCR, scored.

    python scripts/scan_benchmark.py BENCHMARK                                  # office scans, RapidOCR
    python scripts/scan_benchmark.py BENCHMARK --severity phone --engine tesseract --limit 10

The degradation comes from a fixed seed, and what the engine reads is kept in data/ocr, so a second run takes seconds.
"""

from __future__ import annotations

import argparse
import json
from dataclasses import dataclass, replace
from pathlib import Path
from typing import get_args

from rich.console import Console

from fakta.documents.ocr import EngineName, find_engine
from fakta.extract import Extractor
from fakta.extraction import Extraction
from fakta_lab.evaluation import Benchmark, evaluate, render_markdown, render_table
from fakta_lab.evaluation.ocr_cache import CachedEngine
from fakta_lab.synth.scan import SEVERITIES, Severity, scan_pdf

CACHE = Path("data/ocr")
DPI = 200


@dataclass(frozen=True, slots=True)
class ScanningExtractor:
    """Reads documents after they went through a scanner."""

    extractor: Extractor
    severity: Severity
    seed: int

    def extract(self, source: str | Path, *, name: str | None = None) -> Extraction:
        """See `Extractor.extract`."""
        path = Path(source)
        seed = f"{self.seed}/{name or path.name}"
        scanned = scan_pdf(path.read_bytes(), severity=self.severity, seed=seed, dpi=DPI)
        return self.extractor.extract(scanned, name=name)


def main() -> None:
    """Scans, reads, scores and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("benchmark", type=Path, help="folder with documents/ (PDFs) and truth.jsonl")
    parser.add_argument("--severity", choices=SEVERITIES, default="office")
    parser.add_argument("--engine", choices=get_args(EngineName), default="rapidocr")
    parser.add_argument("--model", type=Path, help="bundle; the shipped one where none is given")
    parser.add_argument("--limit", type=int, metavar="N", help="only N documents, spread over the set")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--cache", type=Path, default=CACHE, help="what the engine read")
    parser.add_argument("--format", choices=("table", "json", "markdown"), default="table")
    settings = parser.parse_args()
    engine = CachedEngine(find_engine(settings.engine), settings.cache)
    extractor = ScanningExtractor(Extractor.load(settings.model, ocr=engine), settings.severity, settings.seed)
    benchmark = Benchmark.load(settings.benchmark)
    if settings.limit is not None:
        benchmark = _fewer(benchmark, settings.limit)
    result = evaluate(benchmark, extractor=extractor)
    if settings.format == "json":
        print(json.dumps(result.to_dict(), ensure_ascii=False, indent=2))
    elif settings.format == "markdown":
        print(render_markdown(result))
    else:
        Console().print(render_table(result))


def _fewer(benchmark: Benchmark, limit: int) -> Benchmark:
    """Documents at even distances, so that every layout of a sorted set is among them as often as possible."""
    count = min(limit, len(benchmark.documents))
    picked = tuple(benchmark.documents[i * len(benchmark.documents) // count] for i in range(count))
    return replace(benchmark, documents=picked)


if __name__ == "__main__":
    main()
