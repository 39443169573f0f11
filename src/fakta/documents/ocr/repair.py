"""Words as they were printed, from words as an OCR engine gave them.

Engines overlook blanks between a caption and its value, put some into amounts, read letters into numbers, and take the
ring of an "å" for an accent. What is mended here is what no printed word can be: "Fakturanr12345", "1 234 ,00",
"2026-O1-15", "25 Yo", on a Swedish page "vàrd". Everything else stays as it was read; whether a number is right is for
the checks of its field.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from fakta.documents.lines import group_lines
from fakta.documents.model import Box, Word

# Places inside a word where a blank was lost.
_GLUED = re.compile(
    r"""
      (?<=[a-zåäö]{3})(?=[0-9])               # Fakturanr|12345, betala|1234,00: codes are set in capitals
    | (?<=[0-9])(?=[A-ZÅÄÖ]?[a-zåäö]{4})      # 2026-01-15|Förfallodatum
    | (?<=[0-9]{4})(?=[a-zåäö]{3}(?!\w))      # 48291355|vid
    | (?<=[^\W\d_][:;])(?=[^\W_])             # Fakturanr:|12345
    | (?<=[0-9][.,][0-9]{2})(?=(?:kr|SEK)$)   # 1234,00|kr
    | (?<=[0-9]%)(?=[0-9])                    # 25%|800,00
    """,
    re.VERBOSE,
)
# Addresses of people and pages, and file names, are one word.
_ADDRESS = re.compile(r"@|//|www\.|\.(?:se|com|nu|eu|net|org|pdf)\b", re.IGNORECASE)

# Letters that engines read for digits. "B", "S" and their like also begin and end codes ("B123-4567"), so there they
# stay, except in amounts.
_DIGITS = str.maketrans("OoQDlISsBZzG", "000011558226")
_D = r"[0-9OoQDlISsBZzG]"
_END = r"[0-9OolI]"
_SHAPES = re.compile(
    rf"""
      {_END}{_D}{{3}}-{_D}{{2}}-{_D}{_END}                    # 2026-01-15
    | {_END}{_D}{{5}}-{_D}{{3}}{_END}                         # 559994-1209
    | {_END}{_D}{{2,3}}-{_D}{{3}}{_END}                       # 5402-9681
    | -?{_D}{{1,3}}(?:[.\ ]?{_D}{{3}})*[,.]{_D}{{2}}          # 1.234,00
    | (?P<vat>SE)[-\ ]?{_D}{{10}}[0Oo][1lI]                   # SE559994120901
    """,
    re.VERBOSE,
)
# The comma of "1.234,50", the character that is misread most often.
_TWO_PERIODS = re.compile(r"-?[0-9]{1,3}(?:\.[0-9]{3})+\.[0-9]{2}")
# At least this share of a number's characters was read as digits; "SOS-BILD" has the shape of a number too.
_READ_AS_DIGITS = 0.6

_PERCENT = re.compile("[Yy][o0O]|%[o0O]|[°9o]/[o0O]")
_RATE = re.compile(r"[0-9]{1,2}(?:[.,][0-9]{1,2})?")
_FRACTION = re.compile(r"[.,][0-9]{2}(?:kr|:-)?")
_OPEN_AMOUNT = re.compile(r"(?:[0-9]{1,3}(?:\.[0-9]{3})*|[0-9]{1,9})[.,]?")

# Engines trained on many languages give Swedish rings and dots as accents; "à" alone is a word of its own ("à 12 kr").
_ACCENTS = str.maketrans("àáâãāÀÁÂÃóòôõōÓÒÔÕ", "åååååÅÅÅÅöööööÖÖÖÖ")
_ACCENTED = re.compile("[àáâãāÀÁÂÃóòôõōÓÒÔÕ]")
_SWEDISH = re.compile("[åäöÅÄÖ]")
_FOREIGN = re.compile("[èêëçîïûùœßñÈÊÇ]")
# A page with fewer such letters may be in any language.
_ENOUGH_LETTERS = 5

# The parts of one number stand closer than this, in line heights: a printed blank is 0.22 and more. A per cent sign may
# stand one blank away.
_TORN = 0.2
_ONE_BLANK = 0.6


def repaired(words: Sequence[Word], *, aspect: float) -> list[Word]:
    """The words of a page, taken apart, put together and mended; in no order.

    Args:
        words: in any order.
        aspect: the page's height over its width.
    """
    mended: list[Word] = []
    words = _in_swedish(words)
    for line in group_lines(words):
        parts = [part for i in line for part in _apart(words[i])]
        mended += _joined(parts, aspect)
    return mended


def digits_mended(text: str) -> str:
    """The text with digits for letters that look like them, where the whole of it has the shape of a number.

    >>> [digits_mended(text) for text in ("2026-O1-l5", "SES59994120901", "1.234.50", "SO-1234", "BILD")]
    ['2026-01-15', 'SE559994120901', '1.234,50', 'SO-1234', 'BILD']
    """
    bare = text.rstrip(".,:;")
    if _TWO_PERIODS.fullmatch(bare):
        return f"{bare[:-3]},{bare[-2:]}{text[len(bare) :]}"
    if bare.isdigit() or not (found := _SHAPES.fullmatch(bare)):
        return text
    head = found["vat"] or ""
    number = bare[len(head) :]
    letters = [char for char in number if char.isalnum()]
    if sum(char.isdigit() for char in letters) < _READ_AS_DIGITS * len(letters):
        return text
    return head + number.translate(_DIGITS) + text[len(bare) :]


def _in_swedish(words: Sequence[Word]) -> Sequence[Word]:
    """The words with "å" and "ö" for accented letters, where the page is in Swedish."""
    text = " ".join(word.text for word in words)
    swedish = len(_SWEDISH.findall(text))
    if swedish < _ENOUGH_LETTERS or swedish < 5 * len(_FOREIGN.findall(text)) or not _ACCENTED.search(text):
        return words
    return [
        Word(word.text.translate(_ACCENTS), word.box, word.confidence)
        if len(word.text) > 2 and _ACCENTED.search(word.text)
        else word
        for word in words
    ]


def _apart(word: Word) -> Iterator[Word]:
    """The word at its lost blanks, without the rules of a table; its box is shared out evenly."""
    text = word.text.strip("|") or word.text
    cuts = [0, *(match.start() for match in _GLUED.finditer(text)), len(text)]
    if len(cuts) == 2 or _ADDRESS.search(text):
        mended = digits_mended(text)
        yield word if mended == word.text else Word(mended, word.box, word.confidence)
        return
    step = word.box.width / len(text)
    for start, end in pairwise(cuts):
        box = Box(word.box.left + start * step, word.box.top, word.box.left + end * step, word.box.bottom)
        yield Word(digits_mended(text[start:end]), box, word.confidence)


def _joined(line: Sequence[Word], aspect: float) -> Iterator[Word]:
    """The words of a line, decimals put back behind their amounts and per cent signs behind rates."""
    before: Word | None = None
    for word in line:
        if before is not None:
            gap = (word.box.left - before.box.right) / max(before.box.height * aspect, 1e-6)
            if gap < _ONE_BLANK and _PERCENT.fullmatch(word.text) and _RATE.fullmatch(before.text):
                word = Word("%", word.box, word.confidence)
            elif gap < _TORN and _torn(before.text, word.text):
                confidence = min(before.confidence, word.confidence)
                before = Word(before.text + word.text, before.box.union(word.box), confidence)
                continue
            yield before
        before = word
    if before is not None:
        yield before


def _torn(before: str, after: str) -> bool:
    """Whether two words are one amount: `1234` `,00` and `1234,` `00`, not `1234` `00`."""
    marked = before[-1:] in (".", ",")
    if not _OPEN_AMOUNT.fullmatch(before):
        return False
    return bool(re.fullmatch("[0-9]{2}(?:kr)?", after) if marked else _FRACTION.fullmatch(after))
