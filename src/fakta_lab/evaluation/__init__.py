"""How well documents are read: benchmark sets, scores per field and layout, gates for builds."""

from fakta_lab.evaluation.gates import GateResult, check_gates, load_gates, measure_gates
from fakta_lab.evaluation.render import render_junit, render_markdown, render_table
from fakta_lab.evaluation.report import Acceptance, Evaluation, Mistake
from fakta_lab.evaluation.run import Extracts, evaluate
from fakta_lab.evaluation.scoring import Counts
from fakta_lab.formats.benchmark import Benchmark, BenchmarkDocument

__all__ = [
    "Acceptance",
    "Benchmark",
    "BenchmarkDocument",
    "Counts",
    "Evaluation",
    "Extracts",
    "GateResult",
    "Mistake",
    "check_gates",
    "evaluate",
    "load_gates",
    "measure_gates",
    "render_junit",
    "render_markdown",
    "render_table",
]
