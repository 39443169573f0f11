"""Measures 8-bit integers in place of a bundle's own graph, without writing anything.

    python scripts/int8_benchmark.py [--bundle DIR] [--on SET] [--kind auto|dynamic|static]

What `fakta export --int8` decides by, for a bundle that is there already: speed on the same inputs, labels kept,
values and decisions that change, size. The weights to compare with are those that the bundle holds to train further
from. Prints JSON.
"""

from __future__ import annotations

import argparse
import json
import platform
from pathlib import Path

import onnxruntime

from fakta.extract import shipped_bundle
from fakta_lab.export import check_parity
from fakta_lab.export.quantization import Quantize

KINDS = [kind.value for kind in Quantize if kind is not Quantize.none]


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--bundle", type=Path, default=shipped_bundle(), help="by default the one that ships")
    parser.add_argument("--on", type=Path, help="benchmark set; by default invented invoices")
    parser.add_argument("--kind", choices=KINDS, default="auto")
    parser.add_argument("--min-agreement", type=float, default=0.99)
    asked = parser.parse_args()
    checked = check_parity(asked.bundle, on=asked.on)
    checked.parity.check()
    choice = checked.quantized(Quantize(asked.kind), min_agreement=asked.min_agreement)
    machine = {"onnxruntime": onnxruntime.__version__, "processor": platform.processor() or platform.machine()}
    print(json.dumps({**machine, "parity": checked.parity.figures(), "int8": choice.to_dict()}, indent=2))


if __name__ == "__main__":
    main()
