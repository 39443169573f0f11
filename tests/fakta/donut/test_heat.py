"""Boxes from attention: on the page, around the spot, and only where there is one."""

from __future__ import annotations

import numpy as np
import pytest

from fakta.documents.model import Box
from fakta.donut.heat import HeatMap
from fakta.donut.image import Placement

HEIGHT, WIDTH, CELL = 320, 224, 32
WHOLE = Placement(0, 0, WIDTH, HEIGHT)
# A narrow page stands in the middle, with 32 pixels of nothing at each side.
NARROW = Placement(32, 0, 160, HEIGHT)


def heat(cells: dict[tuple[int, int], float], placement: Placement = WHOLE, rest: float = 0.0) -> HeatMap:
    """Attention with that much on each (row, column), and `rest` on each other cell."""
    grid = np.full((HEIGHT // CELL, WIDTH // CELL), rest, dtype=np.float32)
    for place, share in cells.items():
        grid[place] = share
    return HeatMap.of(grid.ravel(), height=HEIGHT, width=WIDTH, cell=CELL, placement=placement)


def test_the_box_holds_the_spot() -> None:
    box = heat({(2, 3): 0.6, (2, 4): 0.3, (7, 0): 0.1}).box()
    assert box is not None
    np.testing.assert_allclose(box, (3 / 7, 0.2, 5 / 7, 0.3))


def test_a_box_is_relative_to_the_page_and_not_to_the_image() -> None:
    box = heat({(9, 1): 1.0}, NARROW).box()
    assert box is not None
    np.testing.assert_allclose(box, (0.0, 0.9, 0.2, 1.0))


@pytest.mark.parametrize(
    "cells",
    [
        {},
        {(0, 0): 0.4, (9, 6): 0.35, (5, 3): 0.25},
        {(row, column): 1.0 for row in range(4) for column in range(4)},
    ],
)
def test_a_look_that_wanders_gives_no_box(cells: dict[tuple[int, int], float]) -> None:
    assert heat(cells, rest=0.01).box() is None


def test_a_look_beside_the_page_gives_no_box() -> None:
    assert heat({(4, 0): 1.0}, NARROW).box() is None


def test_share_is_what_lies_on_the_cells_of_a_box() -> None:
    warm = heat({(2, 3): 0.6, (2, 4): 0.3, (7, 0): 0.1})
    assert warm.share(Box(3.2 / 7, 0.21, 3.4 / 7, 0.22)) == pytest.approx(0.6)
    assert warm.share(Box(3 / 7, 0.2, 5 / 7, 0.3)) == pytest.approx(0.9)
    assert warm.share(Box(0.9, 0.9, 1.0, 1.0)) == 0.0


def test_sizes_that_do_not_divide_are_rounded_up() -> None:
    warm = HeatMap.of(np.ones(12, dtype=np.float32), height=100, width=70, cell=32, placement=Placement(0, 0, 70, 100))
    assert warm.cells.shape == (4, 3)
