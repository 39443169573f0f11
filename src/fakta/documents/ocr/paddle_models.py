"""The two models of RapidOCR's wheel as onnxruntime sessions: one finds lines of text, one reads a line."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from fakta.errors import OcrUnavailable

if TYPE_CHECKING:
    from onnxruntime import InferenceSession

# Apache-2.0, PaddlePaddle authors; exported to ONNX by RapidAI. How they are used: `paddle_boxes`, `paddle_lines`.
FINDS_LINES = "PP-OCRv6_det_small.onnx"
READS_LINES = "PP-OCRv6_rec_small.onnx"

# Under this a float32 is denormal: processors calculate with it, but many times as slowly.
_SMALLEST = np.finfo(np.float32).tiny

# Field numbers of onnx.proto: ModelProto.graph, GraphProto.initializer, TensorProto.data_type and .raw_data; and what
# float32 is as a data type.
_GRAPH, _INITIALIZER, _DATA_TYPE, _RAW_DATA, _FLOAT = 7, 5, 2, 9, 1
# Wire types of Protocol Buffers.
_VARINT, _LONG, _BYTES, _INT = 0, 1, 2, 5


def folder() -> Path | None:
    """Where the models lie; None where RapidOCR is not installed or came without them. Imports nothing."""
    spec = importlib.util.find_spec("rapidocr")
    for place in (spec and spec.submodule_search_locations) or ():
        models = Path(place) / "models"
        if all((models / name).is_file() for name in (FINDS_LINES, READS_LINES)):
            return models
    return None


def session(name: str, *, threads: int) -> InferenceSession:
    """A model, ready to run; several threads may run it at once.

    Args:
        name: `FINDS_LINES` or `READS_LINES`.
        threads: that work on one run.

    Raises:
        OcrUnavailable: the model or onnxruntime is not there.
    """
    import onnxruntime

    models = folder()
    if models is None:
        raise OcrUnavailable("rapidocr is not installed, or without its models: pip install 'fakta[ocr]'")
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 4
    # Threads that wait for their next task by spinning take the processor from those that read lines meanwhile.
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    model = bytearray((models / name).read_bytes())
    flush_tiny_weights(model)
    return onnxruntime.InferenceSession(bytes(model), options, providers=["CPUExecutionProvider"])


def flush_tiny_weights(model: bytearray) -> None:
    """Makes weights zero that are too small for normal floating-point numbers, in place.

    Training drives weights that nothing needs towards zero and lets them end at 1e-40: two thirds of one layer that
    finds lines, which then takes nearly half of the time. What the model gives does not change by a bit that matters:
    the products are smaller than the precision of what they are added to.

    Args:
        model: an ONNX file.
    """
    # By hand, so that reading scans needs no onnx package.
    for graph in _fields(memoryview(model), _GRAPH):
        for tensor in _fields(graph, _INITIALIZER):
            if [*_varints(tensor, _DATA_TYPE)] == [_FLOAT]:
                for raw in _fields(tensor, _RAW_DATA):
                    weights = np.frombuffer(raw, dtype="<f4")
                    weights[np.abs(weights) < _SMALLEST] = 0.0


def _fields(message: memoryview, wanted: int) -> Iterator[memoryview]:
    """The contents of a message's fields of that number that have a length: messages, strings, bytes."""
    for number, wire, value in _walk(message):
        if number == wanted and wire == _BYTES:
            yield message[value]


def _varints(message: memoryview, wanted: int) -> Iterator[int]:
    for number, wire, value in _walk(message):
        if number == wanted and wire == _VARINT:
            yield _varint(message, value.start)[0]


def _walk(message: memoryview) -> Iterator[tuple[int, int, slice]]:
    """Number, wire type and place of each field's value."""
    at = 0
    while at < len(message):
        key, at = _varint(message, at)
        number, wire = key >> 3, key & 7
        start = at
        if wire == _VARINT:
            _, end = _varint(message, at)
        elif wire == _BYTES:
            length, start = _varint(message, at)
            end = start + length
        elif wire in (_LONG, _INT):
            end = at + (8 if wire == _LONG else 4)
        else:
            raise ValueError(f"no ONNX file: wire type {wire}")
        yield number, wire, slice(start, end)
        at = end


def _varint(message: memoryview, at: int) -> tuple[int, int]:
    """A number and where it ends."""
    value = shift = 0
    while True:
        byte = message[at]
        value |= (byte & 0x7F) << shift
        at += 1
        if byte < 0x80:
            return value, at
        shift += 7
