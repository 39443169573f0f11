"""One document, scored: what was right in it, and every value that was not."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from fakta.documents import Box
from fakta.schema import Schema
from fakta_lab.evaluation.anls import TEXT_KINDS, anls
from fakta_lab.evaluation.rows import TableCounts, score_table
from fakta_lab.evaluation.scoring import Counts, score_value
from fakta_lab.formats.benchmark import Benchmark, BenchmarkDocument
from fakta_lab.formats.predictions import Evidence, Prediction

# Documents that one line of a message names.
SHOWN = 5


@dataclass(frozen=True, slots=True)
class Mistake:
    """One value that is not as the truth says.

    Attributes:
        document, layout, field: where.
        truth, predicted: canonical values; None = not on the document, or nothing found.
        accepted: whether the value would have been used without a person's look.
        page, box: where the predicted value stands; None where the answer does not say.
        confidence: of the predicted value, 0-1; None where the answer does not say.
        explanation: why it was accepted or held, in one line; "" where the answer does not say.
    """

    document: str
    layout: str
    field: str
    truth: str | None
    predicted: str | None
    accepted: bool = False
    page: int | None = None
    box: Box | None = None
    confidence: float | None = None
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class DocumentScore:
    """One document, scored.

    Attributes:
        document: as in the truth file.
        layout, supplier: "" where not stated.
        fields: counts by scored field.
        tables: counts by scored table.
        milliseconds: how long reading took; None where the answer does not say.
        failed: whether it could not be read; everything in it counts as missed.
        accepted, accepted_right: values that are accepted, and of these the right ones; None where the answer does
            not say what it accepts.
        released: whether nobody would have looked at it; None where the answer does not say.
        anls: by text field that the truth states, how near the answer comes, see `anls`.
        subset: from how many documents its supplier was known, see `shots`; "" where nobody asked.
        truth: digest of all that the truth states about it.
    """

    document: str
    layout: str = ""
    supplier: str = ""
    fields: Mapping[str, Counts] = field(default_factory=dict)
    tables: Mapping[str, TableCounts] = field(default_factory=dict)
    milliseconds: float | None = None
    failed: bool = False
    accepted: int | None = None
    accepted_right: int = 0
    released: bool | None = None
    anls: Mapping[str, float] = field(default_factory=dict)
    subset: str = ""
    truth: str = ""

    @property
    def counts(self) -> Counts:
        """Over all its scored fields; tables are not part of it."""
        return sum(self.fields.values(), Counts())

    @property
    def fields_right(self) -> bool:
        """Whether no scored field is wrong; tables aside."""
        return not any(counts.fp or counts.fn for counts in self.fields.values())

    @property
    def exact(self) -> bool:
        """Whether no scored field and no scored table row is wrong."""
        return self.fields_right and not any(table.rows.fp or table.rows.fn for table in self.tables.values())


def score_document(
    document: BenchmarkDocument, prediction: Prediction, benchmark: Benchmark, *, failed: bool = False, subset: str = ""
) -> DocumentScore:
    """What an answer got right of what is known about a document.

    Args:
        document: with its truth.
        prediction: the answer.
        benchmark: that the document is of; knows the kinds of fields and columns.
        failed: whether there is no answer because the document could not be read.
        subset: see `DocumentScore`.
    """
    given = prediction.fields
    kinds = {name: benchmark.kind(name) for name in document.fields}
    fields = {name: score_value(truth, given.get(name), kind=kinds[name]) for name, truth in document.fields.items()}
    accepted = [name for name in prediction.accepted or () if name in fields and given.get(name) is not None]
    return DocumentScore(
        document=document.document,
        layout=document.layout,
        supplier=document.supplier,
        fields=fields,
        tables={
            table: score_table(
                table, rows, prediction.tables.get(table, ()), kinds=_column_kinds(benchmark.schema, table)
            )
            for table, rows in document.tables.items()
        },
        milliseconds=prediction.milliseconds,
        failed=failed,
        accepted=None if prediction.accepted is None else len(accepted),
        accepted_right=sum(fields[name].tp for name in accepted),
        released=None if prediction.needs_review is None else not prediction.needs_review,
        anls={
            name: anls(truth, given.get(name))
            for name, truth in document.fields.items()
            if truth is not None and kinds[name] in TEXT_KINDS
        },
        subset=subset,
        truth=_digest(document),
    )


def mistakes(document: BenchmarkDocument, prediction: Prediction, score: DocumentScore) -> Iterator[Mistake]:
    """Every value of a document that is not as the truth says, in the order of the truth."""
    for name, counts in score.fields.items():
        if not (counts.fp or counts.fn):
            continue
        evidence = prediction.evidence.get(name, Evidence())
        yield Mistake(
            document=document.document,
            layout=document.layout,
            field=name,
            truth=document.fields[name],
            predicted=prediction.fields.get(name),
            accepted=name in (prediction.accepted or ()),
            page=evidence.page,
            box=evidence.box,
            confidence=evidence.confidence,
            explanation=evidence.explanation,
        )


def named(documents: Sequence[str]) -> str:
    """The first documents by name, and how many more there are.

    >>> named(["a.pdf", "b.pdf"])
    'a.pdf, b.pdf'
    """
    more = len(documents) - SHOWN
    return ", ".join(documents[:SHOWN]) + (f" and {more} more" if more > 0 else "")


def _column_kinds(schema: Schema, table: str) -> dict[str, str]:
    return {name: column.kind for name, column in schema.tables[table].items()}


def _digest(document: BenchmarkDocument) -> str:
    """Tells whether the truth about a document is still the same; over all of it, so that no value can be guessed."""
    tables = {name: [dict(row) for row in rows] for name, rows in document.tables.items()}
    text = json.dumps([dict(document.fields), tables], sort_keys=True)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
