"""Which public set a path is, what its splits are, and what is said of it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from tests.lab.public_sets import CORD_PARSE, FORM, write_cord, write_docile, write_donut, write_funsd
from tests.lab.receipts import write_one, write_sroie

from fakta.errors import DatasetError
from fakta.schema import Schema
from fakta_lab.formats.benchmark import Benchmark
from fakta_lab.formats.sets import PUBLIC_SETS, find_set, sroie
from fakta_lab.formats.sets.truth import canonical_text

WRITERS: dict[str, Callable[[Path], Path]] = {
    "SROIE": lambda folder: write_sroie(folder, ["KAFFE LIMITED"], each=1),
    "CORD": write_cord,
    "FUNSD": write_funsd,
    "DocILE": write_docile,
}


@pytest.mark.parametrize("name", [each.NAME for each in PUBLIC_SETS])
def test_each_set_is_known_by_its_folder_and_said_to_be(tmp_path: Path, name: str) -> None:
    benchmark = Benchmark.load(WRITERS[name](tmp_path / "some set"))
    assert benchmark.name == "some set"
    assert benchmark.notices[0].startswith(f"read as {name}: 1 document,")


def test_a_folder_of_splits_is_all_of_them_and_a_split_is_itself(tmp_path: Path) -> None:
    for split in ("testing_data", "training_data"):
        write_funsd(tmp_path / split)
    (tmp_path / "notes").mkdir()
    whole = Benchmark.load(tmp_path)
    assert [each.document for each in whole.documents] == [
        "testing_data/images/0000.png",
        "training_data/images/0000.png",
    ]
    assert [each.layout for each in whole.documents] == ["testing_data", "training_data"]
    assert "(testing_data, training_data): 2 documents" in whole.notices[0]
    (one,) = Benchmark.load(tmp_path / "testing_data").documents
    assert (one.document, one.layout) == ("images/0000.png", "")


def test_the_list_of_a_split_may_be_named_itself(tmp_path: Path) -> None:
    write_donut(tmp_path / "test", CORD_PARSE)
    assert len(Benchmark.load(tmp_path / "test" / "metadata.jsonl").documents) == 1


def test_a_set_of_the_projects_own_stays_one(tmp_path: Path) -> None:
    write_funsd(tmp_path)
    (tmp_path / "truth.jsonl").write_text('{"document": "images/0000.png", "fields": {"total": "1"}}', encoding="utf-8")
    assert find_set(tmp_path) is None
    assert Benchmark.load(tmp_path).documents[0].fields == {"total": "1"}


def test_any_other_folder_is_refused_with_what_would_do(tmp_path: Path) -> None:
    with pytest.raises(DatasetError, match=r"expected a folder with truth.jsonl .* SROIE \(img/, box/, key/\); CORD"):
        Benchmark.load(tmp_path)


def test_settings_beside_a_public_set_count(tmp_path: Path) -> None:
    write_cord(tmp_path)
    (tmp_path / "benchmark.yaml").write_text("name: receipts\ngates: {micro.f1: 0.5}\n", encoding="utf-8")
    benchmark = Benchmark.load(tmp_path)
    assert (benchmark.name, benchmark.gates) == ("receipts", {"micro.f1": 0.5})


def test_receipts_of_sroie_are_canonical_where_the_schema_has_kinds(tmp_path: Path) -> None:
    folder = write_sroie(tmp_path, ["KAFFE LIMITED"], each=1)
    write_one(folder, "001", {"date": "some day", "total": "RM12.50"}, ["KAFFE LIMITED"])
    (folder / "key" / "002.txt").write_text("{}", encoding="utf-8")
    kinds = {"date": {"kind": "date"}, "total": {"kind": "amount"}}
    benchmark = Benchmark.load(folder, schema=Schema.from_dict({"fields": kinds}, source="test"))
    assert [document.fields for document in benchmark.documents] == [
        {"date": "2018-03-01", "total": "3.50"},
        {"total": "12.50"},
    ]
    assert benchmark.notices[1:] == (
        "unknown, as no parser reads them: date 1",
        "not scored, as the schema has no field for them: company 1, address 1",
        "1 document left out: no file of boxes",
    )


def test_the_schema_of_sroie_is_the_one_that_training_uses() -> None:
    configured = Schema.load(Path(__file__).parents[4] / "configs" / "sroie" / "schema.yaml")
    assert sroie.schema() == configured


def test_nothing_to_score_is_refused(tmp_path: Path) -> None:
    headings = [each for each in FORM if each["label"] == "header"]
    with pytest.raises(DatasetError, match="no document states a field"):
        Benchmark.load(write_funsd(tmp_path, headings))


@pytest.mark.parametrize("text", ["12.000 24.000", "- Rp 5.000", "5.000 (-)", "60.OOO", "", "10 % 2.000"])
def test_a_number_among_signs_and_other_numbers_is_not_guessed(text: str) -> None:
    with pytest.raises(ValueError, match="is no amount"):
        canonical_text(text, "amount")
