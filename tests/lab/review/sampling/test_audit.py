"""The random share: uniform, repeatable, and blind to everything but a key and the documents' bytes."""

from __future__ import annotations

import hashlib
from collections import Counter

import pytest
from scipy.stats import chisquare, spearmanr
from tests.lab.review.sampling.pools import glance

from fakta.schema import invoice_schema
from fakta_lab.review.sampling import SamplingConfig, choose_batch
from fakta_lab.review.sampling.audit import audit_size, draw

DOCUMENTS = [hashlib.sha256(str(i).encode()).hexdigest() for i in range(40)]


def test_every_document_is_drawn_equally_often() -> None:
    draws = Counter(sha256 for seed in range(3000) for sha256 in draw(DOCUMENTS, count=4, seed=seed))
    expected = 3000 * 4 / len(DOCUMENTS)
    statistic, p_value = chisquare([draws[sha256] for sha256 in DOCUMENTS], [expected] * len(DOCUMENTS))
    assert p_value > 0.001, f"chi-square {statistic:.1f} over {len(DOCUMENTS)} documents"


def test_every_pair_is_drawn_equally_often() -> None:
    """A draw whose documents hang together would be uniform one by one and still be no random sample."""
    ten = DOCUMENTS[:10]
    pairs = Counter(tuple(sorted(draw(ten, count=2, seed=seed))) for seed in range(4500))
    assert len(pairs) == 45
    assert chisquare(list(pairs.values())).pvalue > 0.001


def test_the_draw_takes_no_notice_of_scores() -> None:
    scores = [i / 39 for i in range(40)]
    pool = [glance(str(i), like=f"layout {i % 7}", wrong={"amount_due": score}) for i, score in enumerate(scores)]
    taken: Counter[str] = Counter()
    for seed in range(120):
        batch = choose_batch(pool, invoice_schema(), SamplingConfig(), n=10, audit=0.2, seed=seed)
        taken.update(pick.document for pick in batch if pick.selection == "audit")
    assert taken.total() == 240
    assert spearmanr([taken[str(i)] for i in range(40)], scores).pvalue > 0.001


def test_another_model_leaves_the_draw_as_it_is() -> None:
    def audited(doubt: float) -> list[str]:
        pool = [glance(str(i), like=str(i), wrong={"amount_due": doubt * (i % 3) / 2}) for i in range(30)]
        batch = choose_batch(pool, invoice_schema(), SamplingConfig(), n=20, audit=0.25, seed=3)
        return [pick.sha256 for pick in batch if pick.selection == "audit"]

    assert len(audited(0.1)) == 5
    assert audited(0.1) == audited(1.0)


@pytest.mark.parametrize(
    ("n", "share", "size"), [(50, 0.1, 5), (5, 0.01, 1), (1, 0.5, 1), (10, 1.0, 10), (10, 0.0, 0), (0, 0.5, 0)]
)
def test_size(n: int, share: float, size: int) -> None:
    assert audit_size(n, share) == size


def test_another_seed_draws_others_and_the_order_does_not_matter() -> None:
    assert draw(DOCUMENTS, count=5, seed=1) == draw(reversed(DOCUMENTS), count=5, seed=1)
    assert draw(DOCUMENTS, count=5, seed=1) != draw(DOCUMENTS, count=5, seed=2)
