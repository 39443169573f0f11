"""Words and numbers of a summary in one language: what `texts.yaml` says, and how the language writes numbers."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

import yaml

from fakta.verify import checked_language
from fakta.verify.wording import Wording as Explanations
from fakta_lab.pages import NO_BREAK, Numbers


class Words(Numbers):
    """A language.

    Attributes:
        sentences: name to text with places for `str.format`.

    Raises:
        ConfigError: there are no words in that language.
    """

    def __init__(self, language: str) -> None:
        super().__init__(checked_language(language))
        texts = _texts()
        self.sentences: Mapping[str, str] = texts["sentences"][self.language]
        self._nouns: Mapping[str, Sequence[str]] = texts["nouns"][self.language]
        self._fields = Explanations.of(self.language).names

    def say(self, sentence: str, **places: Any) -> str:
        """A sentence with its places filled; it begins with a capital letter."""
        text = self.sentences[sentence].format(**places)
        return text[:1].upper() + text[1:]

    def field(self, name: str) -> str:
        """What people call a field."""
        return self._fields.get(name, name.replace("_", " "))

    def share(self, right: float, of: float) -> str:
        """So many of so many, in per cent.

        >>> words = Words("en")
        >>> words.share(974, 1000), words.share(0, 0)
        ('97.4\\xa0%', '–')
        """
        return self.percent(right / of if of else None)

    def count(self, noun: str, n: int) -> str:
        """So many of something.

        >>> Words("sv").count("invoices", 1), Words("en").count("suppliers", 24)
        ('1\\xa0faktura', '24\\xa0suppliers')
        """
        return f"{self.number(n)}{NO_BREAK}{self._nouns[noun][n != 1]}"


def hundreds(kronor: float) -> int:
    """An amount for a thousand invoices, which is known to hundreds of kronor at best.

    >>> hundreds(18403.12), hundreds(7850), hundreds(-40)
    (18400, 7900, 0)
    """
    return 100 * math.floor(kronor / 100 + 0.5)


@cache
def _texts() -> Mapping[str, Any]:
    loaded: Mapping[str, Any] = yaml.safe_load(
        resources.files("fakta_lab.improve").joinpath("texts.yaml").read_text(encoding="utf-8")
    )
    return loaded
