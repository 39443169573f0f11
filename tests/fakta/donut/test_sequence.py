"""Values as tokens and back: whatever is written is read again, and what is not is named."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fakta.donut.nano import RECEIPT, VALUES, invoice_tokenizer, receipt_tokenizer
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers

from fakta.donut.sequence import SequenceCodec, special_tokens
from fakta.errors import BundleError, FormatError, SchemaError
from fakta.schema import Schema, invoice_schema

CODEC = SequenceCodec(receipt_tokenizer(), RECEIPT)
WRITTEN = (
    "<s_receipt><s_shop>Björkdala Städ AB</s_shop><s_day>2026-04-15</s_day><s_total>12450.00</s_total>"
    "<s_goods><s_what>Timmer <sep/> 2</s_what><s_price>12400.00</s_price><sep/><s_what>Frakt</s_what></s_goods></s>"
)


def test_special_tokens_have_one_order_and_each_comes_once() -> None:
    assert special_tokens(RECEIPT) == (
        "<sep/>", "<s_receipt>", "<s_shop>", "</s_shop>", "<s_day>", "</s_day>", "<s_total>", "</s_total>",
        "<s_goods>", "</s_goods>", "<s_what>", "</s_what>", "<s_price>", "</s_price>",
    )  # fmt: skip
    tokens = special_tokens(invoice_schema())
    assert len(tokens) == len(set(tokens)) == 2 + 2 * (23 + 2 + 10)


def test_values_are_written_in_schema_order_without_what_is_absent() -> None:
    shuffled = dict(reversed(VALUES.items()))
    assert CODEC.text(shuffled) == WRITTEN
    assert CODEC.encode(shuffled) == CODEC.encode(VALUES)
    assert CODEC.text({"shop": None, "day": "", "goods": [{"what": None}, {}]}) == "<s_receipt></s>"


def test_values_may_be_given_as_values() -> None:
    typed = {**VALUES, "day": date(2026, 4, 15), "total": Decimal("12450")}
    assert CODEC.encode(typed) == CODEC.encode(VALUES)


def test_every_digit_is_a_token() -> None:
    ids = CODEC.encode({"total": "12450.00"})
    tokens = [CODEC.tokenizer.id_to_token(number) for number in ids]
    assert tokens == ["<s_total>", "1", "2", "4", "5", "0", ".", "0", "0", "</s_total>", "</s>"]


def test_what_is_written_is_read_with_its_place() -> None:
    ids = CODEC.encode(VALUES)
    assert CODEC.values(ids) == VALUES
    (price,) = [written for written in CODEC.read(ids) if written.name == "price"]
    assert (price.table, price.row, price.text) == ("goods", 0, "12400.00")
    assert CODEC.tokenizer.decode(ids[price.start : price.stop]) == "12400.00"


def test_prompt_and_what_follows_the_end_do_not_matter() -> None:
    ids = CODEC.encode(VALUES)
    assert CODEC.values([CODEC.prompt_id, *ids, *ids, CODEC.pad_id]) == VALUES


def ids_of(text: str) -> list[int]:
    """Token numbers of a sequence that is written out, tags as tags."""
    return list(Tokenizer.from_str(receipt_tokenizer().decode()).encode(text).ids)


@pytest.mark.parametrize(
    ("text", "values"),
    {
        "": {},
        "<s_total>1.00": {},
        "<s_total>1.00</s_day></s_total>": {},
        "<s_total>1.00</s_total><s_total>2.00</s_total>": {"total": "1.00"},
        "<s_what>Timmer</s_what><s_total>1.00</s_total>": {"total": "1.00"},
        "<s_goods><s_total>1.00</s_total><s_what>a</s_what>": {"goods": [{"what": "a"}]},
        "<s_goods><s_what>a</s_what><s_what>b</s_what><sep/></s_goods><sep/>": {"goods": [{"what": "a"}]},
        "<s_goods><sep/><s_what>a</s_what></s_goods><s_shop>b</s_shop>": {"goods": [{"what": "a"}], "shop": "b"},
    }.items(),
)
def test_malformed_sequences_give_what_is_whole(text: str, values: dict[str, Any]) -> None:
    assert CODEC.values(ids_of(text)) == values


_TEXTS = st.text(st.characters(exclude_categories=("Cs",)), min_size=1)


_FREE = Schema.from_dict(
    {
        "name": "receipt",
        "fields": {"shop": {"kind": "name"}, "day": {"kind": "text"}, "total": {"kind": "text"}},
        "tables": {"goods": {"columns": {name: {"kind": "text"} for name in ("what", "price")}}},
    },
    source="test",
)
_FREE_CODEC = SequenceCodec(receipt_tokenizer(), _FREE)


@given(st.lists(st.dictionaries(st.sampled_from(["what", "price"]), _TEXTS, min_size=1)), _TEXTS)
def test_any_text_comes_back(rows: list[dict[str, str]], shop: str) -> None:
    values = {"shop": shop, "goods": rows} if rows else {"shop": shop}
    assert _FREE_CODEC.round_trip(values, document="a.pdf") == []
    assert _FREE_CODEC.values(_FREE_CODEC.encode(values)) == values


def forgetful_tokenizer() -> bytes:
    """One like that of Donut's published checkpoints: it knows "1" at the start of a word only."""
    pieces = ["▁", "▁1", "2", "3", "A", "F", "-", ".", "0", "▁A"]
    tokenizer = Tokenizer(models.Unigram([("<unk>", 0.0), *((piece, -1.0) for piece in pieces)], unk_id=0))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    names = ("<s>", "<pad>", "</s>", *special_tokens(RECEIPT))
    tokenizer.add_special_tokens([AddedToken(name, special=True, normalized=False) for name in names])
    return str(tokenizer.to_str()).encode()


def test_a_tokenizer_that_loses_a_digit_is_found_out() -> None:
    codec = SequenceCodec(forgetful_tokenizer(), RECEIPT)
    values = {"shop": "A1", "total": "123.00", "goods": [{"what": "A 23"}, {"what": "F-120", "price": "2.30"}]}
    assert [str(loss) for loss in codec.round_trip(values, document="faktura.pdf")] == [
        "faktura.pdf: shop: 'A1' comes back as 'A<unk>'",
        "faktura.pdf: goods[2].what: 'F-120' comes back as 'F-<unk>20'",
    ]


def test_the_invoice_schema_goes_through() -> None:
    codec = SequenceCodec(invoice_tokenizer(), invoice_schema())
    values = {
        "invoice_number": "A1-17",
        "amount_due": "100.00",
        "vat_breakdown": [{"rate": "25", "tax_amount": "20.00"}],
        "line_items": [{"description": "1 m³ ”björk”", "unit_price": "0.8934"}],
    }
    assert codec.round_trip(values, document="a.pdf") == []
    assert codec.values(codec.encode(values))["vat_breakdown"] == [{"rate": "25.00", "tax_amount": "20.00"}]


def test_what_the_schema_does_not_have_is_refused() -> None:
    with pytest.raises(SchemaError, match=r"^schema receipt has neither field nor table 'vat'$"):
        CODEC.encode({"vat": "1.00"})
    with pytest.raises(SchemaError, match=r"^schema receipt: goods\[2\] has no column 'unit'$"):
        CODEC.encode({"goods": [{"what": "a"}, {"unit": "st"}]})


def test_a_value_that_is_not_canonical_is_refused_with_its_place() -> None:
    with pytest.raises(FormatError, match=r"^goods\[1\]\.price: '1 234,50' is no canonical amount"):
        CODEC.encode({"goods": [{"price": "1 234,50"}]})


def test_a_tokenizer_of_another_schema_is_refused() -> None:
    with pytest.raises(BundleError, match=r"the special token <s_invoice> is missing.* schema 'invoice'"):
        SequenceCodec(receipt_tokenizer(), invoice_schema())
    with pytest.raises(BundleError, match=r"^tokenizer\.json: not a tokenizer \("):
        SequenceCodec(b"{}", RECEIPT)


def test_a_name_for_two_things_is_refused() -> None:
    schema = Schema.from_dict(
        {"fields": {"a": {"kind": "text"}}, "tables": {"a": {"columns": {"b": {"kind": "text"}}}}}, source="test"
    )
    with pytest.raises(SchemaError, match="a is a field and a table"):
        SequenceCodec(receipt_tokenizer(), schema)
