"""The texts of the report, and how numbers, times and names are written, in one language.

The texts are in `texts/`, one YAML file a language. A text is a plain one: the template escapes it with whatever was
put into its places.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib import resources
from typing import Any

import yaml

from fakta.verify.wording import Language, Wording, checked_language
from fakta_lab.analytics.periods import first_day

# Joins the digits of a number and its unit, so that no line ends between them.
_FIXED = "\u00a0"


class Words:
    """The language of a page.

    Raises:
        ConfigError: there is no such language.

    >>> words = Words("sv")
    >>> words.percent(0.9732), words.kr(12450.4), words.period("2026-W34")
    ('97,3\\xa0%', '12\\xa0450\\xa0kr', 'vecka 34')
    """

    def __init__(self, language: str) -> None:
        self.language: Language = checked_language(language)
        self.texts = texts(self.language)
        self._fields = Wording.of(self.language).names

    def say(self, key: str, /, **values: Any) -> str:
        """A text with its places filled."""
        return str(self.texts[key]).format(**values)

    def number(self, number: float, digits: int = 0) -> str:
        """Thousands apart, the minus sign a real one."""
        signs = {ord(","): self.texts["thousands"], ord("."): self.texts["decimal"], ord("-"): "−"}
        return f"{number:,.{digits}f}".translate(signs)

    def percent(self, share: float | None, digits: int = 1) -> str:
        """Never rounded up to all, nor down to nothing."""
        if share is None:
            return "–"
        step = 10**-digits
        if share in (0, 1):
            return f"{100 * share:.0f}{_FIXED}%"
        if 100 * share > 100 - step / 2:
            return f">{_FIXED}{self.number(100 - step, digits)}{_FIXED}%"
        if 100 * share < step / 2:
            return f"<{_FIXED}{self.number(step, digits)}{_FIXED}%"
        return f"{self.number(100 * share, digits)}{_FIXED}%"

    def interval(self, figure: Mapping[str, Any]) -> str:
        """The interval of a share, as the range that it is in."""
        if figure["low"] is None:
            return "–"
        return self.say("range", low=self.percent(figure["low"]), high=self.percent(figure["high"]))

    def kr(self, amount: float | None) -> str:
        """Whole kronor; öre below a hundred."""
        if amount is None:
            return "–"
        small = abs(amount) < 100 and amount != round(amount)
        return f"{self.number(amount, 2 if small else 0)}{_FIXED}kr"

    def ms(self, milliseconds: float | None) -> str:
        """Milliseconds, or seconds from one second on."""
        if milliseconds is None:
            return "–"
        if milliseconds >= 1000:
            return f"{self.number(milliseconds / 1000, 1)}{_FIXED}s"
        return f"{self.number(milliseconds, 0 if milliseconds >= 10 else 1)}{_FIXED}ms"

    def date(self, time: str | None) -> str:
        """The day of an ISO 8601 time."""
        if time is None:
            return "–"
        day = datetime.fromisoformat(time)
        return self.say("day", day=day.day, month=self.texts["months"][day.month - 1], year=day.year)

    def period(self, period: str) -> str:
        """A week or month in a sentence."""
        if "W" in period:
            return self.say("week", week=int(period.rpartition("W")[2]))
        day = first_day(period)
        return self.say("month", month=self.texts["months"][day.month - 1], year=day.year)

    def ticks(self, periods: Sequence[str]) -> list[str]:
        """Periods in short, the year where it begins."""
        written = []
        for place, period in enumerate(periods):
            year = period[:4]
            new = place == 0 or periods[place - 1][:4] != year
            if "W" in period:
                short = self.say("short_week", week=int(period.rpartition("W")[2]))
            else:
                short = self.texts["months"][first_day(period).month - 1][:3]
            written.append(f"{short}\n{year}" if new else short)
        return written

    def field(self, name: str) -> str:
        """A field's name, in words where it is one of the invoice schema's."""
        return self._fields.get(name) or name.replace("_", " ")

    def stage(self, name: str) -> str:
        """A stage of reading."""
        known: Mapping[str, str] = self.texts["stages"]
        return known.get(name) or name.replace("_", " ")

    def supplier(self, row: Mapping[str, Any]) -> str:
        """A supplier's name, or what it is called instead."""
        if row["number"] is not None:
            return self.say("supplier_number", number=row["number"])
        return str(row["supplier"] or self.texts["supplier_unknown"])

    def extractor(self, name: str) -> str:
        """Whose answers they were."""
        return name or str(self.texts["extractor_unknown"])

    def listed(self, names: Sequence[str], most: int = 3) -> str:
        """Names in a row, cut where there are many."""
        shown = list(names[:most])
        if len(names) > most:
            return self.say("and_more", names=", ".join(shown), more=len(names) - most)
        return self.say("both", first=", ".join(shown[:-1]), last=shown[-1]) if len(shown) > 1 else "".join(shown)


@cache
def texts(language: Language) -> Mapping[str, Any]:
    """Every text of a language, as its file has it."""
    file = resources.files("fakta_lab.analytics.page").joinpath("texts", f"{language}.yaml")
    loaded: Mapping[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return loaded
