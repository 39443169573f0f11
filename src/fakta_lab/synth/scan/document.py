"""Documents through a scanner: an image, or a PDF whose pages are nothing but images."""

from __future__ import annotations

from io import BytesIO
from random import Random

from PIL import Image

from fakta.documents import read
from fakta_lab.synth.scan.device import Device
from fakta_lab.synth.scan.paper import used
from fakta_lab.synth.scan.severity import Severity, conditions

# What pages are drawn at before they are scanned; no severity gives more.
_SOURCE_DPI = 300


def scan_image(
    page: Image.Image, *, severity: Severity, seed: int | str, dpi: int = 200, source_dpi: int | None = None
) -> Image.Image:
    """A page as it comes out of a scanner.

    Args:
        page: RGB, clean.
        severity: how badly it is treated.
        seed: decides everything; the same page, severity and seed give the same image.
        dpi: of the result.
        source_dpi: of `page`; that of the result where it is left out.

    Returns:
        RGB, grey ("L") or black and white ("1"), about as large as the page at `dpi`.
    """
    found, rng = conditions(severity), Random(f"scan/{seed}")
    device = Device.drawn(found, rng, dpi=dpi)
    resolution = dpi if source_dpi is None else source_dpi
    image = device.capture(used(page.convert("RGB"), found, rng, dpi=resolution), rng, dpi=resolution)
    return image if image.mode == "1" else _as_jpeg(image, device.quality)


def scan_pdf(data: bytes, *, severity: Severity, seed: int | str, dpi: int | None = None) -> bytes:
    """A PDF printed, used and scanned: the same pages as images, all by one device.

    Args:
        data: the PDF.
        severity: how badly it is treated.
        seed: decides everything; the same bytes, severity and seed give the same bytes.
        dpi: of the images; drawn by the severity where it is left out.

    Raises:
        DocumentError: `data` is no PDF that can be drawn.
    """
    found, rng = conditions(severity), Random(f"scan/{seed}")
    device = Device.drawn(found, rng, dpi=dpi)
    source_dpi = _SOURCE_DPI if dpi is None else dpi
    images = []
    for page in read(data, name="document.pdf", ocr="off").pages:
        if page.render is not None:
            drawn = page.render(source_dpi)
            images.append(device.capture(used(drawn, found, rng, dpi=source_dpi), rng, dpi=source_dpi))
    out = BytesIO()
    # Pillow codes grey and colour as JPEG and black and white as CCITT G4, as scanners do; no dates, so that the same
    # document is the same file.
    images[0].save(
        out,
        format="PDF",
        save_all=True,
        append_images=images[1:],
        resolution=device.dpi,
        creationDate=None,
        modDate=None,
        **({} if device.mode == "1" else {"quality": device.quality}),
    )
    return out.getvalue()


def _as_jpeg(image: Image.Image, quality: int) -> Image.Image:
    coded = BytesIO()
    image.save(coded, format="JPEG", quality=quality)
    return Image.open(BytesIO(coded.getvalue())).convert(image.mode)
