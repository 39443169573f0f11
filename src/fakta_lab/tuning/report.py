"""What tuning found, in the JSON form that the page is made from, and as the table of the command line."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from fakta_lab.tuning.cascade.choice import CascadeTuning, policy_table
from fakta_lab.tuning.promise.sweep import Accepted

if TYPE_CHECKING:
    from rich.table import Table
    from rich.text import Text

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
        thresholds: of each field with known truth, as the manifest stores them.
        document_thresholds: of whole documents, likewise; empty where no field is required or costs decide.
        left_out: documents that say nothing about whole documents: the truth of a required field is unknown.
        accepted: of all readings, those that the thresholds accept.
        evidence: curves, comparison, sweep and policies, in their JSON forms; see `fakta_lab.tuning.page.page`.
        failures: document to why it could not be read.
        by_costs: whether thresholds were chosen by costs, so that nothing but their lower bounds is promised.
        cascade: when a second reader is asked, and what each policy costs; None without costs and second reader.
    """

    bundle: str
    documents: int
    suppliers: int
    known_readings: int
    target_precision: float
    document_target: float
    confidence: float
    unit: str
    thresholds: Mapping[str, Mapping[str, Any]]
    document_thresholds: Mapping[str, Any]
    left_out: int
    accepted: Accepted
    evidence: Mapping[str, Any] = field(default_factory=dict)
    failures: Mapping[str, str] = field(default_factory=dict)
    by_costs: bool = False
    cascade: CascadeTuning | None = None

    def promised(self, target: float) -> str:
        """A target as the table states it; "" where thresholds are by costs."""
        return "" if self.by_costs else f"≥ {target:.4g}"

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "bundle": self.bundle,
            "documents": self.documents,
            "suppliers": self.suppliers,
            "known_readings": self.known_readings,
            "target_precision": self.target_precision,
            "document_target": self.document_target,
            "confidence": self.confidence,
            "unit": self.unit,
            "by_costs": self.by_costs,
            "thresholds": dict(self.thresholds),
            "document_thresholds": dict(self.document_thresholds),
            "left_out": self.left_out,
            "accepted": self.accepted.to_dict(),
            **self.evidence,
            "failures": dict(self.failures),
        }


def render_tables(report: TuneReport) -> Iterator[Table]:
    """The outcome per field and group, and what each policy costs, as `rich` tables."""
    yield _thresholds(report)
    if report.cascade is not None and report.cascade.policies:
        yield policy_table(report.cascade)


def _thresholds(report: TuneReport) -> Table:
    from rich.table import Table

    table = Table(title=f"{report.bundle}: tuned on {report.documents} documents of {report.suppliers} suppliers")
    table.add_column("field")
    table.add_column("read")
    for column in ("examples", "threshold", "accepted", "seen right", "promised"):
        table.add_column(column, justify="right")
    for name, groups in report.thresholds.items():
        for where, entry in _entries(groups):
            table.add_row(name, where, *_cells(entry, report.promised(report.target_precision)))
    table.add_section()
    for where, entry in _entries(report.document_thresholds):
        table.add_row("whole document", where, *_cells(entry, report.promised(report.document_target)))
    table.caption = "\n".join(_notes(report))
    return table


def _entries(groups: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Those that have examples, each with what it is about."""
    for group, entry in groups.items():
        if group != "tenants" and entry["examples"]:
            yield GROUPS[group], entry
    for tenant, own in groups.get("tenants", {}).items():
        for group, entry in own.items():
            yield f"{tenant} {GROUPS[group]}".strip(), entry


def _cells(entry: Mapping[str, Any], promised: str) -> Sequence[str | Text]:
    from rich.text import Text

    if entry["threshold"] is None:
        return (str(entry["examples"]), "-", "-", "-", Text(entry["reason"], style="dim"))
    return (
        str(entry["examples"]),
        f"{entry['threshold']:.4f}",
        f"{entry['accepted_share']:.1%}",
        f"{entry['seen_precision']:.2%}",
        promised or f"≥ {entry['lower_bound']:.4f}",
    )


def _notes(report: TuneReport) -> Iterator[str]:
    accepted = report.accepted
    seen = "" if accepted.precision is None else f", {accepted.precision:.2%} of these right"
    yield f"accepted of all readings: {accepted.share:.1%}{seen}"
    if report.by_costs:
        yield "thresholds by costs; what is promised is the lower bound of each"
    else:
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
