"""Free text: references to people, cost centres and projects, descriptions, units.

Issued by nobody; any text of one line. Its canonical form is the text with single blanks.

>>> parse("  Anna\\u00a0 Berg ")
'Anna Berg'
>>> parse(" ")
Traceback (most recent call last):
    ...
fakta.errors.FormatError: ' ' is no text: expected 1-500 characters
>>> [match.text for match in find("Er referens: Anna Berg")]
['Er referens: Anna Berg', 'Anna Berg']
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fakta.fields.base import Check, Match
from fakta.fields.printed import match_at, refusal, squeezed

_LONGEST = 500
_WORDS = re.compile(r"\w(?:.*[\w.)!?%])?")
_AFTER_COLON = re.compile(r":\s*(\w(?:.*[\w.)!?%])?)")


def find(text: str) -> Iterator[Match]:
    """The whole line, and what stands behind its first colon."""
    whole = _WORDS.search(text)
    if not whole:
        return
    yield match_at(text, whole.start(), whole.end())
    behind = _AFTER_COLON.search(text) if ":" in text else None
    if behind and behind.start(1) > whole.start():
        yield match_at(text, behind.start(1), behind.end(1))


def parse(text: str) -> str:
    """The text with single blanks.

    Raises:
        FormatError: nothing but blanks, or longer than a line.
    """
    line = " ".join(text.split())
    if not 1 <= len(squeezed(line)) <= _LONGEST:
        raise refusal(text, "text", expected=f"1-{_LONGEST} characters")
    return line


def check(value: str) -> tuple[Check, ...]:
    """Nothing to check: any text will do."""
    return ()


def format(value: str) -> str:
    """As it is."""
    return value
