"""Characters as PDF and OCR give them, to the ones that a person would type."""

from __future__ import annotations

import unicodedata

_LIGATURES = {0xFB00: "ff", 0xFB01: "fi", 0xFB02: "fl", 0xFB03: "ffi", 0xFB04: "ffl", 0xFB05: "st", 0xFB06: "st"}

# A soft hyphen that a PDF draws is a hyphen: many fonts map the hyphen's glyph to it. pdfium marks a hyphen at the end
# of a line with U+0002 (U+FFFE in older versions).
_HYPHENS = dict.fromkeys((0x00AD, 0x2010, 0x2011, 0x0002, 0xFFFE), "-")

_TABLE = _LIGATURES | _HYPHENS


def clean_word(text: str) -> str:
    """The word with ligatures and soft hyphens spelled out and letters composed; "" where nothing printable is left.

    White space, zero-width characters, direction marks and control characters go; half a surrogate pair, which could
    not be written as UTF-8, becomes U+FFFD.

    >>> clean_word("5566\\u00ad7788"), clean_word("e\\ufb03cient"), clean_word("a\\u030a\\u200b")
    ('5566-7788', 'efficient', 'å')
    """
    if text.isascii() and text.isprintable() and " " not in text:
        return text
    text = "".join(map(_kept, text.translate(_TABLE)))
    return unicodedata.normalize("NFC", text)


def _kept(char: str) -> str:
    category = unicodedata.category(char)
    if category == "Cs":
        return "\N{REPLACEMENT CHARACTER}"
    return "" if category in ("Cc", "Cf") or char.isspace() else char
