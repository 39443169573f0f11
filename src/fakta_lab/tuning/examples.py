"""Examples: what was read for fields of documents whose truth is known."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Example:
    """What was read for one field of one document, and whether it was right.

    Attributes:
        field: name.
        supplier: whose document it is; examples of one supplier are never on both sides of a split.
        features: as the runtime computed them.
        found: whether a value was read.
        right: the value equals the truth; where none was found, the document has none.
        document: of which reading of which document it is, the same for all its fields; see `reading_key`.
        known: read with a memory that knew the supplier from other documents.
        tenant: whose reading it is for; "" where not stated.
    """

    field: str
    supplier: str
    features: Mapping[str, float]
    found: bool
    right: bool
    document: str = ""
    known: bool = False
    tenant: str = ""


def reading_key(document: str, *, known: bool) -> str:
    """What names a reading of a document: a document may be read as a stranger's and as a known supplier's.

    >>> reading_key("set/a.pdf", known=True)
    'set/a.pdf (supplier known)'
    """
    return f"{document} (supplier known)" if known else document


class Judged(NamedTuple):
    """An example and how sure a verifier was that had not seen its supplier.

    Attributes:
        example: what was read.
        confidence: probability that it is right, 0-1; where nothing was found, that there is nothing.
    """

    example: Example
    confidence: float
