"""The figures of a summary: tiles to be seen first, and tables to look things up in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fakta_lab.improve.wording import Words, hundreds
from fakta_lab.pages import NONE

Facts = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Table:
    """A table of texts.

    Attributes:
        title: above it.
        columns: heads.
        rows: of texts, as many in each as columns.
        words: how many of the first columns are words; the others are numbers.
    """

    title: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    words: int = 1


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure to be seen first.

    Attributes:
        figure: large.
        meaning: beneath it.
        details: name and text.
    """

    figure: str
    meaning: str
    details: tuple[tuple[str, str], ...]


def tiles_of(figures: Facts, words: Words) -> Iterator[Tile]:
    """What is right, what needs no person, what is saved; none where nothing was compared."""
    overall, of = figures["overall"], figures["overall"]["values"]
    if not of:
        return
    before, interval = words.say("tile_before"), words.say("tile_interval")
    yield Tile(
        words.share(overall["new_right"], of),
        words.sentences["tile_right"],
        (
            (before, words.share(overall["old_right"], of)),
            (words.say("tile_difference"), words.points(overall["difference"])),
            (interval, f"{words.points(overall['low'])} … {words.points(overall['high'])}"),
        ),
    )
    old, new = figures["passed_old"], figures["passed_new"]
    yield Tile(
        words.share(new["values"], of),
        words.sentences["tile_passed"],
        (
            (before, words.share(old["values"], of)),
            (
                words.say("tile_of_these"),
                f"{words.share(new['right'], new['values'])} ({words.share(old['right'], old['values'])})",
            ),
        ),
    )
    if saving := figures["saving"]:
        old_cost, new_cost, low, high = (hundreds(saving[name]) for name in ("old", "new", "low", "high"))
        yield Tile(
            words.kronor(abs(old_cost - new_cost)),
            words.sentences["tile_saved" if old_cost >= new_cost else "tile_dearer"],
            (
                (before, words.kronor(old_cost)),
                (interval, f"{words.number(low)} … {words.kronor(high)}"),
            ),
        )


def fields_table(figures: Facts, words: Words) -> Table:
    """Every field that has values."""
    names = ("field", "values", "old", "new", "better", "worse", "chance")
    rows = tuple(
        (
            words.field(each["field"]),
            words.number(each["values"]),
            words.share(each["old_right"], each["values"]),
            words.share(each["new_right"], each["values"]),
            words.number(each["better"]),
            words.number(each["worse"]),
            _chance(each["p"], words),
        )
        for each in figures["fields"]
    )
    return Table(words.say("heading_fields"), _columns(names, words), rows)


def _chance(p: float, words: Words) -> str:
    return f"< {words.number(0.001, 3)}" if p < 0.001 else words.number(p, 3)


def examples_table(which: str, figures: Facts, words: Words) -> Table:
    """Values that got "better" or "worse"."""
    names = ("document", "field", "truth", "old_value", "new_value")
    rows = tuple(
        (
            each["document"],
            words.field(each["field"]),
            *(each[key] or NONE for key in ("truth", "old", "new")),
        )
        for each in figures[which]
    )
    return Table(words.say(f"heading_{which}"), _columns(names, words), rows, words=len(names))


def done_table(facts: Facts, words: Words) -> Table:
    """The stages and how long they took."""
    rows = tuple((stage, words.number(seconds, 1)) for stage, seconds in facts["seconds"].items())
    return Table(words.say("heading_done"), _columns(("stage", "seconds"), words), rows)


def _columns(names: Sequence[str], words: Words) -> tuple[str, ...]:
    return tuple(words.sentences[f"column_{name}"] for name in names)
