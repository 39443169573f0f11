"""Tune a bundle: read documents with known truth, fit the verifier, choose thresholds, write both into the manifest."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fakta.bundle import Bundle
from fakta.errors import BundleError, DatasetError
from fakta.extract import MEMORY_FILE, Ocr
from fakta.schema import Schema
from fakta.verify import Verifier, VerifierModel
from fakta_lab.files import replacing
from fakta_lab.formats.benchmark import Benchmark
from fakta_lab.formats.registered import refuse_registered
from fakta_lab.tuning.cascade.documents import JudgedDocument, SecondAnswer, documents_of
from fakta_lab.tuning.cascade.policies import accepted_by
from fakta_lab.tuning.cascade.second_reader import SecondReader
from fakta_lab.tuning.choose import Chosen, Goal, choose
from fakta_lab.tuning.examples import Example, Judged, reading_key
from fakta_lab.tuning.figures.evidence import evidence
from fakta_lab.tuning.fit import cross_fitted_confidences, fit_verifier
from fakta_lab.tuning.promise.sweep import Accepted
from fakta_lab.tuning.readings import Readings, document_key, read_benchmarks
from fakta_lab.tuning.reference import confidence_reference
from fakta_lab.tuning.report import TuneReport

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Tuned:
    """A verifier, and the readings that it was fitted on.

    Attributes:
        found, absent: the models, see `fakta.verify`; None where there was no example.
        judged: the examples, each with the confidence of models that have not seen its supplier.
    """

    found: VerifierModel | None
    absent: VerifierModel | None
    judged: Sequence[Judged]

    @classmethod
    def of(cls, examples: Sequence[Example], *, seed: int) -> Tuned:
        """Fits the verifier on all examples, and judges each by one that has not seen its supplier."""
        found, absent = fit_verifier(examples, seed=seed)
        return cls(found, absent, list(map(Judged, examples, cross_fitted_confidences(examples, seed=seed))))


def tune(
    bundle_dir: Path,
    sets: Sequence[Path],
    *,
    goal: Goal | None = None,
    second_reader: Path | None = None,
    ocr: Ocr = "auto",
    workers: int = 1,
    seed: int = 0,
    progress: Progress = lambda done, total: None,
) -> TuneReport:
    """Gives a bundle calibrated confidences and thresholds, learned on benchmark sets.

    The promise per field: of the values above the threshold at least the target precision is right, with the
    confidence asked for. It is computed on confidences from verifiers that never saw the value's supplier; the verifier
    that is written is fitted on all suppliers. A field with too few examples gets no threshold, and the report says
    how many it needs.

    Args:
        bundle_dir: a bundle's folder; its manifest is replaced.
        sets: folders of benchmark sets. Their suppliers must not be those that the model was trained on.
        goal: what to promise; 99 % of the values and 95 % of the documents with 95 % confidence by default.
        second_reader: file of another reader's logged answers about these sets, see `SecondReader`.
        ocr: engine for pages without a text layer.
        workers: processes to read with.
        seed: of folds, of resampling, and of which of a supplier's documents is counted.
        progress: called with documents done and documents in all.

    Raises:
        BundleError: the bundle cannot be used.
        ConfigError: a number is out of its range.
        DatasetError: a set or the log cannot be used, or no document could be read.
    """
    goal = goal or Goal()
    goal.check()
    if not (bundle_dir / "manifest.json").is_file():
        raise BundleError(f"{bundle_dir}: no bundle's folder (no manifest.json in it); a zip has to be unpacked first")
    refuse_registered(bundle_dir)
    bundle = Bundle.load(bundle_dir)
    benchmarks = [Benchmark.load(path) for path in sets]
    log = None if second_reader is None else SecondReader(second_reader)
    readings = read_benchmarks(bundle_dir, benchmarks, ocr=ocr, workers=workers, progress=progress)
    n_documents = sum(len(benchmark.documents) for benchmark in benchmarks) - len(readings.failures)
    if not any(example.found for example in readings.examples):
        raise DatasetError(f"{', '.join(map(str, sets))}: not one value was read from {n_documents} documents")
    tuned = Tuned.of(readings.examples, seed=seed)
    answers = {} if log is None else _second_answers(log, benchmarks, readings, bundle.schema)
    remembers = MEMORY_FILE in bundle.manifest["files"]
    required = frozenset(field.name for field in bundle.schema.fields.values() if field.required)
    documents = _as_in_production(tuned.judged, answers, remembers=remembers)
    chosen = choose(tuned.judged, goal, required=required, documents=documents, seed=seed)
    report = TuneReport(
        bundle=bundle_dir.resolve().name,
        documents=n_documents,
        suppliers=len({example.supplier for example in readings.examples}),
        known_readings=readings.n_known,
        target_precision=goal.target,
        document_target=goal.document,
        confidence=goal.confidence,
        unit=goal.unit,
        by_costs=goal.by_costs,
        thresholds=chosen.thresholds,
        document_thresholds={} if chosen.documents is None else chosen.documents.thresholds.to_dict(),
        left_out=0 if chosen.documents is None else chosen.documents.left_out,
        accepted=accepted_readings(tuned.judged, chosen.thresholds),
        cascade=chosen.cascade,
        evidence=evidence(tuned.judged, goal, chosen, seed=seed),
        failures=readings.failures,
    )
    _write(
        bundle_dir / "manifest.json", tuned, goal, chosen, report, sets=[each.name for each in benchmarks], seed=seed
    )
    return report


def accepted_readings(judged: Sequence[Judged], thresholds: Mapping[str, Mapping[str, Any]]) -> Accepted:
    """How many of all readings the runtime would accept, "nothing there" included, and how many of these are right.

    Args:
        judged: readings with confidences from verifiers that have not seen their suppliers.
        thresholds: as the manifest stores them.
    """
    accepts = accepted_by(thresholds)
    accepted = [each.example.right for each in judged if accepts(each)]
    return Accepted(len(judged), len(accepted), sum(accepted))


def _as_in_production(
    judged: Sequence[Judged], answers: Mapping[tuple[str, str], SecondAnswer], *, remembers: bool
) -> list[JudgedDocument]:
    """Each document once: as a known supplier's where production uses a memory and it has an earlier one."""
    again = {each.example.document for each in judged if each.example.known} if remembers else set()
    return documents_of(
        (
            each
            for each in judged
            if (remembers or not each.example.known)
            and (each.example.known or reading_key(each.example.document, known=True) not in again)
        ),
        answers,
    )


def _second_answers(
    log: SecondReader, benchmarks: Sequence[Benchmark], readings: Readings, schema: Schema
) -> dict[tuple[str, str], SecondAnswer]:
    """What the second reader answered about each reading and field."""
    answers = {}
    for benchmark in benchmarks:
        for document in benchmark.documents:
            for known in (False, True):
                key = reading_key(document_key(benchmark.name, document), known=known)
                read = {name: readings.values[key, name] for name in document.fields if (key, name) in readings.values}
                for name, answer in ((log.answers(document, read, schema) if read else None) or {}).items():
                    answers[key, name] = answer
    return answers


def _write(
    path: Path,
    tuned: Tuned,
    goal: Goal,
    chosen: Chosen,
    report: TuneReport,
    *,
    sets: Sequence[str],
    seed: int,
) -> None:
    """Puts verifier, thresholds and cascade into a manifest, which is replaced whole."""
    manifest = json.loads(path.read_text(encoding="utf-8"))
    models = {"found": tuned.found, "absent": tuned.absent}
    manifest["verifier"] = {name: model.to_dict() for name, model in models.items() if model is not None}
    manifest["thresholds"] = chosen.thresholds
    manifest["document_thresholds"] = report.document_thresholds
    manifest["cascade"] = None if chosen.cascade is None else chosen.cascade.section
    manifest["tuning"] = {
        "sets": list(sets),
        "documents": report.documents,
        "suppliers": report.suppliers,
        "known_readings": report.known_readings,
        "mode": "costs" if goal.by_costs else "target",
        "target_precision": None if goal.by_costs else goal.target,
        "document_target": None if goal.by_costs else goal.document,
        "confidence": goal.confidence,
        "unit": goal.unit,
        "costs": None if goal.costs is None else goal.costs.to_manifest(),
        "seed": seed,
        # By the verifier that was just written: what production's confidences are compared with.
        **confidence_reference([each.example for each in tuned.judged], Verifier.from_manifest(manifest).confidence),
    }
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
