"""How well documents are read: benchmark sets, scores per field and layout, gates for builds."""

from fakta_lab.evaluation.gates import GateResult, check_gates, load_gates, measure_gates
from fakta_lab.evaluation.intervals import f1_interval, share_interval
from fakta_lab.evaluation.paired import PairedDifference, holm, mcnemar, paired_difference
from fakta_lab.evaluation.render import render_junit, render_markdown, render_table
from fakta_lab.evaluation.report import Acceptance, DocumentScore, Evaluation, Mistake
from fakta_lab.evaluation.run import Extracts, evaluate
from fakta_lab.evaluation.scoring import Counts
from fakta_lab.formats.benchmark import Benchmark, BenchmarkDocument

__all__ = [
    "Acceptance",
    "Benchmark",
    "BenchmarkDocument",
    "Counts",
    "DocumentScore",
    "Evaluation",
    "Extracts",
    "GateResult",
    "Mistake",
    "PairedDifference",
    "check_gates",
    "evaluate",
    "f1_interval",
    "holm",
    "load_gates",
    "mcnemar",
    "measure_gates",
    "paired_difference",
    "render_junit",
    "render_markdown",
    "render_table",
    "share_interval",
]
