"""`fakta corrections sample`: pools of files, the store's own documents, formats, what is left out, and errors."""

from __future__ import annotations

import csv
import io
import json
import shutil
from pathlib import Path

import pytest

from fakta_lab.cli import main
from fakta_lab.store import Store
from fakta_lab.synth.write import write_set


@pytest.fixture(scope="module")
def pool(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Six invoices of three suppliers; read them, never change them."""
    folder = tmp_path_factory.mktemp("pool") / "set"
    return write_set(folder, count=6, seed=3, profile="demo", suppliers=3) / "documents"


@pytest.fixture
def away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder without a store, as the working directory."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FAKTA_STORE", raising=False)
    return tmp_path


def corrected(store: Path, document: Path) -> str:
    """A store that has a document and one event about it; the document's sha256."""
    with Store.open(store, create=True) as opened:
        sha256 = opened.add_document(document.read_bytes(), name=document.name)
        event = {"document": document.name, "corrected": {"invoice_number": "17"}}
        opened.add_events([(event, "line 1")], source="test")
    return sha256


def test_json_has_signals_reasons_and_the_selection_to_send_back(
    pool: Path, away: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["corrections", "sample", str(pool), "--n", "4", "--format", "json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert (result["pool"], result["left_out"], result["unread"]) == (6, 0, [])
    assert [document["selection"] for document in result["documents"]] == ["audit", "sample", "sample", "sample"]
    for document in result["documents"]:
        assert list(document) == ["document", "sha256", "selection", "score", "signals", "reasons"]
        assert set(document["signals"]) == {"uncertainty", "disagreement", "novelty", "money"}
        assert document["reasons"]
        assert Path(document["document"]).parent == pool


def test_the_same_call_gives_the_same_bytes_in_any_order(
    pool: Path, away: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    files = sorted(str(path) for path in pool.iterdir())
    printed = []
    for paths in (files, files[::-1]):
        assert main(["corrections", "sample", *paths, "--n", "3", "--seed", "4", "--format", "csv"]) == 0
        printed.append(capsys.readouterr().out)
    assert printed[0] == printed[1]
    rows = list(csv.DictReader(io.StringIO(printed[0])))
    assert len(rows) == 3
    assert all(0 <= float(rows[0][name]) <= 1 for name in ("score", "uncertainty", "disagreement", "novelty", "money"))


def test_corrected_documents_are_left_out(pool: Path, away: Path, capsys: pytest.CaptureFixture[str]) -> None:
    first = sorted(pool.iterdir())[0]
    sha256 = corrected(away / "store", first)
    arguments = ["corrections", "sample", str(pool), "--store", "store", "--format", "json", "--n", "50"]
    assert main(arguments) == 0
    printed = capsys.readouterr()
    result = json.loads(printed.out)
    assert (result["pool"], result["left_out"]) == (5, 1)
    assert sha256 not in {document["sha256"] for document in result["documents"]}
    assert "left out because they are corrected: 1" in printed.err
    assert "50 documents were asked for, and the pool has 5" in printed.err


def test_without_a_pool_the_store_s_unlabelled_documents(
    pool: Path, away: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    first, second, third, *_ = sorted(pool.iterdir())
    corrected(away / "store", first)
    with Store.open(away / "store") as store:
        store.add_document(second.read_bytes(), name="inbox/b.pdf")
        # An event in which nobody looked at anything labels nothing.
        store.add_document(third.read_bytes(), name="c.pdf")
        store.add_events([({"document": "c.pdf", "confirmed": []}, "line 1")], source="test")
    monkeypatch.setenv("FAKTA_STORE", "store")
    assert main(["corrections", "sample", "--format", "json"]) == 0
    result = json.loads(capsys.readouterr().out)
    assert {document["document"] for document in result["documents"]} == {"inbox/b.pdf", "c.pdf"}


def test_a_document_that_cannot_be_read_is_reported_and_the_rest_is_done(
    pool: Path, away: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    good = shutil.copy(sorted(pool.iterdir())[0], away / "good.pdf")
    (away / "bad.pdf").write_text("no document", encoding="utf-8")
    paths = [str(good), str(away / "bad.pdf"), str(away / "missing.pdf")]
    assert main(["corrections", "sample", *paths, "--out", "batch.json", "--format", "json"]) == 2
    errors = [line for line in capsys.readouterr().err.splitlines() if line.startswith("error: ")]
    assert len(errors) == 2
    assert any("bad.pdf" in line for line in errors)
    assert any("missing.pdf" in line for line in errors)
    result = json.loads((away / "batch.json").read_text(encoding="utf-8"))
    assert [document["document"] for document in result["documents"]] == [str(good)]
    assert len(result["unread"]) == 2


def test_the_same_bytes_under_two_names_come_once(pool: Path, away: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("b.pdf", "a.pdf"):
        shutil.copy(sorted(pool.iterdir())[0], away / name)
    assert main(["corrections", "sample", "b.pdf", "a.pdf", "--format", "json"]) == 0
    (document,) = json.loads(capsys.readouterr().out)["documents"]
    assert document["document"] == "a.pdf"


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "no store here"),
        (["--store", "nowhere"], "no store here"),
        (["-"], "stdin"),
        (["empty"], "no documents in this folder"),
        (["a.pdf", "--config", "weights.yaml"], "did you mean 'uncertainty'"),
        (["a.pdf", "--audit", "1.5"], "audit"),
        (["a.pdf", "--n", "0"], "--n"),
    ],
)
def test_bad_usage_is_one_line(arguments: list[str], says: str, away: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (away / "empty").mkdir()
    (away / "a.pdf").write_bytes(b"")
    (away / "weights.yaml").write_text("uncertanty: 1\n", encoding="utf-8")
    assert main(["corrections", "sample", *arguments]) == 2
    printed = capsys.readouterr()
    assert printed.out == ""
    (line,) = printed.err.splitlines()
    assert says in line


def test_the_table_fits_a_page(pool: Path, away: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["corrections", "sample", str(sorted(pool.iterdir())[0])]) == 0
    printed = capsys.readouterr().out
    assert "1 of 1 documents" in printed
    assert "drawn at random" in printed
    assert max(map(len, printed.splitlines())) <= 120
