"""How far a few corrections go: F1 on a supplier's next invoices against how many of its earlier ones were corrected.

    curve = measure_curve(benchmark, shipped, learners, CurveConfig(counts=(0, 1, 3)), out=Path("runs/curve"))

A learner turns corrected documents into something that reads; what differs between learners is what they change: the
weights, or what is remembered of the supplier. All are measured alike: on nested sets of corrections, on documents that
stay the same at every count, and on other layouts, which must not be read worse for it.
"""

from fakta_lab.fewshot.config import COUNTS, CurveConfig
from fakta_lab.fewshot.curve import measure_curve
from fakta_lab.fewshot.figures import Curve, Figures
from fakta_lab.fewshot.learners import LEARNERS, TRAINING, Learner, make_learner
from fakta_lab.fewshot.plot import plot
from fakta_lab.fewshot.render import render_csv, render_markdown, render_table
from fakta_lab.fewshot.suppliers import Supplier, Suppliers, find_suppliers

__all__ = [
    "COUNTS",
    "LEARNERS",
    "TRAINING",
    "Curve",
    "CurveConfig",
    "Figures",
    "Learner",
    "Supplier",
    "Suppliers",
    "find_suppliers",
    "make_learner",
    "measure_curve",
    "plot",
    "render_csv",
    "render_markdown",
    "render_table",
]
