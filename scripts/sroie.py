"""Receipts with a schema of their own: SROIE (ICDAR 2019) from folder to entity F1, on companies never trained on.

    python scripts/sroie.py DIR --out runs/sroie

DIR is the set as it is published (img, box, key) or a folder with truth.jsonl and lines. The steps are those of the
command line: `fakta dataset label`, `fakta train`, `fakta export`; each is skipped where its result is there already.
Then the held-out receipts are read by the exported bundle and scored; docs/sroie.md says how. `--split dev` scores on
the companies that settings are chosen on.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any

import datasets

from fakta import Extractor
from fakta.documents import Document
from fakta.fields import canonical
from fakta.schema import Schema
from fakta_lab.config import load_config
from fakta_lab.dataset.from_truth import DATASET, build_from_truth, load_truth
from fakta_lab.dataset.truth_config import TruthConfig
from fakta_lab.evaluation.entities import ALL, Answer, EntityScore, entity_scores
from fakta_lab.export import export_run
from fakta_lab.formats.benchmark import BenchmarkDocument
from fakta_lab.formats.given import given_document
from fakta_lab.training import TrainConfig, train
from fakta_lab.training.run import RUN_FILE, RunInfo

CONFIGS = Path(__file__).parent.parent / "configs" / "sroie"
# Pages on which the exported graph is compared with the model.
COMPARED = 20


def main() -> None:
    """Builds, trains and exports what is missing, then scores."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, metavar="DIR", help="SROIE, as published or as truth.jsonl with lines")
    parser.add_argument("--out", type=Path, default=Path("runs/sroie"))
    parser.add_argument("--split", choices=("dev", "test"), default="test", help="what to score on")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="change the training recipe")
    settings = parser.parse_args()
    paths = {name: settings.out / name for name in ("data", "run", "bundle")}
    if not paths["data"].exists():
        recipe = load_config(
            CONFIGS / "dataset.yaml",
            TruthConfig,
            overrides=[f"truth={settings.folder}", f"out={paths['data']}", f"schema_file={CONFIGS / 'schema.yaml'}"],
        )
        print(json.dumps(build_from_truth(recipe).to_dict(), indent=2))
    overrides = [
        f"out={paths['run']}",
        f"dataset={paths['data'] / DATASET}",
        f"schema_file={CONFIGS / 'schema.yaml'}",
        *settings.set,
    ]
    if not (paths["run"] / RUN_FILE).exists():  # written last, so an interrupted run is gone on with
        train(load_config(CONFIGS / "train.yaml", TrainConfig, overrides=overrides), resume=True)
    if not paths["bundle"].exists():
        receipts = receipts_of(settings.folder, paths["data"] / DATASET, split="train", schema=None)[:COMPARED]
        pages = [page for _, document in receipts for page in document.pages]
        export_run(paths["run"], paths["bundle"], name="sroie", pages=pages)
    report = measure(settings.folder, paths["data"] / DATASET, paths["bundle"], split=settings.split)
    report["training"] = RunInfo.load(paths["run"]).lineage
    (settings.out / f"{settings.split}.json").write_text(json.dumps(report, indent=2) + "\n", encoding="utf-8")
    print(table(report))


def measure(folder: Path, dataset: Path, bundle: Path, *, split: str) -> dict[str, Any]:
    """Reads the receipts of a split with a bundle and scores what it says."""
    extractor = Extractor.load(bundle)
    truth = load_truth(folder, schema=extractor.schema)
    wanted = set(datasets.load_from_disk(str(dataset))[split]["document"])
    receipts = [
        (each, document) for each in truth.documents if each.document in wanted if (document := given_document(each))
    ]
    answers, seconds = [], []
    for receipt, document in receipts:
        began = perf_counter()
        extraction = extractor.extract(document or receipt.path)
        seconds.append(perf_counter() - began)
        answer = {name: canonical(f.value) for name, f in extraction.fields.items() if f.value is not None}
        answers.append(Answer(receipt.fields, answer, " ".join(str(line["text"]) for line in receipt.extra["lines"])))
    scores = entity_scores(answers, fields=list(extractor.schema.fields))
    return {
        "split": split,
        "receipts": len(receipts),
        "ms_a_receipt": round(1000 * median(seconds), 1),
        "scores": {reading: {name: f.to_dict() for name, f in found.items()} for reading, found in scores.items()},
        "best_possible": best_possible(answers, fields=list(extractor.schema.fields)).to_dict(),
    }


def receipts_of(
    folder: Path, dataset: Path, *, split: str, schema: Schema | None
) -> list[tuple[BenchmarkDocument, Document]]:
    """The receipts of a split, with the words that are given for them."""
    truth = load_truth(folder, schema=schema or Schema.load(CONFIGS / "schema.yaml"))
    wanted = set(datasets.load_from_disk(str(dataset))[split]["document"])
    found = ((each, given_document(each)) for each in truth.documents if each.document in wanted)
    return [(each, document) for each, document in found if document]


def best_possible(answers: list[Answer], *, fields: list[str]) -> EntityScore:
    """The strict score of somebody who reads without a mistake what is printed."""
    flawless = [
        Answer(each.truth, {name: value for name, value in each.truth.items() if _printed(value, each.text)}, each.text)
        for each in answers
    ]
    return entity_scores(flawless, fields=fields)["strict"][ALL]


def _printed(value: str | None, text: str) -> bool:
    return value is not None and " ".join(value.split()) in " ".join(text.split())


def table(report: dict[str, Any]) -> str:
    """The scores as a table in Markdown."""
    names = list(next(iter(report["scores"].values())))
    rows = [f"| F1, {report['receipts']} receipts of {report['split']} | {' | '.join(names)} | 95 % interval |"]
    rows.append("|---" * (len(names) + 2) + "|")
    for reading, found in report["scores"].items():
        whole = found[ALL]
        figures = " | ".join(f"{found[name]['f1']:.3f}" for name in names)
        rows.append(f"| {reading} | {figures} | {whole['low']:.3f}-{whole['high']:.3f} |")
    training = report["training"]
    rows += [
        "",
        f"Best possible, strict: {report['best_possible']['f1']:.3f}. {report['ms_a_receipt']} ms a receipt on one "
        f"thread. Trained on {training['dataset_documents']} receipts for {training['minutes']} minutes.",
    ]
    return "\n".join(rows)


if __name__ == "__main__":
    main()
