"""The choice of a batch: spread over layouts, doubtful documents first, the same in every order of the pool."""

from __future__ import annotations

from random import Random

import pytest
from tests.lab.review.sampling.pools import glance, layout

from fakta.schema import invoice_schema
from fakta_lab.review.sampling import Glance, Pick, SamplingConfig, choose_batch


def chosen(pool: list[Glance], *, n: int, audit: float = 0.0, seed: int = 0, **settings: float) -> list[Pick]:
    return choose_batch(pool, invoice_schema(), SamplingConfig.model_validate(settings), n=n, audit=audit, seed=seed)


@pytest.mark.parametrize("crowding", [0.0, 0.5, 1.0])
def test_every_layout_comes_once_where_there_is_room(crowding: float) -> None:
    """Sizes 40, 12, 3, 1, 1: neither the largest supplier nor the order of hashes may push a layout out."""
    sizes = {"alpha": 40, "beta": 12, "gamma": 3, "delta": 1, "epsilon": 1}
    pool = [glance(f"{name} {i}", like=name) for name, size in sizes.items() for i in range(size)]
    batch = chosen(pool, n=len(sizes), crowding=crowding)
    assert {pick.document.split()[0] for pick in batch} == set(sizes)
    assert all(pick.signals["novelty"] > 0.9 for pick in batch)


def test_random_documents_count_as_chosen() -> None:
    pool = [glance(f"{name} {i}", like=name) for name in ("alpha", "beta", "gamma") for i in range(5)]
    batch = chosen(pool, n=3, audit=0.34)
    assert [pick.selection for pick in batch] == ["audit", "sample", "sample"]
    assert {pick.document.split()[0] for pick in batch} == {"alpha", "beta", "gamma"}


def test_a_corrected_layout_comes_last() -> None:
    pool = [glance(f"{name} {i}", like=name) for name in ("alpha", "beta") for i in range(3)]
    batch = choose_batch(
        pool, invoice_schema(), SamplingConfig(), n=2, audit=0.0, corrected=[layout("alpha"), layout("alpha")]
    )
    assert batch[0].document.startswith("beta")
    assert batch[0].signals["novelty"] > 0.9
    assert "no similar layout corrected or chosen yet" in batch[0].reasons
    assert batch[1].signals["novelty"] == pytest.approx(0.0)


def test_of_strange_layouts_the_doubtful_one_comes_first() -> None:
    pool = [
        glance(name, like=name, wrong={"amount_due": doubt}) for name, doubt in (("a", 0.1), ("b", 0.9), ("c", 0.5))
    ]
    assert [pick.document for pick in chosen(pool, n=3)] == ["b", "c", "a"]


def test_a_frequent_layout_comes_before_a_rare_one() -> None:
    pool = [glance("rare", like="rare"), *(glance(f"often {i}", like="often") for i in range(9))]
    assert chosen(pool, n=1)[0].document.startswith("often")


def test_the_order_of_the_pool_and_repetition_change_nothing() -> None:
    pool = [
        glance(str(i), like=str(i % 11), wrong={"amount_due": (i * 7 % 10) / 10}, amount=10.0 * i) for i in range(60)
    ]
    first = chosen(pool, n=25, audit=0.2, seed=5)
    for seed in range(3):
        shuffled = Random(seed).sample(pool, len(pool))
        assert chosen(shuffled, n=25, audit=0.2, seed=5) == first


def test_no_document_comes_twice_and_a_small_pool_is_taken_whole() -> None:
    pool = [glance(str(i), like="same") for i in range(7)]
    batch = chosen(pool, n=50, audit=0.5)
    assert sorted(pick.document for pick in batch) == sorted(str(i) for i in range(7))
    assert chosen([], n=5) == []


def test_reasons_name_fields_and_no_values() -> None:
    pool = [
        glance(
            "a.pdf",
            wrong={"amount_due": 0.9, "invoice_number": 1.0, "due_date": 0.1},
            apart={"due_date": 0.7},
            missing=["invoice_number"],
            amount=98765.43,
        )
    ]
    (pick,) = chosen(pool, n=1)
    assert pick.reasons == (
        "not found: invoice_number",
        "unsure about amount_due",
        "model and labels disagree about due_date",
        "much money on a doubtful amount",
        "no similar layout corrected or chosen yet",
    )
    assert "98765" not in str(pick.to_dict())


def test_signals_and_score_stay_within_bounds() -> None:
    pool = [
        glance(str(i), like=str(i), wrong={"amount_due": i / 9}, apart={"amount_due": 1 - i / 9}, amount=10.0**i)
        for i in range(10)
    ]
    for pick in chosen(pool, n=10, audit=0.3):
        assert set(pick.signals) == {"uncertainty", "disagreement", "novelty", "money"}
        assert all(0.0 <= value <= 1.0 for value in (*pick.signals.values(), pick.score))


def test_a_page_without_words_is_like_none() -> None:
    empty = [glance(str(i)) for i in range(2)]
    empty = [Glance(**{**vars(g), "layout": type(g.layout)(g.layout.ink * 0, (), ())}) for g in empty]
    assert len(chosen(empty, n=2)) == 2
