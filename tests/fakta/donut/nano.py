"""The smallest things Donut needs, made without torch: two schemas and a tokenizer for each."""

from __future__ import annotations

from functools import cache

from fakta.schema import Schema, invoice_schema
from fakta_lab.training.donut.tokenizer import train_donut_tokenizer

RECEIPT = Schema.from_dict(
    {
        "name": "receipt",
        "fields": {"shop": {"kind": "name"}, "day": {"kind": "date"}, "total": {"kind": "amount", "required": True}},
        "tables": {"goods": {"columns": {"what": {"kind": "text"}, "price": {"kind": "amount"}}}},
    },
    source="nano.py",
)
TEXTS = ("Björkdala Städ AB", "Fakturanummer F-1200", "2026-04-15", "12450.00", "SE556036079301", "Timmer", "Frakt")

# Every text here survives; the goods have one column that is absent.
VALUES = {
    "shop": "Björkdala Städ AB",
    "day": "2026-04-15",
    "total": "12450.00",
    "goods": [{"what": "Timmer <sep/> 2", "price": "12400.00"}, {"what": "Frakt"}],
}


@cache
def receipt_tokenizer() -> bytes:
    """Byte-level, 320 tokens."""
    return train_donut_tokenizer(TEXTS * 5, RECEIPT, vocabulary=320).encode()


@cache
def invoice_tokenizer() -> bytes:
    """Byte-level, 420 tokens."""
    return train_donut_tokenizer(TEXTS * 5, invoice_schema(), vocabulary=420).encode()
