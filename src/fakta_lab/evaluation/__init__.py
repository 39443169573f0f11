"""How well documents are read: benchmark sets, scores per field and layout, gates for builds."""

from fakta_lab.evaluation.baseline import Baseline
from fakta_lab.evaluation.gates import (
    GateFile,
    GateResult,
    check_all,
    check_gates,
    load_gate_file,
    load_gates,
    measure_gates,
)
from fakta_lab.evaluation.intervals import f1_interval, share_interval
from fakta_lab.evaluation.paired import PairedDifference, holm, mcnemar, paired_difference
from fakta_lab.evaluation.regressions import ComparedFigure, Comparison, compare_with_baseline
from fakta_lab.evaluation.render import render_junit, render_markdown, render_table
from fakta_lab.evaluation.report import Acceptance, DocumentScore, Evaluation, Mistake
from fakta_lab.evaluation.run import Extracts, evaluate
from fakta_lab.evaluation.scoring import Counts
from fakta_lab.evaluation.shots import LearnedFrom
from fakta_lab.formats.benchmark import Benchmark, BenchmarkDocument

__all__ = [
    "Acceptance",
    "Baseline",
    "Benchmark",
    "BenchmarkDocument",
    "ComparedFigure",
    "Comparison",
    "Counts",
    "DocumentScore",
    "Evaluation",
    "Extracts",
    "GateFile",
    "GateResult",
    "LearnedFrom",
    "Mistake",
    "PairedDifference",
    "check_all",
    "check_gates",
    "compare_with_baseline",
    "evaluate",
    "f1_interval",
    "holm",
    "load_gate_file",
    "load_gates",
    "mcnemar",
    "measure_gates",
    "paired_difference",
    "render_junit",
    "render_markdown",
    "render_table",
    "share_interval",
]
