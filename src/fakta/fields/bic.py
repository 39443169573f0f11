"""Business identifier codes (BIC, "SWIFT code", ISO 9362).

Issued by SWIFT. Four letters of bank, two of country, two characters of place and, for a branch, three more.

>>> parse("ESSESESS"), parse("esse se ss"), parse("NDEASESSXXX")
('ESSESESS', 'ESSESESS', 'NDEASESSXXX')
>>> check("HANDSESS")
(Check(name='country', passed=True, detail='SE'), Check(name='known_bank', passed=True, detail='Handelsbanken'))
>>> check("ABCDZZ22")[0].passed, check("DEUTDEFF")
(False, (Check(name='country', passed=True, detail='DE'),))
>>> parse("5402-9681")
Traceback (most recent call last):
    ...
fakta.errors.FormatError: '5402-9681' is no BIC: expected 8 or 11 characters such as ESSESESS
>>> [match.text for match in find("BIC/SWIFT: ESSESESS IBAN SE45 5000")]
['ESSESESS']
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fakta.fields.base import Check, Match
from fakta.fields.printed import first, match_at, plain, refusal, squeezed

# The banks that Swedish suppliers have their accounts at.
_SWEDISH_BANKS = {
    "DABASESX": "Danske Bank",
    "AABASESS": "Ålandsbanken",
    "NDEASESS": "Nordea",
    "ESSESESS": "SEB",
    "HANDSESS": "Handelsbanken",
    "SWEDSESS": "Swedbank",
    "ELLFSESS": "Länsförsäkringar Bank",
    "SKIASESS": "Skandiabanken",
    "IKANSE21": "Ikano Bank",
    "MARGSESS": "Marginalen Bank",
    "SBAVSESS": "SBAB",
    "IBCASES1": "ICA Banken",
    "RESUSE21": "Resurs Bank",
    "AVANSES1": "Avanza",
    "SVEASES1": "Svea Bank",
    "EKMLSE21": "Ekobanken",
    "NOHLSESS": "Norion Bank",
    "KLRNSESS": "Klarna",
}
_COMPACT = re.compile("[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?")
# Capitals of that length are often a word; the country in the middle is one that sends invoices.
_COUNTRIES = (
    "AE|AT|AU|BE|BG|CA|CH|CN|CY|CZ|DE|DK|EE|ES|FI|FO|FR|GB|GR|HK|HR|HU|IE|IL|IN|IS|IT|JP|LI|LT|LU|LV|MC|MT|NL|NO|NZ|PL|PT|RO|RS|"
    "SE|SG|SI|SK|TR|UA|US"
)
_FIND = re.compile(
    first("[A-Z]", not_after=(r"\w",))
    + rf"[A-Z]{{3}}(?P<gap> ?)(?:{_COUNTRIES})(?P=gap)[A-Z0-9]{{2}}(?:(?P=gap)[A-Z0-9]{{3}})?(?!\w)"
)


def find(text: str) -> Iterator[Match]:
    """Everything in a line of text that has the form of a BIC and the code of a likely country in it."""
    for found in _FIND.finditer(plain(text)):
        yield match_at(text, found.start(), found.end())


def parse(text: str) -> str:
    """Compact, in capitals.

    Raises:
        FormatError: the text has not the form of a BIC.
    """
    compact = squeezed(text).replace(" ", "").replace("-", "").upper()
    if not _COMPACT.fullmatch(compact):
        raise refusal(text, "BIC", expected="8 or 11 characters such as ESSESESS")
    return compact


def check(value: str) -> tuple[Check, ...]:
    """Whether the country exists and, for Sweden, whether the bank is known."""
    from stdnum import bic

    country = Check("country", bool(bic.is_valid(value)), value[4:6])
    if value[4:6] != "SE":
        return (country,)
    bank = _SWEDISH_BANKS.get(value[:8])
    return (country, Check("known_bank", bank is not None, bank or f"{value[:8]} is not in the list of Swedish banks"))


def format(value: str) -> str:
    """As it is."""
    return value
