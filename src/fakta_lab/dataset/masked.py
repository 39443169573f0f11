"""A document's rows without personal identity numbers: invented ones in words and values, bars in the images."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from fakta.documents.model import Document
from fakta_lab.dataset.cache import document_of
from fakta_lab.dataset.rows import Facts
from fakta_lab.privacy import (
    Finding,
    Pseudonyms,
    finding_boxes,
    found_numbers,
    mask_document,
    mask_image,
    mask_values,
    personal_data,
)

if TYPE_CHECKING:
    import pyarrow


def masked(facts: Facts, pages: pyarrow.Table, pseudonyms: Pseudonyms) -> tuple[Facts, pyarrow.Table]:
    """The same facts and pages with every personal identity number replaced.

    Words keep their count, order and boxes, so the labels made for them still fit.

    Args:
        facts: of the document, its name masked already.
        pages: as the cache keeps them.
        pseudonyms: of the store.
    """
    document = document_of(pages, sha256=facts.sha256)
    found = personal_data(document, known=facts.values)
    values = mask_values(facts.values, numbers=found_numbers(document, found), pseudonyms=pseudonyms)
    # The key of a sole trader who is a supplier may be that person's number.
    supplier = mask_values({"supplier_org_number": facts.supplier}, pseudonyms=pseudonyms)["supplier_org_number"]
    facts = replace(facts, values=values, supplier=supplier or facts.supplier)
    if not found:
        return facts, pages
    words = [[word.text for word in page.words] for page in mask_document(document, found, pseudonyms=pseudonyms).pages]
    return facts, _replaced(pages, words=words, image=_images(pages, document, found))


def _images(pages: pyarrow.Table, document: Document, found: Sequence[Finding]) -> list[bytes | None]:
    from PIL import Image

    images: list[bytes | None] = []
    for page, png in zip(document.pages, pages.column("image").to_pylist(), strict=True):
        boxes = finding_boxes(page, found)
        if png is not None and boxes:
            buffer = io.BytesIO()
            mask_image(Image.open(io.BytesIO(png)), boxes).save(buffer, "PNG")
            png = buffer.getvalue()
        images.append(png)
    return images


def _replaced(pages: pyarrow.Table, **columns: Sequence[object]) -> pyarrow.Table:
    import pyarrow as pa

    for name, values in columns.items():
        field = pages.schema.field(name)
        pages = pages.set_column(pages.schema.get_field_index(name), field, pa.array(values, field.type))
    return pages
