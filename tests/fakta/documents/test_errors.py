from __future__ import annotations

import io

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from reportlab.lib.pdfencrypt import StandardEncryption
from tests.fakta.documents import drawing

from fakta.documents import Document, images, limits, pdf, read
from fakta.errors import (
    DamagedDocument,
    DocumentError,
    DocumentTooLarge,
    EmptyDocument,
    EncryptedDocument,
    UnsupportedDocument,
)

GOOD = drawing.pdf(drawing.invoice_page, drawing.invoice_page)


def _bare_pdf(pages: str, *objects: str) -> bytes:
    """A PDF written by hand, with a correct table of its objects."""
    bodies = ["<</Type/Catalog/Pages 2 0 R>>", pages, *objects]
    data, offsets = b"%PDF-1.4\n", []
    for number, body in enumerate(bodies, start=1):
        offsets.append(len(data))
        data += f"{number} 0 obj\n{body}\nendobj\n".encode()
    table = "".join(f"{offset:010} 00000 n \n" for offset in offsets)
    size, start = len(bodies) + 1, len(data)
    end = f"xref\n0 {size}\n0000000000 65535 f \n{table}trailer<</Size {size}/Root 1 0 R>>\nstartxref\n{start}\n%%EOF"
    return data + end.encode()


@pytest.mark.parametrize(
    ("data", "error", "message"),
    [
        (b"Hej, fakturan bifogas.", UnsupportedDocument, r"faktura\.pdf is plain text, not a PDF"),
        (b"PK\x03\x04....word/document.xml", UnsupportedDocument, "a Word document"),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", UnsupportedDocument, "a HEIC photo"),
        (b"%PDF-1.7\nnothing", DamagedDocument, "damaged PDF .it seems to be cut off"),
        (_bare_pdf("<</Type/Pages/Kids[]/Count 0>>"), EmptyDocument, "without pages"),
        (_bare_pdf("<</Type/Pages/Kids[9 0 R]/Count 1>>"), DamagedDocument, "page 1 cannot be opened"),
        (drawing.encoded(drawing.scan(), "png")[:4000], DamagedDocument, "damaged PNG image"),
        (drawing.encoded(drawing.scan(), "jpeg")[:4000], DamagedDocument, "damaged JPEG image"),
    ],
)
def test_each_kind_of_bad_file_is_named_in_one_line(data: bytes, error: type[DocumentError], message: str) -> None:
    with pytest.raises(error, match=message) as caught:
        read(data, name="faktura.pdf", ocr="off")
    assert "\n" not in str(caught.value)
    assert str(caught.value).startswith("faktura.pdf")


def test_password() -> None:
    with pytest.raises(EncryptedDocument, match="protected with a password"):
        read(drawing.pdf(drawing.invoice_page, encrypt="hemligt"))


def test_a_pdf_that_only_forbids_changes_is_read() -> None:
    forbids = StandardEncryption("", ownerPassword="hemligt", canModify=0)
    document = read(drawing.pdf(drawing.invoice_page, encrypt=forbids))
    assert drawing.texts(document.pages[0])[0] == "Faktura"


def test_cut_off_pdf_with_nothing_left_is_damaged() -> None:
    page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>"
    whole = _bare_pdf("<</Type/Pages/Kids[3 0 R]/Count 1>>", page)
    assert read(whole, ocr="off").pages[0].words == ()
    with pytest.raises(DamagedDocument, match="cut off"):
        read(whole[: whole.index(b"xref")], ocr="off")


def test_cut_off_pdf_is_read_where_pdfium_can_repair_it() -> None:
    cut = GOOD[: GOOD.rindex(b"startxref")]
    document = read(cut, ocr="off")
    assert drawing.texts(document.pages[0])[:2] == ["Faktura", "1042"]


def test_too_many_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pdf, "MAX_PAGES", 1)
    monkeypatch.setattr(images, "MAX_PAGES", 1)
    with pytest.raises(DocumentTooLarge, match="2 pages, the limit is 1"):
        read(GOOD)
    buffer = io.BytesIO()
    Image.new("1", (50, 50)).save(buffer, "TIFF", save_all=True, append_images=[Image.new("1", (50, 50))])
    with pytest.raises(DocumentTooLarge, match="2 pages"):
        read(buffer.getvalue())


def test_image_bomb_is_refused_before_it_is_decoded(monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = drawing.encoded(Image.new("1", (15_000, 15_000)), "png")
    assert len(bomb) < 100_000
    with pytest.raises(DocumentTooLarge, match="pixels"):
        read(bomb)
    with pytest.raises(DocumentTooLarge, match="225 million pixels, the limit is 100 million"):
        limits.check_pixels(15_000 * 15_000, what="a.png")
    # Between the library's own warning and the limit.
    assert read(drawing.encoded(Image.new("1", (9_600, 9_600), 1), "png"), ocr="off").pages[0].width == 9_600


def test_a_huge_page_is_read_but_not_drawn_huge() -> None:
    document = read(drawing.pdf(drawing.invoice_page, size=(14_000, 14_000)))
    page = document.pages[0]
    assert len(page.words) > 10
    assert page.render is not None
    with pytest.raises(DocumentTooLarge, match="page 1 at 200 dpi"):
        page.render(200)


def test_a_crop_box_beside_the_paper_is_no_crop_box() -> None:
    page = "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/CropBox[600 900 700 1000]/Contents 4 0 R>>"
    content = "<</Length 34>>\nstream\n0 0 0 rg 100 100 200 200 re f      \nendstream"
    (read_page,) = read(_bare_pdf("<</Type/Pages/Kids[3 0 R]/Count 1>>", page, content), ocr="off").pages
    assert (read_page.width, read_page.height) == (595, 842)
    assert read_page.render is not None
    assert drawing.ink(read_page.render(72)) == pytest.approx((100 / 595, 542 / 842, 300 / 595, 742 / 842), abs=0.01)


def _is_read_or_refused(data: bytes) -> None:
    outcome: Document | DocumentError
    try:
        outcome = read(data, name="a", ocr="off")
    except DocumentError as error:
        outcome = error
    if isinstance(outcome, DocumentError):
        assert "\n" not in str(outcome)
        assert str(outcome).startswith(("a ", "a:"))
        return
    assert outcome.pages
    for page in outcome.pages:
        for word in page.words:
            assert word.text.split() == [word.text]
            assert 0 <= word.box.left <= word.box.right <= 1
            assert 0 <= word.box.top <= word.box.bottom <= 1


FUZZ = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
SMALL = {
    "pdf": GOOD,
    "png": drawing.encoded(drawing.scan(dpi=20), "png"),
    "jpeg": drawing.encoded(drawing.scan(dpi=20), "jpeg"),
    "tiff": drawing.encoded(drawing.scan(dpi=20), "tiff", compression="tiff_lzw"),
    "webp": drawing.encoded(drawing.scan(dpi=20), "webp"),
}


@FUZZ
@given(st.sampled_from([b"", b"%PDF-1.4\n", *(data[:20] for data in SMALL.values())]), st.binary(max_size=400))
def test_random_bytes(start: bytes, data: bytes) -> None:
    _is_read_or_refused(start + data)


@FUZZ
@given(st.sampled_from(sorted(SMALL)), st.floats(0, 1))
def test_random_truncation(kind: str, share: float) -> None:
    _is_read_or_refused(SMALL[kind][: int(len(SMALL[kind]) * share)])


@FUZZ
@given(st.sampled_from(sorted(SMALL)), st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=20))
def test_random_changes(kind: str, changes: list[tuple[float, int]]) -> None:
    data = bytearray(SMALL[kind])
    for share, value in changes:
        data[int(share * len(data))] = value
    _is_read_or_refused(bytes(data))
