"""Reads documents with Donut: page by page, then one answer for all pages.

Several pages are merged by these rules. A field takes the value of the page that is surest of it (the product of the
raw probabilities of its tokens), the earlier page among equals. A field that no page states is absent with the product
of the pages' probabilities of absence. Rows of a table follow one another in the order of the pages. Of a document with
more than `MAX_PAGES` pages the first ones and the last are read.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from fakta.bundle import Bundle
from fakta.documents.images import is_blank
from fakta.documents.model import Document, Page
from fakta.donut.decoding import Decoded, Said, decode
from fakta.donut.grammar import Grammar
from fakta.donut.graphs import Graphs
from fakta.donut.heat import HeatMap
from fakta.donut.image import Placement, drawn, prepared
from fakta.donut.sequence import SequenceCodec
from fakta.errors import BundleError, FieldError, FormatError
from fakta.fields import KINDS, from_canonical
from fakta.fields.base import Value
from fakta.memory import Memory
from fakta.reading.agreement import agreement
from fakta.reading.found import Found, Reading
from fakta.reading.places import PageWords

MAX_PAGES = 5

# A probability closer to 0 or 1 than this is not told apart from it.
_LEAST = 1e-6
_HALF_A_LETTER = "\ufffd"


@dataclass(frozen=True)
class _PageRead:
    """What one page says."""

    page: Page
    decoded: Decoded
    placement: Placement


class DonutReader:
    """A bundle of the family "donut", ready to read. The graphs are loaded at first use, or by `warm_up`.

    Args:
        bundle: what to read with.
        threads: onnxruntime's, inside one page.
    """

    def __init__(self, bundle: Bundle, *, threads: int = 1) -> None:
        self.bundle = bundle
        self.threads = threads
        model = bundle.model
        self._height, self._width, self._cell = (int(model[key]) for key in ("height", "width", "cell"))
        self._max_length = int(model["max_length"])

    @cached_property
    def grammar(self) -> Grammar:
        """Of the bundle's schema and tokenizer."""
        return Grammar(SequenceCodec(self.bundle.read("tokenizer.json"), self.bundle.schema))

    @cached_property
    def graphs(self) -> Graphs:
        """Encoder and decoder.

        Raises:
            BundleError: they do not fit each other, the tokenizer or the manifest.
        """
        model, where = self.bundle.model, self.bundle.path.name
        encoder, decoder = (self.bundle.read(model[key]) for key in ("encoder", "decoder"))
        graphs = Graphs(encoder, decoder, where=where, threads=self.threads)
        if graphs.image != (self._height, self._width):
            raise BundleError(
                f"{where}: {model['encoder']} sees {graphs.image[0]} x {graphs.image[1]} pixels and the manifest says "
                f"{self._height} x {self._width}; export the model again"
            )
        if graphs.vocabulary < self.grammar.vocabulary:
            raise BundleError(
                f"{where}: {model['decoder']} writes {graphs.vocabulary} tokens and tokenizer.json has "
                f"{self.grammar.vocabulary}; export the model again"
            )
        return graphs

    def warm_up(self) -> None:
        """Loads the model now, so that the first page does not wait for it."""
        _ = self.graphs

    def decode_page(self, page: Page) -> tuple[Decoded, Placement]:
        """What Donut writes about one page, and where the page lies in the image that it saw."""
        image = drawn(page, height=self._height, width=self._width)
        pixels = prepared(image, height=self._height, width=self._width)
        if is_blank(image):
            # A model that has never seen an empty page makes something up.
            parts = (*self.bundle.schema.fields, *self.bundle.schema.tables)
            return Decoded((), (), dict.fromkeys(parts, 1.0)), pixels.placement
        seen = self.graphs.see(pixels.values)
        places = math.ceil(self._height / self._cell) * math.ceil(self._width / self._cell)
        if seen["cross_value.0"].shape[1] != places:
            raise BundleError(
                f"{self.bundle.path.name}: {self.bundle.model['encoder']} sums an image up in "
                f"{seen['cross_value.0'].shape[1]} places, and cells of {self._cell} pixels are {places}; export the "
                "model again"
            )
        writer = self.graphs.writer(seen, max_length=self._max_length)
        return decode(writer, self.grammar, max_length=self._max_length), pixels.placement

    def read(
        self, document: Document, *, memory: Memory | None = None, lap: Callable[[str], None] = lambda stage: None
    ) -> Reading:
        """What the document states.

        Args:
            document: its pages.
            memory: is not asked: what it knows is about words.
            lap: told when the model is done.

        Raises:
            BundleError: the model cannot be run.
        """
        pages = [_PageRead(page, *self.decode_page(page)) for page in _chosen(document.pages)]
        words = {read.page.number: PageWords(read.page) for read in pages}
        cut_short = any(read.decoded.cut_short for read in pages)
        fields = {}
        for name in self.bundle.schema.fields:
            found = self._field(name, pages, words)
            features = {**found.features, "cut_short": float(cut_short), "pages": float(len(document.pages))}
            reasons = (*found.reasons, "cut short") if cut_short else found.reasons
            fields[name] = replace(found, features=features, reasons=reasons)
        values = {name: found.value for name, found in fields.items() if found.value is not None}
        signals, checks = agreement(values)
        for name, numbers in signals.items():
            fields[name] = replace(fields[name], features={**fields[name].features, **numbers})
            if numbers.get("sums") == 1.0:
                fields[name] = replace(fields[name], reasons=(*fields[name].reasons, "sums add up"))
        tables = {table: tuple(self._rows(table, pages)) for table in self.bundle.schema.tables}
        lap("model")
        return Reading(fields, tables, checks)

    def _field(self, name: str, pages: Sequence[_PageRead], words: Mapping[int, PageWords]) -> Found:
        kind = self.bundle.schema.fields[name].kind
        said = [
            (said.probability, read, said)
            for read in pages
            for said in read.decoded.said
            if said.written.name == name and not said.written.table
        ]
        if not said:
            absent = math.prod(read.decoded.absent.get(name, 1.0) for read in pages)
            return Found(name, None, reasons=("not found",), features={"found": 0.0, "absent": absent})
        _, read, best = max(said, key=lambda one: one[0])
        text = best.written.text
        try:
            value = parsed(kind, text)
        except FieldError as error:
            features = {"found": 0.0, "absent": 0.0, "unreadable": 1.0}
            return Found(name, None, reasons=(str(error),), features=features)
        heat = HeatMap.of(
            best.attention, height=self._height, width=self._width, cell=self._cell, placement=read.placement
        )
        place = words[read.page.number].place(kind, value, weight=heat.share)
        box = place.box if place else heat.box()
        where = "box of the words" if place else "box from attention" if box else "place unknown"
        checks = KINDS[kind].check(value)
        others = {one.written.text for _, _, one in said} - {text}
        features = {
            **_confidence(best),
            "checks_passed": float(sum(check.passed for check in checks)),
            "checks_failed": float(sum(not check.passed for check in checks)),
            "printed": float(place is not None) if read.page.words else 0.5,
            "attention": heat.share(box) if box else 0.0,
            "pages_differ": float(bool(others)),
        }
        reasons = [check.name if check.passed else f"{check.name} fails" for check in checks]
        return Found(
            name,
            value,
            text=place.text if place else text,
            page=read.page.number,
            box=box,
            reasons=tuple(dict.fromkeys([*reasons, f"read at {best.probability:.2f}", where])),
            features=features,
        )

    def _rows(self, table: str, pages: Sequence[_PageRead]) -> Iterator[Mapping[str, Value]]:
        columns = self.bundle.schema.tables[table]
        for read in pages:
            rows: dict[int, dict[str, Value]] = {}
            for said in read.decoded.said:
                written = said.written
                if written.table != table:
                    continue
                try:
                    value = parsed(columns[written.name].kind, written.text)
                except FieldError:
                    continue
                rows.setdefault(written.row, {})[written.name] = value
            yield from (rows[row] for row in sorted(rows))


def parsed(kind: str, text: str) -> Value:
    """The value of a text that Donut wrote in canonical form.

    Raises:
        FieldError: the grammar let it through, and it is no such value all the same: the 30th of February, or half a
            letter, since a letter may be two tokens.

    >>> parsed("amount", "12450.00"), parsed("bankgiro", "54029681")
    (Decimal('12450.00'), '54029681')
    """
    if _HALF_A_LETTER in text:
        raise FormatError(f"{text!r} holds half a letter")
    value: Any = from_canonical(kind, text)
    return KINDS[kind].parse(text) if isinstance(value, str) else value


def _confidence(said: Said) -> dict[str, float]:
    probability = min(max(said.probability, _LEAST), 1 - _LEAST)
    return {
        "found": 1.0,
        "score": math.log(probability / (1 - probability)),
        "probability": said.probability,
        "weakest": said.weakest,
        "margin": said.margin,
        "tokens": float(said.written.stop - said.written.start),
    }


def _chosen(pages: Sequence[Page]) -> Sequence[Page]:
    return pages if len(pages) <= MAX_PAGES else [*pages[: MAX_PAGES - 1], pages[-1]]
