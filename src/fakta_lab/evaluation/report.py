"""The result of an evaluation: figures per field and layout, and every single error and document."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

from fakta_lab.evaluation.documents import DocumentScore, Mistake
from fakta_lab.evaluation.figures import DECIMALS, DocumentFigures
from fakta_lab.evaluation.rows import TableCounts
from fakta_lab.evaluation.scoring import Counts
from fakta_lab.formats.predictions import Prediction

if TYPE_CHECKING:
    from fakta_lab.evaluation.regressions import Comparison

__all__ = ["Acceptance", "DocumentScore", "Evaluation", "Mistake"]


@dataclass(frozen=True, slots=True)
class Acceptance:
    """What may be used without a person's look, and how much of it is right.

    Attributes:
        values: fields with a value in the truth or in the answer.
        accepted: answers that are accepted.
        right: accepted answers that are right.
    """

    values: int
    accepted: int
    right: int

    def to_dict(self) -> dict[str, float | int | None]:
        """`share` of all values that are accepted and `precision` among these (None where there are none)."""
        return {
            "share": round(self.accepted / self.values, DECIMALS) if self.values else 0.0,
            "precision": round(self.right / self.accepted, DECIMALS) if self.accepted else None,
            "accepted": self.accepted,
        }


@dataclass(frozen=True)
class Evaluation:
    """How well documents were read.

    Attributes:
        benchmark: name of the set.
        documents: how many were scored, those that could not be read included.
        fields: counts by field, in schema order, for every field with known truth.
        layouts: counts by layout over all its fields.
        tables: counts of rows and cells by table, for tables with known truth.
        layout_tables: the same by layout.
        errors: every value that is wrong or missed, in file order.
        failures: document to why it could not be read; all its values count as missed.
        acceptance: of single values; None where the answers do not say what they accept.
        touchless: of whole documents; None like `acceptance`. A document is right when no scored field is wrong.
        unknown_fields: scored fields that the schema does not have.
        scores: every document, in file order.
        answers: every document's answer, as it was scored.
        model: name of what answered; "" where the answers do not say, or not all say the same.
        baseline: what came of comparing with a stored evaluation; None where that was not asked for.
    """

    benchmark: str
    documents: int
    fields: Mapping[str, Counts]
    layouts: Mapping[str, Counts]
    tables: Mapping[str, TableCounts] = field(default_factory=dict)
    layout_tables: Mapping[str, Mapping[str, TableCounts]] = field(default_factory=dict)
    errors: tuple[Mistake, ...] = ()
    failures: Mapping[str, str] = field(default_factory=dict)
    acceptance: Acceptance | None = None
    touchless: Acceptance | None = None
    unknown_fields: tuple[str, ...] = ()
    scores: tuple[DocumentScore, ...] = ()
    answers: Mapping[str, Prediction] = field(default_factory=dict)
    model: str = ""
    baseline: Comparison | None = None

    @property
    def micro(self) -> Counts:
        """Counts over all fields of all documents; tables are not part of it."""
        return sum(self.fields.values(), Counts())

    @cached_property
    def document_figures(self) -> Mapping[str, Any]:
        """The figures that need every single document, in their JSON form; empty without `scores`."""
        return DocumentFigures(self.scores).to_dict() if self.scores else {}

    def to_dict(self) -> dict[str, Any]:
        """The JSON form; figures are 0-1, rounded to six decimals."""
        result: dict[str, Any] = {
            "benchmark": self.benchmark,
            "documents": self.documents,
            "micro": _figures(self.micro),
            "fields": _with_support(self.fields),
            "layouts": {
                name: {"f1": round(counts.f1, DECIMALS), **self._row_figures(name)}
                for name, counts in self.layouts.items()
            },
        }
        for table, counts in self.tables.items():
            result[table] = {
                **_figures(counts.cells),
                "support": counts.cells.support,
                "rows": {**_figures(counts.rows), "support": counts.rows.support},
                "columns": _with_support(counts.columns),
            }
        if self.acceptance:
            result["accepted"] = self.acceptance.to_dict()
        if self.touchless:
            result["touchless"] = self.touchless.to_dict()
        for name, figures in self.document_figures.items():
            result[name] = {**result.get(name, {}), **figures}
        if self.baseline:
            result["baseline"] = self.baseline.to_dict()
        result["failures"] = [{"document": name, "reason": reason} for name, reason in self.failures.items()]
        result["errors"] = [
            {
                "document": e.document,
                "layout": e.layout,
                "field": e.field,
                "truth": e.truth,
                "predicted": e.predicted,
                "accepted": e.accepted,
                "page": e.page,
                "box": None if e.box is None else [round(edge, 4) for edge in e.box],
                "confidence": e.confidence,
                "explanation": e.explanation,
            }
            for e in self.errors
        ]
        if self.unknown_fields:
            result["unknown_fields"] = list(self.unknown_fields)
        return result

    def _row_figures(self, layout: str) -> dict[str, float]:
        tables = self.layout_tables.get(layout, {})
        return {f"{table}_rows_f1": round(counts.rows.f1, DECIMALS) for table, counts in tables.items()}


def _with_support(counts: Mapping[str, Counts]) -> dict[str, dict[str, float | int]]:
    return {name: {**_figures(each), "support": each.support} for name, each in counts.items()}


def _figures(counts: Counts) -> dict[str, float]:
    return {
        "precision": round(counts.precision, DECIMALS),
        "recall": round(counts.recall, DECIMALS),
        "f1": round(counts.f1, DECIMALS),
    }
