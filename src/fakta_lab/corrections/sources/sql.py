"""Databases: whatever SQLAlchemy has a driver for, read and never written."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from urllib.parse import quote

from sqlalchemy import URL, Connection, Engine, create_engine, make_url, text
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from fakta.errors import ConfigError, DatasetError, InputError
from fakta.schema import Schema
from fakta.wording import suggestion, type_name
from fakta_lab.corrections.mapping import ImportMapping
from fakta_lab.corrections.sources.base import Item, Place, Source
from fakta_lab.corrections.sources.rows import Columns, Row, rows_to_events
from fakta_lab.formats.jsonl import Problem

# Rows that are fetched at once; a document in a column may have megabytes.
FETCHED = 200
CONNECT_TIMEOUT_S = 10


class SqlSource(Source):
    """The rows of a query.

    A SQLite file is opened read-only, and PostgreSQL is told that the transaction reads only. Any other database sees
    one transaction that is rolled back; give it a user that may only read.

    Attributes:
        key: names the database and the query, for remembering the cursor.
    """

    def __init__(
        self, url: str, *, mapping: ImportMapping, schema: Schema, query: str | None = None, since: str | None = None
    ) -> None:
        """Of a database.

        Args:
            url: SQLAlchemy's; a password is better left to `PGPASSWORD` or `~/.pgpass`.
            mapping: of the columns; its `sql` says what to ask.
            schema: of the fields.
            query: instead of the mapping's.
            since: the cursor of an earlier read, to go on from there.
        """
        try:
            self.url = make_url(url)
        except ArgumentError:
            raise InputError(
                f"{url.partition('@')[2] or url}: no database URL; it looks like sqlite:///erp.db"
            ) from None
        super().__init__(self.url.render_as_string(hide_password=True))
        query = query or mapping.sql.query
        if not query or not query.strip():
            raise InputError(f"{self.name}: no query; give --query 'SELECT …', or sql.query in the mapping")
        self.query = query.strip().rstrip(";")
        self.mapping = mapping
        self.schema = schema
        self.since = since
        self.key = f"{self.name} {hashlib.sha256(self.query.encode()).hexdigest()[:16]}"
        self._reached: Any = None
        # Of the last two rows: an event is known to be complete when the row after it has been read.
        self._documents: dict[str, bytes] = {}

    def read(self) -> Iterator[Item]:
        engine = _engine(self.url)
        try:
            with engine.connect() as connection:
                if engine.dialect.name == "postgresql":
                    connection = connection.execution_options(postgresql_readonly=True)
                yield from self._events(connection)
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", None) or error).strip().splitlines()[0]
            raise DatasetError(f"{self.name}: {reason}") from None
        finally:
            engine.dispose()

    def document(self, name: str) -> bytes | None:
        return self._documents.get(name)

    @property
    def cursor(self) -> str | None:
        return self.since if self._reached is None else json.dumps(_tagged(self._reached))

    def _events(self, connection: Connection) -> Iterator[Item]:
        cursor = self.mapping.sql.cursor
        # The driver sees a colon in the user's query as it is, not as the name of a parameter.
        statement = self.query.replace(":", r"\:")
        parameters = {}
        if cursor:
            quoted = connection.dialect.identifier_preparer.quote(cursor)
            # The last value is read again: rows of the same moment may have come later.
            since = f" WHERE {quoted} >= :since" if self.since else ""
            statement = f"SELECT * FROM ({statement}\n) AS source{since} ORDER BY {quoted}"
            parameters = {"since": _untagged(self.since)} if self.since else {}
        options = connection.execution_options(stream_results=True, yield_per=FETCHED)
        result = options.execute(text(statement), parameters)
        if not result.returns_rows:
            raise DatasetError(f"{self.name}: the query gives no rows; a SELECT is expected")
        names = list(result.keys())
        columns = self._columns(names)
        rows = self._rows(result, names, columns)
        yield from rows_to_events(rows, columns, mapping=self.mapping, schema=self.schema)

    def _columns(self, names: Sequence[str]) -> Columns:
        special = [name for name in (self.mapping.sql.cursor, self.mapping.sql.document_bytes) if name]
        for name in special:
            if name not in names:
                raise DatasetError(f"{self.name}: mapping: sql: no column {name!r}{suggestion(name, names)}")
        names = [name for name in names if name != self.mapping.sql.document_bytes]
        if self.mapping.sql.document_bytes and not {"document", self.mapping.keys.get("document")} & set(names):
            names.append("document")
        try:
            columns = Columns.of(names, mapping=self.mapping, schema=self.schema, named_by=("document",))
        except DatasetError as error:
            raise DatasetError(f"{self.name}: {error}") from None
        passed_over = [name for name in columns.passed_over if name not in special]
        if passed_over:
            self.notes.append(f"columns passed over: {', '.join(passed_over)}")
        return columns

    def _rows(self, result: Any, names: Sequence[str], columns: Columns) -> Iterator[tuple[Place, Row] | Problem]:
        settings = self.mapping.sql
        for number, values in enumerate(result, start=1):
            row: dict[str, Any] = dict(zip(names, values, strict=True))
            if settings.cursor and row[settings.cursor] is not None:
                # Ordered by the database, whose order of texts need not be ours.
                self._reached = row[settings.cursor]
            if settings.document_bytes:
                content = row.pop(settings.document_bytes)
                if not isinstance(content, bytes | memoryview | None):
                    yield Problem(
                        f"row {number}", f"{settings.document_bytes}: expected bytes, found {type_name(content)}"
                    )
                    continue
                self._keep(row, columns.keys["document"], bytes(content or b""))
            yield f"row {number}", row

    def _keep(self, row: dict[str, Any], column: str, content: bytes) -> None:
        """Keeps a row's document; one without a name is named by its bytes."""
        if content:
            name = str(row.get(column) or hashlib.sha256(content).hexdigest())
            row[column] = name
            self._documents[name] = content
            while len(self._documents) > 2:
                del self._documents[next(iter(self._documents))]
        else:
            row.setdefault(column, None)


def _engine(url: URL) -> Engine:
    """A database to read from.

    Raises:
        ConfigError: its driver is missing.
    """
    try:
        if url.get_backend_name() == "sqlite":
            return create_engine("sqlite://", creator=lambda: _read_only(url.database))
        patience = {"connect_timeout": CONNECT_TIMEOUT_S} if url.get_backend_name() == "postgresql" else {}
        return create_engine(url, connect_args=patience)
    except (ArgumentError, ModuleNotFoundError) as error:
        raise ConfigError(f"{url.render_as_string()}: {str(error).splitlines()[0]}") from None


def _read_only(path: str | None) -> sqlite3.Connection:
    connection = sqlite3.connect(f"file:{quote(path or '')}?mode=ro", uri=True)
    # A text in another encoding costs its row, not the import: it is refused where it cannot be written as UTF-8.
    connection.text_factory = lambda text: text.decode("utf-8", errors="surrogateescape")
    return connection


def _tagged(value: Any) -> Mapping[str, Any]:
    """A cursor's value as JSON, with its type."""
    kinds: tuple[type, ...] = (datetime, date, Decimal)
    kind = next((kind for kind in kinds if isinstance(value, kind)), None)
    if kind is None:
        return {"type": "plain", "value": value if isinstance(value, int | float) else str(value)}
    return {"type": kind.__name__, "value": str(value) if kind is Decimal else value.isoformat()}


def _untagged(cursor: str | None) -> Any:
    data = json.loads(cursor or "{}")
    kinds: Mapping[str, Callable[[str], Any]] = {
        "datetime": datetime.fromisoformat,
        "date": date.fromisoformat,
        "Decimal": Decimal,
    }
    return kinds.get(data["type"], lambda value: value)(data["value"])
