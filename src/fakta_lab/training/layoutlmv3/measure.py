"""How well a model finds labelled spans, field by field, on pages it was not trained on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import torch

from fakta.decode import OUTSIDE, spans, word_probabilities
from fakta.encode import Encoder
from fakta.session import pad
from fakta_lab.training.layoutlmv3.examples import UNKNOWN, LabelledPage


def span_scores(
    model: torch.nn.Module, pages: Iterable[LabelledPage], *, encoder: Encoder, labels: Sequence[str]
) -> dict[str, float]:
    """Exact-match scores over spans: `span_f1`, `span_precision`, `span_recall`, and `f1/<name>` for each field seen.

    Words whose label is unknown count neither for nor against.
    """
    hits: Counter[str] = Counter()
    predicted: Counter[str] = Counter()
    wanted: Counter[str] = Counter()
    for labelled in pages:
        known = [label != UNKNOWN for label in labelled.labels]
        guess = predict_labels(model, labelled, encoder=encoder, labels=labels)
        pred = set(spans([label if is_known else OUTSIDE for label, is_known in zip(guess, known, strict=True)]))
        gold = set(spans([label if label != UNKNOWN else OUTSIDE for label in labelled.labels]))
        hits.update(span.name for span in pred & gold)
        predicted.update(span.name for span in pred)
        wanted.update(span.name for span in gold)
    scores = {
        "span_f1": _f1(hits.total(), predicted.total(), wanted.total()),
        "span_precision": hits.total() / max(1, predicted.total()),
        "span_recall": hits.total() / max(1, wanted.total()),
    }
    names = sorted(set(predicted) | set(wanted))
    return scores | {f"f1/{name}": _f1(hits[name], predicted[name], wanted[name]) for name in names}


@torch.inference_mode()
def predict_labels(
    model: torch.nn.Module, labelled: LabelledPage, *, encoder: Encoder, labels: Sequence[str]
) -> list[str]:
    """The most probable label of each word of a page."""
    was_training = model.training
    model.eval()
    windows = encoder.encode(labelled.page)
    logits = []
    if windows:
        device = next(model.parameters()).device
        arrays = pad(windows, pad_id=encoder.pad_id, pixels=encoder.pixels(labelled.page))
        batch = {name: torch.from_numpy(array).to(device) for name, array in arrays.items()}
        logits = list(model(**batch).logits.float().cpu().numpy())
    model.train(was_training)
    probabilities = word_probabilities(windows, logits, len(labelled.page.words))
    return [labels[i] for i in probabilities.argmax(axis=1)] if windows else [OUTSIDE] * len(probabilities)


def _f1(hits: int, predicted: int, wanted: int) -> float:
    return 2 * hits / max(1, predicted + wanted)
