"""Learners: corrected documents in, something that reads out.

A new way of learning is a class with a name, settings and `learn`, and a line in `make_learner`.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from fakta.bundle import Bundle
from fakta.documents.model import Page
from fakta.documents.ocr import Engine
from fakta.errors import ConfigError
from fakta.extract import Extractor, Ocr
from fakta.memory import VERSION as MEMORY_VERSION
from fakta.memory import Memory
from fakta.schema import Schema
from fakta.wording import suggestion
from fakta_lab.dataset import DatasetConfig, build_dataset
from fakta_lab.evaluation import Extracts
from fakta_lab.export import export_run
from fakta_lab.formats.benchmark import BenchmarkDocument
from fakta_lab.memory import learn_from_benchmark
from fakta_lab.store import Store
from fakta_lab.synth import generate
from fakta_lab.training import TrainConfig, train

LEARNERS = ("none", "memory", "finetune", "memory+finetune")
TRAINING = frozenset({"finetune", "memory+finetune"})

# Generated invoices on which the exported graph is compared with the model. Export's own twenty take half as long as
# learning; with very few the one word in a thousand whose label rounding may change would be none.
COMPARED = 8
FIRST_COMPARED = 2**61


# Keys of a recipe that do not decide what is learned.
_NOT_LEARNED = {"out", "overwrite", "start", "dataset", "threads", "workers", "tracking"}


class Learner(Protocol):
    """Learns from corrected documents."""

    @property
    def name(self) -> str:
        """By which tables and plots call it."""
        ...

    @property
    def settings(self) -> Mapping[str, Any]:
        """All that decides what it learns, as JSON types: what was measured with other settings is measured anew."""
        ...

    def learn(self, corrected: Sequence[BenchmarkDocument]) -> Extracts:
        """What reads after these corrections; nothing is kept of earlier ones.

        Args:
            corrected: documents whose values are known; not empty.
        """
        ...


def make_learner(
    name: str, *, base: Path, work: Path, recipe: TrainConfig | None = None, ocr: Ocr | Engine = "auto"
) -> Learner:
    """The learner of that name.

    Args:
        name: one of `LEARNERS`.
        base: the bundle to begin with.
        work: folder for what is made on the way; it is the learner's own.
        recipe: of fine-tuning.
        ocr: reads pages without a text layer.

    Raises:
        ConfigError: there is no such learner, or it needs a recipe and there is none.
    """
    if name not in LEARNERS:
        raise ConfigError(f"no learner {name!r}{suggestion(name, LEARNERS)}; known are {', '.join(LEARNERS)}")
    if name == Unchanged.name:
        return Unchanged(base, ocr=ocr)
    if name == Remembering.name:
        return Remembering(base, ocr=ocr)
    if recipe is None:
        raise ConfigError(f"the learner {name!r} needs a recipe, such as configs/fewshot.yaml")
    tuning = FineTuning(base, recipe, work=work, ocr=ocr)
    return tuning if name == FineTuning.name else Both(tuning, ocr=ocr)


class Unchanged:
    """The bundle as it is: what corrections are measured against."""

    name = "none"

    def __init__(self, base: Path, *, ocr: Ocr | Engine = "auto") -> None:
        self._base = base
        self._ocr = ocr
        self.settings: Mapping[str, Any] = {"base": _digest(base)}

    def learn(self, corrected: Sequence[BenchmarkDocument]) -> Extractor:
        """The bundle; nothing is learned."""
        return Extractor.load(self._base, ocr=self._ocr)


class Remembering:
    """The bundle as it is, with a memory of what its suppliers print where."""

    name = "memory"

    def __init__(self, base: Path, *, ocr: Ocr | Engine = "auto") -> None:
        self._base = base
        self._ocr = ocr
        self.settings: Mapping[str, Any] = {"base": _digest(base), "memory": MEMORY_VERSION}

    def learn(self, corrected: Sequence[BenchmarkDocument]) -> Extractor:
        """The bundle with a memory of these documents alone."""
        bundle = Bundle.load(self._base)
        return Extractor(bundle, ocr=self._ocr, memory=_memory(corrected, bundle.schema, self._ocr))


class FineTuning:
    """The weights, trained further by the pipeline that real corrections go through: store, dataset, run, bundle.

    Args:
        base: bundle to start from; it must hold its weights.
        recipe: of training; `start`, `out` and `dataset` are set here.
        work: folder that is emptied before each learning.
    """

    name = "finetune"

    def __init__(self, base: Path, recipe: TrainConfig, *, work: Path, ocr: Ocr | Engine = "auto") -> None:
        self._base = base
        self._recipe = recipe
        self._work = work
        self._ocr = ocr
        choices = recipe.model_dump(mode="json", exclude=_NOT_LEARNED)
        self.settings: Mapping[str, Any] = {"base": _digest(base), "recipe": choices}

    def learn(self, corrected: Sequence[BenchmarkDocument]) -> Extractor:
        """The bundle after fine-tuning."""
        return Extractor.load(self.fine_tuned(corrected), ocr=self._ocr)

    def fine_tuned(self, corrected: Sequence[BenchmarkDocument]) -> Path:
        """The bundle's folder after fine-tuning; it is there until the next learning.

        Raises:
            DatasetError: not one of the documents can be learned from.
        """
        shutil.rmtree(self._work, ignore_errors=True)
        schema = Bundle.load(self._base).schema
        store, dataset = self._work / "store", self._work / "dataset"
        _store_corrections(corrected, store, schema)
        build_dataset(
            DatasetConfig(
                store=store,
                out=dataset,
                schema_file=self._recipe.schema_file,
                # Everything is trained on: what is scored lies elsewhere.
                dev_share=0.0,
                test_share=0.0,
                images=False,
                workers=1,
            )
        )
        where: dict[str, Any] = {
            "start": str(self._base),
            "dataset": dataset,
            "out": self._work / "run",
            "overwrite": True,
            # A curve trains dozens of times, and each lasts seconds.
            "tracking": {"backend": "none"},
        }
        recipe = TrainConfig.model_validate({**self._recipe.model_dump(), **where})
        run = train(recipe, progress=False)
        return export_run(run.path, self._work / "bundle", name=self.name, pages=_pages_to_compare())


class Both:
    """Fine-tuned weights, with a memory of the same documents."""

    name = "memory+finetune"

    def __init__(self, tuning: FineTuning, *, ocr: Ocr | Engine = "auto") -> None:
        self._tuning = tuning
        self._ocr = ocr
        self.settings: Mapping[str, Any] = {**tuning.settings, "memory": MEMORY_VERSION}

    def learn(self, corrected: Sequence[BenchmarkDocument]) -> Extractor:
        """The bundle after fine-tuning, with the memory."""
        bundle = Bundle.load(self._tuning.fine_tuned(corrected))
        return Extractor(bundle, ocr=self._ocr, memory=_memory(corrected, bundle.schema, self._ocr))


def _memory(corrected: Sequence[BenchmarkDocument], schema: Schema, ocr: Ocr | Engine) -> Memory:
    return learn_from_benchmark(corrected, schema=schema, ocr=ocr)


def _pages_to_compare() -> list[Page]:
    seeds = range(FIRST_COMPARED, FIRST_COMPARED + COMPARED)
    return [page.as_page(number) for seed in seeds for number, page in enumerate(generate(seed).pages, start=1)]


def _store_corrections(corrected: Sequence[BenchmarkDocument], folder: Path, schema: Schema) -> None:
    """A store as it is after people corrected these documents: every known value vouched for."""
    with Store.open(folder, create=True) as store:
        events = []
        for document in corrected:
            store.add_document(document.path.read_bytes(), name=document.document)
            values = {name: value for name, value in document.fields.items() if name in schema.fields}
            event = {"document": document.document, "supplier": document.supplier, "corrected": values}
            events.append((event, document.document))
        store.add_events(events, source="benchmark")


def _digest(bundle: Path) -> str:
    """Of everything in a bundle: its manifest has the sha256 of each file."""
    manifest = json.dumps(Bundle.load(bundle).manifest, sort_keys=True)
    return hashlib.sha256(manifest.encode()).hexdigest()
