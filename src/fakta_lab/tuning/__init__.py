"""Calibrated confidences and thresholds that keep a promise, written into a bundle."""

from fakta_lab.tuning.page import write_report
from fakta_lab.tuning.report import TuneReport, render_table
from fakta_lab.tuning.run import Target, tune

__all__ = ["Target", "TuneReport", "render_table", "tune", "write_report"]
