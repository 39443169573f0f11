"""Output mappings: what stands where, what is refused, and the way back."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from tests.fakta.mapping.extractions import extraction

from fakta.errors import ConfigError
from fakta.mapping import OutputMapping
from fakta.schema import Schema

READ = extraction(
    {
        "invoice_number": "F-118",
        "invoice_date": date(2026, 4, 5),
        "document_type": "credit_note",
        "currency": "SEK",
        "bankgiro": "54029681",
        "plusgiro": "1234567",
        "supplier_org_number": "5599941209",
        "amount_due": Decimal("12450.50"),
        "net_amount": Decimal("9960.40"),
    },
    held=("net_amount",),
    needs_review=True,
)


def applied(output: Any, **settings: Any) -> Any:
    """What stands at one place."""
    return OutputMapping.from_dict({**settings, "output": {"x": output}}).apply(READ).get("x", "left out")


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("amount_due", 12450.5),
        ({"field": "amount_due", "as": "text"}, "12450.50"),
        ({"field": "amount_due", "decimal": ","}, "12450,50"),
        ({"field": "amount_due", "decimal": ",", "decimals": 0}, "12451"),
        ({"field": "amount_due", "as": "formatted"}, "12 450,50"),
        ({"field": "invoice_date", "date": "%d/%m/%Y"}, "05/04/2026"),
        ({"field": "bankgiro", "as": "formatted"}, "5402-9681"),
        ({"field": "plusgiro", "as": "formatted"}, "12 34 56-7"),
        ({"field": "supplier_org_number", "as": "formatted"}, "559994-1209"),
        ({"field": "document_type", "is": "credit_note"}, True),
        ({"field": "document_type", "values": {"Faktura": "invoice", "Kredit": "credit_note"}}, "Kredit"),
        ({"field": "document_type", "values": {381: "credit_note"}}, 381),
        ("iban", None),
        ({"field": "iban", "absent": ""}, ""),
        ({"field": "iban", "omit": True}, "left out"),
        ("net_amount", 9960.4),
        ({"field": "net_amount", "accepted_only": True}, None),
        ({"field": "amount_due", "part": "confidence"}, 0.99),
        ({"field": "net_amount", "parts": {"v": "value", "ok": "accepted"}}, {"v": 9960.4, "ok": False}),
        ({"extraction": "needs_review"}, True),
        ({"extraction": "needs_review", "is": False}, False),
        ({"extraction": "held"}, []),
        ({"constant": "2026-1"}, "2026-1"),
        (2, 2),
        (None, None),
        ([{"typ": {"constant": "BG"}, "nr": "bankgiro"}, "iban"], [{"typ": "BG", "nr": "54029681"}, None]),
        ([{"field": "iban", "omit": True}, "bankgiro"], ["54029681"]),
        ({"object": {"field": "currency", "rows": {"constant": 1}}}, {"field": "SEK", "rows": 1}),
        (
            {"rows": "line_items", "each": {"namn": "description", "pris": "unit_price", "i": {"field": "currency"}}},
            [{"namn": "Målning", "pris": None, "i": "SEK"}],
        ),
        ({"rows": "vat_breakdown", "each": {"column": "rate", "as": "fraction"}}, [0.25]),
        ({"rows": "vat_breakdown", "each": "rate"}, [25]),
        ("vat_breakdown", [{"rate": 25, "taxable_amount": 100.0, "tax_amount": 25.0}]),
    ],
)  # fmt: skip
def test_what_stands_at_a_place(place: Any, expected: Any) -> None:
    written = applied(place)
    assert written == expected
    assert type(written) is type(expected)


def test_settings_of_the_file_hold_for_every_place() -> None:
    output = {"a": "amount_due", "b": "iban", "c": {"field": "iban", "absent": None}, "d": "net_amount"}
    written = applied(output, decimal=",", absent="", accepted_only=True, dates="%d/%m/%Y")
    assert written == {"a": "12450,50", "b": "", "c": None, "d": ""}
    assert applied(output, omit=True) == {"a": 12450.5, "c": None, "d": 9960.4}
    assert applied("amount_due", parts={"value": "value", "sure": "confidence"}) == {"value": 12450.5, "sure": 0.99}


def test_held_names_the_places_in_the_applications_json() -> None:
    mapping = OutputMapping.from_dict(
        {"output": {"belopp": {"netto": "net_amount"}, "granska": {"extraction": "held"}}}
    )
    assert mapping.apply(READ)["granska"] == ["belopp.netto"]


def test_a_list_without_rows_is_empty_whatever_stands_for_values_that_are_not_there() -> None:
    empty = extraction({})
    for settings, own, expected in (({"omit": True}, {}, []), ({}, {"absent": None}, None)):
        data = {**settings, "output": {"x": {"rows": "line_items", "each": "description", **own}}}
        assert OutputMapping.from_dict(data).apply(replaced(empty))["x"] == expected


def replaced(read: Any) -> Any:
    from dataclasses import replace

    return replace(read, line_items=())


def test_a_mapping_of_imports_writes_too(root: Path) -> None:
    mapping = OutputMapping.load(root / "configs" / "mapping.yaml")
    assert mapping.apply(READ) == {
        "fakturanr": "F-118",
        "fakturadatum": "05/04/2026",
        "förfallodatum": "-",
        "typ": "K",
        "belopp_att_betala": "12450.50",
    }


def test_names_with_dots_lead_into_objects() -> None:
    fields = {"amount_due": "total.field", "net_amount": "total.netto", "currency": "valuta"}
    mapping = OutputMapping.from_dict({"fields": fields})
    assert mapping.apply(READ) == {"total": {"field": 12450.5, "netto": 9960.4}, "valuta": "SEK"}
    assert mapping.places == fields


def test_another_readers_answer_is_read() -> None:
    mapping = OutputMapping.from_dict(
        {
            "decimal": ",",
            "dates": "%d.%m.%Y",
            "absent": "saknas",
            "values": {"document_type": {"Kredit": "credit_note", "okänd": None}},
            "output": {
                "typ": "document_type",
                "datum": {"faktura": "invoice_date", "forfall": "due_date"},
                "netto": "net_amount",
                "summa": "amount_due",
                "konto": ["bankgiro", "iban"],
                "kredit": {"field": "document_type", "is": "credit_note"},
            },
        }
    )
    answer = {
        "typ": "Kredit",
        "datum": {"faktura": "05.04.2026", "forfall": "i maj"},
        "netto": "1.234",
        "summa": 99.5,
        "konto": ["saknas", ""],
        "kredit": False,
        "annat": {},
    }
    expected = {
        "document_type": "credit_note",
        "invoice_date": "2026-04-05",
        "due_date": "i maj",
        "net_amount": "1.234",
        "amount_due": 99.5,
        "bankgiro": None,
        "iban": None,
    }
    assert mapping.read(answer) == expected
    assert mapping.read({"datum": "x", "konto": "y", "typ": "okänd"}) == {"document_type": None}
    assert mapping.read({"datum.faktura": "05.04.2026"}) == {"invoice_date": "2026-04-05"}


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ([], "a mapping has keys, at least output or fields; this is []"),
        ({}, "output or fields (one of them, not both) says what the JSON holds"),
        ({"output": {"a": "iban"}, "fields": {"iban": "a"}}, "output or fields (one of them, not both)"),
        ({"output": {}}, "output: nothing in it"),
        ({"outptu": {"a": "iban"}}, "unknown key 'outptu'; did you mean 'output'?"),
        ({"output": {"a": "ibna"}}, "output.a: no field 'ibna'; did you mean 'iban'?"),
        ({"output": {"a": {"field": "iban", "abesnt": ""}}}, "'abesnt' beside field; did you mean 'absent'?"),
        ({"output": {"a": {"field": "iban", "belopp": 1}}}, "if 'field' is a key of yours, put all of it under object"),
        ({"output": {"a": {"field": "iban", "as": "number"}}}, "a.as: 'number' is no form of a value of kind iban"),
        ({"output": {"a": {"field": "iban", "date": "%d"}}}, "output.a.date: only for a date; iban is of kind iban"),
        ({"output": {"a": {"field": "due_date", "date": "%d %B %Y"}}}, "has %B; dates are written with %Y, %y, %m, %d"),
        ({"output": {"a": {"field": "amount_due", "decimals": 9}}}, "9 is no whole number from 0 to 6"),
        ({"output": {"a": {"field": "iban", "absent": "", "omit": True}}}, "does not go with omit"),
        ({"output": {"a": {"field": "iban", "part": "boks"}}}, "output.a.part: no part 'boks'"),
        ({"output": {"a": {"column": "quantity"}}}, "a column stands only inside each, of rows"),
        ({"output": {"a": {"rows": "line_items"}}}, "each is missing"),
        ({"output": {"a": {"rows": "line_items", "each": "amount"}}}, "no column of line_items 'amount'"),
        ({"output": {"a": {"extraction": "confidence", "is": True}}}, "true or false, of needs_review"),
        ({"output": {"a": date(2026, 4, 15)}}, "cannot be written as JSON; put it in quotes under constant"),
        ({"output": {False: "iban"}}, "output: the key False is no text; put it in quotes"),
        ({"output": {"a": "iban"}, "values": {"valuta": {}}}, "values: no field or column 'valuta'"),
        ({"fields": {"iban": "konto", "bankgiro": "konto"}}, "'konto' is another field's place too"),
        ({"output": {"a": "iban"}, "dates": "%H:%M"}, "dates: '%H:%M' has %H"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_said(data: Any, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        OutputMapping.from_dict(data, source="m.yaml")
    assert str(caught.value).startswith("m.yaml: ")
    assert says in str(caught.value)


def test_everything_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(ConfigError) as caught:
        OutputMapping.from_dict({"decmial": ",", "output": {"a": "ibna", "b": {"c": {"field": "bankgrio"}}}})
    assert str(caught.value).count("did you mean") == 3


def test_an_alias_into_itself_ends(tmp_path: Path) -> None:
    file = tmp_path / "m.yaml"
    file.write_text("output: &all {a: *all, b: {constant: &list [*list]}}\n", encoding="utf-8")
    with pytest.raises(ConfigError, match="does an alias lead into itself"):
        OutputMapping.load(file)


@pytest.mark.parametrize(
    ("content", "says"),
    [(b"output: [", ":1: not valid YAML"), (b"\xff\xfe\x00", "is not UTF-8 text"), (None, "no such mapping")],
)
def test_a_file_that_is_no_mapping_is_one_line(content: bytes | None, says: str, tmp_path: Path) -> None:
    file = tmp_path / "m.yaml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        OutputMapping.load(file)
    assert says in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_schema_of_ones_own() -> None:
    schema = Schema.from_dict({"name": "receipt", "fields": {"total": {"kind": "amount"}}}, source="s")
    mapping = OutputMapping.from_dict({"output": {"sum": "total"}}, schema)
    assert mapping.json_schema()["title"] == "receipt"
    with pytest.raises(ConfigError, match="no field 'amount_due'; there are total"):
        OutputMapping.from_dict({"output": {"sum": "amount_due"}}, schema)
    with pytest.raises(ConfigError, match="no table 'line_items'"):
        OutputMapping.from_dict({"output": {"sum": {"rows": "line_items", "each": "total"}}}, schema)
