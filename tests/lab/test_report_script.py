"""The benchmark of the report, in small: what it invents is a production that the report can tell of."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).parents[2] / "scripts" / "report_benchmark.py"


def test_it_invents_a_production_and_reports_on_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = importlib.util.spec_from_file_location("report_benchmark", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    script = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(script)
    monkeypatch.setattr(script, "INVOICES", 2)
    monkeypatch.setattr(script, "AUDITED", 0.5)
    monkeypatch.setattr(sys, "argv", ["report_benchmark.py", "--lines", "60", "--out", str(tmp_path / "made")])
    script.main()
    assert re.search(r"figures and two pages: [\d.]+ s", capsys.readouterr().out)
    assert len((tmp_path / "made" / "log.jsonl").read_text(encoding="utf-8").splitlines()) == 60
    page = (tmp_path / "made" / "report.sv.html").read_text(encoding="utf-8")
    for said in ("C: fakta/autumn", "använda utan granskning; utlottade", "vecka 2"):
        assert said in page
