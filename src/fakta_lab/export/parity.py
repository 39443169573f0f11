"""Does LayoutLMv3's exported graph compute what the model computes?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any

import numpy as np
import onnxruntime
from transformers import LayoutLMv3ForTokenClassification

from fakta.bundle import Bundle
from fakta.decode import word_probabilities
from fakta.documents import Document, Page
from fakta.encode import Encoder, Window
from fakta.errors import InputError
from fakta.pixels import Pixels
from fakta.session import Arrays, pad
from fakta_lab.export.compared import places
from fakta_lab.export.graph import halved, widened
from fakta_lab.export.held import graphs_of
from fakta_lab.export.int8 import dynamic, static
from fakta_lab.export.levels import LogitLevel, logit_level
from fakta_lab.export.quantization import Candidate, Graphs, Runs
from fakta_lab.export.reference import model_logits

# Largest difference of a logit between graph and model; float32 rounding alone stays below 1e-5.
TOLERANCE = 1e-4

# Pages that graphs are timed on, and that fixed ranges of 8-bit integers are taken from.
N_TIMED = 12
N_CALIBRATING = 16

Labels = np.ndarray[Any, Any]


@dataclass(frozen=True, slots=True)
class Inputs:
    """What a model is fed of windows that go through it together.

    Attributes:
        place: which page they are of, for messages.
        windows: of one page, or of several.
        pixels: of that page, or of each window's page; None where the model looks at none.
        pad_id: fills up the shorter windows.
    """

    place: str
    windows: tuple[Window, ...]
    pixels: Pixels | None
    pad_id: int

    @property
    def arrays(self) -> Arrays:
        """As one batch."""
        return pad(self.windows, pad_id=self.pad_id, pixels=self.pixels)


def inputs_of(documents: Sequence[Document], *, encoder: Encoder, long: int = 0) -> list[Inputs]:
    """The inputs of each page that has words.

    Args:
        long: add a page of so many words out of all documents, which takes several windows; 0 for none.
    """
    pages = places(documents)
    if long:
        words = [word for _, page in pages for word in page.words]
        pages.append(("a page of several windows", Page(1, 595, 842, tuple(words[:long]), source="generated")))
    found = ((place, tuple(encoder.encode(page)), page) for place, page in pages)
    return [Inputs(place, windows, encoder.pixels(page), encoder.pad_id) for place, windows, page in found if windows]


class LayoutLMv3Checks:
    """What is asked of the graphs of a bundle with a LayoutLMv3, see `fakta_lab.export.check.Checks`.

    Args:
        model: float32, in evaluation mode.
        bundle: with the graph of the same weights.
        documents: to compare on.

    Raises:
        InputError: no page has words.
    """

    def __init__(self, model: LayoutLMv3ForTokenClassification, bundle: Bundle, documents: Sequence[Document]) -> None:
        self.model = model
        self.bundle = bundle
        encoder = Encoder.of(bundle.read("tokenizer.json"), bundle.model)
        self.inputs = inputs_of(documents, encoder=encoder, long=2 * int(bundle.model["window"]))
        if not self.inputs:
            raise InputError("parity: none of the pages to compare on has words")

    @property
    def _file(self) -> str:
        return str(self.bundle.model["file"])

    @cached_property
    def _labels(self) -> list[Labels]:
        return model_words(self.model, self.inputs)

    def level(self) -> LogitLevel:
        """The largest difference of a logit."""
        return layoutlmv3_level(self.model, self.bundle.read(self._file), self.inputs)

    def agreement(self, graphs: Graphs) -> float:
        """Share of the words, 0-1, that get the model's label."""
        return label_agreement(self._labels, graph_words(graphs[self._file], self.inputs))

    def runs(self, graphs: Graphs) -> Runs:
        """One function a page; the arrays are made beforehand."""
        session = graph_session(graphs[self._file])
        return [partial(graph_logits, session, given.arrays) for given in _spread(self.inputs, N_TIMED)]

    def candidates(self, kinds: Sequence[str]) -> list[Candidate]:
        """The graph with 8-bit integers; fixed ranges come from some of the pages that are compared afterwards."""
        plain = widened(graphs_of(self.bundle)[self._file])
        made = []
        for kind in kinds:
            graph = dynamic(plain) if kind == "dynamic" else static(plain, self._calibration())
            made.append(Candidate(kind, {self._file: halved(graph)}))
        return made

    def _calibration(self) -> list[Arrays]:
        return [given.arrays for given in _spread(self.inputs, N_CALIBRATING)]


def layoutlmv3_level(model: LayoutLMv3ForTokenClassification, graph: bytes, inputs: Sequence[Inputs]) -> LogitLevel:
    """The largest difference of a logit over all pages, once each and some of all lengths padded to one batch.

    Words agree where the likeliest label is the same.
    """
    session = graph_session(graph)
    found: list[tuple[str, str, float]] = []
    ones, others = [], []
    for given in inputs:
        expected, actual = model_logits(model, given.arrays), graph_logits(session, given.arrays)
        found.append(_largest(given, expected, actual))
        ones.append(_words(given.windows, expected))
        others.append(_words(given.windows, actual))
    together = mixed(inputs)
    arrays = together.arrays
    found.append(_largest(together, model_logits(model, arrays), graph_logits(session, arrays)))
    agreement = label_agreement(ones, others)
    return logit_level(found, tolerance=TOLERANCE, agreement=agreement, unit="words")


def model_words(model: LayoutLMv3ForTokenClassification, inputs: Sequence[Inputs]) -> list[Labels]:
    """For each page, (n_words,) label numbers that the torch model chooses."""
    return [_words(given.windows, model_logits(model, given.arrays)) for given in inputs]


def graph_words(graph: bytes, inputs: Sequence[Inputs]) -> list[Labels]:
    """For each page, (n_words,) label numbers that the graph chooses."""
    session = graph_session(graph)
    return [_words(given.windows, graph_logits(session, given.arrays)) for given in inputs]


def label_agreement(ones: Sequence[Labels], others: Sequence[Labels]) -> float:
    """Share of the words, 0-1, that get the same label."""
    same = np.concatenate([one == other for one, other in zip(ones, others, strict=True)])
    return float(same.mean())


def graph_session(graph: bytes) -> onnxruntime.InferenceSession:
    """The graph, ready to run on one thread, as in production."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    return onnxruntime.InferenceSession(graph, sess_options=options, providers=["CPUExecutionProvider"])


def graph_logits(session: onnxruntime.InferenceSession, batch: Arrays) -> np.ndarray[Any, Any]:
    """(n, L, n_labels) of the graph for a batch."""
    return np.asarray(session.run(["logits"], batch)[0])


def mixed(inputs: Sequence[Inputs]) -> Inputs:
    """Some windows, short to long together, which takes much padding, each with its own page's picture."""
    by_length = sorted(
        ((given, i) for given in inputs for i in range(len(given.windows))), key=lambda at: len(at[0].windows[at[1]])
    )
    chosen = by_length[:: max(1, len(by_length) // 4)]
    pixels = [given.pixels for given, _ in chosen if given.pixels is not None]
    windows = tuple(given.windows[i] for given, i in chosen)
    return Inputs("windows of several pages", windows, np.stack(pixels) if pixels else None, inputs[0].pad_id)


def _spread(inputs: Sequence[Inputs], count: int) -> Sequence[Inputs]:
    """At most so many, from the whole sequence."""
    return inputs[:: -(-len(inputs) // count)]


def _largest(given: Inputs, expected: np.ndarray[Any, Any], actual: np.ndarray[Any, Any]) -> tuple[str, str, float]:
    """Output, place and largest difference, padding left out."""
    inside = given.arrays["attention_mask"].astype(bool)
    return "logits", f"{given.place} at shape {inside.shape}", float(np.abs(expected - actual)[inside].max())


def _words(windows: Sequence[Window], logits: np.ndarray[Any, Any]) -> Labels:
    n_words = int(windows[-1].word_index.max()) + 1
    return np.asarray(word_probabilities(windows, list(logits), n_words).argmax(axis=1))
