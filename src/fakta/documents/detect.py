"""What bytes are, by their first bytes; file names lie."""

from __future__ import annotations

from typing import Literal

Format = Literal["pdf", "png", "jpeg", "tiff", "webp"]

# PDF readers accept rubbish before the header, as mail gateways and old scanners put there.
PDF_HEADER_WITHIN = 1024

_UNSUPPORTED: tuple[tuple[bytes, str], ...] = (
    (b"GIF8", "a GIF image"),
    (b"BM", "a BMP image"),
    (b"\xd0\xcf\x11\xe0", "an old Office document or Outlook message"),
    (b"{\\rtf", "an RTF document"),
    (b"%!PS", "a PostScript file"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"7z\xbc\xaf", "a 7z archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"mif1", b"msf1")


def detect_format(data: bytes) -> Format | None:
    """The format of the bytes, or None where it is not one that can be read.

    >>> detect_format(b"%PDF-1.7 ..."), detect_format(b"Hej!")
    ('pdf', None)
    """
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith((b"II*\0", b"MM\0*", b"II+\0", b"MM\0+")):
        return "tiff"
    if data.startswith(b"RIFF") and data[8:12] == b"WEBP":
        return "webp"
    if b"%PDF-" in data[:PDF_HEADER_WITHIN]:
        return "pdf"
    return None


def describe(data: bytes) -> str:
    """What unreadable bytes look like, as the object of a sentence.

    >>> describe(b"Hej!")
    'plain text'
    """
    head = data[:2048]
    for magic, description in _UNSUPPORTED:
        if head.startswith(magic):
            return description
    if head[4:8] == b"ftyp":
        if head[8:12] in _HEIF_BRANDS:
            return "a HEIC photo"
        return "an AVIF image" if head[8:12] in (b"avif", b"avis") else "a video"
    if head.startswith(b"PK\x03\x04"):
        return _describe_zip(data)
    return _describe_text(head)


def _describe_zip(data: bytes) -> str:
    # The names of the members stand in the clear in front of them and again at the end.
    names = data[:4096] + data[-4096:]
    if b"word/" in names:
        return "a Word document"
    if b"xl/" in names:
        return "an Excel workbook"
    return "an OpenDocument file" if b"opendocument" in names else "a ZIP archive"


def _describe_text(head: bytes) -> str:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "plain text (UTF-16)"
    if any(byte < 9 or 13 < byte < 32 for byte in head):
        return "unknown binary data"
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if start.startswith((b"<!doctype html", b"<html")):
        return "an HTML page"
    if start.startswith(b"<?xml"):
        return "an XML file"
    return "a JSON file" if start.startswith((b"{", b"[")) else "plain text"
