"""What makes an image of the paper: how it lies, optics, light, tone, noise, black and white."""

from __future__ import annotations

from dataclasses import dataclass
from math import cos, pi, radians, sin
from random import Random
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

from fakta_lab.synth.scan.paper import blotches
from fakta_lab.synth.scan.severity import Conditions

_MM = 1 / 25.4
_DESKS = ((255, 255, 255), (235, 235, 235), (30, 30, 30), (120, 90, 65), (165, 165, 160))

Pixels = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Device:
    """One scanner, phone or fax line with its settings.

    Attributes:
        found: what it may do to a page; what differs from page to page is drawn for each.
        dpi: of its files.
        mode: colour, grey, or black and white; Pillow's names.
        ink: grey levels of full ink and of paper.
        gamma: of the tone curve, applied to 0-1.
        faded: share of ink lost where most is lost.
        threshold: grey level where black ends, 0-1 between ink and paper.
        coarse: whether every second line is missing.
        quality: of JPEG, 1-100.
        streaks: where dirt on the glass draws lines along the page, shares of its width.
    """

    found: Conditions
    dpi: int
    mode: Literal["RGB", "L", "1"]
    ink: tuple[float, float]
    gamma: float
    faded: float
    threshold: float
    coarse: bool
    quality: int
    streaks: tuple[float, ...]

    @classmethod
    def drawn(cls, found: Conditions, rng: Random, *, dpi: int | None = None) -> Device:
        """A device as the conditions allow; `dpi` overrides what they say of it."""
        modes: tuple[Literal["RGB", "L", "1"], ...] = ("RGB", "L", "1")
        shares = (found.colour, (1 - found.colour) * (1 - found.bilevel), (1 - found.colour) * found.bilevel)
        return cls(
            found=found,
            dpi=round(rng.uniform(*found.dpi)) if dpi is None else dpi,
            mode=rng.choices(modes, shares)[0],
            ink=(rng.uniform(*found.ink[0]), rng.uniform(*found.ink[1])),
            gamma=rng.uniform(*found.gamma),
            faded=rng.uniform(*found.faded),
            threshold=rng.uniform(*found.threshold),
            coarse=rng.random() < found.coarse,
            quality=round(rng.uniform(*found.quality)),
            streaks=tuple(rng.random() for _ in range(rng.randint(1, 3))) if rng.random() < found.streaks else (),
        )

    def capture(self, page: Image.Image, rng: Random, *, dpi: int) -> Image.Image:
        """The image of a page, in the device's mode and at no more than its resolution.

        Args:
            page: RGB, as it lies on the glass.
            rng: decides what differs from page to page.
            dpi: of `page`.
        """
        target = min(self.dpi, dpi)
        size = (round(page.width * target / dpi), round(page.height * target / dpi))
        # Grey as early as possible: a third of the work.
        image = page.convert("RGB" if self.mode == "RGB" else "L").resize(size, Image.Resampling.LANCZOS)
        mm = target * _MM
        image = self._laid(image, rng, mm)
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(*self.found.blur) * mm))
        pixels = _shaken(
            np.asarray(image, dtype=np.float32) / np.float32(255), rng.uniform(*self.found.motion) * mm, rng
        )
        plane = pixels if pixels.ndim == 3 else pixels[:, :, None]
        noise = np.random.default_rng(rng.getrandbits(64))
        plane = 1 - (1 - plane) * self._kept(plane.shape[:2], rng, mm)
        plane = plane * self._light(plane.shape[:2], rng)
        low, high = self.ink
        plane = np.float32(low / 255) + np.float32((high - low) / 255) * np.maximum(plane, 0) ** np.float32(self.gamma)
        self._soil(plane, rng, mm)
        # One draw for all colours: sensors' noise is mostly in brightness.
        grain = noise.standard_normal(plane.shape[:2], dtype=np.float32)[:, :, None]
        plane = plane + np.float32(rng.uniform(*self.found.noise) / 255) * grain
        if self.mode == "1":
            return self._bilevel(plane[:, :, 0])
        levels = (plane.clip(0, 1) * 255).astype(np.uint8)
        return Image.fromarray(levels if self.mode == "RGB" else levels[:, :, 0])

    def _laid(self, image: Image.Image, rng: Random, mm: float) -> Image.Image:
        """The page as it lies: turned, moved, seen from the side, its edges cut."""
        width, height = image.size
        found = self.found
        angle = radians(rng.uniform(*found.skew))
        dx, dy = rng.uniform(*found.shift) * mm, rng.uniform(*found.shift) * mm
        corners = []
        for x, y in ((0, 0), (width, 0), (width, height), (0, height)):
            across, down = x - width / 2, y - height / 2
            wander = rng.uniform(*found.perspective)
            corners.append(
                (
                    width / 2 + across * cos(angle) - down * sin(angle) + dx - wander * across * rng.choice((1, 2)),
                    height / 2 + across * sin(angle) + down * cos(angle) + dy - wander * down,
                )
            )
        desk = rng.choice(_DESKS) if rng.random() < 0.5 else _DESKS[0]
        fill = desk if image.mode == "RGB" else round(sum(desk) / 3)
        coefficients = _homography(corners, ((0, 0), (width, 0), (width, height), (0, height)))
        laid = image.transform(
            image.size, Image.Transform.PERSPECTIVE, coefficients, Image.Resampling.BICUBIC, fillcolor=fill
        )
        if rng.random() < found.cut:
            lost = int(rng.uniform(0, 3) * mm)
            side = rng.randrange(4)
            box = [0, 0, width, height]
            box[side] += lost if side < 2 else -lost
            laid = laid.crop((box[0], box[1], box[2], box[3]))
        return laid

    def _kept(self, shape: tuple[int, int], rng: Random, mm: float) -> Pixels:
        return (1 - np.float32(self.faded) * blotches(rng, shape, 8 * mm))[:, :, None]

    def _light(self, shape: tuple[int, int], rng: Random) -> Pixels:
        """Falls off in one direction; a shadow darkens the page towards one edge, as at the fold of a binder."""
        ys, xs = np.linspace(-1, 1, shape[0], dtype=np.float32)[:, None], np.linspace(-1, 1, shape[1], dtype=np.float32)
        direction = rng.uniform(0, 2 * pi)
        slope = (cos(direction) * xs + sin(direction) * ys) / 2**0.5
        field = 1 - rng.uniform(*self.found.light) * (1 + slope) / 2
        if rng.random() < self.found.shadow:
            # Devices that give black and white follow the light, but not into the darkest corner.
            reach = rng.uniform(0.03, 0.12) if self.mode == "1" else rng.uniform(0.05, 0.5)
            away = rng.choice((1 + xs, 1 - xs, 1 - ys, 1 + ys)) / reach
            field = field * (1 - rng.uniform(0.1, 0.5) * np.exp(-(away**2)))
        return np.broadcast_to(field, shape)[:, :, None].astype(np.float32)

    def _soil(self, plane: Pixels, rng: Random, mm: float) -> None:
        """Specks and streaks, drawn into `plane`."""
        height, width = plane.shape[:2]
        for _ in range(round(rng.uniform(*self.found.specks))):
            x, y, size = rng.randrange(width), rng.randrange(height), max(1, int(rng.uniform(0.05, 0.35) * mm))
            plane[y : y + size, x : x + rng.randint(1, 2) * size] = rng.choice((0.1, 0.3, 0.95))
        for share in self.streaks:
            x = int(share * (width - 3))
            plane[:, x : x + rng.randint(1, 2)] *= rng.uniform(0.5, 0.9)

    def _bilevel(self, plane: Pixels) -> Image.Image:
        low, high = self.ink
        if self.coarse:
            plane = np.repeat((plane[0:-1:2] + plane[1::2]) / 2, 2, axis=0)
        return Image.fromarray(plane > (low + (high - low) * self.threshold) / 255)


def _shaken(pixels: Pixels, path: float, rng: Random) -> Pixels:
    """The mean over a straight path of that many pixels."""
    steps = round(path)
    if steps < 1:
        return pixels
    angle = rng.uniform(0, pi)
    moves = [(round(i * sin(angle)), round(i * cos(angle))) for i in range(steps + 1)]
    return np.mean([np.roll(pixels, move, axis=(0, 1)) for move in moves], axis=0, dtype=np.float32)


def _homography(
    seen: list[tuple[float, float]], source: tuple[tuple[float, float], ...]
) -> tuple[float, float, float, float, float, float, float, float]:
    """Pillow's eight numbers, which take what is seen at a corner to where it lies in the source."""
    rows, values = [], []
    for (x, y), (u, v) in zip(seen, source, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    a, b, c, d, e, f, g, h = np.linalg.solve(np.array(rows), np.array(values)).tolist()
    return a, b, c, d, e, f, g, h
