"""Whatever a mapping gives fulfils the JSON Schema that it states, and says the same values when it is read back."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator
from tests.fakta.mapping.extractions import extractions

from fakta.extraction import Extraction
from fakta.fields.answers import same, value_of
from fakta.mapping import OutputMapping
from fakta.mapping.forms import NUMBER_KINDS
from fakta.mapping.nodes import FACTS, PARTS
from fakta.schema import invoice_schema

SCHEMA = invoice_schema()
SHIPPED = sorted((Path(__file__).parents[3] / "configs" / "mappings").glob("*.yaml"))

BLANKS: st.SearchStrategy[dict[str, Any]] = st.sampled_from(
    [{}, {"absent": ""}, {"absent": "saknas"}, {"absent": None}, {"omit": True}, {"omit": False}]
)
DATES = st.sampled_from(["%Y-%m-%d", "%d/%m/%Y", "%d.%m.%y", "%Y%m%d", "%Y-%m-%dT00:00:00", "(%d) [%m] 100%% %Y"])


def form_options(kind: str) -> st.SearchStrategy[dict[str, Any]]:
    """What a place may say about the form of a value of that kind."""
    if kind in NUMBER_KINDS:
        signs = {"decimal": st.sampled_from([".", ","]), "decimals": st.integers(0, 4)}
        styles = ["number", "fraction"] if kind == "percent" else ["number"]
        return st.one_of(
            st.fixed_dictionaries({"as": st.just("text")}, optional=signs),
            st.fixed_dictionaries({"as": st.sampled_from(styles)}, optional={"decimals": signs["decimals"]}),
            st.just({"as": "formatted"}),
        )
    if kind == "date":
        return st.fixed_dictionaries({}, optional={"date": DATES})
    options: dict[str, st.SearchStrategy[Any]] = {"as": st.sampled_from(["text", "formatted"])}
    if kind == "document_type":
        options["values"] = st.sampled_from([{"Faktura": "invoice", "Kredit": "credit_note"}, {381: "credit_note"}])
        options["is"] = st.just("credit_note")
    if kind == "currency":
        options["values"] = st.sampled_from([{"kr": "SEK"}, {"kr": "SEK", "-": None}])
    return st.fixed_dictionaries({}, optional=options)


def leaves(key: str, specs: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Places for a field or column: its name alone, or with options."""
    return st.sampled_from(sorted(specs)).flatmap(
        lambda name: (
            st.just(name)
            | st.builds(
                lambda form, blank: {key: name, **form, **blank}, form=form_options(specs[name].kind), blank=BLANKS
            )
        )
    )


FIELD = leaves("field", dict(SCHEMA.fields))
PARTED = st.builds(
    lambda name, parts: {"field": name, "parts": {part: part for part in parts}},
    name=st.sampled_from(sorted(SCHEMA.fields)),
    parts=st.sets(st.sampled_from(sorted(PARTS)), min_size=1),
)
FACT = st.sampled_from(sorted(FACTS)).map(lambda key: {"extraction": key})
CONSTANT = st.sampled_from([None, True, 2, "text", [1, {"a": None}]]).map(lambda value: {"constant": value})
KEYS = st.text(min_size=1, max_size=6)


def rows(table: str) -> st.SearchStrategy[Any]:
    """A list for a table's rows."""
    cells = st.dictionaries(KEYS, leaves("column", dict(SCHEMA.tables[table])) | CONSTANT, max_size=4)
    each = cells.map(lambda members: {"object": members}) | leaves("column", dict(SCHEMA.tables[table]))
    return st.builds(lambda each, blank: {"rows": table, "each": each, **blank}, each=each, blank=BLANKS)


LEAF = FIELD | PARTED | FACT | CONSTANT | rows("line_items") | rows("vat_breakdown")
NODE = st.recursive(
    LEAF,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4).map(lambda members: {"object": members})
    ),
    max_leaves=8,
)
MAPPINGS = st.fixed_dictionaries(
    {"output": st.dictionaries(KEYS.map("k".__add__), NODE, min_size=1, max_size=4)},
    optional={
        "numbers": st.sampled_from(["number", "text"]),
        "decimal": st.just(","),
        "dates": DATES,
        "omit": st.booleans(),
        "accepted_only": st.booleans(),
    },
)


def assert_fulfils(mapping: OutputMapping, extraction: Extraction) -> None:
    schema = mapping.json_schema()
    Draft202012Validator.check_schema(schema)
    written = mapping.apply(extraction)
    # As the application gets it: through text.
    received = json.loads(json.dumps(written, allow_nan=False))
    assert received == written
    Draft202012Validator(schema).validate(received)


@given(data=MAPPINGS, extraction=extractions())
def test_every_result_of_any_mapping_fulfils_its_schema(data: dict[str, Any], extraction: Extraction) -> None:
    assert_fulfils(OutputMapping.from_dict(data), extraction)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
@given(extraction=extractions())
def test_every_result_of_a_shipped_mapping_fulfils_its_schema(path: Path, extraction: Extraction) -> None:
    assert_fulfils(OutputMapping.load(path), extraction)


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
@given(extraction=extractions())
def test_what_was_written_is_read_back(path: Path, extraction: Extraction) -> None:
    mapping = OutputMapping.load(path)
    read = mapping.read(mapping.apply(extraction))
    assert read
    for name, answer in read.items():
        field = extraction.fields[name]
        kind = SCHEMA.fields[name].kind
        held_back = answer is None and not field.accepted
        assert held_back or same(value_of(answer, kind), field.value, kind), name


def test_the_schema_refuses_what_the_mapping_never_gives() -> None:
    mapping = OutputMapping.load(SHIPPED[0])
    validator = Draft202012Validator(mapping.json_schema())
    assert not validator.is_valid({})
    assert SHIPPED[0].stem == "faktura"
    assert validator.schema["properties"]["netto"]["anyOf"][0] == {"type": "string", "pattern": "^-?[0-9]+,[0-9]{2,}$"}
