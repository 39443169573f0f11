"""The memory's file: what is written is read back, what is forgotten is gone, what is damaged is refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fakta.memory.corrected import INVOICES, key, learned, memory_of

from fakta.documents.model import Box
from fakta.errors import MemoryFileError
from fakta.memory import Learned, Memory, Sighting
from fakta.memory.memory import MOST_DOCUMENTS
from fakta.memory.surroundings import Surroundings


def entry(*identifiers: str) -> Learned:
    return Learned(tuple(sorted(identifiers)))


def test_a_file_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    memory = memory_of(3, absent=["iban"])
    memory.save(tmp_path / "memory.json")
    again = Memory.load(tmp_path / "memory.json")
    assert again.to_text() == memory.to_text()
    assert list(again.documents) == [key(0), key(1), key(2)]
    assert json.loads(memory.to_text())["version"] == 1
    assert [path.name for path in tmp_path.iterdir()] == ["memory.json"]


def test_forgetting_every_document_leaves_an_empty_memory() -> None:
    memory = memory_of(3)
    for number in range(3):
        assert memory.forget(key(number))
    assert not memory.forget(key(0))
    assert memory.to_text() == Memory().to_text()
    assert len(memory) == 0
    assert not memory.knows("org:5599990008")


def test_forgetting_one_document_is_as_if_it_had_never_been_there() -> None:
    memory, never = memory_of(2), Memory()
    never.add(key(0), learned(INVOICES[0]))
    memory.forget(key(1))
    assert memory.to_text() == never.to_text()


def test_documents_of_one_supplier_come_together() -> None:
    memory = Memory()
    memory.add(key(1), entry("org:5599990008", "bankgiro:59974105"))
    memory.add(key(2), entry("bankgiro:59974105"))
    memory.add(key(3), entry("org:5599990008"))
    memory.add(key(4), entry("name:norrvikbygg", "org:5599990008"))
    memory.add(key(5), entry("name:norrvikbygg"))
    assert len(memory) == 1


def test_a_factors_account_and_a_common_name_do_not_make_one_supplier() -> None:
    memory = Memory()
    memory.add(key(1), entry("org:5599990008", "bankgiro:59974105", "name:bygg"))
    memory.add(key(2), entry("org:5599941209", "bankgiro:59974105"))
    memory.add(key(3), entry("bankgiro:54029681", "name:bygg"))
    assert len(memory) == 3


def test_what_names_no_supplier_is_not_remembered() -> None:
    memory = Memory()
    assert not memory.add(key(1), entry())
    assert len(memory.documents) == 0
    with pytest.raises(ValueError, match="no sha256"):
        memory.add("invoice.pdf", entry("org:5599990008"))


def test_of_a_supplier_the_latest_documents_are_remembered() -> None:
    memory = Memory()
    for number in range(MOST_DOCUMENTS + 3):
        memory.add(key(number), entry("org:5599990008"))
    assert list(memory.documents) == [key(number) for number in range(3, MOST_DOCUMENTS + 3)]


def test_learning_a_document_again_replaces_what_it_taught() -> None:
    memory = memory_of(2)
    memory.add(key(0), entry("org:5599941209"))
    assert len(memory) == 2
    assert len(memory.documents) == 2


DAMAGE = [
    ("{", "not valid JSON"),
    ("[]", "'fakta-memory' is not its format"),
    ('{"format": "fakta-memory", "version": 2}', "version 2 of a memory, and this fakta reads 1"),
    ('{"format": "fakta-memory", "version": 1}', "suppliers is no list"),
    ('{"format": "fakta-memory", "version": 1, "suppliers": [{}]}', "supplier 1: has no documents"),
    (
        '{"format": "fakta-memory", "version": 1, "suppliers": [{"documents": {"a.pdf": {}}}]}',
        "supplier 1: 'a.pdf' is no sha256",
    ),
]


@pytest.mark.parametrize(("text", "message"), DAMAGE)
def test_a_file_that_is_no_memory_is_refused_in_words(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "memory.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MemoryFileError) as caught:
        Memory.load(path)
    assert str(caught.value).startswith(str(path))
    assert message in str(caught.value)


def test_a_missing_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(MemoryFileError, match="cannot be read"):
        Memory.load(tmp_path / "memory.json")


WRONG = [
    ({"places": {"iban": [[0, 0, 0.1]]}}, "a place has 11 parts"),
    ({"places": {"iban": [[-1, 0, 0, 0, 0, 0, "", "", "", "", ""]]}}, "pages count from 0"),
    ({"places": {"iban": [[0, 0, 0, 0, 0, 9, "", "", "", "", ""]]}}, "edges are shares"),
    ({"places": {"iban": [[0, 0, 0, 0, 0, 0, "x" * 99, "", "", "", ""]]}}, "a label has at most"),
    ({"places": {"iban": [[0, 0, 0, 0, 0, 0, "", "", "", "", 7]]}}, "a form has at most"),
    ({"places": {"iban": [[]] * 9}}, "lists of at most 3"),
    ({"values": {"iban": 7}}, "values are texts"),
    ({"absent": "iban"}, "absent: a list of texts"),
    ([], "an object"),
]


@pytest.mark.parametrize(("data", "message"), WRONG)
def test_a_damaged_entry_is_refused(data: object, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Learned.from_dict(data)


def test_a_document_in_two_suppliers_is_refused() -> None:
    text = memory_of(1).to_text()
    supplier = json.loads(text)["suppliers"][0]
    twice = json.dumps({"format": "fakta-memory", "version": 1, "suppliers": [supplier, supplier]})
    with pytest.raises(MemoryFileError, match="stands in it twice"):
        Memory.from_text(twice, source="memory.json")


EDGE = st.floats(0, 1).map(lambda edge: round(edge, 3))
LABEL = st.text("abcdeåäö", max_size=40)
SIGHTINGS = st.builds(
    Sighting,
    page=st.integers(0, 9),
    back=st.integers(0, 9),
    box=st.builds(Box, EDGE, EDGE, EDGE, EDGE),
    around=st.builds(Surroundings, LABEL, LABEL, LABEL, LABEL),
    form=st.text("Aa0- ", max_size=20),
)


@given(st.dictionaries(st.sampled_from(["iban", "amount_due"]), st.lists(SIGHTINGS, min_size=1, max_size=3).map(tuple)))
def test_every_entry_survives_its_json(places: dict[str, tuple[Sighting, ...]]) -> None:
    written = Learned(("org:5599990008",), places, {"currency": "SEK"}, frozenset({"supplier_name"}), basis="ab")
    assert Learned.from_dict(json.loads(json.dumps(written.to_dict()))) == written
