"""VAT registration numbers (momsregistreringsnummer).

Issued by tax authorities. Swedish ones are `SE`, the ten digits of the organisation number and two more, nearly always
`01`. The rules of other countries are python-stdnum's: the EU, Norway (`NO` + 9 digits + `MVA`), Great Britain and
Switzerland.

>>> [parse(text) for text in ("SE559994120901", "SE 559994-1209 01", "SE5599941209-01", "559994-1209 01")]
['SE559994120901', 'SE559994120901', 'SE559994120901', 'SE559994120901']
>>> [parse(text) for text in ("DE 270 000 004", "NO 999 888 777 MVA", "999888777MVA", "CHE-107.787.577 MWST")]
['DE270000004', 'NO999888777MVA', 'NO999888777MVA', 'CHE107787577MWST']
>>> [(check.name, check.passed) for check in check("SE559994120901")], check("DE270000004")[0].passed
([('luhn', True), ('suffix', True)], True)
>>> check("SE559994120401")[0].passed, check("DE136695977")[0].passed
(False, False)
>>> parse("559994-1209")
Traceback (most recent call last):
    ...
fakta.errors.FormatError: '559994-1209' is no VAT number: expected a country and digits such as SE559994120901
>>> [match.text for match in find("VAT SE 559994-1209 01 IBAN SE45 5000 0000 0583 9825 7466")]
['SE 559994-1209 01']
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from fakta.fields.base import Check, Match
from fakta.fields.luhn import luhn_ok
from fakta.fields.printed import first, has_digit, match_at, plain, refusal, squeezed

# What may follow the country; whether it is right is for `check`.
_BODIES = {
    "AT": "U[0-9]{8}",
    "BE": "[01]?[0-9]{9}",
    "BG": "[0-9]{9,10}",
    "CHE": "[0-9]{9}(?:MWST|TVA|IVA)?",
    "CY": "[0-9]{8}[A-Z]",
    "CZ": "[0-9]{8,10}",
    "DE": "[0-9]{9}",
    "DK": "[0-9]{8}",
    "EE": "[0-9]{9}",
    "EL": "[0-9]{9}",
    "ES": "[0-9A-Z][0-9]{7}[0-9A-Z]",
    "EU": "[0-9]{9}",
    "FI": "[0-9]{8}",
    "FR": "[0-9A-Z]{2}[0-9]{9}",
    "GB": "(?:[0-9]{9}|[0-9]{12})",
    "HR": "[0-9]{11}",
    "HU": "[0-9]{8}",
    "IE": "[0-9][0-9A-Z][0-9]{5}[A-Z]{1,2}",
    "IT": "[0-9]{11}",
    "LT": "(?:[0-9]{9}|[0-9]{12})",
    "LU": "[0-9]{8}",
    "LV": "[0-9]{11}",
    "MT": "[0-9]{8}",
    "NL": "[0-9]{9}B[0-9]{2}",
    "NO": "[0-9]{9}(?:MVA)?",
    "PL": "[0-9]{10}",
    "PT": "[0-9]{9}",
    "RO": "[0-9]{2,10}",
    "SE": "(?:[0-9]{12}|[0-9]{10})",
    "SI": "[0-9]{8}",
    "SK": "[0-9]{10}",
    "XI": "(?:[0-9]{9}|[0-9]{12})",
}
_COMPACT = re.compile("|".join(country + body for country, body in _BODIES.items()))
_SWEDISH_BARE = re.compile("[0-9]{10}0[1-9]")
_NORWEGIAN_BARE = re.compile("[0-9]{9}MVA")
_START = re.compile(
    first("[A-Z0-9]", not_after=(r"\w",))
    + "(?:"
    + rf"(?:{'|'.join(f'(?<={country[0]}){country[1:]}' for country in _BODIES)})[ .-]?(?=[0-9A-Z])"
    # Without the country: Swedish, and Norwegian.
    + r"|(?<=[0-9])[0-9]{5}-?[0-9]{4}[ -]?0[1-9](?!\w)"
    + r"|(?<=[0-9])[0-9]{2} ?[0-9]{3} ?[0-9]{3} ?MVA(?!\w)"
    + ")"
)
_TOKEN = re.compile(r"[0-9A-Z][0-9A-Z.-]*(?![\w/])")
_FOUR_DIGITS = re.compile(" [0-9]{4}(?![0-9])")
# No country writes its number in more groups.
_MOST_TOKENS = 6


def find(text: str) -> Iterator[Match]:
    """Every VAT number in a line of text."""
    if not has_digit(text):
        return
    line = plain(text)
    last = 0
    for start in _START.finditer(line):
        end = _end(line, start.start())
        # Four more digits behind make it an IBAN.
        if end and start.start() >= last and not _FOUR_DIGITS.match(line, end):
            last = end
            yield match_at(text, start.start(), end)


def parse(text: str) -> str:
    """Country and number, compact and in capitals; a Swedish or Norwegian one gets its country where it is left out.

    Raises:
        FormatError: no country's number looks like this; a wrong check digit is left to `check`.
    """
    compact = _compact(squeezed(text))
    if compact is None:
        raise refusal(text, "VAT number", expected="a country and digits such as SE559994120901")
    return compact


def check(value: str) -> tuple[Check, ...]:
    """Swedish: Luhn's digit of the organisation number, and the two last digits. Others: the country's own rule."""
    if not value.startswith("SE"):
        return (Check("check_digit", _foreign_ok(value), f"{value[:2]} rule for {value}"),)
    suffix = value[12:]
    return (
        Check("luhn", luhn_ok(value[2:12]), f"check digit of the organisation number in {value}"),
        Check("suffix", len(suffix) == 2 and suffix != "00", f"two more digits, usually 01; found {suffix or 'none'}"),
    )


def format(value: str) -> str:
    """As it is, compact."""
    return value


def _compact(text: str) -> str | None:
    compact = re.sub("[ ./-]", "", text).upper()
    if _SWEDISH_BARE.fullmatch(compact):
        return f"SE{compact}"
    if _NORWEGIAN_BARE.fullmatch(compact):
        return f"NO{compact}"
    return compact if _COMPACT.fullmatch(compact) else None


def _end(line: str, start: int) -> int | None:
    ends: list[int] = []
    position = start
    while len(ends) < _MOST_TOKENS and (token := _TOKEN.match(line, position)):
        ends.append(token.end() - (token[0][-1] in ".-"))
        position = token.end() + 1
        if line[token.end() : position] != " ":
            break
    return next((end for end in reversed(ends) if _compact(line[start:end])), None)


def _foreign_ok(value: str) -> bool:
    from stdnum.ch import vat as swiss
    from stdnum.eu import vat as european
    from stdnum.gb import vat as british
    from stdnum.no import mva as norwegian

    if value.startswith("CHE"):
        return bool(swiss.is_valid(value if value[-1].isalpha() else f"{value}MWST"))
    if value.startswith("NO"):
        return bool(norwegian.is_valid(value if value.endswith("MVA") else f"{value}MVA"))
    if value.startswith("GB"):
        return bool(british.is_valid(value))
    return bool(european.is_valid(value))
