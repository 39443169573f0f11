"""Text as printed: characters that mean the same, and how a text that is no value is refused.

Programs and OCR engines print the same blank, dash and apostrophe in a dozen ways. `plain` brings them to one,
character by character, so that positions in the plain text are positions in the line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from fakta.errors import FormatError
from fakta.fields.base import Match

_SPACES = "\u00a0\u1680\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000"
_DASHES = "\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d"
_APOSTROPHES = "\u2019\u02bc\u2032\u00b4"
_PLAIN = str.maketrans(dict.fromkeys(_SPACES, " ") | dict.fromkeys(_DASHES, "-") | dict.fromkeys(_APOSTROPHES, "'"))

# Longer texts are cut in messages: one line must stay one line.
_SHOWN = 40

_UNUSUAL = re.compile(f"[{_SPACES}{_DASHES}{_APOSTROPHES}]")

has_digit = re.compile("[0-9]").search


@lru_cache(maxsize=1024)
def plain(text: str) -> str:
    """The text with one blank, one dash and one apostrophe; as long as before.

    >>> plain("1\\u202f234,50 \\u2212 3\\u00a0%")
    '1 234,50 - 3 %'
    """
    return text.translate(_PLAIN) if not text.isascii() and _UNUSUAL.search(text) else text


def first(characters: str, *, not_after: tuple[str, ...]) -> str:
    """The pattern for a value's first character and what may not stand in front of it.

    Args:
        characters: a class such as `[0-9]`. It goes first because the engine then skips at once to the next of them.
        not_after: patterns of a fixed width.

    >>> re.findall(first("[0-9]", not_after=(r"\\w", r"[0-9][-]")) + "[0-9]*", "12-3 a4 56")
    ['12', '56']
    """
    return characters + "".join(f"(?<!{before}{characters})" for before in not_after)


def squeezed(text: str) -> str:
    """The plain text without blanks at its ends and with single ones inside.

    >>> squeezed(" 12\\u00a0 345 ")
    '12 345'
    """
    return " ".join(plain(text).split())


def match_at(text: str, start: int, end: int) -> Match:
    """The stretch `start:end` of the line."""
    return Match(start, end, text[start:end])


def every_match(pattern: re.Pattern[str], text: str) -> Iterator[Match]:
    """All that a pattern finds in a line, for kinds whose values hold a digit.

    >>> [match.text for match in every_match(re.compile("[0-9]+"), "12 a 34")]
    ['12', '34']
    """
    if has_digit(text):
        for found in pattern.finditer(plain(text)):
            yield match_at(text, found.start(), found.end())


def refusal(text: str, what: str, *, expected: str) -> FormatError:
    """The error for a text that has not the form of a value.

    >>> print(refusal("abc", "amount", expected="a number such as 1 234,50"))
    'abc' is no amount: expected a number such as 1 234,50
    """
    shown = text if len(text) <= _SHOWN else text[: _SHOWN - 1] + "…"
    return FormatError(f"{shown!r} is no {what}: expected {expected}")
