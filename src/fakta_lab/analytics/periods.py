"""Weeks and months: which one a time is in, and all of them from the first to the last."""

from __future__ import annotations

from collections.abc import Collection
from datetime import UTC, date, datetime, timedelta
from typing import Literal, get_args

from fakta.errors import ConfigError

Unit = Literal["week", "month"]
UNITS: tuple[Unit, ...] = get_args(Unit)
# More cannot be told apart on a page; one broken clock would fill it with empty weeks.
MOST_EMPTY = 120


def period_of(time: datetime, unit: Unit) -> str:
    """The period that a time is in, by the calendar of UTC; ISO 8601 weeks, which begin on Mondays.

    >>> time = datetime(2027, 1, 1, tzinfo=UTC)
    >>> period_of(time, "week"), period_of(time, "month")
    ('2026-W53', '2027-01')
    """
    day = time.astimezone(UTC).date()
    if unit == "month":
        return f"{day.year:04d}-{day.month:02d}"
    year, week, _ = day.isocalendar()
    return f"{year:04d}-W{week:02d}"


def first_day(period: str) -> date:
    """The day on which a period begins.

    >>> first_day("2026-W53"), first_day("2027-01")
    (datetime.date(2026, 12, 28), datetime.date(2027, 1, 1))
    """
    year, _, rest = period.partition("-")
    if rest.startswith("W"):
        return date.fromisocalendar(int(year), int(rest[1:]), 1)
    return date(int(year), int(rest), 1)


def all_periods(seen: Collection[str], unit: Unit) -> list[str]:
    """The periods from the first to the last of those seen, empty ones too, unless these are far too many.

    >>> all_periods({"2026-11", "2027-02"}, "month")
    ['2026-11', '2026-12', '2027-01', '2027-02']
    """
    found = sorted(seen)
    if not found:
        return []
    periods = found[:1]
    # The day 31 days after a month's first is in the next month, whichever month it is.
    step = timedelta(days=7 if unit == "week" else 31)
    while periods[-1] < found[-1] and len(periods) < len(found) + MOST_EMPTY:
        day = first_day(periods[-1]) + step
        periods.append(period_of(datetime(day.year, day.month, day.day, tzinfo=UTC), unit))
    return periods if periods[-1] == found[-1] else found


def checked_unit(unit: str) -> Unit:
    """The unit, if periods come in it.

    Raises:
        ConfigError: they do not.
    """
    for known in UNITS:
        if unit == known:
            return known
    raise ConfigError(f"period {unit!r}: expected one of {', '.join(UNITS)}")
