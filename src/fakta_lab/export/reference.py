"""The reference: a bundle's path from document to extraction, with transformers on torch in place of the graphs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import torch
from transformers import VisionEncoderDecoderModel
from transformers.cache_utils import EncoderDecoderCache

from fakta.bundle import Bundle
from fakta.donut.graphs import FloatArray, Graphs, Tensors, Writer
from fakta.encode import Window
from fakta.extract import Extractor
from fakta.pixels import Pixels
from fakta.reading import WordReader
from fakta.session import Arrays, Session, pad
from fakta_lab.export.donut_graph import encoder_states


def reference_extractor(bundle: Bundle, model: Any) -> Extractor:
    """An extractor that reads as one with `bundle` does, scorer, verifier and memory included, but computes on torch.

    Args:
        bundle: of either family.
        model: its weights, as transformers' model, float32 and in evaluation mode.
    """
    extractor = Extractor(bundle)
    if isinstance(extractor.reader, WordReader):
        extractor.reader.session = TorchSession(bundle, model)
    else:
        height, width = (int(bundle.model[key]) for key in ("height", "width"))
        extractor.reader.graphs = TorchGraphs(model, height=height, width=width)
    return extractor


@torch.inference_mode()
def model_logits(model: Any, batch: Arrays) -> np.ndarray[Any, Any]:
    """(n, L, n_labels) of LayoutLMv3 for a batch as `fakta.session.pad` makes it."""
    with _one_thread():
        return np.asarray(model(**{name: torch.from_numpy(array) for name, array in batch.items()}).logits.numpy())


@contextmanager
def _one_thread() -> Iterator[None]:
    """A page takes milliseconds, and threads that wait for a busy core make it take seconds."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)


class TorchSession(Session):
    """`fakta.session.Session` with LayoutLMv3 on torch behind it: the same windows, batches and averages."""

    def __init__(self, bundle: Bundle, model: Any) -> None:
        super().__init__(bundle)
        self._model = model

    def warm_up(self) -> None:
        """The model is there already."""

    def _run(self, windows: Sequence[Window], pixels: Pixels | None) -> np.ndarray[Any, np.dtype[np.float32]]:
        return model_logits(self._model, pad(windows, pad_id=self.encoder.pad_id, pixels=pixels))


class TorchGraphs(Graphs):
    """`fakta.donut.graphs.Graphs` with Donut on torch behind it, and with transformers' own cache.

    Args:
        model: its decoder is switched to the attention that says where it looked.
        height, width: of its image, in pixels.
    """

    def __init__(self, model: VisionEncoderDecoderModel, *, height: int, width: int) -> None:
        self.model = model
        self.image = (height, width)
        self.layers = int(model.decoder.config.decoder_layers)
        self.width = int(model.decoder.config.d_model)
        self.vocabulary = int(model.decoder.config.vocab_size)
        model.decoder.set_attn_implementation("eager")

    @torch.inference_mode()
    def see(self, pixels: FloatArray) -> Tensors:
        """What the encoder makes of a page, (1, L, D), under a name whose shape readers ask for."""
        return {"cross_value.0": encoder_states(self.model, torch.from_numpy(pixels[None]))}

    def writer(self, seen: Tensors, *, max_length: int) -> Writer:
        """Writes about a page from the first token on."""
        return _TorchWriter(self.model, seen["cross_value.0"])


class _TorchWriter(Writer):
    """The decoder on one page; transformers keeps the keys and values."""

    def __init__(self, model: VisionEncoderDecoderModel, states: torch.Tensor) -> None:
        self._decoder = model.decoder
        self._states = states
        self._cache: EncoderDecoderCache | None = None

    @torch.inference_mode()
    def write(self, token: int) -> tuple[FloatArray, FloatArray]:
        """(V,) logits of the next token, and (L,) where it looked: the mean over heads and layers."""
        made: Any = self._decoder(
            input_ids=torch.tensor([[token]]),
            encoder_hidden_states=self._states,
            past_key_values=self._cache,
            use_cache=True,
            output_attentions=True,
        )
        self._cache = made.past_key_values
        looked = torch.stack([layer[0, :, 0].mean(dim=0) for layer in made.cross_attentions]).mean(dim=0)
        return np.asarray(made.logits[0, 0].numpy()), np.asarray(looked.numpy())
