"""PDFs whose drawing is hostile: things that draw themselves, millions of objects, forms and notes in circles."""

from __future__ import annotations

from tests.hostile.chance import Chance
from tests.hostile.writing import CATALOG, FONT, PAGES, TEXT, document, page, pdf, stream

_FORM = b"/Type/XObject/Subtype/Form/BBox[0 0 595 842]"


def _form(content: bytes, *, uses: bytes = b"") -> bytes:
    return stream(content, _FORM + b"/Resources<</Font<</F 5 0 R>>%b>>" % uses)


def nested_forms(chance: Chance) -> bytes:
    """Forms in forms in forms."""
    depth = chance.size(2, 20_000)
    forms = [_form(b"/X Do", uses=b"/XObject<</X %d 0 R>>" % (7 + at)) for at in range(depth)]
    return document(TEXT + b"/X Do", *forms, _form(TEXT), resources=b"/XObject<</X 6 0 R>>")


def forms_in_circles(chance: Chance) -> bytes:
    """Forms that draw themselves, or each other."""
    length = chance.size(1, 100)
    forms = [_form(TEXT + b"/X Do", uses=b"/XObject<</X %d 0 R>>" % (6 + (at + 1) % length)) for at in range(length)]
    return document(b"/X Do " * chance.size(1, 50), *forms, resources=b"/XObject<</X 6 0 R>>")


def billion_forms(chance: Chance) -> bytes:
    """A form that draws ten, each of which draws ten, and so on."""
    levels = chance.size(2, 9)
    forms = [_form(b"/X Do " * 10, uses=b"/XObject<</X %d 0 R>>" % (7 + at)) for at in range(levels)]
    leaf = chance.pick(b"0 0 9 9 re f", TEXT)
    return document(TEXT + b"/X Do", *forms, _form(leaf), resources=b"/XObject<</X 6 0 R>>")


def tiny_texts(chance: Chance) -> bytes:
    """Up to a million text objects on one page."""
    count = chance.size(1000, 1_000_000)
    shown = chance.pick(b"(a) Tj", b"(1) Tj", b"(12,50) Tj", b"( ) Tj", b"() Tj", b"[(a)-900(b)] TJ")
    where = chance.pick("apart", "same", "line")
    parts = []
    for at in range(count):
        x, y = {"apart": (at * 7 % 590, at * 13 % 840), "same": (50, 700), "line": (at % 590, 700)}[where]
        parts.append(b"BT /F 4 Tf %d %d Td %b ET\n" % (x, y, shown))
    return document(b"".join(parts), packed=True)


def many_strokes(chance: Chance) -> bytes:
    """Up to millions of lines, areas and clips, with what makes them slow."""
    piece = chance.pick(
        b"0 0 595 842 re f ",
        b"[0.01 0.01] 0 d 0 0 m 595 842 l S ",
        b"0 0 m 1e9 1e9 l S ",
        b"0 0 300 300 re W n ",
        b"0 0 m 9 999 -999 9 595 842 c b* ",
        b"1e38 0 0 1e38 0 0 cm 0 0 9 9 re f ",
        b"q 0.5 0 0 0.5 0 0 cm ",
        b"BI /W 9 /H 9 /BPC 8 /CS /G ID " + b"x" * 81 + b" EI ",
    )
    return document(TEXT + piece * chance.size(100, 1_000_000), packed=True)


def patterns_and_shadings(chance: Chance) -> bytes:
    """Tiles of a thousandth of a point, shadings by programs, functions that call themselves."""
    tile = stream(
        b"0 0 1 1 re f",
        b"/Type/Pattern/PatternType 1/PaintType 1/TilingType 1/BBox[0 0 1 1]/XStep %b/YStep %b/Resources<<>>"
        % (chance.pick(b"0.001", b"0", b"-1", b"1e9"), chance.pick(b"0.001", b"1", b"0")),
    )
    function = chance.pick(
        b"<</FunctionType 3/Domain[0 1]/Functions[8 0 R 8 0 R]/Bounds[0.5]/Encode[0 1 0 1]>>",
        stream(b"{" * chance.size(1, 10_000) + b"dup mul", b"/FunctionType 4/Domain[0 1]/Range[0 1]"),
        b"<</FunctionType 2/Domain[0 1]/N 1e400/C0[0]/C1[nan]>>",
        stream(b"\0" * 99, b"/FunctionType 0/Domain[0 1]/Range[0 1]/Size[2147483647]/BitsPerSample 32"),
    )
    shading = b"<</ShadingType %d/ColorSpace/DeviceGray/Coords[0 0 1 595 842 %b]/Domain[0 1]/Function 8 0 R>>" % (
        chance.pick(1, 2, 3, 6, 7),
        chance.pick(b"1", b"1e30", b"-1"),
    )
    resources = b"/Pattern<</P 6 0 R>>/Shading<</S 7 0 R>>"
    return document(TEXT + b"/Pattern cs /P scn 0 0 595 842 re f /S sh\n", tile, shading, function, resources=resources)


def type3_in_circles(chance: Chance) -> bytes:
    """A font whose letters are drawn with itself."""
    font = (
        b"<</Type/Font/Subtype/Type3/FontBBox[0 0 9 9]/FontMatrix[%b 0 0 1 0 0]/CharProcs<</a 6 0 R>>/FirstChar 97"
        b"/LastChar 97/Widths[9]/Encoding<</Differences[97/a]>>/Resources<</Font<</F 5 0 R>>>>>>"
    ) % chance.pick(b"1", b"0", b"1e30", b"nan")
    glyph = stream(b"9 0 d0 BT /F 1 Tf (aaaa) Tj ET 0 0 9 9 re f")
    content = b"BT /F 9 Tf 50 700 Td (%b) Tj ET" % (b"a" * chance.size(1, 10_000))
    return pdf(CATALOG, PAGES, page(), stream(content), font, glyph)


def annotations(chance: Chance) -> bytes:
    """Notes and stamps: by the ten thousand, in circles, larger than the world."""
    count = chance.size(1, 20_000)
    look = _form(TEXT + b"/X Do", uses=b"/XObject<</X 6 0 R>>")
    box = chance.pick(b"0 0 99 99", b"-1e9 -1e9 1e9 1e9", b"9 9 0 0", b"nan 0 0 0", b"0 0 0 0")
    note = b"<</Type/Annot/Subtype/%b/Rect[%b]/AP<</N 6 0 R>>/Parent 7 0 R/Kids[7 0 R]/P 3 0 R>>" % (
        chance.pick(b"Stamp", b"Widget", b"FreeText", b"Nonsense", b"Link"),
        box,
    )
    return document(TEXT, look, note, entries=b"/Annots[%b]" % (b"7 0 R " * count))


def form_fields(chance: Chance) -> bytes:
    """Fields that are their own parents, or stand below thousands of others."""
    depth = chance.size(1, 20_000)
    last = 6 + depth
    fields = [b"<</T(f%d)/Kids[%d 0 R]/Parent %d 0 R>>" % (at, 7 + at, max(6, 5 + at)) for at in range(depth)]
    leaf = b"<</Type/Annot/Subtype/Widget/FT/%b/T(x)/V(12 450,00)/Rect[50 50 99 99]/Parent %d 0 R%b>>" % (
        chance.pick(b"Tx", b"Ch", b"Sig", b"Btn"),
        chance.pick(last, last - 1, 6),
        chance.pick(b"", b"/Kids[%d 0 R]" % last, b"/Kids[6 0 R]"),
    )
    catalog = b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[6 0 R]/DA(/F 0 Tf)>>>>"
    return document(TEXT, *fields, leaf, entries=b"/Annots[%d 0 R]" % last, catalog=catalog)


def odd_fonts(chance: Chance) -> bytes:
    """Letters of no size, of gigantic size, upside down, from fonts that are none."""
    matrix = chance.pick(
        b"0 0 0 0 0 0", b"1e9 0 0 1e9 0 0", b"-1 0 0 -1 500 500", b"1 99 -99 1 0 0", b"nan 0 0 inf 0 0"
    )
    size = chance.pick(b"0", b"-12", b"1e9", b"0.0001", b"nan", b"12")
    font = chance.pick(
        FONT,
        b"null",
        b"<</Type/Font>>",
        b"<</Type/Font/Subtype/Type0/DescendantFonts[5 0 R]/Encoding/Identity-H>>",
        b"<</Type/Font/Subtype/TrueType/BaseFont/X/FirstChar -9/LastChar 2147483647/Widths 5 0 R>>",
        b"<</Type/Font/Subtype/Type1/BaseFont/X/FontDescriptor<</FontFile 6 0 R/Flags 4>>>>",
    )
    state = chance.pick(b"", b"3 Tr ", b"1e9 Tc ", b"-1e9 Tw ", b"0 Tz ", b"1e9 Ts ")
    content = b"BT /F %b Tf %b %b Tm (Faktura 1042 Att betala 12 450,00) Tj ET" % (size, state + b" ", matrix)
    return pdf(CATALOG, PAGES, page(), stream(content + TEXT), font, stream(chance.noise(999)))
