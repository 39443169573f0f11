"""An evaluation as a table for people, Markdown for pull requests, JUnit for build servers."""

from fakta_lab.evaluation.render.junit import render_junit
from fakta_lab.evaluation.render.markdown import render_markdown
from fakta_lab.evaluation.render.table import render_table

__all__ = ["render_junit", "render_markdown", "render_table"]
