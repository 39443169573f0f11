"""Runs a bundle's model on pages, with onnxruntime on the CPU."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from fakta.bundle import Bundle
from fakta.decode import FloatArray, word_probabilities
from fakta.documents.model import Page
from fakta.encode import Encoder, Window
from fakta.errors import BundleError
from fakta.families import LAYOUTLMV3
from fakta.pixels import Pixels

if TYPE_CHECKING:
    import onnxruntime

# Windows that go through the model together; attention memory grows with this number.
BATCH_WINDOWS = 4

INPUTS = ("input_ids", "bbox", "attention_mask")
IMAGE_INPUT = "pixel_values"

# Integers for the words, float32 for the picture.
Arrays = dict[str, np.ndarray[Any, np.dtype[Any]]]


class Session:
    """A model ready to label words. The graph is loaded at first use, or by `warm_up`.

    Args:
        bundle: what to run.
        threads: for one page; whoever has several pages gains more from several processes.

    Raises:
        BundleError: the bundle's model is of a kind that does not label words.
    """

    def __init__(self, bundle: Bundle, *, threads: int = 1) -> None:
        if bundle.model["family"] != LAYOUTLMV3:
            raise BundleError(
                f"{bundle.path.name}: holds a {bundle.model['family']}, which does not label words; "
                f"give a bundle with a {LAYOUTLMV3}"
            )
        self.bundle = bundle
        self.threads = threads

    @cached_property
    def encoder(self) -> Encoder:
        """The bundle's tokenizer, windows and image format."""
        return Encoder.of(self.bundle.read("tokenizer.json"), self.bundle.model)

    def word_probabilities(self, page: Page) -> FloatArray:
        """(n_words, n_labels) probabilities over `bundle.labels`; no rows for a page without words.

        The page is drawn only if the model looks at pictures; one that cannot be drawn is read by its words.
        """
        windows = self.encoder.encode(page)
        if not windows:
            # Words without tokens (white space only) are nothing: label 0 is "O".
            nothing = np.zeros((len(page.words), len(self.bundle.labels)), dtype=np.float32)
            nothing[:, 0] = 1.0
            return nothing
        pixels = self.encoder.pixels(page)
        logits = [rows for batch in _batches(windows) for rows in self._run(batch, pixels)]
        return word_probabilities(windows, logits, len(page.words))

    def warm_up(self) -> None:
        """Loads the model now, so that the first page does not wait for it."""
        _ = self.encoder, self._graph

    def _run(self, windows: Sequence[Window], pixels: Pixels | None) -> np.ndarray[Any, np.dtype[np.float32]]:
        (logits,) = self._graph.run(["logits"], pad(windows, pad_id=self.encoder.pad_id, pixels=pixels))
        return np.asarray(logits)

    @cached_property
    def _graph(self) -> onnxruntime.InferenceSession:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = self.threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3  # errors only: warnings would end up on the caller's stderr
        name = self.bundle.model["file"]
        try:
            graph = onnxruntime.InferenceSession(
                self.bundle.read(name), sess_options=options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime's own exceptions share no base class
            reason = str(error).splitlines()[0]
            raise BundleError(f"{self.bundle.path.name}: {name} cannot be loaded ({reason}); export it again") from None
        found = {given.name for given in graph.get_inputs()}
        expected = (*INPUTS, IMAGE_INPUT) if self.encoder.image else INPUTS
        if found != set(expected):
            raise BundleError(
                f"{self.bundle.path.name}: {name} takes {', '.join(sorted(found))}, not {', '.join(expected)}; "
                "it was not exported by this version of fakta"
            )
        return graph


def pad(windows: Sequence[Window], *, pad_id: int, pixels: Pixels | None = None) -> Arrays:
    """Windows as one batch: `input_ids` (n, L), `bbox` (n, L, 4), `attention_mask` (n, L), L of the longest.

    Args:
        windows: of one page or several.
        pad_id: fills up the shorter ones.
        pixels: of the page that all windows are of, (3, size, size), or of each window's page, (n, 3, size, size); with
            them the batch has `pixel_values`, the latter.
    """
    shape = (len(windows), max(len(window) for window in windows))
    input_ids = np.full(shape, pad_id, dtype=np.int64)
    bbox = np.zeros((*shape, 4), dtype=np.int64)
    attention_mask = np.zeros(shape, dtype=np.int64)
    for row, window in enumerate(windows):
        input_ids[row, : len(window)] = window.input_ids
        bbox[row, : len(window)] = window.bbox
        attention_mask[row, : len(window)] = window.attention_mask
    words: Arrays = {"input_ids": input_ids, "bbox": bbox, "attention_mask": attention_mask}
    return words if pixels is None else words | {IMAGE_INPUT: _for_each(windows, pixels)}


def _for_each(windows: Sequence[Window], pixels: Pixels) -> Pixels:
    return np.array(np.broadcast_to(pixels, (len(windows), *pixels.shape[-3:])))


def _batches(windows: Sequence[Window]) -> Iterator[Sequence[Window]]:
    for start in range(0, len(windows), BATCH_WINDOWS):
        yield windows[start : start + BATCH_WINDOWS]
