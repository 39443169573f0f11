"""Names of the parties: who may be the supplier, who the customer, and what on the page says so.

A name has no form of its own. What tells it is where it stands (over an address, under "Faktureras till", in the
logo, in the footer), what it ends in (AB, kommun, GmbH), and what else on the page resembles it (the web address).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from fakta.candidates import relations
from fakta.candidates.labels import Lexicon
from fakta.candidates.names import PERSONS, POSTCODE, breaks_off, find_names, name_key, resembles
from fakta.candidates.page import PageView
from fakta.candidates.search import Candidate, Columns, attach_labels, attach_model
from fakta.candidates.web import domains
from fakta.documents.model import Box
from fakta.fields import name as names

# A part of the customer, printed under its name.
_DEPARTMENT = re.compile(
    r"(?:förvaltning|avdelning|enhet|kontor|service|reskontra|byggnad|ekonomi)(?:en|et)?$", re.IGNORECASE
)
# Dots and bars divide a sender's line; wider gaps divide columns. In page widths.
_SENDER_GAP = 0.04
# In line heights: an address and some numbers may stand between a column's heading and a name in it.
_COLUMN_REACH = 12.0
_TELLING = frozenset(
    "bankgiro plusgiro iban supplier_org_number supplier_vat_number phone web tax_status "
    "customer_org_number customer_vat_number buyer_reference customer_number".split()
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
            return mention.features["form"], not breaks_off(text), not text.isupper(), mention.candidate.box.height

        return max(self.mentions, key=rank).candidate

    def feature(self, name: str) -> float:
        """The strongest value of a feature over all mentions, 0 where none has it."""
        return max((mention.features.get(name, 0.0) for mention in self.mentions), default=0.0)


def find_parties(views: Sequence[PageView], lexicon: Lexicon, columns: Columns) -> list[Party]:
    """Everything on the pages that may be a party's name, mentions of one name together."""
    hosts = domains(views)
    by_name: dict[str, list[Mention]] = {}
    for index, view in enumerate(views):
        on_page = list(find_names(view, index, lexicon, hosts))
        attach_labels(view, on_page)
        attach_model(view, on_page, columns)
        parted = _column_lines(view)
        for candidate in on_page:
            mention = Mention(candidate, _features(view, candidate, hosts, parted))
            by_name.setdefault(name_key(str(candidate.value)), []).append(mention)
    _join_trading_names(by_name)
    return [Party(mentions) for mentions in by_name.values()]


def _join_trading_names(by_name: dict[str, list[Mention]]) -> None:
    """Makes mentions of "Norrvik", which is the web address, mentions of "Norrvik Bygg AB", the one such legal name."""
    for key, mentions in list(by_name.items()):
        if any(each.features["form"] for each in mentions) or all(each.features["domain"] < 1.0 for each in mentions):
            continue
        short = f"{mentions[0].candidate.value} ".casefold()
        legal = [
            other
            for other, theirs in by_name.items()
            if any(each.features["form"] and str(each.candidate.value).casefold().startswith(short) for each in theirs)
        ]
        if len(legal) == 1:
            by_name[legal[0]] += by_name.pop(key)


def _features(
    view: PageView, candidate: Candidate, hosts: Collection[str], parted: Sequence[_ColumnLine]
) -> dict[str, float]:
    box, text = candidate.box, str(candidate.value)
    features = {
        "form": float(names.has_company_form(text)),
        "domain": resembles(text, hosts),
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
        "reference": max(candidate.labels.get(name, 0.0) for name in PERSONS),
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


def _address_below(view: PageView, candidate: Candidate) -> float:
    """1 when a postal address follows in the same column within five lines, or in the same segment."""
    if POSTCODE.search(candidate.segment.text, candidate.start + len(candidate.text)):
        return 1.0
    box = candidate.box
    for i in range(candidate.line + 1, min(candidate.line + 8, len(view.lines))):
        if view.tops[i] > box.bottom + 6 * view.line_height:
            break
        for segment in view.lines[i]:
            if abs(segment.box.left - box.left) <= 0.02 and POSTCODE.search(segment.text):
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
    return float(bool(POSTCODE.search(" ".join(rest))))
