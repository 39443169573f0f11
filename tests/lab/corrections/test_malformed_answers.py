"""Documents, answers of models, Donut sets and mappings that cannot be used, in the manner of `test_malformed`."""

# One case a line, however long its message.
# ruff: noqa: E501

from __future__ import annotations

import base64
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from tests.lab.corrections.importers import PDF, PNG, documents_in, imported, write_lines

from fakta.errors import ConfigError, DatasetError
from fakta_lab.corrections.mapping import ImportMapping


def completion(content: Any = '{"iban": null}', *, finish: str = "stop", **message: Any) -> dict[str, Any]:
    choice = {"index": 0, "finish_reason": finish, "message": {"role": "assistant", "content": content, **message}}
    return {"id": "chatcmpl-1", "model": "gpt-4o-2024-08-06", "choices": [choice]}


def logged(response: Any, url: str = "") -> dict[str, Any]:
    content = [{"type": "image_url", "image_url": {"url": url}}] if url else "text"
    return {"request": {"metadata": {"document": "b.pdf"}, "messages": [{"role": "user", "content": content}]}, "response": response}  # fmt: skip


OPENAI: dict[str, tuple[Any, str]] = {
    "refusal": (logged(completion(None, refusal="I cannot help with that.")), "the model refused: 'I cannot help with that.'"),
    "cut off": (logged(completion('{"iban": "SE', finish="length")), "the answer was cut off (finish_reason 'length')"),
    "not JSON": (logged(completion("The total is 12 450 kr.")), "content: not valid JSON (Expecting value at column 1)"),
    "not JSON in a tool call": (logged(completion(None, tool_calls=[{"function": {"name": "f", "arguments": "{"}}])), "tool call: not valid JSON (Expecting property name enclosed in double quotes at column 2)"),
    "a list": (logged(completion("[1]")), "content: expected a JSON object, found a list"),
    "no content": (logged(completion(None)), "content: expected a text of JSON, found null"),
    "no choices": (logged({"id": "x", "choices": []}), "response: no choices with a message"),
    "failed": (logged({"error": {"message": "Rate limit reached"}}), "the request failed: 'Rate limit reached'"),
    "failed in a batch": ({"custom_id": "b", "response": {"status_code": 500, "body": {}}, "error": None}, "the request failed with status 500"),
    "no answer": ({"custom_id": "b", "body": {"messages": []}}, "a request without an answer"),
    "no document": ({"response": completion()}, "document: the log names none; put it in the request's metadata, or map keys.document"),
}  # fmt: skip


@pytest.mark.parametrize("name", OPENAI)
def test_an_answer_that_cannot_be_used(name: str, tmp_path: Path) -> None:
    bad, message = OPENAI[name]
    good = {"custom_id": "good.pdf", "response": {"status_code": 200, "body": completion()}}
    report = imported(write_lines(tmp_path / "log.jsonl", good, bad), tmp_path / "store", kind="openai")
    assert [str(problem) for problem in report.problems] == [f"line 2: {message}"]
    assert documents_in(tmp_path / "store") == {"good.pdf"}


PICTURES: dict[str, tuple[str, str]] = {
    "an address": ("https://example.com/a.png", "image_url: 'https://example.com/a.png' is no data URI; addresses are not fetched"),
    "broken base64": ("data:image/png;base64,iVBO*", "image_url: the base64 is damaged"),
    "no base64": ("data:image/png,abc", "image_url: a data URI without base64"),
    "no picture": ("data:image/png;base64," + base64.b64encode(b"<html>").decode(), "document: b.pdf: an HTML page, neither a PDF nor an image"),
}  # fmt: skip


@pytest.mark.parametrize("name", PICTURES)
def test_a_picture_that_cannot_be_used_leaves_the_answer(name: str, tmp_path: Path) -> None:
    url, message = PICTURES[name]
    report = imported(write_lines(tmp_path / "log.jsonl", logged(completion(), url)), tmp_path / "store")
    assert [str(problem) for problem in report.problems] == [f"line 1: {message}"]
    assert (report.events_new, report.refused, report.missing) == (1, 0, ["b.pdf"])


def test_a_correction_of_an_answer_that_is_not_there(tmp_path: Path) -> None:
    log = write_lines(tmp_path / "log.jsonl", logged(completion()))
    corrected = write_lines(tmp_path / "right.jsonl", {"document": "c.pdf", "iban": None})
    report = imported(log, tmp_path / "store", corrected=corrected)
    assert [str(problem) for problem in report.problems] == [f"{corrected} line 1: no answer for 'c.pdf' in {log}"]


DONUT: dict[str, tuple[Any, str]] = {
    "not JSON": ({"file_name": "b.png", "ground_truth": "{'gt_parse'"}, "ground_truth: not valid JSON (Expecting property name enclosed in double quotes at column 2)"),
    "no parse": ({"file_name": "b.png", "ground_truth": "{}"}, "ground_truth: gt_parse: expected an object, found null"),
    "several parses": ({"file_name": "b.png", "ground_truth": '{"gt_parses": [{}, {}]}'}, "ground_truth: gt_parses has several parses; one a document is expected"),
    "no file": ({"ground_truth": "{}"}, "file_name: expected a path, found null"),
    "out of the folder": ({"file_name": "../b.png", "ground_truth": '{"gt_parse": {}}'}, "document: '../b.png' leads out of the folder of documents"),
}  # fmt: skip


@pytest.mark.parametrize("name", DONUT)
def test_a_ground_truth_that_cannot_be_used(name: str, tmp_path: Path) -> None:
    bad, message = DONUT[name]
    good = {"file_name": "good.png", "ground_truth": '{"gt_parse": {"iban": null}}'}
    write_lines(tmp_path / "set" / "metadata.jsonl", good, bad)
    (tmp_path / "set" / "good.png").write_bytes(PNG)
    report = imported(tmp_path / "set", tmp_path / "store")
    assert [str(problem) for problem in report.problems] == [f"line 2: {message}"]
    assert (report.events_new, report.documents_new) == (1, 1)


def test_a_folder_with_halves_of_pairs_and_links(tmp_path: Path) -> None:
    folder = tmp_path / "set"
    folder.mkdir()
    for name in ("good", "no-document", "two", "cut"):
        (folder / f"{name}.json").write_text('{"iban": null}' if name != "cut" else '{"iban"', encoding="utf-8")
    for name in ("good.pdf", "no-json.pdf", "two.pdf", "two.png", "cut.pdf", "round.pdf", "stolen.pdf"):
        (folder / name).write_bytes(PDF)
    (folder / "round.json").symlink_to("round.json")
    (tmp_path / "secret.json").write_text('{"iban": null}', encoding="utf-8")
    (folder / "stolen.json").symlink_to(tmp_path / "secret.json")
    report = imported(folder, tmp_path / "store")
    assert {str(problem) for problem in report.problems} == {
        "no-document.json: no document no-document.pdf beside it",
        "no-json.pdf: no no-json.json beside it",
        "two.json: 'two.pdf' and 'two.png' have that name",
        "cut.json: not valid JSON (Expecting ':' delimiter at column 8)",
        "round.json: a link that leads to itself",
        f"stolen.json: leads out of {folder} and is not read",
    }
    assert (report.events_new, report.documents_new) == (1, 1)


def into_documents(tmp_path: Path, name: str, prepare: Callable[[Path], None]) -> Any:
    folder = tmp_path / "documents"
    folder.mkdir()
    prepare(folder)
    path = write_lines(tmp_path / "c.jsonl", {"document": name, "corrected": {"invoice_number": "17"}})
    return imported(path, tmp_path / "store", documents=folder)


SHA = "ab" * 32
DOCUMENTS: dict[str, tuple[str, Callable[[Path], Any], str | None]] = {
    "missing": ("a.pdf", lambda folder: None, None),
    "a sha256 that nobody has": (SHA, lambda folder: None, None),
    "other bytes than its sha256 says": (SHA, lambda folder: (folder / SHA).write_bytes(PDF), "{name}: the file of that name has other bytes than its sha256 says"),
    "absolute path": ("/etc/hostname", lambda folder: None, "{name}: leads out of {folder} and is not read"),
    "link out of the folder": ("a.pdf", lambda folder: (folder / "a.pdf").symlink_to("/etc/hostname"), "{name}: leads out of {folder} and is not read"),
    "link to itself": ("a.pdf", lambda folder: (folder / "a.pdf").symlink_to("a.pdf"), "{name}: cannot be read (a link that leads to itself, or a name too long)"),
    "folder": ("a.pdf", lambda folder: (folder / "a.pdf").mkdir(), "{name} is a folder: give the files in it, for example {name}/*.pdf"),
    "pipe": ("a.pdf", lambda folder: os.mkfifo(folder / "a.pdf"), "{name} is not a regular file: save it as one first"),
    "empty": ("a.pdf", lambda folder: (folder / "a.pdf").write_bytes(b""), "{name} is empty (0 bytes): check that it was saved or uploaded completely"),
    "no document": ("a.pdf", lambda folder: (folder / "a.pdf").write_bytes(b"Hej"), "{name}: plain text, neither a PDF nor an image"),
}  # fmt: skip


@pytest.mark.parametrize("case", DOCUMENTS)
def test_an_event_without_a_usable_document_is_kept(case: str, tmp_path: Path) -> None:
    name, prepare, message = DOCUMENTS[case]
    report = into_documents(tmp_path, name, prepare)
    assert (report.events_new, report.refused, report.missing) == (1, 0, [name])
    said = [problem.message for problem in report.problems]
    folder = str(tmp_path / "documents")
    assert said == ([f"document: {message}".format(name=name, folder=folder)] if message else [])


MAPPINGS: dict[str, tuple[str, str]] = {
    "unknown key": ("feilds: {}\n", "unknown key 'feilds'; did you mean 'fields'?"),
    "unknown field": ("fields: {invoice_nubmer: fakturanr}\n", "fields = {'invoice_nubmer': 'fakturanr'}: no field 'invoice_nubmer'; did you mean 'invoice_number'?"),
    "unknown event key": ("keys: {documnt: pdf}\n", "keys = {'documnt': 'pdf'}: no key 'documnt'; did you mean 'document'?"),
    "no date format": ("dates: ['yyyy-mm-dd']\n", "dates = ['yyyy-mm-dd']: 'yyyy-mm-dd' has no %d and %m; a format looks like '%d/%m/%Y'"),
    "no decimal sign": ("decimal: ';'\n", "decimal = ';': input should be '.' or ','"),
    "a constant that is no text": ("constants: {tenant: 7}\n", "constants.tenant = 7: input should be a valid string"),
}  # fmt: skip


@pytest.mark.parametrize("name", MAPPINGS)
def test_a_mapping_that_cannot_be_used(name: str, tmp_path: Path) -> None:
    text, message = MAPPINGS[name]
    path = tmp_path / "mapping.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError) as caught:
        ImportMapping.load(path)
    assert str(caught.value) == f"{path}: {message}"


def test_a_mapping_that_names_columns_that_are_not_there(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text("pdf_sökväg;fakturanr\na.pdf;17\n", encoding="utf-8")
    mapping = ImportMapping(keys={"document": "pdf_sokväg"}, fields={"invoice_number": "fakturanr", "iban": "konto"})
    with pytest.raises(DatasetError) as caught:
        imported(path, tmp_path / "store", mapping=mapping)
    assert str(caught.value) == (
        f"{path}: line 1: mapping: keys.document: no column 'pdf_sokväg'; did you mean 'pdf_sökväg'?; "
        "mapping: fields.iban: no column 'konto'; "
        "no column 'document' among 'pdf_sökväg', 'fakturanr'; is the header missing?"
    )
