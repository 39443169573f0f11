"""Corrections to a better model in one round: import, dataset, training, memory, tuning, comparison, and a summary.

    done = improve(load_config(Path("configs/improve.yaml"), ImproveConfig))
    summarise(done.facts, language="sv").headline

A round calls what the single commands call and adds their order, what is done already, and the summary.
"""

from fakta_lab.improve.config import ImproveConfig
from fakta_lab.improve.render import render_markdown, render_page, render_terminal, write_summary
from fakta_lab.improve.run import Round, improve, promote
from fakta_lab.improve.stages import Unfinished
from fakta_lab.improve.state import STAGES
from fakta_lab.improve.summary import Summary, summarise
from fakta_lab.improve.verdict import Verdict

__all__ = [
    "STAGES",
    "ImproveConfig",
    "Round",
    "Summary",
    "Unfinished",
    "Verdict",
    "improve",
    "promote",
    "render_markdown",
    "render_page",
    "render_terminal",
    "summarise",
    "write_summary",
]
