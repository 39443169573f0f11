"""Calibrated confidences and thresholds that keep a promise, written into a bundle."""

from fakta_lab.tuning.cascade.costs import CostsConfig
from fakta_lab.tuning.choose import Goal
from fakta_lab.tuning.page.page import write_report
from fakta_lab.tuning.report import TuneReport, render_tables
from fakta_lab.tuning.run import tune

__all__ = ["CostsConfig", "Goal", "TuneReport", "render_tables", "tune", "write_report"]
