"""A stored evaluation, to compare the next one with (`regressions`).

```
{"format": "fakta-baseline/1", "set": "invoices", "model": "fakta/base", "date": "2026-11-23T14:00:00+00:00",
 "documents": {
  "documents/a.pdf": {"truth": "6f0c6bb1…", "fields": {"amount_due": [1, 0, 0]}, "tables": {"line_items": [3, 1, 0]},
                      "accepted": [12, 12]},
  …}}
```

Of each document: what was right, wrong and missed of each field and of the rows of each table, how many values were
accepted and right, and a digest of its truth. No value of any document is in it.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from fakta.errors import DatasetError
from fakta_lab.evaluation.documents import DocumentScore
from fakta_lab.evaluation.report import Evaluation
from fakta_lab.evaluation.scoring import Counts
from fakta_lab.files import replacing
from fakta_lab.formats.json_text import parse_object
from fakta_lab.formats.jsonl import read_text

FORMAT = "fakta-baseline/1"


@dataclass(frozen=True, slots=True)
class StoredDocument:
    """How one document was read.

    Attributes:
        truth: digest of its truth.
        fields: counts by scored field.
        tables: counts of rows by scored table.
        accepted: accepted values and the right ones among them; None where the answers did not say.
    """

    truth: str
    fields: Mapping[str, Counts]
    tables: Mapping[str, Counts]
    accepted: tuple[int, int] | None = None

    @classmethod
    def of(cls, score: DocumentScore) -> StoredDocument:
        """What is stored of a scored document."""
        tables = {name: counts.rows for name, counts in score.tables.items()}
        accepted = None if score.accepted is None else (score.accepted, score.accepted_right)
        return cls(score.truth, score.fields, tables, accepted)

    @property
    def exact(self) -> bool:
        """Whether no field and no row is wrong."""
        return not any(each.fp or each.fn for each in (*self.fields.values(), *self.tables.values()))


@dataclass(frozen=True, slots=True)
class Baseline:
    """A stored evaluation.

    Attributes:
        benchmark: name of the set.
        model: that was measured; "" where nobody said.
        date: of the measurement, ISO 8601.
        documents: by name.
    """

    benchmark: str
    model: str
    date: str
    documents: Mapping[str, StoredDocument]

    @classmethod
    def of(cls, evaluation: Evaluation, *, date: datetime | None = None) -> Baseline:
        """The evaluation, as it is stored.

        Args:
            evaluation: with its `scores`.
            date: now by default.
        """
        stated = (date or datetime.now(UTC)).isoformat(timespec="seconds")
        documents = {score.document: StoredDocument.of(score) for score in evaluation.scores}
        return cls(evaluation.benchmark, evaluation.model, stated, documents)

    @classmethod
    def load(cls, path: Path) -> Baseline:
        """The baseline in a file.

        Raises:
            DatasetError: there is none, or the file is damaged or something else.
        """
        try:
            text = read_text(path)
        except DatasetError as error:
            raise DatasetError(f"{error}; `fakta evaluate SET --save-baseline {path}` makes one") from None
        try:
            data = parse_object(text)
            if data.get("format") != FORMAT:
                raise DatasetError(f"its format is {data.get('format')!r}, expected {FORMAT!r}")
            documents = {name: _document(each) for name, each in data["documents"].items()}
            return cls(str(data["set"]), str(data["model"]), str(data["date"]), documents)
        except DatasetError as error:
            raise DatasetError(f"{path}: no baseline: {error}") from None
        except (KeyError, TypeError, ValueError, AttributeError):
            raise DatasetError(f"{path}: damaged baseline; `--save-baseline` makes it again") from None

    def save(self, path: Path) -> None:
        """Writes the file, whole or not at all; one document a line, so that versions of it can be compared."""
        head = {"format": FORMAT, "set": self.benchmark, "model": self.model, "date": self.date}
        lines = (f"{json.dumps(name)}: {json.dumps(_stored(each))}" for name, each in self.documents.items())
        text = json.dumps(head)[:-1] + ', "documents": {\n' + ",\n".join(lines) + "\n}}\n"
        with replacing(path) as temporary:
            temporary.write_text(text, encoding="utf-8")


def _stored(document: StoredDocument) -> dict[str, Any]:
    stored: dict[str, Any] = {
        "truth": document.truth,
        "fields": {name: _numbers(counts) for name, counts in document.fields.items()},
    }
    if document.tables:
        stored["tables"] = {name: _numbers(counts) for name, counts in document.tables.items()}
    if document.accepted is not None:
        stored["accepted"] = list(document.accepted)
    return stored


def _document(data: Any) -> StoredDocument:
    accepted = data.get("accepted")
    return StoredDocument(
        truth=str(data["truth"]),
        fields={name: _counts(numbers) for name, numbers in data["fields"].items()},
        tables={name: _counts(numbers) for name, numbers in data.get("tables", {}).items()},
        accepted=None if accepted is None else (int(accepted[0]), int(accepted[1])),
    )


def _numbers(counts: Counts) -> list[int]:
    return [counts.tp, counts.fp, counts.fn]


def _counts(numbers: Any) -> Counts:
    tp, fp, fn = map(int, numbers)
    return Counts(tp, fp, fn)
