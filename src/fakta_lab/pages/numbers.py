"""How numbers are written for people to read, in English and Swedish: the same figure is the same text everywhere."""

from __future__ import annotations

from fakta.verify.wording import Language

MINUS, NONE = "\u2212", "\u2013"
# Joins the digits of a number and its unit, so that no line ends between them.
NO_BREAK = "\u00a0"
# What parts thousands, and what begins the decimals.
_SIGNS = {"en": (",", "."), "sv": (NO_BREAK, ",")}


class Numbers:
    """How a language writes numbers; what is not known (None) is a dash.

    Attributes:
        language: which.
    """

    def __init__(self, language: Language) -> None:
        self.language = language
        thousands, decimal = _SIGNS[language]
        self._signs = str.maketrans({",": thousands, ".": decimal, "-": MINUS})

    def number(self, number: float | None, digits: int = 0) -> str:
        """A number with so many decimals; nought has no sign.

        >>> Numbers("en").number(1234.5, 1), Numbers("sv").number(-0.25, 2), Numbers("en").number(-0.01, 1)
        ('1,234.5', '−0,25', '0.0')
        """
        return NONE if number is None else f"{number:z,.{digits}f}".translate(self._signs)

    def signed(self, number: float | None, digits: int = 0) -> str:
        """The same with a plus where it is above nought.

        >>> Numbers("sv").signed(2.34, 1), Numbers("en").signed(0.01, 1)
        ('+2,3', '0.0')
        """
        plus = "+" if number is not None and round(number, digits) > 0 else ""
        return f"{plus}{self.number(number, digits)}"

    def percent(self, share: float | None, digits: int = 1) -> str:
        """A share in per cent, never rounded up to all, nor down to nothing.

        >>> [Numbers("en").percent(share).replace(NO_BREAK, " ") for share in (0.9732, 0.99996, 1.0, 0.0001, None)]
        ['97.3 %', '> 99.9 %', '100 %', '< 0.1 %', '–']
        """
        if share is None:
            return NONE
        step = 10**-digits
        if share in (0, 1):
            text = self.number(100 * share)
        elif 100 * share > 100 - step / 2:
            text = f">{NO_BREAK}{self.number(100 - step, digits)}"
        elif 100 * share < step / 2:
            text = f"<{NO_BREAK}{self.number(step, digits)}"
        else:
            text = self.number(100 * share, digits)
        return f"{text}{NO_BREAK}%"

    def points(self, difference: float | None) -> str:
        """A difference of two shares in percentage points, with its sign.

        >>> Numbers("en").points(0.0231), Numbers("en").points(-0.0512), Numbers("en").points(-0.0004)
        ('+2.3', '−5.1', '0.0')
        """
        return self.signed(None if difference is None else 100 * difference, 1)

    def kronor(self, amount: float | None, digits: int = 0) -> str:
        """An amount.

        >>> Numbers("sv").kronor(12345.6).replace(NO_BREAK, " ")
        '12 346 kr'
        """
        return NONE if amount is None else f"{self.number(amount, digits)}{NO_BREAK}kr"


ENGLISH = Numbers("en")
