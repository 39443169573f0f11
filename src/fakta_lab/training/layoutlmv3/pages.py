"""Where labelled pages come from: generated without end, or a dataset again and again, as batches of examples."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from fakta_lab.training.epochs import Epochs
from fakta_lab.training.layoutlmv3.alter import altered
from fakta_lab.training.layoutlmv3.examples import Example, Examples, LabelledPage
from fakta_lab.training.stream import CHUNKS_PER_RUN, INVOICES_PER_CHUNK, WHOLE, Share, batch_places

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
        self.batch_size = batch_size
        self._augment = augment

    def batches(self, *, first: int, step: int, share: Share = WHOLE) -> Iterator[list[Example]]:
        """See `Source.batches`. Of `step` interleaved streams, each makes whole chunks of its own.

        Every process makes all pages of a chunk, for which of them meet in a batch depends on them all.
        """
        stream, number = first % step, first // step
        while True:
            chunk = self._chunk(stream + step * (number // CHUNK_BATCHES))
            for batch in chunk[number % CHUNK_BATCHES :]:
                yield list(share.of(batch))
                number += 1

    def _chunk(self, number: int) -> list[list[Example]]:
        size = self.batch_size
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
    """Batches of the pages of a dataset, each epoch in another order, see `Epochs`, and altered anew."""

    def __init__(
        self, pages: Sequence[LabelledPage], examples: Examples, *, seed: int, batch_size: int, augment: bool
    ) -> None:
        self._pages = pages
        self._examples = examples
        self._seed = seed
        self.batch_size = batch_size
        self._augment = augment
        self._epochs = Epochs([page.weight for page in pages], seed=seed)

    def batches(self, *, first: int, step: int, share: Share = WHOLE) -> Iterator[list[Example]]:
        """See `Source.batches`."""
        for places in batch_places(self.batch_size, first=first, step=step, share=share):
            yield [self._example(place) for place in places]

    def _example(self, place: int) -> Example:
        labelled = self._pages[self._epochs.item(place)]
        if self._augment:
            labelled = altered(labelled, seed=f"{self._seed}/{place}")
        examples = self._examples.of(labelled)
        return examples[np.random.default_rng((self._seed, place)).integers(len(examples))]


def labelled_pages(invoice: SyntheticInvoice | Any, *, document: str = "") -> list[LabelledPage]:
    """A generated invoice's pages that have words."""
    return [
        LabelledPage(page.as_page(number), tuple(page.labels), document)
        for number, page in enumerate(invoice.pages, start=1)
        if page.words
    ]
