"""From a pool of documents to the batch that a person should look at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from fakta.errors import DocumentError
from fakta_lab.review.sampling.audit import draw
from fakta_lab.review.sampling.batch import Pick, choose_batch
from fakta_lab.review.sampling.config import SamplingConfig
from fakta_lab.review.sampling.glance import Glance, Reader
from fakta_lab.review.sampling.layouts import Signature
from fakta_lab.review.sampling.pool import Pool

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Sampled:
    """A batch, and what it was chosen from.

    Attributes:
        picks: the random ones first.
        pool: how many documents could be read.
        left_out: how many were left out because they are corrected.
        unread: why, for each document that could not be read.
    """

    picks: tuple[Pick, ...]
    pool: int
    left_out: int
    unread: tuple[str, ...]

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return {
            "pool": self.pool,
            "left_out": self.left_out,
            "unread": list(self.unread),
            "documents": [pick.to_dict() for pick in self.picks],
        }


def sample(
    pool: Pool,
    reader: Reader,
    config: SamplingConfig,
    *,
    n: int,
    audit: float = 0.1,
    seed: int = 0,
    progress: Progress | None = None,
) -> Sampled:
    """The documents of a pool to look at next.

    Args:
        pool: see `find_pool`.
        reader: with the model that is to be improved.
        config: weights.
        n: documents wanted.
        audit: share drawn at random, 0-1; at least one document unless it is 0.
        seed: of the draw.
        progress: called with documents read and documents in all.
    """
    compared = draw(pool.corrected, count=config.compared, seed=0)
    total, unread = len(pool.documents) + len(compared), list(pool.unread.values())
    layouts: list[Signature] = []
    for done, sha256 in enumerate(compared, start=1):
        # One that the store cannot read any more says nothing about what is to be corrected next.
        try:
            layouts.append(reader.layout(pool.corrected[sha256]))
        except DocumentError as error:
            unread.append(str(error))
        if progress:
            progress(done, total)
    glances: list[Glance] = []
    for done, document in enumerate(pool.documents, start=len(compared) + 1):
        try:
            glances.append(reader.glance(document.path, name=document.name))
        except DocumentError as error:
            unread.append(str(error))
        if progress:
            progress(done, total)
    picks = choose_batch(glances, reader.schema, config, n=n, audit=audit, seed=seed, corrected=layouts)
    return Sampled(tuple(picks), len(glances), pool.left_out, tuple(unread))
