"""Tune a bundle: read documents with known truth, fit the verifier, choose thresholds, write both into the manifest."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from fakta.bundle import Bundle
from fakta.errors import BundleError, ConfigError, DatasetError
from fakta.extract import Ocr
from fakta.verify import VerifierModel
from fakta_lab.files import replacing
from fakta_lab.formats.benchmark import Benchmark
from fakta_lab.tuning.examples import Example, Judged
from fakta_lab.tuning.fit import cross_fitted_confidences, fit_verifier
from fakta_lab.tuning.readings import Readings, read_benchmarks
from fakta_lab.tuning.report import TuneReport
from fakta_lab.tuning.sweep import Accepted, accepted_by, target_sweep
from fakta_lab.tuning.thresholds import GroupThresholds, Unit, choose_thresholds
from fakta_lab.tuning.whole_documents import DocumentThresholds, document_thresholds

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Target:
    """What thresholds have to keep.

    Attributes:
        precision: of the accepted values of a field at least this share is right; 0.5-1, both excluded.
        document: of the documents that pass whole, at least this share has every required field right; the same.
        confidence: how sure each of these promises has to be; the same.
        unit: what promises about strangers count: suppliers, or documents where suppliers make no difference.
    """

    precision: float = 0.99
    document: float = 0.95
    confidence: float = 0.95
    unit: Unit = "supplier"

    def check(self) -> None:
        """Raises ConfigError where a number is out of its range."""
        numbers = {"target precision": self.precision, "document precision": self.document}
        for name, number in {**numbers, "confidence": self.confidence}.items():
            if not 0.5 < number < 1:
                raise ConfigError(f"{name} {number}: expected a number between 0.5 and 1")


@dataclass(frozen=True, slots=True)
class Tuned:
    """A verifier with its thresholds, and what they were chosen on.

    Attributes:
        found, absent: the models, see `fakta.verify`; None where there was no example.
        judged: the examples, each with the confidence of models that have not seen its supplier.
        fields: thresholds by field.
        documents: thresholds of whole documents; None where no field is required.
    """

    found: VerifierModel | None
    absent: VerifierModel | None
    judged: Sequence[Judged]
    fields: Mapping[str, GroupThresholds]
    documents: DocumentThresholds | None

    @property
    def accepted(self) -> Accepted:
        """Of all readings, those that the thresholds accept."""
        return accepted_by(self.fields, self.judged)


def tune(
    bundle_dir: Path,
    sets: Sequence[Path],
    *,
    target: Target | None = None,
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
        target: what to promise; 99 % of the values and 95 % of the documents with 95 % confidence by default.
        ocr: engine for pages without a text layer.
        workers: processes to read with.
        seed: of the split into folds.
        progress: called with documents done and documents in all.

    Raises:
        BundleError: the bundle cannot be used.
        ConfigError: a number is out of its range.
        DatasetError: a set cannot be used, or no document could be read.
    """
    target = target or Target()
    target.check()
    if not (bundle_dir / "manifest.json").is_file():
        raise BundleError(f"{bundle_dir}: no bundle's folder (no manifest.json in it); a zip has to be unpacked first")
    schema = Bundle.load(bundle_dir).schema
    benchmarks = [Benchmark.load(path) for path in sets]
    readings = read_benchmarks(bundle_dir, benchmarks, ocr=ocr, workers=workers, progress=progress)
    n_documents = sum(len(benchmark.documents) for benchmark in benchmarks) - len(readings.failures)
    if not any(example.found for example in readings.examples):
        raise DatasetError(f"{', '.join(map(str, sets))}: not one value was read from {n_documents} documents")
    required = [field.name for field in schema.fields.values() if field.required]
    tuned = tune_examples(readings.examples, required=required, target=target, seed=seed)
    report = make_report(bundle_dir.resolve().name, readings, tuned, target=target, seed=seed, documents=n_documents)
    write_manifest(bundle_dir / "manifest.json", tuned, report, sets=[each.name for each in benchmarks], seed=seed)
    return report


def tune_examples(examples: Sequence[Example], *, required: Collection[str], target: Target, seed: int = 0) -> Tuned:
    """The verifier fitted on all examples, and the thresholds of fields and of whole documents.

    Args:
        examples: with their features.
        required: fields that have to be right for a document to be.
        target: what to promise.
        seed: of the split into folds, and of which of a supplier's documents is counted.
    """
    found, absent = fit_verifier(examples, seed=seed)
    confidences = cross_fitted_confidences(examples, seed=seed)
    judged = list(map(Judged, examples, confidences))
    settings: dict[str, Any] = {"confidence": target.confidence, "unit": target.unit, "seed": seed}
    fields = choose_thresholds(judged, target=target.precision, **settings)
    stated = {example.field for example in examples}
    documents = None
    if required and stated.issuperset(required):
        documents = document_thresholds(judged, required=required, target=target.document, **settings)
    return Tuned(found, absent, judged, fields, documents)


def make_report(
    bundle: str, readings: Readings, tuned: Tuned, *, target: Target, seed: int, documents: int
) -> TuneReport:
    """What tuning found, with the evidence for it."""
    from fakta_lab.tuning.evidence import evidence

    sweep = target_sweep(tuned.judged, confidence=target.confidence, unit=target.unit, seed=seed, also=target.precision)
    whole = tuned.documents
    return TuneReport(
        bundle=bundle,
        documents=documents,
        suppliers=len({example.supplier for example in readings.examples}),
        known_readings=len({example.document for example in readings.examples if example.known}),
        target_precision=target.precision,
        document_target=target.document,
        confidence=target.confidence,
        unit=target.unit,
        thresholds=tuned.fields,
        document_thresholds=None if whole is None else whole.thresholds,
        left_out=0 if whole is None else whole.left_out,
        accepted=tuned.accepted,
        evidence={**evidence(tuned.judged, whole, seed=seed), "sweep": [point.to_dict() for point in sweep]},
        failures=readings.failures,
    )


def write_manifest(path: Path, tuned: Tuned, report: TuneReport, *, sets: Sequence[str], seed: int) -> None:
    """Puts verifier and thresholds into a manifest, which is replaced whole.

    Raises:
        BundleError: it is not JSON.
    """
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise BundleError(f"{path}: not valid JSON ({error})") from None
    models = {"found": tuned.found, "absent": tuned.absent}
    manifest["verifier"] = {name: model.to_dict() for name, model in models.items() if model is not None}
    manifest["thresholds"] = {name: groups.to_dict() for name, groups in tuned.fields.items()}
    manifest["document_thresholds"] = {} if tuned.documents is None else tuned.documents.thresholds.to_dict()
    manifest["tuning"] = {
        "sets": list(sets),
        "documents": report.documents,
        "suppliers": report.suppliers,
        "known_readings": report.known_readings,
        "target_precision": report.target_precision,
        "document_target": report.document_target,
        "confidence": report.confidence,
        "unit": report.unit,
        "seed": seed,
    }
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
