"""What a bundle knows of suppliers outlives training from it, and nothing outlives an erasure."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from tests.lab.memory.test_build import EVENTS, SHEETS
from tests.lab.pdf import pdf_with

torch = pytest.importorskip("torch", reason="needs the lab extra")
pytest.importorskip("transformers", reason="needs the lab extra")
pytest.importorskip("peft", reason="needs the lab extra")

from tests.lab.training.tiny_run import generated_pages, tiny_config  # noqa: E402

from fakta.bundle import Bundle  # noqa: E402
from fakta.errors import MemoryFileError  # noqa: E402
from fakta.extract import bundled_memory  # noqa: E402
from fakta.memory import Memory  # noqa: E402
from fakta_lab.cli import main  # noqa: E402
from fakta_lab.corrections.erasure import erase, of_document, of_supplier  # noqa: E402
from fakta_lab.export import export_run  # noqa: E402
from fakta_lab.formats.memories import read_memory, write_memory  # noqa: E402
from fakta_lab.memory import update_memory  # noqa: E402
from fakta_lab.store import Store  # noqa: E402
from fakta_lab.training import train  # noqa: E402
from fakta_lab.training.finished import merge_adapter  # noqa: E402

pytestmark = pytest.mark.torch

PAGES = [labelled.page for labelled in generated_pages(2)]
# Steps so small that weights which were rounded to float16 stay so: what is learned does not matter here.
SHORT = {"max_steps": 1, "eval_invoices": 0, "learning_rate": 1e-9}


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bundle without a memory."""
    folder = tmp_path_factory.mktemp("plain")
    run = train(tiny_config(folder / "run", max_steps=1, eval_invoices=0), progress=False).path
    return exported(run, folder / "bundle")


@pytest.fixture(scope="module")
def trained(plain: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run that began with it."""
    return train(tiny_config(tmp_path_factory.mktemp("runs") / "run", start=str(plain), **SHORT), progress=False).path


@pytest.fixture
def store(tmp_path: Path) -> Store:
    opened = Store.open(tmp_path / "store", create=True)
    for each in EVENTS[:3]:
        opened.add_document(pdf_with(SHEETS[each["document"]]), name=each["document"], tenant=each["tenant"])
    opened.add_events(((each, "") for each in EVENTS[:3]), source="corrections.jsonl")
    return opened


@pytest.fixture
def start(plain: Path, store: Store, tmp_path: Path) -> Path:
    """The bundle with a memory of the store."""
    bundle = Path(shutil.copytree(plain, tmp_path / "models" / "start"))
    update_memory(store, Memory(), bundle)
    return bundle


@pytest.fixture
def run(trained: Path, start: Path, tmp_path: Path) -> Path:
    """What training from `start` leaves, as the first test shows."""
    folder = Path(shutil.copytree(trained, tmp_path / "run"))
    shutil.copy(start / "memory.json", folder)
    return folder


def exported(run: Path, out: Path) -> Path:
    return export_run(run, out, name="b", pages=PAGES)


def documents(bundle: Path) -> set[str]:
    memory = bundled_memory(Bundle.load(bundle))
    return set(memory.documents) if memory else set()


def test_memory_goes_from_start_to_run_to_bundle(
    start: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    known = documents(start)
    assert len(known) == 3
    run = train(tiny_config(tmp_path / "run", start=str(start), **SHORT), progress=False).path
    # The start may be gone by the time of the export, and a further run begins with the run.
    shutil.rmtree(start)
    again = train(tiny_config(tmp_path / "again", start=str(run), **SHORT), progress=False).path
    bundle = exported(again, tmp_path / "bundle")
    assert documents(bundle) == known
    assert main(["memory", "show", str(bundle)]) == 0
    assert "Norra Exempel AB" in capsys.readouterr().out


def test_memory_goes_with_a_merged_adapter(start: Path, tmp_path: Path) -> None:
    config = tiny_config(tmp_path / "run", start=str(start), adapter={"name": "a"}, **SHORT)
    whole = merge_adapter(train(config, progress=False).path, tmp_path / "whole")
    assert documents(exported(whole, tmp_path / "bundle")) == documents(start)


def test_run_from_a_start_without_a_memory_has_none(trained: Path, plain: Path) -> None:
    assert not (trained / "memory.json").exists()
    assert "memory.json" not in Bundle.load(plain).manifest["files"]


def test_bundle_that_is_replaced_keeps_what_it_was_told_last(
    run: Path, plain: Path, store: Store, tmp_path: Path
) -> None:
    out = Path(shutil.copytree(plain, tmp_path / "models" / "ours"))
    update_memory(store, Memory(), out, tenant="vatten")
    exported(run, out)
    assert len(documents(out)) == 1
    # Emptied is not the same as never built: the store still looks for it here.
    write_memory(out, Memory())
    exported(run, out)
    assert documents(out) == set()
    assert "memory.json" in Bundle.load(out).manifest["files"]


def test_erasure_reaches_the_copies_in_runs_and_in_their_bundles(
    run: Path, start: Path, store: Store, tmp_path: Path
) -> None:
    out = exported(run, tmp_path / "models" / "ours")
    report = erase(store, of_document(store, "c.pdf"), scope="document", search=[tmp_path])
    assert {path for path, _ in report.memories} == {start, out, run / "memory.json"}
    assert report.memories_missing == []
    erase(store, of_supplier(store, "Norra Exempel AB"), scope="supplier", search=[tmp_path])
    for place in (start, out, run / "memory.json"):
        assert read_memory(place).to_text() == Memory().to_text()
    assert documents(exported(run, tmp_path / "later")) == set()


def test_damaged_memory_is_not_spread(run: Path, tmp_path: Path) -> None:
    (run / "memory.json").write_text("{}", encoding="utf-8")
    with pytest.raises(MemoryFileError, match=r"memory\.json"):
        exported(run, tmp_path / "bundle")
    assert not (tmp_path / "bundle").exists()
