"""Donut in training: its data, its loss, its measure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import torch
from transformers import VisionEncoderDecoderModel

from fakta.donut.image import FloatArray, prepared
from fakta.donut.sequence import SequenceCodec, prompt_token
from fakta.errors import ConfigError
from fakta.schema import Schema, invoice_schema
from fakta_lab.training.adapters import Adaptable
from fakta_lab.training.config import TrainConfig
from fakta_lab.training.donut.collate import Example, collate
from fakta_lab.training.donut.config import DonutConfig
from fakta_lab.training.donut.labels import PageLabel, names_of
from fakta_lab.training.donut.loss import sequence_loss, shifted
from fakta_lab.training.donut.measure import written_scores
from fakta_lab.training.donut.model import existing_model, fresh_model, image_of
from fakta_lab.training.donut.pages import DatasetPages, Examples, GeneratedPages
from fakta_lab.training.donut.pictures import drawn_page
from fakta_lab.training.donut.rows import NO_DATASET, load_split
from fakta_lab.training.donut.targets import Targets
from fakta_lab.training.donut.tokenizer import with_schema
from fakta_lab.training.donut.vocabulary import checked_grammar, own_tokenizer
from fakta_lab.training.start import SCRATCH, existing_tokenizer, locate, origin_of
from fakta_lab.training.stream import Mixture, Source, held_out_seeds


class PageWriting:
    """Donut in training; see `fakta_lab.training.family.Family`."""

    # The encoder's layers are named query and value; what is adapted is the writing.
    adaptable = Adaptable(inside=r"decoder", layers=("q_proj", "v_proj"), heads=())

    def __init__(self, config: TrainConfig, schema: Schema, *, progress: bool) -> None:
        self._config, self._schema = config, schema
        self._size = config.donut or DonutConfig()
        tables = self._size.tables
        self._split = (
            load_split(config.dataset, schema, dev_share=config.dev_share, tables=tables)
            if config.dataset
            else NO_DATASET
        )
        self._n_generated = round(config.batch_size * config.replay) if config.dataset else config.batch_size
        if self._n_generated and not schema.fields.keys() & invoice_schema().fields.keys():
            raise ConfigError(
                f"schema_file = {config.schema_file}: generated pages are invoices, and none of their fields is in the "
                "schema; give a dataset and replay = 0"
            )
        n_dataset = config.batch_size - self._n_generated
        self.steps_per_epoch = len(self._split.train.labels) / n_dataset if n_dataset else 0.0
        self.labels: tuple[str, ...] = ()
        self.dataset = self._split.sha256
        self.documents = len({label.document for label in self._split.train.labels})
        self.origin, self.tokenizer_json, self.model = self._begun(progress=progress)
        self._height, self._width = image_of(self.model)
        self._examples = Examples(
            Targets(self._codec, names_of(schema, tables=tables), weights=config.field_weights),
            height=self._height,
            width=self._width,
        )
        self._tags = torch.from_numpy(self._examples.targets.tags)
        self.reading: Mapping[str, Any] = {
            "height": self._height,
            "width": self._width,
            "prompt": prompt_token(schema),
            "max_length": self._size.max_length,
            "tokenizer_sha256": hashlib.sha256(self.tokenizer_json.encode()).hexdigest(),
        }

    def source(self) -> Source:
        """Generated pages, those of the dataset, or both in each batch."""
        config = self._config
        sources: list[Source] = []
        if self._n_generated:
            sources.append(self._generated(self._n_generated))
        if self._n_generated < config.batch_size:
            size = config.batch_size - self._n_generated
            sources.append(
                DatasetPages(
                    self._split.train, self._examples, seed=config.seed, batch_size=size, augment=config.augment
                )
            )
        return Mixture(sources)

    def collate(self, examples: Sequence[Example]) -> dict[str, torch.Tensor]:
        """Padded to the longest sequence."""
        return collate(examples, pad_id=self._codec.pad_id)

    def weight(self, batch: Mapping[str, torch.Tensor]) -> torch.Tensor:
        """What the tokens to write count, summed."""
        return batch["weights"].sum()

    def loss(self, model: torch.nn.Module, batch: Mapping[str, torch.Tensor]) -> torch.Tensor:
        """Cross entropy of the tokens to write, times what each counts, summed."""
        ids = batch["ids"]
        logits = model(
            pixel_values=batch["pixel_values"],
            decoder_input_ids=shifted(ids, prompt=self._codec.prompt_id),
            use_cache=False,
        ).logits
        return sequence_loss(
            logits, ids, weights=batch["weights"], unknown=batch["unknown"], tags=self._tags.to(ids.device)
        )

    def scores(self) -> dict[str, float]:
        """Exact-match scores of what the model writes for the development pages."""
        return written_scores(
            self.model,
            self._dev(),
            grammar=self._grammar,
            names=names_of(self._schema, tables=self._size.tables),
            max_length=self._size.max_length,
        )

    def begin(self) -> None:
        """Nothing: transformers' own classes train as they are."""

    def finish(self) -> None:
        """Nothing: they are saved as they are."""

    def _begun(self, *, progress: bool) -> tuple[Any, str, VisionEncoderDecoderModel]:
        """Ancestry, tokenizer and model; before a model is made, every label was written and read again."""
        config, size, schema, split = self._config, self._size, self._schema, self._split

        def own() -> str:
            labels, generated = split.train.labels, self._n_generated > 0
            return own_tokenizer(config, schema, labels, generated=generated, tables=size.tables, progress=progress)

        scratch = config.start == "scratch"
        where = "" if scratch else locate(config)
        origin = SCRATCH if scratch else origin_of(config, where)
        before = "" if scratch else existing_tokenizer(config, where)
        text = own() if scratch or size.tokenizer == "own" else with_schema(before, schema)
        if config.adapter and text != before:
            raise ConfigError(
                f"start = {config.start}: it does not know all tokens of the schema {schema.name!r}, and an adapter "
                "cannot hold new ones; train the whole model first"
            )
        self._codec = SequenceCodec(text.encode(), schema)
        labels = [*split.train.labels, *split.dev.labels]
        self._grammar = checked_grammar(self._codec, labels, max_length=size.max_length, start=config.start)
        if scratch:
            return origin, text, fresh_model(size, self._codec, dropout=config.dropout)
        return origin, text, existing_model(config, size, where, self._codec, before=before)

    def _generated(self, batch_size: int) -> GeneratedPages:
        from fakta_lab.synth import generate

        return GeneratedPages(
            generate,
            self._examples,
            self._schema,
            tables=self._size.tables,
            max_length=self._size.max_length,
            seed=self._config.seed,
            batch_size=batch_size,
            augment=self._config.augment,
        )

    def _dev(self) -> Iterator[tuple[PageLabel, FloatArray]]:
        """Pages to measure on, as they are: of the dataset, or generated where there is none."""
        height, width = self._height, self._width
        if self._config.dataset:
            pages = self._split.dev
            for number, label in enumerate(pages.labels):
                yield label, prepared(pages.image(number), height=height, width=width).values
            return
        generated = self._generated(1)
        for seed in held_out_seeds(self._config.seed, purpose="dev", count=self._config.eval_invoices):
            invoice, label, _ = generated.page(seed)
            yield (
                label,
                prepared(
                    drawn_page(invoice, label.page, height=height, width=width), height=height, width=width
                ).values,
            )
