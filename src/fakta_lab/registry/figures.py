"""What a history keeps of an evaluation: its figures, and nothing that stands on a document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fakta_lab.formats.gates import flat

# Shown first, where they are there.
MAIN = (
    "documents",
    "micro.f1",
    "exact_match.share",
    "line_items.rows.f1",
    "accepted.share",
    "accepted.precision",
    "touchless.share",
    "touchless.error",
    "worst_layout.f1",
)
# Parts of an evaluation that are named by documents, page designs or suppliers, or compare it with another.
_LEFT_OUT = ("layouts", "suppliers", "failures", "errors", "baseline", "intervals")


def kept_figures(figures: Mapping[str, Any]) -> dict[str, float]:
    """The numbers of an evaluation's JSON form by dotted path; of layouts, the worst alone and without its name.

    >>> kept_figures({"benchmark": "ours", "micro": {"f1": 0.9}, "layouts": {"a": {"f1": 0.8}, "b": {"f1": 0.7}}})
    {'micro.f1': 0.9, 'worst_layout.f1': 0.7}
    """
    told = {name: value for name, value in figures.items() if name not in _LEFT_OUT}
    kept = {name: value for name, value in flat(told) if isinstance(value, int | float) and not isinstance(value, bool)}
    layouts = figures.get("layouts") or {}
    worst = [layout["f1"] for layout in layouts.values() if layout.get("f1") is not None]
    return kept | ({"worst_layout.f1": min(worst)} if worst else {})


def shown_figures(figures: Mapping[str, float]) -> list[str]:
    """Names of the figures that people look at: the main ones, then F1 by field."""
    fields = (name for name in figures if name.startswith("fields.") and name.endswith(".f1"))
    return [*(name for name in MAIN if name in figures), *fields]


def changed_figures(before: Mapping[str, float], after: Mapping[str, float]) -> list[str]:
    """Names of the main figures, and of the fields whose F1 is another than before.

    >>> changed_figures({"micro.f1": 0.9, "fields.total.f1": 0.8}, {"micro.f1": 0.9, "fields.total.f1": 0.9})
    ['micro.f1', 'fields.total.f1']
    """
    names = shown_figures({**before, **after})
    return [name for name in names if name in MAIN or (name in before and before[name] != after.get(name))]
