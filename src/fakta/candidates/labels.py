"""The label lexicon: which words on a page name what.

The lexicon is data, one YAML file a language in `lexicon/`; adding a language is adding a file. Matching compares the
letters only, so `Fakturanr.`, `FAKTURA-NR:` and `Faktura nr` are one label.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property, lru_cache
from importlib import resources
from typing import Any, Literal, NamedTuple

import yaml

from fakta.candidates.misspelt import Misspelt
from fakta.documents.lines import Segment
from fakta.documents.model import Box

Group = Literal["field", "other", "party", "column", "end", "title"]

# A label is made of letters; "%" is kept because "Moms %" (a rate) is not "Moms" (an amount).
_TOKEN = re.compile(r"[^\W\d_]+|%")
# Between the words of one label stand spaces and light punctuation only, also that of "N° TVA" and "Date d'échéance":
# no digits, no colon.
_JOINT = re.compile(r"[ \t./()&–°'’-]*")
_MAX_TOKENS = 8
# French capitals go without accents as often as with them. Rings and dots make letters of their own and stay.
_UNACCENTED = str.maketrans("àáâçèéêëìíîïñòóôùúû", "aaaceeeeiiiinooouuu")
# Phrases of so many letters are also found with other rings and dots, or none, and then count like misspelt ones.
_BARE = str.maketrans("åäöüøæ", "aaouoa")
_BARE_FROM = 5
# Phrases of so many letters are also found with one letter wrong, and then count for this share.
_MISSPELT_FROM = 9
_MISSPELT = 0.9
# So many stretches of words that are no phrase are remembered, about 1 MB.
_REMEMBERED = 4096
# What may follow a label before its value: "Fakturanr .: 123", "OCR-nr (anges vid betalning)".
_AFTER = re.compile(r"\s*\.?\s*:")
# One head over two values: the first label goes on with a slash and another word.
_SHARED_HEAD = re.compile(r"\s*/\s*[^\W\d_][^\d:]*$")
_DIGIT = re.compile(r"\d")
_PERCENTAGE = re.compile(r"\d+([.,]\d+)?\s*%")
_LETTERS = re.compile(r"[^\W\d_]+")
# Words that stand between a label and its value without breaking the bond.
_FILLERS = frozenset(
    "sek kr eur usd nok dkk gbp nr no den senast är vid is of till kronor med och av and för to on totalt total st "
    "moms inkl exkl anges ange vat tagen tage netto bis zum dagar jours days within le au du".split()
)
_SEPARATOR = re.compile(r"[|·•:;,/]\s*$")
# A label that begins so is at home inside a sentence: "Hämtning enligt avtal 4711".
_IN_SENTENCES = frozenset({"enligt", "enl"})


class Meaning(NamedTuple):
    """What a phrase may name.

    Attributes:
        group: the section of the lexicon file.
        name: the field, party or column.
        strength: how surely the phrase means it, 0-1.
    """

    group: Group
    name: str
    strength: float


@dataclass(frozen=True, eq=False)
class LabelHit:
    """A phrase of the lexicon on a page.

    Attributes:
        segment: where it stands; `start:end` are character positions in the segment's text.
        line: index of the segment's line on the page.
        box: of the phrase.
        meanings: all that the phrase may name.
        leading: it opens its segment, or follows a separator: a label rather than a word in a sentence.
        colon: a colon follows.
    """

    segment: Segment
    line: int
    start: int
    end: int
    box: Box
    meanings: tuple[Meaning, ...]
    leading: bool
    colon: bool

    @cached_property
    def named(self) -> tuple[tuple[str, float], ...]:
        """The fields and other things with values that it may name, each with how surely."""
        return tuple((each.name, each.strength) for each in self.meanings if each.group in ("field", "other"))

    @cached_property
    def openness(self) -> float:
        """How surely the label still waits for its value, 0-1: less where its own segment goes on after it."""
        rest = self.segment.text[self.end :].strip(" .:()*-–")
        if not rest:
            return 1.0 if self.leading else 0.75
        if _SHARED_HEAD.match(self.segment.text, self.end):
            return 0.85  # "Fakturanr / Kundnr" over "1042 / 88"
        if _DIGIT.search(_PERCENTAGE.sub("", rest)):
            return 0.25
        telling = len(telling_words(rest))
        return (1.0, 0.55, 0.35)[telling] if telling < 3 else 0.15


class _Entry(NamedTuple):
    """A phrase of a language, what it means, and what it is looked up by."""

    meaning: Meaning
    phrase: str
    key: str


class Lexicon:
    """Phrases and what they name.

    >>> lexicon = Lexicon.shipped()
    >>> [meaning.name for meaning in lexicon.meanings("FAKTURA-NR.") if meaning.group == "field"]
    ['invoice_number']
    """

    def __init__(self, languages: Iterable[Mapping[str, Any]]) -> None:
        self._fill({str(language["language"]): list(_entries(language)) for language in languages})

    def _fill(self, entries: Mapping[str, list[_Entry]]) -> None:
        self._entries = entries
        self._narrowed: dict[frozenset[str], Lexicon] = {}
        self._languages: dict[str, set[str]] = {}
        table: dict[str, dict[tuple[Group, str], float]] = {}
        for language, phrases in entries.items():
            for meaning, _, key in phrases:
                self._languages.setdefault(key, set()).add(language)
                strengths = table.setdefault(key, {})
                named = (meaning.group, meaning.name)
                strengths[named] = max(strengths.get(named, 0.0), meaning.strength)
        self._table = {
            phrase: tuple(Meaning(group, name, strength) for (group, name), strength in strengths.items())
            for phrase, strengths in table.items()
        }
        self._bare = {phrase: phrase for phrase in self._table if phrase.isascii() and len(phrase) >= _BARE_FROM}
        for phrase in self._table:
            if len(phrase) >= _BARE_FROM:
                self._bare.setdefault(phrase.translate(_BARE), phrase)
        # A first word of one letter ("À payer") has no second one to look at.
        self._first = {phrase[:n] for phrase in self._table for n in (1, 2)}
        self._first_bare = {phrase[:n] for phrase in self._bare for n in (1, 2)}
        # Pages are made of the same words again and again.
        self._nearly = lru_cache(maxsize=_REMEMBERED)(self._nearly_named)
        self._near = Misspelt(self._table, shortest=_MISSPELT_FROM)

    @classmethod
    @cache
    def shipped(cls) -> Lexicon:
        """All languages that ship with fakta."""
        folder = resources.files("fakta.candidates").joinpath("lexicon")
        # The base loader keeps every scalar as text: "No" is a label here, not a boolean.
        loader = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
        files = sorted((file for file in folder.iterdir() if file.name.endswith(".yaml")), key=lambda file: file.name)
        return cls(yaml.load(file.read_text(encoding="utf-8"), Loader=loader) for file in files)

    @property
    def languages(self) -> frozenset[str]:
        """Codes of the languages it holds."""
        return frozenset(self._entries)

    def only(self, languages: frozenset[str]) -> Lexicon:
        """The part of it that is in some of its languages; made once and kept."""
        if languages == self.languages:
            return self
        if languages not in self._narrowed:
            narrowed = Lexicon([])
            narrowed._fill({code: entries for code, entries in self._entries.items() if code in languages})
            self._narrowed[languages] = narrowed
        return self._narrowed[languages]

    def for_fields(self, names: Container[str]) -> Lexicon:
        """This lexicon where it has labels of any of these fields, else one without labels.

        On a document of another kind "Total" is no label of a rival that the schema does not have: a lexicon of
        invoices has nothing to say there.

        >>> Lexicon.shipped().for_fields({"invoice_number"}) is Lexicon.shipped()
        True
        >>> Lexicon.shipped().for_fields({"company", "total"}).meanings("Total")
        ()
        """
        meanings = (entry.meaning for entries in self._entries.values() for entry in entries)
        known = any(meaning.group == "field" and meaning.name in names for meaning in meanings)
        return self if known else Lexicon([])

    def languages_of(self, phrase: str) -> frozenset[str]:
        """The languages that have the phrase."""
        return frozenset(self._languages.get(compact(phrase), ()))

    def meanings(self, phrase: str) -> tuple[Meaning, ...]:
        """What a whole phrase may name; empty when it is in no language."""
        return self._table.get(compact(phrase), ())

    def phrases(self, group: Group, name: str) -> tuple[str, ...]:
        """Every phrase of every language that names a thing, as the languages spell it."""
        entries = (entry for entries in self._entries.values() for entry in entries)
        return tuple(each.phrase for each in entries if (each.meaning.group, each.meaning.name) == (group, name))

    def find(self, segment: Segment, line: int) -> Iterator[LabelHit]:
        """The labels in a segment, left to right, the longest phrase first where several begin together."""
        text = segment.text
        tokens = list(_TOKEN.finditer(text))
        letters = [token.group().lower() if token.group().isascii() else compact(token.group()) for token in tokens]
        position = 0
        while position < len(tokens):
            hit_end, meanings = self._longest(text, tokens, letters, position)
            if not meanings:
                position += 1
                continue
            start, end = tokens[position].start(), tokens[hit_end].end()
            before = text[:start]
            yield LabelHit(
                segment=segment,
                line=line,
                start=start,
                end=end,
                box=segment.stretch(start, end).box,
                meanings=meanings,
                leading=(
                    not before.strip("( \t")
                    or bool(_SEPARATOR.search(before))
                    or (hit_end > position and letters[position] in _IN_SENTENCES)
                ),
                colon=bool(_AFTER.match(text, end)),
            )
            position = hit_end + 1

    def _nearly_named(self, joined: str, misspelt: bool) -> tuple[Meaning, ...]:
        """The meanings of the phrase that a page does not quite print."""
        return self._without_dots(joined) or (self._misspelt(joined) if misspelt else ())

    def _without_dots(self, joined: str) -> tuple[Meaning, ...]:
        """The meanings of the phrase that differs from `joined` in rings and dots: scans lose them, and foreigners."""
        phrase = self._bare.get(joined if joined.isascii() else joined.translate(_BARE))
        return () if phrase is None else self._weakened(phrase)

    def _weakened(self, phrase: str) -> tuple[Meaning, ...]:
        """The meanings of a phrase that a page does not quite print."""
        return tuple(Meaning(m.group, m.name, _MISSPELT * m.strength) for m in self._table[phrase])

    def _misspelt(self, joined: str) -> tuple[Meaning, ...]:
        """The meanings of the phrase that a typing error, or a letter that OCR misread, made `joined` of."""
        phrase = self._near.find(joined)
        return () if phrase is None else self._weakened(phrase)

    def _longest(
        self, text: str, tokens: list[re.Match[str]], letters: list[str], position: int
    ) -> tuple[int, tuple[Meaning, ...]]:
        best: tuple[int, tuple[Meaning, ...]] = (position, ())
        joined, known = "", False
        for last in range(position, min(position + _MAX_TOKENS, len(tokens))):
            if last > position and not _JOINT.fullmatch(text, tokens[last - 1].end(), tokens[last].start()):
                break
            joined += letters[last]
            if last == position:
                known = joined[:2] in self._first
                if not known and joined[:2] not in self._first_bare:
                    break
            meanings = self._table.get(joined)
            if meanings is None:
                meanings = self._nearly(joined, known)
            if meanings:
                best = (last, meanings)
        return best


def compact(text: str) -> str:
    """The letters of a phrase in one case, without accents: what two spellings of a label have in common.

    >>> compact("Faktura-nr.:"), compact("Net à payer") == compact("NET A PAYER"), compact("Räkning")
    ('fakturanr', True, 'räkning')
    """
    plain = text.lower() if text.isascii() else unicodedata.normalize("NFKC", text).casefold().translate(_UNACCENTED)
    return "".join(_TOKEN.findall(plain))


def telling_words(text: str) -> list[str]:
    """The words between a label and a value that make it doubtful that they belong together.

    >>> telling_words("(anges vid betalning) SEK")
    ['betalning']
    """
    return [word for word in _LETTERS.findall(text.casefold()) if word not in _FILLERS]


def _entries(language: Mapping[str, Any]) -> Iterator[_Entry]:
    for meaning, phrases in _meanings(language):
        for phrase in phrases:
            yield _Entry(meaning, phrase, compact(phrase))


def _meanings(language: Mapping[str, Any]) -> Iterator[tuple[Meaning, Iterable[str]]]:
    for name, strengths in language.get("fields", {}).items():
        for strength, phrases in strengths.items():
            yield Meaning("field", name, float(strength)), phrases
    groups: tuple[tuple[str, Group], ...] = (
        ("others", "other"),
        ("parties", "party"),
        ("columns", "column"),
        ("title", "title"),
    )
    for section, group in groups:
        for name, phrases in language.get(section, {}).items():
            yield Meaning(group, name, 1.0), phrases
    yield Meaning("end", "end", 1.0), language.get("ends", [])
