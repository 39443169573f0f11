"""Judged documents for tests: written by hand, or invented by the simulation script."""

from __future__ import annotations

import importlib.util
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

from fakta.costs import Costs
from fakta_lab.tuning.cascade.documents import JudgedDocument, SecondAnswer, documents_of
from fakta_lab.tuning.examples import Example, Judged

PRICES: dict[str, Any] = {
    "review": {"document": 10, "field": 1, "typing": 4},
    "second_reader": {"document": 2},
    "wrong": {"default": 100},
    "missing": {"default": 20},
}
COSTS = Costs.from_dict(PRICES)
REQUIRED = frozenset({"amount", "date"})


def judged(
    field: str,
    confidence: float,
    right: bool,
    *,
    document: str = "d",
    supplier: str = "s",
    found: bool = True,
    known: bool = False,
) -> Judged:
    example = Example(field, supplier, {}, found=found, right=right, document=document, known=known)
    return Judged(example, confidence)


def document(*fields: Judged, **second: SecondAnswer) -> JudgedDocument:
    """One document; `second` is what was logged, nothing if there is none of it."""
    name = fields[0].example.document
    answers = {(name, field): answer for field, answer in second.items()}
    [made] = documents_of(fields, answers)
    return made


@cache
def simulation() -> ModuleType:
    """The script that invents documents whose probabilities are known."""
    path = Path(__file__).parents[3] / "scripts" / "cascade_simulation.py"
    spec = importlib.util.spec_from_file_location("cascade_simulation", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module
