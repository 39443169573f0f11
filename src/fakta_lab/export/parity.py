"""Does the exported graph compute what the model computes?"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnxruntime
import torch
from transformers import LayoutLMv3ForTokenClassification

from fakta.decode import word_probabilities
from fakta.documents.model import Page
from fakta.encode import Encoder, Window
from fakta.errors import GateFailed
from fakta.session import pad

# Largest difference of a logit between graph and model; float32 rounding alone stays below 1e-5.
TOLERANCE = 1e-4


def check_parity(
    model: LayoutLMv3ForTokenClassification, graph: bytes, pages: Sequence[Page], *, encoder: Encoder
) -> float:
    """The largest difference of a logit over all pages, once each and all together padded to one batch.

    Raises:
        GateFailed: a logit differs by more than 1e-4, or a word's label differs; names output, difference, tolerance.
    """
    encoded = [windows for windows in (encoder.encode(page) for page in pages) if windows]
    by_length = sorted((window for windows in encoded for window in windows), key=len)
    mixed = by_length[:: max(1, len(by_length) // 4)]  # short to long together: much padding
    session = _session(graph)
    worst = 0.0
    for windows in (*encoded, mixed):
        batch = pad(windows, pad_id=encoder.pad_id)
        expected, actual = _model_logits(model, batch), _graph_logits(session, batch)
        inside = batch["attention_mask"].astype(bool)
        difference = float(np.abs(expected - actual)[inside].max())
        if not difference <= TOLERANCE:  # also true for NaN
            raise GateFailed(
                f"export: output 'logits' of the graph differs from the model by {difference:.2g} at shape "
                f"{batch['input_ids'].shape}, tolerance {TOLERANCE:g}; the bundle was not written"
            )
        worst = max(worst, difference)
    changed = 1 - label_agreement(
        model_words(model, encoded, encoder=encoder), graph_words(graph, encoded, encoder=encoder)
    )
    if changed:
        raise GateFailed(
            f"export: {changed:.2%} of the words get another label from the graph than from the model, though logits "
            f"differ by at most {worst:.2g}; the bundle was not written"
        )
    return worst


def model_words(
    model: LayoutLMv3ForTokenClassification, encoded: Sequence[Sequence[Window]], *, encoder: Encoder
) -> list[np.ndarray[Any, Any]]:
    """For each page, (n_words,) label numbers that the torch model chooses."""
    return [_words(windows, _model_logits(model, pad(windows, pad_id=encoder.pad_id))) for windows in encoded]


def graph_words(graph: bytes, encoded: Sequence[Sequence[Window]], *, encoder: Encoder) -> list[np.ndarray[Any, Any]]:
    """For each page, (n_words,) label numbers that the graph chooses."""
    session = _session(graph)
    return [_words(windows, _graph_logits(session, pad(windows, pad_id=encoder.pad_id))) for windows in encoded]


def label_agreement(ones: Sequence[np.ndarray[Any, Any]], others: Sequence[np.ndarray[Any, Any]]) -> float:
    """Share of the words, 0-1, that get the same label."""
    same = np.concatenate([one == other for one, other in zip(ones, others, strict=True)])
    return float(same.mean())


def _words(windows: Sequence[Window], logits: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
    n_words = int(windows[-1].word_index.max()) + 1
    return np.asarray(word_probabilities(windows, list(logits), n_words).argmax(axis=1))


def _session(graph: bytes) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1  # as in production
    return onnxruntime.InferenceSession(graph, sess_options=options, providers=["CPUExecutionProvider"])


def _graph_logits(
    session: onnxruntime.InferenceSession, batch: dict[str, np.ndarray[Any, Any]]
) -> np.ndarray[Any, Any]:
    return np.asarray(session.run(["logits"], batch)[0])


@torch.inference_mode()
def _model_logits(
    model: LayoutLMv3ForTokenClassification, batch: dict[str, np.ndarray[Any, Any]]
) -> np.ndarray[Any, Any]:
    return np.asarray(model(**{name: torch.from_numpy(array) for name, array in batch.items()}).logits.numpy())
