"""The source behind a path or a database URL."""

from __future__ import annotations

from pathlib import Path
from typing import Literal, get_args

from fakta.errors import DatasetError, InputError
from fakta.schema import Schema
from fakta_lab.corrections.mapping import ImportMapping
from fakta_lab.corrections.sources.base import Source
from fakta_lab.corrections.sources.csv_file import CsvSource
from fakta_lab.corrections.sources.donut import DonutSource
from fakta_lab.corrections.sources.folder import FolderSource
from fakta_lab.corrections.sources.jsonl import JsonlSource
from fakta_lab.corrections.sources.labelstudio import LabelStudioSource
from fakta_lab.corrections.sources.openai_log import OpenAISource
from fakta_lab.corrections.sources.sql import SqlSource
from fakta_lab.formats.donut import METADATA
from fakta_lab.formats.jsonl import Problem, read_objects

SourceKind = Literal["jsonl", "csv", "sql", "labelstudio", "folder", "donut", "openai"]
KINDS: tuple[SourceKind, ...] = get_args(SourceKind)
TABLES = frozenset({".csv", ".tsv", ".txt"})
DATABASES = frozenset({".db", ".sqlite", ".sqlite3"})


def open_source(
    place: str,
    *,
    kind: SourceKind | None = None,
    mapping: ImportMapping,
    schema: Schema,
    query: str | None = None,
    encoding: str | None = None,
    corrected: Path | None = None,
) -> Source:
    """The source of corrections at a place; nothing is read yet beyond what tells its kind.

    Args:
        place: path of a file or folder, or a database URL.
        kind: of the source; by default what it looks like.
        mapping: of its names and values.
        schema: of the fields.
        query: for databases.
        encoding: of CSV files.
        corrected: for logs of answers, the file with what people corrected.

    Raises:
        InputError: there is nothing at that place, or an option that such a source does not know.
    """
    kind = kind or kind_of(place)
    path = Path(place)
    if kind != "sql" and path.is_file() and not path.stat().st_size:
        raise DatasetError(f"{place}: is empty (0 bytes)")
    options = {
        "--query": (query, ("sql",)),
        "--encoding": (encoding, ("csv", "openai")),
        "--corrected": (corrected, ("openai",)),
    }
    for option, (value, kinds) in options.items():
        if value is not None and kind not in kinds:
            raise InputError(
                f"{option} belongs to {' and '.join(kinds)}; {place} is read as {kind} (--from says otherwise)"
            )
    if kind == "sql":
        return SqlSource(place, mapping=mapping, schema=schema, query=query)
    if kind == "csv":
        return CsvSource(path, mapping=mapping, schema=schema, encoding=encoding)
    if kind == "openai":
        return OpenAISource(path, mapping=mapping, schema=schema, corrected=corrected, encoding=encoding)
    if kind == "donut":
        return DonutSource(path, mapping=mapping, schema=schema)
    if kind == "labelstudio":
        return LabelStudioSource(path, mapping=mapping)
    return FolderSource(path, mapping=mapping) if kind == "folder" else JsonlSource(path, mapping=mapping)


def kind_of(place: str) -> SourceKind:
    """What a source looks like.

    Raises:
        InputError: there is nothing at that place, or a database file, which needs a URL.
    """
    if "://" in place:
        return "sql"
    path = Path(place)
    if path.is_dir():
        return "donut" if next(path.rglob(METADATA), None) else "folder"
    if not path.exists():
        raise DatasetError(f"{place}: no such file or folder")
    suffix = path.suffix.lower()
    if suffix in DATABASES:
        raise InputError(f"{place}: a database is named by its URL: sqlite:///{place}")
    if suffix in TABLES:
        return "csv"
    try:
        with path.open("rb") as file:
            start = file.read(4096).removeprefix(b"\xef\xbb\xbf").lstrip()
    except OSError as error:
        raise DatasetError(f"{place}: cannot be read ({error.strerror or error})") from None
    if start.startswith(b"["):
        return "labelstudio"
    if path.name == METADATA:
        return "donut"
    return _kind_of_lines(path)


def _kind_of_lines(path: Path) -> SourceKind:
    first = next((data for _, data in read_objects(path) if not isinstance(data, Problem)), {})
    return "openai" if "choices" in first or ("response" in first and "document" not in first) else "jsonl"
