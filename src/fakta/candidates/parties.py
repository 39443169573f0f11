"""Names of the parties: who may be the supplier, who the customer, and what on the page says so.

A name has no form of its own. What tells it is where it stands (over an address, under "Faktureras till", in the
logo, in the footer), what it ends in (AB, kommun, GmbH), and what else on the page resembles it (the web address).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import NamedTuple

from fakta.candidates import relations
from fakta.candidates.labels import LabelHit, Lexicon, compact
from fakta.candidates.page import PageView
from fakta.candidates.search import Candidate, Columns, attach_labels, attach_model, make_candidate
from fakta.documents.lines import Segment
from fakta.documents.model import Box
from fakta.fields import name as names

_PART = re.compile(r"\s*[|·•;]\s*|\s+[-–]\s+|,\s+|\s*\t\s*")
_POSTCODE = re.compile(r"(?:\b[A-Z]{1,2}[- ])?\b(?:\d{3} ?\d{2}|\d{4,5})\s+[^\W\d_]{2,}")
_STREET = re.compile(
    r"(?:gatan|gata|vägen|väg|gränd|torg|torget|plan|stigen|allén|backen|street|road|strasse|straße|str\.|rue|box|lane|avenue|fe|"
    r"weg|gasse|platz|allee|gate|veien|vei|gade|vej|katu|tie|kuja|postfach|postboks)\b.*\d"
    # In France the number comes first: "12 rue des Lilas".
    r"|^\d+[\w ,]{0,6}\b(?:rue|avenue|boulevard|place|chemin|quai|impasse|allée|route)\b",
    re.IGNORECASE,
)
# "Teknikringen 84 B", "c/o Olsson": a line of an address.
_NUMBERED = re.compile(r"(?:c/o\b|[^\d]+ \d{1,3} ?[A-Z]?$)", re.IGNORECASE)
# A part of the customer, printed under its name.
_DEPARTMENT = re.compile(
    r"(?:förvaltning|avdelning|enhet|kontor|service|reskontra|byggnad|ekonomi)(?:en|et)?$", re.IGNORECASE
)
_DOMAIN = re.compile(r"(?:@|www\.|https?://)([a-z0-9åäöéü.-]+\.[a-z]{2,})", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:\S*@|www\.|https?://)\S+", re.IGNORECASE)
_LONGEST = 60
# Lines of one name are about equally high, and flush left or centred within half a millimetre or so (page widths).
_SET_ALIKE = 0.25
_ALIGNED = 0.006
_HYPHENATED = re.compile(r"(?<=[a-zåäöéü])- (?=[a-zåäöéü])")
_WORD = re.compile(r"\S+")
# Words within names that no capital begins.
_JOINING = frozenset("& och and und et og ja i de von van".split())
# Dots and bars divide a sender's line; wider gaps divide columns. In page widths.
_SENDER_GAP = 0.04
_MAIL_HOSTS = frozenset("gmail hotmail outlook live telia yahoo icloud msn".split())
_FORMS = re.compile(
    r"\b(?:ab|aktiebolag|hb|handelsbolag|kb|publ|as|a/s|oyj?|gmbh|ag|kg|ug|asa|aps|ltd|limited|plc|llp|inc|bv|nv|sa|sas|sasu|eurl|sarl|llc|the|co|i|och|and|&)\b",
    re.IGNORECASE,
)


@dataclass(slots=True)
class Mention:
    """One place where a name stands."""

    candidate: Candidate
    features: dict[str, float] = field(default_factory=dict)


@dataclass(slots=True)
class Party:
    """All mentions of one name, and the strongest of each feature over them."""

    mentions: list[Mention]

    @property
    def value(self) -> str:
        """The name as the best mention prints it."""
        return str(self.best.value)

    @property
    def best(self) -> Candidate:
        """The mention to show: with its whole company form, and not in capitals where mixed case is there too."""

        def rank(mention: Mention) -> tuple[float, bool, bool, float]:
            text = mention.candidate.text
            return mention.features["form"], not _breaks_off(text), not text.isupper(), mention.candidate.box.height

        return max(self.mentions, key=rank).candidate

    def feature(self, name: str) -> float:
        """The strongest value of a feature over all mentions, 0 where none has it."""
        return max((mention.features.get(name, 0.0) for mention in self.mentions), default=0.0)


def find_parties(views: Sequence[PageView], lexicon: Lexicon, columns: Columns) -> list[Party]:
    """Everything on the pages that may be a party's name, mentions of one name together."""
    domains = _domains(views)
    by_name: dict[str, list[Mention]] = {}
    for index, view in enumerate(views):
        on_page = list(_names(view, index, lexicon, domains))
        attach_labels(view, on_page)
        attach_model(view, on_page, columns)
        parted = _column_lines(view)
        for candidate in on_page:
            mention = Mention(candidate, _features(view, candidate, domains, parted))
            by_name.setdefault(name_key(str(candidate.value)), []).append(mention)
    return [Party(mentions) for mentions in by_name.values()]


def name_key(name: str) -> str:
    """The letters of a name without company forms: what two spellings of it have in common."""
    return compact(_FORMS.sub(" ", name)) or compact(name)


def _names(view: PageView, page: int, lexicon: Lexicon, domains: set[str]) -> Iterator[Candidate]:
    for line, line_segments in enumerate(view.lines):
        for segment in line_segments:
            for start, end in _parts(segment.text, [hit for hit in view.hits[line] if hit.segment is segment]):
                text = segment.text[start:end]
                if not _plausible(text, lexicon) or segment.text.endswith(text + "-"):
                    continue
                name = " ".join(text.split())
                # That a name has no company form says nothing against it, so its check is left out.
                yield replace(make_candidate(page, line, segment, start, end, "name", name), checks=())
            yield from _wrapped(view, page, line, segment, lexicon, domains)


def _wrapped(
    view: PageView, page: int, line: int, segment: Segment, lexicon: Lexicon, domains: set[str]
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
        if whole and _goes_on(segment.text, below.text, domains):
            both = Segment((*segment.indices, *below.indices), (*segment.words, *below.words))
            name = _HYPHENATED.sub("", " ".join(both.text.split()))
            yield replace(make_candidate(page, line, both, 0, len(both.text), "name", name), checks=())


def _goes_on(first: str, second: str, domains: set[str]) -> bool:
    """Whether two lines read as one name: broken inside it, closed by its company form, or explained by an address."""
    if first.endswith(("-", "&")) or first.split()[-1] in _JOINING or names.has_company_form(second):
        return True
    return _resembles(f"{first} {second}", domains) > max(_resembles(first, domains), _resembles(second, domains))


def _ends_name(text: str) -> bool:
    """Whether the text ends in a company form, as a whole name does."""
    return names.has_company_form(text.split()[-1].strip(",")) and not _breaks_off(text)


def _only_form(text: str) -> bool:
    """Whether the text is a company form and no name: the second line of a name that its column is too narrow for."""
    return names.has_company_form(text) and not compact(_FORMS.sub(" ", text))


def _breaks_off(text: str) -> bool:
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
                meaning.group == "party" or meaning.name in (*_PERSONS, "name") for meaning in hit.meanings
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
    """Names inside a sentence: from the first of the capitalised words in front of a company form to the form's end.

    >>> text = "Betjänas av Norrvik Bygg AB som ägs av andra"
    >>> [text[start:end] for start, end in _legal_names(text)]
    ['Norrvik Bygg AB']
    >>> text = "www.norrvik-bygg.se drivs av Norrvik Bygg AB"
    >>> [text[start:end] for start, end in _legal_names(text)]
    ['Norrvik Bygg AB']
    """
    if len(text) <= len(text.split(" ", 1)[0]) or not names.has_company_form(text):
        return
    # "www.norrvik-bygg.se drivs av Norrvik Bygg AB": no name goes on past an address.
    bounds = [0, *(bound for address in _ADDRESS.finditer(text) for bound in address.span()), len(text)]
    for begin, end in zip(bounds[::2], bounds[1::2], strict=True):
        for match in names.find(text[begin:end]):
            if not names.has_company_form(match.text.split()[-1]):
                continue
            words = list(_WORD.finditer(text, begin + match.start, begin + match.end))
            first = len(words) - 1
            while first > 0 and (words[first - 1][0][0].isupper() or words[first - 1][0] in _JOINING):
                first -= 1
            while words[first][0] in _JOINING:
                first += 1
            if first < len(words) - 1:
                yield words[first].start(), begin + match.end


@lru_cache(maxsize=512)
def _plausible(text: str, lexicon: Lexicon) -> bool:
    """Whether a text may be a name; remembered, for every line is asked about alone and with its neighbours."""
    if not 2 < len(text) <= _LONGEST or not any(map(str.isupper, text)):
        return False
    if "@" in text or "www." in text.casefold() or sum(map(str.isdigit, text)) > 4:
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
    return not _POSTCODE.search(text) and not _STREET.search(text)


def _features(
    view: PageView, candidate: Candidate, domains: set[str], parted: Sequence[_ColumnLine]
) -> dict[str, float]:
    box, text = candidate.box, str(candidate.value)
    features = {
        "form": float(names.has_company_form(text)),
        "domain": _resembles(text, domains),
        "size": min(2.0, box.height / view.line_height - 1.0),
        "top": float(box.top < 0.3 and candidate.page == 0),
        "right": float(box.left > 0.45),
        "footer": float(box.top > 0.8),
        "first_page": float(candidate.page == 0),
        "words": float(len(text.split())),
        "own_line": float(len(candidate.segment.text) <= len(candidate.text) + 1),
        "address": _address_below(view, candidate),
        "sender_line": _in_sender_line(view, candidate),
        "capitals": _capitals(text),
        "department": float(bool(_DEPARTMENT.search(text))),
        "two_lines": float(box.height > 1.6 * candidate.segment.words[0].box.height and "- " not in candidate.text),
        # "Er referens: Anna Ek" names a person, not a party.
        "reference": max(candidate.labels.get(name, 0.0) for name in _PERSONS),
    }
    for party, quality in (_headings(view, candidate) or _column_heading(view, candidate, parted)).items():
        features[f"heading_{party}"] = quality
    for concept, quality in _neighbours(view, box).items():
        features[f"near_{concept}"] = quality
    for name in ("supplier_name", "customer_name"):
        features[f"model_{name}"] = candidate.model.get(name, 0.0)
    others = [p for name, p in candidate.model.items() if name not in ("supplier_name", "customer_name")]
    features["model_other"] = max(others, default=0.0)
    return features


def _capitals(text: str) -> float:
    words = [word for word in re.findall(r"[^\W\d_]+", text) if len(word) > 2]
    return sum(word[0].isupper() for word in words) / len(words) if words else 0.0


def _headings(view: PageView, candidate: Candidate) -> dict[str, float]:
    """Party -> how well a heading such as "Faktureras till" belongs to the name, 0-1."""
    found: dict[str, float] = {}
    box, segment, line = candidate.box, candidate.segment, candidate.line
    for i in range(line, -1, -1):
        if view.bottoms[i] < box.top - 4 * view.line_height:
            break
        for hit in view.hits[i]:
            parties = [meaning.name for meaning in hit.meanings if meaning.group == "party"]
            if not parties:
                continue
            if hit.segment is segment:
                quality = 0.0 if hit.end > candidate.start else relations.beside_in_text(hit, segment, candidate.start)
            elif i == line:
                quality = relations.beside_on_line(view, hit, segment, box) if hit.box.right <= box.left else 0.0
            else:
                quality = relations.below(view, hit, line, box)
            for party in parties:
                if quality > 0.05:
                    found[party] = max(found.get(party, 0.0), quality)
    return found


def _column_heading(view: PageView, candidate: Candidate, lines: Sequence[_ColumnLine]) -> dict[str, float]:
    """The heading of the name's column, where a line of two headings ("Säljare   Köpare") parts the page below it.

    Centred over wide columns such headings stand over none of the names, and not near them either.
    """
    box = candidate.box
    for each in reversed(lines):
        distance = (box.top - view.bottoms[each.line]) / view.line_height
        if each.line < candidate.line and distance <= _COLUMN_REACH and not box.left < each.middle < box.right:
            return {each.left if box.right <= each.middle else each.right: 0.8 - 0.04 * max(distance, 0.0)}
    return {}


class _ColumnLine(NamedTuple):
    """A line of two headings of parties, the party of each, and where the page is parted below it."""

    line: int
    middle: float
    left: str
    right: str


def _column_lines(view: PageView) -> list[_ColumnLine]:
    found = []
    for i, hits in enumerate(view.hits):
        headings = [
            (hit.box.center, meaning.name)
            for hit in hits
            for meaning in hit.meanings
            if meaning.group == "party" and hit.end - hit.start >= len(hit.segment.text.rstrip(" :"))
        ]
        if len({center for center, _ in headings}) == 2 and {"supplier", "customer"} <= {name for _, name in headings}:
            (left, first), (right, second) = min(headings), max(headings)
            found.append(_ColumnLine(i, (left + right) / 2, first, second))
    return found


def _neighbours(view: PageView, box: Box) -> dict[str, float]:
    """Concept -> 1 when a label for it stands in the name's own column within a few lines: a footer or a letterhead."""
    found: dict[str, float] = {}
    reach = 7 * view.line_height
    for i, hits in enumerate(view.hits):
        if view.tops[i] > box.bottom + reach or view.bottoms[i] < box.top - reach:
            continue
        for hit in hits:
            if abs(hit.box.left - box.left) > 0.03 and not hit.box.left < box.right < hit.box.right:
                continue
            for meaning in hit.meanings:
                if meaning.name in _TELLING:
                    found[meaning.name] = 1.0
    return found


# In line heights: an address and some numbers may stand between a column's heading and a name in it.
_COLUMN_REACH = 12.0
_PERSONS = ("buyer_reference", "our_reference")
_TELLING = frozenset(
    "bankgiro plusgiro iban supplier_org_number supplier_vat_number phone web tax_status "
    "customer_org_number customer_vat_number buyer_reference customer_number".split()
)


def _address_below(view: PageView, candidate: Candidate) -> float:
    """1 when a postal address follows in the same column within five lines, or in the same segment."""
    if _POSTCODE.search(candidate.segment.text, candidate.start + len(candidate.text)):
        return 1.0
    box = candidate.box
    for i in range(candidate.line + 1, min(candidate.line + 8, len(view.lines))):
        if view.tops[i] > box.bottom + 6 * view.line_height:
            break
        for segment in view.lines[i]:
            if abs(segment.box.left - box.left) <= 0.02 and _POSTCODE.search(segment.text):
                return 1.0
    return 0.0


def _in_sender_line(view: PageView, candidate: Candidate) -> float:
    """1 when the name opens a line that goes on with its whole address: the sender's line over an address window."""
    line = view.lines[candidate.line]
    own = next((i for i, segment in enumerate(line) if segment is candidate.segment), None)
    if own is None:
        return 0.0  # a name of two lines
    rest = [candidate.segment.text[candidate.start + len(candidate.text) :]]
    for before, segment in zip(line[own:], line[own + 1 :], strict=False):
        if segment.box.left - before.box.right > _SENDER_GAP:
            break
        rest.append(segment.text)
    return float(bool(_POSTCODE.search(" ".join(rest))))


def _domains(views: Sequence[PageView]) -> set[str]:
    """The telling part of every web and mail address on the pages: `info@norrvik-bygg.se` -> `norrvikbygg`."""
    found = set()
    for view in views:
        for line in view.lines:
            for segment in line:
                for match in _DOMAIN.finditer(segment.text):
                    host = match.group(1).casefold().removeprefix("www.").rsplit(".", 1)[0].split(".")[-1]
                    if host not in _MAIL_HOSTS and len(host) > 2:
                        found.add(_ascii(host.replace("-", "")))
    return found


def _resembles(name: str, domains: set[str]) -> float:
    """How much of a web address the name explains, 0-1."""
    plain = _ascii(compact(_FORMS.sub(" ", name)))
    best = 0.0
    for domain in domains:
        if len(plain) < 3:
            continue
        if plain == domain:
            return 1.0
        shared = 0
        while shared < min(len(plain), len(domain)) and plain[shared] == domain[shared]:
            shared += 1
        if shared >= 4:
            best = max(best, shared / max(len(domain), min(len(plain), len(domain))))
    return best


def _ascii(text: str) -> str:
    return unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
