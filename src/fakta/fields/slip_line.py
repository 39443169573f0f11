"""The machine-read line at the foot of a payment slip ("OCR-rad"): reference, amount and account in one.

Bankgirot's and PlusGirot's forms print it in OCR-B about 17 mm above the page's end:

    H  # {reference} #{kronor} {öre}   {check} >{bankgiro}#41#
    #    {reference} #{kronor} {öre}   {check} > {plusgiro} #14#

The check digit behind the amount is Luhn's over kronor and öre. Type codes that begin with 4 are bankgiro's, with 1
plusgiro's. Reference and amount may be blank. Each of the three values has a check digit of its own, so a line that
holds is the strongest evidence on the page. OCR loses and adds blanks and misreads the marks: `#` as `H` or `//`,
`>` as `)` or `7`. A `>` that was guessed is believed only where the check digits of amount and account hold, and in one
way only.

>>> line = find_slip_line("H # 202601472 # 1340 00 9 > 54029681#41#")
>>> line.payment_reference, str(line.amount), line.account, line.account_kind, line.valid
('202601472', '1340.00', '54029681', 'bankgiro', True)
>>> find_slip_line("# 202601472 # 1340 00 9 > 2865434 #14#").account_kind
'plusgiro'
>>> find_slip_line("#202601472#1340009754029681#41#") == line
True
>>> find_slip_line("# # > 5402968#41#").amount
>>> find_slip_line("Bankgiro 5402-9681")
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from fakta.fields.base import Check
from fakta.fields.luhn import luhn_ok

_HASH = r"(?:\#|H|//)"
_END = rf"{_HASH}(?P<type>[14][0-9]){_HASH}?(?![0-9])"
_REFERENCE = rf"(?:{_HASH}{{1,4}}(?P<reference>[0-9]{{2,25}})?{_HASH}|(?<![0-9])(?P<bare>[0-9]{{2,25}}){_HASH})"
_MARKED = re.compile(rf"{_REFERENCE}(?P<amount>[0-9]{{4,11}})?(?P<mark>[>)»])(?P<account>[0-9]{{2,8}}){_END}")
# The mark was read as a 7: where it stands among the digits is found by trying.
_RUN = re.compile(rf"{_REFERENCE}(?P<run>[0-9]{{7,20}}){_END}")


@dataclass(frozen=True, slots=True)
class SlipLine:
    """What a slip's machine-read line states.

    Attributes:
        payment_reference: digits; None where the payer is to fill it in.
        amount: to pay; None where the payer is to fill it in.
        account: digits of the bankgiro or plusgiro number.
        account_kind: which of the two, by the type code.
        type_code: two digits, such as "41".
        checks: one for each value that stands in the line: "reference_luhn", "amount_digit", "account_luhn".
    """

    payment_reference: str | None
    amount: Decimal | None
    account: str
    account_kind: Literal["bankgiro", "plusgiro"]
    type_code: str
    checks: tuple[Check, ...]

    @property
    def valid(self) -> bool:
        """Whether every check digit in the line holds."""
        return all(check.passed for check in self.checks)


def find_slip_line(text: str) -> SlipLine | None:
    """The machine-read line in a line of text, or None where there is none that can be believed."""
    if not any(mark in text for mark in ("#", "//", ">")):
        return None
    compact = "".join(text.split())
    found = _MARKED.search(compact)
    if found:
        line = _line(found, found["amount"], found["account"])
        return line if found["mark"] == ">" or _proven(line) else None
    found = _RUN.search(compact)
    if not found:
        return None
    run = found["run"]
    lines = [_line(found, run[:i], run[i + 1 :]) for i in range(4, min(12, len(run) - 2)) if run[i] == "7"]
    proven = [line for line in lines if _proven(line)]
    return proven[0] if len(proven) == 1 else None


def _line(found: re.Match[str], amount: str | None, account: str) -> SlipLine:
    reference = found["reference"] or found["bare"]
    checks = []
    if reference:
        checks.append(Check("reference_luhn", luhn_ok(reference), f"check digit of {reference}"))
    if amount:
        checks.append(
            Check("amount_digit", luhn_ok(amount), f"check digit {amount[-1]} of {amount[:-3]},{amount[-3:-1]}")
        )
    checks.append(Check("account_luhn", luhn_ok(account), f"check digit of {account}"))
    return SlipLine(
        payment_reference=reference,
        amount=Decimal(f"{amount[:-3]}.{amount[-3:-1]}") if amount else None,
        account=account,
        account_kind="bankgiro" if found["type"][0] == "4" else "plusgiro",
        type_code=found["type"],
        checks=tuple(checks),
    )


def _proven(line: SlipLine) -> bool:
    """Whether the line can be believed although its mark was guessed."""
    return (
        line.amount is not None
        and all(check.passed for check in line.checks if check.name != "reference_luhn")
        and (line.account_kind == "plusgiro" or len(line.account) >= 7)
    )
