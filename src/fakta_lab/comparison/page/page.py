"""One HTML file that needs nothing else: the verdicts first, then what they rest on, then every example."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from fakta_lab.comparison.render import more_of, p_value
from fakta_lab.comparison.result import Comparison, Disagreement, FieldResult
from fakta_lab.comparison.verdict import Outcome
from fakta_lab.pages import template_environment

if TYPE_CHECKING:
    from jinja2 import Environment

# Of each field so many examples are shown, those that matter most first.
EXAMPLES = 40
# What the axis of differences spans at least and at most, on either side of nought.
NARROWEST, WIDEST = 0.04, 0.25

# How the page tells verdicts apart, by more than colour.
MARKS = {Outcome.safe: "✓", Outcome.review: "◐", Outcome.not_yet: "✕", Outcome.too_few: "…"}
CLASSES = {Outcome.safe: "safe", Outcome.review: "review", Outcome.not_yet: "not-yet", Outcome.too_few: "too-few"}
# What a manager has to do, in words.
MEANINGS = {
    Outcome.safe: "use its answers as today's are used; the few that it holds go to a person",
    Outcome.review: "use what it accepts; a person looks at what it holds",
    Outcome.not_yet: "keep today's reader for these",
    Outcome.too_few: "these documents cannot tell yet; collect more",
}
# In which order examples matter: what would go wrong unseen comes first.
_WEIGHT = {"only first": 0, "different mistakes": 1, "same mistake": 2, "only second": 3}
_WHO = {
    "only first": "only today's",
    "only second": "only the new",
    "same mistake": "neither: the same mistake",
    "different mistakes": "neither",
}


def render_page(comparison: Comparison) -> str:
    """The HTML of a comparison. It quotes values of invoices, escaped: keep it where corrections are kept.

    Args:
        comparison: what was found.
    """
    shown = _examples(comparison.disagreements)
    reach = _reach(comparison.overall.fields)
    return (
        _environment()
        .get_template("compare.html")
        .render(
            comparison=comparison,
            outcomes=[
                {
                    "name": outcome.value,
                    "class": CLASSES[outcome],
                    "mark": MARKS[outcome],
                    "meaning": MEANINGS[outcome],
                    "fields": comparison.with_outcome(outcome),
                }
                for outcome in Outcome
            ],
            classes=CLASSES,
            marks=MARKS,
            reach=reach,
            examples=shown,
            who=_WHO,
            hidden=len(comparison.disagreements) - len(shown),
            plots={result.field: _interval(result, reach) for result in comparison.overall.fields},
            margin_at=_place(-comparison.terms.margin, reach),
            dearest=max((way.kronor for way in comparison.costs.ways), default=0.0) if comparison.costs else 0.0,
        )
    )


@cache
def _environment() -> Environment:
    environment = template_environment("fakta_lab.comparison.page")
    environment.filters |= {"more": more_of, "p_value": p_value}
    return environment


def _examples(disagreements: Sequence[Disagreement]) -> list[Disagreement]:
    """The most telling of each field; what would go wrong unseen before everything else."""
    ranked = sorted(disagreements, key=lambda each: (not each.accepted, _WEIGHT[each.who]))
    shown: Counter[str] = Counter()
    kept = []
    for each in ranked:
        shown[each.field] += 1
        if shown[each.field] <= EXAMPLES:
            kept.append(each)
    return kept


def _reach(results: Sequence[FieldResult]) -> float:
    """How far the axis of differences goes: as far as three of four intervals do; the others are cut off."""
    ends = sorted(
        max(abs(end) for end in result.verdict.measured.bounds)
        for result in results
        if result.verdict.measured.difference is not None
    )
    return min(max(ends[3 * len(ends) // 4] if ends else 0.0, NARROWEST), WIDEST)


def _place(difference: float, reach: float) -> float:
    """Where a difference stands on the axis, in percent of its width from the left."""
    return 50 + 50 * min(max(difference / reach, -1.0), 1.0)


def _interval(result: FieldResult, reach: float) -> dict[str, Any] | None:
    """Where the interval of a field stands on the axis; None where nothing is accepted."""
    measured = result.verdict.measured
    if measured.difference is None:
        return None
    low, high = (_place(end, reach) for end in measured.bounds)
    return {
        "low": low,
        "width": high - low,
        "at": _place(measured.difference, reach),
        "cut_low": measured.bounds.low < -reach,
        "cut_high": measured.bounds.high > reach,
    }
