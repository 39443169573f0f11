"""Luhn's check digit (mod 10), which guards most Swedish payment numbers.

Organisation numbers, personal numbers, bankgiro, plusgiro, OCR references and the amount on a payment slip end in it.
The rule itself is python-stdnum's; this module adds that it never raises.

>>> luhn_ok("54029681"), luhn_ok("54029682"), luhn_ok("not digits"), luhn_ok("")
(True, False, False, False)
>>> luhn_digit("559999000"), luhn_digit("212000051"), luhn_digit("20260147")
('8', '4', '2')
"""

from __future__ import annotations


def luhn_ok(digits: str) -> bool:
    """Whether the last digit is the right check digit; False for anything but digits."""
    if not (digits.isascii() and digits.isdigit()):
        return False
    from stdnum import luhn

    return luhn.checksum(digits) == 0


def luhn_digit(body: str) -> str:
    """The check digit to append to `body`.

    Args:
        body: digits only.
    """
    from stdnum import luhn

    return luhn.calc_check_digit(body)
