"""Pages as read by OCR: errors at the measured rates, labels with their words."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from fakta.documents.model import Box, Word
from fakta_lab.synth import SyntheticInvoice
from fakta_lab.synth.habits import Habits
from fakta_lab.synth.material import load_yaml
from fakta_lab.synth.recognise import recognised
from fakta_lab.synth.words import Labelled, cut_at, gap, join

ASPECT = 2**0.5


def _word(text: str, left: float, *, top: float = 0.1) -> Word:
    return Word(text, Box(left, top, left + 0.01 * len(text), top + 0.012))


def _labelled(invoice: SyntheticInvoice) -> Labelled:
    page = invoice.pages[0]
    return list(zip(page.words, page.labels, strict=True))


def test_a_caption_read_together_with_its_value_is_the_value() -> None:
    caption, value = (_word("Fakturanr:", 0.1), "O"), (_word("12345", 0.2), "B-invoice_number")
    joined = join(caption, value)
    assert joined is not None
    assert (joined[0].text, joined[1]) == ("Fakturanr:12345", "B-invoice_number")
    assert joined[0].box == caption[0].box.union(value[0].box)
    joined = join((_word("1", 0.2), "B-amount_due"), (_word("234,00", 0.22), "I-amount_due"))
    assert joined is not None
    assert (joined[0].text, joined[1]) == ("1234,00", "B-amount_due")


@pytest.mark.parametrize("after", ["B-invoice_date", "B-invoice_number", "I-invoice_date"])
def test_two_values_never_become_one_word(after: str) -> None:
    assert join((_word("12345", 0.1), "B-invoice_number"), (_word("2026-01-15", 0.2), after)) is None


def test_both_parts_of_a_word_keep_its_label() -> None:
    parts = cut_at((_word("123456", 0.1), "B-invoice_number"), 2)
    assert [(word.text, label) for word, label in parts] == [("12", "B-invoice_number"), ("3456", "I-invoice_number")]
    assert parts[0][0].box.right == parts[1][0].box.left == pytest.approx(0.12)
    assert [label for _, label in cut_at((_word("abcd", 0.1), "O"), 1)] == ["O", "O"]


def test_gaps_are_measured_within_a_line() -> None:
    before = _word("ab", 0.1).box
    height = 0.012 * ASPECT
    assert gap(before, _word("cd", 0.12 + height).box, aspect=ASPECT) == pytest.approx(1.0)
    assert gap(before, _word("cd", 0.12, top=0.12).box, aspect=ASPECT) == float("inf")


def test_values_survive_with_one_label_each(invoices: list[SyntheticInvoice]) -> None:
    for number, invoice in enumerate(invoices[:150]):
        words = _labelled(invoice)
        read = recognised(words, Random(number), aspect=ASPECT)
        assert read == recognised(words, Random(number), aspect=ASPECT)
        starts = [Counter(label for _, label in page if label[0] == "B") for page in (words, read)]
        assert starts[0] == starts[1], invoice.seed
        for word, _ in read:
            assert word.text
            assert not any(char.isspace() for char in word.text)
            assert 0 <= word.box.left < word.box.right <= 1
            assert 0 <= word.box.top < word.box.bottom <= 1


def test_errors_come_at_about_the_measured_rates(invoices: list[SyntheticInvoice]) -> None:
    unlabelled = [[(word, "O") for word, _ in _labelled(invoice)] for invoice in invoices]
    habits = Habits()
    for number, words in enumerate(unlabelled):
        read = recognised(words, Random(number), aspect=ASPECT)
        habits.count([word for word, _ in words], [word for word, _ in read], aspect=ASPECT)
    measured = load_yaml("ocr_habits").values()
    exact = habits.exact / habits.words.total()
    # Pages get twice the measured errors on average.
    assert min(1 - 3 * (1 - m["exact"]) for m in measured) < exact < max(m["exact"] for m in measured)
    merged = habits.merged[0.35] / habits.gaps[0.35]
    assert 0.5 * min(m["merged"]["0.35"] for m in measured) < merged < 3 * max(m["merged"]["0.35"] for m in measured)


def test_some_pages_are_read_without_an_error(invoices: list[SyntheticInvoice]) -> None:
    changed = []
    for number, invoice in enumerate(invoices[:100]):
        words = _labelled(invoice)
        before = Counter(word.text for word, _ in words)
        after = Counter(word.text for word, _ in recognised(words, Random(number), aspect=ASPECT))
        changed.append((before - after).total() / len(words))
    assert min(changed) < 0.02
    assert max(changed) > 0.1
