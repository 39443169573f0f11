"""Invented identity numbers for tests, and the forms in which pages print them."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from fakta.fields.luhn import luhn_digit


def ten_digits(born: date, serial: int, *, coordination: bool = False) -> str:
    """The number of somebody born on that day; `serial` is the birth number, 0-999."""
    body = f"{born:%y%m}{born.day + 60 * coordination:02d}{serial:03d}"
    return body + luhn_digit(body)


@st.composite
def identity_numbers(draw: st.DrawFn) -> tuple[str, str]:
    """Century and ten digits of a personal or coordination number."""
    born = draw(st.dates(date(1900, 1, 1), date(2026, 12, 31)))
    return f"{born.year // 100}", ten_digits(born, draw(st.integers(0, 999)), coordination=draw(st.booleans()))


# Each with the century {c}, the date {d} or its parts {y} {m} {b}, and the serial {s}.
MARKED = (
    "{d}-{s}", "{d}+{s}", "{d}–{s}", "{d} - {s}", "{d} -{s}", "{d}- {s}", "{c}{d}-{s}", "{c} {d}-{s}",
    "{y} {m} {b}-{s}", "SE{d}{s}01", "SE {d}{s} 01", "SE{d}-{s}01", "SE {d}-{s} 01", "SE-{d}-{s}-01", "se{d}{s}01",
    "{d}-{s}-01", "({d}-{s})", "{d}-{s},", "Pnr:{d}-{s}", "3300 {d}-{s}", "16{d}-{s}",
)  # fmt: skip
BARE = (
    "{d}{s}", "{c}{d}{s}", "{d} {s}", "{c}{d} {s}", "{c} {d}{s}", "{c} {d} {s}", "{y} {m} {b} {s}",
    "3300-{d}{s}", "0007:{d}{s}", "{d}{s}.", "({d}{s})",
)  # fmt: skip


def printed_as(form: str, century: str, digits: str) -> str:
    """The number as that form prints it."""
    return form.format(c=century, d=digits[:6], y=digits[:2], m=digits[2:4], b=digits[4:6], s=digits[6:])
