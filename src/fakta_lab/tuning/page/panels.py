"""What the pictures of a tuning report show: one function draws one panel on `matplotlib` axes.

Lines differ in colour and in style as well.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fakta_lab.evaluation.intervals import share_interval
from fakta_lab.pages.svg import BLUE, GREEN, GRID, MUTED, ORANGE

Curve = Sequence[Mapping[str, float]]

SOURCE_STYLES = {
    "verifier": (BLUE, "-", 2.0),
    "softmax": (ORANGE, "--", 1.6),
    "temperature": (GREEN, ":", 2.2),
}
# Which threshold a mark on a curve stands for.
GROUP_MARKS = {"unknown": "o", "known": "D"}

# Error rates are read by orders of magnitude, and nought has to have a place: logarithmic above a thousandth.
_LINEAR_BELOW = 0.001
_ERROR_TICKS = (0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5)
# Confidences are read by how far from certain they are: on the scale of log-odds, which has no place for 0 and 1.
_SURE_TICKS = (0.01, 0.1, 0.5, 0.9, 0.99, 0.999)
_LEAST, _MOST = 0.004, 0.99985


def draw_acceptance(
    axes: Any,
    curves: Mapping[str, Curve],
    *,
    target: float | None = None,
    thresholds: Mapping[str, float] | None = None,
    worst: float = 0.0,
    small: bool = False,
) -> None:
    """Error rate among the accepted against the share that is accepted, the surest first.

    Args:
        axes: to draw on.
        curves: of `fakta_lab.tuning.figures.curve.acceptance_curve`, by name; the names of `SOURCE_STYLES` have styles.
        target: precision that was asked for; what is wrong more rarely is shaded.
        thresholds: confidence from which is accepted, by the groups of `GROUP_MARKS`, marked on the first curve.
        worst: error rate that the axis reaches at least.
        small: for a panel among many, without words on the axes.
    """
    worst = max(worst, 0.02)
    for name, curve in curves.items():
        colour, line, width = SOURCE_STYLES.get(name, SOURCE_STYLES["verifier"])
        errors = [error_rate(point) for point in curve]
        axes.plot(
            [point["share"] for point in curve], errors, color=colour, linestyle=line, linewidth=width, label=name
        )
        worst = max(worst, *errors)
    first = next(iter(curves.values()), ())
    for group, threshold in (thresholds or {}).items():
        if point := _at(first, threshold):
            axes.plot(
                point["share"],
                error_rate(point),
                marker=GROUP_MARKS[group],
                color=BLUE,
                markerfacecolor=ORANGE,
                markersize=5 if small else 8,
                linestyle="none",
                label=f"threshold, {group} supplier",
                clip_on=False,
                zorder=3,
            )
    if target is not None:
        axes.axhspan(0, 1 - target, color=GREEN, alpha=0.1, linewidth=0)
        axes.axhline(1 - target, color=GREEN, linewidth=1.0)
    axes.set_yscale("symlog", linthresh=_LINEAR_BELOW, linscale=0.35)
    axes.set_ylim(0, worst * 1.4)
    axes.set_xlim(0, 1)
    _ticks(axes.xaxis, (0, 0.5, 1) if small else (0, 0.2, 0.4, 0.6, 0.8, 1))
    _ticks(axes.yaxis, (0, 0.001, 0.01, 0.1) if small else [tick for tick in _ERROR_TICKS if tick <= worst * 1.4])
    axes.grid(color=GRID, linewidth=0.6)
    if not small:
        axes.set_xlabel("accepted without a person")
        axes.set_ylabel("wrong among the accepted")


def draw_reliability(axes: Any, bins: Curve, *, source: str = "verifier") -> None:
    """Confidence against the share that is right, on the scale of log-odds; on the diagonal it keeps its word.

    The bars are 95 % intervals for values that are independent of each other.

    Args:
        axes: to draw on.
        bins: of `fakta_lab.tuning.figures.curve.reliability`.
        source: of the confidences; the names of `SOURCE_STYLES` have colours.
    """
    colour = SOURCE_STYLES.get(source, SOURCE_STYLES["verifier"])[0]
    axes.plot([_LEAST, _MOST], [_LEAST, _MOST], color=MUTED, linewidth=1.0, linestyle=(0, (4, 3)))
    for each in bins:
        n = int(each["values"])
        x, low, high = map(_inside, (each["confidence"], *share_interval(round(each["right"] * n), n)))
        axes.plot([x, x], [low, high], color=colour, linewidth=1.4, alpha=0.55, solid_capstyle="butt")
        axes.plot(x, _inside(each["right"]), color=colour, marker="o", markersize=5, clip_on=False, zorder=3)
    for axis, scale in ((axes.xaxis, axes.set_xscale), (axes.yaxis, axes.set_yscale)):
        scale("logit")
        _ticks(axis, _SURE_TICKS)
    axes.set_xlim(_LEAST, _MOST)
    axes.set_ylim(_LEAST, _MOST)
    axes.grid(color=GRID, linewidth=0.6)
    axes.set_ylabel("right")


def draw_counts(axes: Any, bins: Curve, *, source: str = "verifier") -> None:
    """How many values each point of the reliability diagram above stands for.

    Args:
        axes: to draw on, under those of `draw_reliability`.
        bins, source: as there.
    """
    colour = SOURCE_STYLES.get(source, SOURCE_STYLES["verifier"])[0]
    positions = [_inside(each["confidence"]) for each in bins]
    axes.vlines(positions, 0, [each["values"] for each in bins], color=colour, linewidth=4, alpha=0.55, clip_on=False)
    axes.set_xscale("logit")
    axes.set_xlim(_LEAST, _MOST)
    axes.set_ylim(0, 1.15 * max((each["values"] for each in bins), default=1))
    _ticks(axes.xaxis, _SURE_TICKS)
    axes.locator_params(axis="y", nbins=3)
    axes.set_xlabel("confidence")
    axes.set_ylabel("values")


def error_rate(point: Mapping[str, float]) -> float:
    """Share of the accepted that is wrong, at a point of a curve."""
    return max(0.0, 1 - point["precision"])


def _at(curve: Curve, threshold: float) -> Mapping[str, float] | None:
    """The last point whose values all reach the threshold; the curve's confidences are rounded."""
    reached = [point for point in curve if point["confidence"] >= threshold - 1e-6]
    return reached[-1] if reached else None


def _inside(share: float) -> float:
    return min(max(share, _LEAST), _MOST)


def _ticks(axis: Any, places: Sequence[float]) -> None:
    from matplotlib.ticker import FixedFormatter, FixedLocator, NullLocator

    axis.set_major_locator(FixedLocator(list(places)))
    axis.set_major_formatter(FixedFormatter([f"{100 * place:g} %" for place in places]))
    axis.set_minor_locator(NullLocator())
