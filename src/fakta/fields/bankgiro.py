"""Bankgiro numbers: accounts in the Swedish giro system of the banks.

Issued by Bankgirot. Seven or eight digits, printed with a hyphen before the last four; the last digit is Luhn's.

>>> [parse(text) for text in ("5402-9681", "540-2961", "5402 9681", "54029681", "991 - 2346")]
['54029681', '5402961', '54029681', '54029681', '9912346']
>>> check(parse("5402-9681")), check(parse("5402-9682"))[0].passed
((Check(name='luhn', passed=True, detail='check digit of 5402-9681'),), False)
>>> parse("4330-0")
Traceback (most recent call last):
    ...
fakta.errors.FormatError: '4330-0' is no bankgiro number: expected seven or eight digits such as 5402-9681
>>> [match.text for match in find("Bankgiro 5402-9681 Tel 013-12 34 56 Org.nr 559994-1209")]
['5402-9681']
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fakta.fields.base import Check, Match
from fakta.fields.luhn import luhn_ok
from fakta.fields.printed import every_match, first, refusal, squeezed

_WHOLE = re.compile("([0-9]{3,4}) ?-? ?([0-9]{4})")
# The hyphen makes it; two bare groups must not be part of a longer row of groups, a bare run must be no date.
_FIND = re.compile(
    first("[1-9]", not_after=(r"[\w+#]", "[0-9)][-./:,]", r"[^\W\d_][-/]", "[0-9][-/][0-9]{2} "))
    + "(?:"
    + "[0-9]{2,3} ?- ?[0-9]{4}"
    + "|(?<![0-9] [1-9])(?:[0-9]{2,3} [0-9]{4}(?! [0-9])|(?!(?<=[12])[09][0-9]{2}[01][0-9][0-3][0-9](?!\\w))[0-9]{6,7})"
    + ")"
    + r"(?!\w)(?![-./:,][0-9])"
)


def find(text: str) -> Iterator[Match]:
    """Every bankgiro number in a line of text; without a hyphen it is the weaker form."""
    return every_match(_FIND, text)


def parse(text: str) -> str:
    """The digits.

    Raises:
        FormatError: not seven or eight digits, or the hyphen stands elsewhere; a wrong check digit is left to `check`.
    """
    found = _WHOLE.fullmatch(squeezed(text))
    if not found:
        raise refusal(text, "bankgiro number", expected="seven or eight digits such as 5402-9681")
    return found[1] + found[2]


def check(value: str) -> tuple[Check, ...]:
    """Luhn's digit."""
    return (Check("luhn", luhn_ok(value), f"check digit of {format(value)}"),)


def format(value: str) -> str:
    """With a hyphen before the last four."""
    return f"{value[:-4]}-{value[-4:]}"
