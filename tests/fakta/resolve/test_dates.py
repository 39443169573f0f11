"""Invoice date and due date are chosen as a pair."""

from __future__ import annotations

from datetime import date

from fakta.resolve.choice import Option
from fakta.resolve.dates import choose_dates

EARLY, LATE = date(2026, 4, 15), date(2026, 5, 15)


def options(*pairs: tuple[date, float]) -> list[Option]:
    return sorted((Option(day, [], score) for day, score in pairs), key=lambda option: -option.score)


def test_order_decides_when_labels_do_not() -> None:
    both = [(EARLY, 0.4), (LATE, 0.5)]
    choices = choose_dates(options(*both), options(*both))
    assert choices["invoice_date"].option is not None
    assert choices["due_date"].option is not None
    assert (choices["invoice_date"].option.value, choices["due_date"].option.value) == (EARLY, LATE)
    assert choices["due_date"].signals["dates_in_order"] == 1.0


def test_an_unlabelled_date_is_the_invoice_date_but_never_the_due_date() -> None:
    choices = choose_dates(options((EARLY, -2.6)), options((EARLY, -2.6)))
    assert choices["invoice_date"].option is not None
    assert choices["due_date"].option is None


def test_a_date_that_belongs_to_something_else_is_left_alone() -> None:
    choices = choose_dates(options((EARLY, -5.0)), [])
    assert choices["invoice_date"].option is None


def test_strong_labels_outweigh_a_wrong_order() -> None:
    choices = choose_dates(options((LATE, 5.0)), options((EARLY, 5.0)))
    assert choices["invoice_date"].option is not None
    assert choices["due_date"].option is not None
    assert choices["due_date"].signals["dates_in_order"] == 0.0


def test_the_stated_term_tells_the_due_date() -> None:
    due = options((date(2026, 5, 5), -1.5), (LATE, -1.5))
    assert choose_dates(options((EARLY, 3.0)), due, terms=frozenset({20}))["due_date"].option.value == date(2026, 5, 5)  # type: ignore[union-attr]
    assert choose_dates(options((EARLY, 3.0)), due, terms=frozenset())["due_date"].option is None
