"""Words that error messages share: what a JSON value is, and what was probably meant."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from typing import Any


def type_name(value: Any) -> str:
    """What a JSON value is, in words.

    >>> type_name([1]), type_name(None), type_name(1.5)
    ('a list', 'null', 'a number')
    """
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "a truth value"
    if isinstance(value, int | float):
        return "a number"
    names: tuple[tuple[type, str], ...] = ((str, "a text"), (list, "a list"), (dict, "an object"))
    return next((name for kind, name in names if isinstance(value, kind)), type(value).__name__)


def suggestion(word: object, known: Iterable[str]) -> str:
    """`; did you mean …?`, or nothing where no known word is near.

    >>> suggestion("bankgrio", ["bankgiro", "iban"])
    "; did you mean 'bankgiro'?"
    """
    near = difflib.get_close_matches(str(word), list(known), n=1, cutoff=0.7)
    return f"; did you mean {near[0]!r}?" if near else ""
