"""`fakta extract`: read documents and print what they say."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Sequence
from enum import StrEnum
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from fakta.errors import DocumentError, InputError
from fakta_lab.cli.console import error, write_result
from fakta_lab.cli.options import MemoryFile, Model
from fakta_lab.formats.suffixes import SUFFIXES

if TYPE_CHECKING:
    from fakta.extract import Extractor
    from fakta.extraction import Extraction

STDIN = "-"
# Several workers are for batches that nobody watches; an invoice takes a second, a long scan half a minute.
DEFAULT_TIMEOUT_S = 60.0


class Format(StrEnum):
    """How results are printed."""

    table = "table"
    json = "json"
    jsonl = "jsonl"
    csv = "csv"


class Ocr(StrEnum):
    """Which engine reads pages without a usable text layer."""

    auto = "auto"
    off = "off"
    rapidocr = "rapidocr"
    tesseract = "tesseract"


class Language(StrEnum):
    """Which language explanations are in."""

    sv = "sv"
    en = "en"


def extract(
    paths: Annotated[
        list[str],
        typer.Argument(metavar="PATH...", help="PDF, PNG, JPEG, TIFF or WebP files, folders of them, or - for stdin."),
    ],
    model: Model = None,
    memory: MemoryFile = None,
    format: Annotated[Format, typer.Option(help="jsonl: one object a line, as documents are done.")] = Format.table,
    out: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write here, not to stdout; it appears when all is done.")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, metavar="N", help="Processes to read with.")] = 1,
    timeout: Annotated[
        float | None,
        typer.Option(
            min=0.001, metavar="SECONDS", help="A document may take, then the next; 60 with several workers, else none."
        ),
    ] = None,
    memory_mb: Annotated[
        int | None, typer.Option(min=1, metavar="MB", help="A process may hold, the model included; else no limit.")
    ] = None,
    ocr: Annotated[Ocr, typer.Option(help="Engine for pages without a usable text layer.")] = Ocr.auto,
    language: Annotated[Language, typer.Option(help="Of the sentences that say why a field is held.")] = Language.en,
) -> None:
    """Read documents and print the values found, with confidences.

    A document that cannot be read gets one line on stderr; the others are still done, and the exit code is then 2.
    """
    from fakta.extract import Extractor
    from fakta_lab.cli.extraction_output import render

    documents = document_paths(paths)
    extractor = Extractor.load(model, ocr=ocr.value, memory=memory, language=language.value)
    failed: list[str] = []

    def on_error(path: str, problem: DocumentError) -> None:
        error(str(problem))
        failed.append(path)

    read_many = partial(
        extractor.extract_many,
        workers=workers,
        timeout=DEFAULT_TIMEOUT_S if timeout is None and workers > 1 else timeout,
        memory_mb=memory_mb,
    )
    extractions = _extractions(extractor, read_many, documents, on_error=on_error)
    write_result(render(extractions, format=format.value), out)
    if failed:
        raise typer.Exit(2)


def _extractions(
    extractor: Extractor,
    read_many: Callable[..., Iterator[Extraction]],
    documents: Sequence[str],
    *,
    on_error: Callable[[str, DocumentError], None],
) -> Iterator[Extraction]:
    """What each document says, in the order given; stdin is read when its turn comes."""
    for from_stdin, group in groupby(documents, key=lambda document: document == STDIN):
        if not from_stdin:
            yield from read_many(group, on_error=on_error)
            continue
        try:
            yield extractor.extract(sys.stdin.buffer.read(), name="stdin")
        except DocumentError as problem:
            on_error(STDIN, problem)


def document_paths(paths: Sequence[str]) -> list[str]:
    """The files to read: folders are replaced by the documents in and below them, sorted by path."""
    if paths.count(STDIN) > 1:
        raise InputError("- (stdin) can be given once only")
    documents = []
    for path in paths:
        if path != STDIN and Path(path).is_dir():
            found = sorted(str(file) for file in Path(path).rglob("*") if file.suffix.lower() in SUFFIXES)
            if not found:
                raise InputError(f"{path}: no documents in this folder ({', '.join(sorted(SUFFIXES))})")
            documents += found
        else:
            documents.append(path)
    return documents
