"""Pools of made-up glances: layouts that are known to be equal or strange to each other."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from fakta.documents.model import Box, Word
from fakta_lab.review.sampling import Glance
from fakta_lab.review.sampling.layouts import Signature, ink, word_slots


def layout(name: str) -> Signature:
    """A layout: two names, nothing in common but the place of the ink."""
    texts = [f"{name}{chr(97 + i)}" for i in range(20)]
    words = [Word(text, Box(0.1, 0.04 * i, 0.3, 0.04 * i + 0.02)) for i, text in enumerate(texts)]
    return Signature(ink(words), tuple(sorted({hash_of(text) % 512 for text in texts})), word_slots(texts))


def glance(
    name: str,
    *,
    like: str = "",
    wrong: Mapping[str, float] | None = None,
    apart: Mapping[str, float] | None = None,
    missing: Sequence[str] = (),
    amount: float | None = None,
) -> Glance:
    """A glance at the document of that name, with the layout of that name."""
    return Glance(
        name=name,
        sha256=hashlib.sha256(name.encode()).hexdigest(),
        wrong=wrong if wrong is not None else {"amount_due": 0.5},
        apart=apart or {},
        missing=tuple(missing),
        amounts={} if amount is None else {"amount_due": amount},
        layout=layout(like or "one"),
    )


def hash_of(text: str) -> int:
    """A number that is the same in every run."""
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:4])
