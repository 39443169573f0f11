"""The smallest things a model needs, made without torch: a tokenizer, pages, an ONNX graph, a bundle."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from fakta.decode import label_names
from fakta.documents.model import Box, Page, Word
from fakta.schema import Schema
from fakta_lab.export import write_bundle
from fakta_lab.training.layoutlmv3.tokenizer import train_tokenizer

SCHEMA = Schema.from_dict(
    {"fields": {"total": {"kind": "amount"}, "number": {"kind": "identifier"}}}, source="tiny_model.py"
)
LABELS = label_names(SCHEMA)
TOKENIZER_JSON = train_tokenizer(["Faktura", "Fakturanummer", "ord", "kr", "2026-01-01", "12,50"] * 5, vocabulary=300)
IMAGE = {"size": 16, "mean": [0.5, 0.5, 0.5], "std": [0.5, 0.5, 0.5]}
MODEL = {"family": "layoutlmv3", "file": "model.onnx", "window": 32, "stride": 8}


def page_of(texts: Sequence[str]) -> Page:
    """A page with the words on lines of eight."""
    words = tuple(
        Word(text, Box(0.1 + 0.1 * (i % 8), 0.02 * (i // 8), 0.18 + 0.1 * (i % 8), 0.02 * (i // 8) + 0.015))
        for i, text in enumerate(texts)
    )
    return Page(1, 595, 842, words, source="generated")


def graph(*, image: bool = False) -> bytes:
    """A graph whose logits depend on the token alone: label `input_id mod n_labels` wins by 8.

    With `image` it wins by 8 times the page's mean pixel.
    """
    from onnx import TensorProto, helper

    def tensor(name: str, kind: int, *shape: str | int) -> Any:
        return helper.make_tensor_value_info(name, kind, shape)

    nodes = [
        helper.make_node("Mod", ["input_ids", "n_labels"], ["label"]),
        helper.make_node("OneHot", ["label", "n_labels", "values"], ["raw"], axis=-1),
        # Every input has to reach the output, else the runtime would not ask for it.
        helper.make_node("ReduceSum", ["bbox", "last"], ["boxes"], keepdims=1),
        helper.make_node("Unsqueeze", ["attention_mask", "last"], ["mask"]),
        helper.make_node("Add", ["boxes", "mask"], ["sum"]),
        helper.make_node("Cast", ["sum"], ["float_sum"], to=TensorProto.FLOAT),
        helper.make_node("Mul", ["float_sum", "zero"], ["nothing"]),
        helper.make_node("Add", ["raw", "nothing"], ["sure" if image else "logits"]),
    ]
    if image:
        nodes += [
            helper.make_node("ReduceMean", ["pixel_values"], ["brightness"], axes=[1, 2], keepdims=0),
            helper.make_node("ReduceMean", ["brightness"], ["light"], axes=[1], keepdims=1),
            helper.make_node("Unsqueeze", ["light", "last"], ["factor"]),
            helper.make_node("Mul", ["sure", "factor"], ["logits"]),
        ]
    constants = [
        helper.make_tensor("n_labels", TensorProto.INT64, [], [len(LABELS)]),
        helper.make_tensor("values", TensorProto.FLOAT, [2], [0.0, 8.0]),
        helper.make_tensor("last", TensorProto.INT64, [1], [-1]),
        helper.make_tensor("zero", TensorProto.FLOAT, [], [0.0]),
    ]
    inputs = [
        tensor("input_ids", TensorProto.INT64, "batch", "length"),
        tensor("bbox", TensorProto.INT64, "batch", "length", 4),
        tensor("attention_mask", TensorProto.INT64, "batch", "length"),
    ]
    if image:
        inputs.append(tensor("pixel_values", TensorProto.FLOAT, "batch", 3, IMAGE["size"], IMAGE["size"]))
    outputs = [tensor("logits", TensorProto.FLOAT, "batch", "length", len(LABELS))]
    model = helper.make_model(
        helper.make_graph(nodes, "tiny", inputs, outputs, constants), opset_imports=[helper.make_opsetid("", 17)]
    )
    model.ir_version = 8
    return bytes(model.SerializeToString())


def write_tiny_bundle(folder: Path, *, model: bytes | None = None, image: Any = None) -> Path:
    """A sound bundle in `folder`; with `image` it says that it looks at pages."""
    return write_bundle(
        folder,
        name="tiny",
        schema=SCHEMA,
        model=MODEL | ({"image": image} if image else {}),
        files={
            "model.onnx": graph(image=image is not None) if model is None else model,
            "tokenizer.json": TOKENIZER_JSON.encode(),
            "MODEL_CARD.md": b"# tiny\n",
        },
        license="Apache-2.0",
        lineage={"start": "scratch"},
    )
