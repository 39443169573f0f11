"""Extractions as a table for people, JSON, JSON Lines, or CSV; each as pieces of text that are written as they come."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

from fakta.extraction import Extraction
from fakta.fields.base import Value, canonical
from fakta_lab.cli.console import as_text

if TYPE_CHECKING:
    from rich.console import RenderableType

AsJson = Callable[[Extraction], dict[str, Any]]

ACCEPTED = "yes"
HELD = "look"


def render(extractions: Iterable[Extraction], *, format: str, as_json: AsJson = Extraction.to_dict) -> Iterator[str]:
    """The extractions in one of the formats "table", "json", "jsonl", "csv".

    Args:
        extractions: in the order in which they are written.
        format: one of these.
        as_json: gives the object that stands for an extraction in JSON and JSON Lines, as an output mapping does.
    """
    renderers: dict[str, Callable[[Iterable[Extraction]], Iterator[str]]] = {
        "table": _tables,
        "json": partial(_json, as_json=as_json),
        "jsonl": partial(_jsonl, as_json=as_json),
        "csv": _csv,
    }
    return renderers[format](extractions)


def _json(extractions: Iterable[Extraction], *, as_json: AsJson) -> Iterator[str]:
    results = [as_json(extraction) for extraction in extractions]
    yield json.dumps(results, ensure_ascii=False, indent=2) + "\n"


def _jsonl(extractions: Iterable[Extraction], *, as_json: AsJson) -> Iterator[str]:
    for extraction in extractions:
        yield json.dumps(as_json(extraction), ensure_ascii=False) + "\n"


def _csv(extractions: Iterable[Extraction]) -> Iterator[str]:
    """One row a document: its name, a column for each field, and whether a person has to look."""
    header_written = False
    for extraction in extractions:
        row = {"document": extraction.document}
        row |= {name: _cell(field.value) for name, field in extraction.fields.items()}
        row["needs_review"] = str(extraction.needs_review).lower()
        buffer = io.StringIO()
        writer = csv.DictWriter(buffer, fieldnames=list(row), lineterminator="\n")
        if not header_written:
            writer.writeheader()
            header_written = True
        writer.writerow(row)
        yield buffer.getvalue()


def _tables(extractions: Iterable[Extraction]) -> Iterator[str]:
    for extraction in extractions:
        yield as_text(_document(extraction))


def _document(extraction: Extraction) -> Iterator[RenderableType]:
    from rich.text import Text

    pages = "1 page" if extraction.pages == 1 else f"{extraction.pages} pages"
    yield Text.assemble((extraction.document, "bold"), f" ({pages}, read by {extraction.model})")
    yield extraction.explanation
    yield _field_table(extraction)
    yield _explanations(extraction)
    missing = [name for name, field in extraction.fields.items() if field.value is None]
    if missing:
        yield Text(f"not found: {', '.join(missing)}", style="dim")
    for title, rows in (("line items", extraction.line_items), ("VAT", extraction.vat_breakdown)):
        if rows:
            yield _row_table(title, rows)
    for check in extraction.checks:
        if not check.passed:
            yield f"check failed: {check.name}" + (f" ({check.detail})" if check.detail else "")
    yield ""


def _field_table(extraction: Extraction) -> RenderableType:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("field", no_wrap=True)
    table.add_column("value", overflow="fold")
    table.add_column("confidence", justify="right")
    table.add_column("accepted")
    for name, field in extraction.fields.items():
        if field.value is not None:
            mark = Text(ACCEPTED, style="green") if field.accepted else Text(HELD, style="yellow")
            table.add_row(name, Text(canonical(field.value)), f"{field.confidence:.2f}", mark)
    return table


def _explanations(extraction: Extraction) -> RenderableType:
    """Why each held value is held; those that were accepted, or that nobody found, would hide them."""
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column(overflow="fold")
    for name, field in extraction.fields.items():
        if field.value is not None and not field.accepted:
            grid.add_row(Text(name), Text(field.explanation))
    return grid


def _row_table(title: str, rows: tuple[Mapping[str, Value], ...]) -> RenderableType:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    columns = list(dict.fromkeys(column for row in rows for column in row))
    table = Table(title=title, title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        numeric = all(not isinstance(row.get(column), str) for row in rows)
        table.add_column(column, justify="right" if numeric else "left", overflow="fold")
    for row in rows:
        table.add_row(*(Text(_cell(row.get(column))) for column in columns))
    return table


def _cell(value: Value | None) -> str:
    return "" if value is None else canonical(value)
