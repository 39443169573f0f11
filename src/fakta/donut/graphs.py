"""Donut's two graphs in onnxruntime: a page is seen once, then written about one token at a time.

```
encoder  pixel_values (1, 3, H, W)                        -> cross_key.i, cross_value.i
decoder  token, position, past_key.i (n, D), past_value.i, cross_key.i, cross_value.i
                                                          -> logits (V,), attention (L,), key.i (1, D), value.i (1, D)
```

for each layer i of the decoder. The past lies in buffers of full length, of which every step is handed the filled part,
so nothing is copied as it grows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from fakta.errors import BundleError

if TYPE_CHECKING:
    import onnxruntime

FloatArray = npt.NDArray[np.float32]
Tensors = dict[str, Any]


class Graphs:
    """Encoder and decoder of one bundle.

    Args:
        encoder, decoder: the files' content.
        where: the bundle's name, for messages.
        threads: onnxruntime's, for one page.

    Raises:
        BundleError: a graph cannot be loaded or was not exported by this version of fakta.

    Attributes:
        vocabulary: how many tokens the decoder writes.
        image: height and width in pixels that the encoder sees.
        layers: of the decoder.
        width: numbers in one layer's key or value.
    """

    def __init__(self, encoder: bytes, decoder: bytes, *, where: str, threads: int = 1) -> None:
        self._where = where
        self._encoder = self._loaded(encoder, "encoder.onnx", threads)
        self._decoder = self._loaded(decoder, "decoder.onnx", threads)
        given = {put.name: put.shape for put in self._decoder.get_inputs()}
        made = {put.name: put.shape for put in self._decoder.get_outputs()}
        self.layers: int = sum(name.startswith("past_key.") for name in given)
        layers = range(self.layers)
        expected = {f"{kind}.{i}" for i in layers for kind in ("past_key", "past_value", "cross_key", "cross_value")}
        cross = {name for name in expected if name.startswith("cross_")}
        if not layers or set(given) != expected | {"token", "position"} or not {"logits", "attention"} <= set(made):
            raise BundleError(
                f"{where}: decoder.onnx takes {', '.join(sorted(given))}; it was not exported by this version of fakta"
            )
        seen = {put.name: put.shape for put in self._encoder.get_inputs()}
        if set(seen) != {"pixel_values"} or {put.name for put in self._encoder.get_outputs()} != cross:
            raise BundleError(f"{where}: encoder.onnx does not fit decoder.onnx; export the model again")
        self._cross = sorted(cross)
        self.width = int(given["past_key.0"][1])
        self._outputs = [
            "logits",
            "attention",
            *(f"key.{layer}" for layer in layers),
            *(f"value.{layer}" for layer in layers),
        ]
        self.vocabulary = int(made["logits"][0])
        self.image = (int(seen["pixel_values"][2]), int(seen["pixel_values"][3]))

    def see(self, pixels: FloatArray) -> Tensors:
        """What the decoder needs of a page.

        Args:
            pixels: (3, height, width), of `image`'s size.
        """
        seen = self._run(self._encoder, "encoder.onnx", self._cross, {"pixel_values": pixels[None]})
        return dict(zip(self._cross, seen, strict=True))

    def writer(self, seen: Tensors, *, max_length: int) -> Writer:
        """Writes about a page from the first token on.

        Args:
            seen: from `see`.
            max_length: tokens that may be written.
        """
        return Writer(self, seen, max_length=max_length)

    def step(self, feed: Tensors) -> list[Any]:
        """logits, attention, then the new key of every layer and the new value of every layer."""
        return self._run(self._decoder, "decoder.onnx", self._outputs, feed)

    def _loaded(self, content: bytes, name: str, threads: int) -> onnxruntime.InferenceSession:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3  # errors only: warnings would end up on the caller's stderr
        try:
            return onnxruntime.InferenceSession(content, sess_options=options, providers=["CPUExecutionProvider"])
        except Exception as error:  # onnxruntime's own exceptions share no base class
            reason = str(error).splitlines()[0]
            raise BundleError(f"{self._where}: {name} cannot be loaded ({reason}); export it again") from None

    def _run(self, session: onnxruntime.InferenceSession, name: str, outputs: list[str], feed: Tensors) -> list[Any]:
        try:
            return list(session.run(outputs, feed))
        except Exception as error:
            reason = str(error).splitlines()[0]
            raise BundleError(f"{self._where}: {name} cannot be run ({reason}); export it again") from None


class Writer:
    """The decoder on one page, with the past of what it has written there."""

    def __init__(self, graphs: Graphs, seen: Tensors, *, max_length: int) -> None:
        self._graphs = graphs
        shape = (2 * graphs.layers, max_length, graphs.width)
        self._past: FloatArray = np.empty(shape, dtype=np.float32)
        self._feed: Tensors = dict(seen)
        self._written = 0

    def write(self, token: int) -> tuple[FloatArray, FloatArray]:
        """Writes a token, the prompt first.

        Returns:
            (V,) logits of the next token, and (L,) where on the page it looked.
        """
        layers, done = self._graphs.layers, self._written
        self._feed["token"] = np.array([token], dtype=np.int64)
        self._feed["position"] = np.array([done], dtype=np.int64)
        for layer in range(layers):
            self._feed[f"past_key.{layer}"] = self._past[layer, :done]
            self._feed[f"past_value.{layer}"] = self._past[layers + layer, :done]
        logits, attention, *made = self._graphs.step(self._feed)
        for place, row in enumerate(made):
            self._past[place, done] = row[0]
        self._written += 1
        return logits, attention
