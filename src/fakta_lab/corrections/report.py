"""What an import brought."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from fakta_lab.formats.correction import Correction
from fakta_lab.formats.jsonl import Problem

# Kept of problems and of missing documents; a source with more has one cause.
KEPT = 1000

# Messages begin with the key they are about: "corrected.amount_due: …".
_KEY = re.compile(r"([a-z][a-z_]*(?:\.[^\s:]+)?): ")


@dataclass
class ImportReport:
    """An import in numbers.

    Attributes:
        source: file, folder or database.
        dry_run: whether it was only tried.
        events_new, events_known: stored now, and stored before.
        events_erased: about documents that were erased; they do not come back.
        refused: lines, rows or tasks that gave no event.
        documents_new, documents_known: stored now, and stored before; each document counts once.
        n_missing: documents that nobody has the bytes of.
        missing: the first of their names, in the order of the events.
        n_problems: everything that cannot be used, events and parts of events.
        problems: the first of them.
        fields: field to how often it was corrected, confirmed or refused.
        notes: what was passed over on purpose.
    """

    source: str
    dry_run: bool = False
    events_new: int = 0
    events_known: int = 0
    events_erased: int = 0
    refused: int = 0
    documents_new: int = 0
    documents_known: int = 0
    n_missing: int = 0
    missing: list[str] = field(default_factory=list)
    n_problems: int = 0
    problems: list[Problem] = field(default_factory=list)
    fields: dict[str, Counter[str]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def add_problem(self, problem: Problem) -> None:
        """Takes note of something that cannot be used."""
        self.n_problems += 1
        if len(self.problems) < KEPT:
            self.problems.append(problem)
        part, _, name = key_of(problem).partition(".")
        if part in ("corrected", "confirmed") and name:
            self._count(name, "refused")

    def add_event(self, event: Correction) -> None:
        """Counts an event's labels."""
        for name in event.corrected:
            self._count(name, "corrected")
        for name in event.confirmed:
            self._count(name, "confirmed")

    def add_missing(self, name: str) -> None:
        """Takes note of a document that nobody has the bytes of."""
        self.n_missing += 1
        if len(self.missing) < KEPT:
            self.missing.append(name)

    def _count(self, name: str, what: str) -> None:
        self.fields.setdefault(name, Counter())[what] += 1

    def to_dict(self) -> dict[str, Any]:
        """The report as `--format json` prints it."""
        outcomes = ("corrected", "confirmed", "refused")
        return {
            "source": self.source,
            "dry_run": self.dry_run,
            "events": {
                "new": self.events_new,
                "known": self.events_known,
                "erased": self.events_erased,
                "refused": self.refused,
            },
            "documents": {"new": self.documents_new, "known": self.documents_known, "missing": self.n_missing},
            "missing_documents": self.missing,
            "fields": {name: {what: self.fields[name][what] for what in outcomes} for name in sorted(self.fields)},
            "n_problems": self.n_problems,
            "problems": [
                {"place": problem.place, "field": key_of(problem) or None, "message": problem.message}
                for problem in self.problems
            ],
            "notes": self.notes,
        }


def key_of(problem: Problem) -> str:
    """The key or field that a problem is about; "" where it is about a whole line.

    >>> key_of(Problem(3, "corrected.due_date: 'igår' is no date"))
    'corrected.due_date'
    """
    found = _KEY.match(problem.message)
    return found[1] if found else ""
