"""The stages of a round: each a call or two of what the single commands call. `fakta_lab.improve.run` orders them."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from fakta.bundle import Bundle
from fakta.errors import DatasetError, FaktaError
from fakta.extract import Extractor
from fakta.memory import Memory
from fakta.schema import Schema, invoice_schema
from fakta_lab.corrections.importing import import_corrections
from fakta_lab.corrections.mapping import ImportMapping
from fakta_lab.corrections.sources.choose import open_source
from fakta_lab.dataset import DatasetConfig, build_dataset
from fakta_lab.dataset.benchmark import export_benchmark
from fakta_lab.evaluation import evaluate
from fakta_lab.evaluation.paired import paired_difference
from fakta_lab.export import export_run
from fakta_lab.formats.benchmark import Benchmark, BenchmarkDocument
from fakta_lab.formats.memories import read_memory
from fakta_lab.improve.config import ImproveConfig
from fakta_lab.improve.corrected import History, datasets_of, learned_from, memory_without
from fakta_lab.improve.folders import Folders, copied
from fakta_lab.improve.pairs import read_answers
from fakta_lab.memory import update_memory
from fakta_lab.store import Store
from fakta_lab.synth.write import write_set
from fakta_lab.training import TrainConfig, train
from fakta_lab.tuning import CostsConfig, Goal, tune

Progress = Callable[[int, int], None]
# A label to something that shows how far it is.
Bars = Callable[[str], AbstractContextManager[Progress]]
Result = dict[str, Any]
EX_TEMPFAIL = 75
# Two-sided, so that a trained model is taken wrongly in 5 of 100 rounds at most; five suppliers can reach it (2 / 2^5).
CHOICE_LEVEL = 0.1


class Unfinished(FaktaError):
    """Training was asked to end early; the same command goes on with it."""

    exit_code = EX_TEMPFAIL


@dataclass(frozen=True)
class Stages:
    """What each stage does.

    Attributes:
        config: of the round.
        folders: its places.
        base: bundle that is improved, a folder.
        recipe: of the dataset, as its file has it.
        costs: prices.
        bars: show progress.
        notice: told in a line what people should know.
    """

    config: ImproveConfig
    folders: Folders
    base: Path
    recipe: DatasetConfig
    costs: CostsConfig
    bars: Bars
    notice: Callable[[str], None]

    @property
    def schema(self) -> Schema:
        """Of the fields."""
        return Schema.load(self.recipe.schema_file) if self.recipe.schema_file else invoice_schema()

    def import_corrections(self) -> Result:
        """Adds the corrections and their documents to the store."""
        config = self.config
        names = ImportMapping.load(config.mapping)
        source = open_source(str(config.corrections), mapping=names, schema=self.schema)
        with Store.open(config.store, create=True) as store, self.bars("importing") as progress:
            report = import_corrections(
                source, store, mapping=names, documents=config.documents, schema=self.schema, progress=progress
            )
        if report.n_problems:
            self.notice(f"import: {report.n_problems} problems; `fakta corrections import` names each")
        return {
            "new": report.events_new,
            "known": report.events_known,
            "refused": report.refused,
            "documents": report.documents_new,
            "missing": report.n_missing,
        }

    def build_dataset(self, store: Store, documents: frozenset[str], first_day: date | None, *, few: bool) -> Result:
        """Labelled pages, and the documents that are held out as benchmark sets."""
        folders, held_out = self.folders, self.config.held_out
        history = History(folders.history)
        history.keep(folders.dataset)
        history.forget(but=documents)
        base = Bundle.load(self.base)
        before = [history.path(sha256) for sha256 in datasets_of(base) if history.splits(sha256)]
        with self.bars("aligning") as progress:
            report = build_dataset(
                DatasetConfig.model_validate(
                    {
                        **self.recipe.model_dump(),
                        "store": self.config.store,
                        "out": folders.dataset,
                        # Where nothing is trained, only time parts what is learned from what is compared on.
                        "dev_share": 0.0 if few else held_out.selection,
                        "test_share": 0.0 if few else held_out.suppliers,
                        "test_after": first_day,
                        "previous": before[-1] if before else self.recipe.previous,
                        "seed": self.config.seed,
                    }
                ),
                progress=progress,
            )
        for split, out in {"dev": folders.selection, "test": folders.test}.items():
            shutil.rmtree(out, ignore_errors=True)
            if split in report.splits:
                with self.bars(f"{split} set") as progress:
                    export_benchmark(folders.dataset, out, store=store, split=split, progress=progress)
        # Before the next dataset takes this one's place.
        learned = learned_from(base, store, history)
        return {
            "sha256": report.sha256,
            "splits": {
                name: {"documents": counts.documents, "suppliers": len(counts.suppliers)}
                for name, counts in report.splits.items()
            },
            "left_out": report.dropped_by_kind(),
            "seen": sorted(learned.documents),
            "unknown": learned.unknown,
        }

    def train_recipe(self) -> TrainConfig:
        """The recipe of training, with this round's places."""
        from fakta_lab.config import load_config

        places = {"start": self.base, "dataset": self.folders.dataset, "out": self.folders.run}
        overrides = [f"{key}={_yaml_text(str(path))}" for key, path in places.items()]
        return load_config(self.config.train, TrainConfig, overrides=overrides)

    def train(self, recipe: TrainConfig, stopped: bool) -> Result:
        """Trains the base further; goes on from its last checkpoint where it was stopped.

        Raises:
            Unfinished: it was stopped again.
        """
        result = train(recipe.model_copy(update={"overwrite": not stopped}), resume=stopped, notice=self.notice)
        if not result.finished:
            raise Unfinished(f"{recipe.out}: training was stopped after step {result.steps}; the same command goes on")
        return {"steps": result.steps, "pages": result.pages}

    def export(self) -> Result:
        """The run as a bundle."""
        shutil.rmtree(self.folders.exported, ignore_errors=True)
        export_run(self.folders.run, self.folders.exported, name=self.config.name)
        return {}

    def choose(self) -> Result:
        """Whether the trained model takes the base's place: only where it reads the selection set surely better.

        The suppliers are strangers to both, so that neither uses a memory. Where it cannot be told, the base has the
        advantage: its thresholds rest on more documents, and the memory helps it as much.
        """
        selection = Benchmark.load(self.folders.selection)
        found = {}
        for name, bundle in {"base": self.base, "trained": self.folders.exported}.items():
            extractor = Extractor(Bundle.load(bundle), memory=Memory(), ocr=self.recipe.ocr)
            with self.bars(f"choosing: {name}") as progress:
                found[name] = evaluate(selection, extractor=extractor, progress=progress)
        base, trained = found["base"], found["trained"]
        clusters = [score.supplier for score in base.scores]
        counts = ([score.counts for score in each.scores] for each in (base, trained))
        paired = paired_difference(*counts, clusters=clusters, seed=self.config.seed)
        return {
            "chosen": "trained" if paired.difference > 0 and paired.p <= CHOICE_LEVEL else "base",
            "documents": len(selection.documents),
            "suppliers": len(set(clusters)),
            "f1": {name: round(each.micro.f1, 6) for name, each in found.items()},
            "p": round(paired.p, 6),
        }

    def remember(self, store: Store, chosen: Path) -> Result:
        """The chosen bundle with a memory of every corrected document but those that it is compared on."""
        held_out = self.held_out
        measured = copied(chosen, self.folders.measured)
        return self._update(store, memory_without(self.base, held_out), measured, but=held_out)

    def deliver(self, store: Store) -> Result:
        """The same, and it remembers the documents that it was compared on as well."""
        memory = read_memory(self.folders.measured)
        return self._update(store, memory, copied(self.folders.measured, self.folders.bundle), but=frozenset())

    def _update(self, store: Store, memory: Memory, bundle: Path, *, but: frozenset[str]) -> Result:
        with self.bars("remembering") as progress:
            report = update_memory(
                store,
                memory,
                bundle,
                tenant=self.recipe.tenant,
                but=but,
                schema=self.schema,
                ocr=self.recipe.ocr,
                progress=progress,
            )
        return {"suppliers": report.suppliers, "documents": report.documents, "nameless": report.nameless}

    def goal(self) -> Goal:
        """What thresholds are to promise: as configured, else as the base's were tuned."""
        wanted = self.config.tuning
        before: Mapping[str, Any] = Bundle.load(self.base).manifest.get("tuning") or {}
        defaults = Goal()
        by_costs = wanted.by_costs or (wanted.target_precision is None and before.get("mode") == "costs")
        return Goal(
            precision=None if by_costs else wanted.target_precision or before.get("target_precision"),
            document=wanted.document_precision or before.get("document_target") or defaults.document,
            confidence=wanted.confidence or before.get("confidence") or defaults.confidence,
            unit=wanted.unit or before.get("unit") or defaults.unit,
            costs=self.costs if by_costs else None,
        )

    def tune(self) -> Result:
        """Calibrated confidences and thresholds for the trained model."""
        tuning, seed = self.config.tuning, self.config.seed
        sets = [*tuning.sets, *([self.folders.selection] if self.folders.selection.is_dir() else [])]
        if tuning.invented:
            invented = self.folders.invented(tuning.invented, seed)
            if not invented.is_dir():
                with self.bars("inventing invoices") as progress:
                    write_set(invented, count=tuning.invented, seed=seed, profile="demo", progress=progress)
            sets.append(invented)
        if not sets:
            raise DatasetError("nothing to tune on: give tuning.sets, tuning.invented or held_out.selection")
        with self.bars("tuning") as progress:
            report = tune(
                self.folders.measured,
                sets,
                goal=self.goal(),
                ocr=self.recipe.ocr,
                workers=self.config.workers,
                seed=seed,
                progress=progress,
            )
        promised = sum(
            any(groups[group].get("threshold") is not None for group in ("unknown", "known") if group in groups)
            for groups in report.thresholds.values()
        )
        return {"documents": report.documents, "suppliers": report.suppliers, "fields_with_threshold": promised}

    def read(self, test: Benchmark) -> Result:
        """What both models read of the test set; the base without its memory of these very documents."""
        old = Extractor(Bundle.load(self.base), memory=memory_without(self.base, self.held_out), ocr=self.recipe.ocr)
        with self.bars("reading: the old model") as progress:
            failed_old = read_answers(test, old, self.folders.old_answers, progress)
        with self.bars("reading: the new model") as progress:
            new = Extractor.load(self.folders.measured, ocr=self.recipe.ocr)
            failed_new = read_answers(test, new, self.folders.new_answers, progress)
        return {"old_unread": failed_old, "new_unread": failed_new}

    @property
    def held_out(self) -> frozenset[str]:
        """The sha256 of each document of the test set."""
        if not self.folders.test.is_dir():
            return frozenset()
        return frozenset(sha256_named(each) for each in Benchmark.load(self.folders.test).documents)


def sha256_named(document: BenchmarkDocument) -> str:
    """The sha256 by which `fakta dataset export` names a document's file."""
    return document.path.stem


def _yaml_text(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"
