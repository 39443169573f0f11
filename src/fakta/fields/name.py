"""Names of parties: companies, public bodies, associations and people.

Registered with Bolagsverket or the like. A company's name ends or begins with its legal form (`AB`, `Handelsbolag`,
`kommun`, `GmbH`, …), which is the best sign that a line of text is a name at all.

>>> parse(" Solbacka  Fastighetsskötsel AB, ")
'Solbacka Fastighetsskötsel AB'
>>> parse("12 345,00")
Traceback (most recent call last):
    ...
fakta.errors.FormatError: '12 345,00' is no name: expected at most 100 characters, two of them letters
>>> [has_company_form(text) for text in ("Granvik VVS AB", "Ekeby Vårdcentral", "Region Sörmland", "Abba")]
[True, False, True, False]
>>> [match.text for match in find("Björkdala Städ AB · Org.nr 559991-2341 · Säte Växjö")]
['Björkdala Städ AB', 'Säte Växjö']
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from fakta.fields.base import Check, Match
from fakta.fields.printed import has_digit, match_at, plain, refusal, squeezed

_LONGEST = 100

# Abbreviations are known only as they are written, words in any case.
_SIGNS = frozenset(
    "AB Ab HB KB EF A/S AS ASA I/S K/S P/S ANS ENK IVS AG KG KGaA UG GbR e.K. e.V. eG OHG mbH Ges.m.b.H. Ltd Ltd. LTD "
    "LLP PLC plc LLC DAC Inc Inc. Corp Corp. Co. SA SAS SASU EURL SNC SCI SRL SPRL ASBL S.A. S.A.R.L. S.A.S. S.r.l. "
    "S.p.A. B.V. BV N.V. NV SpA Ky Tmi ry o.o.".split()
)
_WORDS = frozenset(
    "aktiebolag aktiebolaget handelsbolag handelsbolaget kommanditbolag kommanditbolaget kommun landsting region "
    "länsstyrelsen församling pastorat samfällighet brf gmbh ggmbh oy oyj aps sarl limited "
    "kommune stadt gemeinde landratsamt kunta kaupunki kuntayhtymä mairie commune osuuskunta".split()
)
_ENDINGS = ("förening", "föreningen", "stiftelse", "stiftelsen", "myndighet", "myndigheten", "kommune")
_TOKEN = re.compile(r"[^\s,;:·•|()]+")
_PUBLIC = re.compile(r" ?\(publ\.?\)")
_COOPERATIVE = re.compile(r"(?i:ek\. ?för\.?)(?!\w)")

_ENDS_IN_DOT = re.compile(
    r"(?<!\w)(?:Ltd|Inc|Corp|Co|e\.K|e\.V|Ges\.m\.b\.H|ek\. ?för|"
    r"S\.A|S\.A\.R\.L|S\.A\.S|S\.r\.l|S\.p\.A|B\.V|N\.V|o\. ?o)\.$",
    re.IGNORECASE,
)
_DIVIDER = re.compile(r" ?[·•|¦;] ?|, | - | / |: ")
_EDGES = " ,;:.-/·•|"
_LETTER = re.compile(r"[^\W\d_]")
_ADDRESS = re.compile("[@w%h](?:(?<=[@%])|(?<=w)ww[.]|(?<=h)ttps?:)")
_NUMBERS = re.compile("[0-9](?:[0-9]{3}|[0-9]{2} [0-9]{2}(?![0-9])|,[0-9])")


def find(text: str) -> Iterator[Match]:
    """The line where it can be a name, its parts between dividers, and each part up to its legal form."""
    if not _LETTER.search(text):
        return
    line = plain(text)
    seen = set()
    for start, end in _stretches(line):
        if (start, end) not in seen and _plausible(line[start:end]):
            seen.add((start, end))
            yield match_at(text, start, end)


def parse(text: str) -> str:
    """As printed, with single blanks and without punctuation around it.

    Raises:
        FormatError: hardly a letter in it, or longer than any name.
    """
    line = " ".join(text.split())
    start, end = _trimmed(line, 0, len(line))
    name = line[start:end]
    if len(_LETTER.findall(name)) < 2 or len(squeezed(name)) > _LONGEST:
        raise refusal(text, "name", expected=f"at most {_LONGEST} characters, two of them letters")
    return name


def check(value: str) -> tuple[Check, ...]:
    """Whether a legal form is part of the name; people and many public bodies have none."""
    return (Check("company_form", has_company_form(value), "a legal form such as AB, kommun or GmbH in the name"),)


def format(value: str) -> str:
    """As printed."""
    return value


@lru_cache(maxsize=512)
def has_company_form(text: str) -> bool:
    """Whether a legal form stands in the text as a word of its own; remembered, for a name is asked many times."""
    return next(company_forms(text), None) is not None


def _may_have_form(line: str) -> bool:
    lower = line.casefold()
    return (
        not _SIGNS.isdisjoint(_TOKEN.findall(line))
        or not _WORDS.isdisjoint(_TOKEN.findall(lower.replace(".", "")))
        or any(
            part in lower for part in ("förening", "stiftelse", "myndighet", "kommune", "ek. ", "ek.f", "enskild firma")
        )
    )


def company_forms(text: str) -> Iterator[tuple[int, int]]:
    """Where legal forms stand in a text: first and last+1 character of each."""
    line = plain(text)
    before = ""
    for token in _TOKEN.finditer(line):
        # "Ltd." has its full stop, "AB." has a sentence's.
        word = token[0] if token[0] in _SIGNS else token[0].rstrip(".")
        lower = word.casefold().rstrip(".")
        if lower in ("ek", "ek.för") and (cooperative := _COOPERATIVE.match(line, token.start())):
            yield cooperative.span()
        elif (
            word in _SIGNS or lower in _WORDS or lower.endswith(_ENDINGS) or (lower == "firma" and before == "enskild")
        ):
            end = token.start() + len(word)
            public = _PUBLIC.match(line, end)
            yield token.start(), public.end() if public else end
        before = lower


def _stretches(line: str) -> Iterator[tuple[int, int]]:
    yield _trimmed(line, 0, len(line))
    forms = list(company_forms(line)) if _may_have_form(line) else []
    start = 0
    for divider in [*_DIVIDER.finditer(line), None]:
        end = divider.start() if divider else len(line)
        yield _trimmed(line, start, end)
        for form_start, form_end in forms:
            # "AB Svensson" and "Region Sörmland" begin with theirs: the words behind belong to the name.
            if start < form_start and form_end <= min(end, start + _LONGEST):
                yield _trimmed(line, start, form_end)
        start = divider.end() if divider else end


def _trimmed(line: str, start: int, end: int) -> tuple[int, int]:
    part = line[start:end].rstrip(_EDGES)
    bare = part.lstrip(_EDGES)
    start, end = start + len(part) - len(bare), start + len(part)
    return start, end + bool(_ENDS_IN_DOT.search(line, start, end + 1))


def _plausible(text: str) -> bool:
    if not 2 <= len(text) <= _LONGEST or _ADDRESS.search(text):
        return False
    letters = sum(map(str.isalpha, text))
    return letters >= 2 and letters > len(text) // 2 and not (has_digit(text) and _NUMBERS.search(text))
