"""LayoutLMv3 in training: its data, its loss, its measure."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import Any

import torch

from fakta.decode import label_names
from fakta.encode import Encoder
from fakta.resolve.scorer import Scorer
from fakta.schema import Schema
from fakta_lab.training.adapters import Adaptable
from fakta_lab.training.config import TrainConfig
from fakta_lab.training.layoutlmv3.attention import fuse_attention, plain_attention
from fakta_lab.training.layoutlmv3.collate import Collate
from fakta_lab.training.layoutlmv3.development import DevelopmentDocument, development_documents
from fakta_lab.training.layoutlmv3.examples import Example, Examples, LabelledPage
from fakta_lab.training.layoutlmv3.measure import read_page, span_scores
from fakta_lab.training.layoutlmv3.model import existing_model, fresh_model, vocabulary_size
from fakta_lab.training.layoutlmv3.pages import DatasetPages, GeneratedPages, labelled_pages
from fakta_lab.training.layoutlmv3.rows import Split, load_split
from fakta_lab.training.layoutlmv3.tokenizer import train_tokenizer
from fakta_lab.training.layoutlmv3.visual import image_format
from fakta_lab.training.layoutlmv3.weighting import COUNTED_BATCHES, label_weights, token_loss, token_weights
from fakta_lab.training.start import SCRATCH, existing_tokenizer, locate, origin_of
from fakta_lab.training.stream import Mixture, Source, held_out_seeds
from fakta_lab.training.values import Values, field_scores


class PageLabelling:
    """LayoutLMv3 in training; see `fakta_lab.training.family.Family`."""

    adaptable = Adaptable(inside=r"layoutlmv3\.encoder", layers=("query", "value"), heads=("classifier",))

    def __init__(self, config: TrainConfig, schema: Schema, *, progress: bool) -> None:
        self._config = config
        self.labels = label_names(schema)
        split = Split([], [], "")
        if config.dataset:
            split = load_split(config.dataset, dev_share=config.dev_share, images=config.images)
        self._pages = split.train
        self.dataset = split.sha256
        self.documents = len({page.document for page in split.train})
        self._n_generated = round(config.batch_size * config.replay) if config.dataset else config.batch_size
        n_dataset = config.batch_size - self._n_generated
        self.steps_per_epoch = len(split.train) / n_dataset if n_dataset else 0.0
        if config.start == "scratch":
            self.origin = SCRATCH
            self.tokenizer_json = _scratch_tokenizer(config, progress=progress)
            self.model = fresh_model(
                config.model,
                vocabulary=vocabulary_size(self.tokenizer_json),
                window=config.window,
                labels=self.labels,
                dropout=config.dropout,
                images=config.images,
            )
        else:
            where = locate(config)
            self.origin = origin_of(config, where)
            self.model = existing_model(config, where, labels=self.labels, known=self.origin.labels)
            self.tokenizer_json = existing_tokenizer(config, where)
        image = image_format(self.model.config)
        seen = {"image": image.to_dict()} if image else {}
        self.reading: Mapping[str, Any] = {"window": config.window, "stride": config.stride, **seen}
        self._encoder = Encoder.of(self.tokenizer_json.encode(), self.reading)
        self._dev, self._truths = (split.dev, split.values) if config.dataset else _generated_dev(config, schema)
        self._documents: list[DevelopmentDocument] | None = None
        self._schema = schema
        self._scorer = Scorer.from_manifest({"scorer": self.origin.scorer}, schema)
        self._collate = Collate(self._encoder)
        self._label_weights = label_weights(
            self.labels,
            class_weights=config.class_weights,
            field_weights=config.field_weights,
            batches=islice(self.source().batches(first=0, step=1), COUNTED_BATCHES),
        )

    def source(self) -> Source:
        """Generated pages, those of the dataset, or both in each batch."""
        config, examples = self._config, Examples(self._encoder, self.labels)
        n_generated = self._n_generated
        sources: list[Source] = []
        if n_generated:
            from fakta_lab.synth import generate

            sources.append(
                GeneratedPages(generate, examples, seed=config.seed, batch_size=n_generated, augment=config.augment)
            )
        if n_generated < config.batch_size:
            size = config.batch_size - n_generated
            sources.append(
                DatasetPages(self._pages, examples, seed=config.seed, batch_size=size, augment=config.augment)
            )
        return Mixture(sources)

    def collate(self, examples: Sequence[Example]) -> dict[str, torch.Tensor]:
        """Padded to the longest window."""
        return self._collate(examples)

    def weight(self, batch: Mapping[str, torch.Tensor]) -> torch.Tensor:
        """What the labels that are known count, summed."""
        return token_weights(batch["labels"], self._label_weights).sum()

    def loss(self, model: torch.nn.Module, batch: Mapping[str, torch.Tensor]) -> torch.Tensor:
        """Cross entropy over the tokens whose label is known, times what each label counts, summed."""
        logits = model(**{name: values for name, values in batch.items() if name != "labels"}).logits
        return token_loss(logits, batch["labels"], self._label_weights)

    def scores(self) -> dict[str, float]:
        """What the runtime would read from the development documents, and exact-match scores over labelled spans."""
        if not self._dev:
            return {}
        if self._documents is None:
            self._documents = development_documents(self._dev, self._truths)
        read = [read_page(self.model, labelled.page, encoder=self._encoder) for labelled in self._dev]
        pairs = ((doc.truth, doc.read(read, self._schema, self.labels, self._scorer)) for doc in self._documents)
        return field_scores(pairs, self._schema) | span_scores(self._dev, read, labels=self.labels)

    def begin(self) -> None:
        """Trains with the fast attention …"""
        fuse_attention(self.model)

    def finish(self) -> None:
        """… and saves with transformers' own."""
        plain_attention(self.model)


def _scratch_tokenizer(config: TrainConfig, *, progress: bool) -> str:
    """The one in the run folder where a resumed run has left one, else one learned from generated pages."""
    existing: Path = config.out / "tokenizer.json"
    if existing.exists():
        return existing.read_text(encoding="utf-8")
    return train_tokenizer(_tokenizer_words(config, progress=progress), vocabulary=config.tokenizer.vocabulary)


def _tokenizer_words(config: TrainConfig, *, progress: bool) -> Iterator[str]:
    from tqdm import tqdm

    from fakta_lab.synth import generate

    seeds = held_out_seeds(config.seed, purpose="tokenizer", count=config.tokenizer.invoices)
    for seed in tqdm(seeds, desc="tokenizer", file=sys.stderr, disable=not progress, mininterval=1):
        for labelled in labelled_pages(generate(seed)):
            yield from (word.text for word in labelled.page.words)


def _generated_dev(config: TrainConfig, schema: Schema) -> tuple[list[LabelledPage], dict[str, Values]]:
    """Pages of generated invoices, and their values where the schema is that of the generator."""
    from fakta_lab.synth import generate

    pages: list[LabelledPage] = []
    values: dict[str, Values] = {}
    for seed in held_out_seeds(config.seed, purpose="dev", count=config.eval_invoices):
        invoice = generate(seed)
        document = f"generated/{seed}"
        pages += labelled_pages(invoice, document=document)
        values[document] = {name: value for name, value in invoice.fields.items() if name in schema.fields}
    return pages, values
