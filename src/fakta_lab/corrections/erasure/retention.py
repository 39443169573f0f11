"""Retention: how long the copies that a model learns from are kept.

The rules stand in the store's `store.yaml`:

```yaml
retention:
  - {tenant: "*", years: 7, counted_from: year_end}
  - {tenant: "skolan-*", months: 24, counted_from: corrected_at}
```

A document is overdue by the last rule that fits its tenant. Bokföringslagen 7:2 asks for seven years after the end of
the calendar year in which the financial year ended, but of the ledger: shorter is right for copies.
"""

from __future__ import annotations

import fnmatch
from collections.abc import Iterable, Sequence
from datetime import date

from dateutil.relativedelta import relativedelta

from fakta_lab.labels import LabelledDocument
from fakta_lab.store import StoredEvent
from fakta_lab.store.settings import RetentionRule


def overdue(
    documents: Iterable[LabelledDocument],
    events: Iterable[StoredEvent],
    *,
    rules: Sequence[RetentionRule],
    today: date,
) -> tuple[list[LabelledDocument], int]:
    """The documents whose time is up, and how many have a rule but no date to count from.

    Args:
        documents: of the store.
        events: about them.
        rules: later ones go before earlier ones.
        today: what "up" is measured against.
    """
    last = {event.digest: event.correction.corrected_at for event in events}
    due, undated = [], 0
    for document in documents:
        rule = next((rule for rule in reversed(rules) if fnmatch.fnmatchcase(document.tenant, rule.tenant)), None)
        if rule is None:
            continue
        corrected = max((when.date() for digest in document.events if (when := last.get(digest))), default=None)
        start = _start(rule, _invoice_date(document), corrected)
        if start is None:
            undated += 1
        elif start + relativedelta(years=rule.years, months=rule.months) < today:
            due.append(document)
    return due, undated


def _start(rule: RetentionRule, invoiced: date | None, corrected: date | None) -> date | None:
    if rule.counted_from == "corrected_at":
        return corrected
    day = invoiced or corrected
    return date(day.year, 12, 31) if day else None


def _invoice_date(document: LabelledDocument) -> date | None:
    value = document.values.get("invoice_date")
    return date.fromisoformat(value) if value else None
