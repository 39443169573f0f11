"""The examples of docs/corrections.md run, one after the other."""

from __future__ import annotations

import re
import shlex
import sqlite3
from pathlib import Path

import pytest
from tests.lab.corrections.importers import OTHER_PDF, PDF

from fakta_lab.cli import main
from fakta_lab.config import load_config
from fakta_lab.corrections.mapping import ImportMapping

# A file with its name above it, or commands.
BLOCKS = re.compile(r"(?:^`([^`\n]+)`:\n\n)?^```(json|csv|yaml|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def test_every_example_runs(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FAKTA_STORE", raising=False)
    for folder in ("invoices", "pairs", "donut"):
        Path(folder).mkdir()
        Path(folder, "a.pdf").write_bytes(PDF)
    Path("invoices", "b.pdf").write_bytes(OTHER_PDF)
    with sqlite3.connect("erp.db") as connection:
        connection.execute("CREATE TABLE reviews (id INTEGER, path TEXT, answer TEXT, final TEXT, changed TEXT)")
        row = (1, "a.pdf", '{"amount_due": "100.00"}', '{"amount_due": "1100.00"}', "2026-03-01T10:00:00")
        connection.execute("INSERT INTO reviews VALUES (?, ?, ?, ?, ?)", row)
    connection.close()
    text = (root / "docs" / "corrections.md").read_text(encoding="utf-8")
    n_commands = 0
    for name, kind, content in BLOCKS.findall(text):
        if kind != "console":
            Path(name).write_text(content, encoding="utf-8")
            continue
        for line in content.splitlines():
            command = shlex.split(line.removeprefix("$ fakta "))
            strict = ["--strict"] if "import" in command else []
            assert main([*command, *strict]) == 0, (line, capsys.readouterr().err)
            n_commands += 1
    assert n_commands == 19
    capsys.readouterr()


def test_the_example_mapping_is_the_documented_one(root: Path, tmp_path: Path) -> None:
    text = (root / "docs" / "corrections.md").read_text(encoding="utf-8")
    [documented] = [content for name, _, content in BLOCKS.findall(text) if name == "mapping.yaml"]
    (tmp_path / "mapping.yaml").write_text(documented, encoding="utf-8")
    shipped = load_config(root / "configs" / "mapping.yaml", ImportMapping)
    shown = load_config(tmp_path / "mapping.yaml", ImportMapping)
    assert (shown.fields, shown.keys, shown.dates, shown.values) == (
        shipped.fields,
        shipped.keys,
        shipped.dates,
        shipped.values,
    )
