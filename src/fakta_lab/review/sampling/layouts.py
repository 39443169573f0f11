"""Which documents look alike: a signature of a page's layout, and the likeness of two.

A signature says nothing about values: it holds where ink stands, where labels stand, and which words without digits
the page has. Invoices of one supplier share most of all three.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack, vstack
from sklearn.preprocessing import normalize

from fakta.candidates.page import PageView
from fakta.documents.model import Word

Floats = NDArray[np.float32]

# Cells of a page for ink, and for labels: coarse, since tables grow and push what stands below them.
_INK_CELLS = (12, 16)
_LABEL_CELLS = (6, 8)
_LABEL_SLOTS = 512
_WORD_SLOTS = 4096
# What each part counts, and the likeness at which two documents count as strangers and as one layout. Chosen on
# generated suppliers, see docs/active-learning.md.
_SHARES = (0.2, 0.3, 0.5)
_STRANGERS, _SAME = 0.22, 0.5
# Rows of the likeness matrix that are made at once: bounds memory for large pools.
_BLOCK = 512


@dataclass(frozen=True)
class Signature:
    """The layout of a document's first page.

    Attributes:
        ink: (192,) share of each cell of the page that words cover, times the number of cells.
        labels: ascending slots below 512, one for each label in a cell of the page, hashed.
        words: ascending slots below 4096, one for each word without digits, hashed.
    """

    ink: Floats
    labels: tuple[int, ...]
    words: tuple[int, ...]


def signature(view: PageView) -> Signature:
    """The signature of a page."""
    labels = set()
    for hits in view.hits:
        for hit in hits:
            cell = _cell(hit.box.left, hit.box.middle, _LABEL_CELLS)
            labels |= {_slot(f"{meaning.name} {cell}", _LABEL_SLOTS) for meaning in hit.meanings}
    return Signature(ink(view.page.words), tuple(sorted(labels)), word_slots(word.text for word in view.page.words))


def ink(words: Iterable[Word]) -> Floats:
    """See `Signature.ink`."""
    cells = np.zeros(_INK_CELLS, dtype=np.float32)
    for word in words:
        column, row = _cell(word.box.center, word.box.middle, _INK_CELLS)
        cells[column, row] += max(0.0, word.box.width * word.box.height)
    return cells.ravel() * cells.size


def word_slots(texts: Iterable[str]) -> tuple[int, ...]:
    """See `Signature.words`."""
    plain = (text.casefold().strip(".,:;()") for text in texts if not any(character.isdigit() for character in text))
    return tuple(sorted({_slot(text, _WORD_SLOTS) for text in plain if len(text) > 1}))


def likeness(rows: Sequence[Signature], columns: Sequence[Signature]) -> Any:
    """How alike the layouts of documents are, as a sparse matrix: 1 for one layout, nothing for strangers.

    Words that most documents have (titles, the recipient's own name) count less than those that few have.

    Args:
        rows, columns: the documents on either side.

    Returns:
        A `csr_matrix` of shape (rows, columns), 0-1.
    """
    if not rows or not columns:
        return csr_matrix((len(rows), len(columns)), dtype=np.float32)
    counts = np.zeros(_WORD_SLOTS)
    # One document may stand on both sides, and counts once.
    everything = {id(each): each for each in (*rows, *columns)}.values()
    for each in everything:
        counts[list(each.words)] += 1
    rarity = np.log((1.0 + len(everything)) / (1.0 + counts))
    left, right = _vectors(rows, rarity), _vectors(columns, rarity).T.tocsr()
    blocks = []
    for start in range(0, len(rows), _BLOCK):
        cosine = (left[start : start + _BLOCK] @ right).toarray()
        blocks.append(csr_matrix(np.clip((cosine - _STRANGERS) / (_SAME - _STRANGERS), 0.0, 1.0)))
    return vstack(blocks, format="csr")


def _vectors(signatures: Sequence[Signature], rarity: NDArray[np.float64]) -> Any:
    """Sparse vectors whose products are the weighted mean of the parts' cosines."""
    parts = (
        # The root, so that one block of dense text does not outweigh the rest of the page.
        csr_matrix(np.sqrt(np.stack([each.ink for each in signatures]))),
        _slots_matrix([each.labels for each in signatures], np.ones(_LABEL_SLOTS)),
        _slots_matrix([each.words for each in signatures], rarity),
    )
    return hstack([normalize(part) * np.sqrt(share) for share, part in zip(_SHARES, parts, strict=True)], format="csr")


def _slots_matrix(rows: Sequence[tuple[int, ...]], values: NDArray[np.float64]) -> Any:
    columns = np.array([slot for row in rows for slot in row], dtype=np.int64)
    starts = np.cumsum([0, *map(len, rows)])
    return csr_matrix((values[columns], columns, starts), shape=(len(rows), len(values)))


def _cell(x: float, y: float, cells: tuple[int, int]) -> tuple[int, int]:
    columns, rows = cells
    return min(max(int(x * columns), 0), columns - 1), min(max(int(y * rows), 0), rows - 1)


def _slot(text: str, slots: int) -> int:
    return crc32(text.encode()) % slots
