from __future__ import annotations

import io
import zipfile

import pytest
from PIL import Image
from tests.fakta.documents.drawing import encoded, invoice_page, pdf

from fakta.documents.detect import describe, detect_format

PIXEL = Image.new("RGB", (2, 2))


@pytest.mark.parametrize("kind", ["png", "jpeg", "tiff", "webp"])
def test_images_are_told_by_their_bytes(kind: str) -> None:
    assert detect_format(encoded(PIXEL, kind)) == kind


def test_pdf_may_have_rubbish_in_front() -> None:
    data = pdf(invoice_page)
    assert detect_format(data) == "pdf"
    assert detect_format(b"\r\n--boundary\r\n" + data) == "pdf"
    assert detect_format(b"x" * 2000 + data) is None


def _zip(member: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(member, "content")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"Hej p\xc3\xa5 dig", "plain text"),
        ("Hej".encode("utf-16"), "plain text (UTF-16)"),
        (b"<?xml version='1.0'?><Invoice/>", "an XML file"),
        (b"\xef\xbb\xbf<!DOCTYPE html><html>", "an HTML page"),
        (b'{"a": 1}', "a JSON file"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "a HEIC photo"),
        (b"\0\0\0\x18ftypavif\0\0\0\0", "an AVIF image"),
        (encoded(PIXEL, "gif"), "a GIF image"),
        (_zip("word/document.xml"), "a Word document"),
        (_zip("xl/workbook.xml"), "an Excel workbook"),
        (_zip("a.txt"), "a ZIP archive"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "an old Office document or Outlook message"),
        (b"\x01\x02\x03", "unknown binary data"),
    ],
)
def test_other_bytes_are_described(data: bytes, expected: str) -> None:
    assert detect_format(data) is None
    assert describe(data) == expected
