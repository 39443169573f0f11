"""From a log and corrections to all figures of the report, as plain data: what `--format json` prints.

`render_page` makes the page from these figures alone. Shares are 0-1, money is kronor, times are milliseconds; None is
what is not known. Beside each share stand the counts that it is made of.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from fakta.costs import Costs
from fakta.errors import DatasetError
from fakta.schema import Schema, invoice_schema
from fakta_lab.analytics import accuracy
from fakta_lab.analytics.advice import advice
from fakta_lab.analytics.durations import durations
from fakta_lab.analytics.looks import looks
from fakta_lab.analytics.people import People, read_people
from fakta_lab.analytics.periods import all_periods, checked_unit, period_of
from fakta_lab.analytics.savings import savings
from fakta_lab.analytics.suppliers import Names, suppliers
from fakta_lab.analytics.tally import Counted, Judged, Tally, tally
from fakta_lab.formats.jsonl import Problem
from fakta_lab.monitoring.log import read_log


def analyse(
    logs: Sequence[Path],
    *,
    corrections: Path | None = None,
    costs: Costs | None = None,
    since: datetime | None = None,
    period: str = "week",
    anonymous: bool = False,
    schema: Schema | None = None,
    on_problem: Callable[[Path, Problem], None],
) -> dict[str, Any]:
    """All figures.

    Args:
        logs: files of extractions, the oldest first; they may be larger than the memory.
        corrections: what people said: a store's folder or a corrections file; None for nothing.
        costs: prices; None says nothing about money.
        since: leave out what was read, or looked at, before; then also what nobody knows the time of.
        period: "week" or "month".
        anonymous: call suppliers by numbers.
        schema: of the fields; the invoice schema by default.
        on_problem: called for each line that cannot be used.

    Raises:
        ConfigError: there are no such periods.
        DatasetError: a file cannot be used.
        InputError: the store cannot be used.
    """
    unit, schema = checked_unit(period), schema or invoice_schema()
    people = People()
    if corrections is not None:
        people = read_people(corrections, schema=schema, on_problem=lambda problem: on_problem(corrections, problem))
    unreadable: Counter[Path] = Counter()

    def refused(path: Path, problem: Problem) -> None:
        unreadable[path] += 1
        on_problem(path, problem)

    found = tally(read_log(logs, on_problem=refused), people.documents, schema=schema, unit=unit, since=since)
    if unreadable and not found.all.documents and not found.earlier:
        raise DatasetError(
            f"{', '.join(map(str, unreadable))}: no line is an extraction; `fakta extract --format jsonl` writes them"
        )
    audited = [each for each in found.judged if each.audited]
    reviewed = [each for each in found.judged if not each.audited]
    looked = looks(people.looks, unit=unit, since=since)
    periods = all_periods({*found.periods, *looked["periods"]}, unit)
    names = Names(found, anonymous=anonymous)
    figures: dict[str, Any] = {
        "period": unit,
        "since": None if since is None else since.isoformat(),
        "periods": periods,
        "log": _log(found, unreadable=unreadable.total()),
        "models": [
            {
                "model": name,
                "documents": each.documents,
                "first": _time(each.first),
                "last": _time(each.last),
                "period": None if each.first is None else period_of(each.first, unit),
            }
            for name, each in found.models.items()
        ],
        "people": _people(people, found, given=corrections is not None),
        "automation": {**_automation(found.all), "periods": _by_period(periods, found)},
        "accuracy": {
            "fewest": accuracy.FEWEST,
            "audited": _accuracy(audited),
            "reviewed": _accuracy(reviewed),
            "periods": _accuracy_by_period(periods, audited, reviewed),
        },
        "fields": _fields(found, audited, reviewed, schema),
        "suppliers": suppliers(found, names),
        "durations": durations(found, periods),
        "corrections": {**looked, "periods": [_looked(looked["periods"], period) for period in periods]},
        "savings": None if costs is None or not found.all.documents else savings(found, costs),
    }
    return {**figures, "advice": advice(figures, found)}


def _log(found: Tally, *, unreadable: int) -> dict[str, Any]:
    times = [time for model in found.models.values() for time in (model.first, model.last) if time is not None]
    return {
        "documents": found.all.documents,
        "first": _time(min(times, default=None)),
        "last": _time(max(times, default=None)),
        "repeated": found.repeated,
        "untimed": found.untimed,
        "before_since": found.earlier,
        "unreadable_lines": unreadable,
    }


def _people(people: People, found: Tally, *, given: bool) -> dict[str, Any]:
    audited = sum(each.audited for each in found.judged)
    return {
        "given": given,
        "documents": len(people.documents),
        "in_log": len(found.judged),
        "audited": audited,
        "reviewed": len(found.judged) - audited,
        "ambiguous": people.ambiguous + found.ambiguous,
    }


def _automation(counted: Counted) -> dict[str, Any]:
    return {
        "documents": counted.documents,
        "passed": counted.passed,
        "passed_share": _ratio(counted.passed, counted.documents),
        "values": counted.values,
        "accepted": counted.accepted,
        "accepted_share": _ratio(counted.accepted, counted.values),
    }


def _by_period(periods: Sequence[str], found: Tally) -> list[dict[str, Any]]:
    return [{"period": period, **_automation(found.periods.get(period, Counted()))} for period in periods]


def _accuracy(documents: Sequence[Judged]) -> dict[str, Any]:
    return {
        "documents": len(documents),
        "accepted": _share(documents, accuracy.accepted),
        "read": _share(documents, accuracy.read),
        "missed": accuracy.missed(documents),
        "whole": accuracy.whole_documents(documents),
    }


def _share(documents: Sequence[Judged], chosen: accuracy.Chosen) -> dict[str, Any]:
    return accuracy.share(documents, chosen, clustering=accuracy.clustering(documents, chosen))


def _accuracy_by_period(
    periods: Sequence[str], audited: Sequence[Judged], reviewed: Sequence[Judged]
) -> list[dict[str, Any]]:
    # Of all periods together: one alone has too few mistakes to say how they cluster.
    clustering = {chosen: accuracy.clustering(audited, chosen) for chosen in (accuracy.accepted, accuracy.read)}
    rows = []
    for period in periods:
        own = [each for each in audited if each.period == period]
        rows.append(
            {
                "period": period,
                "audited": len(own),
                "too_few": len(own) < accuracy.FEWEST,
                "accepted": accuracy.share(own, accuracy.accepted, clustering=clustering[accuracy.accepted]),
                "read": accuracy.share(own, accuracy.read, clustering=clustering[accuracy.read]),
                "reviewed": accuracy.right_of([each for each in reviewed if each.period == period], accuracy.read),
            }
        )
    return rows


def _fields(
    found: Tally, audited: Sequence[Judged], reviewed: Sequence[Judged], schema: Schema
) -> list[dict[str, Any]]:
    """One row a field, in the schema's order; the fields that the schema does not have at the end."""
    names = [name for name in schema.fields if name in found.fields]
    names += [name for name in found.fields if name not in schema.fields]
    return [
        {
            "field": name,
            "values": found.fields[name].values,
            "accepted": found.fields[name].accepted,
            "accepted_share": _ratio(found.fields[name].accepted, found.fields[name].values),
            "audited": _share(audited, accuracy.of_field(name, accuracy.accepted)),
            "audited_read": accuracy.right_of(audited, accuracy.of_field(name, accuracy.read)),
            "reviewed": accuracy.right_of(reviewed, accuracy.of_field(name, accuracy.read)),
            "held": accuracy.right_of([*audited, *reviewed], accuracy.of_field(name, accuracy.held)),
        }
        for name in names
    ]


def _looked(periods: dict[str, Any], period: str) -> dict[str, Any]:
    return {"period": period, **periods.get(period, {"documents": 0, "changed": 0, "kept": 0})}


def _ratio(part: int, whole: int) -> float | None:
    return round(part / whole, 5) if whole else None


def _time(time: datetime | None) -> str | None:
    return None if time is None else time.isoformat(timespec="seconds")
