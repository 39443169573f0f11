"""Plusgiro numbers: accounts in the giro system that was the Swedish post's.

Issued by PlusGirot (Nordea), being wound down. Two to eight digits, printed in pairs from the right with a hyphen
before the last digit, which is Luhn's.

>>> [parse(text) for text in ("28 65 43-4", "286543-4", "4567-4", "176 09 90-1", "90 12 34-5", "6041826")]
['2865434', '2865434', '45674', '17609901', '9012345', '6041826']
>>> check(parse("28 65 43-4")), check(parse("28 65 43-5"))[0].passed
((Check(name='luhn', passed=True, detail='check digit of 28 65 43-4'),), False)
>>> parse("5402-9681")
Traceback (most recent call last):
    ...
fakta.errors.FormatError: '5402-9681' is no plusgiro number: expected two to eight digits such as 28 65 43-4
>>> [match.text for match in find("Plusgiro 28 65 43-4 Tel 013-12 34 56 Bankgiro 5402-9681")]
['28 65 43-4']
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fakta.fields.base import Check, Match
from fakta.fields.luhn import luhn_ok
from fakta.fields.printed import first, has_digit, match_at, plain, refusal, squeezed

_WHOLE = re.compile("((?:[0-9] ?){1,7})-? ?([0-9])")
_FIND = re.compile(
    first("[1-9]", not_after=(r"[\w+#(]", "[0-9)][-./:,]", r"[^\W\d_][-/]"))
    + "(?:"
    + "(?<![0-9] [1-9])[0-9]{0,3}(?: [0-9]{2,3}){1,3} ?- ?[0-9]"
    + "|[0-9]{3,6} ?- ?[0-9]"
    + "|(?<![0-9] [1-9])[0-9]{0,2}-[0-9]"
    + "|(?<![0-9] [1-9])[0-9]{4,7}(?! [0-9])"
    + ")"
    + r"(?!\w)(?![-./:,][0-9])"
)


def find(text: str) -> Iterator[Match]:
    """Every plusgiro number in a line of text; a bare run of five to eight digits is the weaker form."""
    if not has_digit(text):
        return
    for found in _FIND.finditer(plain(text)):
        if sum(map(str.isdigit, found[0])) <= 8:
            yield match_at(text, found.start(), found.end())


def parse(text: str) -> str:
    """The digits.

    Raises:
        FormatError: not two to eight digits, or the hyphen stands elsewhere; a wrong check digit is left to `check`.
    """
    found = _WHOLE.fullmatch(squeezed(text))
    if not found:
        raise refusal(text, "plusgiro number", expected="two to eight digits such as 28 65 43-4")
    return found[1].replace(" ", "") + found[2]


def check(value: str) -> tuple[Check, ...]:
    """Luhn's digit."""
    return (Check("luhn", luhn_ok(value), f"check digit of {format(value)}"),)


def format(value: str) -> str:
    """In pairs from the right, with a hyphen before the last digit."""
    body = value[:-1]
    odd = len(body) % 2
    pairs = ([body[:1]] if odd else []) + [body[i : i + 2] for i in range(odd, len(body), 2)]
    return f"{' '.join(pairs)}-{value[-1]}"
