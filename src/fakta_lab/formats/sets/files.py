"""What the readers of public sets share: their JSON, the size of their images, and boxes from pixels."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from fakta.documents import Box
from fakta.errors import DatasetError
from fakta_lab.formats.json_text import parse_json
from fakta_lab.formats.jsonl import read_text

IMAGES = (".png", ".jpg", ".jpeg", ".tif", ".tiff")


def read_json(path: Path) -> Any:
    """The value in a JSON file.

    Raises:
        DatasetError: there is no such file, or it is no JSON.
    """
    text = read_text(path)
    try:
        return parse_json(text)
    except DatasetError as error:
        raise DatasetError(f"{path.name}: {error}") from None


def by_stem(folder: Path, suffixes: Iterable[str]) -> dict[str, Path]:
    """The files of a folder by their names without suffix, in order."""
    wanted = tuple(suffixes)
    return {path.stem: path for path in sorted(folder.iterdir()) if path.suffix.lower() in wanted}


def image_size(path: Path) -> tuple[int, int]:
    """Width and height of an image in pixels.

    Raises:
        DatasetError: it is no image.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path) as opened:
            return opened.size
    except (OSError, UnidentifiedImageError):
        raise DatasetError(f"{path.name} is no image") from None


def relative_box(xs: Iterable[float], ys: Iterable[float], *, size: tuple[float, float]) -> Box:
    """The box around corners in pixels, 0-1 of the page and within it.

    >>> relative_box([10, 60], [-2, 20], size=(100, 40))
    Box(left=0.1, top=0.0, right=0.6, bottom=0.5)
    """
    (left, right), (top, bottom) = _edges(xs, size[0]), _edges(ys, size[1])
    return Box(left, top, right, bottom)


def _edges(values: Iterable[float], length: float) -> tuple[float, float]:
    shares = [min(max(value / length, 0.0), 1.0) for value in values]
    return min(shares), max(shares)
