"""Tune a bundle: read documents with known truth, fit the verifier, choose thresholds, write both into the manifest."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

from fakta.errors import BundleError, ConfigError, DatasetError, DocumentError
from fakta.extraction import Extraction
from fakta.fields.base import canonical
from fakta.verify import VerifierModel
from fakta_lab.files import replacing
from fakta_lab.formats.benchmark import Benchmark, BenchmarkDocument
from fakta_lab.formats.values import comparable
from fakta_lab.tuning.bounds import best_promise, examples_needed
from fakta_lab.tuning.curve import acceptance_curve, reliability
from fakta_lab.tuning.examples import Example
from fakta_lab.tuning.fit import cross_fitted_confidences, fit_verifier
from fakta_lab.tuning.report import FieldTuning, TuneReport

Progress = Callable[[int, int], None]
Models = tuple[VerifierModel | None, VerifierModel | None]

# What names a document's supplier where the set does not: the first of these that is known.
SUPPLIER_FIELDS = ("supplier_org_number", "supplier_vat_number", "supplier_name")


class ExtractsWithFeatures(Protocol):
    """A `fakta.Extractor`, as far as tuning needs it."""

    def extract_with_features(
        self, source: str | Path, *, name: str | None = None
    ) -> tuple[Extraction, Mapping[str, Mapping[str, float]]]:
        """What was read, and per field the features that the verifier weighs."""
        ...


def tune(
    bundle_dir: Path,
    sets: Sequence[Path],
    *,
    target_precision: float = 0.99,
    confidence: float = 0.95,
    seed: int = 0,
    progress: Progress | None = None,
) -> TuneReport:
    """Gives a bundle calibrated confidences and thresholds, learned on benchmark sets.

    The promise per field: of the values above the threshold at least `target_precision` are right, with `confidence`.
    It is computed on confidences from verifiers that never saw the value's supplier; the verifier that is written
    is fitted on all suppliers. A field with too few examples gets no threshold, and the report says how many it needs.

    Args:
        bundle_dir: a bundle's folder; its manifest is replaced.
        sets: folders of benchmark sets. Their suppliers must not be those that the model was trained on.
        target_precision: 0.5 to 1, both excluded.
        confidence: 0.5 to 1, both excluded.
        seed: of the split into folds.
        progress: called with documents done and documents in all.

    Raises:
        BundleError: the bundle cannot be used.
        ConfigError: a number is out of its range.
        DatasetError: a set cannot be used, or no document could be read.
    """
    for name, number in (("target precision", target_precision), ("confidence", confidence)):
        if not 0.5 < number < 1:
            raise ConfigError(f"{name} {number}: expected a number between 0.5 and 1")
    if not (bundle_dir / "manifest.json").is_file():
        raise BundleError(f"{bundle_dir}: no bundle's folder (no manifest.json in it); a zip has to be unpacked first")
    from fakta.extract import Extractor

    benchmarks = [Benchmark.load(path) for path in sets]
    examples, failures = collect_examples(Extractor.load(bundle_dir), benchmarks, progress=progress)
    n_documents = sum(len(benchmark.documents) for benchmark in benchmarks) - len(failures)
    if not any(example.found for example in examples):
        raise DatasetError(f"{', '.join(map(str, sets))}: not one value was read from {n_documents} documents")
    models, tunings, confidences = tune_examples(
        examples, target_precision=target_precision, confidence=confidence, seed=seed
    )
    found = [(sure, each.right) for sure, each in zip(confidences, examples, strict=True) if each.found]
    sure, right = [each[0] for each in found], [each[1] for each in found]
    report = TuneReport(
        bundle=bundle_dir.resolve().name,
        documents=n_documents,
        suppliers=len({example.supplier for example in examples}),
        target_precision=target_precision,
        confidence=confidence,
        fields=tunings,
        curve=acceptance_curve(sure, right),
        reliability=reliability(sure, right),
        failures=failures,
    )
    _write(bundle_dir / "manifest.json", models, report, sets=[benchmark.name for benchmark in benchmarks], seed=seed)
    return report


def collect_examples(
    extractor: ExtractsWithFeatures, benchmarks: Sequence[Benchmark], *, progress: Progress | None = None
) -> tuple[list[Example], dict[str, str]]:
    """What the extractor reads for every field with known truth, and the documents that cannot be read, with why."""
    total = sum(len(benchmark.documents) for benchmark in benchmarks)
    done = 0
    examples: list[Example] = []
    failures: dict[str, str] = {}
    for benchmark in benchmarks:
        for document in benchmark.documents:
            try:
                extraction, features = extractor.extract_with_features(document.path, name=document.document)
            except DocumentError as error:
                failures[document.document] = str(error)
            else:
                examples += _examples(benchmark, document, extraction, features)
            done += 1
            if progress:
                progress(done, total)
    return examples, failures


def tune_examples(
    examples: Sequence[Example], *, target_precision: float, confidence: float, seed: int
) -> tuple[Models, list[FieldTuning], list[float]]:
    """The verifier fitted on all examples, the threshold of each field with what it promises, and the confidence of
    each example from verifiers that have not seen its supplier.
    """
    models = fit_verifier(examples, seed=seed)
    confidences = cross_fitted_confidences(examples, seed=seed)
    needed = examples_needed(target_precision, confidence=confidence)
    tunings = []
    for name in dict.fromkeys(example.field for example in examples):
        own = [(c, e) for c, e in zip(confidences, examples, strict=True) if e.field == name and e.found]
        right = [example.right for _, example in own]
        suppliers = len({example.supplier for _, example in own})
        base: dict[str, Any] = {
            "field": name,
            "examples": len(own),
            "right": sum(right),
            "suppliers": suppliers,
            "own_model": False,
        }
        if len(own) < needed:
            tunings.append(FieldTuning(**base, reason=f"cannot be promised: {len(own)} examples, {needed} needed"))
            continue
        if suppliers < 2:
            tunings.append(FieldTuning(**base, reason="cannot be promised: all examples are from one supplier"))
            continue
        promise = best_promise([c for c, _ in own], right, target=target_precision, confidence=confidence)
        if promise is None:
            wrong = len(own) - sum(right)
            reason = f"cannot be promised: {wrong} of {len(own)} examples wrong, too many also among the surest"
            tunings.append(FieldTuning(**base, reason=reason))
            continue
        tunings.append(
            FieldTuning(
                **base,
                threshold=promise.threshold,
                accepted=promise.accepted,
                accepted_right=promise.right,
                lower_bound=promise.lower_bound,
            )
        )
    return models, tunings, confidences


def _examples(
    benchmark: Benchmark,
    document: BenchmarkDocument,
    extraction: Extraction,
    features: Mapping[str, Mapping[str, float]],
) -> list[Example]:
    stated = (document.fields.get(name) for name in SUPPLIER_FIELDS)
    supplier = document.supplier or next((value for value in stated if value), document.document)
    examples = []
    for name, truth in document.fields.items():
        if name not in extraction.fields:
            continue
        value = extraction.fields[name].value
        kind = benchmark.kind(name)
        if value is None or truth is None:
            right = value is None and truth is None
        else:
            right = comparable(canonical(value), kind) == comparable(truth, kind)
        examples.append(Example(name, supplier, dict(features.get(name, {})), found=value is not None, right=right))
    return examples


def _write(path: Path, models: Models, report: TuneReport, *, sets: Sequence[str], seed: int) -> None:
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise BundleError(f"{path}: not valid JSON ({error})") from None
    manifest["verifier"] = {
        name: model.to_dict() for name, model in zip(("found", "absent"), models, strict=True) if model is not None
    }
    manifest["thresholds"] = {tuning.field: {"unknown": tuning.to_dict()} for tuning in report.fields}
    manifest["tuning"] = {
        "sets": list(sets),
        "documents": report.documents,
        "suppliers": report.suppliers,
        "target_precision": report.target_precision,
        "confidence": report.confidence,
        "seed": seed,
    }
    with replacing(path) as temporary:
        temporary.write_text(json.dumps(manifest, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
