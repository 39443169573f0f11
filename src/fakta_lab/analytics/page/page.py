"""Figures in, HTML out: the page is made from the figures of `analyse` alone, so that they can be rendered again."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING, Any

from fakta_lab.analytics.page import plots
from fakta_lab.analytics.page.advice import sentences
from fakta_lab.analytics.page.heat import heat_map
from fakta_lab.analytics.page.tiles import headline, tiles
from fakta_lab.analytics.page.words import Words
from fakta_lab.pages import template_environment

if TYPE_CHECKING:
    from jinja2 import Environment

# On the first screen; the others follow below it.
_FIRST = 3
# Of an extractor's fields, how many are named.
_MOST_CHANGED = 3


def render_page(figures: Mapping[str, Any], *, language: str = "en") -> str:
    """The HTML of a report. It holds counts, shares and names of suppliers, and no other value of a document.

    Args:
        figures: see `fakta_lab.analytics.analyse`.
        language: "en" or "sv".

    Raises:
        ConfigError: there is no such language.
    """
    words = Words(language)
    advice = sentences(figures["advice"], words)
    return (
        _environment()
        .get_template("report.html")
        .render(
            report=figures,
            words=words,
            say=words.say,
            headline=headline(figures, words),
            tiles=tiles(figures, words),
            advice=advice[:_FIRST],
            more_advice=advice[_FIRST:],
            letters=plots.letters(figures["models"]),
            heat=heat_map(figures["suppliers"]["shown"], words),
            changed=[_changed(row, words) for row in figures["corrections"]["extractors"]],
            thin=[words.period(period) for period in _thin(figures)],
            svg=_pictures(figures, words),
        )
    )


@cache
def _environment() -> Environment:
    return template_environment("fakta_lab.analytics.page")


def _pictures(figures: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """Those that there are figures for; a course of time takes two periods."""
    from markupsafe import Markup

    course = len(figures["periods"]) > 1
    drawn = {
        "automation": plots.automation_svg if course and figures["log"]["documents"] else None,
        "accuracy": plots.accuracy_svg if course and figures["people"]["in_log"] else None,
        "changes": plots.changes_svg if course and figures["corrections"]["changed"] else None,
        "durations": plots.durations_svg if course and figures["durations"]["documents"] else None,
        "money": plots.money_svg if figures["savings"] else None,
    }
    return {name: Markup(draw(figures, words)) if draw else "" for name, draw in drawn.items()}


def _changed(row: Mapping[str, Any], words: Words) -> dict[str, Any]:
    """One extractor's line in the table of changes."""
    most = [(name, own) for name, own in row["fields"].items() if own["changed"]][:_MOST_CHANGED]
    looked = row["changed"] + row["kept"]
    return {
        **row,
        "share": row["changed"] / looked if looked else None,
        "most": ", ".join(
            words.say("most", field=words.field(name), changed=own["changed"], looked=own["changed"] + own["kept"])
            for name, own in most
        ),
    }


def _thin(figures: Mapping[str, Any]) -> list[str]:
    """Periods with documents in which too few were audited."""
    counted = {row["period"]: row["documents"] for row in figures["automation"]["periods"]}
    return [row["period"] for row in figures["accuracy"]["periods"] if row["too_few"] and counted[row["period"]]]
