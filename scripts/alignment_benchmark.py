"""How well corrected values are aligned to the words of their pages, where the right words are known.

    python scripts/alignment_benchmark.py                             # generated pages, clean and as OCR reads them
    python scripts/alignment_benchmark.py --pages worse --documents 1000 --seed mine
    python scripts/alignment_benchmark.py --benchmark BENCHMARK       # a set: aligned, ambiguous ... per field

Generated pages know each word's label. Of the values that are printed outside tables, `exact` is the share aligned to
exactly the words that they are printed in: no place missing, none too many, each with all of its words. A place drawn
without any label that reads like the value is forgiven, because the generator labels one mention of some values and
not the next (a total with VAT beside the sum to pay, a name in the page's foot); `strict` forgives nothing. Precision
is the share of right places among those aligned, recall the share of printed places that were found.

`scanned` pages are misread at the rates measured of OCR engines, `worse` ones as training sees them: twice that on
average, and up to eight times. On a set nothing is known of the right words, so only what became of its values is
counted. Time is that of the processor, reading excluded.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterator
from pathlib import Path
from random import Random

from rich.console import Console
from rich.table import Table

from fakta import documents
from fakta.documents.lines import group_lines
from fakta.documents.model import Document, Page
from fakta.schema import Schema, invoice_schema
from fakta_lab.dataset.alignment.align import AlignedDocument, align
from fakta_lab.dataset.alignment.measure import Figures, compare
from fakta_lab.dataset.alignment.places import STATUSES
from fakta_lab.formats.benchmark import Benchmark
from fakta_lab.synth import SyntheticInvoice, generate
from fakta_lab.synth.recognise import recognised

PAGES = ("clean", "scanned", "worse")


class Tally:
    """Figures by field, and the time it took."""

    def __init__(self) -> None:
        self.fields: dict[str, Figures] = {}
        self.pages = 0
        self.seconds = 0.0

    def align(self, document: Document, values: dict[str, str | None], schema: Schema) -> AlignedDocument:
        """Aligns a document on the clock."""
        begun = time.process_time()
        aligned = align(document, values, schema=schema)
        self.seconds += time.process_time() - begun
        self.pages += len(document.pages)
        return aligned

    def add(self, name: str, figures: Figures) -> None:
        """Counts one value."""
        self.fields.setdefault(name, Figures()).add(figures)

    @property
    def total(self) -> Figures:
        """Over all fields."""
        total = Figures()
        for figures in self.fields.values():
            total.add(figures)
        return total

    @property
    def ms_per_page(self) -> float:
        """Milliseconds of the processor."""
        return 1000 * self.seconds / max(self.pages, 1)


def main() -> None:
    """Aligns, compares and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--pages", choices=PAGES, nargs="+", default=["clean", "scanned"])
    parser.add_argument("--documents", type=int, default=200, help="generated documents")
    parser.add_argument("--seed", default="alignment")
    parser.add_argument("--profile", choices=("train", "demo"), default="train", help="of the generator")
    parser.add_argument("--benchmark", type=Path, help="a set with truth.jsonl, in place of generated pages")
    parser.add_argument("--ocr", default="off", help="engine for pages of the set without a text layer")
    parser.add_argument("--format", choices=("table", "json"), default="table")
    settings = parser.parse_args()
    schema = invoice_schema()
    if settings.benchmark:
        tallies = {settings.benchmark.name: _of_set(settings.benchmark, ocr=settings.ocr)}
    else:
        tallies = {}
        for pages in settings.pages:
            seeds = (f"{settings.seed}/{number}" for number in range(settings.documents))
            tallies[pages] = _of_generated((generate(seed, profile=settings.profile) for seed in seeds), pages, schema)
    if settings.format == "json":
        print(json.dumps({name: _numbers(tally) for name, tally in tallies.items()}, indent=2))
        return
    console = Console()
    console = console if console.is_terminal else Console(width=130)
    for name, tally in tallies.items():
        console.print(_table(name, tally, schema, known=not settings.benchmark))


def noised(invoice: SyntheticInvoice, pages: str) -> tuple[Document, list[list[str]], list[list[int]]]:
    """A generated invoice as it is read, the label of each of its words, and its words in the order they were drawn."""
    read: list[Page] = []
    labels: list[list[str]] = []
    drawn: list[list[int]] = []
    for number, page in enumerate(invoice.pages, start=1):
        words = list(zip(page.words, page.labels, strict=True))
        if pages != "clean":
            rng = Random(f"{invoice.seed}/{number}")
            multiple = 1.0 if pages == "scanned" else None
            words = recognised(words, rng, aspect=page.height / page.width, multiple=multiple)
        order = [i for line in group_lines([word for word, _ in words]) for i in line]
        source = "text" if pages == "clean" else "ocr"
        read.append(Page(number, page.width, page.height, tuple(words[i][0] for i in order), source=source))
        labels.append([words[i][1] for i in order])
        drawn.append(sorted(range(len(order)), key=order.__getitem__))
    return Document(invoice.seed, "0" * 64, tuple(read)), labels, drawn


def _of_generated(invoices: Iterator[SyntheticInvoice], pages: str, schema: Schema) -> Tally:
    tally = Tally()
    align(Document("", "0" * 64, (Page(1, 595, 842, ()),)), {}, schema=schema)  # reads the lexicon, off the clock
    for invoice in invoices:
        document, labels, order = noised(invoice, pages)
        aligned = tally.align(document, invoice.fields, schema)
        for name, figures, _ in compare(document, aligned, labels, schema=schema, order=order):
            tally.add(name, figures)
    return tally


def _of_set(path: Path, *, ocr: str) -> Tally:
    tally = Tally()
    benchmark = Benchmark.load(path)
    for each in benchmark.documents:
        document = documents.read(each.path, name=each.document, ocr=ocr)
        for alignment in tally.align(document, dict(each.fields), benchmark.schema).alignments:
            nearly = int(alignment.similarity < 1)
            tally.add(alignment.field, Figures(values=1, nearly=nearly, statuses={alignment.status: 1}))
    return tally


def _numbers(tally: Tally) -> dict[str, object]:
    rows = {**tally.fields, "total": tally.total}
    return {
        "pages": tally.pages,
        "ms_per_page": round(tally.ms_per_page, 1),
        "fields": {name: figures.to_dict() for name, figures in rows.items()},
    }


def _table(name: str, tally: Tally, schema: Schema, *, known: bool) -> Table:
    table = Table(title=f"{name}: {tally.pages} pages, {tally.ms_per_page:.1f} ms a page")
    compared = ("exact", "strict", "precision", "recall") if known else ("nearly",)
    for column in ("field", "values", *compared, *STATUSES):
        table.add_column(column, justify="left" if column == "field" else "right")
    names = [field for field in schema.fields if field in tally.fields]
    rows = [(field, tally.fields[field]) for field in names]
    for field, figures in [*rows, ("total", tally.total)]:
        numbers = figures.to_dict()
        shares = [f"{numbers[column]:.3f}" for column in (*compared, *STATUSES)]
        table.add_row(field, str(figures.values), *shares, end_section=bool(names) and field == names[-1])
    return table


if __name__ == "__main__":
    main()
