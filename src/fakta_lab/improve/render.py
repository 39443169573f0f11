"""A summary as text for a terminal, as Markdown, and as a page that needs nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from fakta_lab.files import replacing
from fakta_lab.formats.markdown import markdown_table, markdown_text
from fakta_lab.improve.summary import Summary
from fakta_lab.improve.tables import Table
from fakta_lab.pages import template_environment

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup
    from rich.console import RenderableType


def write_summary(summary: Summary, folder: Path) -> list[Path]:
    """Writes `summary.md` and `summary.html`; returns them."""
    texts = {"summary.md": render_markdown(summary), "summary.html": render_page(summary)}
    for name, text in texts.items():
        with replacing(folder / name) as temporary:
            temporary.write_text(text, encoding="utf-8")
    return [folder / name for name in texts]


def render_terminal(summary: Summary) -> Iterator[RenderableType]:
    """What people read first: sentences, then the tables."""
    from rich import box
    from rich.padding import Padding
    from rich.table import Table as RichTable
    from rich.text import Text

    yield Text(summary.headline, style="bold")
    yield Padding(Text("\n".join(summary.short)), (1, 0))
    for table in summary.tables:
        drawn = RichTable(box=box.SIMPLE_HEAD, pad_edge=False, title=table.title, title_justify="left")
        for i, column in enumerate(table.columns):
            drawn.add_column(Text(column), justify="left" if i < table.words else "right")
        for row in table.rows:
            drawn.add_row(*map(Text, row))
        yield drawn
    yield Text(summary.headings["next"], style="bold")
    for step in summary.next_steps:
        yield Padding(Text(step), (0, 0, 0, 2))


def render_markdown(summary: Summary) -> str:
    """For a pull request, a ticket or a letter."""
    parts = [f"# {summary.title}", f"**{summary.headline}**", _listed(summary.short)]
    parts += [f"## {summary.headings['next']}", _listed(summary.next_steps)]
    for table in summary.tables:
        parts += [f"## {table.title}", _markdown_table(table)]
    parts += [f"## {summary.headings['basis']}", _listed(summary.basis)]
    parts += [f"## {summary.done.title}", _markdown_table(summary.done)]
    return "\n\n".join(parts) + "\n"


def render_page(summary: Summary) -> str:
    """One HTML file that needs nothing else."""
    return _environment().get_template("summary.html").render(summary=summary)


def _listed(sentences: tuple[str, ...]) -> str:
    return "\n".join(f"- {sentence}" for sentence in sentences)


def _markdown_table(table: Table) -> str:
    rows = (tuple(map(markdown_text, row)) for row in table.rows)
    return "\n".join(markdown_table(table.columns, rows, words=range(table.words)))


@cache
def _environment() -> Environment:
    environment = template_environment("fakta_lab.improve")
    environment.filters["code"] = _code
    return environment


def _code(sentence: str) -> Markup:
    """What stands between backticks as code.

    >>> str(_code("run `fakta improve` & wait"))
    'run <code>fakta improve</code> &amp; wait'
    """
    from markupsafe import Markup

    parts = sentence.split("`")
    return Markup("").join(Markup("<code>{}</code>").format(part) if i % 2 else part for i, part in enumerate(parts))
