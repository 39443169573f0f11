"""The documents that a graph and its model are compared on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from fakta import documents
from fakta.documents import Document, Page
from fakta.errors import DocumentError, InputError
from fakta.families import DONUT
from fakta_lab.formats.benchmark import Benchmark
from fakta_lab.formats.given import given_document

# Invented invoices where nobody names a set. Donut takes a second or more for a page where LayoutLMv3 takes
# milliseconds. Their seeds are far from those of any training run.
N_INVOICES = 20
N_INVOICES_DONUT = 4
FIRST_SEED = 2**62


def compared_documents(on: Path | None, *, family: str) -> list[Document]:
    """The documents of a benchmark set, or invented invoices where none is named.

    Args:
        on: folder of the set, with documents/ and truth.jsonl; its values are not asked for.
        family: of the model; one that looks at pages itself needs no OCR.

    Raises:
        DatasetError: it is no benchmark set.
        InputError: none of its documents can be read.
    """
    if on is None:
        return invented(N_INVOICES_DONUT if family == DONUT else N_INVOICES)
    read, failed = [], []
    for document in Benchmark.load(on).documents:
        try:
            given = given_document(document)
            ocr: documents.Ocr = "off" if family == DONUT else "auto"
            read.append(given or documents.read(document.path, name=document.document, ocr=ocr))
        except DocumentError as error:
            failed.append(str(error))
    if not read:
        raise InputError(f"{on}: none of its {len(failed)} documents can be read; the first: {failed[0]}")
    return read


def invented(count: int) -> list[Document]:
    """Invoices from the generator, drawn as PDFs and read like any other."""
    from fakta_lab.synth import generate, render_pdf

    seeds = range(FIRST_SEED, FIRST_SEED + count)
    drawn = (render_pdf(generate(seed)) for seed in seeds)
    return [
        documents.read(data, name=f"invented-{number:02}.pdf", ocr="off") for number, data in enumerate(drawn, start=1)
    ]


def single_pages(pages: Sequence[Page]) -> list[Document]:
    """Each page as a document of its own."""
    return [Document(f"given-{number:02}", "", (page,)) for number, page in enumerate(pages, start=1)]


def places(read: Sequence[Document]) -> list[tuple[str, Page]]:
    """Every page of the documents with what to call it in a message."""
    return [(f"{document.name} page {page.number}", page) for document in read for page in document.pages]
