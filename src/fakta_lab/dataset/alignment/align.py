"""From corrected values to word labels: which words on the page hold what the person vouched for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from fakta.candidates.labels import Lexicon
from fakta.candidates.page import PageView, view_pages
from fakta.candidates.search import Candidate
from fakta.documents.model import Document
from fakta.schema import Field, Schema
from fakta_lab.dataset.alignment.forms import FORMLESS_KINDS, letters
from fakta_lab.dataset.alignment.implied import implied
from fakta_lab.dataset.alignment.masks import UNKNOWN, mask_namesakes, mask_tables, mask_unknown
from fakta_lab.dataset.alignment.near import Near, NearSearch
from fakta_lab.dataset.alignment.occurrences import Occurrences
from fakta_lab.dataset.alignment.places import Alignment, place_values

OUTSIDE = "O"


@dataclass(frozen=True, slots=True)
class AlignedDocument:
    """A document's word labels.

    Attributes:
        labels: per page, parallel to its words: "O", "B-<field>", "I-<field>" or "?" for unknown.
        alignments: of every known value that is not null, in schema order.
        languages: codes of those that the document's labels are in; all of the lexicon's where too few were found.
    """

    labels: tuple[tuple[str, ...], ...]
    alignments: tuple[Alignment, ...]
    languages: frozenset[str] = frozenset()


def align(
    document: Document, values: Mapping[str, str | None], *, schema: Schema, lexicon: Lexicon | None = None
) -> AlignedDocument:
    """Word labels for a document from what is known about its fields.

    A word is "O" only where it can be no value of a field that nobody looked at, and no cell of a table.

    Args:
        document: as read.
        values: canonical values by field name; None = not on the document; absent = unknown.
        schema: of the fields.
        lexicon: of labels; the shipped one by default.
    """
    views, spoken = view_pages([(page, None) for page in document.pages], lexicon or Lexicon.shipped())
    stated = [(field, value) for field in schema.fields.values() if (value := values.get(field.name)) is not None]
    found, near = _found(views, stated, values)
    alignments = [
        _told(_derived(alignment, field, value, values, views), near.get(field.name, ()), value, views)
        for alignment, (field, value, _) in zip(place_values(found, views, known=values), found, strict=True)
    ]

    pages = [[OUTSIDE] * len(page.words) for page in document.pages]
    unknown = [field for field in schema.fields.values() if field.name not in values]
    for view, labels in zip(views, pages, strict=True):
        mask_unknown(view, labels, fields=unknown)
        if schema.tables:
            mask_tables(view, labels)
        for alignment, (field, value) in zip(alignments, stated, strict=True):
            if alignment.status == "absent" and field.kind == "name":
                mask_namesakes(view, labels, value)
    for alignment in alignments:
        for page, words in alignment.masked:
            for word in words:
                pages[page][word] = UNKNOWN
    # Labels last: a word that may be one value and surely is another is known after all.
    for alignment in alignments:
        for page, words in alignment.places:
            for position, word in enumerate(words):
                pages[page][word] = f"{'I' if position else 'B'}-{alignment.field}"
    return AlignedDocument(tuple(tuple(labels) for labels in pages), tuple(alignments), spoken.languages)


def _found(
    views: Sequence[PageView], stated: Sequence[tuple[Field, str]], known: Mapping[str, str | None]
) -> tuple[list[tuple[Field, str, Sequence[Candidate]]], dict[str, list[Near]]]:
    """Every place of each value, and by field those that are not printed as it was stated."""
    exactly = Occurrences(views)
    exact = [(field, value, _without_digits(exactly.of(field, value))) for field, value in stated]
    taken = {(c.page, word): field.kind for field, _, candidates in exact for c in candidates for word in c.words}
    search = NearSearch(views)
    found: list[tuple[Field, str, Sequence[Candidate]]] = []
    near: dict[str, list[Near]] = {}
    for field, value, candidates in exact:
        if search.scanned or (not candidates and not implied(field, value, known, views)):
            # What surely is another value, or this one, is none that was misread.
            near[field.name] = [
                each
                for each in search.find(field, value)
                if field.kind == "document_type"
                or _free(each, [taken.get((each.candidate.page, word)) for word in each.candidate.words], field)
            ]
            if field.kind == "document_type":
                near[field.name], candidates = _whole_titles(near[field.name], candidates)
            candidates = [*candidates, *(each.candidate for each in near[field.name])]
        found.append((field, value, candidates))
    return found, near


def _free(near: Near, taken_by: Sequence[str | None], field: Field) -> bool:
    """Whether words are no other value's; a misread VAT number may hold an organisation number that is read rightly."""
    others = set(taken_by) - {None, *FORMLESS_KINDS}
    return not others or (field.kind == "vat_number" and others == {"org_number"} and near.look_alike)


def _without_digits(candidates: list[Candidate]) -> list[Candidate]:
    """The places of an amount without lone digits, where others are printed with öre: "0" for 0,00."""
    printed = [c for c in candidates if len(c.text) > 1]
    return printed if printed and candidates[0].kind == "amount" else candidates


def _whole_titles(near: list[Near], exact: Sequence[Candidate]) -> tuple[list[Near], list[Candidate]]:
    """Misread titles that are not found exactly, and the exact ones that are no parts of them."""
    known = {(c.page, c.words) for c in exact}
    longer = [each for each in near if (each.candidate.page, each.candidate.words) not in known]
    parts = {(each.candidate.page, word) for each in longer for word in each.candidate.words}
    return longer, [c for c in exact if not any((c.page, word) in parts for word in c.words)]


def _derived(
    alignment: Alignment, field: Field, value: str, known: Mapping[str, str | None], views: Sequence[PageView]
) -> Alignment:
    if alignment.status == "absent" and (why := implied(field, value, known, views)):
        return replace(alignment, status="derived", reason=f"derived: {why}")
    return alignment


def _told(alignment: Alignment, near: Sequence[Near], value: str, views: Sequence[PageView]) -> Alignment:
    """The alignment with how far its places are from the value as it was stated, where they all are."""
    by_place = {(each.candidate.page, each.candidate.words): each for each in near}
    taken = [by_place.get(place) for place in alignment.places]
    if not taken or None in taken:
        return alignment
    best = min((each for each in taken if each is not None), key=lambda each: each.wrong)
    if not best.wrong:
        return replace(alignment, reason="value found in two parts" if best.apart else "value found, set otherwise")
    read = "read" if views[best.candidate.page].page.source == "ocr" else "printed"
    characters = "1 character" if best.wrong == 1 else f"{best.wrong} characters"
    similarity = max(0.0, 1 - best.wrong / max(len(letters(value)), 1))
    return replace(alignment, reason=f"value found with {characters} {read} otherwise", similarity=similarity)
