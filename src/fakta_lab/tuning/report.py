"""What tuning found, in the JSON form that the page is made from, and as the table of the command line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fakta_lab.tuning.sweep import Accepted
from fakta_lab.tuning.thresholds import GroupThresholds, Threshold

if TYPE_CHECKING:
    from rich.table import Table

# How the table names the groups of a field.
GROUPS = {"unknown": "", "known": "supplier known", "absent": "nothing found"}


@dataclass(frozen=True, slots=True)
class TuneReport:
    """The outcome of tuning a bundle.

    Attributes:
        bundle: name of the bundle's folder.
        documents: how many were read.
        suppliers: how many suppliers they come from.
        known_readings: documents that were read again with what their supplier's earlier documents taught.
        target_precision, document_target, confidence: what was asked for, 0-1.
        unit: what the promises for strangers count, "supplier" or "document".
        thresholds: of each field with known truth, in schema order.
        document_thresholds: of whole documents; None where no field is required.
        left_out: documents that say nothing about whole documents: the truth of a required field is unknown.
        accepted: of all readings, those that the thresholds accept.
        evidence: curves, comparison, sweep and policies, in their JSON forms; see `fakta_lab.tuning.page`.
        failures: document to why it could not be read.
    """

    bundle: str
    documents: int
    suppliers: int
    known_readings: int
    target_precision: float
    document_target: float
    confidence: float
    unit: str
    thresholds: Mapping[str, GroupThresholds]
    document_thresholds: GroupThresholds | None
    left_out: int
    accepted: Accepted
    evidence: Mapping[str, Any] = field(default_factory=dict)
    failures: Mapping[str, str] = field(default_factory=dict)

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        document = self.document_thresholds
        return {
            "bundle": self.bundle,
            "documents": self.documents,
            "suppliers": self.suppliers,
            "known_readings": self.known_readings,
            "target_precision": self.target_precision,
            "document_target": self.document_target,
            "confidence": self.confidence,
            "unit": self.unit,
            "thresholds": {name: groups.to_dict() for name, groups in self.thresholds.items()},
            "document_thresholds": {} if document is None else document.to_dict(),
            "left_out": self.left_out,
            "accepted": self.accepted.to_dict(),
            **self.evidence,
            "failures": dict(self.failures),
        }


def render_table(report: TuneReport) -> Table:
    """The outcome per field and group as a `rich` table."""
    from rich.table import Table

    table = Table(title=f"{report.bundle}: tuned on {report.documents} documents of {report.suppliers} suppliers")
    table.add_column("field")
    table.add_column("read")
    for column in ("examples", "threshold", "accepted", "seen right", "promised"):
        table.add_column(column, justify="right")
    for name, groups in report.thresholds.items():
        for group, threshold in groups.groups.items():
            if threshold.examples:
                table.add_row(name, GROUPS[group], *_cells(threshold, report.target_precision))
        for tenant, own in groups.tenants.items():
            for group, threshold in own.items():
                table.add_row(name, f"{tenant} {GROUPS[group]}".strip(), *_cells(threshold, report.target_precision))
    if report.document_thresholds is not None:
        table.add_section()
        for group, threshold in report.document_thresholds.groups.items():
            if threshold.examples:
                table.add_row("whole document", GROUPS[group], *_cells(threshold, report.document_target))
    table.caption = "\n".join(_notes(report))
    return table


def _cells(threshold: Threshold, target: float) -> Sequence[str]:
    if threshold.threshold is None:
        return (str(threshold.examples), "-", "-", "-", f"[dim]{threshold.reason}[/dim]")
    return (
        str(threshold.examples),
        f"{threshold.threshold:.4f}",
        f"{threshold.accepted_share:.1%}",
        f"{threshold.seen_precision:.2%}",
        f"≥ {target:.4g}",
    )


def _notes(report: TuneReport) -> Iterator[str]:
    accepted = report.accepted
    seen = "" if accepted.precision is None else f", {accepted.precision:.2%} of these right"
    yield f"accepted of all readings: {accepted.share:.1%}{seen}"
    yield (
        f"asked for: {report.target_precision:.4g} of the accepted values and {report.document_target:.4g} of the "
        f"accepted documents right, each with {report.confidence:.0%} confidence"
    )
    if report.unit == "supplier":
        yield "for suppliers that are not known, one document of each counts"
    if report.failures:
        yield f"could not be read, left out: {len(report.failures)} documents"
    if report.left_out:
        yield f"not counted as whole documents, the truth of a required field is unknown: {report.left_out}"
