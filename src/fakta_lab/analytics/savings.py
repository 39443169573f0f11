"""What it saves in kronor, against a call to a large language model whose every answer a person looks at.

Only what the log and the audits say is counted. What is the same on both sides is left out: typing what is wrong, and
the rare mistake that a person overlooks who looks at everything.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from fakta.costs import Costs
from fakta_lab.analytics.tally import Judged, Tally
from fakta_lab.evaluation.intervals import Table, bootstrap

# Below, nothing is said of mistakes that nobody noticed.
FEWEST_AUDITED = 10


def savings(found: Tally, costs: Costs) -> dict[str, Any]:
    """The balance, in kronor.

    Args:
        found: the log, with what people said of it.
        costs: prices.

    Returns:
        `before`, the calls and the looks that all documents would take; `now`, the looks that were needed and the
        values left empty; `mistakes`, what accepted wrong answers and missing values cost, as seen in the audited
        documents and taken to be as frequent in all, with its interval (None where fewer than `FEWEST_AUDITED` were
        audited); `saved` with the same interval, or before mistakes where these are not known; and the `prices`.
    """
    counted = found.all
    calls = counted.documents * costs.second_reader
    all_looks = counted.documents * costs.document + counted.values * costs.field
    looks = (counted.documents - counted.passed) * costs.document + found.held * costs.field
    left = sum(n * costs.left(name) for name, n in found.left.items())
    before, now = calls + all_looks, looks + left
    mistakes = _mistakes([each for each in found.judged if each.audited], costs, documents=counted.documents)
    return {
        "before": {"total": _kr(before), "calls": _kr(calls), "looks": _kr(all_looks)},
        "now": {"total": _kr(now), "looks": _kr(looks), "left_empty": _kr(left)},
        "mistakes": mistakes,
        "saved": _kr(before - now - (mistakes["total"] if mistakes else 0.0)),
        "low": _kr(before - now - mistakes["high"]) if mistakes else None,
        "high": _kr(before - now - mistakes["low"]) if mistakes else None,
        "per_thousand": _kr(1000 * (before - now - (mistakes["total"] if mistakes else 0.0)) / counted.documents)
        if counted.documents
        else None,
        "prices": {
            "call": costs.second_reader,
            "document": costs.document,
            "field": costs.field,
            "wrong": dict(costs.wrong),
            "missing": dict(costs.missing),
        },
    }


def _mistakes(audited: Sequence[Judged], costs: Costs, *, documents: int) -> dict[str, Any] | None:
    if len(audited) < FEWEST_AUDITED:
        return None
    table = [[cost_of_mistakes(each, costs), 1.0] for each in audited]

    def mean(sums: Table) -> Table:
        return np.asarray(sums[:, 0] / sums[:, 1])

    low, high = bootstrap(table, mean)
    total = float(np.mean([cost for cost, _ in table]))
    return {
        "total": _kr(total * documents),
        "low": _kr(low * documents),
        "high": _kr(high * documents),
        "audited": len(audited),
        "with_mistakes": sum(cost > 0 for cost, _ in table),
    }


def cost_of_mistakes(document: Judged, costs: Costs) -> float:
    """What the mistakes cost that nobody would have seen: used values that are wrong, stated ones that nobody gave."""
    total = 0.0
    for outcome in document.outcomes:
        if outcome.right:
            continue
        if outcome.read:
            total += costs.error(outcome.field, found=True) if outcome.accepted else 0.0
        elif outcome.accepted or document.passed:
            total += costs.error(outcome.field, found=False)
    return total


def _kr(amount: float) -> float:
    return round(amount, 2)
