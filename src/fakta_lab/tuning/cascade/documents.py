"""Documents of judged examples, with what a second reader answered about them where that was logged."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from fakta_lab.tuning.examples import Example, Judged
from fakta_lab.tuning.promise.thresholds import Trial


@dataclass(frozen=True, slots=True)
class SecondAnswer:
    """What a second reader answered about one field of one document.

    Attributes:
        agrees: it gave the same answer as the first reader, value or none.
        right: its answer equals the truth.
        found: it gave a value.
    """

    agrees: bool
    right: bool
    found: bool = True


@dataclass(frozen=True, slots=True)
class JudgedDocument:
    """One reading of one document.

    Attributes:
        name: of the document.
        supplier: whose document it is.
        fields: every field whose truth is known.
        second: field to what the second reader answered; a field that is absent was not answered. None where nothing
            was logged for the document.
    """

    name: str
    supplier: str
    fields: tuple[Judged, ...]
    second: Mapping[str, SecondAnswer] | None = None

    def answer(self, field: str) -> SecondAnswer | None:
        """The second reader's answer for a field, if it gave one."""
        return self.second.get(field) if self.second is not None else None


def documents_of(
    judged: Iterable[Judged], answers: Mapping[tuple[str, str], SecondAnswer] | None = None
) -> list[JudgedDocument]:
    """The documents that the examples are of, in the order in which they come.

    Args:
        judged: examples; each names its document.
        answers: (document, field) to what the second reader answered.

    Raises:
        ValueError: an example does not name its document.
    """
    fields: dict[str, list[Judged]] = {}
    for each in judged:
        if not each.example.document:
            raise ValueError(f"an example of {each.example.field!r} does not name its document")
        fields.setdefault(each.example.document, []).append(each)
    second: dict[str, dict[str, SecondAnswer]] = {}
    for (document, field), answer in (answers or {}).items():
        second.setdefault(document, {})[field] = answer
    return [JudgedDocument(name, own[0].example.supplier, tuple(own), second.get(name)) for name, own in fields.items()]


def group_of(example: Example) -> str:
    """The group whose threshold counts for an example: "absent", "known" or "unknown"."""
    if not example.found:
        return "absent"
    return "known" if example.known else "unknown"


def is_stated(example: Example) -> bool:
    """Whether the document states the field; a wrong value is taken to stand where another one should."""
    return example.found or not example.right


def trial_of(judged: Judged) -> Trial:
    """An example as a promise counts it."""
    example = judged.example
    return Trial(example.supplier, example.document, example.tenant, judged.confidence, example.right)
