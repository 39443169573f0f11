"""What production brought: how much needs no person, how right that is, what it saves, and what to do next.

From two things that every installation has, the log of extractions and the corrections; see `docs/report.md`.
"""

from fakta_lab.analytics.analyse import analyse
from fakta_lab.analytics.page import render_page, summary

__all__ = ["analyse", "render_page", "summary"]
