"""The random part of a batch: the only documents that say how often the extractor is wrong.

Documents that were chosen for being difficult are no fair sample. The draw knows nothing but a key and the documents'
bytes, so neither the model nor the order of the pool can lean on it, and anybody can repeat it.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable


def audit_size(n: int, share: float) -> int:
    """How many documents of a batch are drawn at random: the share, at least one, none for a share of 0.

    >>> audit_size(50, 0.1), audit_size(3, 0.1), audit_size(50, 0.0)
    (5, 1, 0)
    """
    return min(n, max(1, round(n * share))) if share > 0 and n > 0 else 0


def draw(sha256s: Iterable[str], *, count: int, seed: int) -> list[str]:
    """That many documents, each with the same probability: those with the smallest keyed hashes.

    Args:
        sha256s: of the documents' bytes, in any order.
        count: how many; all where there are fewer.
        seed: the key. A new one for each batch, else documents that came to the pool late are drawn too often: the
            older ones with small hashes were drawn before.
    """
    key = f"fakta audit {seed}".encode()
    return sorted(set(sha256s), key=lambda sha256: hmac.digest(key, sha256.encode(), "sha256"))[:count]
