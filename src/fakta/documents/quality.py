"""Whether a page's text layer can be used, or the page has to be read by OCR."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from typing import Literal

Problem = Literal["none", "scan", "garbage"]

# A scan often carries a digital stamp or a page number; an invoice has some hundred characters.
SCAN_MAX_CHARACTERS = 80
SCAN_MIN_IMAGE_SHARE = 0.5

# Share of characters that no invoice prints: private use, control and replacement characters, "(cid:12)".
GARBAGE_SHARE = 0.2

# Swedish and English text has 36-42 % vowels among its letters, product codes around 20 %. A font that maps its glyphs
# to other letters falls outside.
VOWEL_SHARE = (0.12, 0.75)
VOWEL_MIN_LETTERS = 60

_CID = re.compile(r"\(cid:\d+\)")
_VOWELS = frozenset("aeiouyåäöæøéèêáíóúüàâëïôAEIOUYÅÄÖÆØÉÈÊÁÍÓÚÜÀÂËÏÔ")


def text_problem(text: str, *, unmapped: float = 0.0, image_share: Callable[[], float] | None = None) -> Problem | None:
    """What is wrong with the text layer of a page, None where it can be used.

    Args:
        text: the page's characters; white space does not count.
        unmapped: share of the glyphs, 0-1, for which the PDF does not say which character they are.
        image_share: share of the page, 0-1, that images cover; only called for pages with little text.

    Returns:
        "none": no text at all. "scan": a little text on a page that is an image. "garbage": meaningless characters.

    >>> text_problem("Faktura 1042"), text_problem(" "), text_problem("(cid:12)(cid:31)(cid:7)")
    (None, 'none', 'garbage')
    """
    counts = {char: count for char, count in Counter(text).items() if not char.isspace()}
    total = sum(counts.values())
    if not total:
        return "none"
    odd = sum(count for char, count in counts.items() if _is_odd(ord(char)))
    cids = sum(map(len, _CID.findall(text))) if "(cid:" in text else 0
    if (odd + cids) / total > GARBAGE_SHARE or unmapped > GARBAGE_SHARE or _no_language(counts):
        return "garbage"
    if total < SCAN_MAX_CHARACTERS and image_share is not None and image_share() >= SCAN_MIN_IMAGE_SHARE:
        return "scan"
    return None


def _is_odd(code: int) -> bool:
    # U+0002 is pdfium's hyphen at the end of a line.
    return (
        (code < 0x20 and code != 0x02)
        or 0x7F <= code < 0xA0
        or 0xE000 <= code <= 0xF8FF
        or code == 0xFFFD
        or code >= 0xF0000
    )


def _no_language(counts: dict[str, int]) -> bool:
    letters = {char: count for char, count in counts.items() if ord(char) < 0x250 and char.isalpha()}
    total = sum(letters.values())
    if total < VOWEL_MIN_LETTERS:
        return False
    share = sum(count for char, count in letters.items() if char in _VOWELS) / total
    return not VOWEL_SHARE[0] <= share <= VOWEL_SHARE[1]
