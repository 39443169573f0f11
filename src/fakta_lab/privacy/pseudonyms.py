"""Pseudonyms for personal identity numbers: the same number always becomes the same other one, under a secret key.

A pseudonym has a day that exists, a birth number 980-999 as Skatteverket's test numbers of older years have, and the
right check digit. There are 672,000 of them, so that two persons may share one: even odds at about a thousand persons.
Whoever has the key can find a number again by trying all. This is pseudonymisation (GDPR art. 4.5), not anonymisation:
throw the key away when the set is made.
"""

from __future__ import annotations

import hmac
import re
from itertools import count

from stdnum.iso7064 import mod_97_10

from fakta.errors import ConfigError
from fakta.fields.luhn import luhn_digit
from fakta_lab.privacy.identity_numbers import is_coordination_number

_FEWEST_BYTES = 16
_IBAN_DIGITS = 22


class Pseudonyms:
    """Consistent replacements for identity numbers, so that labels stay labels.

    >>> pseudonyms = Pseudonyms(b"sixteen bytes at least")
    >>> short, long = pseudonyms.replace("811228-9874"), pseudonyms.replace("19811228+9874")
    >>> len(short), short != "811228-9874", long == f"19{short[:6]}+{short[7:]}"
    (11, True, True)
    """

    def __init__(self, key: bytes) -> None:
        """Takes the secret.

        Raises:
            ConfigError: the key is shorter than 16 bytes.
        """
        if len(key) < _FEWEST_BYTES:
            raise ConfigError(f"pseudonyms: a key of {len(key)} bytes can be guessed; use secrets.token_bytes(32)")
        self._key = key

    def number(self, digits: str) -> str:
        """The ten digits that stand for ten digits: another number, a coordination number's being one, too."""
        return next(drawn for drawn in (self._draw(digits, attempt) for attempt in count()) if drawn != digits)

    def replace(self, printed: str) -> str:
        """The printed number with other digits in the same places.

        Args:
            printed: one number: ten or twelve digits in any print form, or the IBAN of a personal account. A century
                stays as it is; an IBAN gets new check digits.
        """
        digits = re.sub("[^0-9]", "", printed)
        new = digits[:-10] + self.number(digits[-10:])
        if len(digits) == _IBAN_DIGITS:
            new = mod_97_10.calc_check_digits(f"{new[2:]}SE") + new[2:]
        left = iter(new)
        return re.sub("[0-9]", lambda _: next(left), printed)

    def _draw(self, digits: str, attempt: int) -> str:
        seed = hmac.digest(self._key, f"{digits}/{attempt}".encode(), "sha256")
        rest = int.from_bytes(seed, "big")
        parts = []
        for size in (100, 12, 28, 20):
            rest, part = divmod(rest, size)
            parts.append(part)
        year, month, day, serial = parts
        day += 61 if is_coordination_number(digits) else 1
        body = f"{year:02d}{month + 1:02d}{day:02d}{980 + serial}"
        return body + luhn_digit(body)
