"""The code of docs/compare.md runs: production's call with the shadow beside it, and the log compared."""

from __future__ import annotations

import json
import re
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from tests.lab.comparison.logs import write

from fakta_lab.cli.app import main

MAPPING = "output: {nummer: invoice_number, betalning: {att_betala: {field: amount_due, as: text}}}\n"


def test_the_shadow_of_the_guide(
    root: Path, invoice_pdf: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("faktura.yaml").write_text(MAPPING, encoding="utf-8")
    answer = {"nummer": "F-1", "betalning": {"att_betala": "100.00"}}
    code = re.findall(r"^ *```python\n(.*?)^ *```", (root / "docs" / "compare.md").read_text("utf-8"), re.M | re.S)
    scope: dict[str, Any] = {"ask_gpt4": lambda pdf: answer}
    for block in code:
        exec(dedent(block), scope)
    assert scope["read_invoice"](invoice_pdf.read_bytes(), "a.pdf") == answer
    assert scope["shadow"].close(60)
    (line,) = map(json.loads, Path("shadow.jsonl").read_text("utf-8").splitlines())
    assert line["production"]["fields"] == {"invoice_number": "F-1", "amount_due": "100.00"}
    assert line["fakta"]["fields"]["amount_due"]["value"]
    said = {"document": "a.pdf", "extracted": {"amount_due": "100.00"}, "confirmed": ["amount_due"]}
    corrections = write(Path("corrections.jsonl"), [said])
    assert main(["compare", "shadow.jsonl", "--on", str(corrections), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["first"], found["second"]) == ("gpt-4o-2024-08-06", "fakta/base")
    assert found["groups"][0]["fields"]["amount_due"]["verdict"] == "too few examples"
