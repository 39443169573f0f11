"""The fresh model's attention, the fused kernel, and heads for other labels."""

from __future__ import annotations

import pytest

torch = pytest.importorskip("torch", reason="needs the lab extra")

from fakta_lab.training.config import ModelConfig  # noqa: E402
from fakta_lab.training.layoutlmv3.attention import fuse_attention, plain_attention  # noqa: E402
from fakta_lab.training.layoutlmv3.labelling import token_loss  # noqa: E402
from fakta_lab.training.layoutlmv3.model import fresh_model, with_labels  # noqa: E402

pytestmark = pytest.mark.torch

LABELS = ("O", *(f"{prefix}-f{i}" for i in range(6) for prefix in "BI"))
SIZE = ModelConfig(hidden=48, layers=2, heads=6, intermediate=96)

# Words in three columns (left edges 100, 400, 700) and four lines 20 apart, line by line; thousandths of the page.
COLUMNS, LINES = (100, 400, 700), (100, 120, 140, 160)
BOXES = [[x, y, x + 60, y + 12] for y in LINES for x in COLUMNS]


def model_of(labels: tuple[str, ...] = LABELS) -> torch.nn.Module:
    torch.manual_seed(0)
    return fresh_model(SIZE, vocabulary=300, window=64, labels=labels).eval()


def batch_of(*lengths: int) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    shape = (len(lengths), max(lengths))
    left_top = torch.randint(0, 900, (*shape, 2), generator=generator)
    mask = torch.tensor([[int(i < n) for i in range(shape[1])] for n in lengths])
    ids = torch.where(mask.bool(), torch.randint(5, 300, shape, generator=generator), 1)
    return {"input_ids": ids, "bbox": torch.cat([left_top, left_top + 50], dim=-1), "attention_mask": mask}


def first_attention(model: torch.nn.Module) -> torch.Tensor:
    """(heads, words, words) attention of a model's first layer over `BOXES`."""
    with torch.inference_mode():
        out = model(input_ids=torch.full((1, len(BOXES)), 9), bbox=torch.tensor([BOXES]), output_attentions=True)
    return out.attentions[0][0]


@pytest.fixture(scope="module")
def attention() -> torch.Tensor:
    """What the tables alone make of `BOXES`: with queries of zero, all keys are alike."""
    model = model_of()
    torch.nn.init.zeros_(model.layoutlmv3.encoder.layer[0].attention.self.query.weight)
    return first_attention(model)


def row(attention: torch.Tensor, head: int, word: int) -> torch.Tensor:
    """(lines, columns) attention of one word."""
    return attention[head, word].view(len(LINES), len(COLUMNS))


WORD = 7  # third line, second column


def test_head_0_of_a_fresh_model_looks_along_the_line() -> None:
    attention = first_attention(model_of())
    for word in range(len(BOXES)):
        assert row(attention, 0, word)[word // 3].sum() > 0.95


def test_head_1_looks_along_the_column(attention: torch.Tensor) -> None:
    assert row(attention, 1, WORD)[:, 1].sum() > 0.99


def test_head_2_looks_at_what_is_near(attention: torch.Tensor) -> None:
    share = row(attention, 2, WORD)
    assert share.argmax() == WORD
    assert share[1, 1] > share[0, 1]


def test_head_3_looks_left_on_the_line(attention: torch.Tensor) -> None:
    share = row(attention, 3, WORD)
    assert share.argmax() == 6
    assert share[2, :2].sum() > 0.99
    assert share[2, 0] > 5 * share[2, 1]  # the word itself comes far behind


def test_head_4_looks_up_the_column(attention: torch.Tensor) -> None:
    share = row(attention, 4, WORD)
    assert share.argmax() == 4  # the line right above
    assert share[:3, 1].sum() > 0.99


def test_head_5_is_free(attention: torch.Tensor) -> None:
    assert attention[5].max() < 2 / len(BOXES)


def test_fused_kernel_computes_the_same() -> None:
    model = model_of()
    batch = batch_of(40, 23, 7)
    inside = batch["attention_mask"].bool()
    plain = model(**batch).logits
    plain[inside].sum().backward()
    expected = [parameter.grad.clone() for parameter in model.parameters() if parameter.grad is not None]
    model.zero_grad()
    fuse_attention(model)
    fused = model(**batch).logits
    fused[inside].sum().backward()
    actual = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
    assert (plain - fused)[inside].abs().max() < 1e-5
    for one, other in zip(expected, actual, strict=True):
        assert torch.allclose(one, other, atol=1e-4)
    plain_attention(model)
    assert torch.equal(model(**batch).logits, plain)


def test_head_for_other_labels_keeps_what_it_knows() -> None:
    model = model_of()
    changed = with_labels(model, (*LABELS[:5], "B-new", "I-new", *LABELS[5:]), known=LABELS).eval()
    batch = batch_of(12)
    before, after = model(**batch).logits, changed(**batch).logits
    assert torch.allclose(before[..., :5], after[..., :5], atol=1e-6)
    assert torch.allclose(before[..., 5:], after[..., 7:], atol=1e-6)
    assert changed.config.id2label[5] == "B-new"


def test_loss_leaves_out_masked_labels() -> None:
    logits = torch.randn(2, 3, 5, generator=torch.Generator().manual_seed(0))
    labels = torch.tensor([[-100, 1, -100], [4, -100, -100]])
    expected = -(logits[0, 1].log_softmax(-1)[1] + logits[1, 0].log_softmax(-1)[4])
    total, known = token_loss(logits, labels)
    assert torch.allclose(total, expected)
    assert known == 2
    changed = logits.clone()
    changed[labels == -100] = 99.0
    assert torch.equal(token_loss(changed, labels)[0], total)


def test_loss_without_any_known_label_is_zero() -> None:
    assert token_loss(torch.ones(1, 2, 5), torch.full((1, 2), -100)) == (0, 0)
