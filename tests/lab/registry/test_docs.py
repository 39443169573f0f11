"""The commands and the program of docs/registry.md run."""

from __future__ import annotations

import re
import shlex
import shutil
from pathlib import Path

import pytest
from tests.lab.registry.bundles import FIGURES, variant

from fakta_lab.cli import main
from fakta_lab.registry import Registry
from fakta_lab.registry.measured import Measured

BLOCK = re.compile(r"^```(console|python)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_the_examples_run(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], invoice_pdf: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    # What measuring takes is tested where evaluations are.
    monkeypatch.setattr("fakta_lab.registry.measured._measured_now", lambda *arguments: Measured(FIGURES))
    shutil.copy(invoice_pdf, "faktura.pdf")
    Path("bundles").mkdir()
    variant(Path("bundles/ours"))
    registry = Registry(Path("models"))
    registry.promote(variant(tmp_path / "base"), figures=FIGURES, by="Maja")
    ran = []
    for kind, content in BLOCK.findall((root / "docs" / "registry.md").read_text(encoding="utf-8")):
        ran.append(kind)
        if kind == "python":
            names: dict[str, object] = {}
            exec(compile(content, "registry.md", "exec"), names)
            assert names["extraction"].model == "fakta/base"
            continue
        for command in content.splitlines():
            arguments = shlex.split(command.removeprefix("$ fakta "), comments=True)
            assert main(arguments) == 0, f"{command}\n{capsys.readouterr().err}"
    assert ran == ["console", "python"]
    assert [entry.action for entry in registry.history()] == ["promote", "promote", "promote", "rollback"]
