"""The report as one HTML file that needs nothing else, in English or Swedish."""

from fakta_lab.analytics.page.page import render_page
from fakta_lab.analytics.page.summary import summary

__all__ = ["render_page", "summary"]
