"""Logged answers of a second reader, read from a file and compared with what the first reader found.

The file is JSON Lines. A line is a prediction, as `fakta evaluate --predictions` takes it, or a correction event, as
`fakta corrections export` writes it after a log of GPT-4 was imported:

```json
{"document": "documents/1.pdf", "fields": {"amount_due": "1234.50", "iban": null}}
{"document": "documents/2.pdf", "extracted": {"amount_due": "1 234,50 kr"}, "corrected": {}}
```

null says that the document does not state the field. A field that is left out was not answered, and neither was one
whose answer is no value of its kind.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fakta.errors import DatasetError, FieldError
from fakta.fields import canonical
from fakta.fields.answers import same, value_of
from fakta.fields.base import Value
from fakta.schema import Schema
from fakta.wording import type_name
from fakta_lab.formats.benchmark import BenchmarkDocument
from fakta_lab.formats.correction import SHA256
from fakta_lab.formats.jsonl import Problem, read_objects, summary
from fakta_lab.formats.predictions import AnswersByDocument
from fakta_lab.formats.values import same_value
from fakta_lab.tuning.cascade.documents import SecondAnswer


class SecondReader:
    """Logged answers, to be found by document."""

    def __init__(self, path: Path) -> None:
        """Reads the file.

        Raises:
            DatasetError: naming every line that cannot be used.
        """
        self._answers: AnswersByDocument[Mapping[str, Any]] = AnswersByDocument()
        given: dict[str, Mapping[str, Any]] = {}
        problems: list[Problem] = []
        for line, data in read_objects(path):
            if isinstance(data, Problem):
                problems.append(data)
                continue
            wrong = _wrong(data)
            # Several people may have corrected the same answers; different answers leave open which were used.
            if not wrong and given.get(data["document"], _fields(data)) != _fields(data):
                wrong = f"document: {data['document']!r} has another answer in an earlier line"
            if wrong:
                problems.append(Problem(line, wrong))
            elif data["document"] not in given:
                name = data["document"]
                given[name] = _fields(data)
                sha256 = name if SHA256.fullmatch(name) else data.get("sha256")
                self._answers.add(name, given[name], sha256=sha256 if isinstance(sha256, str) else "")
        if problems:
            raise DatasetError(summary(path, problems))

    def answers(
        self, document: BenchmarkDocument, read: Mapping[str, Value | None], schema: Schema
    ) -> dict[str, SecondAnswer] | None:
        """What it answered about a document, field by field; None where the log does not have the document.

        Args:
            document: with the truth.
            read: field to what the first reader found.
            schema: says which kind each field is.
        """
        given = self._answers.find(document)
        if given is None:
            return None
        compared = {}
        for name, truth in document.fields.items():
            if name not in read or name not in given or name not in schema.fields:
                continue
            kind = schema.fields[name].kind
            answer = given[name]
            try:
                value = value_of(answer["value"] if isinstance(answer, Mapping) and "value" in answer else answer, kind)
            except FieldError:
                continue  # the runtime leaves the field held, as if nothing had been answered
            compared[name] = SecondAnswer(
                agrees=same(read[name], value, kind), right=_is_truth(value, truth, kind), found=value is not None
            )
        return compared


def _is_truth(value: Value | None, truth: str | None, kind: str) -> bool:
    return same_value(None if value is None else canonical(value), truth, kind)


def _fields(data: Mapping[str, Any]) -> Mapping[str, Any]:
    fields: Mapping[str, Any] = data["fields"] if "fields" in data else data["extracted"]
    return fields


def _wrong(data: Mapping[str, Any]) -> str:
    """What makes a line unusable; "" where it is usable."""
    if not isinstance(data.get("document"), str) or not data["document"]:
        return f"document: expected a path or a sha256, found {type_name(data.get('document'))}"
    if "fields" not in data and "extracted" not in data:
        return "neither fields (a prediction) nor extracted (a correction event)"
    if not isinstance(_fields(data), dict):
        return f"fields: expected an object, found {type_name(_fields(data))}"
    return ""
