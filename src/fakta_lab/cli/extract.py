"""`fakta extract`: read documents and print what they say."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from enum import StrEnum
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from fakta.errors import DocumentError, InputError
from fakta_lab.cli.batch_progress import batch_progress
from fakta_lab.cli.console import error, notice, write_result
from fakta_lab.cli.options import MemoryFile, Model
from fakta_lab.formats.suffixes import SUFFIXES

if TYPE_CHECKING:
    from fakta.extract import Extractor
    from fakta.extraction import Extraction

    # `Extractor.extract_many` with its settings.
    ReadMany = Callable[..., Iterator[Extraction]]
    AsJson = Callable[[Extraction], dict[str, Any]]

STDIN = "-"
# Several workers are for batches that nobody watches; an invoice takes a second, a long scan half a minute.
DEFAULT_TIMEOUT_S = 60.0
# More bring little for a page.
_MOST_THREADS = 4


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
    format: Annotated[
        Format | None,
        typer.Option(
            help="jsonl: one object a line, as documents are done. By default what --out ends with, else table."
        ),
    ] = None,
    out: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="Write here, not to stdout. JSON Lines grow as documents are done, others appear whole.",
        ),
    ] = None,
    resume: Annotated[
        bool, typer.Option("--resume", help="Go on with the results.jsonl of --out: read only what it does not have.")
    ] = False,
    retry_failed: Annotated[
        bool, typer.Option("--retry-failed", help="With --resume: read again what could not be read before.")
    ] = False,
    cache: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Keep results here, and read no document twice.")
    ] = None,
    mapping: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Print the JSON that this output mapping describes.")
    ] = None,
    workers: Annotated[int, typer.Option(min=1, metavar="N", help="Processes to read with.")] = 1,
    threads: Annotated[
        int | None,
        typer.Option(
            min=1, metavar="N", help="Inside one page; by default the cores that each process has, at most 4."
        ),
    ] = None,
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
    from fakta.extraction import Extraction
    from fakta.mapping import OutputMapping

    if format is None:
        format = _format_of(out) or (Format.table if mapping is None else Format.json)
    if mapping is not None and format not in (Format.json, Format.jsonl):
        raise InputError(f"--mapping gives JSON, not a {format.value}; leave --format out, or say json or jsonl")
    documents = document_paths(paths)
    # What an application's JSON says of a document need not tell which one it is, so such a file is written whole.
    growing = out if format is Format.jsonl and mapping is None else None
    _check_resume(resume, retry_failed, growing, documents)
    extractor = Extractor.load(
        model,
        ocr=ocr.value,
        threads=threads or min(_MOST_THREADS, max(1, (os.cpu_count() or 1) // workers)),
        memory=memory,
        language=language.value,
        cache=cache,
    )
    read_many = partial(
        extractor.extract_many,
        workers=workers,
        timeout=DEFAULT_TIMEOUT_S if timeout is None and workers > 1 else timeout,
        memory_mb=memory_mb,
    )
    if growing:
        n_failed = _to_growing_file(extractor, read_many, documents, growing, resume=resume, retry_failed=retry_failed)
    else:
        as_json = Extraction.to_dict if mapping is None else OutputMapping.load(mapping, extractor.schema).apply
        n_failed = _to_whole_file(extractor, read_many, documents, out, format=format, as_json=as_json)
    if n_failed:
        raise typer.Exit(2)


def _to_whole_file(
    extractor: Extractor,
    read_many: ReadMany,
    documents: Sequence[str],
    out: Path | None,
    *,
    format: Format,
    as_json: AsJson,
) -> int:
    """Writes all results to stdout or a file; returns how many documents could not be read."""
    from fakta_lab.cli.extraction_output import render

    failed: list[str] = []

    def on_error(path: str, problem: DocumentError) -> None:
        error(str(problem))
        failed.append(path)
        progress.done(failed=True)

    def moving(extractions: Iterable[Extraction]) -> Iterator[Extraction]:
        for extraction in extractions:
            progress.done()
            yield extraction

    with batch_progress(len(documents), out=out) as progress:
        extractions = _extractions(extractor, read_many, documents, on_error=on_error)
        write_result(render(moving(extractions), format=format.value, as_json=as_json), out)
    return len(failed)


def _to_growing_file(
    extractor: Extractor,
    read_many: ReadMany,
    documents: Sequence[str],
    out: Path,
    *,
    resume: bool,
    retry_failed: bool,
) -> int:
    """Appends each result as it comes; returns how many documents could not be read, in earlier runs too."""
    from fakta_lab.formats.results_file import errors_path, writing

    n_written = 0

    def on_error(path: str, problem: DocumentError) -> None:
        file.fail(path, problem, model=extractor.name)
        error(str(problem))
        progress.done(failed=True)

    with writing(out, documents, model=extractor.name, resume=resume, retry_failed=retry_failed) as file:
        known = len(documents) - len(file.remaining)
        if known:
            notice(f"{file.n_known} documents have a result in {out}, {len(file.remaining)} are read")
        if file.n_failed:
            notice(f"{file.n_failed} could not be read before ({errors_path(out)}); --retry-failed reads them again")
        try:
            with batch_progress(len(documents), known=known, out=out) as progress:
                for extraction in _extractions(extractor, read_many, file.remaining, on_error=on_error):
                    file.add(extraction)
                    n_written += 1
                    progress.done()
        except KeyboardInterrupt:
            notice(f"stopped with {file.n_known + n_written} of {len(documents)} documents; --resume goes on")
            raise
        return file.n_failed


def _format_of(out: Path | None) -> Format | None:
    """The format that a file's name asks for, if any."""
    suffix = "" if out is None else out.suffix.lower().removeprefix(".")
    return Format(suffix) if suffix in set(Format) else None


def _check_resume(resume: bool, retry_failed: bool, growing: Path | None, documents: Sequence[str]) -> None:
    if retry_failed and not resume:
        raise InputError("--retry-failed goes with --resume")
    if resume and growing is None:
        raise InputError("--resume goes on with a file of JSON Lines: name it, --out results.jsonl")
    if resume and STDIN in documents:
        raise InputError("- (stdin) cannot be read again: leave it or --resume out")


def _extractions(
    extractor: Extractor,
    read_many: ReadMany,
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
