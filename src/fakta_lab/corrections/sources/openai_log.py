"""Logged chat completions of OpenAI's API and of those that speak like it, one JSON object a line.

`{"request": {"messages": …}, "response": {"choices": …}}`, or a line of the Batch API's output (`custom_id`,
`response.body`), with the request as `request` or `body` where the log has it. The structured answer is what was
extracted; what people made of it stands in a second file. Nothing is ever fetched from an address.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from fakta.errors import DatasetError
from fakta.schema import Schema
from fakta_lab.corrections.mapping import ImportMapping
from fakta_lab.corrections.sources.answers import answer_of
from fakta_lab.corrections.sources.base import Item, Place, Source
from fakta_lab.corrections.sources.csv_file import CsvSource
from fakta_lab.corrections.sources.donut import flat
from fakta_lab.corrections.sources.jsonl import count_lines
from fakta_lab.corrections.sources.rows import NOT_ON_DOCUMENT, Columns, rows_to_events
from fakta_lab.formats.jsonl import Problem, read_objects

# Where logs name the document, most telling first; a mapping's keys.document goes before them.
DOCUMENT_PATHS = (
    ("document",),
    ("metadata", "document"),
    ("request", "metadata", "document"),
    ("body", "metadata", "document"),
    ("response", "metadata", "document"),
)


class OpenAISource(Source):
    """A log of requests and answers, joined with what people corrected."""

    def __init__(
        self,
        path: Path,
        *,
        mapping: ImportMapping,
        schema: Schema,
        corrected: Path | None = None,
        encoding: str | None = None,
    ) -> None:
        """Of a file.

        Args:
            path: the log.
            mapping: of the corrected file's columns, the log's `document`, and the names and values of both.
            schema: of the fields.
            corrected: JSON Lines or CSV, a row a document, with `document` or `id` (the answer's id or `custom_id`).
            encoding: of a corrected CSV.
        """
        super().__init__(str(path))
        self.path = path
        self.mapping = mapping
        self.schema = schema
        self.corrected = corrected
        self.encoding = encoding
        self._document: tuple[str, bytes] | None = None

    def read(self) -> Iterator[Item]:
        corrections: dict[str, tuple[Place, dict[str, Any]]] = {}
        for item in self._corrections():
            if isinstance(item, Problem):
                yield item
                continue
            place, event = item
            key = event.get("id") or event.get("document")
            if not isinstance(key, str):
                yield Problem(place, "neither document nor id; one of them says which answer was corrected")
            elif key in corrections:
                yield Problem(place, f"{key!r} was corrected in {corrections[key][0]} already; the first is kept")
            else:
                corrections[key] = place, event
        used: set[str] = set()
        for number, data in read_objects(self.path):
            if isinstance(data, Problem):
                yield data
                continue
            yield from self._event(number, data, corrections, used)
        for key, (place, _) in corrections.items():
            if key not in used:
                yield Problem(place, f"no answer for {key!r} in {self.path}")

    def document(self, name: str) -> bytes | None:
        return self._document[1] if self._document and self._document[0] == name else None

    def count(self) -> int:
        return count_lines(self.path)

    def _event(
        self, number: int, data: dict[str, Any], corrections: Mapping[str, tuple[Place, dict[str, Any]]], used: set[str]
    ) -> Iterator[Item]:
        try:
            answer = answer_of(data)
        except DatasetError as error:
            yield Problem(number, str(error))
            return
        content, filename, wrong = attached(data.get("request") or data.get("body") or {})
        custom_id = data["custom_id"] if isinstance(data.get("custom_id"), str) else None
        renamed = self.mapping.rename_keys(data) if "document" in self.mapping.keys else {}
        names = [renamed.get("document"), *(_at(data, path) for path in DOCUMENT_PATHS), filename, custom_id]
        name = next((name for name in names if isinstance(name, str) and name), None)
        if name is None and content:
            name = hashlib.sha256(content).hexdigest()
        if name is None:
            yield Problem(
                number, "document: the log names none; put it in the request's metadata, or map keys.document"
            )
            return
        self._document = (name, content) if content else None
        event: dict[str, Any] = {"document": name, "extracted": flat(answer.values, self.schema), "corrected": {}}
        event |= {"extractor": answer.model} if answer.model else {}
        event |= {"id": answer.id} if answer.id else {}
        for key in (answer.id, custom_id, name):
            if key and key in corrections and key not in used:
                used.add(key)
                # The answer's own id stays: a later import with the corrections is a new version of this event.
                event |= {name: value for name, value in corrections[key][1].items() if name not in ("id", "document")}
                break
        yield number, event
        yield from (Problem(number, message) for message in wrong)

    def _corrections(self) -> Iterator[Item]:
        """What people corrected; places name the file."""
        if self.corrected is None:
            return
        items: Iterator[Item]
        if self.corrected.suffix.lower() in (".jsonl", ".ndjson"):
            items = self._from_objects(self.corrected)
        else:
            source = CsvSource(
                self.corrected,
                mapping=self.mapping,
                schema=self.schema,
                encoding=self.encoding,
                named_by=("document", "id"),
            )
            items = source.read()
        for item in items:
            place, rest = (item.place, item.message) if isinstance(item, Problem) else item
            where = f"{self.corrected} line {place}"
            yield Problem(where, rest) if isinstance(rest, str) else (where, rest)

    def _from_objects(self, path: Path) -> Iterator[Item]:
        """Objects as rows of a table: keys of an event, and fields as the person left them."""
        for number, data in read_objects(path):
            if isinstance(data, Problem):
                yield data
                continue
            try:
                columns = Columns.of(list(data), mapping=self.mapping, schema=self.schema, named_by=("document", "id"))
            except DatasetError as error:
                yield Problem(number, str(error))
                continue
            # Where a cell can only be empty, an object can say null.
            row = {name: NOT_ON_DOCUMENT if value is None else value for name, value in data.items()}
            yield from rows_to_events([(number, row)], columns, mapping=self.mapping, schema=self.schema)


def attached(request: Any) -> tuple[bytes | None, str | None, list[str]]:
    """The document in a request's messages: its bytes and name where they are there, and what is wrong with it."""
    found: list[bytes] = []
    filename = None
    wrong = []
    messages = request.get("messages") if isinstance(request, dict) else None
    messages = messages if isinstance(messages, list) else []
    contents = [message.get("content") for message in messages if isinstance(message, dict)]
    for part in (part for content in contents if isinstance(content, list) for part in content):
        if not isinstance(part, dict) or part.get("type") not in ("image_url", "file"):
            continue
        inner = part.get(part["type"])
        inner = inner if isinstance(inner, dict) else {"url": inner}
        filename = inner.get("filename") or filename
        address = inner.get("url") or inner.get("file_data")
        if not isinstance(address, str):
            # An uploaded file, of which the log has only a number.
            continue
        try:
            found.append(_decoded(address))
        except DatasetError as error:
            wrong.append(f"{part['type']}: {error}")
    if len(found) > 1:
        wrong.append(f"{len(found)} images; a document is one file, so none was stored")
    return found[0] if len(found) == 1 else None, filename if isinstance(filename, str) else None, wrong


def _decoded(address: str) -> bytes:
    """The bytes of a data URI.

    Raises:
        DatasetError: it is another address, or no base64.
    """
    head, comma, data = address.partition(",")
    if not head.startswith("data:"):
        raise DatasetError(f"{address[:60]!r} is no data URI; addresses are not fetched")
    if not comma or not head.endswith(";base64"):
        raise DatasetError("a data URI without base64")
    try:
        return base64.b64decode(data, validate=True)
    except binascii.Error:
        raise DatasetError("the base64 is damaged") from None


def _at(data: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = data
    for part in path:
        value = value.get(part) if isinstance(value, dict) else None
    return value
