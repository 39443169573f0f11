"""Stretches of text that may be a party's name: whole lines, parts of them, legal names inside sentences."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from fakta.candidates.labels import LabelHit, Lexicon, compact
from fakta.candidates.page import PageView
from fakta.candidates.search import PARAGRAPH, Candidate, make_candidate
from fakta.candidates.web import resemblance
from fakta.documents.lines import Segment
from fakta.fields import name as names

_PART = re.compile(r"\s*[|·•;]\s*|\s+[-–—]\s+|,\s+|\s*\t\s*")
POSTCODE = re.compile(r"(?:\b[A-Z]{1,2}[- ])?\b(?:\d{3} ?\d{2}|\d{4,5})\s+[^\W\d_]{2,}")
_STREET = re.compile(
    r"(?:gatan|gata|vägen|väg|gränd|torg|torget|plan|stigen|allén|backen|street|road|strasse|straße|str\.|rue|box|lane|avenue|fe|"
    r"weg|gasse|platz|allee|gate|veien|vei|gade|vej|katu|tie|kuja|postfach|postboks)\b.*\d"
    # In France the number comes first: "12 rue des Lilas".
    r"|^\d+[\w ,]{0,6}\b(?:rue|avenue|boulevard|place|chemin|quai|impasse|allée|route)\b",
    re.IGNORECASE,
)
# "Teknikringen 84 B", "c/o Olsson": a line of an address.
_NUMBERED = re.compile(r"(?:c/o\b|[^\d]+ \d{1,3} ?[A-Z]?$)", re.IGNORECASE)
# "norrvik-bygg.se drivs av ...", but "Booking.com AB".
_BARE_HOST = re.compile(r"\w\.(?:se|nu|com|no|dk|fi|de|fr|eu|net|org|io) [a-zåäöéü]")
# "Falun. Norrvik Bygg AB", but "St. Eriks Bygg AB" and "A. Ek Bygg AB".
_PAUSE = re.compile(r"[,;:!?]$|(?:\w{3}|[A-Z]{2})\.$")
_LONGEST = 60
# Lines of one name are about equally high, and flush left or centred within half a millimetre or so (page widths).
_SET_ALIKE = 0.25
_ALIGNED = 0.006
_HYPHENATED = re.compile(r"(?<=[a-zåäöéü])- (?=[a-zåäöéü])")
_WORD = re.compile(r"\S+")
# Words within names that no capital begins.
_JOINING = frozenset("& och and und et og ja i de von van".split())
# Company forms that also stand in front of a name.
_LEADING = frozenset("ab hb kb brf oy as a/s region stiftelsen föreningen".split())
_FORMS = re.compile(
    r"\b(?:ab|aktiebolag|hb|handelsbolag|kb|publ|as|a/s|oyj?|gmbh|ag|kg|ug|asa|aps|ltd|limited|plc|llp|inc|bv|nv|sa|sas|sasu|eurl|sarl|llc|the|co|i|och|and|&)\b",
    re.IGNORECASE,
)
# Labels of people: "Er referens: Anna Ek" names no party.
PERSONS = ("buyer_reference", "our_reference")


def find_names(view: PageView, page: int, lexicon: Lexicon, hosts: Collection[str]) -> Iterator[Candidate]:
    """Every text on a page that may be a party's name, without its labels and the model's view of it.

    Args:
        view: the page.
        page: its index in the document.
        lexicon: whose labels are no names.
        hosts: of the web addresses on the pages, see `fakta.candidates.web`.
    """
    for line, line_segments in enumerate(view.lines):
        for segment in line_segments:
            for start, end in _parts(segment.text, [hit for hit in view.hits[line] if hit.segment is segment]):
                text = segment.text[start:end]
                if not _plausible(text, lexicon) or segment.text.endswith(text + "-"):
                    continue
                name = " ".join(text.split())
                # That a name has no company form says nothing against it, so its check is left out.
                yield replace(make_candidate(page, line, segment, start, end, "name", name), checks=())
            yield from _wrapped(view, page, line, segment, lexicon, hosts)
            yield from _broken_off(view, page, line, segment, lexicon)


def _wrapped(
    view: PageView, page: int, line: int, segment: Segment, lexicon: Lexicon, hosts: Collection[str]
) -> Iterator[Candidate]:
    """A name of two lines, set alike and one under the other: a logo, or a long name in a narrow column."""
    box = segment.box
    for below in view.lines[line + 1] if line + 1 < len(view.lines) else ():
        other = below.box
        alike = abs(other.height - box.height) < _SET_ALIKE * box.height and other.top - box.bottom < 0.7 * box.height
        aligned = abs(other.left - box.left) < _ALIGNED or abs(other.center - box.center) < _ALIGNED
        if not (alike and aligned and len(segment.text) + len(below.text) < _LONGEST):
            continue
        # What the texts say takes longer to find out than where they stand.
        if not _plausible(segment.text, lexicon) or _ends_name(segment.text):
            return
        whole = _only_form(below.text) or _plausible(below.text, lexicon)
        if whole and _goes_on(segment.text, below.text, hosts):
            both = segment.followed_by(below)
            name = _HYPHENATED.sub("", " ".join(both.text.split()))
            yield replace(make_candidate(page, line, both, 0, len(both.text), "name", name), checks=())


def _broken_off(view: PageView, page: int, line: int, segment: Segment, lexicon: Lexicon) -> Iterator[Candidate]:
    """Legal names in running text that end on the next line."""
    if segment.box.width < PARAGRAPH or not segment.words[-1].text[0].isupper():
        return
    for below in view.lines[line + 1] if line + 1 < len(view.lines) else ():
        if abs(below.box.left - segment.box.left) > _ALIGNED or not names.has_company_form(below.text):
            continue
        both = segment.followed_by(below)
        for start, end in _legal_names(both.text):
            name = both.text[start:end]
            if start < len(segment.text) < end and _plausible(name, lexicon):
                yield replace(make_candidate(page, line, both, start, end, "name", name), checks=())


def _goes_on(first: str, second: str, hosts: Collection[str]) -> bool:
    """Whether two lines read as one name: broken inside it, closed by its company form, or explained by an address."""
    if first.endswith(("-", "&")) or first.split()[-1] in _JOINING or names.has_company_form(second):
        return True
    return resembles(f"{first} {second}", hosts) > max(resembles(first, hosts), resembles(second, hosts))


def _ends_name(text: str) -> bool:
    """Whether the text ends in a company form, as a whole name does."""
    return names.has_company_form(text.split()[-1].strip(",")) and not breaks_off(text)


def _only_form(text: str) -> bool:
    """Whether the text is a company form and no name: the second line of a name that its column is too narrow for."""
    return names.has_company_form(text) and not letters_of(text)


def breaks_off(text: str) -> bool:
    """Whether the company form goes on after the text, as behind "GmbH & Co."."""
    return text.endswith(("& Co.", "& Co"))


def _parts(text: str, hits: Sequence[LabelHit]) -> Iterator[tuple[int, int]]:
    """The stretches of a segment that may each be a name: between separators, and after a leading label."""
    bounds = [0]
    for separator in _PART.finditer(text):
        bounds += [separator.start(), separator.end()]
    bounds.append(len(text))
    for start, end in zip(bounds[::2], bounds[1::2], strict=True):
        for hit in hits:
            # "Faktureras till Bygg AB" and "Kontakt Anna Ek", but not "Faktura Bygg AB": without a colon the label must
            # be one that a name follows.
            before_name = any(
                meaning.group == "party" or meaning.name in (*PERSONS, "name") for meaning in hit.meanings
            )
            if hit.leading and start <= hit.start and hit.end < end and (hit.colon or before_name):
                # "Kunden GmbH" is a name, not the label "Kunden" in front of one.
                if hit.colon or _FORMS.sub("", text[hit.end : end]).strip(" .:-–*,"):
                    start = hit.end
        while start < end and text[start] in " .:-–*,":
            start += 1
        while end > start and text[end - 1] in " :-–*,":
            end -= 1
        if end - start >= 2:
            yield start, end
            for first, last in _legal_names(text[start:end]):
                if last - first < end - start:
                    yield start + first, start + last


def _legal_names(text: str) -> Iterator[tuple[int, int]]:
    """Names inside a sentence: a company form with the capitalised words in front of it, or else behind it.

    >>> text = "www.norrvik-bygg.se drivs av St. Eriks Bygg AB, Falun. Ek & Ål AB. AB Norrvik Bygg, Kalmar"
    >>> [text[start:end] for start, end in _legal_names(text)]
    ['St. Eriks Bygg AB', 'Ek & Ål AB', 'AB Norrvik Bygg']
    """
    if " " not in text or not names.has_company_form(text):
        return
    words = list(_WORD.finditer(text))
    for start, end in names.company_forms(text):
        form = next(i for i, word in enumerate(words) if start < word.end())
        first = last = form
        while first > 0 and _in_name(words[first - 1][0]) and not _PAUSE.search(words[first - 1][0]):
            first -= 1
        while words[first][0] in _JOINING:
            first += 1
        if first < form:
            yield words[first].start(), end
        elif text[start:end].casefold() in _LEADING:
            while last + 1 < len(words) and _in_name(words[last + 1][0]) and not _PAUSE.search(words[last][0]):
                last += 1
            while words[last][0] in _JOINING:
                last -= 1
            if last > form:
                yield start, words[last].start() + len(words[last][0].rstrip(",;:!?."))


def _in_name(word: str) -> bool:
    """Whether a word may stand inside a name: it is written with a capital, or joins two that are."""
    return word[0].isupper() or word in _JOINING


@lru_cache(maxsize=512)
def _plausible(text: str, lexicon: Lexicon) -> bool:
    """Whether a text may be a name; remembered, for every line is asked about alone and with its neighbours."""
    if not 2 < len(text) <= _LONGEST or not any(map(str.isupper, text)):
        return False
    if "@" in text or "www." in text.casefold() or _BARE_HOST.search(text) or sum(map(str.isdigit, text)) > 4:
        return False
    letters = sum(map(str.isalpha, text))
    if letters < 0.6 * len(text) or len(text.split()) > 8 or _only_form(text):
        return False
    if any(
        meaning.group in ("field", "other", "party", "column", "title", "end") for meaning in lexicon.meanings(text)
    ):
        return False
    if _NUMBERED.match(text) and not names.has_company_form(text):
        return False
    return not POSTCODE.search(text) and not _STREET.search(text)


def letters_of(name: str) -> str:
    """The letters of a name without company forms."""
    return compact(_FORMS.sub(" ", name))


def resembles(name: str, hosts: Collection[str]) -> float:
    """How much of a web address the name explains, 0-1."""
    return resemblance(letters_of(name), hosts)


def name_key(name: str) -> str:
    """The letters of a name without company forms: what two spellings of it have in common."""
    return letters_of(name) or compact(name)
