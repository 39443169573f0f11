"""A learning curve as a picture."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fakta_lab.fewshot.figures import Curve
from fakta_lab.files import replacing


def plot(curve: Curve, path: Path) -> None:
    """Draws F1 against corrections with the suppliers' quartiles, and beside it the loss on other layouts, as a PNG.

    The same curve gives the same bytes with the same matplotlib.
    """
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot

    panels = 2 if curve.others else 1
    figure, (axes,) = pyplot.subplots(1, panels, figsize=(5.6 * panels, 4.0), squeeze=False)
    _draw_f1(axes[0], curve)
    if curve.others:
        _draw_loss(axes[1], curve)
    for panel in axes:
        panel.set_xticks(curve.counts)
        panel.set_xlabel("corrected invoices of each supplier")
        panel.grid(alpha=0.3)
        panel.legend(fontsize="small", loc="center right")
    figure.tight_layout()
    with replacing(path) as temporary:
        figure.savefig(temporary, format="png", dpi=100, metadata={"Software": None})
    pyplot.close(figure)


def _draw_f1(panel: Any, curve: Curve) -> None:
    for number, learner in enumerate(curve.learners):
        rows = curve.pooled(learner)
        f1 = [row.f1 for row in rows]
        panel.plot(curve.counts, f1, _style(number), marker="o", markersize=4, color=f"C{number}", label=learner)
        low, high = ([getattr(row, name) for row in rows] for name in ("quartile", "upper_quartile"))
        panel.fill_between(curve.counts, low, high, color=f"C{number}", alpha=0.13, linewidth=0)
    documents = curve.pooled(curve.learners[0])[0].documents
    panel.set_title(f"{len(curve.suppliers)} suppliers, {documents} later invoices", fontsize="medium")
    panel.set_ylabel("F1, all fields (band: suppliers' quartiles)")
    panel.set_ylim(top=1.002)


def _draw_loss(panel: Any, curve: Curve) -> None:
    for number, learner in enumerate(curve.learners):
        rows = [row for row in curve.pooled(learner) if row.others_loss is not None]
        counts = [row.corrections for row in rows]
        mean, worst = ([getattr(row, name) for row in rows] for name in ("others_loss", "others_worst"))
        panel.plot(counts, mean, _style(number), marker="o", markersize=4, color=f"C{number}", label=learner)
        panel.fill_between(counts, mean, worst, color=f"C{number}", alpha=0.13, linewidth=0)
    panel.axhline(0, color="grey", linewidth=0.8)
    panel.set_title(f"loss on other layouts: {curve.others}", fontsize="medium")
    panel.set_ylabel("F1 lost (band: up to the worst)")


def _style(number: int) -> str:
    return ("-", "--", "-.", ":")[number % 4]
