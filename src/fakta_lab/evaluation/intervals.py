"""How far a figure may be off because these documents were measured and not others: 95 % intervals.

Figures made of sums over documents (precision, recall, F1, a mean) get theirs by the bootstrap: documents are drawn
anew, with replacement, as many as there are, and the interval holds the middle 95 % of what the figure then is.
Documents of one supplier look alike and fail alike, so where suppliers are known whole suppliers are drawn, with all
their documents. Single shares (documents without any error) get Wilson's interval, which needs no draws.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from statistics import NormalDist

import numpy as np
import numpy.typing as npt

from fakta_lab.evaluation.scoring import Counts

# Enough for two digits of an interval's ends.
DRAWS = 2000
LEVEL = 0.95
# Numbers that are held at once while drawing: 32 MB.
BLOCK = 4_000_000

Table = npt.NDArray[np.float64]


class Draws:
    """Documents drawn anew, many times; the same draws for every figure, so that figures can be compared.

    Args:
        documents: how many there are.
        clusters: the cluster that each is drawn with (its supplier); "" = a cluster of its own. None = each document
            by itself.
        seed: of the draws.
        draws: how many.
    """

    def __init__(
        self, documents: int, *, clusters: Sequence[str] | None = None, seed: int = 0, draws: int = DRAWS
    ) -> None:
        self._member = cluster_numbers(clusters) if clusters is not None else np.arange(documents)
        if len(self._member) != documents:
            raise ValueError(f"{documents} documents and {len(self._member)} clusters")
        self.n_clusters = int(self._member.max()) + 1 if documents else 0
        self.seed, self.draws = seed, draws

    def sums(self, table: npt.ArrayLike) -> Table:
        """What the columns of a table add up to in each draw.

        Args:
            table: (documents, columns).

        Returns:
            (draws, columns).
        """
        by_cluster = self.by_cluster(table)
        n = self.n_clusters
        if not n:
            return np.zeros((self.draws, by_cluster.shape[1]))
        random = np.random.default_rng(self.seed)
        block = max(1, BLOCK // n)
        parts = []
        for start in range(0, self.draws, block):
            rows = min(block, self.draws - start)
            drawn = random.integers(n, size=(rows, n))
            # How often each cluster was drawn: one product then sums every column of every draw.
            flat = (drawn + n * np.arange(rows)[:, None]).ravel()
            times = np.bincount(flat, minlength=rows * n).reshape(rows, n).astype(np.float64)
            parts.append(times @ by_cluster)
        return np.concatenate(parts)

    def by_cluster(self, table: npt.ArrayLike) -> Table:
        """The table with the documents of each cluster added up: (clusters, columns)."""
        values = np.asarray(table, dtype=np.float64)
        total = np.zeros((self.n_clusters, values.shape[1]))
        np.add.at(total, self._member, values)
        return total


def cluster_numbers(clusters: Sequence[str]) -> npt.NDArray[np.int64]:
    """Number of the cluster of each document, from 0; a document whose cluster is "" gets one of its own.

    >>> cluster_numbers(["Norra AB", "", "Norra AB", ""]).tolist()
    [0, 1, 0, 2]
    """
    known: dict[str | int, int] = {}
    keys = (name or i for i, name in enumerate(clusters))
    return np.array([known.setdefault(key, len(known)) for key in keys], dtype=np.int64)


def bootstrap(
    table: npt.ArrayLike,
    figure: Callable[[Table], Table],
    *,
    clusters: Sequence[str] | None = None,
    seed: int = 0,
    draws: int = DRAWS,
    level: float = LEVEL,
) -> tuple[float, float]:
    """Ends of the interval of a figure that is made of sums over documents.

    Args:
        table: (documents, columns), what each document contributes to each sum.
        figure: from sums (draws, columns) to the figure (draws,); NaN where it has no value, such draws are left out.
        clusters, seed, draws: see `Draws`.
        level: share of the draws that the interval holds.

    >>> right_of_ten = [[1, 1]] * 5 + [[0, 1]] * 5
    >>> bootstrap(right_of_ten, lambda sums: sums[:, 0] / sums[:, 1])
    (0.2, 0.8)
    """
    values = np.asarray(table, dtype=np.float64)
    return middle(figure(Draws(len(values), clusters=clusters, seed=seed, draws=draws).sums(values)), level=level)


def middle(values: Table, *, level: float = LEVEL) -> tuple[float, float]:
    """The ends between which the middle share of values lies; 0 and 1 where there are none."""
    values = values[~np.isnan(values)]
    if not len(values):
        return 0.0, 1.0
    low, high = np.percentile(values, (50 * (1 - level), 50 * (1 + level)))
    return float(low), float(high)


def f1_of(sums: Table) -> Table:
    """F1 from sums (…, 3) of right, wrong and missed; 1 where there is nothing to find and nothing was given."""
    tp, fp, fn = np.moveaxis(sums, -1, 0)
    return np.where(tp + fp + fn > 0, 2 * tp / np.maximum(2 * tp + fp + fn, 1), 1.0)


def precision_of(sums: Table) -> Table:
    """Precision from sums (…, 3) of right, wrong and missed, as `Counts.precision` has it."""
    tp, fp, fn = np.moveaxis(sums, -1, 0)
    return np.where(tp + fp > 0, tp / np.maximum(tp + fp, 1), np.where(fn > 0, 0.0, 1.0))


def recall_of(sums: Table) -> Table:
    """Recall from sums (…, 3) of right, wrong and missed, as `Counts.recall` has it."""
    tp, fp, fn = np.moveaxis(sums, -1, 0)
    return np.where(tp + fn > 0, tp / np.maximum(tp + fn, 1), np.where(fp > 0, 0.0, 1.0))


def ratio_of(sums: Table) -> Table:
    """The first of two sums (…, 2) divided by the second; NaN where that is 0."""
    part, whole = np.moveaxis(sums, -1, 0)
    return np.where(whole > 0, part / np.where(whole > 0, whole, 1), np.nan)


def counts_table(documents: Sequence[Counts]) -> Table:
    """(documents, 3): right, wrong, missed."""
    return np.array([(each.tp, each.fp, each.fn) for each in documents], dtype=np.float64).reshape(-1, 3)


def f1_interval(
    documents: Sequence[Counts],
    *,
    clusters: Sequence[str] | None = None,
    seed: int = 0,
    draws: int = DRAWS,
    level: float = LEVEL,
) -> tuple[float, float]:
    """Ends of the 95 % interval of the F1 of documents: the middle 95 % over as many drawn anew.

    Where all documents are wholly right, or all wholly wrong, so is every draw. The open end is then Wilson's for as
    many documents as have something to count: about where draws would put it if one of them were wrong.

    Args:
        documents: counts of each.
        clusters, seed, draws: see `Draws`.
        level: share of the draws that the interval holds.

    >>> [round(end, 2) for end in f1_interval([Counts(tp=1)] * 16)]
    [0.81, 1.0]
    >>> f1_interval([])
    (0.0, 1.0)
    """
    table = counts_table(documents)
    sums = Draws(len(table), clusters=clusters, seed=seed, draws=draws).sums(table)
    return interval_of(f1_of, table, sums, level=level)


def interval_of(
    figure: Callable[[Table], Table], table: Table, sums: Table, *, level: float = LEVEL
) -> tuple[float, float]:
    """Ends of the interval of a figure from 0 to 1, as `f1_interval`, with draws that are there already.

    Args:
        figure: from sums to figures, `f1_of` for instance; NaN where it has no value.
        table: (documents, columns); a document without anything to count has a row of zeros.
        sums: (draws, columns), what the table adds up to in each draw.
        level: share of the draws that the interval holds.
    """
    counted = int(np.any(table != 0, axis=1).sum())
    if not counted:
        return 0.0, 1.0
    # A draw in which nothing is counted has no figure.
    low, high = middle(figure(sums[np.any(sums != 0, axis=1)]), level=level)
    if low == high and low in (0.0, 1.0):
        return share_interval(round(low) * counted, counted, level=level)
    return low, high


def exact_low(right: float, of: float, *, level: float) -> float:
    """Clopper and Pearson's exact lower bound of a share of which `right` of `of` were seen; neither need be whole.

    One-sided: a bound is above the true share in at most 1 - `level` of all samples. The upper bound is one minus the
    lower bound of what was not right. Clopper & Pearson (1934), The use of confidence or fiducial limits illustrated in
    the case of the binomial.

    >>> round(exact_low(299, 299, level=0.95), 4), round(exact_low(770, 773, level=0.95), 4), exact_low(0, 9, level=0.9)
    (0.99, 0.99, 0.0)
    """
    from scipy.special import betaincinv

    return float(betaincinv(right, of - right + 1, 1 - level)) if right > 0 else 0.0


def share_interval(right: float, of: float, *, level: float = LEVEL) -> tuple[float, float]:
    """Wilson's interval of a share: `right` of `of` things that are independent of each other; 0 to 1 for none.

    Wilson (1927), Probable inference, the law of succession, and statistical inference. Its coverage stays near the
    level for small numbers and shares near 0 and 1, where share ± 1.96 standard errors does not.

    >>> [round(end, 3) for end in share_interval(8, 10)]
    [0.49, 0.943]
    >>> [round(end, 3) for end in share_interval(0, 10)]
    [0.0, 0.278]
    """
    if not of:
        return 0.0, 1.0
    z = NormalDist().inv_cdf((1 + level) / 2)
    share = right / of
    centre = share + z * z / (2 * of)
    spread = z * math.sqrt(share * (1 - share) / of + z * z / (4 * of * of))
    low, high = ((centre + sign * spread) / (1 + z * z / of) for sign in (-1, 1))
    # Exactly 0 and 1 where the rounding of floats would miss them.
    return (0.0 if right == 0 else low), (1.0 if right == of else high)
