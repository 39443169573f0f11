"""What words count in the loss: by their label, by their field, and not at all where nobody knows their label."""

from __future__ import annotations

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the lab extra")

from fakta.encode import Window  # noqa: E402
from fakta_lab.training.layoutlmv3.examples import Example  # noqa: E402
from fakta_lab.training.layoutlmv3.weighting import (  # noqa: E402
    ClassWeights,
    label_counts,
    label_weights,
    token_loss,
    token_weights,
)

pytestmark = pytest.mark.torch

LABELS = ("O", "B-iban", "I-iban", "B-bic", "I-bic")
EQUAL = torch.ones(len(LABELS))


def example(*labels: int) -> Example:
    nothing = np.zeros(len(labels), dtype=np.int64)
    return Example(Window(nothing, np.zeros((len(labels), 4), dtype=np.int64), nothing, nothing), np.array(labels))


# O 8 times, B-iban twice, I-iban and B-bic once, I-bic never.
BATCHES = [[example(0, 0, 0, 0, 1, 2), example(-100, 0, 0, 0)], [example(0, 3, 1, -100)]]


def weights(class_weights: ClassWeights = "none", **fields: float) -> list[float]:
    made = label_weights(LABELS, class_weights=class_weights, field_weights=fields, batches=BATCHES)
    return [round(weight, 5) for weight in made.tolist()]


def test_labels_are_counted_where_they_are_known() -> None:
    assert label_counts(BATCHES, len(LABELS)).tolist() == [8, 2, 1, 1, 0]


def test_without_weighting_every_label_counts_once() -> None:
    assert weights() == [1, 1, 1, 1, 1]


def test_a_field_counts_as_much_as_the_recipe_says() -> None:
    assert weights(iban=2.5) == [1, 2.5, 2.5, 1, 1]


def test_balanced_weights_go_by_the_inverse_of_the_count() -> None:
    made = weights("balanced")
    assert made == pytest.approx([0.375, 1.5, 3, 3, 3], abs=1e-4)
    assert np.average(made[:4], weights=[8, 2, 1, 1]) == pytest.approx(1, abs=1e-4)


def test_root_weights_are_milder_and_also_one_on_average() -> None:
    made = weights("sqrt")
    assert made[1] / made[0] == pytest.approx(2, abs=1e-4)
    assert np.average(made[:4], weights=[8, 2, 1, 1]) == pytest.approx(1, abs=1e-4)


def test_weights_of_fields_come_on_top_of_those_of_classes() -> None:
    assert weights("balanced", bic=2) == pytest.approx([0.375, 1.5, 3, 6, 6], abs=1e-4)


def test_loss_leaves_out_masked_labels() -> None:
    logits = torch.randn(2, 3, 5, generator=torch.Generator().manual_seed(0))
    labels = torch.tensor([[-100, 1, -100], [4, -100, -100]])
    expected = -(logits[0, 1].log_softmax(-1)[1] + logits[1, 0].log_softmax(-1)[4])
    total = token_loss(logits, labels, EQUAL)
    assert torch.allclose(total, expected)
    assert token_weights(labels, EQUAL).sum() == 2
    changed = logits.clone()
    changed[labels == -100] = 99.0
    assert torch.equal(token_loss(changed, labels, EQUAL), total)


def test_each_word_counts_what_its_label_counts() -> None:
    logits = torch.randn(1, 3, 5, generator=torch.Generator().manual_seed(0))
    labels = torch.tensor([[0, 1, -100]])
    counted = torch.tensor([0.5, 4.0, 1.0, 1.0, 1.0])
    expected = -(0.5 * logits[0, 0].log_softmax(-1)[0] + 4.0 * logits[0, 1].log_softmax(-1)[1])
    assert torch.allclose(token_loss(logits, labels, counted), expected)
    assert token_weights(labels, counted).tolist() == [[0.5, 4.0, 0.0]]


def test_loss_without_any_known_label_is_zero() -> None:
    labels = torch.full((1, 2), -100)
    assert token_loss(torch.ones(1, 2, 5), labels, EQUAL) == 0
    assert token_weights(labels, EQUAL).sum() == 0
