"""What a tuning report comes down to, for someone who has two minutes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

GROUPS = ("unknown", "known", "absent")


@dataclass(frozen=True, slots=True)
class Share:
    """How much needs no person, and what of it was right.

    Attributes:
        accepted: share that needs no person, 0-1.
        seen: share of that which was right, 0-1; None where nothing is accepted.
        target: share that is promised to be right, 0-1.
    """

    accepted: float
    seen: float | None
    target: float


@dataclass(frozen=True, slots=True)
class Summary:
    """The outcome in few numbers.

    Attributes:
        answers: of all fields together, values and that a document states none; None where the report has none.
        documents: whole documents; None where the report has no thresholds for these.
        promised: fields with a threshold for values, of known or unknown suppliers.
        not_promised: the other fields, with the reason for each group.
    """

    answers: Share | None
    documents: Share | None
    promised: Sequence[str] = ()
    not_promised: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def summarise(report: Mapping[str, Any]) -> Summary:
    """The outcome of a report, see `fakta_lab.tuning.page.page` for its form."""
    thresholds = report.get("thresholds") or {}
    promised, not_promised = [], {}
    for name, groups in thresholds.items():
        own = {group: groups[group] for group in ("unknown", "known") if (groups.get(group) or {}).get("examples")}
        if any(entry.get("threshold") is not None for entry in own.values()):
            promised.append(name)
        elif own:
            not_promised[name] = {group: str(entry.get("reason") or "") for group, entry in own.items()}
    target = report.get("target_precision")
    swept = swept_at(report)
    answers: Share | None
    if swept:
        answers = Share(swept["overall"]["accepted_share"], swept["overall"].get("seen_precision"), swept["target"])
    else:
        every = [entry for groups in thresholds.values() for entry in _entries(groups)]
        answers = _pooled(every, target) if target is not None else None
    document_target = report.get("document_target")
    whole = list(_entries(report.get("document_thresholds") or {}))
    documents = _pooled(whole, document_target) if document_target is not None else None
    return Summary(answers, documents, promised, not_promised)


def swept_at(report: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The row of the sweep for the target that was asked for; None where it has none."""
    target = report.get("target_precision")
    rows = [row for row in report.get("sweep") or () if target is not None and abs(row["target"] - target) < 1e-9]
    return rows[0] if rows else None


def _entries(groups: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The entries of all together; those of tenants are parts of the same examples."""
    return (groups[group] for group in GROUPS if groups.get(group))


def _pooled(entries: Sequence[Mapping[str, Any]], target: float) -> Share | None:
    examples = sum(entry.get("examples") or 0 for entry in entries)
    if not examples:
        return None
    accepted = right = 0.0
    for entry in entries:
        taken = (entry.get("examples") or 0) * (entry.get("accepted_share") or 0.0)
        accepted += taken
        right += taken * (entry.get("seen_precision") or 0.0)
    return Share(accepted / examples, right / accepted if accepted else None, target)
