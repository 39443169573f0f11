"""Where pages to train on come from: generated without end, or a dataset again and again, as batches of examples."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from random import Random
from typing import TYPE_CHECKING

from PIL.Image import Image

from fakta.donut.image import prepared
from fakta.schema import Schema
from fakta_lab.training.donut.collate import Example
from fakta_lab.training.donut.labels import PageLabel, labels_of_invoice
from fakta_lab.training.donut.pictures import altered, drawn_page
from fakta_lab.training.donut.rows import ImagePages
from fakta_lab.training.donut.targets import Target, Targets
from fakta_lab.training.epochs import Epochs
from fakta_lab.training.stream import CHUNKS_PER_RUN, INVOICES_PER_CHUNK, WHOLE, Share, batch_places

if TYPE_CHECKING:
    from fakta_lab.synth import SyntheticInvoice


class Examples:
    """Makes examples of one size.

    Args:
        targets: makes the targets.
        height, width: of the images.
    """

    def __init__(self, targets: Targets, *, height: int, width: int) -> None:
        self.targets = targets
        self.height = height
        self.width = width

    def of(self, image: Image, target: Target, *, seed: str | None = None) -> Example:
        """A page's example, altered as `seed` has it; as it is without one."""
        if seed is not None:
            image = altered(image, height=self.height, width=self.width, seed=seed)
        return Example(prepared(image, height=self.height, width=self.width).values, target)


class GeneratedPages:
    """Batches of freshly generated invoices, one page of each, no invoice twice.

    Args:
        generate: an invoice from a seed.
        examples: makes the examples.
        schema: of the invoices.
        tables: write tables too.
        max_length: most tokens of a target; of a page with more of them its tables count as unknown.
        seed: of the run; runs with different seeds share no invoice.
        batch_size: pages a batch.
        augment: alter the images as other printers and scanners would.
    """

    def __init__(
        self,
        generate: Callable[[int], SyntheticInvoice],
        examples: Examples,
        schema: Schema,
        *,
        tables: bool,
        max_length: int,
        seed: int,
        batch_size: int,
        augment: bool,
    ) -> None:
        self._generate = generate
        self._examples = examples
        self._schema = schema
        self._tables = tables
        self._max_length = max_length
        self._first = seed * CHUNKS_PER_RUN * INVOICES_PER_CHUNK
        self.batch_size = batch_size
        self._augment = augment

    def batches(self, *, first: int, step: int, share: Share = WHOLE) -> Iterator[list[Example]]:
        """See `Source.batches`."""
        for places in batch_places(self.batch_size, first=first, step=step, share=share):
            yield [self._example(self._first + place) for place in places]

    def _example(self, seed: int) -> Example:
        invoice, label, target = self.page(seed)
        image = drawn_page(invoice, label.page, height=self._examples.height, width=self._examples.width)
        return self._examples.of(image, target, seed=str(seed) if self._augment else None)

    def page(self, seed: int) -> tuple[SyntheticInvoice, PageLabel, Target]:
        """A generated invoice, one of its pages, and its target."""
        invoice = self._generate(seed)
        label = Random(f"page/{seed}").choice(labels_of_invoice(invoice, self._schema, tables=self._tables))
        tables = frozenset(self._schema.tables) if self._tables else frozenset()
        target = self._examples.targets.within(label, tables=tables, max_length=self._max_length)
        # Even without tables a page of very long texts may not fit: then its beginning.
        return invoice, label, target or self._examples.targets.of(label).cut(self._max_length)


class DatasetPages:
    """Batches of the pages of a dataset, each epoch in another order and altered anew.

    Args:
        pages: with their labels, all of which fit.
        examples: makes the examples.
        seed: of the run.
        batch_size: pages a batch.
        augment: alter the images as other printers and scanners would.
    """

    def __init__(self, pages: ImagePages, examples: Examples, *, seed: int, batch_size: int, augment: bool) -> None:
        self._pages = pages
        self._examples = examples
        self._seed = seed
        self.batch_size = batch_size
        self._augment = augment
        self._epochs = Epochs([label.weight for label in pages.labels], seed=seed)

    def batches(self, *, first: int, step: int, share: Share = WHOLE) -> Iterator[list[Example]]:
        """See `Source.batches`."""
        for places in batch_places(self.batch_size, first=first, step=step, share=share):
            yield [self._example(place) for place in places]

    def _example(self, place: int) -> Example:
        number = self._epochs.item(place)
        target = self._examples.targets.of(self._pages.labels[number])
        seed = f"{self._seed}/{place}" if self._augment else None
        return self._examples.of(self._pages.image(number), target, seed=seed)
