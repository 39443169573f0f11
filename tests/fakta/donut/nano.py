"""The smallest things Donut needs, made without torch: schemas, tokenizers, and models that read from a script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from fakta.donut.grammar import Grammar
from fakta.donut.sequence import SequenceCodec, prompt_token
from fakta.schema import Schema, invoice_schema
from fakta_lab.export import write_bundle
from fakta_lab.training.donut.tokenizer import train_donut_tokenizer

RECEIPT = Schema.from_dict(
    {
        "name": "receipt",
        "fields": {"shop": {"kind": "name"}, "day": {"kind": "date"}, "total": {"kind": "amount", "required": True}},
        "tables": {"goods": {"columns": {"what": {"kind": "text"}, "price": {"kind": "amount"}}}},
    },
    source="nano.py",
)
TEXTS = ("Björkdala Städ AB", "Fakturanummer F-1200", "2026-04-15", "12450.00", "SE559994120901", "Timmer", "Frakt")

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


HEIGHT, WIDTH, CELL, MAX_LENGTH = 160, 128, 32, 120
CELLS = HEIGHT // CELL * (WIDTH // CELL)


@cache
def receipt_grammar() -> Grammar:
    """Of receipts."""
    return Grammar(SequenceCodec(receipt_tokenizer(), RECEIPT))


class Scripted:
    """A decoder that wants to write a given sequence, each token with a given probability.

    Args:
        ids: without prompt; behind the last one it goes on with `<pad>`.
        vocabulary: number of tokens.
        certainty: position to probability; 0.999 elsewhere. What is left is shared by all other tokens.
        attention: position to (L,); even elsewhere.
    """

    def __init__(
        self,
        ids: Sequence[int],
        *,
        vocabulary: int,
        certainty: Mapping[int, float] | None = None,
        attention: Mapping[int, Any] | None = None,
    ) -> None:
        self.ids = ids
        self.vocabulary = vocabulary
        self.certainty = certainty or {}
        self.attention = attention or {}
        self.given: list[int] = []

    def write(self, token: int) -> tuple[Any, Any]:
        position = len(self.given)
        self.given.append(token)
        wanted = self.ids[position] if position < len(self.ids) else 1
        certain = self.certainty.get(position, 0.999)
        logits = np.full(self.vocabulary, np.log((1 - certain) / (self.vocabulary - 1)), dtype=np.float32)
        logits[wanted] = np.log(certain)
        even = np.full(CELLS, 1 / CELLS, dtype=np.float32)
        return logits, np.asarray(self.attention.get(position, even), dtype=np.float32)


def scripted_graphs(ids: Sequence[int], *, vocabulary: int, cell: int = 0) -> tuple[bytes, bytes]:
    """Encoder and decoder of one layer that write a sequence whatever they see, and look at one cell."""
    from onnx import TensorProto, helper, numpy_helper

    script = Scripted(ids, vocabulary=vocabulary)
    table = np.stack([script.write(0)[0] for _ in range(MAX_LENGTH)])
    look = np.zeros(CELLS, dtype=np.float32)
    look[cell] = 1.0

    def tensor(name: str, *shape: str | int, kind: int = TensorProto.FLOAT) -> Any:
        return helper.make_tensor_value_info(name, kind, shape)

    def model(nodes: list[Any], inputs: list[Any], outputs: list[Any], arrays: Mapping[str, Any]) -> bytes:
        constants = [numpy_helper.from_array(np.asarray(array), name) for name, array in arrays.items()]
        graph = helper.make_graph(nodes, "scripted", inputs, outputs, constants)
        made = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)])
        made.ir_version = 8
        return bytes(made.SerializeToString())

    encoder = model(
        [
            helper.make_node("ReduceMean", ["pixel_values"], ["mean"], keepdims=0),
            *(
                helper.make_node("Expand", ["mean", f"{name}.shape"], [name])
                for name in ("cross_key.0", "cross_value.0")
            ),
        ],
        [tensor("pixel_values", 1, 3, HEIGHT, WIDTH)],
        [tensor("cross_key.0", 1, 2, CELLS), tensor("cross_value.0", 1, CELLS, 2)],
        {"cross_key.0.shape": np.array([1, 2, CELLS]), "cross_value.0.shape": np.array([1, CELLS, 2])},
    )
    fed = ("token", "past_key.0", "past_value.0", "cross_key.0", "cross_value.0")
    decoder = model(
        [
            helper.make_node("Gather", ["table", "position"], ["row"], axis=0),
            helper.make_node("Squeeze", ["row", "first"], ["logits"]),
            helper.make_node("Identity", ["look"], ["attention"]),
            helper.make_node("Identity", ["state"], ["key.0"]),
            helper.make_node("Identity", ["state"], ["value.0"]),
            # Every input has to reach an output, else the runtime would not ask for it.
            *(helper.make_node("Shape", [name], [f"{name}.size"]) for name in fed),
            helper.make_node("Concat", [f"{name}.size" for name in fed], ["sizes"], axis=0),
        ],
        [
            tensor("token", 1, kind=TensorProto.INT64),
            tensor("position", 1, kind=TensorProto.INT64),
            tensor("past_key.0", "past", 2),
            tensor("past_value.0", "past", 2),
            tensor("cross_key.0", 1, 2, "places"),
            tensor("cross_value.0", 1, "places", 2),
        ],
        [
            tensor("logits", vocabulary),
            tensor("attention", CELLS),
            tensor("key.0", 1, 2),
            tensor("value.0", 1, 2),
            tensor("sizes", 12, kind=TensorProto.INT64),
        ],
        {"table": table, "look": look, "state": np.zeros((1, 2), dtype=np.float32), "first": np.array([0])},
    )
    return encoder, decoder


def write_scripted_bundle(
    folder: Path,
    values: Mapping[str, Any],
    *,
    schema: Schema = RECEIPT,
    tokenizer: bytes | None = None,
    vocabulary: int | None = None,
    **model: Any,
) -> Path:
    """A sound bundle that reads the same values from every page that is not empty."""
    tokenizer = tokenizer or receipt_tokenizer()
    grammar = Grammar(SequenceCodec(tokenizer, schema))
    ids = grammar.codec.encode(values)
    encoder, decoder = scripted_graphs(ids, vocabulary=vocabulary or grammar.vocabulary)
    facts = {
        "family": "donut",
        "encoder": "encoder.onnx",
        "decoder": "decoder.onnx",
        "prompt": prompt_token(schema),
        "height": HEIGHT,
        "width": WIDTH,
        "cell": CELL,
        "max_length": MAX_LENGTH,
    }
    return write_bundle(
        folder,
        name="scripted",
        schema=schema,
        model={**facts, **model},
        files={
            "encoder.onnx": encoder,
            "decoder.onnx": decoder,
            "tokenizer.json": tokenizer,
            "MODEL_CARD.md": b"# scripted\n",
        },
        license="Apache-2.0",
        lineage={"start": "script"},
    )
