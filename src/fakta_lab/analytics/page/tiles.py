"""The first screen: how much is automatic, how right it is, what it saves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fakta_lab.analytics.page.words import Words


@dataclass(frozen=True, slots=True)
class Tile:
    """One answer.

    Attributes:
        title: the question.
        big: the answer, as short as it gets.
        of: what that is of.
        rows: names and figures beneath it.
        note: what to know about it; "" for nothing.
        bad: whether it is no good news.
    """

    title: str
    big: str
    of: str
    rows: Sequence[tuple[str, str]] = ()
    note: str = ""
    bad: bool = False


def headline(figures: Mapping[str, Any], words: Words) -> str:
    """The page in one line."""
    automation = figures["automation"]
    if not automation["documents"]:
        return words.say("headline_none")
    if not automation["passed"]:
        return words.say("headline_all_held")
    return words.say("headline", share=words.percent(automation["passed_share"]))


def tiles(figures: Mapping[str, Any], words: Words) -> list[Tile]:
    """The three answers; none where there is no document."""
    if not figures["automation"]["documents"]:
        return []
    return [_automatic(figures, words), _right(figures, words), _saved(figures, words)]


def _automatic(figures: Mapping[str, Any], words: Words) -> Tile:
    automation = figures["automation"]
    rows = [(words.say("tile_automatic_values"), words.percent(automation["accepted_share"]))]
    read = [row for row in automation["periods"] if row["documents"]]
    if len(read) > 1:
        last = words.say("tile_automatic_last", period=words.period(read[-1]["period"]))
        rows.append((last, words.percent(read[-1]["passed_share"])))
    return Tile(
        title=words.say("tile_automatic"),
        big=words.percent(automation["passed_share"]),
        of=words.say("tile_automatic_of", documents=words.number(automation["documents"])),
        rows=rows,
    )


def _right(figures: Mapping[str, Any], words: Words) -> Tile:
    audited = figures["accuracy"]["audited"]
    right, whole = audited["accepted"], audited["whole"]
    fewest, n = figures["accuracy"]["fewest"], audited["documents"]
    if n < fewest or right["share"] is None:
        note = words.say("tile_right_few", audited=n, fewest=fewest) if n else words.say("tile_right_none")
        return Tile(words.say("tile_right"), words.say("tile_right_unknown"), "", note=note)
    rows = [(words.say("tile_right_range"), words.interval(right))]
    if whole["of"]:
        rows.append((words.say("tile_right_whole"), words.say("of", right=whole["right"], of=whole["of"])))
    return Tile(
        title=words.say("tile_right"),
        big=words.percent(right["share"]),
        of=words.say("tile_right_of"),
        rows=rows,
        note=words.say("tile_right_basis", audited=words.number(n)),
    )


def _saved(figures: Mapping[str, Any], words: Words) -> Tile:
    found = figures["savings"]
    if found is None:
        note = words.say("tile_saved_none")
        return Tile(words.say("tile_saved"), words.say("tile_right_unknown"), "", note=note)
    mistakes = found["mistakes"]
    rows = [(words.say("tile_saved_looks"), words.kr(found["before"]["total"] - found["now"]["total"]))]
    if mistakes:
        rows.append((words.say("money_mistakes"), words.kr(-mistakes["total"])))
        between = words.say("range", low=words.kr(found["low"]), high=words.kr(found["high"]))
        rows.append((words.say("tile_saved_range"), between))
    rows.append((words.say("tile_saved_per"), words.kr(found["per_thousand"])))
    return Tile(
        title=words.say("tile_saved"),
        big=words.kr(found["saved"]),
        of=words.say("tile_saved_of"),
        rows=rows,
        note="" if mistakes else words.say("tile_saved_before"),
        bad=found["saved"] < 0,
    )
