from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from tests.fakta.documents.drawing import encoded, scan

from fakta.documents import read
from fakta.documents.images import decode_frame, frame_sizes
from fakta.errors import DamagedDocument


def _arrow() -> Image.Image:
    """A white image, 120 by 80, with a black square in its top left corner."""
    image = Image.new("RGB", (120, 80), "white")
    image.paste((0, 0, 0), (0, 0, 30, 30))
    return image


@pytest.mark.parametrize("kind", ["jpeg", "png", "tiff", "webp"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_orientation_in_the_metadata_is_applied(kind: str, orientation: int) -> None:
    # What a camera stores so that, turned as it says, the square is at the top left again.
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    image = _arrow()
    stored = image.transpose(undo[orientation]) if orientation > 1 else image
    exif = Image.Exif()
    exif[0x0112] = orientation
    (page,) = read(encoded(stored, kind, exif=exif), ocr="off").pages
    assert (page.width, page.height) == (120, 80)
    assert page.render is not None
    drawn = page.render(72)
    assert drawn.size == (120, 80)
    assert drawn.getpixel((15, 15))[0] < 60
    assert all(drawn.getpixel(corner)[0] > 200 for corner in [(110, 10), (10, 70), (110, 70)])


def test_tiff_of_several_pages() -> None:
    buffer = io.BytesIO()
    frames = [Image.new("L", (100 + 10 * i, 50), 50 * i) for i in range(3)]
    frames[0].save(buffer, "TIFF", save_all=True, append_images=frames[1:])
    document = read(buffer.getvalue(), ocr="off")
    assert [(page.number, page.width) for page in document.pages] == [(1, 100), (2, 110), (3, 120)]
    for i, page in enumerate(document.pages):
        assert page.render is not None
        assert page.render(72).getpixel((5, 5)) == (50 * i,) * 3


def test_render_makes_smaller_never_larger() -> None:
    (page,) = read(encoded(_arrow(), "png"), ocr="off").pages
    assert page.render is not None
    assert [page.render(dpi).size for dpi in (36, 72, 300)] == [(60, 40), (120, 80), (120, 80)]
    with pytest.raises(ValueError, match="dpi"):
        page.render(0)


def test_transparent_is_white() -> None:
    image = Image.new("RGBA", (10, 10), (0, 0, 0, 0))
    image.putpixel((5, 5), (0, 0, 0, 255))
    drawn = decode_frame(encoded(image, "png"), "png", 1, name="a")
    assert drawn.getpixel((0, 0)) == (255, 255, 255)
    assert drawn.getpixel((5, 5)) == (0, 0, 0)
    palette = Image.new("P", (10, 10), 0)
    palette.putpalette([10, 20, 30, 255, 0, 0])
    assert decode_frame(encoded(palette, "png", transparency=0), "png", 1, name="a").getpixel((0, 0)) == (255,) * 3


def test_deep_grey_keeps_its_contrast() -> None:
    levels = np.array([[0, 32_768, 65_535]], dtype=np.uint16)
    drawn = decode_frame(encoded(Image.fromarray(levels), "png"), "png", 1, name="a")
    assert [drawn.getpixel((x, 0))[0] for x in range(3)] == [0, 127, 255]


@pytest.mark.parametrize("mode", ["1", "L", "P", "CMYK", "RGB"])
def test_every_mode_comes_as_rgb(mode: str) -> None:
    data = encoded(_arrow().convert(mode), "tiff")
    drawn = decode_frame(data, "tiff", 1, name="a")
    assert drawn.mode == "RGB"
    assert drawn.getpixel((15, 15))[0] < 60 < 200 < drawn.getpixel((110, 70))[0]


def test_cut_off_second_page_of_a_tiff() -> None:
    buffer = io.BytesIO()
    frames = [scan(dpi=40) for _ in range(2)]
    frames[0].save(buffer, "TIFF", save_all=True, append_images=frames[1:])
    with pytest.raises(DamagedDocument, match="TIFF"):
        frame_sizes(buffer.getvalue()[:-20_000], "tiff", name="a.tif")
