"""Calibrated confidences and thresholds that keep a promise, written into a bundle."""

from fakta_lab.tuning.report import FieldTuning, TuneReport, render_table
from fakta_lab.tuning.run import tune

__all__ = ["FieldTuning", "TuneReport", "render_table", "tune"]
