"""What two documents print alike: numbers, amounts and dates first, because they are what tells two invoices apart.

Invoices of one supplier share layout, captions and most of their text. What differs from one to the next are number,
dates, reference and mostly amounts, so documents are compared by their printed numbers; words only tell an invoice from
other documents about it. A scan of the same invoice lacks some numbers, and has others split, joined or misread:
a number counts as found where its digits stand one after the other among all digits of the other document.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from fakta.errors import FieldError
from fakta.fields import dates

_AMOUNT = re.compile(r"[0-9][.,][0-9]{2}(?![0-9])")
_NO_DIGIT = re.compile(r"[^0-9]+")
_WITH_DIGIT = re.compile(r"[^\s0-9]*[0-9]\S*")
# When it was printed, not what.
_TIME = re.compile(r"(?<![0-9:])[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9])?(?![0-9:])")
# Shorter ones are mostly quantities, rates and positions, and turn up among any digits by chance.
_FEWEST_DIGITS = 4
_FEWEST_DIGITS_OF_AMOUNT = 3
_FEWEST_LETTERS = 4
# Letters that OCR reads for digits. No more than a comparison depends on it, so all of them, in all numbers.
_DIGITS = str.maketrans("OoQDlIi|SsBZzG", "00001111558226")


@dataclass(frozen=True, slots=True)
class Fingerprint:
    """What a document prints, as far as it tells documents apart.

    Attributes:
        dates: ISO 8601.
        amounts: numbers with two decimals, digits only; only what follows a blank inside the number.
        numbers: all others of four digits and more, digits only.
        short_numbers: those of fewer digits; no times of day.
        words: without digits, of four letters and more, in small letters.
        digits: all digits in reading order, one line a page.
    """

    dates: frozenset[str]
    amounts: frozenset[str]
    numbers: frozenset[str]
    short_numbers: frozenset[str]
    words: frozenset[str]
    digits: str

    @property
    def size(self) -> int:
        """How many different dates, amounts and numbers there are, without the short ones."""
        return len(self.dates) + len(self.amounts) + len(self.numbers)


@dataclass(frozen=True, slots=True)
class Resemblance:
    """How alike two documents are.

    Attributes:
        numbers: share of all printed dates, amounts and numbers that the other document prints as well, 0-1.
        dates, amounts, words: the same of these alone; 1 where neither prints one.
        changed_dates: dates that only the one prints and that may stand in the place of one that only the other prints.
        changed_numbers: the same of numbers; of equal length, which most misread ones are not.
        changed_exactly: the same of numbers short and long, where a number that is split or joined counts as another.
    """

    numbers: float
    dates: float
    amounts: float
    words: float
    changed_dates: int
    changed_numbers: int
    changed_exactly: int


def fingerprint(pages: Iterable[Sequence[str]]) -> Fingerprint:
    """The fingerprint of a document.

    Args:
        pages: of each the words in reading order.

    >>> found = fingerprint([["Fakturanr", "20418", "15", "april", "2026", "Summa", "1", "250,00", "kr"]])
    >>> sorted(found.dates), sorted(found.amounts), sorted(found.numbers), sorted(found.words)
    (['2026-04-15'], ['25000'], ['20418'], ['fakturanr', 'summa'])
    """
    days: set[str] = set()
    amounts: set[str] = set()
    numbers: set[str] = set()
    short_numbers: set[str] = set()
    words: set[str] = set()
    digits = []
    for page in pages:
        text = _WITH_DIGIT.sub(_mended, " ".join(page))
        digits.append(_NO_DIGIT.sub("", text))
        rest = _TIME.sub(" ", _take_dates(text, days))
        for word in rest.split():
            number = _NO_DIGIT.sub("", word)
            if not number:
                bare = word.strip(".,:;()").casefold()
                if len(bare) >= _FEWEST_LETTERS:
                    words.add(bare)
            elif _AMOUNT.search(word):
                if len(number) >= _FEWEST_DIGITS_OF_AMOUNT:
                    amounts.add(number)
            else:
                (numbers if len(number) >= _FEWEST_DIGITS else short_numbers).add(number)
    return Fingerprint(
        dates=frozenset(days),
        amounts=frozenset(amounts),
        numbers=frozenset(numbers),
        short_numbers=frozenset(short_numbers),
        words=frozenset(words),
        digits="\n".join(digits),
    )


def resemblance(one: Fingerprint, other: Fingerprint) -> Resemblance:
    """How alike two documents are; which of them comes first does not matter."""
    days = one.dates - other.dates, other.dates - one.dates
    amounts = _missing(one.amounts, other), _missing(other.amounts, one)
    numbers = _missing(one.numbers, other), _missing(other.numbers, one)
    every = one.numbers | one.short_numbers, other.numbers | other.short_numbers
    missing = sum(len(side) for sides in (days, amounts, numbers) for side in sides)
    return Resemblance(
        numbers=_share(missing, one.size + other.size),
        dates=_share(sum(map(len, days)), len(one.dates) + len(other.dates)),
        amounts=_share(sum(map(len, amounts)), len(one.amounts) + len(other.amounts)),
        words=_share(len(one.words ^ other.words), len(one.words) + len(other.words)),
        changed_dates=min(map(len, days)),
        changed_numbers=(Counter(map(len, numbers[0])) & Counter(map(len, numbers[1]))).total(),
        changed_exactly=min(len(every[0] - every[1]), len(every[1] - every[0])),
    )


def _mended(found: re.Match[str]) -> str:
    word = found[0]
    return word.translate(_DIGITS) if 2 * len(_NO_DIGIT.sub("", word)) >= len(word) else word


def _take_dates(text: str, days: set[str]) -> str:
    """Adds the dates of the text, and gives the text without them."""
    rest, at = [], 0
    for match in dates.find(text):
        try:
            days.add(dates.parse(match.text).isoformat())
        except FieldError:
            continue
        rest.append(text[at : match.start])
        at = match.end
    return " ".join([*rest, text[at:]])


def _missing(numbers: frozenset[str], other: Fingerprint) -> list[str]:
    return [number for number in numbers if number not in other.digits]


def _share(missing: int, of: int) -> float:
    return 1 - missing / of if of else 1.0
