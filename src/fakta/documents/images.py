"""PNG, JPEG, TIFF and WebP files: frames as upright RGB images, never more pixels than allowed."""

from __future__ import annotations

import io
import threading
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import numpy as np
from PIL import Image, ImageOps

from fakta.documents.detect import Format
from fakta.documents.limits import MAX_PAGES, MAX_PIXELS, check_pixels
from fakta.errors import DamagedDocument, DocumentError, DocumentTooLarge

# "jpeg" includes MPO, in which phones put a JPEG and its preview; only the JPEG counts.
_PILLOW_FORMATS: dict[Format, tuple[str, ...]] = {
    "png": ("PNG",),
    "jpeg": ("JPEG", "MPO"),
    "tiff": ("TIFF",),
    "webp": ("WEBP",),
}

# Text that a person can read stands out from its paper by more than this, of 255 levels of grey.
BLANK_CONTRAST = 24

# Pillow warns about harmless metadata and about sizes that are checked here; a filter for that is global to the
# process, so only one thread sets it at a time.
_LOCK = threading.RLock()


@dataclass(frozen=True, slots=True)
class ImagePage:
    """Draws one frame of an image file when it is called; can be pickled (the file's bytes travel along).

    Attributes:
        name: of the document, for messages.
        data: the file.
        format: of the file.
        number: of the frame, from 1.
        turn, skew: degrees clockwise beyond what the file says, see `turned`.
    """

    name: str
    data: bytes = field(repr=False)
    format: Format
    number: int
    turn: int = 0
    skew: float = 0.0

    def __call__(self, dpi: int) -> Image.Image:
        """The frame as an RGB image.

        Args:
            dpi: dots per inch, at least 1, where the stored pixels are 72 dpi; at 72 and above they come as they are,
                since enlarging adds nothing.

        Raises:
            DamagedDocument: the file cannot be decoded.
        """
        if dpi < 1:
            raise ValueError(f"dpi must be at least 1, not {dpi}")
        image = decode_frame(self.data, self.format, self.number, name=self.name)
        image = turned(image, turn=self.turn, skew=self.skew)
        if dpi >= 72:
            return image
        size = (max(1, round(image.width * dpi / 72)), max(1, round(image.height * dpi / 72)))
        return image.resize(size, Image.Resampling.LANCZOS)


def frame_sizes(data: bytes, kind: Format, *, name: str) -> list[tuple[int, int]]:
    """Width and height in pixels of every frame as a person sees it; one frame except for TIFF.

    Raises:
        DamagedDocument: a frame cannot be decoded.
        DocumentTooLarge: more than `MAX_PAGES` frames, or a frame with more than `MAX_PIXELS`.
    """
    sizes = []
    with _opened(data, kind, name) as image:
        count = int(getattr(image, "n_frames", 1)) if kind == "tiff" else 1
        if count > MAX_PAGES:
            raise DocumentTooLarge(f"{name} has {count} pages, the limit is {MAX_PAGES}: split it")
        for index in range(count):
            if index:
                image.seek(index)
                check_pixels(image.width * image.height, what=name)
            # Decoded in full: a file that is cut off must not become a document.
            sizes.append(ImageOps.exif_transpose(image).size)
    return sizes


def decode_frame(data: bytes, kind: Format, number: int, *, name: str) -> Image.Image:
    """Frame `number`, counted from 1, turned as its metadata says, on white where it is transparent.

    Raises:
        DamagedDocument: the frame cannot be decoded, for example because the file is cut off.
        DocumentTooLarge: more pixels than `MAX_PIXELS`.
    """
    with _opened(data, kind, name) as image:
        if number > 1:
            image.seek(number - 1)
            check_pixels(image.width * image.height, what=name)
        return _rgb(ImageOps.exif_transpose(image))


@contextmanager
def _opened(data: bytes, kind: Format, name: str) -> Iterator[Image.Image]:
    with _LOCK, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            with Image.open(io.BytesIO(data), formats=_PILLOW_FORMATS[kind]) as image:
                check_pixels(image.width * image.height, what=name)
                yield image
        except (DocumentError, MemoryError):
            raise
        except Image.DecompressionBombError as error:
            limit = f"{MAX_PIXELS / 1e6:.0f} million"
            raise DocumentTooLarge(f"{name} has more than {limit} pixels: scan it at a lower resolution") from error
        except Exception as error:  # broken bytes make Pillow's decoders raise nearly anything
            raise DamagedDocument(f"{name} is a damaged {kind.upper()} image: save or transfer it again") from error


def turned(image: Image.Image, *, turn: int, skew: float) -> Image.Image:
    """The image turned clockwise: by a small angle on the same paper, then by 0, 90, 180 or 270 degrees.

    Args:
        image: RGB or grey.
        turn: degrees, a multiple of 90.
        skew: degrees, a few at most; the corners that come in are white.
    """
    if skew:
        image = image.rotate(-skew, Image.Resampling.BICUBIC, fillcolor="white")
    return image.rotate(-turn, expand=True) if turn else image


def is_blank(image: Image.Image) -> bool:
    """Whether there is nothing on the page: all of it has nearly the same brightness."""
    return int(np.ptp(np.asarray(image.convert("L")))) < BLANK_CONTRAST


def _rgb(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I") or image.mode == "F":
        return _from_deep_grey(image)
    if "transparency" in image.info or image.mode in ("RGBA", "LA", "PA", "La", "RGBa"):
        coloured = image.convert("RGBA")
        white = Image.new("RGB", coloured.size, "white")
        white.paste(coloured, mask=coloured.getchannel("A"))
        return white
    return image.convert("RGB")


def _from_deep_grey(image: Image.Image) -> Image.Image:
    """16 and 32 bit greys, which Pillow would clip to white, scaled to 8 bits."""
    grey = np.asarray(image, dtype=np.float64)
    scale = 65535.0 if image.mode.startswith("I;16") else max(float(grey.max()), 255.0)
    return Image.fromarray((grey * (255.0 / scale)).clip(0, 255).astype(np.uint8)).convert("RGB")
