"""How well wrong labels are found: mistakes are planted in simulated corrections, and five methods look for them.

    python scripts/label_noise_benchmark.py
    python scripts/label_noise_benchmark.py --receipts FOLDER   # also SROIE receipts: truth.jsonl with lines and boxes

`rules`: doubts by rules on events and pages, their weights added up. `model`: the shipped model's own probabilities of
the label. `cleanlab fields`: cleanlab's label quality of "a person agrees with the model's value" with cross-fitted
probabilities. `cleanlab words`: cleanlab's token classification score of the aligned words. `combined`: what
`fakta corrections review` prints.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import math
import tempfile
import warnings
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from rich.console import Console
from rich.table import Table

from fakta import documents
from fakta.bundle import Bundle
from fakta.candidates.page import PageView
from fakta.documents.model import Box, Document, Page, Word
from fakta.errors import FieldError
from fakta.extract import shipped_bundle
from fakta_lab.corrections.planted import ON_PAGE, plant_mistakes
from fakta_lab.corrections.simulate import simulate_events
from fakta_lab.dataset.alignment.align import align
from fakta_lab.formats.benchmark import Benchmark, BenchmarkDocument
from fakta_lab.formats.correction import parse_correction, to_canonical
from fakta_lab.labels import Label, labelled_documents
from fakta_lab.review.evidence import FieldEvidence, Reader
from fakta_lab.review.page_doubts import page_doubts
from fakta_lab.review.suspicion import (
    WEIGHTS,
    Case,
    agreements,
    alternative_share,
    label_likelihoods,
    probabilities_wrong,
)
from fakta_lab.store import StoredEvent
from fakta_lab.synth.families.write import write_families
from fakta_lab.synth.write import write_set

Floats = NDArray[np.float64]
SHARE = 0.05
BUDGET = 0.1
TOP = 50
RECEIPTS = 120
RECEIPT_FIELDS = {
    "company": ("supplier_name", "name"),
    "date": ("invoice_date", "date"),
    "total": ("amount_due", "amount"),
}


@dataclass(frozen=True)
class Read:
    """A document with its truth, and what the model reads in it."""

    truth: BenchmarkDocument
    document: Document
    evidence: dict[str, FieldEvidence]
    views: Sequence[PageView]


@dataclass(frozen=True)
class Planted:
    """The labels of one set with one seed's mistakes; `kinds` are "" for right labels, `words` the token scores."""

    cases: list[Case]
    kinds: list[str]
    words: Floats


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--model", type=Path, default=shipped_bundle(), help="bundle")
    parser.add_argument("--documents", type=int, default=240, help="invented invoices in all; 0 for none")
    parser.add_argument("--receipts", type=Path, help=f"folder of SROIE with truth.jsonl; {RECEIPTS} are read")
    parser.add_argument("--seeds", type=int, default=5, help="how often mistakes are planted anew")
    parser.add_argument("--seed", default="measured", help="of the invented invoices")
    parser.add_argument("--on-page", action="store_true", help="only mistakes whose value stands on the document")
    settings = parser.parse_args()
    warnings.filterwarnings("ignore", module="cleanlab")
    reader = Reader(Bundle.load(settings.model))
    made = ON_PAGE if settings.on_page else None
    console = Console(width=140)
    found: Counter[str] = Counter()
    planted: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as scratch:
        for name, source in _sources(Path(scratch), settings):
            read = [Read(truth, document, *reader.read(document)) for truth, document in source]
            runs = [_plant(read, reader, seed, made) for seed in range(settings.seeds)]
            console.print(_table(f"{name}: {len(read)} documents", runs))
            for run in runs:
                order = np.argsort(-probabilities_wrong(run.cases), kind="stable")
                found.update(run.kinds[i] for i in order[: round(BUDGET * len(order))])
                planted.update(run.kinds)
    kinds = Table(title=f"combined: mistakes found among the first {BUDGET:.0%} of the labels")
    for column in ("kind", "planted", "found"):
        kinds.add_column(column, justify="left" if column == "kind" else "right")
    for kind in sorted(filter(None, planted)):
        kinds.add_row(kind, str(planted[kind]), f"{found[kind] / planted[kind]:.0%}")
    console.print(kinds)


def _sources(
    scratch: Path, settings: argparse.Namespace
) -> Iterator[tuple[str, Iterator[tuple[BenchmarkDocument, Document]]]]:
    n, seed = settings.documents // 8, settings.seed
    if n:
        demo = write_set(scratch / "demo", count=4 * n, seed=seed, profile="demo", suppliers=max(n, 5))
        yield "generated, words that the model does not know", _pages(demo)
        yield (
            "generated, as in training",
            _pages(write_set(scratch / "train", count=2 * n, seed=seed, suppliers=max(n, 5))),
        )
        yield "held-out page designs", _pages(write_families(scratch / "families", count=2 * n, seed=seed))
    if settings.receipts:
        yield "receipts", _receipts(settings.receipts / "truth.jsonl")


def _pages(folder: Path) -> Iterator[tuple[BenchmarkDocument, Document]]:
    for truth in Benchmark.load(folder).documents:
        yield truth, documents.read(truth.path, name=truth.document)


def _receipts(path: Path) -> Iterator[tuple[BenchmarkDocument, Document]]:
    """Receipts with the lines that were transcribed, each word with its share of the line's box."""
    for line in path.read_text(encoding="utf-8").splitlines()[:RECEIPTS]:
        data = json.loads(line)
        fields: dict[str, str | None] = {}
        for theirs, (ours, kind) in RECEIPT_FIELDS.items():
            try:
                fields[ours] = to_canonical(data["fields"].get(theirs), kind)
            except FieldError:
                continue
        words = tuple(word for printed in data["lines"] for word in _words(printed["text"], Box(*printed["box"])))
        name = data["document"]
        supplier = str(data["fields"].get("company", name))
        page = Page(1, 300.0, 600.0, words, source="ocr")
        yield BenchmarkDocument(name, path, fields, supplier=supplier), Document(name, name, (page,))


def _words(text: str, box: Box) -> Iterator[Word]:
    step, start = box.width / max(len(text), 1), 0
    for word in text.split():
        start = text.index(word, start)
        left, right = box.left + start * step, box.left + (start + len(word)) * step
        start += len(word)
        yield Word(word, Box(left, box.top, right, box.bottom))


def _plant(read: Sequence[Read], reader: Reader, seed: int, made: Collection[str] | None) -> Planted:
    right = simulate_events([r.truth for r in read], seed=seed)
    events, planted = plant_mistakes(right, share=SHARE, seed=seed, kinds=made)
    stored = []
    for i, event in enumerate(events):
        correction, _ = parse_correction(event, reader.schema)
        if correction is not None:
            digest = hashlib.sha256(json.dumps(event).encode()).hexdigest()
            stored.append(StoredEvent(i, digest, "", "simulated", str(i), correction))
    labelled = {document.name: document for document in labelled_documents(stored, schema=reader.schema)}
    cases, kinds, words = [], [], []
    for r in read:
        name = r.truth.document
        labels = labelled[name].labels
        doubts = page_doubts(r.document, labels, r.views, reader.schema)
        scores = _word_scores(r, labels, reader)
        for field, label in labels.items():
            supplier = r.truth.supplier or name
            cases.append(Case(label.doubted(*doubts[field].doubts), r.evidence[field], supplier))
            kinds.append(planted.get((name, field), ""))
            words.append(scores[field])
    return Planted(cases, kinds, np.array(words))


def _word_scores(read: Read, labels: dict[str, Label], reader: Reader) -> dict[str, float]:
    """For each field the quality of its least likely word's label, by cleanlab: the field's, or not the field's."""
    from cleanlab.token_classification.rank import get_label_quality_scores

    aligned = align(read.document, {name: label.value for name, label in labels.items()}, schema=reader.schema)
    given = [label for page in aligned.labels for label in page]
    rows = [view.probabilities for view in read.views if view.probabilities is not None]
    probabilities = np.concatenate(rows).astype(np.float64)
    known = np.array([label != "?" for label in given])
    names = list(labels)
    if not names or not known.any():
        return dict.fromkeys(names, 1.0)  # nobody looked, or every word may be something that nobody looked at
    sentences, predictions = [], []
    for name in names:
        columns = [i for i, label in enumerate(reader.labels) if label.partition("-")[2] == name]
        own = probabilities[:, columns].sum(axis=1) if columns else np.zeros(len(given))
        sentences.append([int(label.partition("-")[2] == name) for label in np.array(given)[known]])
        predictions.append(np.clip(np.column_stack([1 - own, own])[known], 1e-6, 1.0))
    scores, _ = get_label_quality_scores(sentences, predictions)
    return dict(zip(names, map(float, scores), strict=True))


def _rules(run: Planted) -> Floats:
    return np.array([float(sum(WEIGHTS[doubt] for doubt in case.label.doubts)) for case in run.cases])


def _model(run: Planted) -> Floats:
    """One minus the shipped scorer's probability of the label, nothing learned from the labels."""
    found = []
    for case in run.cases:
        assert case.evidence is not None
        chosen, features = case.evidence.chosen, case.evidence.features
        log_odds = -features["runner_up"] if chosen is None else features["score"]
        probability = 1 / (1 + math.exp(-log_odds))
        if case.label.value != chosen:
            probability = (1 - probability) * alternative_share(case.label.value, case.evidence)
        found.append(1 - probability)
    return np.array(found)


def _cleanlab_fields(run: Planted) -> Floats:
    from cleanlab.rank import get_label_quality_scores

    agrees = np.array([int(c.evidence is not None and c.label.value == c.evidence.chosen) for c in run.cases])
    probabilities = agreements(run.cases)
    return -np.asarray(get_label_quality_scores(agrees, np.column_stack([1 - probabilities, probabilities])))


METHODS: dict[str, Callable[[Planted], Floats]] = {
    "rules": _rules,
    "model": _model,
    "model, recalibrated": lambda run: -label_likelihoods(run.cases),
    "cleanlab fields": _cleanlab_fields,
    "cleanlab words": lambda run: -run.words,
    "combined": lambda run: probabilities_wrong(run.cases),
}


def _table(title: str, runs: Sequence[Planted]) -> Table:
    n = round(np.mean([len(run.cases) for run in runs]))
    wrong = round(np.mean([sum(map(bool, run.kinds)) for run in runs]))
    table = Table(title=f"{title}, {n} labels, {wrong} of them wrong; mean ± spread of {len(runs)} seeds")
    table.add_column("method")
    for column in ("AUROC", "average precision", f"precision@{TOP}", f"recall at {BUDGET:.0%}"):
        table.add_column(column, justify="right")
    for name, method in METHODS.items():
        figures = np.array([_figures(run, method(run)) for run in runs])
        means, spreads = figures.mean(axis=0), figures.std(axis=0, ddof=1 if len(runs) > 1 else 0)
        table.add_row(name, *(f"{m:.3f} ± {s:.3f}" for m, s in zip(means, spreads, strict=True)))
    expected = np.mean([probabilities_wrong(run.cases).sum() for run in runs])
    table.caption = f"wrong labels that `combined` expects: {expected:.0f}"
    return table


def _figures(run: Planted, scores: Floats) -> tuple[float, float, float, float]:
    from sklearn.metrics import average_precision_score, roc_auc_score

    wrong = np.array([bool(kind) for kind in run.kinds])
    # Ties at random: a method that says the same of many labels has not put them in any order.
    order = np.lexsort((np.random.default_rng(0).random(len(scores)), -scores))
    budget = round(BUDGET * len(scores))
    return (
        float(roc_auc_score(wrong, scores)),
        float(average_precision_score(wrong, scores)),
        float(wrong[order[:TOP]].mean()),
        float(wrong[order[:budget]].sum() / wrong.sum()),
    )


if __name__ == "__main__":
    main()
