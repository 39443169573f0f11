"""The drift monitor: does production keep the promised error rate, and do its documents look like those of tuning?"""

from fakta_lab.monitoring.report import InputStatus, MonitorReport, PromiseStatus, render_tables
from fakta_lab.monitoring.run import monitor

__all__ = ["InputStatus", "MonitorReport", "PromiseStatus", "monitor", "render_tables"]
