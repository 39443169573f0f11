"""Endless batches, each a function of its number alone.

Batch b is the same whether it is made by one worker or reached after a resume, as long as the number of workers stays.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Literal, Protocol

from torch.utils.data import IterableDataset, get_worker_info

# Seeds of generated invoices: room for as many invoices a chunk, and for as many chunks a run.
INVOICES_PER_CHUNK = 10_000
CHUNKS_PER_RUN = 10**7


class Source(Protocol):
    """Where batches come from."""

    def batches(self, *, first: int, step: int) -> Iterator[list[Any]]:
        """Batches number first, first + step, first + 2 step, and so on without end."""
        ...


class Mixture:
    """Batches that join one batch of each source."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources

    def batches(self, *, first: int, step: int) -> Iterator[list[Any]]:
        """See `Source.batches`."""
        streams = [source.batches(first=first, step=step) for source in self._sources]
        for parts in zip(*streams, strict=True):
            yield [example for part in parts for example in part]


class BatchStream(IterableDataset[list[Any]]):
    """A source as torch's data loader takes it: its workers share the batches out among them.

    Args:
        source: of the batches.
        first: number of the first batch; the steps done before a resume.
    """

    def __init__(self, source: Source, *, first: int = 0) -> None:
        self._source = source
        self._first = first

    def __iter__(self) -> Iterator[list[Any]]:
        worker = get_worker_info()
        number, count = (worker.id, worker.num_workers) if worker else (0, 1)
        return self._source.batches(first=self._first + number, step=count)


def held_out_seeds(seed: int, *, purpose: Literal["tokenizer", "dev"], count: int) -> range:
    """Seeds of generated invoices that the run with this seed never trains on."""
    chunk = CHUNKS_PER_RUN - 1 - ("tokenizer", "dev").index(purpose)
    begin = (seed * CHUNKS_PER_RUN + chunk) * INVOICES_PER_CHUNK
    return range(begin, begin + min(count, INVOICES_PER_CHUNK))
