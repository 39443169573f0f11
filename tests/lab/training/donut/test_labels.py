"""What is known of each page, and the tokens that this becomes."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the lab extra")

from tests.lab.training.donut.tickets import CODEC, SCHEMA

from fakta.schema import invoice_schema
from fakta_lab.synth import generate
from fakta_lab.training.donut.labels import PageLabel, labels_of_invoice, labels_of_rows, names_of
from fakta_lab.training.donut.targets import Targets

pytestmark = pytest.mark.torch

MEALS = [{"dish": "Soppa", "price": "95.00"}, {"dish": "Te"}]


def row(page: int, fields: list[str], values: dict[str, Any], *, document: str = "a.pdf") -> dict[str, Any]:
    return {"document": document, "page": page, "fields": fields, "values": json.dumps(values)}


def labels(*rows: dict[str, Any], tables: bool = True) -> list[PageLabel]:
    return labels_of_rows(rows, SCHEMA, tables=tables)


def test_page_states_what_stands_on_it_and_nothing_that_stands_on_another() -> None:
    values = {"town": "Lund", "seat": "7"}
    first, second = labels(row(1, ["town"], values), row(2, ["seat"], values), tables=False)
    assert (first.values, second.values) == ({"town": "Lund"}, {"seat": "7"})
    assert first.unknown == second.unknown == set()


def test_unknown_is_what_nobody_looked_at_and_what_was_found_nowhere() -> None:
    (label,) = labels(row(1, [], {"town": "Lund"}), tables=False)
    assert (label.values, label.unknown) == ({}, {"town", "seat"})
    (label,) = labels(row(1, [], {"town": None}), tables=False)
    assert (label.values, label.unknown) == ({}, {"seat"})


def test_tables_stand_on_the_only_page_and_on_an_unknown_one_of_several() -> None:
    values = {"town": None, "seat": None, "meals": MEALS}
    (label,) = labels(row(1, [], values))
    assert (label.values, label.unknown) == ({"meals": MEALS}, set())
    assert [label.unknown for label in labels(row(1, [], values), row(2, [], values))] == [{"meals"}] * 2
    (label,) = labels(row(1, [], {**values, "meals": []}))
    assert (label.values, label.unknown) == ({}, set())


def test_generated_invoice_of_one_page_states_all_its_values() -> None:
    schema = invoice_schema()
    invoice = next(i for i in map(generate, range(50)) if len(i.pages) == 1 and i.line_items)
    (label,) = labels_of_invoice(invoice, schema, tables=True)
    assert label.values["line_items"] == invoice.line_items
    assert {k: v for k, v in invoice.fields.items() if v} == {
        k: label.values[k] for k in schema.fields if k in label.values
    }
    assert label.unknown == set()


def test_generated_invoice_of_several_pages_states_values_where_they_stand() -> None:
    schema = invoice_schema()
    invoice = next(i for i in map(generate, range(200)) if len(i.pages) > 1 and i.kind == "invoice")
    pages = labels_of_invoice(invoice, schema, tables=True)
    assert len(pages) == len(invoice.pages)
    for label, page in zip(pages, invoice.pages, strict=True):
        printed = {name[2:] for name in page.labels if name.startswith("B-")}
        assert label.values.keys() == {name for name in schema.fields if name in printed}
        assert "line_items" in label.unknown


TARGETS = Targets(CODEC, names_of(SCHEMA, tables=True), weights={"seat": 3.0})


def choices(label: PageLabel) -> list[tuple[str, list[str]]]:
    """The tokens at which something is out of the choice, and what it is."""
    target, names = TARGETS.of(label), names_of(SCHEMA, tables=True)
    return [
        (CODEC.tokenizer.id_to_token(int(target.ids[i])), [names[j] for j in np.flatnonzero(target.unknown[i])])
        for i in np.flatnonzero(target.unknown.any(axis=1))
    ]


def label(values: dict[str, Any], *unknown: str) -> PageLabel:
    return PageLabel("a.pdf", 1, values, frozenset(unknown))


def test_target_is_the_sequence_of_the_codec() -> None:
    values = {"town": "Umeå", "seat": "12", "meals": MEALS}
    target = TARGETS.of(label(values))
    assert target.ids.tolist() == CODEC.encode(values)
    assert not target.unknown.any()


def test_field_weighs_what_the_recipe_says_its_tags_included() -> None:
    target = TARGETS.of(label({"town": "Åre", "seat": "7"}))
    heavy = [CODEC.tokenizer.id_to_token(int(i)) for i in target.ids[target.weights == 3]]
    assert heavy == ["<s_seat>", "7", "</s_seat>"]
    assert set(target.weights) == {1, 3}


def test_unknown_tags_are_out_of_the_choice_exactly_where_they_might_come() -> None:
    assert choices(label({"seat": "7"}, "town")) == [("<s_seat>", ["town"])]
    assert choices(label({"town": "Åre"}, "seat", "meals")) == [("</s>", ["seat", "meals"])]
    assert choices(label({"town": "Åre", "meals": MEALS}, "seat")) == [("<s_meals>", ["seat"])]
    assert choices(label({}, "town", "seat")) == [("</s>", ["town", "seat"])]


def test_page_whose_table_does_not_fit_keeps_its_fields() -> None:
    long = label({"town": "Åre", "meals": MEALS * 9})
    assert TARGETS.within(long, tables=frozenset({"meals"}), max_length=1000) is not None
    short = TARGETS.within(long, tables=frozenset({"meals"}), max_length=30)
    assert short is not None
    assert CODEC.values(short.ids.tolist()) == {"town": "Åre"}
    assert short.unknown[-1].tolist() == [False, False, True]
    assert TARGETS.within(long, tables=frozenset({"meals"}), max_length=3) is None
