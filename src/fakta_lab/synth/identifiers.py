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


def iban_and_bic(rng: Random) -> tuple[str, str]:
    """An account of a Swedish bank."""
    bank, bic = rng.choice(BANKS)
    account = bank + digits(rng, rng.randrange(9, 17)).zfill(17)
    if rng.random() < 0.15:
        bic += "XXX"
    return with_iban_check("SE", account), bic


def with_iban_check(country: str, account: str) -> str:
    """The IBAN of a domestic account.

    >>> with_iban_check("SE", "50000000058398257466")
    'SE4550000000058398257466'
    """
    number = "".join(str(int(character, 36)) for character in account + country)
    return f"{country}{98 - int(number + '00') % 97:02d}{account}"


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
