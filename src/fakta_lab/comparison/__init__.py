"""May one reader take the place of another? Both on the same documents, a verdict for every field and group."""

from fakta_lab.comparison.compare import compare
from fakta_lab.comparison.result import Comparison
from fakta_lab.comparison.sources import kind_at, load_system
from fakta_lab.comparison.systems import Answer, Logged, Model, System
from fakta_lab.comparison.truth import Truth, load_truth, truth_of_corrections
from fakta_lab.comparison.verdict import Outcome, Terms, Verdict

__all__ = [
    "Answer",
    "Comparison",
    "Logged",
    "Model",
    "Outcome",
    "System",
    "Terms",
    "Truth",
    "Verdict",
    "compare",
    "kind_at",
    "load_system",
    "load_truth",
    "truth_of_corrections",
]
