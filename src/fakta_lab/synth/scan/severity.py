"""How badly documents are scanned: the ranges of `data/scan.yaml` under four names."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

from fakta_lab.synth.material import load_yaml

Severity = Literal["light", "office", "phone", "fax"]
SEVERITIES: tuple[Severity, ...] = get_args(Severity)

Range = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Conditions:
    """The ranges and probabilities of one severity; `data/scan.yaml` says what each is, and in which unit."""

    dpi: Range
    colour: float
    bilevel: float
    skew: Range
    perspective: Range
    shift: Range
    cut: float
    blur: Range
    motion: Range
    light: Range
    shadow: float
    ink: tuple[Range, Range]
    gamma: Range
    faded: Range
    noise: Range
    specks: Range
    streaks: float
    threshold: Range
    coarse: float
    quality: Range
    holes: float
    staple: float
    fold: float
    stamp: float
    pen: float
    see_through: float


@cache
def conditions(severity: Severity) -> Conditions:
    """What that severity may do to a page."""
    return Conditions(**load_yaml("scan")[severity])
