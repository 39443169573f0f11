"""Words and numbers of a summary in one language: what `texts.yaml` says, and how the language writes numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Any

import yaml

from fakta.verify import Language, checked_language
from fakta.verify.wording import Wording as Explanations

MINUS = "\u2212"


@dataclass(frozen=True)
class Words:
    """A language.

    Attributes:
        language: which.
        sentences: name to text with places for `str.format`.
        fields: name of a field to what people call it.
    """

    language: Language
    sentences: Mapping[str, str]
    fields: Mapping[str, str]
    _nouns: Mapping[str, tuple[str, str]]
    _numbers: Mapping[str, str]

    @classmethod
    def of(cls, language: str) -> Words:
        """The words of a language, read once.

        Raises:
            ConfigError: there are none.
        """
        return _words(checked_language(language))

    def say(self, sentence: str, **places: Any) -> str:
        """A sentence with its places filled; it begins with a capital letter."""
        text = self.sentences[sentence].format(**places)
        return text[:1].upper() + text[1:]

    def field(self, name: str) -> str:
        """What people call a field."""
        return self.fields.get(name, name.replace("_", " "))

    def number(self, value: float, digits: int = 0) -> str:
        """A number with the language's signs.

        >>> Words.of("en").number(1234.5, 1), Words.of("sv").number(-0.25, 2)
        ('1,234.5', '−0,25')
        """
        signs = {ord(","): self._numbers["thousands"], ord("."): self._numbers["decimal"]}
        text = f"{abs(value):,.{digits}f}".translate(signs)
        return f"{MINUS}{text}" if round(value, digits) < 0 else text

    def signed(self, value: float, digits: int = 0) -> str:
        """The same with a plus where it is above nought.

        >>> Words.of("sv").signed(2.34, 1)
        '+2,3'
        """
        return f"{'+' if round(value, digits) > 0 else ''}{self.number(value, digits)}"

    def share(self, right: float, of: float) -> str:
        """A share in per cent, never rounded up to all nor down to nothing.

        >>> words = Words.of("en")
        >>> words.share(974, 1000), words.share(2999, 3000), words.share(0, 5), words.share(0, 0)
        ('97.4\\xa0%', '> 99.9\\xa0%', '0\\xa0%', '–')
        """
        if not of:
            return self.sentences["none"]
        share = 100 * right / of
        if right in (0, of):
            return f"{share:.0f}\u00a0%"
        if share > 99.95:
            return f"> {self.number(99.9, 1)}\u00a0%"
        return f"< {self.number(0.1, 1)}\u00a0%" if share < 0.05 else f"{self.number(share, 1)}\u00a0%"

    def points(self, difference: float) -> str:
        """A difference of shares in percentage points, with its sign.

        >>> Words.of("en").points(0.0231), Words.of("en").points(-0.0004)
        ('+2.3', '0.0')
        """
        return self.signed(100 * difference, 1)

    def money(self, kronor: float, digits: int = 0) -> str:
        """An amount.

        >>> Words.of("sv").money(12345.6)
        '12\\xa0346\\xa0kr'
        """
        return f"{self.number(kronor, digits)}\u00a0{self._numbers['currency']}"

    def count(self, noun: str, n: int) -> str:
        """So many of something.

        >>> Words.of("sv").count("invoices", 1), Words.of("en").count("suppliers", 24)
        ('1\\xa0faktura', '24\\xa0suppliers')
        """
        return f"{self.number(n)}\u00a0{self._nouns[noun][n != 1]}"


def hundreds(kronor: float) -> int:
    """An amount for a thousand invoices, which is known to hundreds of kronor at best.

    >>> hundreds(18403.12), hundreds(7850), hundreds(-40)
    (18400, 7900, 0)
    """
    return 100 * math.floor(kronor / 100 + 0.5)


@cache
def _words(language: Language) -> Words:
    text = resources.files("fakta_lab.improve").joinpath("texts.yaml").read_text(encoding="utf-8")
    data = yaml.safe_load(text)
    return Words(
        language,
        data["sentences"][language],
        Explanations.of(language).names,
        {name: tuple(forms) for name, forms in data["nouns"][language].items()},
        data["numbers"][language],
    )
