"""What is left of a value and of printed words when everything that is easily misread is taken off.

Two texts with one key differ in blanks, marks, accents, case, and characters that engines and people take for each
other: "2026-O5-l5" and "2026-05-15", "GRÄNSÅS EL" and "Gransas El". Keys are compared, never shown.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from fakta.fields import from_canonical
from fakta.fields.dates import month_names

# Characters that OCR engines take for each other, as one of them; see `fakta.documents.ocr.repair` and
# `fakta_lab.synth.recognise`, which mend and make such mistakes.
_ALIKE = str.maketrans("oqilszb", "0011528")
# In codes a capital "G" is a 6, in words no digit at all.
_ALIKE_IN_CODES = str.maketrans("GgQOoDIiLlJSsBZz|!", "690000111115582211")

# Kinds whose values are words; the others are codes, numbers and dates.
WORDED_KINDS = frozenset({"name", "text"})
# Kinds that have no form of their own to look for: their words are a matter of meaning.
FORMLESS_KINDS = frozenset({"currency", "document_type"})


def key(text: str, *, worded: bool) -> str:
    """The letters and digits of a text, look-alikes as one.

    >>> key("Gränsås El AB,", worded=True) == key("GRANSASE1 A8", worded=True)
    True
    >>> key("2026-O5-l5", worded=False), key("12 450,00", worded=False)
    ('20260515', '1245000')
    """
    alike = text.translate(_ALIKE) if worded else text.translate(_ALIKE_IN_CODES)
    if not alike.isascii():
        alike = unicodedata.normalize("NFKD", alike).encode("ascii", "ignore").decode()
    folded = alike.casefold()
    return "".join(filter(str.isalnum, folded.translate(_ALIKE) if worded else folded))


def letters(text: str) -> str:
    """The letters and digits of a text in one case, as they are: what is counted as read otherwise.

    >>> letters("Gränsås El AB,")
    'gränsåselab'
    """
    return "".join(filter(str.isalnum, text.casefold()))


def printed_forms(kind: str, value: str) -> tuple[str, ...]:
    """Texts, without blanks and marks, that a page may print for a value.

    >>> printed_forms("amount", "-12450.00")
    ('1245000', '12450')
    >>> printed_forms("date", "2026-05-05")[:4]
    ('20260505', '260505', '05052026', '050526')
    >>> printed_forms("vat_number", "SE559994120901")
    ('SE559994120901', '559994120901')
    """
    if kind == "amount":
        return _amounts(from_canonical(kind, value))
    if kind == "date":
        return _dates(date.fromisoformat(value))
    if kind == "vat_number" and value[:2].isalpha():
        return value, value[2:]
    if kind == "org_number" and len(value) == 12 and value.startswith("16"):
        return value, value[2:]
    return (value,)


def _amounts(value: object) -> tuple[str, ...]:
    # Without its sign: engines lose it, and credit notes print it or not.
    number = f"{abs(value):.2f}".replace(".", "") if isinstance(value, Decimal) else str(value)
    return _once([number, number[:-2]] if number.endswith("00") and len(number) > 3 else [number])


def _dates(day: date) -> tuple[str, ...]:
    year, short = f"{day.year}", f"{day.year % 100:02}"
    forms = [f"{year}{day:%m%d}", f"{short}{day:%m%d}", f"{day:%d%m}{year}", f"{day:%d%m}{short}"]
    forms += [f"{day.day}{day.month}{year}", f"{day:%m%d}{year}"]
    for name in month_names(day.month):
        forms += [
            f"{day.day}{name}{year}",
            f"{day:%d}{name}{year}",
            f"{name}{day.day}{year}",
            f"{day.day}{name}{short}",
        ]
    return _once(forms)


def _once(forms: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(forms))
