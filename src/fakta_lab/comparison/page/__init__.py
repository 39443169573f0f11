"""The comparison as the page that whoever decides reads."""

from fakta_lab.comparison.page.page import render_page

__all__ = ["render_page"]
