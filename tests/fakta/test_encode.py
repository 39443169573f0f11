"""Pages to windows: what stands in them, how they stitch, what a damaged tokenizer says."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.fakta.tiny_model import TOKENIZER_JSON, page_of

from fakta.encode import NO_WORD, Encoder, page_boxes
from fakta.errors import BundleError

TEXT = [f"ord{i}" if i % 3 else f"{i} kr" for i in range(60)]


def encoder(**sizes: int) -> Encoder:
    return Encoder(TOKENIZER_JSON.encode(), **sizes)


def test_page_without_words_has_no_windows() -> None:
    assert encoder().encode(page_of([])) == []


def test_window_begins_and_ends_with_special_tokens_that_have_no_box_and_no_word() -> None:
    (window,) = encoder().encode(page_of(["Faktura", "1234"]))
    assert (window.input_ids[0], window.input_ids[-1]) == (0, 2)
    assert window.bbox[[0, -1]].tolist() == [[0] * 4] * 2
    assert window.word_index[[0, -1]].tolist() == [NO_WORD] * 2
    assert set(window.word_index[1:-1]) == {0, 1}
    assert window.attention_mask.all()


def test_each_token_carries_the_box_of_its_word() -> None:
    page = page_of(["Fakturanummer", "2026-0042", "kr"])
    (window,) = encoder().encode(page)
    boxes = page_boxes([word.box for word in page.words])
    assert np.array_equal(window.bbox[1:-1], boxes[window.word_index[1:-1]])


@given(
    words=st.lists(st.text("abcåäö0123456789,-", min_size=1, max_size=12), min_size=1, max_size=80),
    window=st.integers(8, 40),
    share=st.floats(0, 0.9),
)
def test_windows_stitch_to_the_tokens_of_one_long_window(words: list[str], window: int, share: float) -> None:
    page = page_of(words)
    (whole,) = encoder(window=100_000).encode(page)
    stride = int(share * (window - 3))
    windows = encoder(window=window, stride=stride).encode(page)
    assert all(len(part) <= window for part in windows)

    position = 0
    stitched: list[tuple[int, int]] = []
    for number, part in enumerate(windows):
        tokens = list(zip(part.input_ids[1:-1].tolist(), part.word_index[1:-1].tolist(), strict=True))
        if number == 0:
            stitched = tokens
        else:
            # The last window is as long as the others; all others move on by the same step.
            step = window - 2 - stride
            position = len(whole) - window if number == len(windows) - 1 else position + step
            assert len(stitched) - position >= stride
            assert stitched[position:] == tokens[: len(stitched) - position]
            stitched[position:] = tokens
    assert stitched == list(zip(whole.input_ids[1:-1].tolist(), whole.word_index[1:-1].tolist(), strict=True))


def test_tokens_of_a_word_do_not_depend_on_its_neighbours() -> None:
    (window,) = encoder(window=1000).encode(page_of(TEXT))
    for number, text in enumerate(TEXT):
        (alone,) = encoder().encode(page_of([text]))
        assert window.input_ids[window.word_index == number].tolist() == alone.input_ids[1:-1].tolist()


def test_padding_and_truncation_stored_in_the_file_do_not_matter() -> None:
    stored = json.loads(TOKENIZER_JSON)
    stored["truncation"] = {"direction": "Right", "max_length": 4, "strategy": "LongestFirst", "stride": 0}
    stored["padding"] = {
        "strategy": {"Fixed": 300}, "direction": "Right", "pad_to_multiple_of": None,
        "pad_id": 1, "pad_type_id": 0, "pad_token": "<pad>",
    }  # fmt: skip
    (expected,) = encoder().encode(page_of(TEXT))
    (window,) = Encoder(json.dumps(stored).encode()).encode(page_of(TEXT))
    assert window.input_ids.tolist() == expected.input_ids.tolist()


def test_boxes_are_thousandths_clipped_to_the_page() -> None:
    assert page_boxes([(-0.2, 0.0004, 1.0, 1.7)]).tolist() == [[0, 0, 1000, 1000]]
    assert page_boxes([]).shape == (0, 4)


@pytest.mark.parametrize("stride", [-1, 10, 11])
def test_stride_that_does_not_fit_the_window_is_refused(stride: int) -> None:
    with pytest.raises(ValueError, match=f"stride {stride} must be at least 0 and less than window - 2 = 10"):
        encoder(window=12, stride=stride)


@pytest.mark.parametrize("content", [b"", b"{}", b"\xff\xfe", b"not json"])
def test_damaged_tokenizer_is_refused(content: bytes) -> None:
    with pytest.raises(BundleError, match=r"^tokenizer\.json: not a tokenizer \("):
        Encoder(content)


def test_tokenizer_without_special_token_is_refused() -> None:
    with pytest.raises(BundleError, match=r"the special token <s> is missing"):
        Encoder(TOKENIZER_JSON.replace("<s>", "<start>").encode())


def test_missing_tokenizer_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match="no such tokenizer file"):
        Encoder(tmp_path / "tokenizer.json")
