"""What was read from each document, from a model now or from a file written earlier."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePath
from typing import Any, Generic, TypeVar

from fakta.documents import Box
from fakta.errors import DatasetError
from fakta.extraction import Extraction
from fakta.wording import type_name
from fakta_lab.files import sha256_of
from fakta_lab.formats.benchmark import BenchmarkDocument
from fakta_lab.formats.jsonl import Problem, read_objects, summary

AnswerT = TypeVar("AnswerT")


@dataclass(frozen=True, slots=True)
class Evidence:
    """What an answer says about one of its values besides the value.

    Attributes:
        page: that it stands on, from 1; None where the answer does not say.
        box: where on that page, 0-1 of it; None like `page`.
        confidence: probability that the value is right, 0-1; None where the answer does not say.
        explanation: why it was accepted or held, in one line; its reasons where there is no such line; "" for neither.
    """

    page: int | None = None
    box: Box | None = None
    confidence: float | None = None
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class Prediction:
    """The answer for one document.

    Attributes:
        fields: field name to canonical value; None and absent both mean that nothing was found.
        tables: table name to rows, column name to canonical value.
        accepted: fields that need nobody's look; None where the answer does not say.
        needs_review: whether the document does; None where the answer does not say.
        evidence: by field, for the fields about which the answer says more than the value.
        milliseconds: that reading took, all stages together; None where the answer does not say.
        model: name of what answered; "" where the answer does not say.
    """

    fields: Mapping[str, str | None]
    tables: Mapping[str, tuple[Mapping[str, str], ...]] = field(default_factory=dict)
    accepted: frozenset[str] | None = None
    needs_review: bool | None = None
    evidence: Mapping[str, Evidence] = field(default_factory=dict)
    milliseconds: float | None = None
    model: str = ""


def from_extraction(extraction: Extraction) -> Prediction:
    """The prediction that an extraction states."""
    return _prediction(extraction.to_dict())


class AnswersByDocument(Generic[AnswerT]):
    """Answers that lines of a file give, to be found by the document that they are about.

    A line belongs to the benchmark document with the same path, else to the one with the same bytes (`sha256`), else
    to the one with the same file name if no other line has that name.
    """

    def __init__(self) -> None:
        self._by_name: dict[str, AnswerT] = {}
        self._by_sha256: dict[str, AnswerT] = {}
        self._by_file_name: dict[str, list[AnswerT]] = defaultdict(list)

    def __contains__(self, name: str) -> bool:
        return name in self._by_name

    def add(self, name: str, answer: AnswerT, *, sha256: str = "") -> None:
        """Keeps an answer under the document's name, and under the hash of its bytes where that is known."""
        self._by_name[name] = answer
        self._by_file_name[PurePath(name).name].append(answer)
        if sha256:
            self._by_sha256[sha256] = answer

    def find(self, document: BenchmarkDocument) -> AnswerT | None:
        """The answer for a benchmark document, if there is one."""
        for name in (document.document, str(document.path), document.path.resolve().as_posix()):
            if name in self._by_name:
                return self._by_name[name]
        if self._by_sha256 and document.path.is_file():
            digest = sha256_of(document.path)
            if digest in self._by_sha256:
                return self._by_sha256[digest]
        same_name = self._by_file_name.get(PurePath(document.document).name, [])
        return same_name[0] if len(same_name) == 1 else None


class PredictionFile:
    """Predictions read from JSON Lines: extractions, or `{"document": …, "fields": {name: value}}`.

    Which line belongs to which document: see `AnswersByDocument`.
    """

    def __init__(self, path: Path) -> None:
        """Reads the file.

        Raises:
            DatasetError: naming every line and key that cannot be used.
        """
        self.path = path
        self._answers: AnswersByDocument[Prediction] = AnswersByDocument()
        problems: list[Problem] = []
        for line, data in read_objects(path):
            if isinstance(data, Problem):
                problems.append(data)
                continue
            wrong = _wrong(data)
            if not wrong and data["document"] in self._answers:
                wrong = [f"document: {data['document']!r} has an answer in an earlier line"]
            problems += [Problem(line, message) for message in wrong]
            if not wrong:
                self._answers.add(data["document"], _prediction(data), sha256=data.get("sha256") or "")
        if problems:
            raise DatasetError(summary(path, problems))

    def find(self, document: BenchmarkDocument) -> Prediction | None:
        """The answer for a benchmark document, if the file has one."""
        return self._answers.find(document)


def _wrong(data: Mapping[str, Any]) -> list[str]:
    wrong = []
    if not isinstance(data.get("document"), str) or not data["document"]:
        wrong.append(f"document: expected a path, found {type_name(data.get('document'))}")
    fields = data.get("fields")
    if not isinstance(fields, dict):
        return [*wrong, f"fields: expected an object, found {type_name(fields)}"]
    for name, answer in fields.items():
        value = answer.get("value") if isinstance(answer, dict) else answer
        if not isinstance(value, str | None):
            wrong.append(f"fields.{name}: expected a canonical text or null, found {type_name(value)}")
        if isinstance(answer, dict):
            wrong += [f"fields.{name}.{message}" for message in _wrong_evidence(answer)]
    timings = data.get("timings_ms")
    if timings is not None and not (isinstance(timings, dict) and all(map(_is_number, timings.values()))):
        wrong.append("timings_ms: expected milliseconds by stage")
    return wrong


def _wrong_evidence(answer: Mapping[str, Any]) -> Iterator[str]:
    page, box, confidence = (answer.get(key) for key in ("page", "box", "confidence"))
    if page is not None and not (_is_number(page) and isinstance(page, int) and page >= 1):
        yield f"page: expected a number from 1 or null, found {page!r}"
    if box is not None and not (isinstance(box, list) and len(box) == 4 and all(map(_is_number, box))):
        yield "box: expected four numbers, left, top, right, bottom, or null"
    if confidence is not None and not (_is_number(confidence) and 0 <= confidence <= 1):
        yield f"confidence: expected a number from 0 to 1 or null, found {confidence!r}"


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _prediction(data: Mapping[str, Any]) -> Prediction:
    fields: dict[str, str | None] = {}
    accepted: set[str] = set()
    evidence: dict[str, Evidence] = {}
    judged = False
    for name, answer in data["fields"].items():
        if not isinstance(answer, dict):
            fields[name] = answer or None
            continue
        fields[name] = answer.get("value") or None
        judged = judged or "accepted" in answer
        if answer.get("accepted"):
            accepted.add(name)
        evidence[name] = _evidence(answer)
    timings = data.get("timings_ms")
    return Prediction(
        fields=fields,
        tables={
            table: tuple({column: str(cell) for column, cell in row.items() if cell is not None} for row in rows)
            for table, rows in data.items()
            if table != "checks" and isinstance(rows, list) and all(isinstance(row, dict) for row in rows)
        },
        accepted=frozenset(accepted) if judged else None,
        needs_review=data.get("needs_review"),
        evidence=evidence,
        milliseconds=float(sum(timings.values())) if timings else None,
        model=str(data.get("model") or ""),
    )


def _evidence(answer: Mapping[str, Any]) -> Evidence:
    box, reasons = answer.get("box"), answer.get("reasons")
    told = ", ".join(map(str, reasons)) if isinstance(reasons, list) else ""
    return Evidence(
        page=answer.get("page"),
        box=Box(*map(float, box)) if box else None,
        confidence=answer.get("confidence"),
        explanation=str(answer.get("explanation") or told),
    )
