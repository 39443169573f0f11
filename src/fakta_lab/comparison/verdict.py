"""May the first reader be switched off for a field? The rule, and nothing else.

What a person who decides has to know is how often what nobody looks at will be wrong, against today, and how much
there will be to look at. Today is the first reader's answer as it is used: wrong where it is wrong, unless it was held
for a person. Tomorrow is the second reader's answer where it is accepted, and a person's look where it is held.

| verdict | what is certain enough |
|---|---|
| safe to switch | on the documents that the second reader accepts it is right as often as the first, less the margin at most; and it accepts nearly all of them |
| switch with review | the same, but it holds more; or what it accepts is wrong no more often than the first reader's answers are in all, plus the margin |
| not yet | it holds most of them; or on what it accepts it is wrong more often |
| too few examples | none of these |

"Certain enough" is a one-sided bound at the level asked for, each field and group by itself: every field can be
switched, and switched back, alone. Nothing is called safe on fewer documents than would show a kind of mistake that one
document in twenty has, however much better the second reader looks.

Documents on which the field is not stated and neither reader gives a value must not be among the trials: they come out
equal for certain, and thousands of them would hide what happens on the few that matter.
"""  # noqa: E501

from __future__ import annotations

import math
from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from fakta_lab.comparison.bounds import Bounds, difference_bounds, effective_size, rise_bounds, share_bounds

# A kind of mistake that this share of the documents has must have had a chance to show itself.
RARE = 0.05
# Nobody collects more than so many times the documents that there are.
MOST_TIMES = 10_000.0


class Outcome(StrEnum):
    """The four answers, in the words of the page."""

    safe = "safe to switch"
    review = "switch with review"
    not_yet = "not yet"
    too_few = "too few examples"


@dataclass(frozen=True, slots=True)
class Terms:
    """What is asked of the second reader.

    Attributes:
        margin: by how much it may be wrong more often, 0-1 of the documents.
        level: certainty of each bound, 0-1.
        enough: share of the documents that it has to accept to be called safe.
        least: share below which switching would only move the work to people.
    """

    margin: float = 0.01
    level: float = 0.95
    enough: float = 0.9
    least: float = 0.5

    @property
    def fewest(self) -> int:
        """Effective number of accepted documents below which nothing is called safe.

        >>> Terms().fewest
        59
        """
        return math.ceil(math.log(1 - self.level) / math.log(1 - RARE))


@dataclass(frozen=True, slots=True)
class Trial:
    """One field of one document that both readers answered.

    Attributes:
        cluster: documents of one cluster count together as one look.
        first: the first reader's answer is right, or was held for a person.
        second: the second reader's answer is right.
        accepted: the second reader's answer would be used without a look.
    """

    cluster: Hashable
    first: bool
    second: bool
    accepted: bool = True


@dataclass(frozen=True, slots=True)
class Tally:
    """Trials counted; effective numbers, which need not be whole.

    Attributes:
        n, accepted: of all trials, and of the accepted ones.
        share: that is accepted.
        gains, losses: accepted ones that only the second, only the first has right.
        wrong: accepted ones that the second reader has wrong.
        first_wrong: of all, those that the first reader has wrong.
    """

    n: float
    accepted: float
    share: float
    gains: float
    losses: float
    wrong: float
    first_wrong: float

    @classmethod
    def of(cls, trials: Sequence[Trial]) -> Tally:
        """The counts of some trials."""
        taken = [trial for trial in trials if trial.accepted]
        n, accepted = (effective_size(trial.cluster for trial in each) for each in (trials, taken))
        weight, weight_taken = n / len(trials) if trials else 0.0, accepted / len(taken) if taken else 0.0
        return cls(
            n=n,
            accepted=accepted,
            share=len(taken) / len(trials) if trials else 0.0,
            gains=weight_taken * sum(trial.second and not trial.first for trial in taken),
            losses=weight_taken * sum(trial.first and not trial.second for trial in taken),
            wrong=weight_taken * sum(not trial.second for trial in taken),
            first_wrong=weight * sum(not trial.first for trial in trials),
        )

    def times(self, factor: float) -> Tally:
        """So many times as much of the same."""
        names = ("n", "accepted", "gains", "losses", "wrong", "first_wrong")
        return replace(self, **{name: getattr(self, name) * factor for name in names})


@dataclass(frozen=True, slots=True)
class Measured:
    """What the verdict rests on; differences are of shares right, second less first, so below 0 is worse.

    Attributes:
        difference: on the documents that the second reader accepts; None where it accepts none.
        bounds: of it.
        rise: how much more often what the second reader accepts is wrong than the first reader's answers are in all;
            None as above.
        rise_bounds: of it.
        share: of the documents that is accepted.
        share_bounds: of it.
    """

    difference: float | None
    bounds: Bounds
    rise: float | None
    rise_bounds: Bounds
    share: float
    share_bounds: Bounds


@dataclass(frozen=True, slots=True)
class Verdict:
    """The answer for one field and group.

    Attributes:
        outcome: one of four.
        reason: why, in words.
        measured: what it rests on.
        times: where examples are too few, how many times as many would decide if all goes on like this; None where no
            number would, or where none are missing.
    """

    outcome: Outcome
    reason: str
    measured: Measured
    times: float | None = None


def decide(trials: Sequence[Trial], terms: Terms | None = None) -> Verdict:
    """The verdict for one field and one group of documents.

    >>> from math import ceil
    >>> sure = [Trial(number, first=True, second=True) for number in range(300)]
    >>> decide(sure).outcome.value, decide(sure[:20]).outcome.value, ceil(decide(sure[:20]).times * 20)
    ('safe to switch', 'too few examples', 299)
    """
    terms = terms or Terms()
    tally = Tally.of(trials)
    measured = measure(tally, terms)
    outcome, reason = _judge(tally, measured, terms)
    if outcome is not Outcome.too_few or not trials:
        return Verdict(outcome, reason, measured)

    def decided(factor: float) -> bool:
        more = tally.times(factor)
        return _judge(more, measure(more, terms), terms)[0] is not Outcome.too_few

    return Verdict(outcome, reason, measured, _first_factor(decided))


def measure(tally: Tally, terms: Terms) -> Measured:
    """The figures of some counts, with their bounds."""
    share_of = share_bounds(tally.share * tally.n, tally.n, level=terms.level)
    if not tally.accepted:
        return Measured(None, Bounds(-1.0, 1.0), None, Bounds(-1.0, 1.0), tally.share, share_of)
    wrong, first_wrong = tally.wrong / tally.accepted, tally.first_wrong / tally.n
    return Measured(
        difference=(tally.gains - tally.losses) / tally.accepted,
        bounds=difference_bounds(tally.gains, tally.losses, tally.accepted, level=terms.level),
        rise=wrong - first_wrong,
        rise_bounds=rise_bounds(
            share_bounds(tally.first_wrong, tally.n, level=terms.level),
            first_wrong,
            share_bounds(tally.wrong, tally.accepted, level=terms.level),
            wrong,
        ),
        share=tally.share,
        share_bounds=share_of,
    )


def _judge(tally: Tally, measured: Measured, terms: Terms) -> tuple[Outcome, str]:
    held = 1 - measured.share
    if not tally.n:
        return Outcome.too_few, "no document with a value to compare"
    if measured.share_bounds.high < terms.least:
        return Outcome.not_yet, f"it holds {100 * held:.0f} % of the documents for a person"
    if measured.difference is None or measured.rise is None:
        return Outcome.too_few, "it accepts none of these documents"
    as_good = measured.bounds.low >= -terms.margin
    few_wrong = measured.rise_bounds.high <= terms.margin
    if not as_good and measured.bounds.high < 0 and measured.rise > 0 and not few_wrong:
        return Outcome.not_yet, "what it accepts is wrong more often"
    if tally.accepted < terms.fewest:
        return (
            Outcome.too_few,
            f"counts as {_counted(tally.accepted)} independent documents, {terms.fewest} needed",
        )
    if measured.share < terms.least:
        return Outcome.too_few, f"it holds {100 * held:.0f} % of the documents, which may be chance"
    if as_good and measured.share >= terms.enough:
        little = ", a little worse but within the margin" if measured.bounds.high < 0 else ""
        return Outcome.safe, f"as often right where it is accepted{little}"
    if as_good:
        return Outcome.review, f"as often right where it is accepted, and holds {100 * held:.0f} % for a person"
    if few_wrong:
        return (
            Outcome.review,
            f"what it accepts is wrong no more often than all of today's, and it holds {100 * held:.0f} %",
        )
    return Outcome.too_few, f"it may be up to {-100 * measured.bounds.low:.1f} points worse where it is accepted"


def _counted(number: float) -> str:
    return f"{number:.0f}" if number >= 10 else f"{number:.2g}"


def _first_factor(holds: Callable[[float], bool]) -> float | None:
    """About where a statement begins to hold that does not hold at 1; None where it does not up to `MOST_TIMES`."""
    low, high = 1.0, 2.0
    while not holds(high):
        if high >= MOST_TIMES:
            return None
        low, high = high, 2 * high
    for _ in range(12):
        middle = math.sqrt(low * high)
        low, high = (low, middle) if holds(middle) else (middle, high)
    return high
