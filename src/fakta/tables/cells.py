"""Cells of a line, and the numbers in them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import permutations

from fakta.candidates.page import PageView
from fakta.documents.lines import Segment, union_box
from fakta.documents.model import Box, Word
from fakta.fields.numerals import read
from fakta.fields.printed import has_digit, squeezed

_MOST_NUMBERS = 8  # of one row that are looked at
MOST_GROUPS = 4  # words of one number: 1 234 567,00

# In fonts of fixed pitch a blank is as wide as a letter, which ends a segment; a gap narrower than this many letters
# is a blank there.
_BLANKS = 1.6
_FIXED = 1.06  # widest by narrowest letter of words in a fixed pitch, at most

_LEAST_WHOLE = 10  # of amounts without decimals: smaller ones are counts and positions
_LONGEST_NUMBER = 36  # letters of a number with its currency and its unit
# How often, and for how much each, where no head says so: "3 × text à 12,50".
_TIMES = "×x*"
_COUNT = re.compile(r"[-\u2212\u2013]?\d{1,5}(?:[.,]\d{1,3})? ?[×x*]")
_FACTOR = re.compile(r"^(?:[àá@] ?|a )(?=[\d(-])|(?<=\d) ?[×x*]$")
_WITH_UNIT = re.compile(r"(?P<number>.*\d[-)]?) ?(?P<unit>[^\W\d_][\w².³/]{0,9}\.?)")
_MONEY = re.compile(
    r"\d[.,:]\d\d(?!\d)|\d[:.,]-|\d ?(?:(?:kr|SEK|NOK|DKK|EUR|GBP|USD)\b|[€£$])|(?:\b(?:kr|SEK|EUR)|[€£$]) ?\d",
    re.IGNORECASE,
)
_DATE = re.compile(r"\d{1,4}([-/.])\d{1,2}\1\d{2,4}|\d{1,2}/\d{1,2}(?: \d{2,4})?")


@dataclass(frozen=True, slots=True)
class Cell:
    """Words of one line that stand together.

    Attributes:
        words: left to right.
        indices: their positions on the page.
        text: the words joined by single spaces.
        box: around all words.
    """

    words: tuple[Word, ...]
    indices: tuple[int, ...]
    text: str
    box: Box

    @classmethod
    def of(cls, words: tuple[Word, ...], indices: tuple[int, ...]) -> Cell:
        """The cell of these words."""
        return cls(words, indices, " ".join(word.text for word in words), union_box(word.box for word in words))

    @property
    def is_number(self) -> bool:
        """Whether it is a number, a currency or a unit aside."""
        return bool(readings(self.text))


class Sheet:
    """A page with the cells of its lines, each line's put together once.

    Attributes:
        view: the page.
    """

    def __init__(self, view: PageView) -> None:
        self.view = view
        self._cells: dict[int, list[Cell]] = {}

    def cells(self, line: int) -> list[Cell]:
        """The cells of a line, left to right: its segments, those that only a fixed pitch divides put together."""
        if line not in self._cells:
            self._cells[line] = _cells_of(self.view.lines[line])
        return self._cells[line]


def _cells_of(segments: Sequence[Segment]) -> list[Cell]:
    cells: list[Cell] = []
    for segment in segments:
        words = segment.words
        if count := _words_of_count(words):
            cells += [Cell.of(words[:count], segment.indices[:count]), Cell.of(words[count:], segment.indices[count:])]
        elif cells and words[0].box.left - cells[-1].box.right < _BLANKS * _pitch((cells[-1].words[-1], words[0])):
            cells[-1] = Cell.of(cells[-1].words + words, cells[-1].indices + segment.indices)
        else:
            cells.append(Cell(words, segment.indices, segment.text, segment.box))
    return cells


def _words_of_count(words: Sequence[Word]) -> int:
    """How many words in front of a text say how often it was sold: "3 ×" two, "3x" one."""
    if len(words) > 1 and words[0].text[-1] in _TIMES:
        return int(is_count(words[0].text))
    if len(words) > 2 and words[1].text in _TIMES:
        return 2 * is_count(f"{words[0].text} {words[1].text}")
    return 0


def _pitch(words: Sequence[Word]) -> float:
    """Width of a letter where all are equally wide; 0 where they are not."""
    widths = [word.box.width / len(word.text) for word in words]
    return sum(widths) / len(widths) if max(widths) <= _FIXED * min(widths) else 0.0


@lru_cache(maxsize=4096)
def readings(text: str) -> tuple[Decimal, ...]:
    """The numbers that a cell may state, a currency or a unit aside: read as money first, then as a quantity.

    >>> readings("1 234,50 kr"), readings("6.818"), readings("2 st"), readings("Regel 45")
    ((Decimal('1234.50'),), (Decimal('6818'), Decimal('6.818')), (Decimal('2'),), ())
    >>> readings("3 ×"), readings("à 12,50")
    ((Decimal('3'),), (Decimal('12.50'),))
    """
    if not has_digit(text):
        return ()
    line = _FACTOR.sub("", squeezed(text))
    if len(line) > _LONGEST_NUMBER:
        return ()
    for number in dict.fromkeys((line, bare_number(line))):
        if money := read(number, three_decimals=False):
            quantity = read(number, three_decimals=True)
            return tuple(dict.fromkeys(found[0] for found in (money, quantity) if found))
    return ()


def bare_number(text: str) -> str:
    """What stands in front of a unit; the text itself where there is none.

    >>> bare_number("-19,71 kg"), bare_number("18,5")
    ('-19,71', '18,5')
    """
    match = _WITH_UNIT.fullmatch(squeezed(text))
    return match["number"] if match else text


def unit(text: str) -> str:
    """What stands behind the number of a cell; "" where nothing does.

    >>> unit("5,4 lit"), unit("18,5"), unit("56 m2"), unit("25 %")
    ('lit', '', 'm2', '')
    """
    line = _FACTOR.sub("", squeezed(text))
    match = _WITH_UNIT.fullmatch(line)
    return match["unit"] if match and not read(line, three_decimals=True) else ""


def is_count(text: str) -> bool:
    """Whether it says how often what follows was sold.

    >>> is_count("3 ×"), is_count("12x"), is_count("3 st")
    (True, True, False)
    """
    return text[-1] in _TIMES and bool(_COUNT.fullmatch(text))


def is_money(text: str) -> bool:
    """Whether it is a number printed to the cent, with the `:-` that stands for none, or with a currency."""
    return bool(_MONEY.search(text)) and bool(readings(text))


def is_date(text: str) -> bool:
    """Whether the text is a day and nothing else."""
    return bool(_DATE.fullmatch(text))


def letters(text: str) -> int:
    """How many letters there are."""
    return sum(map(str.isalpha, text))


def multiplies(quantity: str, price: str, amount: str, discount: str = "") -> bool:
    """Whether quantity times price, less the discount in percent, is the amount, to half of the price's last decimal.

    >>> multiplies("2 st", "750,00", "1 500,00"), multiplies("10", "60,00", "540,00", "10 %"), multiplies("2", "3", "5")
    (True, True, False)
    """
    return product(quantity, price, amount, discount) is not None


def numbers_multiply(numbers: Sequence[str], *, whole: bool = False) -> bool:
    """Whether the last of several numbers is an amount that two others multiply to.

    Args:
        numbers: of one line, left to right.
        whole: take amounts without decimals for such, from ten on.

    >>> numbers_multiply(["25 %", "2", "40,00", "80,00"]), numbers_multiply(["2", "80,00"])
    (True, False)
    >>> numbers_multiply(["2", "40", "80"]), numbers_multiply(["2", "40", "80"], whole=True)
    (False, True)
    """
    *factors, amount = numbers[-_MOST_NUMBERS:]
    if not is_money(amount) and not (whole and any(abs(value) >= _LEAST_WHOLE for value in readings(amount))):
        return False
    return any(multiplies(one, other, amount) for one, other in permutations(factors, 2))


@lru_cache(maxsize=4096)
def product(quantity: str, price: str, amount: str, discount: str = "") -> tuple[Decimal, Decimal, Decimal] | None:
    """Quantity, price and amount in the readings that multiply; None where none do."""
    off = readings(discount.replace("%", "")) if discount else ()
    rest = (100 - abs(off[0])) / 100 if off else Decimal(1)
    for q in readings(quantity):
        for p in readings(price):
            places = max(0, -int(p.as_tuple().exponent))
            slack = Decimal("0.011") + abs(q) * Decimal(5).scaleb(-max(places, 2) - 1)
            for a in readings(amount):
                if abs(abs(q * p * rest) - abs(a)) <= slack:
                    return q, p, a
    return None
