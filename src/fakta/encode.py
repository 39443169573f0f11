"""A page's words and boxes as the windows of tokens that a model reads, and its picture where the model looks at it.

Training and production encode through this module, so a model never sees in production what it did not see in
training. A tokenizer is one `tokenizer.json`, which holds all text normalisation too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from fakta.documents.model import Box, Page
from fakta.errors import BundleError
from fakta.pixels import PixelFormat, Pixels

# Largest bounding-box coordinate; LayoutLMv3 counts in thousandths of the page.
BOX_SCALE = 1000

# What stands in `Window.word_index` for tokens that belong to no word.
NO_WORD = -1

IntArray = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Window:
    """A stretch of a page's tokens between `<s>` and `</s>`, all arrays int64 of the same length L.

    Attributes:
        input_ids: (L,) token numbers.
        bbox: (L, 4) left, top, right, bottom, 0-1000; zeros for special tokens.
        attention_mask: (L,) ones; padding, where a batch needs it, is zero.
        word_index: (L,) position of the token's word in the page, -1 for special tokens.
    """

    input_ids: IntArray
    bbox: IntArray
    attention_mask: IntArray
    word_index: IntArray

    def __len__(self) -> int:
        return len(self.input_ids)


class Encoder:
    """Turns pages into windows of at most `window` tokens, special tokens included.

    A page that is too long is cut into windows that share at least `stride` tokens; the last one is moved back so that
    it is as long as the others.

    Args:
        tokenizer_json: the file or its bytes.
        window: most tokens in a window, `<s>` and `</s>` included.
        stride: fewest tokens that neighbouring windows share.
        image: how the model sees pages; None for models that see words and boxes only.

    Raises:
        BundleError: the tokenizer is damaged or lacks one of `<s>`, `</s>`, `<pad>`.
        ValueError: window and stride do not fit together.
    """

    def __init__(
        self, tokenizer_json: Path | bytes, *, window: int = 512, stride: int = 128, image: PixelFormat | None = None
    ) -> None:
        if not 0 <= stride < window - 2:
            raise ValueError(f"stride {stride} must be at least 0 and less than window - 2 = {window - 2}")
        self.window = window
        self.stride = stride
        self.image = image
        self._tokenizer = load_tokenizer(tokenizer_json)
        self._begin, self._end, self.pad_id = (self._special(token) for token in ("<s>", "</s>", "<pad>"))

    @classmethod
    def of(cls, tokenizer_json: Path | bytes, reading: Mapping[str, Any]) -> Encoder:
        """One that feeds a model as its manifest says: by `window`, `stride` and, where it has one, `image`."""
        image = PixelFormat.from_dict(reading["image"]) if "image" in reading else None
        return cls(tokenizer_json, window=reading["window"], stride=reading["stride"], image=image)

    def encode(self, page: Page) -> list[Window]:
        """The page's windows in reading order; none for a page without words."""
        if not page.words:
            return []
        encoding = self._tokenizer.encode(
            [word.text for word in page.words], is_pretokenized=True, add_special_tokens=False
        )
        ids = np.array(encoding.ids, dtype=np.int64)
        words = np.array(encoding.word_ids, dtype=np.int64)
        boxes = page_boxes([word.box for word in page.words])[words]
        return [self._cut(ids, boxes, words, start) for start in self._starts(len(ids))]

    def pixels(self, page: Page) -> Pixels | None:
        """(3, size, size) the picture that all windows of the page share; None where the model looks at none."""
        return self.image.pixels(self.image.picture(page)) if self.image else None

    def _starts(self, n_tokens: int) -> list[int]:
        capacity = self.window - 2
        if n_tokens == 0:
            return []
        starts = [0]
        while starts[-1] + capacity < n_tokens:
            starts.append(min(starts[-1] + capacity - self.stride, n_tokens - capacity))
        return starts

    def _cut(self, ids: IntArray, boxes: IntArray, words: IntArray, start: int) -> Window:
        part = slice(start, start + self.window - 2)
        input_ids = np.concatenate(([self._begin], ids[part], [self._end]))
        return Window(
            input_ids=input_ids,
            bbox=np.pad(boxes[part], ((1, 1), (0, 0))),
            attention_mask=np.ones_like(input_ids),
            word_index=np.pad(words[part], 1, constant_values=NO_WORD),
        )

    def _special(self, token: str) -> int:
        number = self._tokenizer.token_to_id(token)
        if number is None:
            raise BundleError(f"tokenizer.json: the special token {token} is missing; export the model again")
        return int(number)


def page_boxes(boxes: Sequence[Box]) -> IntArray:
    """Boxes as (n, 4) int64 in thousandths of the page, clipped to 0-1000.

    >>> page_boxes([Box(0.1, 0.25, 0.5004, 1.2)]).tolist()
    [[100, 250, 500, 1000]]
    """
    scaled = np.rint(np.asarray(boxes, dtype=np.float64).reshape(-1, 4) * BOX_SCALE)
    return np.clip(scaled, 0, BOX_SCALE).astype(np.int64)


def load_tokenizer(source: Path | bytes) -> Tokenizer:
    """The tokenizer in a `tokenizer.json`, given as file or as bytes, set to neither pad nor cut.

    Raises:
        BundleError: it is missing or damaged.
    """
    try:
        text = source.decode("utf-8") if isinstance(source, bytes) else source.read_text(encoding="utf-8")
        tokenizer = Tokenizer.from_str(text)
    except FileNotFoundError:
        raise BundleError(f"{source!s}: no such tokenizer file") from None
    except Exception as error:  # the tokenizers library raises bare Exception
        raise BundleError(f"tokenizer.json: not a tokenizer ({str(error).splitlines()[0]})") from None
    # A tokenizer file stores the padding and truncation of whoever used it last.
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return tokenizer
