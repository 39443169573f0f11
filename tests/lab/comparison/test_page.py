"""The forms of the result: terminal, Markdown, JSON, the page, and the exit codes."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.lab.comparison.logs import calls, reading, readings, truth

from fakta_lab.cli.app import main

COSTS = Path(__file__).parents[3] / "configs" / "costs.yaml"


@pytest.fixture
def logs(tmp_path: Path) -> list[str]:
    """Two fields of 320 documents: fakta finds every amount, and one of eight names it holds."""
    fields = {"amount_due": "100.00", "supplier_name": "Exempel & <b>Söner</b> AB"}
    on = truth(tmp_path / "set", 320, fields=fields)
    said = [{**fields, "supplier_name": "</script>"} if number == 3 else fields for number in range(320)]
    held = (["supplier_name"] if number % 8 == 0 else [] for number in range(320))
    first = calls(tmp_path / "calls.jsonl", said)
    second = readings(tmp_path / "ours.jsonl", [reading(fields, held=each) for each in held])
    return ["compare", str(first), str(second), "--on", str(on)]


def test_the_page_says_it_first_and_needs_nothing_else(
    logs: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "compare.html"
    assert main([*logs, "--costs", str(COSTS), "--report", str(page)]) == 0
    html = page.read_text(encoding="utf-8")
    assert "1 of 2 fields can be switched, 1 with review, 0 not yet; 0 have too few examples</h1>" in html
    assert "Exempel &amp; &lt;b&gt;Söner&lt;/b&gt; AB" in html
    assert "&lt;/script&gt;" in html
    assert html.count("</script>") == 1
    assert "http://" not in html.replace("http-equiv", "")
    assert "https://" not in html
    assert "src=" not in html
    shown = capsys.readouterr().out
    assert "1 of 2 fields can be switched" in shown
    assert "switch with review" in shown
    # One invoice in eight is opened for 5 kr and more; the calls cost 0.30 kr each, and there is one mistake in 320.
    assert "kr more than today for 1,000 invoices" in shown.replace("\n", " ")


def test_json_and_markdown(logs: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*logs, "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["groups"][0]["fields"]["supplier_name"]["verdict"] == "switch with review"
    assert found["groups"][0]["fields"]["amount_due"]["agreement"] == {
        "both": 320, "only_first": 0, "only_second": 0, "same_mistake": 0, "different_mistakes": 0,
    }  # fmt: skip
    assert found["terms"] == {"margin": 0.01, "level": 0.95, "enough": 0.9, "least": 0.5, "fewest": 59}
    assert found["disagreements"][0]["document"] == "3.pdf"
    assert main([*logs, "--format", "markdown"]) == 0
    assert "| amount_due | **safe to switch** | 320 | 320 | 100\u00a0% (99-100) |" in capsys.readouterr().out


def test_require_is_a_gate(logs: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main([*logs, "--require", "review"]) == 0
    assert main([*logs, "--require", "safe"]) == 1
    assert "supplier_name: switch with review, safe is required" in capsys.readouterr().err
    assert main([*logs, "--require", "safe", "--field", "amount_due"]) == 0
    assert main([*logs, "--require", "safe", "--field", "amount_duo"]) == 2
    assert "did you mean 'amount_due'?" in capsys.readouterr().err


def test_bad_input_ends_with_2(logs: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(logs[:2]) == 2
    assert main(logs[:3]) == 2
    assert main([*logs[:4], str(tmp_path / "nothing.jsonl")]) == 2
    assert main([*logs, "--margin", "2"]) == 2
    assert "margin 2.0: expected a share of 0 to 0.5" in capsys.readouterr().err
