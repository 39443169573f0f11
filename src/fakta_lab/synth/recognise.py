"""A page's words as an OCR engine would have read them off a scan, at the rates that were measured.

`data/ocr_habits.yaml` holds what RapidOCR and Tesseract do to words. On one page they do little of it and on the next a
lot, so every page has its own multiple of the rates.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from random import Random
from typing import Any

from fakta.documents.model import Box, Word
from fakta_lab.synth.material import load_yaml
from fakta_lab.synth.words import Labelled, clipped, cut_at, gap, join

# Mean multiple of the measured rates, and the largest: training sees worse scans than were measured.
_MEAN_MULTIPLE = 2.0
_WORST = 8.0
# The farthest an edge moves, in line heights: some that were measured lie on the wrong letter.
_MOST_JITTER = 0.12
# What dust, frames and letters cut in half are read as.
_SMUDGES = (*"|||...,:;-—_'=i1lI", "||", "--", "il", "-.")
_STAMPED = 0.12
_LATEST = date(2028, 12, 31)

# Look-alikes, for mistakes that were seen too seldom to count one by one.
LOOK_ALIKES: Mapping[str, str] = {
    "å": "aä",
    "ä": "aå",
    "ö": "oó",
    "Å": "A",
    "Ä": "A",
    "Ö": "O",
    "0": "O8",
    "O": "0",
    "1": "lI7",
    "l": "1It",
    "I": "l1",
    "8": "B3",
    "B": "8",
    "5": "S6",
    "S": "5",
    "3": "8S",
    "9": "gS",
    "2": "Z7",
    "7": "1",
    "6": "G",
    "-": "–~",
    ":": ".;",
    ".": ",:",
    ",": ".",
    "m": ("rn"),
    "t": "f",
    "c": "e",
    "e": "c",
    "g": "q",
    "w": "W",
    "k": "K",
    "%": "96",
}


@dataclass(frozen=True, slots=True)
class _Engine:
    """The habits of one engine, ready for use; shares and rates 0-1."""

    lost_short: float
    lost_long: float
    invented: float
    gaps: tuple[float, ...]
    merged: tuple[float, ...]
    split_mark: float
    split: float
    misread_any: float
    misread: Mapping[str, tuple[tuple[str, float], ...]]
    edges: tuple[float, float, float, float]


def recognised(words: Labelled, rng: Random, *, aspect: float, multiple: float | None = None) -> Labelled:
    """The words as read by one of the engines; labels stay with their words.

    A label lost on one page would teach nothing, so only words without one are lost. A word that is read together with
    its caption keeps its label; words of two values are never read together.

    Args:
        words: with labels, line by line.
        rng: decides everything.
        aspect: the page's height over its width.
        multiple: of the measured rates; drawn anew for every page where none is given, mostly above 1.
    """
    engine = rng.choice(_engines())
    if multiple is None:
        multiple = min(rng.expovariate(1 / _MEAN_MULTIPLE), _WORST)
    lost_short, lost_long = multiple * engine.lost_short, multiple * engine.lost_long
    merged = [multiple * rate for rate in engine.merged]
    random = rng.random
    left_sd, top_sd, right_sd, bottom_sd = (3.46 * edge for edge in engine.edges)  # width of an even distribution
    result: Labelled = []
    previous: Box | None = None
    for word, label in words:
        text, box = word.text, word.box
        if label == "O" and random() < (lost_short if len(text) <= 2 else lost_long):
            continue
        read_as = _misread(text, engine, multiple, rng)
        if read_as:
            text = read_as
        elif label == "O":
            continue
        left, top, right, bottom = box
        height = bottom - top
        across = height * aspect
        top, bottom = top + height * top_sd * (random() - 0.5), bottom + height * bottom_sd * (random() - 0.5)
        left, right = left + across * left_sd * (random() - 0.5), right + across * right_sd * (random() - 0.5)
        read = clipped(left, top, right, bottom)
        found = (Word(text, read, word.confidence), label)
        joined = None
        if previous is not None and _reads_on(engine, merged, gap(previous, box, aspect=aspect), random()):
            joined = join(result[-1], found)
        if joined is None:
            result.append(found)
        else:
            result[-1] = joined
        previous = box
    result = _split(result, engine, multiple, rng)
    return result + _invented(len(words), engine, multiple, rng, aspect)


def _reads_on(engine: _Engine, merged: list[float], gap: float, chance: float) -> bool:
    """Whether the blank between two words is overlooked."""
    return 0 <= gap <= engine.gaps[-1] and chance < merged[bisect_left(engine.gaps, gap)]


def _misread(text: str, engine: _Engine, multiple: float, rng: Random) -> str:
    if rng.random() < multiple * engine.misread_any * len(text):
        at = rng.randrange(len(text))
        options = LOOK_ALIKES.get(text[at])
        if options:
            text = text[:at] + rng.choice(options) + text[at + 1 :]
        elif len(text) > 3:
            text = text[:at] + text[at + 1 :]
    if engine.misread.keys().isdisjoint(text):
        return text
    read = []
    for char in text:
        chance = rng.random() / multiple
        for other, rate in engine.misread.get(char, ()):
            chance -= rate
            if chance < 0:
                char = other
                break
        read.append(char)
    return "".join(read)


def _split(words: Labelled, engine: _Engine, multiple: float, rng: Random) -> Labelled:
    result: Labelled = []
    highest = multiple * max(engine.split, engine.split_mark)
    for word, label in words:
        text = word.text
        if len(text) < 3 or rng.random() > highest * (len(text) - 1):
            result.append((word, label))
            continue
        cut = rng.randrange(1, len(text))
        rate = engine.split if text[cut - 1].isalnum() else engine.split_mark
        if rng.random() * highest > multiple * rate:
            result.append((word, label))
            continue
        result += cut_at((word, label), cut)
    return result


def _invented(count: int, engine: _Engine, multiple: float, rng: Random, aspect: float) -> Labelled:
    """Words for dust and frames, and at times the words of a stamp."""
    found: Labelled = []
    for _ in range(int(multiple * engine.invented * count + rng.random())):
        x, y, height = rng.uniform(0.02, 0.97), rng.uniform(0.02, 0.97), rng.uniform(0.004, 0.015)
        text = rng.choice(_SMUDGES)
        found.append((Word(text, clipped(x, y, x + 0.4 * len(text) * height * aspect, y + height)), "O"))
    if rng.random() < _STAMPED:
        day = _LATEST - timedelta(days=rng.randrange(2000))
        shown = rng.choice((day.isoformat(), f"{day:%d.%m.%Y}", f"{day.day}/{day.month} {day.year}"))
        x, y, height = rng.uniform(0.05, 0.7), rng.uniform(0.05, 0.9), rng.uniform(0.012, 0.024)
        for line in rng.choice(load_yaml("scan")["stamps"]):
            start = x
            for text in line.format(date=shown).split():
                end = start + 0.6 * len(text) * height * aspect
                found.append((Word(text, clipped(start, y, end, y + height)), "O"))
                start = end + 0.3 * height * aspect
            y += 1.1 * height
    return found


@cache
def _engines() -> tuple[_Engine, ...]:
    return tuple(_engine(habits) for habits in load_yaml("ocr_habits").values())


def _engine(habits: Mapping[str, Any]) -> _Engine:
    misread = {char: tuple(read.items()) for char, read in habits["misread"].items() if isinstance(read, dict)}
    gaps = sorted((float(gap), rate) for gap, rate in habits["merged"].items())
    left, top, right, bottom = (min(edge, _MOST_JITTER) for edge in habits["edges"])
    return _Engine(
        lost_short=habits["lost"]["short"],
        lost_long=habits["lost"]["long"],
        invented=habits["invented"],
        gaps=tuple(gap for gap, _ in gaps),
        merged=tuple(rate for _, rate in gaps),
        split_mark=habits["split"]["punctuation"],
        split=habits["split"]["other"],
        misread_any=habits["misread"]["any"],
        misread=misread,
        edges=(left, top, right, bottom),
    )
