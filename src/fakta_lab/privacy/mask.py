"""Personal data masked: in texts, in values, on a document's words and on page pictures.

A mask has the shape of what it hides, so that positions, boxes and print forms stay true. Numbers may get pseudonyms
instead, which still pass the checks that a reader of invoices makes.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from fakta.documents.model import Box, Document, Page
from fakta_lab.privacy.contacts import find_contacts
from fakta_lab.privacy.identity_numbers import find_digits, find_numbers
from fakta_lab.privacy.labels import says_otherwise
from fakta_lab.privacy.personal_data import (
    IDENTITY_NUMBERS,
    Finding,
    check_kinds,
    number_kind,
    printed,
)
from fakta_lab.privacy.pseudonyms import Pseudonyms

if TYPE_CHECKING:
    from PIL.Image import Image

# How far a word's ink may reach over its box: a share of its height (OCR boxes are tight), and whole pixels.
_PADDING, _LEAST_PIXELS = 0.15, 2


def mask_text(text: str, *, kinds: Collection[str] = IDENTITY_NUMBERS, pseudonyms: Pseudonyms | None = None) -> str:
    """A line of text, such as one for a log, with its personal data masked.

    Args:
        text: without labels to go by, digits alone count as a person's number.
        kinds: of `personal_data.KINDS`.
        pseudonyms: replaces identity numbers by them; None for stars.

    Raises:
        ConfigError: a kind that does not exist.

    >>> mask_text("Ägare 811228-9874, SE811228987401, org.nr 559994-1209")
    'Ägare ******-****, SE**********01, org.nr 559994-1209'
    >>> mask_text("anna@exempel.se, 070-123 45 67", kinds={"email", "mobile"})
    '****@*******.**, ***-*** ** **'
    """
    check_kinds(kinds)
    found = [(number_kind(number.digits), number.start, number.end) for number in find_numbers(text)]
    for kind, start, end in [*found, *find_contacts(text)]:
        if kind in kinds:
            text = _masked(text, start, end, kind, pseudonyms)
    return text


def mask_values(
    fields: Mapping[str, str | None],
    *,
    numbers: Collection[str] = (),
    kinds: Collection[str] = IDENTITY_NUMBERS,
    pseudonyms: Pseudonyms | None = None,
) -> dict[str, str | None]:
    """Canonical values with their personal data masked: of fields, or of one row of a table.

    Args:
        fields: name to value. What the name says is no person's number (a payment reference) stays, unless the same
            digits are one elsewhere.
        numbers: ten digits each, known to be persons' from elsewhere, as `found_numbers` gives them.
        kinds, pseudonyms: see `mask_text`.

    Raises:
        ConfigError: a kind that does not exist.

    >>> values = {"supplier_org_number": "8112289874", "supplier_vat_number": "SE811228987401", "amount_due": "12.00"}
    >>> list(mask_values(values).values())
    ['**********', 'SE**********01', '12.00']
    """
    stated = numbers_in(fields)
    masked = dict(fields)
    for name, value in fields.items():
        if value is None:
            continue
        if not says_otherwise(name):
            value = mask_text(value, kinds=kinds, pseudonyms=pseudonyms)
        for digits in sorted(stated | set(numbers)):
            if number_kind(digits) in kinds:
                for start, end in find_digits(fields[name] or "", digits):
                    if value[start:end] == (fields[name] or "")[start:end]:
                        value = _masked(value, start, end, number_kind(digits), pseudonyms)
        masked[name] = value
    return masked


def numbers_in(fields: Mapping[str, str | None]) -> set[str]:
    """The persons' numbers that values state, ten digits each, for `mask_values` of what belongs with them."""
    free = [value for name, value in fields.items() if value is not None and not says_otherwise(name)]
    return {number.digits for value in free for number in find_numbers(value)}


def mask_document(document: Document, findings: Iterable[Finding], *, pseudonyms: Pseudonyms | None = None) -> Document:
    """The document without what was found: words masked, page pictures drawn over, numbers in its name masked.

    Words keep their count, order, length and boxes. `sha256` stays that of the original, which holds everything.

    Args:
        document: as read.
        findings: what `personal_data` found in it.
        pseudonyms: replaces identity numbers in the words by them; None for stars. Pictures are drawn over either way.
    """
    by_page: dict[int, list[Finding]] = defaultdict(list)
    for finding in findings:
        by_page[finding.page].append(finding)
    pages = tuple(_mask_page(page, by_page[page.number], pseudonyms) for page in document.pages)
    return replace(document, name=mask_text(document.name, pseudonyms=pseudonyms), pages=pages)


def finding_boxes(page: Page, findings: Iterable[Finding]) -> list[Box]:
    """The boxes, 0-1, of all words of the page that hold something of what was found on it, each once."""
    words = {i for finding in findings if finding.page == page.number for i in finding.words}
    return [page.words[i].box for i in sorted(words)]


def mask_image(image: Image, boxes: Iterable[Box], *, fill: str = "black") -> Image:
    """A copy of a page picture with the boxes drawn over.

    Args:
        image: of the whole page, any mode.
        boxes: 0-1 of the page; each is widened a little, because ink reaches over its box.
        fill: a colour as Pillow names them.
    """
    from PIL import ImageDraw

    copy = image.copy()
    draw = ImageDraw.Draw(copy)
    for box in boxes:
        padding = max(_LEAST_PIXELS, math.ceil(_PADDING * box.height * image.height))
        left, top = math.floor(box.left * image.width) - padding, math.floor(box.top * image.height) - padding
        right, bottom = math.ceil(box.right * image.width) + padding, math.ceil(box.bottom * image.height) + padding
        draw.rectangle((left, top, right, bottom), fill=fill)
    return copy


def _mask_page(page: Page, findings: Sequence[Finding], pseudonyms: Pseudonyms | None) -> Page:
    words = list(page.words)
    for finding in findings:
        text = printed(replace(page, words=tuple(words)), finding)
        text = _masked(text, finding.start, finding.end, finding.kind, pseudonyms)
        for i, word in zip(finding.words, text.split(" "), strict=True):
            words[i] = replace(words[i], text=word)
    render = page.render and _masked_render(page.render, finding_boxes(page, findings))
    return replace(page, words=tuple(words), render=render)


def _masked_render(render: Callable[[int], Image], boxes: Sequence[Box]) -> Callable[[int], Image]:
    return lambda dpi: mask_image(render(dpi), boxes)


def _masked(text: str, start: int, end: int, kind: str, pseudonyms: Pseudonyms | None) -> str:
    hidden = text[start:end]
    if kind not in IDENTITY_NUMBERS:
        hidden = re.sub(r"[^\W_]", "*", hidden)
    elif pseudonyms is None:
        hidden = re.sub("[0-9]", "*", hidden)
    else:
        hidden = pseudonyms.replace(hidden)
    return text[:start] + hidden + text[end:]
