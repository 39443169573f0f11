"""PDFs written by hand, so that any part of them can be wrong."""

from __future__ import annotations

import zlib
from collections.abc import Sequence

CATALOG = b"<</Type/Catalog/Pages 2 0 R>>"
PAGES = b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
FONT = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/Encoding/WinAnsiEncoding>>"
# Enough of an invoice that it is worth reading on.
TEXT = (
    b"BT /F 12 Tf 50 780 Td 16 TL (Faktura 1042) Tj T* (Fakturadatum 2026-04-15) Tj T* (Att betala 12 450,00 kr) Tj "
    b"T* (Bankgiro 5997-4105) Tj ET\n"
)


def pdf(*objects: bytes, trailer: bytes = b"", root: int = 1, size: int | None = None) -> bytes:
    """A PDF of these objects, numbered from 1, with a correct table of where they stand."""
    data = bytearray(b"%PDF-1.7\n")
    table = [b"0000000000 65535 f \n"]
    for number, body in enumerate(objects, start=1):
        table.append(b"%010d 00000 n \n" % len(data))
        data += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(data)
    count = len(table)
    data += b"xref\n0 %d\n%b" % (count, b"".join(table))
    data += b"trailer<</Size %d/Root %d 0 R%b>>\nstartxref\n%d\n%%%%EOF\n" % (size or count, root, trailer, start)
    return bytes(data)


def stream(content: bytes, entries: bytes = b"", *, packed: bool = False) -> bytes:
    """An object with a stream; `packed` with Flate."""
    if packed:
        content, entries = zlib.compress(content, 9), entries + b"/Filter/FlateDecode"
    return b"<</Length %d%b>>\nstream\n%b\nendstream" % (len(content), entries, content)


def page(entries: bytes = b"", *, box: bytes = b"/MediaBox[0 0 595 842]", resources: bytes = b"") -> bytes:
    """Object 3 of `document`: a page whose content is object 4 and whose font /F is object 5."""
    return b"<</Type/Page/Parent 2 0 R%b/Contents 4 0 R/Resources<</Font<</F 5 0 R>>%b>>%b>>" % (
        box,
        resources,
        entries,
    )


def document(
    content: bytes = TEXT,
    *more: bytes,
    entries: bytes = b"",
    box: bytes = b"/MediaBox[0 0 595 842]",
    resources: bytes = b"",
    packed: bool = False,
    catalog: bytes = CATALOG,
) -> bytes:
    """A PDF with one page; further objects are numbered from 6."""
    sheet = page(entries, box=box, resources=resources)
    return pdf(catalog, PAGES, sheet, stream(content, packed=packed), FONT, *more)


def typed(lines: Sequence[str], *, size: float = 10) -> bytes:
    """A page's content with these lines from the top, in what Latin-1 has of their characters."""
    shown = (
        line.encode("latin-1", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
        for line in lines
    )
    return b"BT /F %g Tf 30 800 Td %g TL\n%b\nET\n" % (
        size,
        size * 1.2,
        b"\n".join(b"(%b) Tj T*" % line for line in shown),
    )


def mapped(text: str) -> bytes:
    """A PDF whose text layer says `text`, whatever its characters are, through a font's table of characters."""
    units = text.encode("utf-16-be", "surrogatepass")
    codes = [units[at : at + 2] for at in range(0, len(units), 2)]
    maps = b"".join(b"<%04x> <%b>\n" % (number, code.hex().encode()) for number, code in enumerate(codes, start=1))
    cmap = (
        b"/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def 1 begincodespacerange "
        b"<0000> <ffff> endcodespacerange %d beginbfchar\n%bendbfchar endcmap end end" % (len(codes), maps)
    )
    shown = b"".join(b"%04x" % number for number in range(1, len(codes) + 1))
    lines = b" T* ".join(b"<%b> Tj" % shown[at : at + 4 * 60] for at in range(0, len(shown), 4 * 60))
    return pdf(
        CATALOG,
        PAGES,
        page(),
        stream(b"BT /F 9 Tf 30 800 Td 11 TL %b ET" % lines),
        b"<</Type/Font/Subtype/Type0/BaseFont/X/Encoding/Identity-H/DescendantFonts[6 0 R]/ToUnicode 7 0 R>>",
        b"<</Type/Font/Subtype/CIDFontType2/BaseFont/X/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)"
        b"/Supplement 0>>/DW 500/FontDescriptor 8 0 R>>",
        stream(cmap),
        b"<</Type/FontDescriptor/FontName/X/Flags 4/FontBBox[0 -200 500 800]/Ascent 800/Descent -200/CapHeight 700"
        b"/ItalicAngle 0/StemV 80>>",
    )
