"""Printed numbers: how they are grouped, signed and marked, and where they stand in a line.

Amounts, quantities and percentages share this grammar: thousands by blank, period, comma, apostrophe or nothing;
decimals after comma, period or colon; `:-` for "no öre"; the sign in front, behind, as parentheses or as `CR`.
"""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

from fakta.fields import dates
from fakta.fields.printed import first, has_digit, plain, squeezed

# More digits than any sum on an invoice has; longer runs are references.
MOST_DIGITS = 15
_MOST_UNGROUPED = 9

_CURRENCY = r"(?:SEK|EUR|NOK|DKK|USD|GBP|CHF|PLN|[Kk][Rr]|S?Fr\.|€|\$|£)"
_GROUPED = r"[0-9]{1,3}(?:(?:[ ][0-9]{3})+|(?:\.[0-9]{3})+|(?:,[0-9]{3})+|(?:'[0-9]{3})+)(?![0-9])"

# What holds digits without being a number; each alternative swallows the whole of it.
_OTHER = r"""
    \+[0-9]{1,3}[ ()0-9/-]{7,16}[0-9](?![0-9]|[.,][0-9])                               # phone +46 (0)13 12 34 56
  | 0[0-9]{1,3}(?:[-/][ ]?|[ ])[0-9]{2,3}(?:[ ]?[0-9]{2,3}){1,3}(?![0-9]|[.,][0-9])    # phone 013-12 34 56
  | [0-9]{1,3}(?:[ ]?[0-9]{2,3}){0,3}-[0-9](?![\w.,-])                                 # plusgiro 28 65 43-4
  | [0-9]{6}[ ][0-9]{4}(?![\w.,])                                                      # org number 559994 1209
  | [0-9]{3,4}[ ]?-[ ]?[0-9]{4}(?![\w.,])                                              # bankgiro 5402 - 9681
  | [A-Z]{2}[0-9]{2}(?:[ ][0-9A-Z]{4}){2,7}(?:[ ][0-9A-Z]{1,3})?(?![\w.,])             # an IBAN
  | [0-9]{4}(?:[ ][0-9]{4}){2,}(?![\w.,])                                              # reference 1234 5678 9012
  | [0-9]+(?:[.,][0-9]+)?[ ]?%
  | [1-9][0-9]{2}[ ][0-9]{2}(?=[ ][A-ZÅÄÖ]\w{2})                                       # post code 582 24 Linköping
  | [0-9]+[ ]?\([0-9]+\)                                                               # page 1(2)
"""
_START = re.compile(first("[-+(0-9€$£A-Zk]", not_after=(r"[\w#@&+]", "[0-9][.,:/'-]", r"[^\W\d_][-/]")))
_FROM_START = re.compile(
    rf"""
    (?: (?:{_OTHER})
      | (?P<lead>\(|-(?:[ ]|[ ]?{_CURRENCY}[ ]?)?|{_CURRENCY}-?)?
        (?P<number>(?:{_GROUPED}|[0-9]+)(?P<decimals>[.,][0-9]{{1,4}}|:[0-9]{{2}}|[:.,]--?(?!\w))?)
        (?: (?P<tail>{_CURRENCY}(?!\w)|-(?![\w-])|[ ]?CR(?!\w)|\))
          | (?![\w%])(?![ ]%)(?![.,:/'-][0-9])(?!-\w) )
    )
    """,
    re.VERBOSE,
)
_WHOLE = re.compile(
    rf"""
    (?P<open>\()?[ ]?(?P<minus>-)?[ ]?(?:{_CURRENCY}\.?)?[ ]?(?P<minus_inside>-)?[ ]?
    (?P<integer>{_GROUPED}|[0-9]+)
    (?:(?P<mark>[.,:])(?:(?P<fraction>[0-9]{{1,4}})|--?))?
    [ ]?(?:kronor|kroner|euro[sa]?|{_CURRENCY}\.?)?[ ]?(?P<behind>-|CR)?[ ]?(?P<close>\))?
    """,
    re.VERBOSE | re.IGNORECASE,
)


class Numeral(NamedTuple):
    """A number in a line of text.

    Attributes:
        start, end: of all that belongs to it: sign, parentheses, a currency without a blank between.
        number_start, number_end: of the bare number.
        places: printed decimals; None for an integer, 2 for `:-`.
        signed: a sign, or parentheses, stand in front.
    """

    start: int
    end: int
    number_start: int
    number_end: int
    places: int | None
    signed: bool

    @property
    def marked(self) -> bool:
        """Whether decimals, a sign or a currency make it a number and no mere row of digits."""
        return self.places is not None or (self.start, self.end) != (self.number_start, self.number_end)


@lru_cache(maxsize=512)
def scan(text: str) -> tuple[Numeral, ...]:
    """The numbers in a line of text, from the left; none inside dates, phone or account numbers, or before `%`.

    >>> line = "Tel 013-12 34 56, 2026-04-15, 559994-1209: 2 150,00 kr (25 %)"
    >>> [line[n.start:n.end] for n in scan(line)]
    ['2 150,00']
    """
    if not has_digit(text):
        return ()
    # Bare digits may be a date, or a sum: only dates that look like one are stepped over.
    days = [match for match in dates.find_all(text) if not match.text.isdigit()]
    line, numerals, free = plain(text), [], 0
    for start in _START.finditer(line):
        found = _FROM_START.match(line, start.start()) if start.start() >= free else None
        if not found:
            continue
        free = found.end()
        numeral = _numeral(found)
        if numeral and not any(day.start < numeral.end and numeral.start < day.end for day in days):
            numerals.append(numeral)
    return tuple(numerals)


def group_starts(text: str, numeral: Numeral) -> list[int]:
    """Where the number would begin if its leading groups were another column's: `2 150,00` may be 2 and 150,00."""
    line = plain(text)
    return [
        at + 1
        for at in range(numeral.number_start, numeral.number_end)
        if line[at] == " " and line[at + 1] != "0" and not numeral.signed
    ]


def read(text: str, *, three_decimals: bool) -> tuple[Decimal, int] | None:
    """The number and how many decimals it was printed with, or None where the text is no number.

    Args:
        text: the number with its signs, and at most one currency.
        three_decimals: what `1,234` and `1.234` mean: True for 1.234 (quantities), False for 1234 (money).

    >>> read("(1 234:50)", three_decimals=False), read("10,270", three_decimals=True)
    ((Decimal('-1234.50'), 2), (Decimal('10.270'), 3))
    >>> read("12.34.56", three_decimals=False)
    """
    found = _WHOLE.fullmatch(squeezed(text))
    if not found or bool(found["open"]) != bool(found["close"]):
        return None
    integer, mark, fraction = found["integer"], found["mark"], found["fraction"]
    group = next((c for c in integer if not c.isdigit()), None)
    if mark and (mark == group or (mark == ":" and fraction and len(fraction) != 2)):
        return None
    if not mark and group in (".", ",") and integer.count(group) == 1:
        whole, _, rest = integer.partition(group)
        if three_decimals or whole.startswith("0"):
            integer, fraction = whole, rest
    digits = re.sub("[^0-9]", "", integer)
    if len(digits) > MOST_DIGITS:
        return None
    value = Decimal(f"{digits}.{fraction}" if fraction else digits)
    negative = any(found[sign] for sign in ("open", "minus", "minus_inside", "behind"))
    return (-value if negative and value else value), len(fraction or "")


def _numeral(found: re.Match[str]) -> Numeral | None:
    number = found["number"]
    if number is None:
        return None
    decimals = found["decimals"]
    integer = number[: len(number) - len(decimals or "")]
    if len(integer) > 1 and integer[0] == "0" and integer[1].isdigit():
        return None
    if integer.isdigit() and len(integer) > (MOST_DIGITS if decimals else _MOST_UNGROUPED):
        return None
    if decimals and decimals[0] == ":" and decimals != ":-" and len(integer) <= 2 and int(integer) < 24:
        return None  # a time of day
    start, end = found.start(), found.end()
    lead, tail = found["lead"] or "", found["tail"] or ""
    # Parentheses mean a negative sum only around a full one; "(2)" is a remark.
    if (lead == "(") != (tail == ")") or (lead == "(" and not decimals):
        if lead == "(":
            start, lead = found.start("number"), ""
        if tail == ")":
            end = found.end("number")
    places = None if not decimals else (len(decimals) - 1 if decimals[-1].isdigit() else 2)
    return Numeral(start, end, found.start("number"), found.end("number"), places, bool(lead))
