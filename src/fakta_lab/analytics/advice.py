"""What to do next: rules that look at the figures, the most urgent first.

Each names what it rests on, so that the page can say it in words. A rule speaks only where the numbers carry it; where
none does, the advice is to go on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from fakta_lab.analytics.tally import Tally

# What `fakta tune` promises unless it is asked for something else.
PROMISED = 0.99
# Sixty documents without a mistake put 94 % under the share that is right; fewer say too little to rely on.
ENOUGH_AUDITED = 60
# Mistakes and looks that are a pattern rather than chance.
MISTAKES, LOOKS = 3, 3
# Values that people held up and found right, of one field: from so many on, at such a share, looking is not worth it.
HELD, HELD_RIGHT, OFTEN_HELD = 30, 0.98, 0.2


def advice(figures: Mapping[str, Any], found: Tally) -> list[dict[str, Any]]:
    """Rules that speak, each with `advice`, its name, and what it says it of.

    Args:
        figures: of the report, see `fakta_lab.analytics.analyse`.
        found: the log.
    """
    if not found.all.documents:
        return [{"advice": "no_documents"}]
    return list(_advice(figures, found)) or [{"advice": "go_on"}]


def _advice(figures: Mapping[str, Any], found: Tally) -> Iterator[dict[str, Any]]:
    if not found.all.accepted:
        yield {"advice": "tune_first"}
    if figures["savings"] and figures["savings"]["saved"] < 0:
        yield {"advice": "tune_by_costs"}
    below = _below(figures)
    if below:
        yield {"advice": "raise_thresholds", "fields": below}
    worse = _worse(figures)
    if worse:
        yield {"advice": "got_worse", **worse}
    people = figures["people"]
    if not people["in_log"]:
        yield {"advice": "look", "given": people["given"]}
    elif people["audited"] < ENOUGH_AUDITED:
        yield {"advice": "audit", "audited": people["audited"], "enough": ENOUGH_AUDITED}
    yield from _supplier(figures)
    careful = _careful(figures)
    if careful:
        yield {"advice": "tune_again", "fields": careful}


def _below(figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Fields whose accepted values are wrong more often than promised, and not by the luck of the draw."""
    rows = [{"field": row["field"], **row["audited"]} for row in figures["fields"]]
    wrong = [row for row in rows if row["high"] is not None and row["high"] < PROMISED]
    return sorted(wrong, key=lambda row: row["share"])


def _worse(figures: Mapping[str, Any]) -> dict[str, Any] | None:
    """The last period with enough audits, where its interval lies wholly below that of the one before."""
    periods = [row for row in figures["accuracy"]["periods"] if not row["too_few"] and row["accepted"]["of"]]
    if len(periods) < 2 or periods[-1]["accepted"]["high"] >= periods[-2]["accepted"]["low"]:
        return None
    return {"period": periods[-1]["period"], "share": periods[-1]["accepted"]["share"], "before": periods[-2]["period"]}


def _supplier(figures: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    named = (row for row in figures["suppliers"]["shown"] if row["supplier"] or row["number"])
    worst = next(named, None)
    if worst is None or worst["mistakes"] < MISTAKES:
        return
    documents = worst["audited"]["documents"] + worst["reviewed"]["documents"]
    if documents >= LOOKS:
        kept = {key: worst[key] for key in ("supplier", "number", "mistakes")}
        yield {"advice": "remember_supplier", **kept, "documents": documents}


def _careful(figures: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Fields that are often held though what is held proves right."""
    rows = []
    for row in figures["fields"]:
        held = row["held"]
        often = row["values"] and (row["values"] - row["accepted"]) / row["values"] >= OFTEN_HELD
        if often and held["of"] >= HELD and held["right"] / held["of"] >= HELD_RIGHT:
            rows.append({"field": row["field"], **held})
    return sorted(rows, key=lambda row: -row["of"])
