"""Page images: of generated invoices, drawn as production draws pages, and altered as printers and scanners would."""

from __future__ import annotations

from io import BytesIO
from math import cos, radians, sin
from random import Random
from typing import TYPE_CHECKING

import numpy as np
from PIL import Image, ImageFilter

from fakta.documents.model import Page
from fakta.documents.pdf import PdfPageImage
from fakta.donut.image import drawn

if TYPE_CHECKING:
    from fakta_lab.synth import SyntheticInvoice

PAPER = 255


def drawn_page(invoice: SyntheticInvoice, number: int, *, height: int, width: int) -> Image.Image:
    """A page of a generated invoice, as production draws pages for a model that sees `height` and `width`.

    Args:
        number: of the page, from 1.
    """
    from fakta_lab.synth import render_pdf

    page = invoice.pages[number - 1]
    render = PdfPageImage("generated.pdf", render_pdf(invoice), number)
    return drawn(Page(number, page.width, page.height, (), render=render), height=height, width=width)


def altered(image: Image.Image, *, height: int, width: int, seed: str) -> Image.Image:
    """The page as another printer or scanner would have given it, RGB or grey.

    Cheaper than `fakta_lab.synth.scan`, which takes half a second a page, and milder: pages are straightened before
    they are read, so that little skew is left. Everything is a share of the image's size, which may be any.

    Args:
        image: is not changed.
        height, width: in pixels of what the model sees; scanners rarely see less.
        seed: decides everything.
    """
    rng = Random(f"alter/{seed}")
    if rng.random() < 0.6:
        image = image.convert("L")
    if rng.random() < 0.8:
        # Early, since it makes all that follows cheaper.
        image = _scanned(image, rng.uniform(0.8, 1.5) * min(height / image.height, width / image.width))
    if rng.random() < 0.8:
        image = _laid(image, rng)
    if rng.random() < 0.4:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.0002, 0.001) * max(image.size)))
    if rng.random() < 0.6:
        image = _toned(image, rng)
    if rng.random() < 0.3:
        image = _grainy(image, rng)
    if rng.random() < 0.3:
        image = _as_jpeg(image, rng)
    return image


def _laid(image: Image.Image, rng: Random) -> Image.Image:
    """Turned by up to a degree, larger or smaller, moved."""
    width, height = image.size
    angle, scale = radians(rng.gauss(0, 0.4)), rng.uniform(0.97, 1.12)
    across, down = scale * rng.uniform(0.97, 1.03), scale
    x, y = rng.uniform(-0.03, 0.03) * width, rng.uniform(-0.03, 0.03) * height
    a, b, d, e = across * cos(angle), -down * sin(angle), across * sin(angle), down * cos(angle)
    # Pillow wants to know where each pixel of the result comes from.
    c = width / 2 - a * (width / 2 + x) - b * (height / 2 + y)
    f = height / 2 - d * (width / 2 + x) - e * (height / 2 + y)
    paper = PAPER if image.mode == "L" else (PAPER,) * 3
    return image.transform(
        image.size, Image.Transform.AFFINE, (a, b, c, d, e, f), Image.Resampling.BILINEAR, fillcolor=paper
    )


def _scanned(image: Image.Image, scale: float) -> Image.Image:
    """With fewer dots per inch; never with more."""
    if scale >= 1:
        return image
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return image.resize(size, Image.Resampling.BILINEAR)


def _toned(image: Image.Image, rng: Random) -> Image.Image:
    """Paler ink, darker paper, another tone curve."""
    ink, paper, gamma = rng.uniform(0, 90), rng.uniform(205, 255), rng.uniform(0.7, 1.6)
    levels = [round(ink + (paper - ink) * (level / 255) ** gamma) for level in range(256)]
    return image.point(levels * len(image.getbands()))


def _grainy(image: Image.Image, rng: Random) -> Image.Image:
    pixels = np.asarray(image, dtype=np.float32)
    noise = np.random.default_rng(rng.getrandbits(64)).standard_normal(pixels.shape[:2], dtype=np.float32)
    noise *= np.float32(rng.uniform(2, 14))
    grained = pixels + (noise if pixels.ndim == 2 else noise[:, :, None])
    return Image.fromarray(grained.clip(0, 255).astype(np.uint8))


def _as_jpeg(image: Image.Image, rng: Random) -> Image.Image:
    buffer = BytesIO()
    image.save(buffer, "JPEG", quality=rng.randint(25, 80))
    return Image.open(buffer).convert(image.mode)
