"""What Donut is to write for a page.

A page's label is what people, or the generator, know about *that page*:

- a field whose value stands on it is to be written;
- a field that is not on the document, or only on another of its pages, is not to be written;
- a field that nobody looked at, or whose value was found on no page, is unknown: it is neither learned nor unlearned.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from fakta.schema import Schema

if TYPE_CHECKING:
    from fakta_lab.synth import SyntheticInvoice


@dataclass(frozen=True, slots=True)
class PageLabel:
    """What is known about a page.

    Attributes:
        document: its name.
        page: number, from 1.
        values: that stand on it, canonical: field to text, table to rows.
        unknown: fields and tables of which nobody knows whether they stand on it.
        weight: how often to draw the page.
    """

    document: str
    page: int
    values: Mapping[str, Any]
    unknown: frozenset[str]
    weight: float = 1.0


def names_of(schema: Schema, *, tables: bool) -> tuple[str, ...]:
    """The fields and, if wanted, tables that are written, in their order."""
    return (*schema.fields, *(schema.tables if tables else ()))


def label_of(
    names: Collection[str],
    values: Mapping[str, Any],
    *,
    here: Collection[str],
    anywhere: Collection[str],
    document: str,
    page: int,
    weight: float = 1.0,
) -> PageLabel:
    """The label of one page.

    Args:
        names: fields and tables that the model writes.
        values: of the document; None and [] are known absence, what is missing is unknown.
        here, anywhere: of which fields and tables a value stands on this page, and on some page.
    """
    present = {name: values[name] for name in names if name in here and values.get(name)}
    unknown = {name for name in names if name not in values or (values[name] and name not in anywhere)}
    return PageLabel(document, page, present, frozenset(unknown), weight)


def labels_of_rows(rows: Iterable[Mapping[str, Any]], schema: Schema, *, tables: bool) -> list[PageLabel]:
    """One label a row of a dataset, from its columns `document`, `page`, `fields`, `values`, and `weight` if there.

    The page of a table is known where the document has but one.
    """
    rows = list(rows)
    found: dict[str, set[str]] = defaultdict(set)
    pages: dict[str, int] = defaultdict(int)
    for row in rows:
        found[row["document"]] |= set(row["fields"])
        pages[row["document"]] += 1
    names = names_of(schema, tables=tables)
    labels = []
    for row in rows:
        document = str(row["document"])
        alone = set(schema.tables) if pages[row["document"]] == 1 else set()
        labels.append(
            label_of(
                names,
                json.loads(row["values"]),
                here={*row["fields"], *alone},
                anywhere=found[row["document"]] | alone,
                document=document,
                page=int(row["page"]),
                weight=float(row.get("weight", 1.0)),
            )
        )
    return labels


def labels_of_invoice(invoice: SyntheticInvoice, schema: Schema, *, tables: bool) -> list[PageLabel]:
    """One label a page of a generated invoice; on a single page stands all of it, implied values too."""
    values = {**invoice.fields, "vat_breakdown": invoice.vat_breakdown, "line_items": invoice.line_items}
    names = names_of(schema, tables=tables)
    if len(invoice.pages) == 1:
        placed = [set(names)]
    else:
        placed = [{label[2:] for label in page.labels if label != "O"} for page in invoice.pages]
    anywhere = set().union(*placed)
    return [
        label_of(names, values, here=here, anywhere=anywhere, document=f"generated/{invoice.seed}", page=number)
        for number, here in enumerate(placed, start=1)
    ]
