"""Values that somebody else answered: another reader, a language model, a person at a keyboard."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from fakta.errors import FieldError
from fakta.fields import KINDS, from_canonical
from fakta.fields.base import Value, canonical

# The longest real value is a free text of some hundred characters; a whole file in a value is a mistake.
MAX_CHARACTERS = 10_000
# Their canonical form ("1234.500", "2026-04-05") must not be read the Swedish way.
_ISO_KINDS = frozenset({"amount", "date", "percent", "quantity"})
# Names and free texts may break over lines or be set with wide spaces, which says nothing about who is named.
SPACED_KINDS = frozenset({"name", "text"})


def value_of(answer: Any, kind: str) -> Value | None:
    """The value that an answer states, canonical or as printed; None where it states that there is none.

    Args:
        answer: anything that JSON can hold, from a source that is not trusted.
        kind: a key of `fakta.fields.KINDS`.

    Raises:
        FieldError: it is no value of that kind, or longer than `MAX_CHARACTERS`.

    >>> value_of("12 450,00 kr", "amount"), value_of("2026-04-05", "date"), value_of(" ", "date")
    (Decimal('12450.00'), datetime.date(2026, 4, 5), None)
    >>> value_of(["12450.00"], "amount")
    Traceback (most recent call last):
        ...
    fakta.errors.FieldError: expected a text or null, found list
    """
    if isinstance(answer, int | float) and not isinstance(answer, bool):
        try:
            answer = str(answer)
        except ValueError:  # Python writes no whole number of more than some thousand digits
            raise FieldError(f"a number of more than {MAX_CHARACTERS:,} digits") from None
    if isinstance(answer, str):
        if len(answer) > MAX_CHARACTERS:
            raise FieldError(f"a text of {len(answer):,} characters; values have at most {MAX_CHARACTERS:,}")
        return _written(answer, kind) if answer.strip() else None
    if answer is None:
        return None
    raise FieldError(f"expected a text or null, found {type(answer).__name__}")


def same(first: Value | None, second: Value | None, kind: str) -> bool:
    """Whether two readers' values are the same; that both found nothing is the same too.

    White space in names and texts counts as one space; everything else is compared by its canonical form.

    >>> same("Norra  Exempel AB", "Norra Exempel AB ", "name"), same(None, "7", "identifier"), same(None, None, "date")
    (True, False, True)
    """
    if first is None or second is None:
        return first is second
    written = canonical(first), canonical(second)
    if kind in SPACED_KINDS:
        return written[0].split() == written[1].split()
    return written[0] == written[1]


# The same suppliers, dates and currencies come again and again: two of three values were seen shortly before.
@lru_cache(maxsize=2**14)
def _written(text: str, kind: str) -> Value:
    if kind in _ISO_KINDS:
        try:
            return from_canonical(kind, text.strip())
        except FieldError:
            pass
    return KINDS[kind].parse(text)
