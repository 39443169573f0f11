from __future__ import annotations

import io

import pytest
from reportlab.pdfgen.canvas import Canvas
from tests.fakta.documents.drawing import (
    HEIGHT,
    LINES,
    WIDTH,
    all_of,
    expected_box,
    image_page,
    ink,
    invoice_page,
    near,
    pdf,
    scan,
    text,
    texts,
    word,
)

from fakta.documents import Box, Page, read
from fakta.documents.lines import reading_order


def _page(data: bytes) -> Page:
    (page,) = read(data, ocr="off").pages
    return page


def test_words_in_reading_order_with_swedish_letters() -> None:
    page = _page(pdf(invoice_page))
    assert texts(page)[:14] == " ".join(LINES).split()
    assert page.words == reading_order(page.words)
    assert (page.number, page.width, page.height, page.source) == (1, WIDTH, HEIGHT, "text")


def test_boxes_are_where_the_words_were_drawn() -> None:
    page = _page(pdf(text(100, 500, "Att betala 12\u00a0450,00 kr")))
    assert texts(page) == ["Att", "betala", "12", "450,00", "kr"]
    for before, wanted in [("", "Att"), ("Att ", "betala"), ("Att betala 12 ", "450,00")]:
        expected = expected_box(100, 500, before, wanted)
        box = word(page, wanted).box
        assert near(box, expected)
        # Horizontally exact: the space between words is what tells columns from running text.
        assert box.left == pytest.approx(expected.left, abs=0.001)
        assert box.right == pytest.approx(expected.right, abs=0.001)


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
def test_boxes_of_rotated_pages_lie_on_the_drawn_page(rotation: int) -> None:
    def draw(canvas: Canvas) -> None:
        # The text is turned against the page, so that it stands upright for whoever looks.
        canvas.setPageRotation(rotation)
        # reportlab lays the paper on its side for these, so the page stands upright again when it is looked at.
        across = rotation % 180 == 90
        canvas.translate(*((HEIGHT / 2, WIDTH / 2) if across else (WIDTH / 2, HEIGHT / 2)))
        canvas.rotate(rotation)
        canvas.drawString(40, 70, "Faktura")

    page = _page(pdf(draw))
    assert texts(page) == ["Faktura"]
    assert (page.width, page.height) == (WIDTH, HEIGHT)
    assert near(page.words[0].box, Box(0.5672, 0.4, 0.637, 0.418))
    assert page.render is not None
    image = page.render(100)
    assert abs(image.width / image.height - page.width / page.height) < 0.01
    left, top, right, bottom = ink(image)
    box = page.words[0].box
    assert near(box, Box(left, top, right, bottom), within=0.012)
    assert box.left <= left + 0.002
    assert box.right >= right - 0.002
    assert box.width > box.height


@pytest.mark.parametrize("rotation", [0, 90, 270])
def test_crop_box_is_the_page(rotation: int) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.setCropBox((50, 150, 450, 500))
        canvas.setPageRotation(rotation)
        canvas.drawString(60, 50, "utanför")
        canvas.saveState()
        canvas.translate(250, 325)
        canvas.rotate(rotation)
        canvas.drawString(0, 0, "innanför")
        canvas.restoreState()

    page = _page(pdf(draw))
    assert (page.width, page.height) == ((350, 400) if rotation else (400, 350))
    assert texts(page) == ["innanför"]
    assert page.words[0].box.left == pytest.approx(0.5, abs=0.002)
    assert page.words[0].box.middle == pytest.approx(0.5, abs=0.02)
    assert page.render is not None
    assert near(page.words[0].box, Box(*ink(page.render(144))), within=0.015)


def test_a_word_half_outside_is_clipped() -> None:
    page = _page(pdf(text(WIDTH - 30, 500, "Förfallo")))
    (only,) = page.words
    assert only.box.right == 1.0
    assert all(0 <= edge <= 1 for edge in only.box)


def test_letter_spaced_headings_are_words() -> None:
    def draw(canvas: Canvas) -> None:
        heading = canvas.beginText(50, 700)
        heading.setFont("Helvetica-Bold", 14)
        heading.setCharSpace(5)
        heading.textOut("FAKTURA NR")
        canvas.drawText(heading)
        canvas.drawString(50, 600, "K R E D I T")

    assert texts(_page(pdf(draw))) == ["FAKTURA", "NR", "KREDIT"]


def test_text_placed_without_spaces_is_split_at_gaps() -> None:
    draw = all_of(text(50, 700, "Moms"), text(85, 700, "25"), text(400, 700, "2490,00"))
    assert texts(_page(pdf(draw))) == ["Moms", "25", "2490,00"]


@pytest.mark.parametrize("offset", [0.0, 0.3, 0.6])
def test_bold_by_double_printing_is_read_once(offset: float) -> None:
    once = pdf(text(50, 700, "Summa 1 000,00"))
    twice = pdf(all_of(text(50, 700, "Summa 1 000,00"), text(50 + offset, 700, "Summa 1 000,00")))
    assert texts(_page(twice)) == texts(_page(once)) == ["Summa", "1", "000,00"]


def test_each_letter_printed_twice_is_read_once() -> None:
    def draw(canvas: Canvas) -> None:
        for i, char in enumerate("Alla"):
            canvas.drawString(50 + 8 * i, 700, char)
            canvas.drawString(50.4 + 8 * i, 700, char)

    assert texts(_page(pdf(draw))) == ["Alla"]


def test_hyphen_at_the_end_of_a_line_and_soft_hyphen() -> None:
    draw = all_of(text(50, 700, "556677\u00ad8899 leverans-"), text(50, 686, "adress"))
    assert texts(_page(pdf(draw))) == ["556677-8899", "leverans-", "adress"]


def test_vertical_margin_text_and_slanted_watermark_are_left_out() -> None:
    def draw(canvas: Canvas) -> None:
        invoice_page(canvas)
        canvas.saveState()
        canvas.translate(20, 300)
        canvas.rotate(90)
        canvas.drawString(0, 0, "Blankett 17")
        canvas.restoreState()
        canvas.translate(200, 300)
        canvas.rotate(45)
        canvas.setFont("Helvetica", 60)
        canvas.drawString(0, 0, "KOPIA")

    assert texts(_page(pdf(draw))) == texts(_page(pdf(invoice_page)))


@pytest.mark.parametrize("angle", [90, 180, 270])
def test_a_page_printed_sideways_is_turned(angle: int) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.translate(WIDTH / 2, HEIGHT / 2)
        canvas.rotate(angle)
        canvas.drawString(-100, 0, "Faktura nummer 1042")

    page = _page(pdf(draw))
    assert texts(page) == ["Faktura", "nummer", "1042"]
    assert (page.width > page.height) == (angle % 180 == 90)
    assert page.render is not None
    image = page.render(100)
    assert (image.width > image.height) == (page.width > page.height)
    assert page.words[0].box.left == pytest.approx(ink(image)[0], abs=0.005)
    assert page.words[-1].box.right == pytest.approx(ink(image)[2], abs=0.005)


def _hidden(x: float, y: float, line: str) -> object:
    def draw(canvas: Canvas) -> None:
        hidden = canvas.beginText(x, y)
        hidden.setTextRenderMode(3)
        hidden.textOut(line)
        hidden.setTextRenderMode(0)
        canvas.drawText(hidden)

    return draw


def test_invisible_text_counts_only_where_it_is_a_scans_text_layer() -> None:
    visible = pdf(all_of(invoice_page, _hidden(50, 100, "Att betala 1,00")))
    assert texts(_page(visible)) == texts(_page(pdf(invoice_page)))
    layer = [_hidden(60, 780 - 30 * i, line) for i, line in enumerate(LINES)]
    scanned = pdf(image_page(scan(), *layer))
    assert texts(_page(scanned)) == " ".join(LINES).split()


def test_form_fields_are_words_and_are_drawn() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.drawString(50, 700, "Kundnummer")
        canvas.acroForm.textfield(value="K-20417", x=150, y=690, width=120, height=24, name="kund", borderWidth=0)

    page = _page(pdf(draw))
    assert texts(page) == ["Kundnummer", "K-20417"]
    box = word(page, "K-20417").box
    assert page.render is not None
    image = page.render(144)
    field = image.crop((round(box.left * image.width), round(box.top * image.height),
                        round(box.right * image.width), round(box.bottom * image.height)))  # fmt: skip
    assert field.convert("L").getextrema()[0] < 100


def test_pages_in_order_and_a_blank_one_stays_blank() -> None:
    document = read(pdf(invoice_page, lambda canvas: None, text(50, 700, "Sida 3")))
    assert [page.number for page in document.pages] == [1, 2, 3]
    assert [len(page.words) > 0 for page in document.pages] == [True, False, True]


def test_overlapping_file_object_and_name() -> None:
    document = read(io.BytesIO(pdf(invoice_page)), name="mejl/bilaga-1.pdf", ocr="off")
    assert document.name == "mejl/bilaga-1.pdf"
    assert len(document.sha256) == 64
