"""Greedy decoding: a page's pixels to the values that stand on it, and how sure each is.

At every step the likeliest token is taken among those that the grammar allows. Two probabilities go with it: the *raw*
one, over the whole vocabulary, and the *allowed* one, over what the grammar allows. The grammar makes the second close
to 1 where only one thing may come, so confidence is computed from the raw one: a model that is lost puts its weight on
tokens that may not come, and that has to show.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
import numpy.typing as npt

from fakta.donut.grammar import PLENTY, Grammar
from fakta.donut.graphs import FloatArray
from fakta.donut.sequence import Written
from fakta.errors import BundleError

# Differences of log-probabilities beyond this mean "sure", however large.
MOST_MARGIN = 20.0


class Stepper(Protocol):
    """Something that writes token by token; `fakta.donut.graphs.Writer`, and what tests put in its place."""

    def write(self, token: int) -> tuple[FloatArray, FloatArray]:
        """(V,) logits of the next token, and (L,) where on the page it looked."""
        ...


@dataclass(frozen=True, slots=True)
class Step:
    """One token that was chosen.

    Attributes:
        token: its number.
        raw: its probability over the whole vocabulary.
        allowed: its probability over what the grammar allows.
        margin: log-probability of it minus that of the next best that is allowed, at most `MOST_MARGIN`.
        attention: (L,) where on the page the choice was made, sums to 1.
    """

    token: int
    raw: float
    allowed: float
    margin: float
    attention: FloatArray


@dataclass(frozen=True, slots=True)
class Said:
    """A value that was read from a page.

    Attributes:
        written: which, and its text.
        probability: product of the raw probabilities of its tokens, both tags included.
        weakest: the lowest of them.
        margin: the lowest margin of them.
        attention: (L,) mean over the value's own tokens.
    """

    written: Written
    probability: float
    weakest: float
    margin: float
    attention: FloatArray


@dataclass(frozen=True)
class Decoded:
    """What was read from a page.

    Attributes:
        steps: the tokens, `</s>` the last.
        said: the values, in the order in which they were written.
        absent: field or table to the probability that the page does not state it: 1 minus the raw probability that its
            tag had where it was passed over. Those that were written are not in it.
        cut_short: there was no room for what the model wanted to write.
    """

    steps: Sequence[Step]
    said: Sequence[Said]
    absent: Mapping[str, float] = field(default_factory=dict)
    cut_short: bool = False

    @property
    def tokens(self) -> list[int]:
        """The sequence, without prompt, `</s>` at the end."""
        return [step.token for step in self.steps]


def decode(writer: Stepper, grammar: Grammar, *, max_length: int) -> Decoded:
    """Writes about a page until `</s>`, which the grammar brings about in time.

    Args:
        writer: at the beginning.
        grammar: of the schema to read by.
        max_length: most tokens, `</s>` included, at least 1.

    Raises:
        BundleError: what the decoder gives are no numbers, or fewer than the grammar has tokens.
    """
    state, token = grammar.start, grammar.codec.prompt_id
    steps: list[Step] = []
    absent: dict[str, float] = {}
    cut_short = False
    while not state.ended:
        logits, attention = writer.write(token)
        log_probabilities = _log_softmax(logits)
        if len(log_probabilities) < grammar.vocabulary:
            raise BundleError(
                f"decoder.onnx writes {len(log_probabilities)} tokens and tokenizer.json has {grammar.vocabulary}; "
                "export the model again"
            )
        written = log_probabilities[: grammar.vocabulary]
        remaining = max_length - len(steps)
        mask = grammar.mask(state, remaining)
        token, step = _chosen(written, mask, attention)
        if remaining < PLENTY:
            wanted = int(np.where(grammar.mask(state, PLENTY), written, -np.inf).argmax())
            cut_short = cut_short or not mask[wanted]
        if grammar.is_between(state):
            absent |= {name: float(-np.expm1(written[tag])) for name, tag in grammar.passed(state, token)}
        steps.append(step)
        state = grammar.advance(state, token)
    said = [_said(steps, written) for written in grammar.codec.read([step.token for step in steps])]
    return Decoded(steps, said, absent, cut_short)


def _chosen(log_probabilities: FloatArray, mask: npt.NDArray[np.bool_], attention: FloatArray) -> tuple[int, Step]:
    allowed = np.flatnonzero(mask)
    scores = log_probabilities[allowed]
    at = int(scores.argmax())
    best = float(scores[at])
    others = np.delete(scores, at)
    margin = min(MOST_MARGIN, best - float(others.max())) if len(others) else MOST_MARGIN
    share = float(1 / np.exp(scores - best).sum())
    return int(allowed[at]), Step(int(allowed[at]), float(np.exp(best)), share, margin, attention)


def _said(steps: Sequence[Step], written: Written) -> Said:
    tagged = steps[written.start - 1 : written.stop + 1]
    raw = [step.raw for step in tagged]
    attention = np.mean([step.attention for step in steps[written.start : written.stop]], axis=0)
    return Said(written, float(np.prod(raw)), min(raw), min(step.margin for step in tagged), attention)


def _log_softmax(logits: FloatArray) -> FloatArray:
    shifted = logits - logits.max()
    log_probabilities = shifted - np.log(np.exp(shifted).sum())
    if not np.isfinite(log_probabilities).all():
        raise BundleError("decoder.onnx gives values that are no numbers; train or export the model again")
    return np.asarray(log_probabilities)
