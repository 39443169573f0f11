"""What happens to paper before it is scanned: stamps, handwriting, folds, holes, staples, print on the back.

Each function gives a new RGB image of the same size. Ink is laid on by multiplication, as on paper: a stamp over print
leaves both.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from math import cos, pi, sin
from pathlib import Path
from random import Random

import numpy as np
from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

from fakta_lab.synth.material import load_yaml
from fakta_lab.synth.scan.severity import Conditions

_MM = 1 / 25.4
_STAMP_INKS = ((190, 30, 40), (40, 60, 160), (60, 60, 70), (110, 40, 130), (30, 110, 70))
_PEN_INKS = ((25, 40, 140), (20, 20, 30), (170, 25, 30))
_LATEST = date(2028, 12, 31)
# What lies behind a hole: the scanner's lid, or the dark of a feeder.
_BEHIND = ((25, 25, 25), (90, 90, 90), (255, 255, 255))


def used(page: Image.Image, found: Conditions, rng: Random, *, dpi: int) -> Image.Image:
    """The page after some days in an office.

    Args:
        page: RGB, clean.
        found: how probable each mark is.
        rng: decides everything.
        dpi: of the page.
    """
    steps: tuple[tuple[float, Callable[[Image.Image, Random, float], Image.Image]], ...] = (
        (found.see_through, _see_through),
        (found.fold, _folded),
        (found.stamp, _stamped),
        (found.pen, _written),
        (found.holes, _punched),
        (found.staple, _stapled),
    )
    for probability, step in steps:
        if rng.random() < probability:
            page = step(page, rng, dpi * _MM)
    return page


def _see_through(page: Image.Image, rng: Random, mm: float) -> Image.Image:
    """Print on the back, which is taken to look like the front."""
    back = page.transpose(Image.Transpose.FLIP_LEFT_RIGHT).filter(ImageFilter.GaussianBlur(0.25 * mm))
    return ImageChops.multiply(page, Image.blend(Image.new("RGB", page.size, "white"), back, rng.uniform(0.03, 0.13)))


def _folded(page: Image.Image, rng: Random, mm: float) -> Image.Image:
    """Shaded on one side of each crease; letters are folded in three or in two."""
    lines = np.ones(page.height, dtype=np.float32)
    heights = np.arange(page.height, dtype=np.float32)
    for share in rng.choice(((1 / 3, 2 / 3), (0.5,))):
        at = (share + rng.uniform(-0.015, 0.015)) * page.height
        reach, depth = rng.uniform(3, 14) * mm, rng.uniform(0.02, 0.12)
        side = rng.choice((-1, 1))
        away = side * (heights - at)
        lines *= 1 - depth * np.where(away >= 0, np.exp(-away / reach), 0)
        lines *= 1 - rng.uniform(0, 0.2) * np.exp(-((heights - at) ** 2) / (0.25 * mm) ** 2)
    return Image.fromarray((np.asarray(page) * lines[:, None, None]).astype(np.uint8))


def _stamped(page: Image.Image, rng: Random, mm: float) -> Image.Image:
    day = _LATEST - timedelta(days=rng.randrange(2000))
    shown = rng.choice((day.isoformat(), f"{day:%d.%m.%Y}", f"{day.day}/{day.month} {day.year}"))
    lines = [line.format(date=shown) for line in rng.choice(load_yaml("scan")["stamps"])]
    size = rng.uniform(3.5, 7) * mm
    fonts = [_font(int(size if i == 0 else 0.8 * size)) for i in range(len(lines))]
    width = int(max(font.getlength(line) for font, line in zip(fonts, lines, strict=True)) + 1.2 * size)
    height = int((1.25 * len(lines) + 0.7) * size)
    ink = Image.new("L", (width, height), 0)
    draw = ImageDraw.Draw(ink)
    if rng.random() < 0.75:
        draw.rounded_rectangle(
            (2, 2, width - 3, height - 3), rng.uniform(0, 0.3) * size, outline=255, width=int(mm / 2)
        )
    for i, (font, line) in enumerate(zip(fonts, lines, strict=True)):
        draw.text((width / 2, (0.45 + 1.25 * i) * size), line, font=font, fill=255, anchor="ma")
    # Rubber does not ink evenly.
    patches = np.clip(blotches(rng, (height, width), 1.5 * mm) + rng.uniform(0.1, 0.5), 0.15, 0.95)
    inked = Image.fromarray((np.asarray(ink) * patches).astype(np.uint8))
    inked = inked.rotate(rng.gauss(0, 4), Image.Resampling.BICUBIC, expand=True)
    layer = Image.new("L", page.size, 0)
    layer.paste(inked, _place(page, inked.size, rng))
    return _inked(page, layer, rng.choice(_STAMP_INKS))


def _written(page: Image.Image, rng: Random, mm: float) -> Image.Image:
    """Signatures, ticks, rings and lines; nothing that can be read."""
    layer = Image.new("L", page.size, 0)
    draw = ImageDraw.Draw(layer)
    for _ in range(rng.randint(1, 4)):
        shape = rng.choice((_scribble, _scribble, _tick, _ring, _line))
        points = shape(rng, mm)
        xs, ys = [x for x, _ in points], [y for _, y in points]
        left, top = _place(page, (int(max(xs) - min(xs)) + 1, int(max(ys) - min(ys)) + 1), rng)
        moved = [(x - min(xs) + left, y - min(ys) + top) for x, y in points]
        draw.line(moved, fill=rng.randint(150, 240), width=max(1, int(rng.uniform(0.25, 0.55) * mm)), joint="curve")
    return _inked(page, layer.filter(ImageFilter.GaussianBlur(0.06 * mm)), rng.choice(_PEN_INKS))


def _scribble(rng: Random, mm: float) -> list[tuple[float, float]]:
    height, length, loops = rng.uniform(3, 8) * mm, rng.uniform(12, 45) * mm, rng.randint(3, 12)
    swing = [rng.uniform(0.3, 1) for _ in range(loops + 1)]
    steps = 14 * loops
    return [
        (
            length * t / steps + 0.25 * height * sin(2 * pi * t / 14 + 1),
            height * swing[t // 14] * cos(2 * pi * t / 14) / 2,
        )
        for t in range(steps)
    ]


def _tick(rng: Random, mm: float) -> list[tuple[float, float]]:
    size = rng.uniform(3, 8) * mm
    return [(0, 0.6 * size), (0.35 * size, size), (rng.uniform(0.8, 1.2) * size, 0)]


def _ring(rng: Random, mm: float) -> list[tuple[float, float]]:
    width, height, turns = rng.uniform(14, 40) * mm, rng.uniform(6, 11) * mm, rng.uniform(1.0, 1.15)
    return [
        (width / 2 * cos(a) * (1 + 0.02 * i / 40), height / 2 * sin(a))
        for i in range(41)
        for a in [2 * pi * turns * i / 40 - 1]
    ]


def _line(rng: Random, mm: float) -> list[tuple[float, float]]:
    return [(0, 0), (rng.uniform(15, 60) * mm, rng.uniform(-2, 2) * mm)]


def _punched(page: Image.Image, rng: Random, mm: float) -> Image.Image:
    """Holes for two rings, or the four of Swedish binders."""
    page = page.copy()
    draw = ImageDraw.Draw(page)
    x, middle, radius = rng.uniform(9, 13) * mm, page.height / 2 + rng.uniform(-4, 4) * mm, rng.uniform(2.5, 3.2) * mm
    offsets = rng.choice(((-40, 40), (-56, -35, 35, 56)))
    behind = rng.choice(_BEHIND)
    for offset in offsets:
        y = middle + offset * mm
        draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=behind, outline=(150, 150, 150))
    return page


def _stapled(page: Image.Image, rng: Random, mm: float) -> Image.Image:
    """The staple, or the marks that it left."""
    page = page.copy()
    draw = ImageDraw.Draw(page)
    x, y, angle = rng.uniform(6, 16) * mm, rng.uniform(6, 14) * mm, rng.choice((-pi / 4, 0, pi / 2)) + rng.gauss(0, 0.1)
    dx, dy = 6 * mm * cos(angle), 6 * mm * sin(angle)
    if rng.random() < 0.6:
        draw.line((x - dx, y - dy, x + dx, y + dy), fill=(70, 70, 75), width=max(1, int(0.6 * mm)))
    else:
        for side in (-1, 1):
            draw.ellipse(
                (x + side * dx - 2, y + side * dy - 2, x + side * dx + 2, y + side * dy + 2), fill=(60, 60, 60)
            )
    return page


def _inked(page: Image.Image, layer: Image.Image, colour: tuple[int, int, int]) -> Image.Image:
    ink = Image.composite(Image.new("RGB", page.size, colour), Image.new("RGB", page.size, "white"), layer)
    return ImageChops.multiply(page, ink)


def _place(page: Image.Image, size: tuple[int, int], rng: Random) -> tuple[int, int]:
    """Where something of that size is put: people look for free paper, and do not always find it."""
    free_x, free_y = max(page.width - size[0], 1), max(page.height - size[1], 1)
    spots = [(rng.randrange(free_x), rng.randrange(free_y)) for _ in range(rng.choice((1, 4, 12)))]

    def ink(spot: tuple[int, int]) -> float:
        under = (
            page.crop((*spot, spot[0] + size[0], spot[1] + size[1])).convert("L").resize((16, 16), Image.Resampling.BOX)
        )
        return float(255 - np.asarray(under).mean())

    return min(spots, key=ink)


def blotches(rng: Random, shape: tuple[int, int], grain: float) -> np.ndarray:
    """Smooth noise, 0-1, whose patches are `grain` pixels wide."""
    small = (max(2, int(shape[0] / grain)), max(2, int(shape[1] / grain)))
    noise = np.random.default_rng(rng.getrandbits(64)).random(small)
    grown = Image.fromarray((255 * noise).astype(np.uint8)).resize(shape[::-1], Image.Resampling.BICUBIC)
    return np.asarray(grown, dtype=np.float32) / 255


@cache
def _font(size: int) -> ImageFont.FreeTypeFont:
    """Vera, which ships with reportlab: the same letters on every machine."""
    import reportlab

    return ImageFont.truetype(Path(reportlab.__file__).with_name("fonts") / "VeraBd.ttf", size)
