"""Fixtures for all tests: one real document, and benchmark sets that stand outside the repository."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import hypothesis
import pytest

if TYPE_CHECKING:
    from fakta_lab.synth import SyntheticInvoice

ROOT = Path(__file__).resolve().parent.parent
SHARED_DATA = ROOT.parent / "shared" / "data"


def pytest_configure() -> None:
    # How long one example takes says more about what else the machine does than about the code.
    hypothesis.settings.register_profile("fakta", deadline=None)
    hypothesis.settings.load_profile("fakta")
    # Runs in tests are not tracked, except where tracking is what is tested.
    os.environ["FAKTA_TRACKING"] = "none"
    os.environ.pop("MLFLOW_TRACKING_URI", None)


@pytest.fixture(scope="session")
def root() -> Path:
    """The repository."""
    return ROOT


@pytest.fixture(scope="session")
def benchmark_set() -> Callable[[str], Path]:
    """Gives the folder of a benchmark set that is no part of the repository; skips the test where it is missing."""

    def find(name: str) -> Path:
        folder = SHARED_DATA / name
        if not folder.is_dir():
            pytest.skip(f"benchmark set {name} is not beside the repository (../shared/data/{name})")
        return folder

    return find


@pytest.fixture(scope="session")
def invoice() -> SyntheticInvoice:
    """One generated invoice, the same in every run."""
    from fakta_lab.synth import generate

    return generate(7)


@pytest.fixture(scope="session")
def invoice_pdf(invoice: SyntheticInvoice, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`invoice` as a PDF with a text layer; read it, never change it."""
    from fakta_lab.synth import render_pdf

    path = tmp_path_factory.mktemp("invoice") / "faktura.pdf"
    path.write_bytes(render_pdf(invoice))
    return path


@pytest.fixture
def untuned_bundle(tmp_path: Path) -> Path:
    """A copy of the bundle that ships, as if it had never been tuned."""
    from fakta.extract import shipped_bundle
    from fakta.verify import MANIFEST_KEYS

    folder = tmp_path / "bundle"
    shutil.copytree(shipped_bundle(), folder)
    path = folder / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8"))
    for key in MANIFEST_KEYS:
        manifest.pop(key, None)
    path.write_text(json.dumps(manifest), encoding="utf-8")
    return folder
