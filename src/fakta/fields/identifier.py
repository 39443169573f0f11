"""Identifiers that suppliers and buyers make up: numbers of invoices, customers, orders and contracts.

Issued by the parties themselves. The law asks only that an invoice's number is unique (ML 2023:200 chapter 17, 24 §),
so the form is free; but every such number has a digit, and no blank as a rule.

>>> [parse(text) for text in ("F-3084", "2026-391", " INV80413 ", "RE-20260415/117", "SL/2/2026", "#4711", "Nr 4711")]
['F-3084', '2026-391', 'INV80413', 'RE-20260415/117', 'SL/2/2026', '4711', 'Nr 4711']
>>> parse("Faktura")
Traceback (most recent call last):
    ...
fakta.errors.FormatError: 'Faktura' is no identifier: expected at most 40 characters, one of them a digit
>>> [match.text for match in find("Faktura: F-3084 / 6093, RE-20260415/117 den 2026-04-15, 1 234,50 kr 25%")]
['F-3084', '6093', 'RE-20260415/117', 'RE-20260415', '117']
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from fakta.fields import dates, numerals
from fakta.fields.base import Check, Match
from fakta.fields.printed import first, has_digit, match_at, plain, refusal, squeezed

_LONGEST = 40
_EDGES = " .,:;#()[]*\"'"
_TOKEN = re.compile(first(r"[^\W_]", not_after=(r"[\w@.,/&+-]", "[0-9]:")) + r"[\w./+-]*+(?![@%]|[,:]\w| %)")
# "INV 4711", "PO 2025-12": a short code in capitals in front of the number belongs to it more often than not.
_CODE_IN_FRONT = re.compile(r"(?<![\w@.,/&+-])(?!(?:NR|NO|ID|SEK|EUR|KR|BG|PG|OCR|SE|TEL|AB)\b)[A-ZÅÄÖ]{1,4} $")
_LABEL = re.compile(r"[^\W\d_]{1,12}\.(?=[^\W_])")


def find(text: str) -> Iterator[Match]:
    """Every word with a digit that is no date, sum or percentage; parts between slashes after the whole."""
    return iter(find_all(text))


@lru_cache(maxsize=512)
def find_all(text: str) -> tuple[Match, ...]:
    """What `find` finds; remembered, because payment references may be such a word too."""
    if not has_digit(text):
        return ()
    line = plain(text)
    taken = [(m.start, m.end) for m in dates.find_all(text) if not m.text.isdigit()]
    taken += [(n.start, n.end) for n in numerals.scan(text) if n.marked or " " in text[n.start : n.end]]
    return tuple(
        match for token in _TOKEN.finditer(line) if has_digit(token[0]) for match in _matches(text, line, token, taken)
    )


def parse(text: str) -> str:
    """As printed, without what stands around it.

    Raises:
        FormatError: no digit in it, or longer than any such number.
    """
    trimmed = squeezed(text).strip(_EDGES)
    if not has_digit(trimmed) or len(trimmed) > _LONGEST:
        raise refusal(text, "identifier", expected=f"at most {_LONGEST} characters, one of them a digit")
    return trimmed


def check(value: str) -> tuple[Check, ...]:
    """Nothing to check: the form is free."""
    return ()


def format(value: str) -> str:
    """As printed."""
    return value


def _matches(text: str, line: str, token: re.Match[str], taken: list[tuple[int, int]]) -> Iterator[Match]:
    word = token[0].rstrip("./+-_")
    start, end = token.start(), token.start() + len(word)
    if (
        not has_digit(word)
        or word.lower().startswith("www.")
        or any(start < last and first < end for first, last in taken)
    ):
        return
    code = _CODE_IN_FRONT.search(line[:start]) if line[start - 2 : start - 1].isupper() else None
    if code:
        yield match_at(text, code.start(), end)
    yield match_at(text, start, end)
    label = _LABEL.match(word)
    if label and has_digit(word[label.end() :]):
        yield match_at(text, start + label.end(), end)
    if "/" in word:
        for part in word.split("/"):
            if has_digit(part):
                yield match_at(text, start, start + len(part))
            start += len(part) + 1
