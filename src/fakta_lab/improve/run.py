"""A round: the stages in their order, what each depends on, and what comes of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from fakta.errors import DatasetError, GateFailed, InputError
from fakta.extract import shipped_bundle
from fakta_lab.config import load_config, save_resolved
from fakta_lab.dataset import DatasetConfig
from fakta_lab.evaluation import GateResult, load_gates
from fakta_lab.files import replacing, sha256_of
from fakta_lab.formats.benchmark import Benchmark
from fakta_lab.improve.compared import compared
from fakta_lab.improve.config import ImproveConfig
from fakta_lab.improve.corrected import Corrected, first_day_held_out
from fakta_lab.improve.folders import Folders, bundle_digest
from fakta_lab.improve.stages import Bars, Progress, Stages, sha256_named
from fakta_lab.improve.state import Stage, State, digest
from fakta_lab.improve.verdict import Verdict
from fakta_lab.registry import Registry
from fakta_lab.registry.registry import GATES
from fakta_lab.store import Store
from fakta_lab.store.lineage import record_memory
from fakta_lab.tuning import CostsConfig

SUMMARY = "summary.json"
# Of a choice that went against training.
_SHOWN = ("documents", "suppliers", "f1", "p")
# Of a training recipe: where things lie and how many work on them changes nothing in what is learned.
_CIRCUMSTANCES = {"out", "overwrite", "start", "dataset", "threads", "tracking"}


@dataclass(frozen=True, slots=True)
class Round:
    """What a round came to.

    Attributes:
        facts: everything that a summary says, as JSON types.
        verdict: on the new model.
        fresh: False where nothing was corrected since the last promotion, so that there was nothing to do.
    """

    facts: Mapping[str, Any]
    verdict: Verdict
    fresh: bool = True


@contextmanager
def no_bars(label: str) -> Iterator[Progress]:
    """Shows nothing."""
    yield lambda done, total: None


def improve(
    config: ImproveConfig,
    *,
    again_from: Stage | None = None,
    bars: Bars = no_bars,
    notice: Callable[[str], None] = lambda message: None,
) -> Round:
    """Carries out a round, or what is left of one that was stopped. Nothing is promoted.

    Args:
        config: the round.
        again_from: do this stage and all behind it again though nothing has changed.
        bars: show progress.
        notice: told in a line what happens.

    Raises:
        ConfigError: a configuration cannot be used.
        DatasetError: there are no corrections.
        InputError: the store or the folder cannot be used.
        GateFailed: the trained model cannot be exported.
        Unfinished: training was stopped; the same call goes on.
    """
    stages = Stages(
        config=config,
        folders=Folders(config.out),
        base=_base(config),
        recipe=load_config(config.dataset, DatasetConfig),
        costs=load_config(config.costs, CostsConfig),
        bars=bars,
        notice=notice,
    )
    files = [config.registry / GATES] if (config.registry / GATES).is_file() else []
    gates = {name: floor for file in (*files, config.gates) if file for name, floor in load_gates(file).items()}
    stages.train_recipe()  # so that a mistake in it is known before anything is done
    with State.of(config.out, notice) as state:
        if again_from:
            state.forget_from(again_from)
        save_resolved(config, config.out / "config.yaml")
        return _Run(stages, state, gates).run()


def promote(config: ImproveConfig, done: Round, *, by: str, reason: str | None = None) -> str:
    """Puts the new model in the old one's place; returns the name of its copy in the registry.

    Args:
        config: of the round.
        done: the round.
        by: who decides.
        reason: promotes in spite of the verdict, and is kept.

    Raises:
        GateFailed: the new model is worse, nothing shows that it is not, or a gate is not met; and there is no reason.
    """
    if not done.verdict.may_be_promoted and not reason:
        raise GateFailed(
            f"not promoted: {', '.join(each.replace('_', ' ') for each in done.verdict.obstacles)}; "
            f"{config.out / 'summary.html'} says more"
        )
    folders, registry = Folders(config.out), Registry(config.registry)
    entry = registry.promote(
        folders.bundle,
        figures=done.facts["evaluation"],
        gates=[GateResult(**each) for each in done.facts["gates"]],
        against=[each.replace("_", " ") for each in done.verdict.obstacles],
        by=by,
        reason=reason,
    )
    with State.of(config.out, lambda message: None) as state:
        state.note("promoted", {"bundle": entry.bundle, "corrections": done.facts["corrections"]})
    current = registry.current()
    with Store.open(config.store) as store, store.database.writing() as connection:
        # Its memory too has to be found when documents are erased.
        record_memory(connection, str((current or folders.bundle).resolve()))
    return entry.bundle


class _Run:
    """One round under way."""

    def __init__(self, stages: Stages, state: State, gates: Mapping[str, float]) -> None:
        self.stages = stages
        self.config = stages.config
        self.folders = stages.folders
        self.state = state
        self.gates = gates
        self.skipped: list[dict[str, Any]] = []
        self.results: dict[str, Any] = {}

    def run(self) -> Round:
        """All of it."""
        if self.config.corrections:
            self._stage("import", self._sources(), self.stages.import_corrections, made=[self.config.store])
        with Store.open(self.config.store) as store:
            corrected = Corrected.of(store, self.stages.recipe)
            if not corrected.documents:
                raise DatasetError(
                    f"{self.config.store}: no corrections of documents that the store has; "
                    "`fakta corrections import` adds some, or give --corrections and --documents"
                )
            if self._is_known(corrected):
                return self._as_before()
            return self._run(store, corrected)

    def _run(self, store: Store, corrected: Corrected) -> Round:
        base = bundle_digest(self.stages.base)
        enough = self.config.enough
        few = len(corrected.documents) < enough.documents or corrected.suppliers < enough.suppliers
        held_out = self.config.held_out
        first_day = first_day_held_out(corrected.days, held_out.latest_untrained if few else held_out.latest)
        dataset = self._dataset(store, corrected, base, first_day, few=few)
        chosen = self.stages.base
        if few:
            numbers = {"documents": len(corrected.documents), "suppliers": corrected.suppliers}
            self._skip("few", ("train", "export", "choose", "tune"), {**numbers, "needed": enough.model_dump()})
        elif self._trained(dataset, base):
            chosen = self.folders.exported
        is_trained = chosen != self.stages.base
        known = {"corrections": corrected.digest, "dataset": dataset["sha256"], "bundle": bundle_digest(chosen)}
        self._stage("memory", known, lambda: self.stages.remember(store, chosen), made=[self.folders.measured])
        if is_trained:
            goal = {**self.config.tuning.model_dump(mode="json"), "seed": self.config.seed}
            tuned_on = {**known, "goal": goal, "costs": self.stages.costs.model_dump(mode="json"), "base": base}
            # Thresholds are written into the bundle that the memory was put into.
            tuned_on["memory"] = self.state.began("memory")
            self._stage("tune", tuned_on, self.stages.tune, made=[self.folders.measured])
        test = self._test(frozenset(dataset["seen"]))
        if test is not None:
            self._read(test, dataset, base)
        verdict, facts = compared(self.stages, test, self.gates)
        self._stage(
            "deliver",
            {"corrections": corrected.digest, "bundle": bundle_digest(self.folders.measured)},
            lambda: self.stages.deliver(store),
            made=[self.folders.bundle],
        )
        facts |= {
            "new": str(self.folders.bundle),
            "old": self.stages.base.name,
            "trained": is_trained,
            "few": few,
            "corrections": corrected.digest,
            "documents": len(corrected.documents),
            "suppliers": corrected.suppliers,
            "first_day": first_day.isoformat() if first_day else None,
            "splits": dataset["splits"],
            "skipped": self.skipped,
            "results": self.results,
            "seconds": self.state.seconds,
        }
        with replacing(self.config.out / SUMMARY) as temporary:
            temporary.write_text(json.dumps(facts, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
        return Round(facts, verdict)

    def _dataset(
        self, store: Store, corrected: Corrected, base: str, first_day: date | None, *, few: bool
    ) -> Mapping[str, Any]:
        held_out = self.config.held_out.model_dump(include={"suppliers", "selection"})
        inputs = {
            "corrections": corrected.digest,
            "recipe": digest(self.stages.recipe.choices()),
            "held_out": {**held_out, "from": str(first_day), "seed": self.config.seed, "few": few},
            "base": base,
        }
        return self._stage(
            "dataset",
            inputs,
            lambda: self.stages.build_dataset(store, corrected.documents, first_day, few=few),
            made=[self.folders.dataset],
        )

    def _trained(self, dataset: Mapping[str, Any], base: str) -> bool:
        """Trains and exports; whether what comes of it is to be used."""
        recipe = self.stages.train_recipe()
        choices = digest(recipe.model_dump(mode="json", exclude=_CIRCUMSTANCES))
        learned = {"dataset": dataset["sha256"], "base": base, "recipe": choices}
        self.results["train"] = self.state.carry_out(
            "train",
            inputs=learned,
            work=lambda stopped: self.stages.train(recipe, stopped),
            made=[self.folders.run / "run.json"],
        )
        named = {**learned, "name": self.config.name}
        self._stage("export", named, self.stages.export, made=[self.folders.exported])
        if "dev" not in dataset["splits"]:
            self._skip("nothing_to_choose_on", ("choose",), {})
            return True
        found = {"bundle": bundle_digest(self.folders.exported), "base": base, "dataset": dataset["sha256"]}
        choice = self._stage("choose", found, self.stages.choose)
        if choice["chosen"] == "base":
            self._skip("training_no_better", ("tune",), {key: choice[key] for key in _SHOWN})
        return bool(choice["chosen"] == "trained")

    def _test(self, seen: frozenset[str]) -> Benchmark | None:
        """The documents to compare on: those of the test set that the base has not learned from."""
        if not self.folders.test.is_dir():
            self._skip("nothing_held_out", ("read",), {})
            return None
        whole = Benchmark.load(self.folders.test)
        test = whole.only(lambda document: sha256_named(document) not in seen)
        if excluded := len(whole.documents) - len(test.documents):
            self.results["excluded"] = excluded
        if not test.documents:
            self._skip("all_seen", ("read",), {"documents": excluded})
            return None
        return test

    def _read(self, test: Benchmark, dataset: Mapping[str, Any], base: str) -> None:
        inputs = {
            "old": base,
            "new": bundle_digest(self.folders.measured),
            "dataset": dataset["sha256"],
            "seen": digest(dataset["seen"]),
        }
        answers = [self.folders.old_answers, self.folders.new_answers]
        self._stage("read", inputs, lambda: self.stages.read(test), made=answers)

    def _stage(
        self, stage: Stage, inputs: Mapping[str, Any], work: Callable[[], Any], *, made: list[Path] | None = None
    ) -> Mapping[str, Any]:
        result = self.state.carry_out(stage, inputs=inputs, work=lambda stopped: work(), made=made or [])
        # Which documents were seen is for the next stages, not for people.
        self.results[stage] = {name: value for name, value in result.items() if name != "seen"}
        return result

    def _skip(self, why: str, stages: tuple[Stage, ...], numbers: Mapping[str, Any]) -> None:
        for stage in stages:
            self.state.skip(stage)
        self.skipped.append({"why": why, "stages": list(stages), **numbers})
        self.stages.notice(f"{', '.join(stages)}: left out ({why.replace('_', ' ')})")

    def _sources(self) -> dict[str, Any]:
        """What is imported, as far as it can be told without reading it; of a database nothing can."""
        place = Path(str(self.config.corrections))
        folder = self.config.documents
        listed = sorted(folder.rglob("*")) if folder else []
        return {
            "corrections": sha256_of(place) if place.is_file() else datetime.now(UTC).isoformat(),
            "documents": digest([(str(each), each.stat().st_size, each.stat().st_mtime_ns) for each in listed]),
            "store": str(self.config.store.resolve()),
        }

    def _is_known(self, corrected: Corrected) -> bool:
        """Whether the base came of a round with these very corrections."""
        promoted = self.state.noted("promoted")
        return bool(promoted) and (
            promoted["corrections"] == corrected.digest
            and promoted["bundle"] == self.stages.base.name
            and (self.config.out / SUMMARY).is_file()
        )

    def _as_before(self) -> Round:
        facts = json.loads((self.config.out / SUMMARY).read_text(encoding="utf-8"))
        return Round(facts, Verdict.from_dict(facts["verdict"]), fresh=False)


def _base(config: ImproveConfig) -> Path:
    """The folder of the bundle to improve, links resolved: a champion may change meanwhile."""
    if config.base not in (None, "shipped"):
        given = Path(str(config.base))
        if not given.is_dir():
            raise InputError(f"base = {config.base}: no bundle's folder")
        return given.resolve()
    champion = Registry(config.registry).current() if config.base is None else None
    return (champion or Path(shipped_bundle())).resolve()
