"""The order of a dataset's items: all of them each epoch, or drawn by weight."""

from __future__ import annotations

from collections import Counter

from fakta_lab.training.epochs import Epochs


def test_items_of_equal_weight_come_once_an_epoch_in_another_order_each_time() -> None:
    epochs = Epochs([1.0] * 20, seed=3)
    first, second = ([epochs.item(20 * epoch + i) for i in range(20)] for epoch in range(2))
    assert sorted(first) == sorted(second) == list(range(20))
    assert first != second


def test_items_come_by_their_weight() -> None:
    epochs = Epochs([3.0, 1.0], seed=0)
    counts = Counter(epochs.item(place) for place in range(2000))
    assert 0.7 < counts[0] / 2000 < 0.8


def test_place_decides_the_item_however_it_is_reached() -> None:
    epochs, again = Epochs([1.0] * 7, seed=1), Epochs([1.0] * 7, seed=1)
    assert [epochs.item(place) for place in range(50)] == [again.item(place) for place in reversed(range(50))][::-1]
    assert [Epochs([1.0] * 7, seed=2).item(place) for place in range(7)] != [epochs.item(place) for place in range(7)]
