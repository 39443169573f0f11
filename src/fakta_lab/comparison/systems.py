"""The two that are compared: whatever answers about documents, from a model now or from a log."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from fakta.errors import DocumentError, FieldError
from fakta.extraction import Extraction
from fakta.fields import canonical
from fakta.fields.answers import value_of
from fakta.schema import Schema
from fakta_lab.evaluation import Extracts
from fakta_lab.formats.benchmark import BenchmarkDocument
from fakta_lab.formats.given import given_document
from fakta_lab.formats.predictions import AnswersByDocument

# Of a value that is none of its kind, so much is kept to show it.
SHOWN_CHARACTERS = 80


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered about one document.

    Attributes:
        fields: field to canonical value, or to what was written where that is no value of its kind; None = nothing
            found; absent = not answered.
        accepted: fields that are used without a look; None where the answer does not say, and everything is used.
        needs_review: whether a person opens the document; None where the answer does not say.
        known_supplier: whether the reader knew whose document it is; None where the answer does not say.
        seconds: that it took; None where nobody measured.
        unread: why the document could not be read; "" where it could. Nothing of it is used then.
    """

    fields: Mapping[str, str | None]
    accepted: frozenset[str] | None = None
    needs_review: bool | None = None
    known_supplier: bool | None = None
    seconds: float | None = None
    unread: str = ""

    def uses(self, name: str) -> bool:
        """Whether the answer for a field is used without a person's look."""
        return self.accepted is None or name in self.accepted


class System(Protocol):
    """Something that answers about documents.

    Attributes:
        name: for people.
        extractors: by which corrections speak of it; empty where nobody knows.
        is_called: whether each answer is a call that somebody charges for.
    """

    name: str
    extractors: frozenset[str]
    is_called: bool

    def answer(self, document: BenchmarkDocument) -> Answer | None:
        """What it answers about a document; None where it was not asked."""
        ...


class Model:
    """A bundle that reads the documents now."""

    is_called = False

    def __init__(self, extractor: Extracts, *, name: str) -> None:
        """Of an extractor.

        Args:
            extractor: reads.
            name: for people, and as extractions state it (`fakta/base`).
        """
        self.name = name
        self.extractors = frozenset({name})
        self._extractor = extractor

    def answer(self, document: BenchmarkDocument) -> Answer | None:
        """What it reads; None where there is no such file."""
        given = given_document(document)
        if given is None and not document.path.is_file():
            return None
        try:
            extraction = self._extractor.extract(given or document.path, name=document.document)
        except DocumentError as error:
            return Answer({}, accepted=frozenset(), needs_review=True, unread=str(error))
        return answer_of_extraction(extraction)


@dataclass
class Logged:
    """Answers that were given before.

    Attributes:
        name, extractors, is_called: see `System`.
        notes: what of the log could not be used, for the reader of the result.
    """

    name: str
    extractors: frozenset[str] = frozenset()
    is_called: bool = False
    notes: list[str] = field(default_factory=list)
    _answers: AnswersByDocument[Answer] = field(default_factory=AnswersByDocument)
    _seen: int = 0

    def add(self, document: str, answer: Answer, *, sha256: str = "") -> None:
        """One more answer; a later one about the same document replaces an earlier one."""
        self._seen += document not in self._answers
        self._answers.add(document, answer, sha256=sha256)

    def answer(self, document: BenchmarkDocument) -> Answer | None:
        """What was logged about a document."""
        return self._answers.find(document)

    def __contains__(self, document: str) -> bool:
        return document in self._answers

    def __len__(self) -> int:
        return self._seen


def answer_of_extraction(extraction: Extraction) -> Answer:
    """What an extraction states."""
    fields = {name: None if each.value is None else canonical(each.value) for name, each in extraction.fields.items()}
    return Answer(
        fields,
        accepted=frozenset(name for name, each in extraction.fields.items() if each.accepted),
        needs_review=extraction.needs_review,
        known_supplier=extraction.known_supplier,
        seconds=sum(extraction.timings_ms.values()) / 1000 if extraction.timings_ms else None,
    )


def answer_of_object(data: Mapping[str, Any], schema: Schema) -> Answer:
    """The answer that a logged object states: an extraction's JSON, or plain values under `fields`.

    A value is taken from `{"value": …}` or as it is; keys that only extractions have may be missing.
    """
    accepted, judged = set(), False
    plain: dict[str, Any] = {}
    for name, said in data["fields"].items():
        if isinstance(said, Mapping):
            plain[name] = said.get("value")
            judged = judged or "accepted" in said
            if said.get("accepted") is True:
                accepted.add(name)
        else:
            plain[name] = said
    review, known, timings = (data.get(key) for key in ("needs_review", "known_supplier", "timings_ms"))
    numbers = [ms for ms in timings.values() if isinstance(ms, int | float)] if isinstance(timings, Mapping) else []
    return Answer(
        read_values(plain.items(), schema),
        accepted=frozenset(accepted) if judged else None,
        needs_review=review if isinstance(review, bool) else None,
        known_supplier=known if isinstance(known, bool) else None,
        seconds=sum(numbers) / 1000 if numbers else None,
    )


def read_values(values: Iterable[tuple[str, Any]], schema: Schema) -> dict[str, str | None]:
    """Logged values of the schema's fields in canonical form.

    What is no value of its kind is kept as it was written: it is a wrong answer, not a missing one.

    >>> from fakta.schema import invoice_schema
    >>> read_values([("amount_due", "1 675,00 kr"), ("due_date", "soon"), ("iban", ""), ("mood", "good")], invoice_schema())
    {'amount_due': '1675.00', 'due_date': 'soon', 'iban': None}
    """  # noqa: E501
    read: dict[str, str | None] = {}
    for name, said in values:
        if name not in schema.fields:
            continue
        try:
            value = value_of(said, schema.fields[name].kind)
            read[name] = None if value is None else canonical(value)
        except FieldError:
            read[name] = str(said)[:SHOWN_CHARACTERS]
    return read
