"""Suppliers against fields: where people found mistakes, the most of them at the top left."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from fakta_lab.analytics.page.words import Words

# As much as a page is wide, and a person reads.
MOST_SUPPLIERS, MOST_FIELDS = 12, 10
# Of a cell's colour, at a share of 0 and of all; the figures stay legible on it.
_PALEST, _DARKEST = 12, 70


def heat_map(rows: Sequence[Mapping[str, Any]], words: Words) -> dict[str, Any] | None:
    """The table's `fields` and `rows` of a `supplier`, `mistakes` and `cells`; None where there is no mistake.

    A cell has `wrong`, `of` and `heat`, percent of the colour; it is None where nobody checked.

    Args:
        rows: of the suppliers, those with most mistakes first.
        words: of the page.
    """
    worst = [row for row in rows if row["mistakes"]][:MOST_SUPPLIERS]
    wrong: Counter[str] = Counter()
    for row in worst:
        for name, each in row["fields"].items():
            wrong[name] += each["wrong"]
    fields = sorted((name for name in wrong if wrong[name]), key=lambda name: (-wrong[name], name))[:MOST_FIELDS]
    if not fields:
        return None
    return {
        "fields": [words.field(name) for name in fields],
        "rows": [
            {
                "supplier": words.supplier(row),
                "mistakes": row["mistakes"],
                "cells": [_cell(row["fields"].get(name)) for name in fields],
            }
            for row in worst
        ],
    }


def _cell(counted: Mapping[str, int] | None) -> dict[str, int] | None:
    if not counted:
        return None
    share = counted["wrong"] / counted["of"]
    heat = round(_PALEST + (_DARKEST - _PALEST) * share) if counted["wrong"] else 0
    return {"wrong": counted["wrong"], "of": counted["of"], "heat": heat}
