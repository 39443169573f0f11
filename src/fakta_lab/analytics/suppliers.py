"""Suppliers by name: how much of theirs needs no person, and where people found mistakes."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from fakta_lab.analytics import accuracy
from fakta_lab.analytics.tally import Counted, Judged, Tally
from fakta_lab.privacy import mask_text

# A page with more rows is not read, and has more names on it than it needs.
MOST = 40


class Names:
    """What suppliers are called on the page: as their invoices print it, personal identity numbers masked.

    Args:
        found: the log.
        anonymous: numbers instead, from the supplier with most documents on.
    """

    def __init__(self, found: Tally, *, anonymous: bool) -> None:
        order = sorted(found.suppliers, key=lambda key: (-found.suppliers[key].documents, key))
        self._numbers = {key: number for number, key in enumerate(filter(None, order), start=1)} if anonymous else {}
        self._names = found.names

    def of(self, key: str) -> dict[str, Any]:
        """The `supplier` (None where no name was read) and, instead of a name, its `number`."""
        if key in self._numbers:
            return {"supplier": None, "number": self._numbers[key]}
        return {"supplier": mask_text(self._names[key]) if key else None, "number": None}


def suppliers(found: Tally, names: Names) -> dict[str, Any]:
    """Suppliers with the most mistakes first, then those with the most documents.

    Returns:
        `total`, how many there are; `shown`, a list of `supplier`, `number`, `documents`, `passed`, and, of what people
        looked at, `audited` and `reviewed` (each with `right`, `of`, `documents`), `mistakes` and `fields` (field →
        `wrong` and `of`, of values read or stated). The fields are not told apart into audited and reviewed ones: they
        say where people found mistakes, not how frequent these are.
    """
    judged: dict[str, list[Judged]] = defaultdict(list)
    for document in found.judged:
        judged[document.supplier].append(document)
    rows = [
        {**names.of(key), "documents": counted.documents, "passed": counted.passed, **_looked_at(judged[key])}
        for key, counted in _most(found, judged)
    ]
    rows.sort(key=lambda row: (-row["mistakes"], -row["documents"]))
    return {"total": sum(1 for key in found.suppliers if key), "shown": rows[:MOST]}


def _most(found: Tally, judged: dict[str, list[Judged]]) -> list[tuple[str, Counted]]:
    """Those that may be shown: whom people looked at, and the largest of the others."""
    looked = [(key, each) for key, each in found.suppliers.items() if judged.get(key)]
    others = [(key, each) for key, each in found.suppliers.items() if not judged.get(key)]
    return looked + sorted(others, key=lambda item: -item[1].documents)[:MOST]


def _looked_at(documents: list[Judged]) -> dict[str, Any]:
    fields: dict[str, dict[str, int]] = {}
    for document in documents:
        for outcome in filter(accuracy.at_stake, document.outcomes):
            counted = fields.setdefault(outcome.field, {"wrong": 0, "of": 0})
            counted["of"] += 1
            counted["wrong"] += not outcome.right
    return {
        "audited": accuracy.right_of([each for each in documents if each.audited], accuracy.at_stake),
        "reviewed": accuracy.right_of([each for each in documents if not each.audited], accuracy.at_stake),
        "mistakes": sum(each["wrong"] for each in fields.values()),
        "fields": fields,
    }
