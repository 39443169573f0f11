"""Currencies as ISO 4217 codes.

Issued by ISO (maintenance agency SIX). Printed as code, symbol or word; `kr` and `kronor` without a country mean
Swedish kronor on an invoice to Sweden.

>>> [parse(text) for text in ("SEK", "kr", "Svenska kronor", "€", "eur", "$", "norska kronor", "£")]
['SEK', 'SEK', 'SEK', 'EUR', 'EUR', 'USD', 'NOK', 'GBP']
>>> parse("XYZ")
Traceback (most recent call last):
    ...
fakta.errors.FormatError: 'XYZ' is no currency: expected an ISO 4217 code, kr or a symbol such as €
>>> [match.text for match in find("Att betala (SEK): 1 234,50 kr, EUR 100, 89,34 öre/kWh")]
['SEK', 'kr', 'EUR']
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fakta.fields.base import Check, Match
from fakta.fields.printed import match_at, refusal, squeezed

# Active codes of ISO 4217, without metals, funds and testing codes.
CODES = frozenset(
    """
    AED AFN ALL AMD AOA ARS AUD AWG AZN BAM BBD BDT BGN BHD BIF BMD BND BOB BRL BSD BTN BWP BYN BZD CAD CDF CHF CLP CNY
    COP CRC CUP CVE CZK DJF DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD GNF GTQ GYD HKD HNL HTG HUF IDR ILS
    INR IQD IRR ISK JMD JOD JPY KES KGS KHR KMF KPW KRW KWD KYD KZT LAK LBP LKR LRD LSL LYD MAD MDL MGA MKD MMK MNT MOP
    MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD OMR PAB PEN PGK PHP PKR PLN PYG QAR RON RSD RUB RWF SAR SBD SCR
    SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS TMT TND TOP TRY TTD TWD TZS UAH UGX USD UYU UZS VES VND VUV
    WST XAF XCD XCG XOF XPF YER ZAR ZMW ZWG
    """.split()
)
_WORDS = {
    "kr": "SEK",
    "kr.": "SEK",
    "krona": "SEK",
    "kronor": "SEK",
    "skr": "SEK",
    "svenska kronor": "SEK",
    "swedish kronor": "SEK",
    "norska kronor": "NOK",
    "norske kroner": "NOK",
    "nkr": "NOK",
    "danska kronor": "DKK",
    "danske kroner": "DKK",
    "dkr": "DKK",
    "€": "EUR",
    "euro": "EUR",
    "euros": "EUR",
    "euroa": "EUR",
    "fr.": "CHF",
    "sfr": "CHF",
    "sfr.": "CHF",
    "schweizer franken": "CHF",
    "francs suisses": "CHF",
    "swiss francs": "CHF",
    "$": "USD",
    "us$": "USD",
    "us-dollar": "USD",
    "dollar": "USD",
    "dollars": "USD",
    "£": "GBP",
    "pund": "GBP",
    "pound": "GBP",
    "pounds": "GBP",
    "zł": "PLN",
    "¥": "JPY",
}
# Only what an invoice to Sweden is likely to be in: any three capitals would find words.
_FIND = re.compile(
    r"(?<![\w.])(?:SEK|EUR|NOK|DKK|USD|GBP|CHF|PLN|CZK|ISK|HUF|CAD|AUD|JPY|CNY|RON|Sek|sek|eur|[Kk]r\.?|KR|"
    r"(?:[Ss]venska |[Nn]orska |[Dd]anska )?[Kk]ronor|"
    r"[Nn]orske kroner|[Dd]anske kroner|[Ee]uro[sa]?|EURO|SFr\.?)(?!\w)|(?<!\w)US\$|€|(?<!US)\$|£"
)


def find(text: str) -> Iterator[Match]:
    """Every currency in a line of text."""
    for found in _FIND.finditer(text):
        yield match_at(text, found.start(), found.end())


def parse(text: str) -> str:
    """The ISO 4217 code.

    Raises:
        FormatError: the text names no currency.
    """
    word = squeezed(text)
    code = word.upper()
    if code in CODES:
        return code
    try:
        return _WORDS[word.casefold()]
    except KeyError:
        raise refusal(text, "currency", expected="an ISO 4217 code, kr or a symbol such as €") from None


def check(value: str) -> tuple[Check, ...]:
    """Nothing to check: `parse` knows every code."""
    return ()


def format(value: str) -> str:
    """The code."""
    return value
