"""`fakta fit` from end to end: a bundle's manifest gets weights that the runtime reads and uses."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from fakta.errors import BundleError
from fakta.extract import Extractor, shipped_bundle
from fakta.resolve.scorer import Scorer
from fakta.schema import invoice_schema
from fakta.verify import MANIFEST_KEYS
from fakta_lab.cli.app import main
from fakta_lab.ranking import RankingConfig, fit_scorer


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Path:
    copy = tmp_path_factory.mktemp("bundle") / "ours"
    shutil.copytree(shipped_bundle(), copy)
    return copy


def weights(bundle: Path) -> dict[str, float]:
    manifest = json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))
    return dict(Scorer.from_manifest(manifest, invoice_schema()).weights["amount_due"])


def test_a_fitted_bundle_is_loaded_and_weighs_otherwise(bundle: Path) -> None:
    before = weights(bundle)
    report = fit_scorer(bundle, RankingConfig(documents=24, seed=3))
    after = weights(bundle)
    assert after != before
    assert report.documents == 24
    assert {fit.field for fit in report.fields} >= {"amount_due", "supplier_name", "invoice_date"}
    manifest = json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["lineage"]["scorer"]["documents"] == 24
    assert not set(MANIFEST_KEYS) & set(manifest)  # the shipped bundle is tuned, with the weights that it had


def test_the_same_settings_give_the_same_weights(bundle: Path) -> None:
    fitted = []
    for _ in range(2):
        fit_scorer(bundle, RankingConfig(documents=20, seed=1))
        fitted.append(json.loads((bundle / "manifest.json").read_text(encoding="utf-8"))["scorer"])
    assert fitted[0] == fitted[1]


def test_the_command_prints_what_it_did(bundle: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = tmp_path / "scorer.yaml"
    config.write_text("documents: 20\n", encoding="utf-8")
    assert main(["fit", str(config), "--model", str(bundle), "--format", "json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert report["measured_on"] == 2


@pytest.mark.parametrize("scorer", [[1], {"iban": 3}, {"iban": {"label": "much"}}, {"iban": {"label": float("nan")}}])
def test_damaged_weights_are_refused(bundle: Path, tmp_path: Path, scorer: object) -> None:
    copy = tmp_path / "damaged"
    shutil.copytree(bundle, copy)
    path = copy / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    manifest["scorer"] = scorer
    path.write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(BundleError, match="scorer"):
        Extractor.load(copy)


def test_what_is_no_bundle_is_said(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"no bundle's folder"):
        fit_scorer(tmp_path, RankingConfig())
