"""Donut's loss, against numbers worked out by hand, and against the label shift that went wrong elsewhere."""

from __future__ import annotations

import math

import pytest

torch = pytest.importorskip("torch", reason="needs the lab extra")
pytest.importorskip("transformers", reason="needs the lab extra")

from tests.lab.training.donut.tickets import CODEC, tiny_model  # noqa: E402

from fakta_lab.training.donut.loss import sequence_loss, shifted  # noqa: E402

pytestmark = pytest.mark.torch

NO_TAGS = torch.zeros(0, dtype=torch.int64)


def nothing_unknown(ids: torch.Tensor) -> torch.Tensor:
    return torch.zeros(*ids.shape, 0, dtype=torch.bool)


def test_loss_is_the_sum_over_places_of_minus_the_log_probability() -> None:
    # Probabilities 1/2, 1/4, 1/4 of three tokens at the first place, 1/10, 1/10, 8/10 at the second.
    logits = torch.log(torch.tensor([[[0.5, 0.25, 0.25], [0.1, 0.1, 0.8]]]))
    ids, weights = torch.tensor([[0, 2]]), torch.tensor([[1.0, 3.0]])
    total = sequence_loss(logits, ids, weights=weights, unknown=nothing_unknown(ids), tags=NO_TAGS)
    assert float(total) == pytest.approx(math.log(2) + 3 * math.log(1 / 0.8))


def test_padding_does_not_count() -> None:
    logits, ids = torch.randn(2, 5, 7), torch.randint(0, 7, (2, 5))
    weights = torch.tensor([[1.0] * 5, [1.0, 1.0, 0, 0, 0]])
    total = sequence_loss(logits, ids, weights=weights, unknown=nothing_unknown(ids), tags=NO_TAGS)
    parts = [(logits[:1], ids[:1]), (logits[1:, :2], ids[1:, :2])]
    alone = sum(
        float(sequence_loss(a, b, weights=torch.ones(b.shape), unknown=nothing_unknown(b), tags=NO_TAGS))
        for a, b in parts
    )
    assert float(total) == pytest.approx(alone, rel=1e-5)


def test_tags_of_unknown_fields_are_out_of_the_choice_and_learn_nothing() -> None:
    logits = torch.log(torch.tensor([[[0.5, 0.25, 0.25]]])).requires_grad_()
    ids, tags = torch.tensor([[1]]), torch.tensor([0, 2])
    unknown = torch.tensor([[[True, False]]])
    total = sequence_loss(logits, ids, weights=torch.ones(1, 1), unknown=unknown, tags=tags)
    # Given that token 0 does not come, token 1 has 0.25 of the 0.5 that are left.
    assert total.item() == pytest.approx(math.log(2))
    total.backward()
    assert logits.grad is not None
    assert logits.grad[0, 0].tolist() == pytest.approx([0.0, -0.5, 0.5])


def test_model_is_asked_for_each_token_behind_the_ones_before_it() -> None:
    ids = torch.tensor([[7, 8, 9, 2]])
    assert shifted(ids, prompt=5).tolist() == [[5, 7, 8, 9]]


def test_loss_is_that_of_one_shift_and_not_of_two() -> None:
    model = tiny_model().eval()
    ids = torch.tensor([CODEC.encode({"town": "Lund", "seat": "7"}), CODEC.encode({"town": "Lund", "seat": "3"})])
    pixels = torch.randn(2, 3, *model.encoder.config.image_size)
    with torch.no_grad():
        logits = model(pixel_values=pixels, decoder_input_ids=shifted(ids, prompt=CODEC.prompt_id)).logits
    total = sequence_loss(logits, ids, weights=torch.ones(ids.shape), unknown=nothing_unknown(ids), tags=NO_TAGS)
    chosen = torch.log_softmax(logits, dim=-1)
    once = -sum(float(chosen[row, i, ids[row, i]]) for row in range(2) for i in range(ids.shape[1]))
    # What transformers 4.50 to 4.57 computed: labels shifted a second time, inside the loss.
    twice = -sum(float(chosen[row, i, ids[row, i + 1]]) for row in range(2) for i in range(ids.shape[1] - 1))
    assert float(total) == pytest.approx(once, rel=1e-5)
    assert abs(once / ids.numel() - twice / (ids.numel() - 2)) > 0.01
    # transformers from 5.0 on shifts once, and has to agree.
    with torch.no_grad():
        theirs = model(pixel_values=pixels, labels=ids).loss
    assert float(total / ids.numel()) == pytest.approx(float(theirs), rel=1e-5)
