"""The first screen in plain lines, for a terminal or a mail."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fakta_lab.analytics.page.advice import sentences
from fakta_lab.analytics.page.tiles import headline, tiles
from fakta_lab.analytics.page.words import Words


def summary(figures: Mapping[str, Any], *, language: str = "en") -> str:
    """A few lines: the headline, each answer with what it rests on, and what to do next.

    Args:
        figures: see `fakta_lab.analytics.analyse`.
        language: "en" or "sv".

    Raises:
        ConfigError: there is no such language.
    """
    words = Words(language)
    lines = [headline(figures, words)]
    for tile in tiles(figures, words):
        beneath = "; ".join(f"{name}: {value}" for name, value in tile.rows)
        said = " ".join(filter(None, (f"{tile.big} {tile.of}".strip(), f"({beneath})" if beneath else "")))
        lines.append(f"- {tile.title}: {'. '.join(filter(None, (said, tile.note)))}")
    lines.append(f"{words.say('tile_next')}:")
    lines += [f"{number}. {each}" for number, each in enumerate(sentences(figures["advice"], words), start=1)]
    # Names come from invoices: no line breaks, no commands to the terminal.
    return "".join(f"{''.join(filter(_prints, line))}\n" for line in lines)


def _prints(character: str) -> bool:
    return character.isprintable() or character == "\u00a0"
