"""What the monitor found, decision by decision, and how the command line shows it. Holds no value of any document."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal

from fakta_lab.monitoring.promises import Decision

if TYPE_CHECKING:
    from rich.console import RenderableType
    from rich.table import Table

# Multiples of the promised error rate for which the report says how soon they would be noticed.
FACTORS = (2, 5)
# A promise counts as kept once audits rule out an error rate of so many times the promised one.
RULED_OUT = 5

Verdict = Literal["kept", "not enough audits", "broken"]


@dataclass(frozen=True, slots=True)
class PromiseStatus:
    """How one promise stands.

    Attributes:
        decision: what is accepted.
        accepted: how often it was, of all documents.
        audited, wrong: accepted ones that a person looked at, and how many of these are wrong.
        low, high: where the error rate lies; the intervals of all promises and all days hold together with probability
            1 - alpha.
        promised: error rate at most.
        e_value: capital of whoever bets against the promise, now.
        highest: the most that it ever was.
        alarm: the alarm is raised where it reaches this.
        broken_after: number of audits at which it was; None where it was not.
        broken_since: when the audit was made that raised it; None where no time is stated.
        notices: multiple of the promised rate to how many more audited ones it takes on average to notice it, if it
            began now; None where the alarm is raised or it takes more than 20,000.
    """

    decision: Decision
    accepted: int
    audited: int
    wrong: int
    low: float
    high: float
    promised: float
    e_value: float
    highest: float
    alarm: float
    broken_after: int | None
    broken_since: datetime | None
    notices: Mapping[int, float | None]

    @property
    def verdict(self) -> Verdict:
        """Broken where the alarm was raised; kept where five times the promised error rate is ruled out."""
        if self.broken_after is not None:
            return "broken"
        return "kept" if self.high <= RULED_OUT * self.promised else "not enough audits"

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "field": self.decision.field,
            "found": self.decision.found,
            "accepted": self.accepted,
            "audited": self.audited,
            "wrong": self.wrong,
            "error_rate": self.wrong / self.audited if self.audited else None,
            "low": self.low,
            "high": self.high,
            "promised": self.promised,
            "e_value": self.e_value,
            "highest": self.highest,
            "alarm": self.alarm,
            "verdict": self.verdict,
            "broken_after": self.broken_after,
            "broken_since": self.broken_since.isoformat() if self.broken_since else None,
            "notices": {str(factor): audits for factor, audits in self.notices.items()},
        }


@dataclass(frozen=True, slots=True)
class InputStatus:
    """Whether one field's confidences look as at tuning time.

    Attributes:
        field: name.
        documents: that state a confidence for it.
        place: mean place of the confidences among those before, 0-1: one half where nothing changed, less where they
            are lower.
        e_value, highest, alarm: as of `PromiseStatus`.
        changed_after: number of documents at which the warning was raised; None where it was not.
    """

    field: str
    documents: int
    place: float
    e_value: float
    highest: float
    alarm: float
    changed_after: int | None

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__}


@dataclass(frozen=True, slots=True)
class Unused:
    """What was given and could not be used.

    Attributes:
        repeated: extractions of documents that were read before.
        others: extractions by other models, model to how many.
        audited_elsewhere: audited documents that are in none of the logs.
        ambiguous: audited documents whose name several documents in the logs have.
        without_promise: accepted decisions of which the bundle promises nothing.
    """

    repeated: int = 0
    others: Mapping[str, int] = field(default_factory=dict)
    audited_elsewhere: int = 0
    ambiguous: int = 0
    without_promise: Sequence[str] = ()

    def notes(self) -> Iterator[str]:
        """One line for each kind of thing."""
        if self.repeated:
            yield f"left out: {self.repeated} extractions of documents that were read before"
        for model, count in sorted(self.others.items()):
            yield f"left out: {count} extractions by another model, {model}"
        if self.audited_elsewhere:
            yield f"left out: {self.audited_elsewhere} audited documents that are in none of the logs"
        if self.ambiguous:
            yield f"left out: {self.ambiguous} audited names that several documents have; name them by sha256"
        if self.without_promise:
            yield f"accepted, though this bundle promises nothing of it: {', '.join(self.without_promise)}"


@dataclass(frozen=True, slots=True)
class MonitorReport:
    """The outcome of one look.

    Attributes:
        model: of which.
        documents: different documents in the logs.
        audited: of these, drawn at random and looked at.
        alpha: probability of ever a false alarm, and of ever a false warning.
        promises, inputs: in the order of the manifest, and of the fields' names.
        unused: see there.
    """

    model: str
    documents: int
    audited: int
    alpha: float
    promises: Sequence[PromiseStatus]
    inputs: Sequence[InputStatus]
    unused: Unused

    @property
    def broken(self) -> list[str]:
        """Promises that are broken."""
        return [str(status.decision) for status in self.promises if status.verdict == "broken"]

    @property
    def changed(self) -> list[str]:
        """Fields whose confidences changed."""
        return [status.field for status in self.inputs if status.changed_after is not None]

    @property
    def summary(self) -> str:
        """The outcome in one line."""
        counts = [sum(status.verdict == verdict for status in self.promises) for verdict in ("kept", "broken")]
        parts = [f"{counts[0]} of {len(self.promises)} promises kept, {counts[1]} broken"]
        if self.broken:
            parts[0] += f" ({', '.join(self.broken)})"
        parts.append(f"inputs changed: {', '.join(self.changed) or 'no'}" if self.inputs else "inputs not compared")
        verdict = "ALARM" if self.broken else "WARNING" if self.changed else "ok"
        return f"{self.model}: {verdict}: {'; '.join(parts)}; {self.documents} documents, {self.audited} audited"

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "model": self.model,
            "documents": self.documents,
            "audited": self.audited,
            "alpha": self.alpha,
            "broken": self.broken,
            "changed": self.changed,
            "summary": self.summary,
            "promises": [status.to_dict() for status in self.promises],
            "inputs": [status.to_dict() for status in self.inputs],
            "left_out": list(self.unused.notes()),
        }


def render_tables(report: MonitorReport) -> Iterator[RenderableType]:
    """The outcome as `rich` tables: every promise, and the inputs where these changed."""
    from rich.text import Text

    columns = ("accepted", "audited", "wrong", "error rate", "promised", "e-value")
    table = _table("promise", *columns, f"audits to see {' · '.join(f'×{factor}' for factor in FACTORS)}")
    table.add_column("verdict", no_wrap=True)
    colours = {"kept": "green", "not enough audits": "yellow", "broken": "bold red"}
    for status in report.promises:
        if not status.accepted:
            continue
        interval = f"({100 * status.low:.1f}-{status.high:.1%})"
        table.add_row(
            str(status.decision),
            f"{status.accepted:,}",
            f"{status.audited:,}",
            f"{status.wrong:,}",
            f"{status.wrong / status.audited:.1%} {interval}" if status.audited else "",
            f"≤ {status.promised:.1%}",
            _number(status.highest),
            " · ".join(_audits(status.notices[factor]) for factor in FACTORS),
            Text(status.verdict, style=colours[status.verdict]),
        )
    yield table
    idle = [str(status.decision) for status in report.promises if not status.accepted]
    if idle:
        yield Text(f"promised, but nothing was accepted: {', '.join(idle)}", style="dim")
    changed = [status for status in report.inputs if status.changed_after is not None]
    if changed:
        yield "Documents look different from those of tuning: audit more, and tune again on documents like them."
        table = _table("field", "documents", "changed after", "mean place", "e-value")
        for each in changed:
            direction = "lower" if each.place < 0.5 else "higher"
            counts = (f"{each.documents:,}", f"{each.changed_after:,}")
            table.add_row(each.field, *counts, f"{each.place:.2f} ({direction})", _number(each.highest))
        yield table


def _table(first: str, *numbers: str) -> Table:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column(first, no_wrap=True)
    for column in numbers:
        table.add_column(column, justify="right", no_wrap=column == "error rate")
    return table


def _audits(number: float | None) -> str:
    return "-" if number is None else f"{number:,.0f}"


def _number(e_value: float) -> str:
    return f"{e_value:,.1f}" if e_value < 10_000 else f"{e_value:.0e}"
