"""The tokens that a run writes with, and the check that every label can be written with them."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from fakta.donut.grammar import Grammar
from fakta.donut.sequence import SequenceCodec
from fakta.errors import ConfigError, DatasetError, FaktaError
from fakta.schema import Schema
from fakta_lab.training.config import TrainConfig
from fakta_lab.training.donut.labels import PageLabel, labels_of_invoice
from fakta_lab.training.donut.tokenizer import train_donut_tokenizer
from fakta_lab.training.stream import held_out_seeds

# Labels that cannot be written are named up to so many.
NAMED = 5


def own_tokenizer(
    config: TrainConfig, schema: Schema, labels: Iterable[PageLabel], *, generated: bool, tables: bool, progress: bool
) -> str:
    """The one in the run folder where a resumed run has left one, else one learned from values that are to be written.

    Args:
        labels: of the dataset's pages to train on.
        generated: learn from generated invoices too.
        tables: of generated invoices too.
    """
    existing: Path = config.out / "tokenizer.json"
    if existing.exists():
        return existing.read_text(encoding="utf-8")

    def texts() -> Iterator[str]:
        for label in labels:
            yield from texts_of(label)
        if generated:
            for label in _generated_labels(config, schema, tables=tables, progress=progress):
                yield from texts_of(label)

    return train_donut_tokenizer(texts(), schema, vocabulary=config.tokenizer.vocabulary)


def texts_of(label: PageLabel) -> Iterator[str]:
    """The values on a page, cells of tables one by one."""
    for value in label.values.values():
        if isinstance(value, str):
            yield value
        else:
            yield from (cell for row in value for cell in row.values() if cell)


def checked_grammar(codec: SequenceCodec, labels: Iterable[PageLabel], *, max_length: int, start: str) -> Grammar:
    """The grammar of what is written, once every label has been written and read again.

    Args:
        labels: of all pages of the dataset.
        max_length: tokens that there is room for.
        start: of the run, for the message.

    Raises:
        ConfigError: the start's tokenizer is of a kind that the grammar cannot follow.
        DatasetError: labels cannot be written; the first of them with document, field and text.
    """
    problems: list[str] = []
    labels = list(labels)
    for label in labels:
        try:
            problems += [str(loss) for loss in codec.round_trip(label.values, document=_place(label))]
        except FaktaError as error:
            problems.append(f"{_place(label)}: {error}")
    if problems:
        raise DatasetError(
            _listed(problems, hint="" if start == "scratch" else "; donut.tokenizer: own can write them")
        )
    try:
        grammar = Grammar(codec)
    except FaktaError as error:
        raise ConfigError(f"start = {start}: {error}; set donut.tokenizer: own") from None
    for label in labels:
        problems += grammar.label_problems(label.values, document=_place(label), max_length=max_length)
    if problems:
        raise DatasetError(_listed(problems, hint=""))
    return grammar


def _generated_labels(config: TrainConfig, schema: Schema, *, tables: bool, progress: bool) -> Iterator[PageLabel]:
    from tqdm import tqdm

    from fakta_lab.synth import generate

    seeds = held_out_seeds(config.seed, purpose="tokenizer", count=config.tokenizer.invoices)
    for seed in tqdm(seeds, desc="tokenizer", file=sys.stderr, disable=not progress, mininterval=1):
        yield from labels_of_invoice(generate(seed), schema, tables=tables)


def _place(label: PageLabel) -> str:
    return f"{label.document}: page {label.page}"


def _listed(problems: list[str], *, hint: str) -> str:
    more = f"; and {len(problems) - NAMED} more" if len(problems) > NAMED else ""
    return f"labels that Donut cannot write: {'; '.join(problems[:NAMED])}{more}{hint}"
