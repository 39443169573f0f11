"""`fakta doctor` on this very environment."""

from __future__ import annotations

import json

import pytest

from fakta_lab.cli import main


def test_findings_as_json(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["doctor", "--format", "json"])
    findings = json.loads(capsys.readouterr().out)
    by_name = {finding["name"]: finding for finding in findings}
    assert by_name["numpy"]["level"] == "ok"
    assert by_name["shipped model"]["level"] == "ok"
    assert by_name["python"]["group"] == "system"
    assert code == any(finding["level"] == "bad" for finding in findings)


def test_the_table_names_every_finding(capsys: pytest.CaptureFixture[str]) -> None:
    main(["doctor"])
    printed = capsys.readouterr().out
    for name in ("numpy", "torch", "poppler", "shipped model"):
        assert name in printed
