"""What a bundle was measured on goes into its manifest and its card, and the bundle stays whole."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.fakta.tiny_model import write_tiny_bundle

from fakta.bundle import Bundle
from fakta.errors import BundleError
from fakta_lab.export import record_measurement

EVALUATION = {
    "benchmark": "autumn",
    "documents": 12,
    "micro": {"precision": 0.99, "recall": 0.95, "f1": 0.9692},
    "layouts": {"plain": {"f1": 1.0}, "dense": {"f1": 0.91}},
}


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    return write_tiny_bundle(tmp_path / "tiny")


def test_the_card_tells_the_figures_and_the_worst_layout(bundle: Path) -> None:
    record_measurement(bundle, EVALUATION)
    card = Bundle.load(bundle).read("MODEL_CARD.md").decode()
    assert "| autumn | 12 | 0.990 | 0.950 | 0.969 | 0.910 (dense) |" in card


def test_a_set_measured_again_replaces_its_figures(bundle: Path) -> None:
    record_measurement(bundle, EVALUATION)
    record_measurement(bundle, {**EVALUATION, "documents": 13})
    record_measurement(bundle, {**EVALUATION, "benchmark": "spring"})
    measured = Bundle.load(bundle).manifest["measurements"]
    assert {name: figures["documents"] for name, figures in measured.items()} == {"autumn": 13, "spring": 12}


def test_a_zip_is_left_alone(bundle: Path, tmp_path: Path) -> None:
    packed = Path(shutil.make_archive(str(tmp_path / "packed"), "zip", bundle))
    with pytest.raises(BundleError, match="unpacked"):
        record_measurement(packed, EVALUATION)
