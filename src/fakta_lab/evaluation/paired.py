"""Whether one system reads the same documents better than another, or whether chance alone explains the difference.

Both systems read the same documents, so what counts is where they differ:

- `mcnemar`: one value a document, right or wrong.
- `paired_difference`: F1 over any number of values a document, with documents that belong together (of one supplier)
  taken together.
- `holm`: which of many such tests hold at once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from fakta_lab.evaluation.intervals import BLOCK, DRAWS, Draws, Table, counts_table, f1_of, middle
from fakta_lab.evaluation.scoring import Counts

# All ways of swapping are tried up to 2^12; more clusters are swapped at random, as often as two digits of a p-value
# of 0.001 need.
EXACT_CLUSTERS = 12
SWAPS = 10_000


@dataclass(frozen=True, slots=True)
class PairedDifference:
    """How much better the second system is than the first.

    Attributes:
        difference: F1 of the second minus F1 of the first.
        low, high: its 95 % interval, by drawing documents (or clusters) anew.
        p: two-sided: how often a difference at least as large, either way, comes by swapping alone.
        p_worse: one-sided: how often the second comes out at least as much behind by swapping alone.
    """

    difference: float
    low: float
    high: float
    p: float
    p_worse: float


@dataclass(frozen=True, slots=True)
class SwapTest:
    """What came of swapping two systems' answers.

    Attributes:
        p: two-sided p-value.
        p_worse: one-sided: the second system is worse.
        smallest: the smallest p-value that so few differing clusters can have, whichever way they differ.
    """

    p: float
    p_worse: float
    smallest: float


def mcnemar(only_first: int, only_second: int) -> float:
    """Exact two-sided p-value of McNemar's test: are the documents that one system alone has right shared evenly?

    Args:
        only_first: documents that only the first has right.
        only_second: documents that only the second has right.

    >>> mcnemar(5, 0)  # 2 · (1/2)^5
    0.0625
    >>> mcnemar(3, 3), mcnemar(0, 0)
    (1.0, 1.0)
    """
    from scipy.special import bdtr

    fewer, both = min(only_first, only_second), only_first + only_second
    return min(1.0, 2 * float(bdtr(fewer, both, 0.5))) if both else 1.0


def paired_difference(
    first: Sequence[Counts],
    second: Sequence[Counts],
    *,
    clusters: Sequence[str] | None = None,
    seed: int = 0,
    draws: int = DRAWS,
) -> PairedDifference:
    """The difference in F1 between two systems over the same documents.

    The interval is a bootstrap's: documents are drawn anew, each with both answers. The p-values are a randomisation
    test's (Noreen 1989, Computer-intensive methods for testing hypotheses): if the systems are equally good, swapping
    their answers for a document changes nothing that matters, so the difference is compared with those after swapping.
    That holds for any number of documents, where a bootstrap's p-value is too small when few of them differ.

    Args:
        first, second: counts by document, in the same order.
        clusters: see `Draws`; whole clusters are drawn and swapped.
        seed: of draws and swaps.
        draws: how many for the interval.

    Raises:
        ValueError: not as many documents in both.

    >>> paired_difference([Counts(tp=1)] * 4, [Counts(fp=1, fn=1)] * 4).p  # 2 of 16 ways to swap are as extreme
    0.125
    """
    if len(first) != len(second):
        raise ValueError(f"{len(first)} documents of the first system and {len(second)} of the second")
    both = np.hstack([counts_table(first), counts_table(second)])
    drawn = Draws(len(both), clusters=clusters, seed=seed, draws=draws)
    low, high = middle(_difference(drawn.sums(both))) if len(both) else (0.0, 0.0)
    by_cluster = drawn.by_cluster(both)
    observed = float(_difference(by_cluster.sum(axis=0)))
    test = swap_test(by_cluster, _difference, seed=seed)
    return PairedDifference(observed, low, high, test.p, test.p_worse)


def swap_test(table: Table, difference: Callable[[Table], Table], *, seed: int = 0, swaps: int = SWAPS) -> SwapTest:
    """Whether a difference between two systems is more than chance.

    Args:
        table: (clusters, 2·columns): what each cluster contributes to the sums of the first system, then of the second.
        difference: from sums (…, 2·columns) to the second's figure minus the first's.
        seed: of the random swaps.
        swaps: how many, where there are too many clusters to try all.
    """
    width = table.shape[1] // 2
    # Swapped, a cluster changes the first system's sums by this and the second's by minus this.
    change = table[:, width:] - table[:, :width]
    change = change[np.any(change != 0, axis=1)]
    if not len(change):
        return SwapTest(1.0, 1.0, 1.0)
    total = table.sum(axis=0)
    observed = float(difference(total))
    exact = len(change) <= EXACT_CLUSTERS
    # Of random swaps the observed way counts as one, so that no p-value is 0 (Davison and Hinkley 1997, section 4.2).
    as_far = as_low = 0 if exact else 1
    ways = 2 ** len(change) if exact else swaps + 1
    for swapped in _every_way(len(change)) if exact else _some_ways(len(change), swaps=swaps, seed=seed):
        moved = swapped @ change
        differences = difference(total + np.hstack([moved, -moved]))
        # The rounding of floats must not part ways of swapping that come to the same.
        as_far += int((np.abs(differences) >= abs(observed) - 1e-12).sum())
        as_low += int((differences <= observed + 1e-12).sum())
    return SwapTest(as_far / ways, as_low / ways, 1 / ways)


def _every_way(clusters: int) -> Iterator[Table]:
    yield (np.arange(2**clusters)[:, None] >> np.arange(clusters) & 1).astype(np.float64)


def _some_ways(clusters: int, *, swaps: int, seed: int) -> Iterator[Table]:
    """Random ways to swap, in parts that fit in memory."""
    random = np.random.default_rng(seed)
    rows = max(1, BLOCK // clusters)
    for start in range(0, swaps, rows):
        yield random.integers(2, size=(min(rows, swaps - start), clusters)).astype(np.float64)


def holm(p: Mapping[str, float], *, level: float = 0.05) -> dict[str, bool]:
    """Which of many tests are significant when the chance of any false alarm at all is to stay at the level.

    >>> holm({"a": 0.01, "b": 0.04, "c": 0.03})  # 3·0.01 holds; 2·0.03 does not, so 0.04 is not looked at any more
    {'a': True, 'b': False, 'c': False}
    """
    return {name: adjusted <= level for name, adjusted in holm_adjusted(p).items()}


def holm_adjusted(p: Mapping[str, float]) -> dict[str, float]:
    """p-values to be compared with the level of all tests together, in the order given.

    Holm (1979), A simple sequentially rejective multiple test procedure: the smallest times their number, the next
    times one less, and so on; none below the one before.

    >>> holm_adjusted({"a": 0.01, "b": 0.04, "c": 0.03})
    {'a': 0.03, 'b': 0.06, 'c': 0.06}
    """
    adjusted: dict[str, float] = {}
    highest = 0.0
    for rank, name in enumerate(sorted(p, key=lambda each: p[each])):
        highest = max(highest, min(1.0, (len(p) - rank) * p[name]))
        adjusted[name] = highest
    return {name: adjusted[name] for name in p}


def holm_discrete(p: Mapping[str, float], smallest: Mapping[str, float], *, level: float = 0.05) -> dict[str, float]:
    """As `holm_adjusted`, over the tests that can become significant at all; 1 for the others.

    Tarone (1990), A modified Bonferroni method for discrete data: where two documents differ, no test of them comes
    below 0.25, so it cannot be a false alarm, and counting it would only hide what the other tests find. Which tests
    take part depends on how many documents differ, not on which way, so the level holds.

    Args:
        p: p-value by test.
        smallest: the smallest that each test could have had.
        level: of all tests together.

    >>> holm_discrete({"a": 0.03, "b": 0.25, "c": 0.5}, {"a": 0.001, "b": 0.25, "c": 0.5})
    {'a': 0.03, 'b': 1.0, 'c': 1.0}
    """
    tested: list[str] = []
    for share in range(1, len(p) + 1):
        tested = [name for name in p if smallest[name] <= level / share]
        if len(tested) <= share:
            break
    adjusted = holm_adjusted({name: p[name] for name in tested})
    return {name: adjusted.get(name, 1.0) for name in p}


def _difference(sums: Table) -> Table:
    return f1_of(sums[..., 3:]) - f1_of(sums[..., :3])
