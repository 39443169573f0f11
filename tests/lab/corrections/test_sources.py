"""What each kind of source says: the events, and the documents that come with them."""

from __future__ import annotations

import base64
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest
from tests.lab.corrections.importers import OTHER_PDF, PDF, PNG, events_in, imported, write_lines

from fakta_lab.corrections.mapping import ImportMapping, SqlSettings
from fakta_lab.store import Store

LONG = """document;field;extracted;corrected;confirmed;corrected_by
a.pdf;invoice_number;17;;ja;anna
a.pdf;amount_due;100,00;1 100,00;;anna
a.pdf;due_date;2026-05-01;null;nej;anna
a.pdf;iban;SE1;;;anna

b.pdf;;;;;erik
"""
WIDE = """document,tenant,extracted.amount_due,amount_due,corrected.iban,confirmed.bic,remark
a.pdf,7,"1,100.00",1100.00,null,x,hello
b.pdf,7,5.00,6.00,,,
"""


def write(path: Path, text: str, encoding: str = "utf-8") -> Path:
    path.write_bytes(text.encode(encoding))
    return path


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "windows-1252", "utf-16"])
def test_a_long_table_has_a_row_a_field(encoding: str, tmp_path: Path) -> None:
    path = write(tmp_path / "c.csv", LONG.replace("anna", "åsa"), encoding)
    given = None if encoding.startswith("utf-8") else encoding
    report = imported(path, tmp_path / "store", encoding=given)
    assert report.problems == []
    assert events_in(tmp_path / "store") == [
        {
            "document": "a.pdf",
            "corrected_by": "åsa",
            "extracted": {"invoice_number": "17", "amount_due": "100,00", "due_date": "2026-05-01", "iban": "SE1"},
            "corrected": {"amount_due": "1 100,00", "due_date": None},
            "confirmed": ["invoice_number"],
        },
        {"document": "b.pdf", "corrected_by": "erik", "corrected": {}},
    ]


def test_rows_of_one_event_stand_together_and_a_field_said_twice_begins_another(tmp_path: Path) -> None:
    text = (
        "document,field,corrected\na.pdf,iban,null\na.pdf,bic,null\na.pdf,iban,null\nb.pdf,iban,null\na.pdf,bic,null\n"
    )
    imported(write(tmp_path / "c.csv", text), tmp_path / "store")
    found = [(event["document"], sorted(event["corrected"])) for event in events_in(tmp_path / "store")]
    # The last row says what the first event says too, but as an event of its own.
    assert found == [("a.pdf", ["bic", "iban"]), ("a.pdf", ["iban"]), ("b.pdf", ["iban"]), ("a.pdf", ["bic"])]


def test_a_wide_table_has_a_row_a_document(tmp_path: Path) -> None:
    report = imported(write(tmp_path / "c.csv", WIDE), tmp_path / "store", mapping=ImportMapping(decimal="."))
    assert report.problems == []
    assert report.notes == ["columns passed over: remark"]
    first, second = events_in(tmp_path / "store")
    # A bare column is the value as the person left it: the same as extracted is confirmed.
    assert first == {
        "document": "a.pdf",
        "tenant": "7",
        "extracted": {"amount_due": "1100.00"},
        "corrected": {"iban": None},
        "confirmed": ["bic", "amount_due"],
    }
    assert (second["corrected"], second["confirmed"]) == ({"amount_due": "6.00"}, [])


def test_cells_may_hold_whole_objects_and_lists(tmp_path: Path) -> None:
    text = (
        'document\textracted\tfinal\tconfirmed\na.pdf\t{"iban": "X", "bic": "Y"}\t{"iban": null}\tbic, invoice_number\n'
    )
    imported(write(tmp_path / "c.tsv", text), tmp_path / "store")
    [event] = events_in(tmp_path / "store")
    assert (event["corrected"], event["confirmed"]) == ({"iban": None}, ["bic", "invoice_number"])


def test_a_mapping_translates_names_and_forms(tmp_path: Path) -> None:
    mapping = ImportMapping(
        fields={"amount_due": "belopp", "document_type": "typ", "due_date": "förfaller"},
        keys={"document": "fil.namn", "corrected_by": "av", "corrected": "rätt", "corrected_at": "tid"},
        dates=("%d/%m/%Y %H:%M", "%d/%m/%Y"),
        decimal=".",
        values={"document_type": {"K": "credit_note", 1: "invoice"}, "selection": {"slump": "audit"}},
        absent=("-", "saknas"),
        ignore=("radnr",),
        constants={"tenant": "norr", "extractor": "gpt-4o"},
    )
    line = {
        "fil": {"namn": "a.pdf"},
        "av": "anna",
        "tid": "03/04/2026 10:30",
        "rätt": {"belopp": "1,234 kr", "typ": "K", "förfaller": "04/05/2026", "iban": "Saknas", "radnr": 7},
        "extracted": {"belopp": "1,23", "typ": 1},
        "confirmed": ["belopp", "typ"],
        "selection": "slump",
    }
    report = imported(write_lines(tmp_path / "c.jsonl", line), tmp_path / "store", mapping=mapping)
    assert [str(p) for p in report.problems] == [
        "line 1: extracted.amount_due: '1,23' is no number with '.' as decimal sign"
    ]
    [event] = events_in(tmp_path / "store")
    assert event["document"] == "a.pdf"
    assert event["corrected_at"] == "2026-04-03T10:30:00"
    expected = {"amount_due": "1234 kr", "document_type": "credit_note", "due_date": "2026-05-04", "iban": None}
    assert event["corrected"] == expected
    # What cannot be read cannot have been confirmed.
    assert (event["extracted"], event["confirmed"]) == (
        {"amount_due": "1,23", "document_type": "invoice"},
        ["document_type"],
    )
    assert (event["tenant"], event["extractor"], event["selection"]) == ("norr", "gpt-4o", "audit")


@pytest.mark.parametrize(
    ("text", "decimal", "expected"),
    [
        ("1,234.50", ".", "1234.50"),
        ("1,234", ".", "1234"),
        ("1.234", ",", "1234"),
        ("1.234.567,5", ",", "1234567.5"),
        ("-12 450,00", ",", "-12450.00"),
        ("1 234.50 SEK", ".", "1234,50 SEK"),
    ],
)
def test_numbers_are_read_by_the_decimal_sign_that_is_given(
    text: str, decimal: Any, expected: str, tmp_path: Path
) -> None:
    path = write_lines(tmp_path / "c.jsonl", {"document": "a", "corrected": {"amount_due": text}})
    assert imported(path, tmp_path / "store", mapping=ImportMapping(decimal=decimal)).problems == []
    assert events_in(tmp_path / "store")[0]["corrected"]["amount_due"] == expected


def annotation(number: int, by: Any, **values: str) -> dict[str, Any]:
    result = [{"from_name": name, "type": "textarea", "value": {"text": [value]}} for name, value in values.items()]
    return {"id": number, "completed_by": by, "updated_at": f"2026-03-0{number}T09:00:00Z", "result": result}


def test_each_annotator_of_a_task_gives_an_event(tmp_path: Path) -> None:
    prediction = {"id": 9, "model_version": "gpt-4o", **annotation(1, None, invoice_number="17", iban="X")}
    prediction["id"] = 9
    region = [
        {"id": "r", "from_name": "label", "type": "rectanglelabels", "value": {"rectanglelabels": ["due_date"]}},
        {"id": "r", "from_name": "transcription", "type": "textarea", "value": {"text": ["2026-05-01"]}},
        {"id": "r", "from_name": "box", "type": "rectangle", "value": {"x": 1}},
        {"id": "s", "from_name": "document_type", "type": "choices", "value": {"choices": ["invoice"]}},
        {"id": "t", "from_name": "amount_due", "type": "number", "value": {"number": 12.5}},
    ]
    tasks = [
        {
            "id": 3,
            "data": {"image": "/data/local-files/?d=scans/a%20b.pdf", "tenant": "t"},
            "predictions": [prediction],
            "annotations": [
                annotation(
                    1, {"id": 4, "email": "anna@example.com"}, invoice_number="17", iban="SE45 5000 0000 0583 9825 7466"
                ),
                {**annotation(2, 5, invoice_number="18"), "parent_prediction": 9},
                {**annotation(3, 6), "was_cancelled": True},
                {"id": 4, "result": region},
            ],
        }
    ]
    path = write(tmp_path / "export.json", json.dumps(tasks))
    report = imported(path, tmp_path / "store")
    assert report.problems == []
    assert report.notes == ["skipped annotations passed over: 1"]
    by_id = {event["id"]: event for event in events_in(tmp_path / "store")}
    assert {event["document"] for event in by_id.values()} == {"scans/a b.pdf"}
    first = by_id["labelstudio-1"]
    assert (first["corrected"], first["confirmed"]) == ({"iban": "SE45 5000 0000 0583 9825 7466"}, ["invoice_number"])
    assert (first["corrected_by"], first["extractor"], first["tenant"]) == ("anna@example.com", "gpt-4o", "t")
    # Made from a prediction, and the IBAN removed: it is not on the document.
    assert by_id["labelstudio-2"]["corrected"] == {"invoice_number": "18", "iban": None}
    assert by_id["labelstudio-4"]["corrected"] == {
        "due_date": "2026-05-01",
        "document_type": "invoice",
        "amount_due": 12.5,
    }


def test_task_that_only_counts_its_predictions_is_taken(tmp_path: Path) -> None:
    task = {"id": 3, "data": {"image": "a.pdf"}, "predictions": 1, "annotations": [annotation(1, 4, bic="ESSESESS")]}
    path = write(tmp_path / "export.json", json.dumps([task]))
    assert imported(path, tmp_path / "store").problems == []
    assert events_in(tmp_path / "store")[0]["corrected"] == {"bic": "ESSESESS"}


def test_a_folder_of_pairs_brings_its_documents(tmp_path: Path) -> None:
    folder = tmp_path / "set" / "2026"
    folder.mkdir(parents=True)
    (folder / "a.PDF").write_bytes(PDF)
    (folder / "b.png").write_bytes(PNG)
    write(folder / "a.json", '{"invoice_number": "17", "iban": null}')
    write(folder / "b.json", '[{"corrected": {"bic": null}, "id": "1"}, {"document": "x", "confirmed": ["bic"]}]')
    report = imported(tmp_path / "set", tmp_path / "store")
    # The last event has another name for a document that is there already.
    assert (report.events_new, report.documents_new, report.documents_known, report.problems) == (3, 2, 1, [])
    found = {event["document"]: event.get("corrected") for event in events_in(tmp_path / "store")}
    assert found == {"2026/a.PDF": {"invoice_number": "17", "iban": None}, "2026/b.png": {"bic": None}, "x": None}
    with Store.open(tmp_path / "store") as store:
        assert sorted(store.vault) == sorted(hashlib.sha256(content).hexdigest() for content in (PDF, PNG))


def test_a_donut_set_may_have_splits_and_nested_values(tmp_path: Path) -> None:
    for split, values in {"train": {"total": {"sum": "10,00"}}, "test": {"invoice_number": "17"}}.items():
        (tmp_path / "set" / split).mkdir(parents=True)
        (tmp_path / "set" / split / "1.png").write_bytes(PNG + split.encode())
        truth = json.dumps({"gt_parse": values})
        write_lines(tmp_path / "set" / split / "metadata.jsonl", {"file_name": "1.png", "ground_truth": truth})
    mapping = ImportMapping(fields={"amount_due": "total.sum"})
    report = imported(tmp_path / "set", tmp_path / "store", mapping=mapping)
    assert (report.events_new, report.documents_new, report.problems) == (2, 2, [])
    found = {event["document"]: event["corrected"] for event in events_in(tmp_path / "store")}
    assert found == {"train/1.png": {"amount_due": "10,00"}, "test/1.png": {"invoice_number": "17"}}


def completion(number: int, **message: Any) -> dict[str, Any]:
    message = {"role": "assistant", "content": None, "refusal": None, **message}
    choice = {"index": 0, "finish_reason": "stop", "message": message}
    return {"id": f"chatcmpl-{number}", "object": "chat.completion", "model": "gpt-4o-2024-08-06", "choices": [choice]}


def data_uri(content: bytes, kind: str) -> str:
    return f"data:{kind};base64,{base64.b64encode(content).decode()}"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """Five answers, in the forms in which they come."""
    image = {"type": "image_url", "image_url": {"url": data_uri(PNG, "image/png")}}
    file = {"type": "file", "file": {"filename": "b.pdf", "file_data": data_uri(PDF, "application/pdf")}}
    words = {"type": "text", "text": "Extract the fields."}
    call = {"type": "function", "function": {"name": "invoice", "arguments": '{"iban": "X"}'}}
    return write_lines(
        tmp_path / "log.jsonl",
        {
            "request": {"model": "gpt-4o", "messages": [{"role": "user", "content": [words, image]}]},
            "response": completion(1, content='```json\n{"invoice_number": "17", "amount_due": "100,00"}\n```'),
        },
        {
            "request": {"messages": [{"role": "user", "content": [file]}]},
            "response": completion(2, tool_calls=[call]),
        },
        {
            "custom_id": "c.pdf",
            "response": {"status_code": 200, "body": completion(3, parsed={"bic": "Y"})},
            "error": None,
        },
        {"metadata": {"document": "d.pdf"}, "response": completion(4, content='{"seller": {"name": "A AB"}}')},
        {
            "document": "e.pdf",
            "request": {"messages": [{"role": "user", "content": "text"}]},
            **completion(5, content="{}"),
        },
    )


def test_logged_answers_are_what_was_extracted(log: Path, tmp_path: Path) -> None:
    mapping = ImportMapping(fields={"supplier_name": "seller.name"})
    report = imported(log, tmp_path / "store", kind="openai", mapping=mapping)
    assert report.problems == []
    assert (report.events_new, report.documents_new, report.missing) == (5, 2, ["c.pdf", "d.pdf", "e.pdf"])
    found = {event["id"]: event for event in events_in(tmp_path / "store")}
    assert found["chatcmpl-1"] == {
        "document": hashlib.sha256(PNG).hexdigest(),
        "extracted": {"invoice_number": "17", "amount_due": "100,00"},
        "corrected": {},
        "extractor": "gpt-4o-2024-08-06",
        "id": "chatcmpl-1",
    }
    assert (found["chatcmpl-2"]["document"], found["chatcmpl-2"]["extracted"]) == ("b.pdf", {"iban": "X"})
    assert found["chatcmpl-4"]["extracted"] == {"supplier_name": "A AB"}
    # Nobody has looked at anything.
    with Store.open(tmp_path / "store") as store:
        assert all(event.correction.labels == {} for event in store.events())


@pytest.mark.parametrize("form", ["jsonl", "csv"])
def test_corrections_of_answers_come_from_a_second_file(form: str, log: Path, tmp_path: Path) -> None:
    imported(log, tmp_path / "store")
    if form == "csv":
        head = "id;document;invoice_number;amount_due;iban;corrected_by\n"
        text = head + "chatcmpl-1;;17;1 100,00;;anna\n;b.pdf;;;null;erik\n"
        corrected = write(tmp_path / "right.csv", text)
    else:
        corrected = write_lines(
            tmp_path / "right.jsonl",
            {"id": "chatcmpl-1", "invoice_number": "17", "amount_due": "1 100,00", "corrected_by": "anna"},
            {"document": "b.pdf", "final": {"iban": None}, "corrected_by": "erik"},
        )
    report = imported(log, tmp_path / "store", corrected=corrected)
    assert report.problems == []
    # What was imported without corrections has become an older version.
    assert (report.events_new, report.events_known) == (2, 3)
    found = {event["id"]: event for event in events_in(tmp_path / "store")}
    assert len(found) == 5
    first, second = found["chatcmpl-1"], found["chatcmpl-2"]
    assert (first["corrected"], first["confirmed"]) == ({"amount_due": "1 100,00"}, ["invoice_number"])
    assert (second["corrected"], second["corrected_by"]) == ({"iban": None}, "erik")


def rows_into(url: str) -> None:
    from sqlalchemy import create_engine, text

    engine = create_engine(url)
    binary = "BYTEA" if engine.dialect.name == "postgresql" else "BLOB"
    stamp = "TIMESTAMPTZ" if engine.dialect.name == "postgresql" else "TEXT"
    with engine.begin() as connection:
        connection.execute(
            text(f"CREATE TABLE reviews (id INTEGER, path TEXT, pdf {binary}, answer TEXT, due NUMERIC, at {stamp})")
        )
        connection.execute(
            text("INSERT INTO reviews VALUES (:id, :path, :pdf, :answer, :due, :at)"),
            [
                dict(zip(("id", "path", "pdf", "answer", "due", "at"), row, strict=True))
                for row in (
                    (1, "a.pdf", PDF, '{"amount_due": "10.00"}', 10, "2026-03-01T08:00:00+00:00"),
                    (2, None, OTHER_PDF, '{"amount_due": "x:y"}', 12.5, "2026-03-02T08:00:00+00:00"),
                )
            ],
        )
    engine.dispose()


@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
def test_a_database_is_read_on_from_where_the_last_import_ended(
    database: str, request: pytest.FixtureRequest, tmp_path: Path
) -> None:
    sqlite = f"sqlite:///{tmp_path / 'erp.db'}"
    url = request.getfixturevalue("postgres_url") if database == "postgresql" else sqlite
    rows_into(url)
    mapping = ImportMapping(
        fields={"amount_due": "due"},
        keys={"document": "path", "extracted": "answer", "corrected_at": "at"},
        # A colon and a percent sign in a query are no parameters.
        sql=SqlSettings(query="SELECT * FROM reviews WHERE answer LIKE '%:%';", cursor="at", document_bytes="pdf"),
    )
    report = imported(url, tmp_path / "store", mapping=mapping, full=False)
    assert (report.problems, report.notes) == ([], [])
    assert (report.events_new, report.documents_new, report.n_missing) == (2, 2, 0)
    first, second = events_in(tmp_path / "store")
    assert (first["document"], first["id"], first["confirmed"]) == ("a.pdf", "1", ["amount_due"])
    assert second["document"] == hashlib.sha256(OTHER_PDF).hexdigest()
    assert float(second["corrected"]["amount_due"]) == 12.5

    again = imported(url, tmp_path / "store", mapping=mapping, full=False)
    # The last row is read again, since others of the same moment may have come later.
    assert (again.events_new, again.events_known) == (0, 1)
    assert imported(url, tmp_path / "store", mapping=mapping, full=True).events_known == 2


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("WITH gone AS (DELETE FROM reviews RETURNING *) SELECT * FROM gone", "data-modifying statements"),
        ("SELECT path AS document, eat() AS due FROM reviews", "read-only transaction"),
        ("DELETE FROM reviews", "syntax error"),
        ("SELEC", "syntax error"),
    ],
)
def test_postgresql_is_never_written(query: str, message: str, postgres_url: str, tmp_path: Path) -> None:
    from sqlalchemy import create_engine, text

    from fakta.errors import DatasetError

    rows_into(postgres_url)
    engine = create_engine(postgres_url)
    with engine.begin() as connection:
        connection.execute(
            text("CREATE FUNCTION eat() RETURNS INTEGER AS 'DELETE FROM reviews; SELECT 1' LANGUAGE sql")
        )
    with pytest.raises(DatasetError, match=message):
        imported(postgres_url, tmp_path / "store", query=query)
    with engine.connect() as connection:
        assert connection.scalar(text("SELECT count(*) FROM reviews")) == 2
    engine.dispose()
