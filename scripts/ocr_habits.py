"""How the OCR engines misread generated pages that were scanned: prints src/fakta_lab/synth/data/ocr_habits.yaml.

python scripts/ocr_habits.py > habits.yaml             # 24 documents with two engines, about six minutes
python scripts/ocr_habits.py --documents 4 --engine tesseract
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from typing import Any, get_args

import numpy as np
import yaml

from fakta.documents import read
from fakta.documents.ocr import EngineName
from fakta_lab.synth import generate, render_pdf
from fakta_lab.synth.habits import Habits
from fakta_lab.synth.scan import Severity, scan_pdf

# Most paper goes through office machines.
SEVERITIES: tuple[Severity, ...] = ("office", "light", "office", "phone", "office", "fax")
# A difference that was seen once is an accident, not a habit.
SEEN_OFTEN = 2

HEADER = """\
# What OCR engines do to words: measured, not chosen. `python scripts/ocr_habits.py` counts it again.
#
# {documents} generated documents, scanned at 200 dpi ({severities}), read as the runtime reads scans.
#
# lost      share of words of up to two characters ("short") and of longer ones that were not read at all
# invented  words that nobody printed, for each word that somebody did
# merged    share of neighbours read as one word, by the gap between them in line heights ("0.35": up to 0.35)
# split     share of places inside a word, after a punctuation mark and elsewhere, where it came apart
# misread   for each character: share that was read as another, as several, or ("") not at all; "any" is the share of
#           characters that were misread in a way seen only once
# edges     standard deviation of the left, top, right and bottom edge, in line heights
"""


def main() -> None:
    """Counts and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--documents", type=int, default=24)
    parser.add_argument("--engine", choices=get_args(EngineName), help="only this one")
    settings = parser.parse_args()
    engines = [settings.engine] if settings.engine else list(get_args(EngineName))
    measured = {engine: _rates(_count(engine, settings.documents)) for engine in engines}
    print(HEADER.format(documents=settings.documents, severities=", ".join(sorted(set(SEVERITIES)))))
    yaml.safe_dump(measured, sys.stdout, sort_keys=False, allow_unicode=True, default_flow_style=None, width=110)


def _count(engine: EngineName, documents: int) -> Habits:
    habits = Habits()
    for number in range(documents):
        invoice = generate(f"habits/{number}")
        severity = SEVERITIES[number % len(SEVERITIES)]
        scanned = scan_pdf(render_pdf(invoice), severity=severity, seed=number, dpi=200)
        seen = read(scanned, name=f"{severity} {number}", ocr=engine)
        for page, other in zip(invoice.pages, seen.pages, strict=True):
            habits.count(page.words, other.words, aspect=page.height / page.width)
        print(f"{engine}: {number + 1} of {documents}", file=sys.stderr)
    return habits


def _rates(habits: Habits) -> dict[str, Any]:
    characters = sum(habits.characters.values())
    often: dict[str, dict[str, float]] = defaultdict(dict)
    seldom = 0
    for (drawn, seen), count in sorted(habits.misread.items()):
        if count >= SEEN_OFTEN and len(drawn) == 1:
            often[drawn][seen] = _share(count, habits.characters[drawn])
        else:
            seldom += count
    return {
        "words": habits.words.total(),
        "exact": _share(habits.exact, habits.words.total()),
        "lost": {length: _share(habits.lost[length], habits.words[length]) for length in ("short", "long")},
        "invented": _share(habits.invented, habits.words.total()),
        "merged": {str(gap): _share(habits.merged[gap], habits.gaps[gap]) for gap in sorted(habits.gaps)},
        "split": {kind: _share(habits.split[kind], habits.junctions[kind]) for kind in ("punctuation", "other")},
        "misread": {"any": _share(seldom, characters), **often},
        "edges": np.std(habits.edges, axis=0).round(3).tolist(),
    }


def _share(part: int, whole: int) -> float:
    return round(part / whole, 5) if whole else 0.0


if __name__ == "__main__":
    main()
