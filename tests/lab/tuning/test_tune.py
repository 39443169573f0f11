"""Tuning from end to end: real documents, real extractor, a manifest that the runtime reads."""

from __future__ import annotations

import io
import json
from pathlib import Path

import numpy as np
import pytest
from reportlab.pdfgen.canvas import Canvas
from rich.console import Console

from fakta.errors import BundleError, ConfigError
from fakta.extract import Extractor
from fakta.verify import Verifier
from fakta_lab.tuning import render_table, tune
from fakta_lab.tuning.examples import Example
from fakta_lab.tuning.run import tune_examples


def simulated(n: int, *, seed: int, field: str = "amount_due") -> list[Example]:
    rng = np.random.default_rng(seed)
    margins = rng.normal(size=n)
    right = rng.random(n) < 1 / (1 + np.exp(-(4 + 2 * margins)))
    return [
        Example(field, f"s{i % 50}", {"margin": float(m)}, found=True, right=bool(r))
        for i, (m, r) in enumerate(zip(margins, right, strict=True))
    ]


def test_thresholds_keep_their_promise_on_fresh_suppliers() -> None:
    models, [tuning], _ = tune_examples(simulated(800, seed=1), target_precision=0.97, confidence=0.95, seed=0)
    assert tuning.threshold is not None
    assert tuning.lower_bound is not None
    assert tuning.lower_bound >= 0.97
    fresh = simulated(20_000, seed=2)
    accepted = [e.right for e in fresh if models[e.field].probability(e.features) >= tuning.threshold]
    assert sum(accepted) / len(accepted) >= 0.97
    assert len(accepted) > 0.3 * len(fresh)


def test_too_few_examples_are_answered_with_how_many_it_takes() -> None:
    made = simulated(400, seed=3) + simulated(37, seed=4, field="iban")
    _, [_, iban], _ = tune_examples(made, target_precision=0.99, confidence=0.95, seed=0)
    assert iban.threshold is None
    assert iban.reason == "cannot be promised: 37 examples, 299 needed"
    assert not iban.own_model


def test_one_supplier_promises_nothing_about_others() -> None:
    made = [Example("iban", "only", {"margin": i / 100}, found=True, right=True) for i in range(100)]
    _, [iban], _ = tune_examples(made, target_precision=0.9, confidence=0.9, seed=0)
    assert iban.reason == "cannot be promised: all examples are from one supplier"


def test_a_field_that_is_mostly_wrong_cannot_be_promised() -> None:
    rng = np.random.default_rng(5)
    made = [
        Example("iban", f"s{i % 20}", {"margin": float(rng.normal())}, found=True, right=i % 2 == 0) for i in range(200)
    ]
    _, [iban], _ = tune_examples(made, target_precision=0.9, confidence=0.9, seed=0)
    assert iban.threshold is None
    assert iban.reason.startswith("cannot be promised: 100 of 200 examples wrong")


@pytest.fixture
def benchmark_dir(tmp_path: Path) -> Path:
    """Forty one-page invoices of ten suppliers, and a file that is no document."""
    folder = tmp_path / "set"
    folder.mkdir()
    truth = []
    for i in range(40):
        canvas = Canvas(str(folder / f"{i}.pdf"), invariant=1)
        due = f"{1000 + 37 * i}.00"
        printed = due.replace(".", ",")
        # Every tenth invoice says something else than its truth, so that there are wrong values to learn from.
        number = f"F-{7000 + i}" if i % 10 else "F-0000"
        for row, text in enumerate(("Faktura", f"Fakturanr: {number}", f"Att betala: {printed} kr")):
            canvas.drawString(72, 760 - 30 * row, text)
        canvas.save()
        fields = {"invoice_number": f"F-{7000 + i}", "amount_due": due, "iban": None}
        truth.append({"document": f"{i}.pdf", "supplier": f"s{i % 10}", "fields": fields})
    (folder / "bad.pdf").write_bytes(b"")
    truth.append({"document": "bad.pdf", "supplier": "s0", "fields": {"amount_due": "1.00"}})
    (folder / "truth.jsonl").write_text("\n".join(map(json.dumps, truth)), encoding="utf-8")
    return folder


@pytest.fixture
def bundle_dir(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A manifest to write into; the documents are read with the lexicon alone, which needs no model file."""
    folder = tmp_path / "bundle"
    folder.mkdir()
    (folder / "manifest.json").write_text(json.dumps({"name": "base", "files": {"model.onnx": "…"}}), encoding="utf-8")
    monkeypatch.setattr(Extractor, "load", classmethod(lambda cls, path: cls(None, ocr="off")))
    return folder


def test_a_bundle_is_tuned_and_the_runtime_reads_it(bundle_dir: Path, benchmark_dir: Path) -> None:
    seen: list[tuple[int, int]] = []
    report = tune(
        bundle_dir,
        [benchmark_dir],
        target_precision=0.9,
        confidence=0.9,
        progress=lambda done, total: seen.append((done, total)),
    )
    assert seen[-1] == (41, 41)
    assert list(report.failures) == ["bad.pdf"]
    assert (report.documents, report.suppliers) == (40, 10)
    outcome = {tuning.field: tuning for tuning in report.fields}
    assert (outcome["invoice_number"].examples, outcome["invoice_number"].right) == (40, 36)
    assert (outcome["amount_due"].accepted, outcome["amount_due"].accepted_right) == (40, 40)
    assert outcome["iban"].reason == "cannot be promised: 0 examples, 22 needed"
    manifest = json.loads((bundle_dir / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["name"], manifest["files"]) == ("base", {"model.onnx": "…"})
    assert manifest["tuning"]["sets"] == ["set"]
    verifier = Verifier.from_manifest(manifest)
    _, features = Extractor(None, ocr="off").extract_with_features(benchmark_dir / "3.pdf")
    accepted, reason = verifier.accept("amount_due", verifier.confidence("amount_due", features["amount_due"]))
    assert (accepted, reason[:16]) == (True, "above threshold ")
    assert [path.name for path in bundle_dir.iterdir()] == ["manifest.json"]


def test_equal_runs_write_equal_manifests(bundle_dir: Path, benchmark_dir: Path) -> None:
    written = []
    for _ in range(2):
        tune(bundle_dir, [benchmark_dir], target_precision=0.9, confidence=0.9)
        written.append((bundle_dir / "manifest.json").read_bytes())
    assert written[0] == written[1]


def test_the_table_shows_promises_and_why_there_are_none(bundle_dir: Path, benchmark_dir: Path) -> None:
    report = tune(bundle_dir, [benchmark_dir], target_precision=0.9, confidence=0.9)
    console = Console(file=io.StringIO(), width=120)
    console.print(render_table(report))
    assert isinstance(console.file, io.StringIO)
    text = " ".join(console.file.getvalue().split())
    assert "100.00%" in text
    assert "≥ 94.41%" in text
    assert "cannot be promised: 0 examples, 22 needed" in text


def test_what_cannot_be_tuned_is_refused(tmp_path: Path, bundle_dir: Path, benchmark_dir: Path) -> None:
    with pytest.raises(BundleError, match=r"no manifest\.json"):
        tune(tmp_path / "none", [benchmark_dir])
    with pytest.raises(ConfigError, match=r"target precision 99: expected a number between 0\.5 and 1"):
        tune(bundle_dir, [benchmark_dir], target_precision=99)
    (bundle_dir / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(BundleError, match="not valid JSON"):
        tune(bundle_dir, [benchmark_dir], target_precision=0.9)
