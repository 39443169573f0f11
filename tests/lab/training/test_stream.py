"""Batches: labels of tokens, the same after a resume and for any worker, and what a dataset must have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the lab extra")
pytest.importorskip("datasets", reason="needs the lab extra")

from tests.lab.training.tiny_run import generated_pages, write_dataset

from fakta.decode import label_names
from fakta.encode import Encoder
from fakta.errors import DatasetError
from fakta.schema import invoice_schema
from fakta_lab.synth import generate
from fakta_lab.training.layoutlmv3.alter import altered
from fakta_lab.training.layoutlmv3.collate import Collate
from fakta_lab.training.layoutlmv3.examples import IGNORED, Example, Examples, LabelledPage
from fakta_lab.training.layoutlmv3.pages import CHUNK_BATCHES, DatasetPages, GeneratedPages
from fakta_lab.training.layoutlmv3.rows import load_split
from fakta_lab.training.layoutlmv3.tokenizer import train_tokenizer
from fakta_lab.training.stream import Mixture, Source, held_out_seeds

pytestmark = pytest.mark.torch

PAGES = generated_pages(3)
LABELS = label_names(invoice_schema())
ENCODER = Encoder(
    train_tokenizer([word.text for page in PAGES for word in page.page.words], vocabulary=500).encode(),
    window=128,
    stride=32,
)
EXAMPLES = Examples(ENCODER, LABELS)


def fingerprints(batches: Iterator[list[Example]], n: int) -> list[list[bytes]]:
    return [[e.window.input_ids.tobytes() + e.labels.tobytes() for e in batch] for batch in islice(batches, n)]


def test_every_token_carries_the_label_of_its_word() -> None:
    for example in EXAMPLES.of(PAGES[0]):
        for label, word in zip(example.labels, example.window.word_index, strict=True):
            assert label == (IGNORED if word < 0 else LABELS.index(PAGES[0].labels[word]))


def test_unknown_words_are_left_out_of_the_loss() -> None:
    unknown = LabelledPage(PAGES[0].page, ("?",) * len(PAGES[0].labels))
    assert all((example.labels == IGNORED).all() for example in EXAMPLES.of(unknown))


def test_label_outside_the_schema_is_refused() -> None:
    foreign = LabelledPage(PAGES[0].page, ("B-colour", *PAGES[0].labels[1:]), "a.pdf")
    with pytest.raises(DatasetError, match=r"a\.pdf: page 1: the label 'B-colour' is not in the schema of this run"):
        EXAMPLES.of(foreign)


def test_labels_must_match_the_words() -> None:
    with pytest.raises(DatasetError, match=r"generated: page 1: 1 labels for \d+ words"):
        EXAMPLES.of(LabelledPage(PAGES[0].page, ("O",)))


def test_alteration_keeps_labels_with_their_words_and_unknown_words_unknown() -> None:
    page = LabelledPage(PAGES[0].page, tuple("?" if i % 2 else label for i, label in enumerate(PAGES[0].labels)))
    for seed in range(20):
        changed = altered(page, seed=str(seed))
        assert len(changed.labels) == len(changed.page.words)
        assert set(changed.labels) <= {*LABELS, "?"}
    assert altered(page, seed="1") == altered(page, seed="1") != altered(page, seed="2")


def sources() -> list[Source]:
    generated = GeneratedPages(generate, EXAMPLES, seed=3, batch_size=2, augment=True)
    dataset = DatasetPages(PAGES, EXAMPLES, seed=3, batch_size=3, augment=True)
    return [generated, dataset, Mixture([generated, dataset])]


@pytest.mark.parametrize("number", range(3))
def test_batches_do_not_depend_on_where_one_begins(number: int) -> None:
    source = sources()[number]
    whole = fingerprints(source.batches(first=0, step=1), CHUNK_BATCHES + 4)
    for first in (1, CHUNK_BATCHES - 1, CHUNK_BATCHES + 1):
        assert fingerprints(source.batches(first=first, step=1), 3) == whole[first : first + 3]


@pytest.mark.parametrize("number", range(3))
def test_two_workers_go_on_after_a_resume_as_if_they_had_never_stopped(number: int) -> None:
    source = sources()[number]
    workers = [fingerprints(source.batches(first=w, step=2), CHUNK_BATCHES + 3) for w in range(2)]
    whole = [batch for pair in zip(*workers, strict=True) for batch in pair]
    resumed = [fingerprints(source.batches(first=5 + w, step=2), CHUNK_BATCHES) for w in range(2)]
    assert [batch for pair in zip(*resumed, strict=True) for batch in pair] == whole[5 : 5 + 2 * CHUNK_BATCHES]


def test_generated_batches_hold_windows_of_similar_length() -> None:
    source = GeneratedPages(generate, EXAMPLES, seed=0, batch_size=4, augment=False)
    batches = list(islice(source.batches(first=0, step=1), CHUNK_BATCHES))
    spread = np.mean([max(map(len, batch)) - min(map(len, batch)) for batch in batches])
    lengths = [len(example) for batch in batches for example in batch]
    assert spread < (max(lengths) - min(lengths)) / 2


def test_no_page_comes_twice() -> None:
    source = GeneratedPages(generate, EXAMPLES, seed=0, batch_size=4, augment=False)
    seen = [e for batch in fingerprints(source.batches(first=0, step=1), 2 * CHUNK_BATCHES) for e in batch]
    assert len(set(seen)) == len(seen)


def test_every_page_of_a_dataset_comes_once_an_epoch() -> None:
    source = DatasetPages(PAGES, EXAMPLES, seed=0, batch_size=len(PAGES), augment=False)
    batches = [[e.window.input_ids.tobytes() for e in batch] for batch in islice(source.batches(first=0, step=1), 4)]
    first_windows = {EXAMPLES.of(page)[0].window.input_ids.tobytes() for page in PAGES}
    assert all(len(set(batch)) == len(PAGES) for batch in batches)
    assert len({tuple(batch) for batch in batches}) > 1
    assert len(first_windows) == len(PAGES)


def test_pages_of_unequal_weight_are_drawn_by_it() -> None:
    weights = {0: 0.0, 1: 3.0}
    pages = [replace(page, weight=weights.get(i, 1.0)) for i, page in enumerate(PAGES)]
    source = DatasetPages(pages, EXAMPLES, seed=0, batch_size=len(PAGES), augment=False)
    drawn = Counter(position for epoch in range(200) for position in source._order(epoch).tolist())
    shares = {i: drawn[i] / (200 * len(PAGES)) for i in range(len(PAGES))}
    total = sum(page.weight for page in pages)
    assert shares == pytest.approx({i: page.weight / total for i, page in enumerate(pages)}, abs=0.05)
    assert drawn[0] == 0


def test_held_out_seeds_are_apart_from_each_other_and_from_other_runs() -> None:
    ranges = [
        held_out_seeds(seed, purpose=purpose, count=10_000) for seed in (0, 1) for purpose in ("tokenizer", "dev")
    ]
    seeds = [seed for part in ranges for seed in part]
    assert len(set(seeds)) == len(seeds)


def test_collate_pads_with_ignored_labels() -> None:
    examples = sorted((e for page in PAGES for e in EXAMPLES.of(page)), key=len)
    batch = Collate(ENCODER)([examples[0], examples[-1]])
    n = len(examples[0])
    assert batch["labels"].shape == batch["input_ids"].shape == batch["attention_mask"].shape
    assert batch["labels"][0, :n].tolist() == examples[0].labels.tolist()
    assert (batch["labels"][0, n:] == IGNORED).all()


def test_dataset_comes_back_as_it_was_written(tmp_path: Path) -> None:
    split = load_split(write_dataset(tmp_path / "data", PAGES), dev_share=0)
    assert [page.labels for page in split.train] == [page.labels for page in PAGES]
    assert [page.page.words for page in split.train] == [page.page.words for page in PAGES]
    assert split.dev == []


def test_named_dev_split_is_kept(tmp_path: Path) -> None:
    folder = write_dataset(tmp_path / "data", [], splits={"train": PAGES[:2], "dev": PAGES[2:]})
    split = load_split(folder, dev_share=0.9)
    assert (len(split.train), len(split.dev)) == (2, len(PAGES) - 2)


def test_the_test_split_is_not_touched(tmp_path: Path) -> None:
    parts = {"train": PAGES[:1], "dev": PAGES[1:2], "test": PAGES[2:]}
    split = load_split(write_dataset(tmp_path / "data", [], splits=parts), dev_share=0.5)
    assert [page.page.words for page in split.train + split.dev] == [page.page.words for page in PAGES[:2]]


def test_held_out_documents_are_whole_and_stay_the_same(tmp_path: Path) -> None:
    pages = [LabelledPage(PAGES[0].page, PAGES[0].labels, f"{i // 2}.pdf") for i in range(80)]
    split = load_split(write_dataset(tmp_path / "data", pages), dev_share=0.3)
    train, dev = ({page.document for page in part} for part in (split.train, split.dev))
    assert train.isdisjoint(dev)
    assert 4 <= len(dev) <= 20
    assert load_split(tmp_path / "data", dev_share=0.3).sha256 == split.sha256


def test_missing_column_is_named(tmp_path: Path) -> None:
    import datasets

    datasets.Dataset.from_list([{"words": ["a"], "labels": ["O"]}]).save_to_disk(str(tmp_path / "data"))
    with pytest.raises(DatasetError, match="the column 'boxes' is missing"):
        load_split(tmp_path / "data", dev_share=0)


@pytest.mark.parametrize(
    ("splits", "message"),
    [(None, "no dataset folder"), ({"dev": PAGES}, "but no 'train'"), ({"train": [PAGES[0]]}, None)],
)
def test_dataset_without_training_pages_is_refused(tmp_path: Path, splits: Any, message: str | None) -> None:
    folder = tmp_path / "data"
    if splits:
        write_dataset(folder, [], splits=splits)
    if message:
        with pytest.raises(DatasetError, match=message):
            load_split(folder, dev_share=0)
    else:
        assert len(load_split(folder, dev_share=0).train) == 1
