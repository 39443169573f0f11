"""What tuning found, field by field, and how the command line shows it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from rich.table import Table


@dataclass(frozen=True, slots=True)
class FieldTuning:
    """The outcome for one field.

    Attributes:
        field: name.
        examples: values that were read where the truth is known.
        right: how many of these are right.
        suppliers: how many suppliers they come from.
        threshold: values with at least this confidence are accepted; None where nothing can be promised.
        accepted: examples above the threshold.
        accepted_right: how many of these are right.
        lower_bound: promised precision above the threshold; None like `threshold`.
        reason: why nothing can be promised; "" where something is.
        own_model: whether the field has a model of its own rather than that of all fields.
    """

    field: str
    examples: int
    right: int
    suppliers: int
    threshold: float | None = None
    accepted: int = 0
    accepted_right: int = 0
    lower_bound: float | None = None
    reason: str = ""
    own_model: bool = False

    @property
    def accepted_share(self) -> float:
        """Share of the examples above the threshold, 0-1."""
        return self.accepted / self.examples if self.examples else 0.0

    @property
    def seen_precision(self) -> float | None:
        """Share of the accepted examples that are right; None where none is accepted."""
        return self.accepted_right / self.accepted if self.accepted else None

    def to_dict(self) -> dict[str, Any]:
        """What the manifest stores under `thresholds`; the runtime reads `threshold` and `reason`."""
        return {
            "threshold": self.threshold,
            "lower_bound": self.lower_bound,
            "examples": self.examples,
            "right": self.right,
            "suppliers": self.suppliers,
            "accepted_share": self.accepted_share,
            "seen_precision": self.seen_precision,
            "own_model": self.own_model,
            "reason": self.reason,
        }


@dataclass(frozen=True, slots=True)
class TuneReport:
    """The outcome of tuning a bundle.

    Attributes:
        bundle: name of the bundle's folder.
        documents: how many were read.
        suppliers: how many suppliers they come from.
        target_precision, confidence: what was asked for, 0-1.
        fields: in schema order, every field with known truth.
        curve: of all fields, see `fakta_lab.tuning.curve.acceptance_curve`.
        reliability: of all fields, see `fakta_lab.tuning.curve.reliability`.
        failures: document to why it could not be read.
    """

    bundle: str
    documents: int
    suppliers: int
    target_precision: float
    confidence: float
    fields: Sequence[FieldTuning]
    curve: Sequence[Mapping[str, float]] = ()
    reliability: Sequence[Mapping[str, float]] = ()
    failures: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "bundle": self.bundle,
            "documents": self.documents,
            "suppliers": self.suppliers,
            "target_precision": self.target_precision,
            "confidence": self.confidence,
            "fields": {tuning.field: tuning.to_dict() for tuning in self.fields},
            "curve": [dict(point) for point in self.curve],
            "reliability": [dict(each) for each in self.reliability],
            "failures": dict(self.failures),
        }


def render_table(report: TuneReport) -> Table:
    """The outcome per field as a `rich` table."""
    from rich.table import Table

    table = Table(title=f"{report.bundle}: tuned on {report.documents} documents of {report.suppliers} suppliers")
    table.add_column("field")
    for column in ("examples", "threshold", "accepted", "seen right", "promised"):
        table.add_column(column, justify="right")
    for tuning in report.fields:
        if tuning.threshold is None:
            table.add_row(tuning.field, str(tuning.examples), "-", "-", "-", f"[dim]{tuning.reason}[/dim]")
            continue
        table.add_row(
            tuning.field,
            str(tuning.examples),
            f"{tuning.threshold:.4f}",
            f"{tuning.accepted_share:.1%}",
            f"{tuning.seen_precision:.2%}",
            f"≥ {tuning.lower_bound:.2%}",
        )
    notes = [f"asked for: {report.target_precision:.1%} right with {report.confidence:.0%} confidence"]
    if report.failures:
        notes.append(f"could not be read, left out: {len(report.failures)} documents")
    table.caption = "\n".join(notes)
    return table
