"""Learning curves of strategies, and what they say: how many labels reach the same accuracy."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean, stdev
from typing import Any

from fakta_lab.files import replacing


@dataclass(frozen=True)
class Curves:
    """The replays on one pool.

    Attributes:
        pool: its name.
        budgets: corrected documents, ascending.
        f1: strategy to one curve a seed, each as long as `budgets`. All strategies have the same seeds.
    """

    pool: str
    budgets: tuple[int, ...]
    f1: Mapping[str, Sequence[Sequence[float]]]

    def mean(self, strategy: str) -> list[float]:
        """The mean curve of a strategy."""
        return [mean(values) for values in zip(*self.f1[strategy], strict=True)]

    def gain(self, strategy: str, *, over: str = "random") -> list[tuple[float, float]]:
        """At each budget the mean difference to another strategy on the same seeds, and its standard deviation."""
        pairs = zip(zip(*self.f1[strategy], strict=True), zip(*self.f1[over], strict=True), strict=True)
        differences = [[a - b for a, b in zip(own, other, strict=True)] for own, other in pairs]
        return [(mean(each), _spread(each)) for each in differences]

    def labels_for_random(self, strategy: str) -> list[float | None]:
        """For each seed the labels that reach what random choice reaches at the largest budget; None where none do."""
        return [
            labels_needed(self.budgets, curve, target=random[-1])
            for curve, random in zip(self.f1[strategy], self.f1["random"], strict=True)
        ]

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "pool": self.pool,
            "budgets": list(self.budgets),
            "f1": {strategy: [list(curve) for curve in curves] for strategy, curves in self.f1.items()},
            "labels_for_random_at_largest_budget": {strategy: self.labels_for_random(strategy) for strategy in self.f1},
        }


def labels_needed(budgets: Sequence[int], curve: Sequence[float], *, target: float) -> float | None:
    """The smallest budget at which a curve reaches a target, straight lines drawn between its points.

    >>> labels_needed([0, 10, 20], [0.5, 0.7, 0.8], target=0.75)
    15.0
    >>> labels_needed([0, 10, 20], [0.5, 0.7, 0.8], target=0.9) is None
    True
    """
    if curve[0] >= target:
        return float(budgets[0])
    steps = zip(budgets, curve, budgets[1:], curve[1:], strict=False)
    for budget, low, next_budget, high in steps:
        if high >= target:
            return round(budget + (next_budget - budget) * (target - low) / (high - low), 6)
    return None


def render(curves: Curves) -> str:
    """A table in Markdown: F1 at each budget, and the labels for what random choice reaches at the largest.

    Behind a strategy's F1 stands how much it is above random choice on the same seeds, with the standard deviation of
    that difference; behind random choice's the standard deviation of its own.
    """
    n_seeds = len(curves.f1["random"])
    heads = " | ".join(str(budget) for budget in curves.budgets)
    lines = [
        f"| {curves.pool}, {n_seeds} seeds | {heads} | labels for random's F1 at {curves.budgets[-1]} |",
        f"|---|{'---|' * (len(curves.budgets) + 1)}",
    ]
    for strategy, found in curves.f1.items():
        if strategy == "random":
            cells = [f"{mean(values):.3f} ± {_spread(values):.3f}" for values in zip(*found, strict=True)]
        else:
            pairs = zip(curves.mean(strategy), curves.gain(strategy), strict=True)
            cells = [f"{middle:.3f} ({gain:+.3f} ± {spread:.3f})" for middle, (gain, spread) in pairs]
        lines.append(f"| {strategy} | {' | '.join(cells)} | {_needed(curves, strategy)} |")
    return "\n".join(lines) + "\n"


def _needed(curves: Curves, strategy: str) -> str:
    needed = curves.labels_for_random(strategy)
    reached = [labels for labels in needed if labels is not None]
    if not reached:
        return f"more than {curves.budgets[-1]}"
    short = f" ({len(needed) - len(reached)} of {len(needed)} seeds never)" if len(reached) < len(needed) else ""
    return f"{mean(reached):.0f} ± {_spread(reached):.0f}{short}"


def _spread(values: Sequence[float]) -> float:
    return stdev(values) if len(values) > 1 else 0.0


def plot(pools: Sequence[Curves], path: Path) -> None:
    """Draws the mean curves, a panel a pool, with bands of one standard deviation over the seeds, as a PNG file."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    figure, panels = pyplot.subplots(1, len(pools), figsize=(5 * len(pools), 3.8), squeeze=False)
    for panel, curves in zip(panels[0], pools, strict=True):
        for strategy, found in curves.f1.items():
            middle = curves.mean(strategy)
            spread = [_spread(values) for values in zip(*found, strict=True)]
            dashed = "--" if strategy == "random" else "-"
            (line,) = panel.plot(curves.budgets, middle, dashed, marker="o", markersize=3, label=strategy)
            low, high = ([m + sign * s for m, s in zip(middle, spread, strict=True)] for sign in (-1, 1))
            panel.fill_between(curves.budgets, low, high, color=line.get_color(), alpha=0.12)
        # What a learner knows before any correction is the same for all, and far below for a learner from nothing.
        panel.set_ylim(bottom=min(min(curves.mean(strategy)[1:]) for strategy in curves.f1) - 0.03)
        panel.set_title(curves.pool)
        panel.set_xlabel("documents corrected")
        panel.grid(alpha=0.3)
    panels[0][0].set_ylabel("F1 on documents that were kept apart")
    panels[0][-1].legend(fontsize="small")
    figure.tight_layout()
    with replacing(path) as temporary:
        figure.savefig(temporary, format="png", dpi=80)
    pyplot.close(figure)
