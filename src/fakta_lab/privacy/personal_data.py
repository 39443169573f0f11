"""Personal data on a document's pages: which words, of what kind, whose.

A number whose form speaks for itself is always found. Digits alone are found unless the nearest label, or the
machine-read line of a payment slip, says that they are something else (an OCR reference, an invoice number, a phone):
ten digits that begin with a day and end in Luhn's digit cannot be told from a person's number by looking at them, so
without a label they count as one. Behind a label such as "Personnr" even a wrong check digit does. A number that was
found once is found wherever its digits stand, also inside an OCR reference or a VAT number.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, NamedTuple

from fakta.candidates.labels import Lexicon
from fakta.candidates.page import PageView
from fakta.documents.lines import Segment
from fakta.documents.model import Document, Page
from fakta.errors import ConfigError
from fakta.fields.slip_line import find_slip_line
from fakta_lab.privacy.contacts import find_contacts
from fakta_lab.privacy.identity_numbers import (
    find_digits,
    find_numbers,
    is_coordination_number,
    is_identity_number,
)
from fakta_lab.privacy.labels import may_be_a_persons, personal_labels

Kind = Literal["personal_number", "coordination_number", "email", "mobile"]
Role = Literal["supplier", "customer", "person"]

IDENTITY_NUMBERS: frozenset[str] = frozenset({"personal_number", "coordination_number"})
KINDS: frozenset[str] = IDENTITY_NUMBERS | {"email", "mobile"}


@dataclass(frozen=True, slots=True)
class Finding:
    """Personal data in some words of a page. It says where, never what, so that it may go into a log.

    Attributes:
        page: number of the page, from 1.
        words: positions in the page's words.
        kind: of data.
        role: whose: the supplier's or the customer's, by the numbers that the caller knows, or some person's.
        start, end: characters of the words' texts, joined by single blanks, that the data takes up.
    """

    page: int
    words: tuple[int, ...]
    kind: Kind
    role: Role
    start: int
    end: int


class _Place(NamedTuple):
    """A stretch of a segment, and the ten digits or "" for what is no number."""

    segment: Segment
    start: int
    end: int
    kind: Kind
    digits: str


def personal_data(
    document: Document,
    *,
    known: Mapping[str, str | None] | None = None,
    kinds: Collection[str] = IDENTITY_NUMBERS,
) -> list[Finding]:
    """The personal data of a document, page by page in reading order.

    Args:
        document: as read.
        known: field name to canonical value, as extracted or corrected: the numbers in `supplier_org_number`,
            `supplier_vat_number` and `customer_org_number` decide the role, and are found under any label.
        kinds: which kinds to look for, of `KINDS`.

    Raises:
        ConfigError: a kind that is none of them.
    """
    check_kinds(kinds)
    owners = _owners(known or {})
    views = [PageView.of(page, Lexicon.shipped(), None) for page in document.pages]
    places = {view.page.number: [*_numbers(view)] for view in views}
    numbers = {place.digits for found in places.values() for place in found} | owners.keys()
    findings = []
    for view in views:
        found = places[view.page.number]
        found += _repeated(view, numbers, found)
        found += _contacts(view, found)
        findings += [
            _finding(view.page, place, owners.get(place.digits, "person")) for place in found if place.kind in kinds
        ]
    return sorted(findings, key=lambda finding: (finding.page, finding.words, finding.start))


def printed(page: Page, finding: Finding) -> str:
    """The words of a finding as they stand on the page, joined by single blanks."""
    return " ".join(page.words[i].text for i in finding.words)


def found_numbers(document: Document, findings: Collection[Finding]) -> frozenset[str]:
    """The ten digits of every identity number among the findings. Personal data: keep it out of logs."""
    pages = {page.number: page for page in document.pages}
    return frozenset(
        "".join(filter(str.isdigit, printed(pages[finding.page], finding)[finding.start : finding.end]))[-10:]
        for finding in findings
        if finding.kind in IDENTITY_NUMBERS
    )


def number_kind(digits: str) -> Kind:
    """Which of the two identity numbers ten digits are."""
    return "coordination_number" if is_coordination_number(digits) else "personal_number"


def check_kinds(kinds: Collection[str]) -> None:
    """Raises `ConfigError` for a kind of personal data that does not exist."""
    for kind in sorted(set(kinds) - KINDS):
        raise ConfigError(f"personal data: unknown kind {kind!r}; known are {', '.join(sorted(KINDS))}")


def _numbers(view: PageView) -> Iterator[_Place]:
    claiming = view.relabelled(personal_labels())
    for i, line in enumerate(view.lines):
        slip = find_slip_line(" ".join(segment.text for segment in line))
        reference = (slip and slip.payment_reference) or ""
        for segment in line:
            for number in find_numbers(segment.text, unproven=True):
                if number.form == "bare" and number.digits in reference:
                    continue
                if number.form == "marked" or may_be_a_persons(number, view, claiming, line=i, segment=segment):
                    yield _Place(segment, number.start, number.end, number_kind(number.digits), number.digits)


def _repeated(view: PageView, numbers: Collection[str], found: list[_Place]) -> list[_Place]:
    """Where else the numbers stand."""
    return [
        _Place(segment, start, end, number_kind(digits), digits)
        for line in view.lines
        for segment in line
        for digits in sorted(numbers)
        for start, end in find_digits(segment.text, digits)
        if not _taken(found, segment, start, end)
    ]


def _contacts(view: PageView, found: list[_Place]) -> list[_Place]:
    return [
        _Place(segment, start, end, kind, "")
        for line in view.lines
        for segment in line
        for kind, start, end in find_contacts(segment.text)
        if not _taken(found, segment, start, end)
    ]


def _taken(found: list[_Place], segment: Segment, start: int, end: int) -> bool:
    return any(place.segment is segment and start < place.end and place.start < end for place in found)


def _finding(page: Page, place: _Place, role: Role) -> Finding:
    first, last = place.segment.span(place.start, place.end)
    offset = place.segment.starts[first]
    words = place.segment.indices[first:last]
    return Finding(page.number, words, place.kind, role, place.start - offset, place.end - offset)


def _owners(known: Mapping[str, str | None]) -> dict[str, Role]:
    """Identity numbers that the fields state, and whose they are."""
    stated: list[tuple[str, Role]] = [
        (known.get("customer_org_number") or "", "customer"),
        ((known.get("supplier_vat_number") or "")[2:12], "supplier"),
        (known.get("supplier_org_number") or "", "supplier"),
    ]
    return {digits: role for digits, role in stated if len(digits) == 10 and is_identity_number(digits)}
