"""CSV files, as spreadsheets and databases write them."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from pathlib import Path
from typing import TextIO

from fakta.errors import DatasetError, InputError
from fakta.schema import Schema
from fakta_lab.corrections.mapping import ImportMapping
from fakta_lab.corrections.sources.base import Item, Place, Source
from fakta_lab.corrections.sources.jsonl import count_lines
from fakta_lab.corrections.sources.rows import Columns, Row, rows_to_events
from fakta_lab.formats.jsonl import Problem, check_encoding

DELIMITERS = {",": "a comma", ";": "a semicolon", "\t": "a tab"}
UTF8 = "utf-8-sig"


class CsvSource(Source):
    """A CSV file with a header; delimited by comma, semicolon or tab, whichever its header uses."""

    def __init__(
        self,
        path: Path,
        *,
        mapping: ImportMapping,
        schema: Schema,
        encoding: str | None = None,
        named_by: tuple[str, ...] = ("document",),
    ) -> None:
        super().__init__(str(path))
        self.path = path
        self.mapping = mapping
        self.schema = schema
        self.encoding = encoding or UTF8
        self.named_by = named_by
        try:
            codecs.lookup(self.encoding)
        except LookupError:
            raise InputError(f"--encoding {encoding}: no such encoding; utf-8 and windows-1252 are common") from None

    def read(self) -> Iterator[Item]:
        try:
            if self.encoding == UTF8:
                with self.path.open("rb") as file:
                    check_encoding(self.path, file.read(4))
            # Bytes that are no text become lone surrogates, so that they cost their row and not the file.
            with self.path.open(encoding=self.encoding, errors="surrogateescape", newline="") as text:
                yield from self._events(text)
        except (FileNotFoundError, NotADirectoryError):
            raise DatasetError(f"{self.path}: no such file") from None
        except IsADirectoryError:
            raise DatasetError(f"{self.path}: is a folder, expected a CSV file") from None
        except OSError as error:
            raise DatasetError(f"{self.path}: cannot be read ({error.strerror or error})") from None

    def count(self) -> int:
        return max(count_lines(self.path) - 1, 0)

    def _events(self, text: TextIO) -> Iterator[Item]:
        header = text.readline()
        delimiter = max(DELIMITERS, key=lambda delimiter: len(next(csv.reader([header], delimiter=delimiter), ())))
        names = [name.strip() for name in next(csv.reader([header], delimiter=delimiter), [])]
        if len(names) < 2:
            known = ", ".join(DELIMITERS.values())
            raise DatasetError(
                f"{self.path}: line 1: one column {header.strip()[:60]!r}; columns are divided by {known}"
            )
        try:
            columns = Columns.of(names, mapping=self.mapping, schema=self.schema, named_by=self.named_by)
        except DatasetError as error:
            raise DatasetError(f"{self.path}: line 1: {error}") from None
        if columns.passed_over:
            self.notes.append(f"columns passed over: {', '.join(columns.passed_over)}")
        rows = self._rows(text, names, delimiter)
        yield from rows_to_events(rows, columns, mapping=self.mapping, schema=self.schema)

    def _rows(self, text: TextIO, names: list[str], delimiter: str) -> Iterator[tuple[Place, Row] | Problem]:
        reader = csv.reader(text, delimiter=delimiter, strict=True)
        while True:
            line = reader.line_num + 2  # the header is line 1
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                yield Problem(line, _in_words(error))
                continue
            if not any(cell.strip() for cell in cells):
                continue
            wrong = self._wrong(cells, names)
            yield Problem(line, wrong) if wrong else (line, dict(zip(names, cells, strict=True)))

    def _wrong(self, cells: list[str], names: list[str]) -> str | None:
        joined = "".join(cells)
        if len(cells) != len(names):
            return f"{len(cells)} cells, the header has {len(names)}"
        if "\0" in joined:
            return "holds a NUL byte"
        if not joined.isascii() and any("\udc80" <= character <= "\udcff" for character in joined):
            hint = "; try --encoding windows-1252" if self.encoding == UTF8 else ""
            return f"not {'UTF-8' if self.encoding == UTF8 else self.encoding} text{hint}"
        return None


def _in_words(error: csv.Error) -> str:
    message = str(error)
    if "field limit" in message:
        return f"a cell of more than {csv.field_size_limit():,} characters"
    return "a quote that is never closed" if "unexpected end" in message else f"not valid CSV ({message})"
