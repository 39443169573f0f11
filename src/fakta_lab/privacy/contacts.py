"""E-mail addresses and Swedish mobile numbers in a line of text: personal data where they are a person's own.

Whether an address is a person's or an office's cannot be told from it, so all are found.

>>> [(kind, start, end) for kind, start, end in find_contacts("anna@exempel.se, 070-123 45 67, 08-123 45 67")]
[('email', 0, 15), ('mobile', 17, 30)]
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from fakta.fields.printed import plain

_EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
# PTS' numbering plan: 70, 72, 73, 76 and 79, then seven digits.
_MOBILE = re.compile(
    r"(?<![\w+])(?<![0-9][ ./:-])(?:0|(?:\+|00)46 ?(?:\(0\) ?)?)7[02369](?:[ /-]{0,3}[0-9]){7}(?!\w)(?![.,:-][0-9])"
)


def find_contacts(text: str) -> Iterator[tuple[Literal["email", "mobile"], int, int]]:
    """Kind, start and end of each, e-mail addresses first.

    Args:
        text: words stand between single blanks.
    """
    line = plain(text)
    for match in _EMAIL.finditer(line):
        yield ("email", *match.span())
    for match in _MOBILE.finditer(line):
        yield ("mobile", *match.span())
