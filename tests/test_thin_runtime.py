"""The runtime needs no training library: shown by a whole extraction without them, from source and from the wheel."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from tests.fakta.donut.nano import VALUES, write_scripted_bundle

from fakta_lab.synth import SyntheticInvoice

SCRIPT = Path(__file__).with_name("thin_runtime.py")
MAX_WHEEL_MB = 20
# What `pip install fakta` adds to an environment.
MAX_INSTALLED_MB = 300


def run(command: list[str | Path], **options: Any) -> str:
    """stdout of a command; fails the test with all output where the command fails."""
    done = subprocess.run(command, capture_output=True, text=True, check=False, **options)
    if done.returncode:
        pytest.fail(f"{' '.join(map(str, command))}: exit code {done.returncode}\n{done.stdout}\n{done.stderr}")
    return done.stdout


def size_mb(folder: Path) -> float:
    """Of all files in a folder, byte-code included."""
    files = (file for file in folder.rglob("*") if file.is_file() and not file.is_symlink())
    return sum(file.stat().st_size for file in files) / 1e6


def assert_reads(output: str, invoice: SyntheticInvoice) -> None:
    fields = json.loads(output)["fields"]
    assert fields["amount_due"]["value"] == invoice.fields["amount_due"]
    assert fields["invoice_date"]["value"] == invoice.fields["invoice_date"]


def test_the_hook_refuses() -> None:
    # Without this the tests below could pass because the hook does nothing.
    code = "import sys, thin_runtime; sys.meta_path.insert(0, thin_runtime.Refuse()); import sklearn"
    done = subprocess.run([sys.executable, "-c", code], cwd=SCRIPT.parent, capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "sklearn must not be imported by the runtime" in done.stderr


def test_a_whole_extraction_from_source(root: Path, invoice: SyntheticInvoice, invoice_pdf: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(root / "src")}
    assert_reads(run([sys.executable, SCRIPT, invoice_pdf], env=environment), invoice)


def test_a_whole_extraction_with_donut_from_source(root: Path, invoice_pdf: Path, tmp_path: Path) -> None:
    bundle = write_scripted_bundle(tmp_path / "scripted", VALUES)
    environment = os.environ | {"PYTHONPATH": str(root / "src")}
    fields = json.loads(run([sys.executable, SCRIPT, invoice_pdf, bundle], env=environment))["fields"]
    assert fields["total"]["value"] == VALUES["total"]


@pytest.fixture(scope="module")
def wheel(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    run([sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", folder, root])
    (built,) = folder.glob("*.whl")
    return built


@pytest.mark.slow
def test_the_wheel_holds_what_it_should(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    for expected in (
        "fakta/py.typed",
        "fakta/schema/invoice.yaml",
        "fakta/candidates/lexicon/sv.yaml",
        "fakta/verify/explanations.yaml",
        "fakta/models/base/manifest.json",
        "fakta/models/base/model.onnx",
        "fakta/models/base/tokenizer.json",
        "fakta_lab/cli/app.py",
        "fakta_lab/formats/sets/docile.yaml",
    ):
        assert expected in names
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"fakta", "fakta_lab"}
    assert not [name for name in names if "__pycache__" in name]
    assert wheel.stat().st_size / 1e6 <= MAX_WHEEL_MB


TYPED = """\
from fakta import Extractor
from fakta.mapping import OutputMapping
extraction = Extractor.load().extract("faktura.pdf")
reveal_type(extraction.fields["amount_due"].value)
reveal_type(OutputMapping.load("m.yaml").apply(extraction))
total: int = extraction.needs_review + extraction.explanation
"""


@pytest.mark.slow
def test_who_installs_the_wheel_sees_its_types(wheel: Path, tmp_path: Path) -> None:
    venv = tmp_path / "venv"
    run([sys.executable, "-m", "venv", "--without-pip", venv])
    site_packages = next(venv.glob("lib/python*/site-packages"))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(site_packages)
    (tmp_path / "program.py").write_text(TYPED, encoding="utf-8")

    def checked() -> str:
        # In a folder of its own, because this project's configuration leads mypy to its sources.
        command = [
            sys.executable,
            "-m",
            "mypy",
            "--strict",
            "--python-executable",
            venv / "bin" / "python",
            "program.py",
        ]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False).stdout

    said = checked()
    assert "str | decimal.Decimal | datetime.date | None" in said
    assert "dict[str, Any]" in said
    assert "Unsupported operand types for +" in said
    assert "Found 1 error in 1 file" in said
    (site_packages / "fakta" / "py.typed").unlink()
    assert "missing library stubs or py.typed marker" in checked()


@pytest.mark.slow
@pytest.mark.network
def test_the_wheel_extracts_in_a_fresh_environment(
    root: Path, wheel: Path, invoice: SyntheticInvoice, invoice_pdf: Path, tmp_path: Path
) -> None:
    venv = tmp_path / "venv"
    run([sys.executable, "-m", "venv", venv])
    python = venv / "bin" / "python"
    # The environment's own pip (and before Python 3.12 setuptools) is there without fakta too.
    before = size_mb(venv)
    run([python, "-m", "pip", "install", "--quiet", "--constraint", root / "constraints.txt", wheel])
    assert size_mb(venv) - before <= MAX_INSTALLED_MB
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    assert_reads(run([python, SCRIPT, invoice_pdf], env=environment, cwd=tmp_path), invoice)

    fakta = venv / "bin" / "fakta"
    table = run([fakta, "extract", invoice_pdf], env=environment, cwd=tmp_path)
    assert str(invoice.fields["amount_due"]) in table
    train = [fakta, "train", root / "configs" / "base.yaml"]
    refused = subprocess.run(train, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert refused.returncode == 2
    assert refused.stderr.startswith("error: fakta train needs ")
    assert refused.stderr.rstrip().endswith("pip install 'fakta[lab]'")
    assert len(refused.stderr.splitlines()) == 1
