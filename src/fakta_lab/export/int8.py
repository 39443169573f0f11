"""Graphs whose matrix products compute with 8-bit integers."""

from __future__ import annotations

import logging
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto
from onnxruntime.quantization import CalibrationDataReader, QuantFormat, QuantType, quantize_dynamic, quantize_static

Feed = Mapping[str, np.ndarray[Any, Any]]

# Products with a constant matrix. Those of two computed ones, inside attention, and everything else stay float.
_PRODUCTS = ["MatMul", "Gemm"]


def dynamic(graph: bytes) -> bytes:
    """8-bit weights, one scale a column; the range of what goes in is taken anew for each page."""
    with _files(graph) as (source, target):
        quantize_dynamic(
            source,
            target,
            op_types_to_quantize=_PRODUCTS,
            per_channel=True,
            weight_type=QuantType.QInt8,
            extra_options={"DefaultTensorType": TensorProto.FLOAT},
        )
        return target.read_bytes()


def static(graph: bytes, feeds: Sequence[Feed]) -> bytes:
    """8-bit weights, one scale a column, and fixed ranges of what goes in.

    Args:
        graph: with float32 weights.
        feeds: inputs of pages that the ranges are taken from.
    """
    with _files(graph) as (source, target):
        quantize_static(
            source,
            target,
            _Feeds(feeds),
            quant_format=QuantFormat.QDQ,
            op_types_to_quantize=_PRODUCTS,
            per_channel=True,
            activation_type=QuantType.QUInt8,
            weight_type=QuantType.QInt8,
            extra_options={"DefaultTensorType": TensorProto.FLOAT, "MatMulConstBOnly": True},
        )
        return target.read_bytes()


class _Feeds(CalibrationDataReader):
    """onnxruntime's interface to the calibration pages."""

    def __init__(self, feeds: Sequence[Feed]) -> None:
        self._left = iter(feeds)

    def get_next(self) -> Feed | None:
        """The next page's inputs, None behind the last."""
        return next(self._left, None)


@contextmanager
def _files(graph: bytes) -> Iterator[tuple[Path, Path]]:
    """onnxruntime quantises files; it also recommends a preprocessing that changes nothing here."""
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "float.onnx", Path(folder) / "int8.onnx"
        source.write_bytes(graph)
        logging.disable(logging.WARNING)
        try:
            yield source, target
        finally:
            logging.disable(logging.NOTSET)
