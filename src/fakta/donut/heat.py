"""Where on the page a value was read, from the decoder's attention to the cells of the page image.

A cell is one of the squares that the encoder sums up, 32 pixels wide in all usual models, so attention can point at a
line of text but hardly at a word. Where the page has words, they give the better box, and attention tells which of
several equal ones was read.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from fakta.documents.model import Box
from fakta.donut.image import Placement

# The spot around the brightest cell ends where attention falls below this share of it.
_DIMMEST = 0.25
# It is a place if it holds so much of the attention, on so little of the image; else the look wandered.
_LEAST_SHARE = 0.5
_MOST_AREA = 0.1


@dataclass(frozen=True)
class HeatMap:
    """Attention over a page image.

    Attributes:
        cells: (rows, columns), sums to 1.
        cell: edge of a cell in pixels of the model's image.
        placement: of the page in that image.
    """

    cells: npt.NDArray[np.float64]
    cell: int
    placement: Placement

    @classmethod
    def of(
        cls, attention: npt.NDArray[np.float32], *, height: int, width: int, cell: int, placement: Placement
    ) -> HeatMap:
        """The map of an attention (L,) row by row over an image of that size in pixels.

        Raises:
            ValueError: the image has not L cells of that size.
        """
        shape = (math.ceil(height / cell), math.ceil(width / cell))
        cells = np.asarray(attention, dtype=np.float64).reshape(shape)
        return cls(cells / cells.sum(), cell, placement)

    def box(self) -> Box | None:
        """Where the attention is; None where it is nowhere in particular, or beside the page."""
        spot = self._spot()
        if self.cells[spot].sum() < _LEAST_SHARE or spot.mean() > _MOST_AREA:
            return None
        rows, columns = np.nonzero(spot)
        edges = np.array([columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]) * self.cell
        box = self.placement.to_page(*map(float, edges))
        return box if box.width > 0 and box.height > 0 else None

    def share(self, box: Box) -> float:
        """Share of the attention, 0-1, that lies on the cells that a box of the page touches."""
        place = self.placement
        left, right = (place.left + x * place.width for x in (box.left, box.right))
        top, bottom = (place.top + y * place.height for y in (box.top, box.bottom))
        rows = slice(int(top // self.cell), max(int(top // self.cell) + 1, math.ceil(bottom / self.cell)))
        columns = slice(int(left // self.cell), max(int(left // self.cell) + 1, math.ceil(right / self.cell)))
        return float(self.cells[rows, columns].sum())

    def _spot(self) -> npt.NDArray[np.bool_]:
        """The cells around the brightest one, joined edge to edge, that are bright themselves."""
        bright = self.cells >= _DIMMEST * self.cells.max()
        spot: npt.NDArray[np.bool_] = np.zeros(bright.shape, dtype=bool)
        spot[np.unravel_index(int(self.cells.argmax()), self.cells.shape)] = True
        while True:
            grown = spot.copy()
            grown[1:] |= spot[:-1]
            grown[:-1] |= spot[1:]
            grown[:, 1:] |= spot[:, :-1]
            grown[:, :-1] |= spot[:, 1:]
            grown &= bright
            if bool((grown == spot).all()):
                return spot
            spot = grown
