"""The model as an ONNX graph."""

from __future__ import annotations

import io
import warnings

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper
from transformers import LayoutLMv3ForTokenClassification

from fakta.pixels import CHANNELS
from fakta.session import IMAGE_INPUT, INPUTS
from fakta_lab.export.graph_encoder import for_graph
from fakta_lab.training.layoutlmv3.visual import image_format

OPSET = 17

# Arrays below this size stay as they are: halving them saves nothing, and shapes and scalars are among them. So do
# arrays of one dimension, which are small too: the scales of 8-bit integers may be too small for float16.
MIN_HALVED = 1024


class _Logits(torch.nn.Module):
    """The model with plain tensors in and out, as tracing needs it."""

    def __init__(self, model: LayoutLMv3ForTokenClassification) -> None:
        super().__init__()
        self.model = model

    def forward(
        self,
        input_ids: torch.Tensor,
        bbox: torch.Tensor,
        attention_mask: torch.Tensor,
        pixel_values: torch.Tensor | None = None,
    ) -> torch.Tensor:
        logits: torch.Tensor = self.model(
            input_ids=input_ids, bbox=bbox, attention_mask=attention_mask, pixel_values=pixel_values
        ).logits
        return logits


def onnx_graph(model: LayoutLMv3ForTokenClassification) -> bytes:
    """The graph of a model in evaluation mode: `input_ids`, `bbox`, `attention_mask` to `logits`.

    A model that looks at pages takes `pixel_values` too. Batch size and length are free.
    """
    ids = torch.full((2, 9), 5)
    ids[1, 6:] = model.config.pad_token_id
    example = [ids, torch.ones(2, 9, 4, dtype=torch.long), (ids != model.config.pad_token_id).long()]
    names = [*INPUTS]
    free = {name: {0: "batch", 1: "length"} for name in (*INPUTS, "logits")}
    image = image_format(model.config)
    if image:
        example.append(torch.zeros(2, CHANNELS, image.size, image.size))
        names.append(IMAGE_INPUT)
        free[IMAGE_INPUT] = {0: "batch"}
    buffer = io.BytesIO()
    with warnings.catch_warnings():
        # The tracing exporter is deprecated but takes 0.3 s where its successor takes 10, for the same numbers.
        for message in ("You are using the legacy TorchScript", "The feature will be removed"):
            warnings.filterwarnings("ignore", message=message, category=DeprecationWarning)
        # The indices are bucket numbers of relative positions, never negative.
        warnings.filterwarnings("ignore", message="Exporting aten::index operator", category=UserWarning)
        # Shapes that are constants of this architecture; parity is checked at several shapes.
        warnings.filterwarnings("ignore", category=torch.jit.TracerWarning)
        torch.onnx.export(
            _Logits(for_graph(model)).eval(),
            tuple(example),
            buffer,
            dynamo=False,
            opset_version=OPSET,
            input_names=names,
            output_names=["logits"],
            dynamic_axes=free,
        )
    return buffer.getvalue()


def halved(graph: bytes) -> bytes:
    """The graph with its large arrays stored as float16 and cast back at load: half the bytes, float32 arithmetic.

    The same numbers come out as long as the weights are float16 numbers already, see `round_to_half`.
    """
    model = onnx.load_from_string(graph)
    kept, casts = [], []
    for array in model.graph.initializer:
        values = numpy_helper.to_array(array)
        if array.data_type == TensorProto.FLOAT and values.ndim > 1 and values.size >= MIN_HALVED:
            stored = f"{array.name}.float16"
            casts.append(helper.make_node("Cast", [stored], [array.name], to=TensorProto.FLOAT))
            kept.append(numpy_helper.from_array(values.astype(np.float16), stored))
        else:
            kept.append(array)
    del model.graph.initializer[:]
    model.graph.initializer.extend(kept)
    nodes = [*casts, *model.graph.node]
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())


def round_to_half(model: LayoutLMv3ForTokenClassification) -> None:
    """Rounds every weight to the nearest float16 number, in place; it stays a float32 model."""
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(parameter.half().float())


def widened(graph: bytes) -> bytes:
    """The graph that `halved` made the given one of: its float16 arrays are float32 again, with the same numbers."""
    model = onnx.load_from_string(graph)
    arrays = {array.name: array for array in model.graph.initializer}
    nodes = []
    for node in model.graph.node:
        stored = arrays.get(node.input[0]) if node.op_type == "Cast" else None
        if stored is None or stored.data_type != TensorProto.FLOAT16:
            nodes.append(node)
            continue
        values = numpy_helper.to_array(arrays.pop(node.input[0])).astype(np.float32)
        arrays[node.output[0]] = numpy_helper.from_array(values, node.output[0])
    del model.graph.initializer[:]
    model.graph.initializer.extend(arrays.values())
    del model.graph.node[:]
    model.graph.node.extend(nodes)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())
