"""A picture of an alignment: the pages with a box around every place, and beside them what became of each value."""

from __future__ import annotations

import colorsys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib import resources

from PIL import Image, ImageDraw, ImageFont

from fakta.documents.lines import union_box
from fakta.documents.model import Document, Page
from fakta_lab.dataset.alignment.align import AlignedDocument
from fakta_lab.dataset.alignment.masks import UNKNOWN
from fakta_lab.dataset.alignment.places import Alignment, Status

Color = tuple[int, int, int]
Rectangle = tuple[float, float, float, float]

PAPER: Color = (255, 255, 255)
DESK: Color = (241, 243, 246)
INK: Color = (31, 36, 44)
FAINT: Color = (112, 119, 130)
AMBIGUOUS: Color = (217, 119, 6)
MISSING: Color = (185, 28, 28)
DERIVED: Color = (75, 85, 99)
MASK: Color = (120, 128, 140)

# Width of the page in the picture, in pixels; everything else is measured against it.
PAGE_WIDTH = 1240
# Around the page: where names of fields go that have no room beside their words.
GUTTER = 190
MARGIN = 40
LEGEND_WIDTH = 600
TAG_SIZE, TEXT_SIZE, NAME_SIZE, HEAD_SIZE = 14, 15, 17, 24
# Between the fields of the list.
GAP = 14

WORDING: Mapping[Status, str] = {
    "aligned": "aligned",
    "ambiguous": "ambiguous",
    "derived": "derived, not printed",
    "absent": "not found",
}


@dataclass(frozen=True, slots=True)
class _Mark:
    """A place on the picture of one page, in pixels, and the name of its field."""

    name: str
    box: Rectangle
    color: Color
    dashed: bool


def explain(
    document: Document,
    images: Sequence[Image.Image],
    aligned: AlignedDocument,
    *,
    values: Mapping[str, str | None] | None = None,
) -> list[Image.Image]:
    """One picture a page: places in the colour of their field, ambiguous ones dashed in orange, masked words grey.

    Args:
        document: as read.
        images: of its pages, of any resolution.
        aligned: what became of its values.
        values: canonical, for the list beside the page; it names the fields only where they are not given.
    """
    colors = field_colors([alignment.field for alignment in aligned.alignments])
    pictures = []
    for index, (page, image) in enumerate(zip(document.pages, images, strict=True)):
        scale = PAGE_WIDTH / image.width
        paper = image.convert("RGB").resize((PAGE_WIDTH, round(image.height * scale)), Image.Resampling.LANCZOS)
        height = max(paper.height, _legend_height(aligned.alignments)) + 2 * MARGIN
        width = MARGIN + GUTTER + PAGE_WIDTH + GUTTER + LEGEND_WIDTH + MARGIN
        picture = Image.new("RGB", (width, height), DESK)
        picture.paste(paper, (MARGIN + GUTTER, MARGIN))
        draw = ImageDraw.Draw(picture, "RGBA")
        draw.rectangle(_frame(paper.height), outline=(*FAINT, 120))
        _draw_page(draw, page, index, paper.height, aligned, colors)
        _draw_legend(draw, document, index, aligned.alignments, colors, values or {})
        pictures.append(picture)
    return pictures


def field_colors(fields: Sequence[str]) -> dict[str, Color]:
    """A colour for each field, neighbours far apart on the colour wheel, all dark enough for white letters."""
    colors = {}
    for i, name in enumerate(dict.fromkeys(fields)):
        # The golden angle keeps any number of hues apart; orange is left to what is ambiguous.
        hue = 0.17 + 0.86 * ((0.38 + i * 0.61803) % 1.0)
        red, green, blue = colorsys.hsv_to_rgb(hue % 1.0, 0.85, 0.68 if i % 2 else 0.56)
        colors[name] = (round(255 * red), round(255 * green), round(255 * blue))
    return colors


def _frame(height: int) -> Rectangle:
    left = MARGIN + GUTTER
    return left - 1, MARGIN - 1, left + PAGE_WIDTH, MARGIN + height


def _draw_page(
    draw: ImageDraw.ImageDraw,
    page: Page,
    index: int,
    height: int,
    aligned: AlignedDocument,
    colors: Mapping[str, Color],
) -> None:
    words = [_pixels(word.box, height) for word in page.words]
    for word, label in zip(words, aligned.labels[index], strict=True):
        if label == UNKNOWN:
            draw.rectangle(_grown(word, 1), fill=(*MASK, 70))
    marks = list(_marks(page, index, height, aligned.alignments, colors))
    for mark in marks:
        if mark.dashed:
            _dashed(draw, mark.box, mark.color)
        else:
            draw.rounded_rectangle(mark.box, radius=4, fill=(*mark.color, 38), outline=mark.color, width=2)
    occupied = [*words, *(mark.box for mark in marks)]
    often = Counter(mark.name for mark in marks)
    # What stands once gets its room first: a currency beside every amount must not push the amounts' names away.
    for mark in sorted(marks, key=lambda mark: often[mark.name]):
        tag, leader = _tag_place(mark, occupied, height)
        occupied.append(_grown(tag, 2))
        if leader:
            draw.line(leader, fill=(*mark.color, 150), width=1)
        draw.rounded_rectangle(tag, radius=5, fill=mark.color)
        draw.text(((tag[0] + tag[2]) / 2, (tag[1] + tag[3]) / 2), mark.name, PAPER, _font(TAG_SIZE), anchor="mm")


def _marks(
    page: Page, index: int, height: int, alignments: Sequence[Alignment], colors: Mapping[str, Color]
) -> Iterator[_Mark]:
    for alignment in alignments:
        ambiguous = alignment.status == "ambiguous"
        for number, words in alignment.masked if ambiguous else alignment.places:
            if number == index:
                # A value of two lines is framed line by line: one box around both would hold other words too.
                for part in _by_lines(page, words):
                    box = _grown(_pixels(union_box(page.words[word].box for word in part), height), 4)
                    name = f"{alignment.field} ?" if ambiguous else alignment.field
                    yield _Mark(name, box, AMBIGUOUS if ambiguous else colors[alignment.field], ambiguous)


def _by_lines(page: Page, words: Sequence[int]) -> list[list[int]]:
    parts: list[list[int]] = []
    for word in words:
        box = page.words[word].box
        before = page.words[parts[-1][-1]].box if parts else None
        if before and before.top < box.middle < before.bottom:
            parts[-1].append(word)
        else:
            parts.append([word])
    return parts


def _tag_place(
    mark: _Mark, occupied: Sequence[Rectangle], height: int
) -> tuple[Rectangle, tuple[float, float, float, float] | None]:
    """Where the name of the field has room: beside its words, or else beside the page, with a line to them."""
    left, top, right, bottom = mark.box
    width, tall = _font(TAG_SIZE).getlength(mark.name) + 14, TAG_SIZE + 7
    middle = (top + bottom) / 2
    near = (
        (left, top - tall - 1),
        (right + 4, middle - tall / 2),
        (left, bottom + 1),
        (right - width, top - tall - 1),
        (left - width - 4, middle - tall / 2),
        (right - width, bottom + 1),
    )
    for x, y in near:
        tag = (x, y, x + width, y + tall)
        inside = x >= MARGIN + GUTTER and tag[2] <= MARGIN + GUTTER + PAGE_WIDTH and y >= MARGIN
        if inside and tag[3] <= MARGIN + height and not any(_overlap(tag, other) for other in occupied):
            return tag, None
    to_the_left = (left + right) / 2 < MARGIN + GUTTER + PAGE_WIDTH / 2
    x = MARGIN + GUTTER - 8 - width if to_the_left else MARGIN + GUTTER + PAGE_WIDTH + 8
    free = sorted(range(MARGIN, MARGIN + height - tall, 4), key=lambda start: abs(start + tall / 2 - middle))
    tags = [(x, start, x + width, start + tall) for start in free]
    tag = next((tag for tag in tags if not any(_overlap(tag, other) for other in occupied)), tags[0])
    edge = x + width if to_the_left else x
    return tag, (edge, tag[1] + tall / 2, left if to_the_left else right, middle)


def _draw_legend(
    draw: ImageDraw.ImageDraw,
    document: Document,
    index: int,
    alignments: Sequence[Alignment],
    colors: Mapping[str, Color],
    values: Mapping[str, str | None],
) -> None:
    x, y = MARGIN + GUTTER + PAGE_WIDTH + GUTTER, MARGIN
    room = LEGEND_WIDTH - 30
    draw.text((x, y), _fitted(document.name, HEAD_SIZE, LEGEND_WIDTH), INK, _font(HEAD_SIZE))
    y += HEAD_SIZE + 8
    pages = f"page {index + 1} of {len(document.pages)}"
    draw.text((x, y), f"{pages} · grey: masked, nobody knows", FAINT, _font(TEXT_SIZE))
    y += TEXT_SIZE + 22
    for alignment in alignments:
        color = _status_color(alignment, colors)
        draw.rounded_rectangle((x, y + 2, x + 16, y + 18), radius=4, fill=color)
        draw.text((x + 28, y), alignment.field, INK, _font(NAME_SIZE))
        start = x + 28 + _font(NAME_SIZE).getlength(alignment.field) + 14
        value = values.get(alignment.field) or ""
        draw.text((start, y + 1), _fitted(value, TEXT_SIZE, x + LEGEND_WIDTH - start), FAINT, _font(TEXT_SIZE))
        here = sum(number == index for number, _ in alignment.places)
        counted = f", {here} of {len(alignment.places)} places on this page" if len(document.pages) > 1 else ""
        status = WORDING[alignment.status] + (counted if alignment.places else "")
        draw.text((x + 28, y + 23), status, color, _font(TEXT_SIZE))
        y += 43
        for line in _lines(alignment.reason, room):
            draw.text((x + 28, y), line, FAINT, _font(TEXT_SIZE))
            y += TEXT_SIZE + 4
        y += GAP


def _legend_height(alignments: Sequence[Alignment]) -> int:
    rows = (43 + len(_lines(alignment.reason, LEGEND_WIDTH - 30)) * (TEXT_SIZE + 4) + GAP for alignment in alignments)
    return HEAD_SIZE + TEXT_SIZE + 30 + sum(rows)


def _lines(text: str, room: float) -> list[str]:
    """The text in lines of at most that width."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".lstrip()
        if lines[-1] and _font(TEXT_SIZE).getlength(longer) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def _status_color(alignment: Alignment, colors: Mapping[str, Color]) -> Color:
    by_status: Mapping[Status, Color] = {"ambiguous": AMBIGUOUS, "derived": DERIVED, "absent": MISSING}
    return by_status.get(alignment.status, colors[alignment.field])


def _fitted(text: str, size: int, room: float) -> str:
    """The text, cut where it would be wider than there is room for."""
    if _font(size).getlength(text) <= room:
        return text
    while text and _font(size).getlength(f"{text}…") > room:
        text = text[:-1]
    return f"{text.rstrip()}…"


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    # reportlab's Bitstream Vera: pillow's own font has no å, ä and ö.
    with resources.as_file(resources.files("reportlab") / "fonts" / "Vera.ttf") as path:
        return ImageFont.truetype(str(path), size)


def _pixels(box: Rectangle, height: int) -> Rectangle:
    left, top, right, bottom = box
    x, y = MARGIN + GUTTER, MARGIN
    return x + left * PAGE_WIDTH, y + top * height, x + right * PAGE_WIDTH, y + bottom * height


def _grown(box: Rectangle, by: float) -> Rectangle:
    return box[0] - by, box[1] - by, box[2] + by, box[3] + by


def _overlap(first: Rectangle, second: Rectangle) -> bool:
    return first[0] < second[2] and second[0] < first[2] and first[1] < second[3] and second[1] < first[3]


def _dashed(draw: ImageDraw.ImageDraw, box: Rectangle, color: Color, *, dash: int = 7) -> None:
    left, top, right, bottom = box
    draw.rectangle(box, fill=(*color, 26))
    for y in (top, bottom):
        for start in range(round(left), round(right), 2 * dash):
            draw.line((start, y, min(start + dash, right), y), fill=color, width=2)
    for side in (left, right):
        for start in range(round(top), round(bottom), 2 * dash):
            draw.line((side, start, side, min(start + dash, bottom)), fill=color, width=2)
