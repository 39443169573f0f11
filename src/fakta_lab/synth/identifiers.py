"""Numbers with valid check digits: organisation numbers, accounts, references, GLN."""

from __future__ import annotations

from random import Random

# Bank code of the IBAN, and its BIC.
BANKS = (
    ("120", "DABASESX"),
    ("300", "NDEASESS"),
    ("500", "ESSESESS"),
    ("600", "HANDSESS"),
    ("800", "SWEDSESS"),
    ("902", "ELLFSESS"),
    ("915", "SKIASESS"),
    ("917", "IKANSE21"),
    ("230", "AABASESS"),
    ("955", "AVANSES1"),
)
_FOREIGN_IBAN = {"DE": 18, "DK": 14, "NO": 11, "FI": 14}
_FOREIGN_BIC = {"DE": "COBADEFF", "DK": "JYBADKKK", "NO": "DNBANOKK", "FI": "OKOYFIHH"}
_NORWEGIAN_WEIGHTS = (5, 4, 3, 2, 7, 6, 5, 4, 3, 2, 1)
_ORG_PREFIXES = {
    "company": ("556", "556", "559", "559"),
    "partnership": ("916", "969"),
    "association": ("802", "716", "717", "769", "814", "857"),
    "authority": ("212000", "232100", "202100", "222000"),
}


def digits(rng: Random, count: int) -> str:
    """That many random digits, the first not 0."""
    return str(rng.randrange(10 ** (count - 1), 10**count))


def with_luhn(body: str) -> str:
    """The digits with their Luhn check digit.

    >>> with_luhn("5402968"), with_luhn("20260147")
    ('54029681', '202601472')
    """
    total = 0
    for position, character in enumerate(reversed(body)):
        value = int(character) * (2 - position % 2)
        total += value - 9 * (value > 9)
    return body + str(-total % 10)


def org_number(rng: Random, kind: str) -> str:
    """Ten digits of an organisation of that kind, or of a sole trader's test-like personal number."""
    if kind == "person":
        born = f"{rng.randrange(45, 99):02d}{rng.randrange(1, 13):02d}{rng.randrange(1, 29):02d}"
        return with_luhn(born + str(rng.randrange(980, 1000)))
    prefix = rng.choice(_ORG_PREFIXES[kind])
    return with_luhn(prefix + "".join(str(rng.randrange(10)) for _ in range(9 - len(prefix))))


def bankgiro(rng: Random) -> str:
    """Seven or eight digits."""
    return with_luhn(digits(rng, rng.choice((6, 7, 7))))


def plusgiro(rng: Random) -> str:
    """Five to eight digits."""
    return with_luhn(digits(rng, rng.choice((4, 5, 5, 6, 6, 7))))


def iban_and_bic(rng: Random, country: str) -> tuple[str, str]:
    """An account of a bank in that country."""
    if country == "SE":
        bank, bic = rng.choice(BANKS)
        account = bank + digits(rng, rng.randrange(9, 17)).zfill(17)
    else:
        bic = _FOREIGN_BIC[country]
        account = digits(rng, _FOREIGN_IBAN[country])
        while country == "NO" and sum(int(c) * w for c, w in zip(account, _NORWEGIAN_WEIGHTS, strict=True)) % 11:
            account = digits(rng, 11)
    if rng.random() < 0.15:
        bic += "XXX"
    letters = "".join(str(int(c, 36)) for c in country)
    return f"{country}{98 - int(account + letters + '00') % 97:02d}{account}", bic


def gln(rng: Random) -> str:
    """Thirteen digits with the GS1 check digit."""
    body = "73" + digits(rng, 10)
    total = sum(int(c) * (3 if i % 2 == 0 else 1) for i, c in enumerate(reversed(body)))
    return body + str(-total % 10)


def reference_with_length(body: str) -> str:
    """An OCR number whose last but one digit is its length modulo ten.

    >>> reference_with_length("10234")
    '1023472'
    """
    return with_luhn(body + str((len(body) + 2) % 10))


def foreign_numbers(rng: Random, country: str) -> tuple[str, str]:
    """Company number and VAT number (compact, with country prefix) as that country issues them."""
    if country == "DE":
        body = digits(rng, 8)
        product = 10
        for character in body:
            step = (int(character) + product) % 10 or 10
            product = step * 2 % 11
        return f"HRB {digits(rng, 5)}", f"DE{body}{(11 - product) % 10}"
    length, weights = {
        "DK": (7, (2, 7, 6, 5, 4, 3, 2)),
        "NO": (8, (3, 2, 7, 6, 5, 4, 3, 2)),
        "FI": (7, (7, 9, 10, 5, 8, 4, 2)),
    }[country]
    while True:
        body = ("9" if country == "NO" else str(rng.randrange(1, 9))) + digits(rng, length - 1)
        check = -sum(int(c) * w for c, w in zip(body, weights, strict=True)) % 11
        if check < 10:
            break
    number = f"{body}{check}"
    if country == "NO":
        return f"{number[:3]} {number[3:6]} {number[6:]}", f"NO{number}MVA"
    if country == "FI":
        return f"{body}-{check}", f"FI{number}"
    return number, f"DK{number}"
