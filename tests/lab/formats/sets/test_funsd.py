"""Forms of questions and answers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.lab.public_sets import FORM, HEIGHT, WIDTH, entity, write_funsd

from fakta.errors import DatasetError
from fakta_lab.formats.benchmark import Benchmark
from fakta_lab.formats.given import given_document


def test_questions_are_fields_and_their_answers_values(tmp_path: Path) -> None:
    benchmark = Benchmark.load(write_funsd(tmp_path))
    (form,) = benchmark.documents
    assert form.fields == {
        "order_no": "4711",
        "deliver_to": "Storgatan 1 Exempelstad",
        "remarks": None,  # asked, and left blank
        "days": "30",  # "terms" is a heading of "days" and asks nothing
    }
    assert list(benchmark.schema.fields) == list(form.fields)
    assert benchmark.unknown_fields == ()


def test_values_keep_their_places_and_words_theirs(tmp_path: Path) -> None:
    (form,) = Benchmark.load(write_funsd(tmp_path)).documents
    (place,) = form.extra["places"]["deliver_to"]
    assert place["page"] == 1
    assert place["box"] == pytest.approx([200 / WIDTH, 120 / HEIGHT, 310 / WIDTH, 180 / HEIGHT])
    document = given_document(form)
    assert document is not None
    assert [word.text for word in document.pages[0].words][:5] == ["ORDER", "FORM", "Order", "No.:", "4711"]


def test_a_question_that_is_answered_twice_is_unknown(tmp_path: Path) -> None:
    twice = [
        entity(0, "question", "Date", row=1, links=[(0, 1)]),
        entity(1, "answer", "1 May 2026", row=1, left=200),
        entity(2, "question", "DATE:", row=2, links=[(2, 3)]),
        entity(3, "answer", "2 May 2026", row=2, left=200),
        entity(4, "question", "Name", row=3, links=[(4, 5)]),
        entity(5, "answer", "Berg", row=3, left=200),
        entity(6, "question", "…", row=4),
    ]
    benchmark = Benchmark.load(write_funsd(tmp_path, twice))
    assert benchmark.documents[0].fields == {"name": "Berg"}
    assert any("one document states several values: date 1" in line for line in benchmark.notices)
    assert any("(a question without words) 1" in line for line in benchmark.notices)


def test_a_schema_beside_the_forms_chooses_the_questions_and_their_kinds(tmp_path: Path) -> None:
    write_funsd(tmp_path)
    (tmp_path / "schema.yaml").write_text("fields: {days: {kind: quantity}}", encoding="utf-8")
    (tmp_path / "benchmark.yaml").write_text("name: orders\nschema: schema.yaml\n", encoding="utf-8")
    benchmark = Benchmark.load(tmp_path)
    assert benchmark.name == "orders"
    assert benchmark.documents[0].fields == {"days": "30.00"}
    assert any("has no field for them: order_no 1, deliver_to 1" in line for line in benchmark.notices)


def broken(**changes: Any) -> list[Any]:
    return [FORM[0] | changes, *FORM[1:]]


@pytest.mark.parametrize(
    ("form", "message"),
    [
        (None, "form: expected a list, found null"),
        (["x"], r"form\[0\]: expected an object, found a text"),
        (broken(label=None), r"form\[0\].label: expected a text, found null"),
        (broken(box=[1, 2, 3]), r"form\[0\].box: expected four numbers"),
        (broken(words=[{"text": "x"}]), r"form\[0\].words\[0\].box: expected four numbers"),
        (broken(linking=[[1]]), r"form\[0\].linking: expected a list of pairs of ids"),
    ],
)
def test_a_broken_form_is_named_with_its_key(tmp_path: Path, form: object, message: str) -> None:
    with pytest.raises(DatasetError, match=f"annotations/0001.json: {message}"):
        Benchmark.load(write_funsd(tmp_path, FORM, form))


def test_files_without_their_other_half(tmp_path: Path) -> None:
    write_funsd(tmp_path, FORM, FORM)
    (tmp_path / "annotations" / "0001.json").unlink()
    benchmark = Benchmark.load(tmp_path)
    assert len(benchmark.documents) == 1
    assert benchmark.notices[-1] == "1 document left out: no annotation beside the image"
    (tmp_path / "images" / "0000.png").unlink()
    with pytest.raises(DatasetError, match=r"annotations/0000\.json: its image is missing"):
        Benchmark.load(tmp_path)
