"""Endless batches, each a function of its number alone.

Batch b is the same whether it is made by one worker or reached after a resume, as long as the number of workers stays.
It is also the same for any number of processes and accumulation steps: they only cut it up.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, TypeVar

from torch.utils.data import IterableDataset, get_worker_info

# Seeds of generated invoices: room for as many invoices a chunk, and for as many chunks a run.
INVOICES_PER_CHUNK = 10_000
CHUNKS_PER_RUN = 10**7


ItemT = TypeVar("ItemT", covariant=True)


@dataclass(frozen=True, slots=True)
class Share:
    """Every `parts`-th example of a batch, beginning with number `part`: what one of so many processes trains on.

    >>> Share(1, 3).of(range(8))
    range(1, 8, 3)
    """

    part: int
    parts: int

    def of(self, batch: Sequence[ItemT]) -> Sequence[ItemT]:
        """The share of a batch."""
        return batch[self.part :: self.parts]

    def behind(self, n: int) -> Share:
        """The same share of what stands behind the first n examples of a batch.

        >>> whole = list(range(8))
        >>> [*Share(1, 3).of(whole[:5]), *Share(1, 3).behind(5).of(whole[5:])] == [*Share(1, 3).of(whole)]
        True
        """
        return Share((self.part - n) % self.parts, self.parts)


WHOLE = Share(0, 1)


class Source(Protocol):
    """Where batches come from.

    Attributes:
        batch_size: examples in a whole batch.
    """

    @property
    def batch_size(self) -> int:
        """Examples in a whole batch."""
        ...

    def batches(self, *, first: int, step: int, share: Share = WHOLE) -> Iterator[list[Any]]:
        """A share of the batches number first, first + step, first + 2 step, and so on without end."""
        ...


def batch_places(batch_size: int, *, first: int, step: int, share: Share = WHOLE) -> Iterator[Sequence[int]]:
    """Of an endless row of examples, the places that a share of each of these batches takes; see `Source.batches`.

    >>> places = batch_places(4, first=1, step=2, share=Share(1, 2))
    >>> [*next(places)], [*next(places)]
    ([5, 7], [13, 15])
    """
    number = first
    while True:
        yield share.of(range(number * batch_size, (number + 1) * batch_size))
        number += step


class Mixture:
    """Batches that join one batch of each source."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = sources
        self.batch_size = sum(source.batch_size for source in sources)

    def batches(self, *, first: int, step: int, share: Share = WHOLE) -> Iterator[list[Any]]:
        """See `Source.batches`."""
        streams = []
        for source in self._sources:
            streams.append(source.batches(first=first, step=step, share=share))
            share = share.behind(source.batch_size)
        for parts in zip(*streams, strict=True):
            yield [example for part in parts for example in part]


class BatchStream(IterableDataset[list[list[Any]]]):
    """A source as torch's data loader takes it: each item a process's share of one batch, cut into `parts`.

    The loader's workers share the batches out among them.

    Args:
        source: of the batches.
        first: number of the first batch; the steps done before a resume.
        share: of each batch.
        parts: that a share is cut into, one for each accumulation step.
    """

    def __init__(self, source: Source, *, first: int = 0, share: Share = WHOLE, parts: int = 1) -> None:
        self._source = source
        self._first = first
        self._share = share
        self._parts = parts

    def __iter__(self) -> Iterator[list[list[Any]]]:
        worker = get_worker_info()
        number, count = (worker.id, worker.num_workers) if worker else (0, 1)
        for batch in self._source.batches(first=self._first + number, step=count, share=self._share):
            yield [list(Share(part, self._parts).of(batch)) for part in range(self._parts)]


def held_out_seeds(seed: int, *, purpose: Literal["tokenizer", "dev"], count: int) -> range:
    """Seeds of generated invoices that the run with this seed never trains on."""
    chunk = CHUNKS_PER_RUN - 1 - ("tokenizer", "dev").index(purpose)
    begin = (seed * CHUNKS_PER_RUN + chunk) * INVOICES_PER_CHUNK
    return range(begin, begin + min(count, INVOICES_PER_CHUNK))
