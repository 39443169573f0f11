"""Does the exported graph compute what the model computes?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import onnxruntime
import torch
from transformers import LayoutLMv3ForTokenClassification

from fakta.decode import word_probabilities
from fakta.documents.model import Page
from fakta.encode import Encoder, Window
from fakta.errors import GateFailed
from fakta.pixels import Pixels
from fakta.session import Arrays, pad

# Largest difference of a logit between graph and model; float32 rounding alone stays below 1e-5.
TOLERANCE = 1e-4


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a model is fed of windows that go through it together.

    Attributes:
        windows: of one page, or of several.
        pixels: of that page, or of each window's page; None where the model looks at none.
        pad_id: fills up the shorter windows.
    """

    windows: tuple[Window, ...]
    pixels: Pixels | None
    pad_id: int

    @property
    def arrays(self) -> Arrays:
        """As one batch."""
        return pad(self.windows, pad_id=self.pad_id, pixels=self.pixels)


def inputs_of(pages: Sequence[Page], *, encoder: Encoder) -> list[Inputs]:
    """The inputs of each page that has words."""
    found = ((tuple(encoder.encode(page)), page) for page in pages)
    return [Inputs(windows, encoder.pixels(page), encoder.pad_id) for windows, page in found if windows]


def check_parity(model: LayoutLMv3ForTokenClassification, graph: bytes, inputs: Sequence[Inputs]) -> float:
    """The largest difference of a logit over all pages, once each and some of all lengths padded to one batch.

    Raises:
        GateFailed: a logit differs by more than 1e-4, or a word's label differs; names output, difference, tolerance.
    """
    session = _session(graph)
    worst = 0.0
    for given in (*inputs, _mixed(inputs)):
        batch = given.arrays
        expected, actual = _model_logits(model, batch), _graph_logits(session, batch)
        inside = batch["attention_mask"].astype(bool)
        difference = float(np.abs(expected - actual)[inside].max())
        if not difference <= TOLERANCE:  # also true for NaN
            raise GateFailed(
                f"export: output 'logits' of the graph differs from the model by {difference:.2g} at shape "
                f"{batch['input_ids'].shape}, tolerance {TOLERANCE:g}; the bundle was not written"
            )
        worst = max(worst, difference)
    changed = 1 - label_agreement(model_words(model, inputs), graph_words(graph, inputs))
    if changed:
        raise GateFailed(
            f"export: {changed:.2%} of the words get another label from the graph than from the model, though logits "
            f"differ by at most {worst:.2g}; the bundle was not written"
        )
    return worst


def model_words(model: LayoutLMv3ForTokenClassification, inputs: Sequence[Inputs]) -> list[np.ndarray[Any, Any]]:
    """For each page, (n_words,) label numbers that the torch model chooses."""
    return [_words(given.windows, _model_logits(model, given.arrays)) for given in inputs]


def graph_words(graph: bytes, inputs: Sequence[Inputs]) -> list[np.ndarray[Any, Any]]:
    """For each page, (n_words,) label numbers that the graph chooses."""
    session = _session(graph)
    return [_words(given.windows, _graph_logits(session, given.arrays)) for given in inputs]


def label_agreement(ones: Sequence[np.ndarray[Any, Any]], others: Sequence[np.ndarray[Any, Any]]) -> float:
    """Share of the words, 0-1, that get the same label."""
    same = np.concatenate([one == other for one, other in zip(ones, others, strict=True)])
    return float(same.mean())


def _mixed(inputs: Sequence[Inputs]) -> Inputs:
    """Some windows, short to long together, which takes much padding, each with its own page's picture."""
    by_length = sorted(
        ((given, i) for given in inputs for i in range(len(given.windows))), key=lambda at: len(at[0].windows[at[1]])
    )
    chosen = by_length[:: max(1, len(by_length) // 4)]
    pixels = [given.pixels for given, _ in chosen if given.pixels is not None]
    windows = tuple(given.windows[i] for given, i in chosen)
    return Inputs(windows, np.stack(pixels) if pixels else None, inputs[0].pad_id)


def _words(windows: Sequence[Window], logits: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    n_words = int(windows[-1].word_index.max()) + 1
    return np.asarray(word_probabilities(windows, list(logits), n_words).argmax(axis=1))


def _session(graph: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1  # as in production
    return onnxruntime.InferenceSession(graph, sess_options=options, providers=["CPUExecutionProvider"])


def _graph_logits(session: onnxruntime.InferenceSession, batch: Arrays) -> np.ndarray[Any, Any]:
    return np.asarray(session.run(["logits"], batch)[0])


@torch.inference_mode()
def _model_logits(model: LayoutLMv3ForTokenClassification, batch: Arrays) -> np.ndarray[Any, Any]:
    return np.asarray(model(**{name: torch.from_numpy(array) for name, array in batch.items()}).logits.numpy())
