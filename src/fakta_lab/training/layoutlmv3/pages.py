"""Where labelled pages come from: generated without end, or a dataset again and again, as batches of examples."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from fakta_lab.training.layoutlmv3.alter import altered
from fakta_lab.training.layoutlmv3.examples import Example, Examples, LabelledPage
from fakta_lab.training.stream import CHUNKS_PER_RUN, INVOICES_PER_CHUNK

if TYPE_CHECKING:
    from fakta_lab.synth import SyntheticInvoice

# Windows of similar length are batched together within a chunk of so many batches.
CHUNK_BATCHES = 8


class GeneratedPages:
    """Batches of freshly generated invoices, no page twice.

    Args:
        generate: an invoice from a seed.
        examples: makes the examples.
        seed: of the run; runs with different seeds share no invoice.
        batch_size: windows a batch.
        augment: alter the pages as other printers, scanners and OCR engines would.
    """

    def __init__(
        self,
        generate: Callable[[int], SyntheticInvoice],
        examples: Examples,
        *,
        seed: int,
        batch_size: int,
        augment: bool,
    ) -> None:
        self._generate = generate
        self._examples = examples
        self._seed = seed
        self._batch_size = batch_size
        self._augment = augment

    def batches(self, *, first: int, step: int) -> Iterator[list[Example]]:
        """See `Source.batches`. Of `step` interleaved streams, each makes whole chunks of its own."""
        stream, number = first % step, first // step
        while True:
            chunk = self._chunk(stream + step * (number // CHUNK_BATCHES))
            for batch in chunk[number % CHUNK_BATCHES :]:
                yield batch
                number += 1

    def _chunk(self, number: int) -> list[list[Example]]:
        size = self._batch_size
        examples: list[Example] = []
        seed = (self._seed * CHUNKS_PER_RUN + number) * INVOICES_PER_CHUNK
        while len(examples) < size * CHUNK_BATCHES:
            for labelled in labelled_pages(self._generate(seed)):
                if self._augment:
                    labelled = altered(labelled, seed=f"{seed}/{labelled.page.number}")
                examples += self._examples.of(labelled)
            seed += 1
        examples = sorted(examples[: size * CHUNK_BATCHES], key=len)
        batches = [examples[start : start + size] for start in range(0, len(examples), size)]
        order = np.random.default_rng((self._seed, number)).permutation(len(batches))
        return [batches[i] for i in order]


class DatasetPages:
    """Batches of the pages of a dataset, each epoch in another order and altered anew.

    Pages of equal weight come once an epoch; of unequal weight, an epoch is as many pages drawn by weight.
    """

    def __init__(
        self, pages: Sequence[LabelledPage], examples: Examples, *, seed: int, batch_size: int, augment: bool
    ) -> None:
        self._pages = pages
        self._examples = examples
        self._seed = seed
        self._batch_size = batch_size
        self._augment = augment
        weights = np.array([page.weight for page in pages])
        self._shares = None if np.all(weights == weights[0]) else weights / weights.sum()

    def batches(self, *, first: int, step: int) -> Iterator[list[Example]]:
        """See `Source.batches`."""
        number = first
        while True:
            places = range(number * self._batch_size, (number + 1) * self._batch_size)
            yield [self._example(place) for place in places]
            number += step

    def _example(self, place: int) -> Example:
        epoch, position = divmod(place, len(self._pages))
        labelled = self._pages[self._order(epoch)[position]]
        if self._augment:
            labelled = altered(labelled, seed=f"{self._seed}/{place}")
        examples = self._examples.of(labelled)
        return examples[np.random.default_rng((self._seed, place)).integers(len(examples))]

    def _order(self, epoch: int) -> npt.NDArray[np.int64]:
        """Which pages an epoch takes, one after the other."""
        rng = np.random.default_rng((self._seed, epoch))
        if self._shares is None:
            return rng.permutation(len(self._pages))
        return rng.choice(len(self._pages), size=len(self._pages), p=self._shares)


def labelled_pages(invoice: SyntheticInvoice | Any) -> list[LabelledPage]:
    """A generated invoice's pages that have words."""
    return [
        LabelledPage(page.as_page(number), tuple(page.labels))
        for number, page in enumerate(invoice.pages, start=1)
        if page.words
    ]
