"""Files of results that grow: nothing twice, nothing lost, whatever a stopped run left."""

from __future__ import annotations

import hashlib
import json
import multiprocessing
from collections.abc import Sequence
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest

from fakta.errors import DamagedDocument, InputError
from fakta.extraction import ExtractedField, Extraction
from fakta_lab.formats.results_file import errors_path, writing

MODEL = "fakta/test"


class Stopped(Exception):
    """Stands for whatever stops a run."""


@pytest.fixture
def documents(tmp_path: Path) -> list[str]:
    """Five documents; what holds "bad" cannot be read."""
    folder = tmp_path / "documents"
    folder.mkdir()
    for name, content in (("a", "1"), ("b", "2"), ("c", "bad"), ("d", "4"), ("å", "5")):
        (folder / f"{name}.pdf").write_text(content, encoding="utf-8")
    return sorted(map(str, folder.iterdir()))


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path / "results.jsonl"


def read(document: str, *, model: str = MODEL) -> Extraction:
    content = Path(document).read_bytes()
    field = ExtractedField("invoice_number", content.decode())
    return Extraction(document, hashlib.sha256(content).hexdigest(), 1, model, False, {"invoice_number": field})


def run(
    out: Path,
    documents: Sequence[str],
    *,
    stop_after: int | None = None,
    resume: bool = False,
    retry_failed: bool = False,
    model: str = MODEL,
) -> list[str]:
    """A run that reads the documents, or stops after some; returns those that it read."""
    with writing(out, documents, model=model, resume=resume, retry_failed=retry_failed) as file:
        for number, document in enumerate(file.remaining):
            if number == stop_after:
                raise Stopped
            if not Path(document).exists() or "bad" in Path(document).read_text(encoding="utf-8"):
                file.fail(document, DamagedDocument(f"{document} is damaged"), model=model)
            else:
                file.add(read(document, model=model))
        return file.remaining


def stopped(out: Path, documents: Sequence[str], *, after: int, resume: bool = False) -> None:
    with pytest.raises(Stopped):
        run(out, documents, stop_after=after, resume=resume)


def names(path: Path) -> list[str]:
    return [Path(json.loads(line)["document"]).stem for line in path.read_text(encoding="utf-8").splitlines()]


def files(out: Path) -> list[str]:
    return sorted(path.name for path in out.parent.iterdir() if path.is_file())


def test_results_and_failures_have_a_file_each(out: Path, documents: list[str]) -> None:
    run(out, documents)
    assert names(out) == ["a", "b", "d", "å"]
    (failure,) = map(json.loads, errors_path(out).read_text(encoding="utf-8").splitlines())
    assert failure == {
        "document": documents[2],
        "sha256": hashlib.sha256(b"bad").hexdigest(),
        "model": MODEL,
        "kind": "DamagedDocument",
        "error": f"{documents[2]} is damaged",
    }
    assert files(out) == ["results.errors.jsonl", "results.jsonl"]


def test_a_finished_file_is_replaced(out: Path, documents: list[str]) -> None:
    run(out, documents)
    run(out, documents[:1])
    assert names(out) == ["a"]
    assert files(out) == ["results.jsonl"]


def test_a_stopped_run_is_not_overwritten(out: Path, documents: list[str]) -> None:
    stopped(out, documents, after=2)
    before = out.read_bytes()
    with pytest.raises(InputError, match="stopped before its end; go on with --resume, or remove the file"):
        run(out, documents)
    assert out.read_bytes() == before
    out.unlink()
    run(out, documents)
    assert names(out) == ["a", "b", "d", "å"]


@pytest.mark.parametrize("after", range(5))
def test_a_stopped_run_goes_on_where_it_was(after: int, out: Path, documents: list[str], tmp_path: Path) -> None:
    undisturbed = tmp_path / "undisturbed.jsonl"
    run(undisturbed, documents)
    stopped(out, documents, after=after)
    assert run(out, documents, resume=True) == documents[after:]
    assert out.read_bytes() == undisturbed.read_bytes()
    assert errors_path(out).read_bytes() == errors_path(undisturbed).read_bytes()
    assert not out.with_name("results.jsonl.lock").exists()
    assert run(out, documents, resume=True) == []
    assert out.read_bytes() == undisturbed.read_bytes()


def test_wherever_the_last_line_is_torn_it_is_cut_off(out: Path, documents: list[str]) -> None:
    run(out, documents)
    whole = out.read_bytes()
    for length in range(len(whole)):
        out.write_bytes(whole[:length])
        run(out, documents, resume=True)
        assert out.read_bytes() == whole


def test_a_torn_failure_is_cut_off(out: Path, documents: list[str]) -> None:
    run(out, documents)
    whole = errors_path(out).read_bytes()
    for length in range(len(whole)):
        errors_path(out).write_bytes(whole[:length])
        assert run(out, documents, resume=True) == [documents[2]]
        assert errors_path(out).read_bytes() == whole


def test_zeros_that_a_power_failure_leaves_are_cut_off(out: Path, documents: list[str]) -> None:
    run(out, documents)
    whole = out.read_bytes()
    out.write_bytes(whole + b"\0" * 4096)
    assert run(out, documents, resume=True) == []
    assert out.read_bytes() == whole


def test_a_document_that_changed_is_read_again(out: Path, documents: list[str]) -> None:
    run(out, documents)
    Path(documents[1]).write_text("new", encoding="utf-8")
    Path(documents[2]).write_text("mended", encoding="utf-8")
    Path(documents[3]).write_text("now bad", encoding="utf-8")
    assert run(out, documents, resume=True) == documents[1:4]
    assert names(out) == ["a", "å", "b", "c"]
    assert names(errors_path(out)) == ["d"]
    values = [json.loads(line)["fields"]["invoice_number"]["value"] for line in out.read_text("utf-8").splitlines()]
    assert values == ["1", "5", "new", "mended"]


def test_failures_are_not_tried_again_unless_asked(out: Path, documents: list[str]) -> None:
    run(out, documents)
    with writing(out, documents, model=MODEL, resume=True) as file:
        assert (file.remaining, file.n_known, file.n_failed) == ([], 4, 1)
    assert run(out, documents, resume=True, retry_failed=True) == [documents[2]]
    assert names(errors_path(out)) == ["c"]
    assert names(out) == ["a", "b", "d", "å"]


def test_a_missing_document_that_comes_is_read(out: Path, documents: list[str], tmp_path: Path) -> None:
    late = tmp_path / "late.pdf"
    run(out, [*documents, str(late)])
    assert names(errors_path(out)) == ["c", "late"]
    assert run(out, [*documents, str(late)], resume=True) == []
    late.write_text("6", encoding="utf-8")
    assert run(out, [*documents, str(late)], resume=True) == [str(late)]
    assert names(out) == ["a", "b", "d", "å", "late"]
    assert names(errors_path(out)) == ["c"]


def test_new_documents_are_added_and_others_stay(out: Path, documents: list[str]) -> None:
    run(out, documents[:2])
    assert run(out, documents[1:], resume=True) == documents[2:]
    assert names(out) == ["a", "b", "d", "å"]


def test_a_document_given_twice_has_two_results(out: Path, documents: list[str]) -> None:
    twice = [documents[0], documents[1], documents[0]]
    stopped(out, twice, after=1)
    run(out, twice, resume=True)
    assert names(out) == ["a", "b", "a"]


def test_without_a_file_resuming_begins(out: Path, documents: list[str]) -> None:
    assert run(out, documents, resume=True) == documents
    assert names(out) == ["a", "b", "d", "å"]


def test_another_model_is_not_mixed_in(out: Path, documents: list[str]) -> None:
    run(out, documents)
    before = out.read_bytes()
    with pytest.raises(InputError, match="holds results of fakta/test, and fakta/other reads now"):
        run(out, documents, resume=True, model="fakta/other")
    assert out.read_bytes() == before
    assert files(out) == ["results.errors.jsonl", "results.jsonl"]


@pytest.mark.parametrize(
    "content",
    [
        "an invoice",
        "an invoice\n",
        '{"name": 1}\n',
        '{"document": 1, "sha256": null, "model": ""}\n{"document": "a"}\n',
        "[]\n[]\n",
        "\n",
    ],
)
def test_other_files_are_not_cut(content: str, out: Path, documents: list[str]) -> None:
    out.write_text(content, encoding="utf-8")
    with pytest.raises(InputError, match="line 1: no line of a results file"):
        run(out, documents, resume=True)
    assert out.read_text(encoding="utf-8") == content
    assert files(out) == ["results.jsonl"]


def test_a_damaged_line_before_the_last_is_named(out: Path, documents: list[str]) -> None:
    run(out, documents)
    lines = out.read_bytes().splitlines(keepends=True)
    out.write_bytes(b"".join([lines[0], lines[1][:50] + b"\n", *lines[2:]]))
    with pytest.raises(InputError, match="line 2: no line of a results file"):
        run(out, documents, resume=True)


def hold(out: Path, documents: list[str], held: Event, let_go: Event) -> None:
    with writing(out, documents, model=MODEL):
        held.set()
        let_go.wait(30)


@pytest.mark.parametrize("resume", [False, True])
def test_only_one_run_writes(resume: bool, out: Path, documents: list[str]) -> None:
    context = multiprocessing.get_context("spawn")
    held, let_go = context.Event(), context.Event()
    other = context.Process(target=hold, args=(out, documents, held, let_go))
    other.start()
    assert held.wait(30)
    with pytest.raises(InputError, match="another run is writing it; wait until it is done"):
        run(out, documents, resume=resume)
    let_go.set()
    other.join()
    run(out, documents, resume=resume)
    assert names(out) == ["a", "b", "d", "å"]


def test_names_that_are_no_utf8_are_written(out: Path, tmp_path: Path) -> None:
    document = str(tmp_path / "f\udce5ktura.pdf")
    Path(document).write_text("1", encoding="utf-8")
    run(out, [document])
    assert json.loads(out.read_text(encoding="utf-8"))["document"] == document
    assert run(out, [document], resume=True) == []


def test_a_full_disk_is_one_line_and_the_run_can_go_on(out: Path, documents: list[str]) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no /dev/full")
    with writing(out, documents, model=MODEL) as file:
        errors_path(out).symlink_to("/dev/full")
        with pytest.raises(InputError, match=r"cannot be written \(No space left on device\); go on with --resume"):
            file.fail(documents[2], DamagedDocument("damaged"), model=MODEL)
        file._errors = None


@pytest.mark.parametrize("kind", ["folder", "no folder"])
def test_a_place_that_cannot_be_written_is_named(kind: str, out: Path, documents: list[str]) -> None:
    if kind == "folder":
        out.mkdir()
    path = out if kind == "folder" else out / "results.jsonl"
    with pytest.raises(InputError, match="no regular file" if kind == "folder" else "does not exist; make it first"):
        run(path, documents)
