"""What the tests of all kinds share."""

from __future__ import annotations

from fakta.errors import FieldError
from fakta.fields import KINDS, Value


def found_texts(kind: str, line: str) -> list[str]:
    """The texts that `find` gives, after checking that each stands where it says and ends no word in the middle."""
    texts = []
    for match in KINDS[kind].find(line):
        assert match.text == line[match.start : match.end] != ""
        around = (line[match.start - 1 : match.start] + match.text[0], match.text[-1] + line[match.end : match.end + 1])
        assert not any(len(pair) == 2 and pair.isalnum() and pair.isascii() for pair in around), (line, match)
        texts.append(match.text)
    return texts


def found_values(kind: str, line: str) -> list[Value]:
    """The values of those texts that are values."""
    values = []
    for text in found_texts(kind, line):
        try:
            values.append(KINDS[kind].parse(text))
        except FieldError:
            continue
    return values
