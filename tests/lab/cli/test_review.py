"""`fakta corrections review`: a planted mistake comes first, in every format, and an unread document is no error."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from fakta_lab.cli import main
from fakta_lab.corrections import simulate_events
from fakta_lab.formats.benchmark import Benchmark
from fakta_lab.store import Store
from fakta_lab.synth.write import write_set


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six corrected invoices, one of them with a slip in its amount due, and one whose document is missing."""
    folder = tmp_path_factory.mktemp("review")
    made = Benchmark.load(write_set(folder / "set", count=6, seed=11, suppliers=3, error_share=0.0)).documents
    events = simulate_events(made, seed=1)
    amount = made[0].fields["amount_due"] or ""
    events[0]["confirmed"] = [name for name in events[0]["confirmed"] if name != "amount_due"]
    events[0]["corrected"]["amount_due"] = (
        f"{amount[:1]}7{amount[2:]}" if amount[1] != "7" else f"{amount[:1]}3{amount[2:]}"
    )
    with Store.open(folder / "store", create=True) as opened:
        for document in made[:-1]:
            opened.add_document(document.path.read_bytes(), name=document.document)
        opened.add_events([(event, f"line {i}") for i, event in enumerate(events, 1)], source="test")
    return folder / "store"


def test_the_mistake_comes_first(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["corrections", "review", "--store", str(store), "--n", "3", "--format", "json"]) == 0
    printed = capsys.readouterr()
    listed = json.loads(printed.out)
    assert len(listed) == 3
    assert (listed[0]["document"], listed[0]["field"]) == ("documents/00001.pdf", "amount_due")
    assert listed[0]["probability"] > 0.5
    assert "stands nowhere on the pages" in listed[0]["doubts"]
    assert [entry["probability"] for entry in listed] == sorted((e["probability"] for e in listed), reverse=True)
    assert "documents/00006.pdf: the store does not have it" in printed.err
    # Values are for the person who asked, not for notices that end up in logs.
    assert listed[0]["label"] not in printed.err


def test_the_list_is_a_table_or_csv(store: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["corrections", "review", "--store", str(store), "--n", "2", "--format", "csv"]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["field"] for row in rows][:1] == ["amount_due"]
    assert main(["corrections", "review", "--store", str(store), "--n", "2"]) == 0
    assert "amount_due" in capsys.readouterr().out


def test_the_policy_is_checked(store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    policy = tmp_path / "policy.yaml"
    policy.write_text("unusuable: [undone]\n", encoding="utf-8")
    assert main(["corrections", "review", "--store", str(store), "--policy", str(policy)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "did you mean 'unusable'?" in line


def test_without_a_store_it_says_how_to_make_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["corrections", "review", "--store", str(tmp_path)]) == 2
    (line,) = capsys.readouterr().err.splitlines()
    assert "no store here" in line
