"""Tuning from end to end: real documents, real extractor, a manifest that the runtime reads."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from reportlab.pdfgen.canvas import Canvas
from rich.console import Console

from fakta.cascade import CascadePolicy
from fakta.errors import BundleError, ConfigError, DatasetError
from fakta.extract import Extractor, shipped_bundle
from fakta.verify import Verifier
from fakta_lab.cli import main
from fakta_lab.config import load_config
from fakta_lab.tuning import CostsConfig, Goal, TuneReport, render_tables, tune, write_report

COSTS = Path(__file__).parents[3] / "configs" / "costs.yaml"
LOOSE = Goal(precision=0.9, document=0.8, confidence=0.9)


def invoice(path: Path, *, number: str, due: str, name: str, org: str) -> None:
    canvas = Canvas(str(path), invariant=1)
    printed = due.replace(".", ",")
    texts = ("Faktura", name, f"Org.nr: {org}", f"Fakturanr: {number}", f"Att betala: {printed} kr")
    for row, text in enumerate(texts):
        canvas.drawString(72, 760 - 30 * row, text)
    canvas.save()


@pytest.fixture(scope="module")
def benchmark_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty invoices of twenty-six suppliers, the first of which has fifteen, and a file that is no document."""
    folder = tmp_path_factory.mktemp("sets") / "set"
    folder.mkdir()
    truth: list[dict[str, Any]] = []
    for i in range(40):
        due = f"{1000 + 37 * i}.00"
        supplier = max(0, i - 14)
        org = f"5560{supplier:02d}-000{supplier % 10}"
        # Every tenth invoice says something else than its truth, so that there are wrong values to learn from.
        printed = f"F-{7000 + i}" if i % 10 else "F-0000"
        invoice(folder / f"{i}.pdf", number=printed, due=due, name=f"Bolaget {supplier} AB", org=org)
        fields = {
            "invoice_number": f"F-{7000 + i}",
            "amount_due": due,
            "iban": None,
            "supplier_org_number": org.replace("-", ""),
        }
        truth.append(
            {"document": f"{i}.pdf", "supplier": f"s{supplier}", "tenant": "a" if i % 2 else "", "fields": fields}
        )
    (folder / "bad.pdf").write_bytes(b"")
    truth.append({"document": "bad.pdf", "supplier": "s0", "fields": {"amount_due": "1.00"}})
    (folder / "truth.jsonl").write_text("\n".join(map(json.dumps, truth)), encoding="utf-8")
    return folder


def read_manifest(bundle: Path) -> dict[str, Any]:
    manifest: dict[str, Any] = json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))
    return manifest


def test_a_bundle_is_tuned_and_the_runtime_reads_it(untuned_bundle: Path, benchmark_dir: Path) -> None:
    before = Extractor.load(untuned_bundle).extract(benchmark_dir / "3.pdf")
    assert not any(field.accepted for field in before.fields.values())
    assert before.fields["amount_due"].reasons[-1] == "no threshold tuned for this field"
    seen: list[tuple[int, int]] = []
    report = tune(untuned_bundle, [benchmark_dir], goal=LOOSE, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (41, 41)
    assert list(report.failures) == ["set/bad.pdf"]
    assert (report.documents, report.suppliers) == (40, 26)
    due = report.thresholds["amount_due"]
    # One document of each of 26 strangers; the first supplier's fourteen later ones again, as a known supplier's.
    assert (due["unknown"]["examples"], due["known"]["examples"]) == (26, 14)
    assert report.known_readings == 14
    assert due["unknown"]["threshold"] is not None
    assert due["known"]["reason"] == "cannot be promised: 14 examples, 22 needed"
    # The invoices state no date, and nothing says when such a document is right.
    assert report.document_thresholds == {}
    manifest = read_manifest(untuned_bundle)
    assert manifest["tuning"]["sets"] == ["set"]
    assert set(manifest["verifier"]) == {"found", "absent"}
    after = Extractor.load(untuned_bundle).extract(benchmark_dir / "3.pdf")
    assert after.fields["amount_due"].accepted
    assert after.fields["amount_due"].reasons[-1].startswith("above threshold ")
    assert {path.name for path in untuned_bundle.iterdir()} == {path.name for path in shipped_bundle().iterdir()}


def test_equal_runs_write_equal_manifests_also_with_workers(untuned_bundle: Path, benchmark_dir: Path) -> None:
    written = []
    for workers in (1, 2):
        tune(untuned_bundle, [benchmark_dir], goal=LOOSE, workers=workers)
        written.append((untuned_bundle / "manifest.json").read_bytes())
    assert written[0] == written[1]


def printed(report: TuneReport) -> str:
    console = Console(file=io.StringIO(), width=160)
    for table in render_tables(report):
        console.print(table)
    assert isinstance(console.file, io.StringIO)
    return " ".join(console.file.getvalue().split())


def test_the_table_shows_promises_and_why_there_are_none(untuned_bundle: Path, benchmark_dir: Path) -> None:
    text = printed(tune(untuned_bundle, [benchmark_dir], goal=LOOSE))
    assert "≥ 0.9 │" in text
    assert "cannot be promised: 14 examples, 22 needed" in text
    assert "supplier known" in text
    assert "could not be read, left out: 1 documents" in text


def test_costs_choose_thresholds_and_a_policy(untuned_bundle: Path, benchmark_dir: Path, tmp_path: Path) -> None:
    log = tmp_path / "gpt4.jsonl"
    lines = [
        {"document": f"{i}.pdf", "fields": {"invoice_number": f"F-{7000 + i}", "amount_due": f"{1000 + 37 * i},00 kr"}}
        for i in range(40)
    ]
    log.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    goal = Goal(costs=load_config(COSTS, CostsConfig))
    report = tune(untuned_bundle, [benchmark_dir], goal=goal, second_reader=log)
    assert report.by_costs
    assert report.cascade is not None
    assert {"agree", "all_second"} <= {row.policy for row in report.cascade.policies}
    manifest = read_manifest(untuned_bundle)
    assert manifest["tuning"]["mode"] == "costs"
    assert manifest["tuning"]["costs"]["wrong"]["bankgiro"] == goal.costs.wrong["bankgiro"]  # type: ignore[union-attr]
    assert CascadePolicy.from_manifest(manifest).policy == report.cascade.policy
    assert "kronor for 1,000 invoices" in printed(report)
    found = report.to_dict()
    write_report(found, tmp_path / "report")
    html = (tmp_path / "report" / "report.html").read_text(encoding="utf-8")
    assert "1,000" in html
    assert "Bolaget" not in html
    assert "F-7001" not in html


def test_the_command_line_tunes_and_writes_the_report(
    untuned_bundle: Path, benchmark_dir: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    arguments = ["tune", str(untuned_bundle), "--on", str(benchmark_dir), "--target-precision", "0.9", "--no-track"]
    out = tmp_path / "report"
    assert main([*arguments, "--confidence", "0.9", "--report", str(out), "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["thresholds"] == read_manifest(untuned_bundle)["thresholds"]
    assert {path.name for path in out.iterdir()} >= {"report.html", "report.json", "acceptance.png", "reliability.png"}
    assert main([*arguments, "--confidence", "99"]) == 2
    assert "confidence 99.0: expected a number between 0.5 and 1" in capsys.readouterr().err


def test_tenants_have_thresholds_of_their_own_where_they_have_examples_enough(
    untuned_bundle: Path, benchmark_dir: Path
) -> None:
    goal = Goal(precision=0.7, confidence=0.8)
    report = tune(untuned_bundle, [benchmark_dir], goal=goal)
    assert "unknown" in report.thresholds["amount_due"]["tenants"]["a"]
    verifier = Verifier.from_manifest(read_manifest(untuned_bundle))
    own = report.thresholds["amount_due"]["tenants"]["a"]["unknown"]["threshold"]
    assert verifier.decide("amount_due", 1.0, tenant="a").threshold == own


def test_what_cannot_be_tuned_is_refused(tmp_path: Path, untuned_bundle: Path, benchmark_dir: Path) -> None:
    with pytest.raises(BundleError, match=r"no manifest\.json"):
        tune(tmp_path / "none", [benchmark_dir])
    with pytest.raises(ConfigError, match=r"target precision 99: expected a number between 0\.5 and 1"):
        tune(untuned_bundle, [benchmark_dir], goal=Goal(precision=99))
    blank = tmp_path / "blank"
    blank.mkdir()
    (blank / "a.pdf").write_bytes(b"")
    (blank / "truth.jsonl").write_text('{"document": "a.pdf", "fields": {"iban": null}}', encoding="utf-8")
    with pytest.raises(DatasetError, match="not one value was read from 0 documents"):
        tune(untuned_bundle, [blank])
    (untuned_bundle / "manifest.json").write_text("{", encoding="utf-8")
    with pytest.raises(BundleError, match="not valid JSON"):
        tune(untuned_bundle, [benchmark_dir])
