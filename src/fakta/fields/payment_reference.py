"""Payment references: what the payer states so that the payment finds its invoice.

In Sweden an OCR reference under an agreement with Bankgirot or PlusGirot: 2-25 digits, the last one Luhn's, under some
agreements with the length (mod 10) as the last but one. Suppliers without an agreement print their invoice number or a
text. Creditor references of ISO 11649 begin with `RF` and two check digits (mod 97).

>>> [parse(text) for text in ("202601472", "1234 5678 9012", "RF18 5390 0754 7034", "F20260031 order", "f-30/8")]
['202601472', '123456789012', 'RF18539007547034', 'F20260031ORDER', 'F30/8']
>>> [(check.name, check.passed) for check in check("202601472")]
[('luhn', True), ('length_digit', False)]
>>> [check.passed for check in check("2026014700")]
[True, True]
>>> check("RF18539007547034")[0].passed, check("F30/8")
(True, ())
>>> parse("Betala snarast")
Traceback (most recent call last):
    ...
fakta.errors.FormatError: 'Betala snarast' is no payment reference: expected 2-25 digits, or a text with one
>>> [match.text for match in find("Ange OCR 70405913826 vid betalning av 1 234,50 kr")]
['70405913826']
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fakta.fields import identifier
from fakta.fields.base import Check, Match
from fakta.fields.luhn import luhn_ok
from fakta.fields.printed import first, has_digit, match_at, plain, refusal, squeezed

_DIGITS = re.compile("[0-9]{2,25}")
_TEXT = re.compile(r"[^\W_](?:[\w./+-]{0,33}[^\W_])?")
_CREDITOR = re.compile("RF[0-9]{2}[0-9A-Z]{1,21}")
_FIND_DIGITS = re.compile(
    first("[0-9]", not_after=(r"[\w+@(]", "[0-9)][.,:/-]", r"[^\W\d_][-/]"))
    + r"[0-9]{0,24}(?: [0-9]{1,12})*(?![\w%])(?! %)(?![.,:/-]\w)"
)
_FIND_CREDITOR = re.compile(first("R", not_after=(r"\w",)) + r"F[0-9]{2}(?: ?[0-9A-Z]{1,4}){1,6}(?!\w)")


def find(text: str) -> Iterator[Match]:
    """Every run of digits in a line of text, in groups or not, and every word with a digit in it.

    A row of groups comes first as one, then group by group: two columns may stand side by side.
    """
    if not has_digit(text):
        return
    line = plain(text)
    seen = set()
    for pattern in (_FIND_CREDITOR, _FIND_DIGITS):
        for found in pattern.finditer(line):
            for start, end in _alternatives(found):
                if (start, end) not in seen:
                    seen.add((start, end))
                    yield match_at(text, start, end)
    for match in identifier.find_all(text):
        if (match.start, match.end) not in seen and " " not in match.text and len(match.text) > 1:
            yield match


def parse(text: str) -> str:
    """The digits of an OCR reference; otherwise the text without blanks and hyphens, in capitals.

    Raises:
        FormatError: neither; a wrong check digit is left to `check`.
    """
    compact = squeezed(text).strip(" .,:;#").replace(" ", "").replace("-", "").upper()
    if _DIGITS.fullmatch(compact) or (_TEXT.fullmatch(compact) and has_digit(compact) and not compact.isdigit()):
        return compact
    raise refusal(text, "payment reference", expected="2-25 digits, or a text with one")


def check(value: str) -> tuple[Check, ...]:
    """Luhn's digit and the length digit of an OCR reference, mod 97 of an RF reference, nothing for a text.

    Many right references have no length digit, so its absence says nothing.
    """
    if _CREDITOR.fullmatch(value):
        from stdnum import iso11649

        return (Check("mod97", bool(iso11649.is_valid(value)), f"check digits {value[2:4]}"),)
    if not _DIGITS.fullmatch(value):
        return ()
    length_digit = str(len(value) % 10)
    return (
        Check("luhn", luhn_ok(value), f"check digit {value[-1]}"),
        Check("length_digit", value[-2] == length_digit, f"last but one {value[-2]}, length mod 10 is {length_digit}"),
    )


def format(value: str) -> str:
    """As it is; RF references in groups of four."""
    if _CREDITOR.fullmatch(value):
        return " ".join(value[i : i + 4] for i in range(0, len(value), 4))
    return value


def _alternatives(found: re.Match[str]) -> Iterator[tuple[int, int]]:
    size = sum(c != " " for c in found[0])
    groups = [(m.start() + found.start(), m.end() + found.start()) for m in re.finditer("[^ ]+", found[0])]
    if 2 <= size <= 25:
        yield found.span()
    if found[0].startswith("RF") or len(groups) == 1:
        return
    for start, end in groups:
        if end - start >= 2:
            yield start, end
