"""Input that cannot be used: what is said about it, word for word, and that it costs nothing beside it."""

# One case a line, however long its message.
# ruff: noqa: E501

from __future__ import annotations

import json
import sqlite3
from pathlib import Path
from typing import Any

import pytest
from tests.lab.corrections.importers import documents_in, events_in, imported, write_lines

from fakta.errors import DatasetError, InputError

GOOD = {"document": "good.pdf", "corrected": {"iban": None}}
ALSO_GOOD = {"document": "also-good.pdf", "corrected": {"iban": None}}


def event(**changes: Any) -> dict[str, Any]:
    return {"document": "bad.pdf", "corrected": {"invoice_number": "17"}, **changes}


NOT_AN_EVENT: dict[str, tuple[Any, str]] = {
    "wrong encoding": ('{"document": "å.pdf", "corrected": {}}'.encode("latin-1"), "not UTF-8 text (byte 15 of the line is 0xe5)"),
    "truncated": ('{"document": "b.pdf", "corr', "not valid JSON (Unterminated string starting at at column 23)"),
    "no object": ("[1, 2]", "expected a JSON object, found a list"),
    "NaN": ('{"document": "b.pdf", "corrected": {"amount_due": NaN}}', "not valid JSON (NaN is no number)"),
    "infinity": ('{"document": "b.pdf", "corrected": {"amount_due": -Infinity}}', "not valid JSON (-Infinity is no number)"),
    "a number beyond all": ('{"document": "b.pdf", "corrected": {}, "extracted": {"amount_due": 1e999}}', "a number that is none (NaN or infinity)"),
    "a number without end": (f'{{"document": "b.pdf", "corrected": {{"amount_due": {"9" * 5000}}}}}', "not valid JSON (a number with too many digits)"),
    "a key twice": ('{"document": "b.pdf", "document": "c.pdf", "corrected": {}}', "not valid JSON (key 'document' stands twice in one object)"),
    "a field twice": ('{"document": "b.pdf", "corrected": {"iban": null, "iban": "x"}}', "not valid JSON (key 'iban' stands twice in one object)"),
    "nested too deep to parse": ("[" * 100_000, "not valid JSON (nested too deeply)"),
    "nested too deep to keep": (event(extra=json.loads("[" * 30 + "]" * 30)), "nested more than 20 levels deep"),
    "half a character": ('{"document": "b.pdf", "corrected": {"supplier_name": "\\ud83d"}}', "a text with half a character (an unpaired surrogate)"),
    "NUL in a name": (event(tenant="a\0b"), "tenant: has a character U+0000: 'a\\x00b'"),
    "10 MB": (event(extracted={"supplier_name": "x" * 10_000_000}), "an event of 10.0 MB; the limit is 1 MB"),
    "near-miss of a key": (event(**{"corected": {}}), "unknown key 'corected'; did you mean 'corrected'?"),
    "no document": ({"corrected": {}}, "document: expected a path or a sha256, found nothing"),
    "no labels": ({"document": "b.pdf"}, "corrected: missing, and confirmed too; an event needs one of them"),
    "wrong type for confirmed": (event(confirmed={"iban": True}), "confirmed: expected a list of field names"),
    "wrong type for tenant": (event(tenant=4), "tenant: expected a text, found a number"),
    "wrong type for corrected": (event(corrected=["iban"]), "corrected: expected an object, found a list"),
    "impossible time": (event(corrected_at="2026-02-30T10:00:00"), "corrected_at: expected an ISO 8601 time, found '2026-02-30T10:00:00'"),
    "a time that UTC has not": (event(corrected_at="0001-01-01T00:00:00+02:00"), "corrected_at: expected an ISO 8601 time, found '0001-01-01T00:00:00+02:00'"),
    "future": (event(corrected_at="2026-06-03T12:00:00Z"), "corrected_at: '2026-06-03T12:00:00Z' is in the future"),
    "before computers had invoices": (event(corrected_at="1970-01-01T00:00:00Z"), "corrected_at: '1970-01-01T00:00:00Z' is before 1990"),
    "path traversal": (event(document="../../etc/passwd"), "document: '../../etc/passwd' leads out of the folder of documents"),
    "path traversal on Windows": (event(document="a\\..\\..\\b.pdf"), "document: 'a\\\\..\\\\..\\\\b.pdf' leads out of the folder of documents"),
}  # fmt: skip


@pytest.mark.parametrize("name", NOT_AN_EVENT)
def test_a_line_that_is_no_event_is_left_out(name: str, tmp_path: Path) -> None:
    line, message = NOT_AN_EVENT[name]
    path = write_lines(tmp_path / "corrections.jsonl", GOOD, line, ALSO_GOOD)
    report = imported(path, tmp_path / "store")
    assert [str(problem) for problem in report.problems] == [f"line 2: {message}"]
    assert (report.events_new, report.refused) == (2, 1)
    assert documents_in(tmp_path / "store") == {"good.pdf", "also-good.pdf"}


VALUES: dict[str, tuple[Any, str]] = {
    "unknown field": (event(corrected={"bankgrio": "1", "iban": None}), "corrected.bankgrio: no field of schema 'invoice'; did you mean 'bankgiro'?"),
    "unknown field confirmed": (event(confirmed=["total"], corrected={"iban": None}), "confirmed.total: no field of schema 'invoice'"),
    "impossible date": (event(corrected={"due_date": "2026-02-30", "iban": None}), "corrected.due_date: '2026-02-30' is no date: expected a day that exists, 1990-2079, such as 2026-04-15"),
    "a value of 20,000 characters": (event(corrected={"supplier_name": "x" * 20_000, "iban": None}), "corrected.supplier_name: a text of 20,000 characters; values have at most 10,000"),
    "an object for a value": (event(corrected={"amount_due": {"value": 1}, "iban": None}), "corrected.amount_due: expected a text or null, found an object"),
}  # fmt: skip


@pytest.mark.parametrize("name", VALUES)
def test_a_value_that_cannot_be_used_costs_its_field_only(name: str, tmp_path: Path) -> None:
    line, message = VALUES[name]
    path = write_lines(tmp_path / "corrections.jsonl", GOOD, line, ALSO_GOOD)
    report = imported(path, tmp_path / "store")
    assert [str(problem) for problem in report.problems] == [f"line 2: {message}"]
    assert (report.events_new, report.refused) == (3, 0)
    assert report.fields["iban"]["corrected"] == 3


def test_what_is_unusual_but_right_is_taken(tmp_path: Path) -> None:
    line = json.dumps(
        event(corrected_at="2026-04-02T10:00:00", corrected={"supplier_name": "Å\u2028B"}), ensure_ascii=False
    )
    path = write_lines(tmp_path / "c.jsonl", b"\xef\xbb\xbf" + line.encode(), "", json.dumps(GOOD) + "\r")
    report = imported(path, tmp_path / "store")
    assert (report.events_new, report.problems) == (2, [])


def test_the_same_id_with_other_content_names_both_places(tmp_path: Path) -> None:
    first = event(id="7")
    lines = [first, first, event(id="7", corrected={}), event(id="7", tenant="b")]
    report = imported(write_lines(tmp_path / "c.jsonl", *lines), tmp_path / "store")
    message = "line 3: id: '7' stands in line 1 already, with other content; the first is kept"
    assert [str(problem) for problem in report.problems] == [message]
    assert (report.events_new, report.events_known, report.refused) == (2, 1, 1)


# What makes a source unusable as a whole: content of a file (None: there is none), its name, options, and the message.
WHOLE: dict[str, tuple[bytes | None, str, dict[str, Any], str]] = {
    "missing file": (None, "c.jsonl", {}, "{path}: no such file or folder"),
    "empty file": (b"", "c.jsonl", {}, "{path}: is empty (0 bytes)"),
    "UTF-16": ("{}\n".encode("utf-16"), "c.jsonl", {"kind": "jsonl"}, "{path}: UTF-16 text, expected UTF-8; save the file again as UTF-8"),
    "UTF-16 without mark": ("{}\n".encode("utf-16-le"), "c.jsonl", {"kind": "jsonl"}, "{path}: UTF-16 text, expected UTF-8; save the file again as UTF-8"),
    "UTF-16 table": ("document;iban\n".encode("utf-16"), "c.csv", {}, "{path}: UTF-16 text, expected UTF-8; save the file again as UTF-8"),
    "database file": (b"SQLite format 3\0", "c.db", {}, "{path}: a database is named by its URL: sqlite:///{path}"),
    "no header": (b"a.pdf;17;10,00\nb.pdf;18;11,00\n", "c.csv", {}, "{path}: line 1: no column 'document' among 'a.pdf', '17', '10,00'; is the header missing?"),
    "unknown delimiter": (b"document|invoice_number\na.pdf|17\n", "c.csv", {}, "{path}: line 1: one column 'document|invoice_number'; columns are divided by a comma, a semicolon, a tab"),
    "column twice": (b"document;iban;iban\n", "c.csv", {}, "{path}: line 1: column 'iban' stands twice"),
    "misspelt column": (b"document;invoice_nubmer;iban\n", "c.csv", {}, "{path}: line 1: column 'invoice_nubmer': did you mean 'invoice_number'? If not, list it under ignore in a mapping"),
    "no column with values": (b"document;corrected_by\n", "c.csv", {}, "{path}: line 1: no column with values, such as 'amount_due' or 'corrected.amount_due'"),
    "unknown encoding": (b"document;iban\n", "c.csv", {"encoding": "latin-77"}, "--encoding latin-77: no such encoding; utf-8 and windows-1252 are common"),
    "option of another kind": (b"{}\n", "c.jsonl", {"query": "SELECT 1"}, "--query belongs to sql; {path} is read as jsonl (--from says otherwise)"),
    "Label Studio, cut off": (b'[{"id": 1, ', "c.json", {}, "{path}: not valid JSON (Expecting property name enclosed in double quotes at column 12)"),
    "Label Studio, no list": (b'{"id": 1}', "c.json", {"kind": "labelstudio"}, "{path}: expected a list of tasks, found an object; export as JSON"),
    "donut without metadata": (b"x", "a.png", {"kind": "folder"}, "{path}: no such folder"),
}  # fmt: skip


@pytest.mark.parametrize("name", WHOLE)
def test_a_source_that_cannot_be_used_at_all(name: str, tmp_path: Path) -> None:
    content, file, options, message = WHOLE[name]
    path = tmp_path / file
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InputError) as caught:
        imported(path, tmp_path / "store", **options)
    assert str(caught.value) == message.replace("{path}", str(path))


def test_a_folder_where_a_file_is_meant(tmp_path: Path) -> None:
    for kind, message in {"jsonl": "is a folder, expected a file", "csv": "is a folder, expected a CSV file"}.items():
        with pytest.raises(DatasetError) as caught:
            imported(tmp_path, tmp_path / "store", kind=kind)
        assert str(caught.value) == f"{tmp_path}: {message}"


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    # Even root may open this one, and not read it.
    path = Path("/proc/self/mem")
    if not path.exists():
        pytest.skip("no /proc on this system")
    with pytest.raises(DatasetError) as caught:
        imported(path, tmp_path / "store")
    assert str(caught.value) == "/proc/self/mem: cannot be read (Input/output error)"


CSV: dict[str, tuple[bytes, str]] = {
    "ragged": (b"bad.pdf;17\n", "line 3: 2 cells, the header has 3"),
    "wrong encoding": (b"bad.pdf;17;F\xf6rfall\n", "line 3: not UTF-8 text; try --encoding windows-1252"),
    "NUL": (b"bad.pdf;1\x007;\n", "line 3: holds a NUL byte"),
    "a cell of 200,000 characters": (b"bad.pdf;" + b"x" * 200_000 + b";\n", "line 3: a cell of more than 131,072 characters"),
    "text after a quote": (b'bad.pdf;"17"x;\n', "line 3: not valid CSV (';' expected after '\"')"),
}  # fmt: skip


@pytest.mark.parametrize("name", CSV)
def test_a_row_that_cannot_be_used_costs_no_other_row(name: str, tmp_path: Path) -> None:
    row, message = CSV[name]
    path = tmp_path / "c.csv"
    path.write_bytes(b"document;invoice_number;supplier_name\ngood.pdf;1;A AB\n" + row + b"also-good.pdf;2;B AB\n")
    report = imported(path, tmp_path / "store")
    assert [str(problem) for problem in report.problems] == [message]
    assert documents_in(tmp_path / "store") == {"good.pdf", "also-good.pdf"}


def test_a_quote_that_is_never_closed(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_bytes(b'document;iban\ngood.pdf;null\nbad.pdf;"SE\n')
    report = imported(path, tmp_path / "store")
    assert [str(problem) for problem in report.problems] == ["line 3: a quote that is never closed"]
    assert documents_in(tmp_path / "store") == {"good.pdf"}


def test_a_truth_value_that_is_none(tmp_path: Path) -> None:
    path = tmp_path / "c.csv"
    path.write_text("document,field,extracted,confirmed\na.pdf,iban,,ja\na.pdf,bic,,kanske\n", encoding="utf-8")
    report = imported(path, tmp_path / "store")
    assert [str(problem) for problem in report.problems] == [
        "line 3: confirmed.bic: expected true or false, found 'kanske'"
    ]
    assert events_in(tmp_path / "store")[0]["confirmed"] == ["iban"]


@pytest.fixture
def erp(tmp_path: Path) -> str:
    path = tmp_path / "erp.db"
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE reviews (document TEXT, amount_due TEXT)")
        connection.execute("INSERT INTO reviews VALUES ('a.pdf', '10,00')")
    connection.close()
    return f"sqlite:///{path}"


SQL: dict[str, tuple[str, str]] = {
    "syntax": ("SELEC * FROM reviews", 'near "SELEC": syntax error'),
    "no such table": ("SELECT * FROM review", "no such table: review"),
    "missing column": ("SELECT amount_due, 1 AS n FROM reviews", "no column 'document' among 'amount_due', 'n'; is the header missing?"),
    "column twice": ("SELECT document, document, amount_due FROM reviews", "column 'document' stands twice"),
    "writing": ("DELETE FROM reviews", "attempt to write a readonly database"),
    "writing with an answer": ("DELETE FROM reviews RETURNING *", "attempt to write a readonly database"),
}  # fmt: skip


@pytest.mark.parametrize("name", SQL)
def test_a_query_that_cannot_be_used(name: str, erp: str, tmp_path: Path) -> None:
    query, message = SQL[name]
    with pytest.raises(DatasetError) as caught:
        imported(erp, tmp_path / "store", query=query)
    assert str(caught.value) == f"{erp}: {message}"
    assert imported(erp, tmp_path / "store", query="SELECT * FROM reviews").events_new == 1


def test_databases_that_cannot_be_reached(tmp_path: Path) -> None:
    for url, message in {
        f"sqlite:///{tmp_path}/none.db": "unable to open database file",
        "postgresql+psycopg://fakta:secret@127.0.0.1:1/erp": "Connection refused",
    }.items():
        with pytest.raises(DatasetError) as caught:
            imported(url, tmp_path / "store", query="SELECT 1")
        assert message in str(caught.value)
        assert "secret" not in str(caught.value)
    with pytest.raises(InputError, match="no query; give --query"):
        imported("sqlite:///erp.db", tmp_path / "store")


def task(**changes: Any) -> dict[str, Any]:
    result = [{"from_name": "iban", "type": "textarea", "value": {"text": [""]}}]
    return {"id": 1, "data": {"image": "good.pdf"}, "annotations": [{"id": 5, "result": result}], **changes}


def annotated(*results: Any) -> list[Any]:
    return [{"id": 6, "result": [*results, {"from_name": "bic", "type": "textarea", "value": {"text": [""]}}]}]


LABELSTUDIO: dict[str, tuple[Any, str]] = {
    "no annotations": (task(id=2, annotations=[]), "task 2: no annotations"),
    "JSON-MIN": ({"id": 2, "image": "b.pdf", "iban": "x"}, "task 2: no data; a task of the JSON export has data and annotations (JSON-MIN has not)"),
    "no task": (7, "task 2: expected a task, found a number"),
    "no document": (task(id=2, data={"a": "x", "b": "y"}), "task 2, annotation 5: document: expected a path or a sha256, found null"),
    "unknown from_name": (task(id=2, annotations=annotated({"from_name": "ibann", "type": "textarea", "value": {"text": ["x"]}})), "task 2, annotation 6: corrected.ibann: no field of schema 'invoice'; did you mean 'iban'?"),
    "two values": (task(id=2, annotations=annotated({"from_name": "iban", "type": "textarea", "value": {"text": ["x", "y"]}})), "task 2, annotation 6: iban: 2 values; a field has one"),
    "rectangle without text": (task(id=2, annotations=annotated({"id": "r", "from_name": "label", "type": "rectanglelabels", "value": {"rectanglelabels": ["iban"], "x": 1}})), "task 2, annotation 6: iban: a rectangle without text; its value is unknown"),
    "another tool": (task(id=2, annotations=annotated({"from_name": "brush", "type": "brushlabels", "value": {}})), "task 2, annotation 6: brush: results of type 'brushlabels' are not read"),
}  # fmt: skip


@pytest.mark.parametrize("name", LABELSTUDIO)
def test_a_task_that_cannot_be_used(name: str, tmp_path: Path) -> None:
    bad, message = LABELSTUDIO[name]
    path = tmp_path / "export.json"
    path.write_text(json.dumps([task(), bad]), encoding="utf-8")
    report = imported(path, tmp_path / "store")
    assert [str(problem) for problem in report.problems] == [message]
    assert "good.pdf" in documents_in(tmp_path / "store")
