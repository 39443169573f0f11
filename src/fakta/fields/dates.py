"""Dates, in the forms that suppliers to Sweden print them. Kind name: `date`.

Source: ISO 8601 (the Swedish default, `2026-04-15`), Swedish writing rules (`15 april 2026`, `15/4 2026`) and the
habits of the neighbours. A date of three numbers is read year first where the first has four digits or hyphens stand
between two-digit numbers (`26-04-15`), else day first (`15.04.2026`, `04/05/2026` = 4 May); month first only where
the second number cannot be a month (`04/15/2026`). Years 1990-2079 are plausible, all others are refused.

>>> {str(parse(text)) for text in ("2026-04-15", "20260415", "26-04-15", "2026.04.15", "15/4-26", "15/4 2026")}
{'2026-04-15'}
>>> {str(parse(text)) for text in ("15.04.2026", "15 april 2026", "15 apr 26", "15. huhtikuuta 2026", "Apr 15th, 2026")}
{'2026-04-15'}
>>> str(parse("04/05/2026")), str(parse("04/15/2026"))
('2026-05-04', '2026-04-15')
>>> parse("2026-02-30")
Traceback (most recent call last):
    ...
fakta.errors.FormatError: '2026-02-30' is no date: expected a day that exists, 1990-2079, such as 2026-04-15
>>> [match.text for match in find("Fakturadatum 2026-04-15 Org.nr 559994-1209 Tel 013-12 34 56")]
['2026-04-15']
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from fakta.fields.base import Check, Match
from fakta.fields.printed import first, has_digit, match_at, plain, refusal, squeezed

_EARLIEST, _LATEST = 1990, 2079

# Swedish, English, German, French, Norwegian, Danish, Finnish; full names and abbreviations.
_MONTHS = {
    1: "januari january januar janvier janv jänner tammikuuta tammikuu tammik tammi jan jän",
    2: "februari february februar février fevrier févr fevr febr fév helmikuuta helmikuu helmik helmi feb",
    3: "mars march märz maerz marts maaliskuuta maaliskuu maalisk maalis mrz mar",
    4: "april avril huhtikuuta huhtikuu huhtik huhti apr avr",
    5: "maj may mai toukokuuta toukokuu toukok touko",
    6: "juni june juin kesäkuuta kesäkuu kesäk kesä jun",
    7: "juli july juillet juil heinäkuuta heinäkuu heinäk heinä jul",
    8: "augusti august août aout elokuuta elokuu elok elo aug",
    9: "september septembre syyskuuta syyskuu syysk syys sept sep",
    10: "oktober october octobre lokakuuta lokakuu lokak loka okt oct",
    11: "november novembre marraskuuta marraskuu marrask marras nov",
    12: "december dezember décembre decembre desember joulukuuta joulukuu jouluk joulu dec dez déc des",
}
_MONTH_NUMBER = {name: number for number, names in _MONTHS.items() for name in names.split()}

# How a month's name begins is enough to find one, and quicker to compile than all the names.
_MONTH = f"(?:{'|'.join(sorted({name[:3] for name in _MONTH_NUMBER}))})[^\\W\\d_]*+"
_DAY = "[0-3]?[0-9]"
_YEAR = "(?:19|20)[0-9]{2}"
_ORDINAL = r"(?:st|nd|rd|th|:?er?|:a|\.)?"

# Every form with exactly three groups, in the order that the letters say: year, month, day, or month in Words.
_FORMS = (
    ("ymd", rf"({_YEAR}) ?- ?([01]?[0-9]) ?- ?({_DAY})"),
    ("ymd", rf"({_YEAR})[./]([01]?[0-9])[./]({_DAY})"),
    ("ymd", rf"({_YEAR}) ([01]?[0-9]) ({_DAY})"),
    ("dmy", rf"({_DAY})(?:\. |[./-])({_DAY})(?:\. |[./-])({_YEAR})"),
    ("dmy", rf"({_DAY})/([01]?[0-9]) ?- ?({_YEAR}|[0-9]{{2}})"),
    ("dmy", rf"({_DAY})/([01]?[0-9]) ({_YEAR})"),
    # In "1 mars-31 mars 2026" the 31 is no year.
    (
        "dWy",
        rf"({_DAY}){_ORDINAL}[ -]?(?:of |de )?({_MONTH})\.?(?:, ?|[ -]|)({_YEAR}|'?[0-9]{{2}}(?![0-9]|\.? ?{_MONTH}))",
    ),
    ("Wdy", rf"({_MONTH})\.? ?({_DAY}){_ORDINAL}(?:, ?| )({_YEAR})"),
    ("yWd", rf"({_YEAR})[ -]({_MONTH})\.?[ -]({_DAY})"),
    ("ymd", "([0-9]{2})-([01][0-9])-([0-3][0-9])"),
    ("dmy", rf"({_DAY})[./-]({_DAY})[./-]([0-9]{{2}})"),
    ("ymd", rf"({_YEAR})([01][0-9])([0-3][0-9])"),
    ("ymd", "([0-3][0-9])([01][0-9])([0-3][0-9])"),
)
_ANY = "|".join(form for _, form in _FORMS)
_WHOLE = re.compile(_ANY)
# What may not stand around a date: `640823-3234` is no date, `2026-04-15-2026-05-14` are two.
_START = re.compile(first("[0-9]", not_after=(r"[^\W_]", "[0-9][.,:/]", r"[^\W\d_]/")))
_MONTH_IN_FRONT = re.compile(rf"(?<![^\W_])(?<![^\W\d_][-/]){_MONTH}\.?[ -]?$")
_LETTER_AND_HYPHEN = re.compile(r"[^\W\d_]-")
_LONGEST_MONTH = max(map(len, _MONTH_NUMBER)) + 2
_FROM_START = re.compile(rf"(?:{_ANY})(?![^\W_])(?!-[0-9]{{1,5}}(?![0-9-]))(?![.,:/][0-9])")


def find(text: str) -> Iterator[Match]:
    """Every date in a line of text; six bare digits are the weakest form of one."""
    return iter(find_all(text))


@lru_cache(maxsize=1024)
def find_all(text: str) -> tuple[Match, ...]:
    """What `find` finds; remembered, because numbers and identifiers have to step over dates."""
    if not has_digit(text):
        return ()
    line, matches, free = _lower(plain(text)), [], 0
    for start in _START.finditer(line):
        at = start.start()
        if at < free:
            continue
        month = _MONTH_IN_FRONT.search(line, max(free, at - _LONGEST_MONTH), at)
        # "RE-2026-04-15" is no date, "1 mars-31 mars 2026" ends in one.
        if not month and _LETTER_AND_HYPHEN.fullmatch(line, max(0, at - 2), at):
            continue
        found = (month and _FROM_START.match(line, month.start())) or _FROM_START.match(line, at)
        if found and _day(found):
            matches.append(match_at(text, found.start(), found.end()))
            free = found.end()
    return tuple(matches)


def parse(text: str) -> date:
    """The day that the text states.

    Raises:
        FormatError: the text is no date, or no day that exists between 1990 and 2079.
    """
    found = _WHOLE.fullmatch(_lower(squeezed(text)))
    day = _day(found) if found else None
    if day is None:
        raise refusal(text, "date", expected="a day that exists, 1990-2079, such as 2026-04-15")
    return day


def month_names(month: int) -> tuple[str, ...]:
    """Names and abbreviations of a month (1-12) in every language, in lower case.

    >>> month_names(5)[:2]
    ('maj', 'may')
    """
    return tuple(_MONTHS[month].split())


def check(value: date) -> tuple[Check, ...]:
    """Nothing to check about a single date; order and terms are compared between fields."""
    return ()


def format(value: date) -> str:
    """ISO 8601, the Swedish default."""
    return value.isoformat()


def _lower(text: str) -> str:
    # A few letters of other scripts get longer in lower case; positions matter more than they do.
    lower = text.lower()
    return lower if len(lower) == len(text) else text


def _day(found: re.Match[str]) -> date | None:
    # Three groups a form, so the last group that matched tells which form it was.
    form = ((found.lastindex or 1) - 1) // 3
    order = _FORMS[form][0]
    parts = dict(zip(order, found.group(3 * form + 1, 3 * form + 2, 3 * form + 3), strict=True))
    year = int(parts["y"].lstrip("'"))
    if year < 100:
        year += 2000 if year <= _LATEST - 2000 else 1900
    if not _EARLIEST <= year <= _LATEST:
        return None
    day = int(parts["d"])
    month = _MONTH_NUMBER.get(parts["W"], 0) if "W" in parts else int(parts["m"])
    if month > 12 and order == "dmy":
        month, day = day, month
    try:
        return date(year, month, day)
    except ValueError:
        return None
