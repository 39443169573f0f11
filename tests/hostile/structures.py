"""PDFs whose structure is hostile: page trees, boxes, nesting, tables of objects, streams."""

from __future__ import annotations

import zlib
from functools import cache

from tests.hostile.chance import Chance
from tests.hostile.writing import CATALOG, FONT, PAGES, TEXT, document, page, pdf, stream

_NUMBERS = (b"0", b"-1", b"1e400", b"nan", b"-inf", b"99999999999999999999", b"1.2.3", b"--5", b".", b"null", b"(a)")
_BOXES = (
    b"",
    b"/MediaBox[595 842 0 0]",
    b"/MediaBox[-595 -842 0 0]",
    b"/MediaBox[0 0 0 0]",
    b"/MediaBox[0 0 595]",
    b"/MediaBox[]",
    b"/MediaBox 17",
    b"/MediaBox(none)",
    b"/MediaBox 3 0 R",
    b"/MediaBox[0 0 1 842]",
    b"/MediaBox[0 0 0.001 0.001]",
    b"/MediaBox[0 0 595 842]/CropBox[600 900 700 1000]",
    b"/MediaBox[0 0 595 842]/CropBox[0 0 1e9 1e9]",
    b"/MediaBox[1e9 1e9 1000000595 1000000842]",
)


def page_size_bomb(chance: Chance) -> bytes:
    """A page as large as a country, or one as wide as a hair is thick."""
    width, height = chance.size(1000, 10**9), chance.pick(1, 842, chance.size(1000, 10**9))
    unit = chance.pick(b"", b"/UserUnit 1000", b"/UserUnit -1")
    content = chance.pick(TEXT, b"1 0 0 rg 0 0 m 9 9 l f\n", b"")
    return document(content, box=b"/MediaBox[0 0 %d %d]%b" % (width, height, unit))


def odd_boxes(chance: Chance) -> bytes:
    """Boxes inverted, negative, missing, of nothing, of things that are no numbers."""
    numbers = b" ".join(chance.pick(*_NUMBERS) for _ in range(4))
    box = chance.pick(*_BOXES, b"/MediaBox[%b]" % numbers, b"/MediaBox[0 0 595 842]/CropBox[%b]" % numbers)
    return document(chance.pick(TEXT, b"0 0 100 100 re f"), box=box)


def rotated(chance: Chance) -> bytes:
    """Pages turned by right angles, and by what is none."""
    turn = chance.pick(b"90", b"180", b"270", b"-90", b"45", b"810", b"1000000007", b"1e99", b"(up)", b"[90]")
    return document(entries=b"/Rotate " + turn)


def deep_page_tree(chance: Chance) -> bytes:
    """A page below thousands of nodes."""
    depth = chance.size(5, 100_000)
    nodes = [b"<</Type/Pages/Kids[%d 0 R]/Count 1/Parent %d 0 R>>" % (3 + at, 1 + at) for at in range(depth)]
    last = 2 + depth
    sheet = b"<</Type/Page/Parent %d 0 R/MediaBox[0 0 595 842]/Contents %d 0 R>>" % (last - 1, last + 1)
    return pdf(CATALOG, *nodes, sheet, stream(TEXT))


def many_pages(chance: Chance) -> bytes:
    """Up to a hundred thousand pages, each of its own or all the same, or only said to be there."""
    count = chance.size(100, 100_000)
    kind = chance.pick("same", "own", "said", "short")
    if kind == "own":
        refs = b" ".join(b"%d 0 R" % (6 + at) for at in range(count))
        tree = b"<</Type/Pages/Kids[%b]/Count %d>>" % (refs, count)
        return pdf(CATALOG, tree, page(), stream(TEXT), FONT, *[page()] * count)
    refs = b"3 0 R " * (1 if kind == "said" else count)
    said = {"said": chance.pick(count, 2**31 - 1, -5), "short": 1}.get(kind, count)
    return pdf(CATALOG, b"<</Type/Pages/Kids[%b]/Count %d>>" % (refs, said), page(), stream(TEXT), FONT)


def circular_page_tree(chance: Chance) -> bytes:
    """Pages that are their own ancestors."""
    loops = (
        (b"<</Type/Pages/Kids[2 0 R]/Count 1>>", page()),
        (b"<</Type/Pages/Kids[3 0 R 2 0 R]/Count 9/Parent 2 0 R>>", page()),
        (b"<</Type/Pages/Kids[3 0 R]/Count 3>>", b"<</Type/Pages/Kids[2 0 R 3 0 R]/Count 3/Parent 3 0 R>>"),
        (b"<</Type/Pages/Kids[3 0 R]/Count 1/Parent 3 0 R>>", b"<</Type/Page/Parent 3 0 R/Contents 3 0 R>>"),
        (b"<</Type/Pages/Kids 2 0 R/Count 2 0 R>>", page()),
        (b"<</Type/Pages/Kids[1 0 R]/Count 1>>", page()),
    )
    tree, sheet = chance.pick(*loops)
    return pdf(CATALOG, tree, sheet, stream(TEXT), FONT)


def deep_nesting(chance: Chance) -> bytes:
    """Arrays and dictionaries inside each other, as objects, as operands, in the trailer."""
    depth = chance.size(10, 1_000_000)
    opened, closed = chance.pick((b"[", b"]"), (b"<</A", b">>"), (b"[<</A[", b"]>>]"), (b"(", b")"), (b"[", b""))
    nested = opened * depth + closed * depth
    where = chance.pick("content", "page", "object", "trailer", "info")
    if where == "content":
        return document(TEXT + nested + b" TJ\n" + TEXT)
    if where == "page":
        return document(entries=b"/Nested " + nested)
    if where == "trailer":
        return pdf(CATALOG, PAGES, page(), stream(TEXT), FONT, trailer=b"/Nested " + nested)
    extra = b"/Info 6 0 R" if where == "info" else b""
    return pdf(CATALOG, PAGES, page(), stream(TEXT), FONT, nested, trailer=extra)


def deep_saves(chance: Chance) -> bytes:
    """States saved and marks begun that are never ended."""
    return document(
        chance.pick(b"q ", b"BT ", b"/A BMC ", b"BX ", b"q BT ", b"0 0 m ") * chance.size(100, 3_000_000) + TEXT
    )


@cache
def _zeros(count: int, fill: bytes, layers: int) -> bytes:
    packer, data = zlib.compressobj(9), bytearray()
    block = fill * (1024 * 1024 // len(fill))
    for _ in range(count):
        data += packer.compress(block)
    data += packer.flush()
    for _ in range(layers - 1):
        data = bytearray(zlib.compress(bytes(data), 9))
    return bytes(data)


def flate_bomb(chance: Chance) -> bytes:
    """A few kilobytes that unpack to hundreds of megabytes: of content, of an image, of objects, of a table."""
    megabytes, layers = chance.pick(1, 30, 300), chance.pick(1, 2, 3)
    if chance.size(1, 100) < 10:
        megabytes = 1
    data = _zeros(megabytes, chance.pick(b" ", b"\0", b"q Q ", b"0 0 m ", b"[()]TJ "), layers)
    filters = b"/Filter[%b]" % (b"/FlateDecode" * layers)
    where = chance.pick("content", "image", "objects", "cmap", "icc")
    if where == "content":
        return pdf(CATALOG, PAGES, page(), stream(data, filters), FONT)
    if where == "image":
        side = chance.size(1000, 100_000)
        entries = b"/Type/XObject/Subtype/Image/Width %d/Height %d/BitsPerComponent 8/ColorSpace/DeviceGray" % (
            side,
            side,
        )
        shown = b"q 500 0 0 500 0 0 cm /I Do Q"
        return document(shown, stream(data, entries + filters), resources=b"/XObject<</I 6 0 R>>")
    if where == "objects":
        packed = stream(data, b"/Type/ObjStm/N %d/First 10" % chance.size(1, 10**6) + filters)
        return pdf(CATALOG, PAGES, page(), stream(TEXT), FONT, packed, trailer=b"/XRefStm 6 0 R")
    if where == "cmap":
        font = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>"
        return pdf(CATALOG, PAGES, page(), stream(TEXT), font, stream(data, filters))
    space = b"/ColorSpace<</C[/ICCBased 6 0 R]>>"
    return document(b"/C cs 0.5 sc 0 0 99 99 re f\n" + TEXT, stream(data, b"/N 1" + filters), resources=space)


def endless_stream(chance: Chance) -> bytes:
    """Streams without an end, with a false length, a length that is itself, or filters that never finish."""
    length = chance.pick(b"999999999999", b"-1", b"4 0 R", b"6 0 R", b"0", b"(x)", b"")
    filters = chance.pick(
        b"",
        b"/Filter/RunLengthDecode",
        b"/Filter/LZWDecode",
        b"/Filter[%b]" % (b"/ASCIIHexDecode" * chance.size(1, 5000)),
        b"/Filter/ASCII85Decode",
        b"/Filter/JBIG2Decode",
        b"/Filter/Nonsense",
        b"/Filter/FlateDecode/DecodeParms<</Predictor 15/Columns 2147483647/Colors 99>>",
        b"/Filter/CCITTFaxDecode/DecodeParms<</K -1/Columns 2147483647/Rows 2147483647>>",
    )
    content = chance.pick(TEXT * chance.size(1, 10_000), chance.noise(chance.size(10, 100_000)))
    body = b"<</Length %b%b>>\nstream\n%b" % (length, filters, content)
    return pdf(CATALOG, PAGES, page(), body + chance.pick(b"", b"\nendstream"), FONT, b"6 0 R")


def odd_tables(chance: Chance) -> bytes:
    """Tables of objects that point at themselves, behind the end, or promise a billion objects."""
    good = document()
    start = good.rindex(b"startxref")
    table = good.rindex(b"xref\n0 ", 0, start)
    match chance.pick("loop", "behind", "huge", "none", "stream", "root", "many"):
        case "loop":
            return good.replace(b"trailer<<", b"trailer<</Prev %d" % table)
        case "behind":
            return good[:start] + b"startxref\n%d\n%%%%EOF" % chance.size(1, 10**12)
        case "huge":
            return good.replace(b"xref\n0 6", b"xref\n0 %d" % chance.size(10**3, 4 * 10**9))
        case "none":
            return good[:table]
        case "stream":
            entries = b"/Type/XRef/Size %d/W[%d 8 8]/Index[0 %d]/Root 1 0 R" % (10**9, chance.pick(1, 8, 10**6), 10**9)
            return good[:table] + b"7 0 obj" + stream(b"\1" * 999, entries) + b"\nendobj startxref\n%d\n%%%%EOF" % table
        case "root":
            return good.replace(b"/Root 1 0 R", chance.pick(b"/Root 4 0 R", b"/Root 99 0 R", b"/Root[1]", b""))
    return good * chance.size(2, 2000)
