"""The tuning report as pictures and as one page."""

from fakta_lab.tuning.page.page import render_page, write_report

__all__ = ["render_page", "write_report"]
