"""Augmented pages stay pages."""

from __future__ import annotations

from collections import Counter
from random import Random

from fakta_lab.synth import SyntheticInvoice
from fakta_lab.synth.augment import augment


def test_words_keep_their_labels(invoices: list[SyntheticInvoice]) -> None:
    changed = 0
    for number, invoice in enumerate(invoices[:80]):
        page = invoice.pages[0]
        result = augment(page, Random(number))
        assert result == augment(page, Random(number))
        assert len(result.words) == len(result.labels)
        changed += result.words != page.words
        before, after = ({label[2:] for label in p.labels if label != "O"} for p in (page, result))
        # Only unlabelled words are dropped, and values are never merged with each other.
        assert before == after, invoice.seed
        starts = [Counter(label for label in p.labels if label.startswith("B-")) for p in (page, result)]
        assert starts[0] == starts[1], invoice.seed
        for word in result.words:
            assert word.text
            assert not any(c.isspace() for c in word.text)
            assert 0 <= word.box.left < word.box.right <= 1
            assert 0 <= word.box.top < word.box.bottom <= 1
    assert changed > 60


def test_no_strength_changes_nothing(invoices: list[SyntheticInvoice]) -> None:
    page = invoices[0].pages[0]
    assert augment(page, Random(1), strength=0) == page
