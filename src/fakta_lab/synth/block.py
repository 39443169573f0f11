"""A block: words and lines with their places, measured, and free to be put anywhere on a page."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from fakta_lab.synth.typeface import Type, Words

Colour = tuple[float, float, float]


@dataclass(frozen=True, slots=True)
class Run:
    """Words set as one piece of text.

    Attributes:
        x, y: left end of the baseline in points, y downwards.
    """

    x: float
    y: float
    words: Words
    type: Type


@dataclass(frozen=True, slots=True)
class Shape:
    """A line or box. `fill` or `stroke` is None where there is none; a line has no height or no width."""

    x: float
    y: float
    width: float
    height: float
    fill: Colour | None = None
    stroke: Colour | None = None
    weight: float = 0.5


@dataclass(frozen=True, slots=True)
class Code:
    """A QR code: upper left corner, side length, what it says."""

    x: float
    y: float
    size: float
    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Text at an angle (degrees, counter-clockwise) from a point of the page on; no words that a reader finds."""

    x: float
    y: float
    text: str
    type: Type
    angle: float


@dataclass
class Block:
    """Runs and shapes relative to the block's upper left corner, in points."""

    name: str = ""
    width: float = 0.0
    height: float = 0.0
    runs: list[Run] = field(default_factory=list)
    shapes: list[Shape] = field(default_factory=list)
    codes: list[Code] = field(default_factory=list)
    marks: list[Mark] = field(default_factory=list)

    def put(
        self, x: float, top: float, words: Words, kind: Type, *, align: Literal["left", "right", "center"] = "left"
    ) -> float:
        """Set words with the upper edge of their line at `top`; returns the line's lower edge."""
        if not words:
            return top
        width = kind.width(words)
        left = x - (width if align == "right" else width / 2 if align == "center" else 0.0)
        self.runs.append(Run(left, top + kind.above, words, kind))
        self.width = max(self.width, left + width)
        bottom = top + kind.above + kind.below
        self.height = max(self.height, bottom)
        return bottom

    def box(
        self,
        x: float,
        y: float,
        width: float,
        height: float,
        *,
        fill: Colour | None = None,
        stroke: Colour | None = None,
        weight: float = 0.5,
    ) -> None:
        """Draw a box or line; the block grows to hold it."""
        self.shapes.append(Shape(x, y, width, height, fill, stroke, weight))
        self.width, self.height = max(self.width, x + width), max(self.height, y + height)

    def add(self, other: Block, x: float, y: float) -> None:
        """Put another block inside this one."""
        self.runs += [Run(r.x + x, r.y + y, r.words, r.type) for r in other.runs]
        self.shapes += [Shape(s.x + x, s.y + y, s.width, s.height, s.fill, s.stroke, s.weight) for s in other.shapes]
        self.codes += [Code(c.x + x, c.y + y, c.size, c.text) for c in other.codes]
        self.width, self.height = max(self.width, x + other.width), max(self.height, y + other.height)

    def recoloured(self, colour: Colour) -> Block:
        """The block with all its text in one colour."""
        runs = [Run(r.x, r.y, r.words, r.type.coloured(colour)) for r in self.runs]
        return Block(self.name, self.width, self.height, runs, self.shapes, self.codes, self.marks)

    def fitted(self, width: float) -> Block:
        """The block itself, or shrunk so that it is no wider."""
        if self.width <= width:
            return self
        factor = width / self.width
        return Block(
            self.name,
            self.width * factor,
            self.height * factor,
            [Run(r.x * factor, r.y * factor, r.words, r.type.sized(factor)) for r in self.runs],
            [
                Shape(s.x * factor, s.y * factor, s.width * factor, s.height * factor, s.fill, s.stroke, s.weight)
                for s in self.shapes
            ],
            [Code(c.x * factor, c.y * factor, c.size * factor, c.text) for c in self.codes],
        )
