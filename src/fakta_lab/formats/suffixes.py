"""What files of documents are called."""

from __future__ import annotations

from fakta.documents.detect import detect_format

_OF_FORMAT = {"pdf": ".pdf", "png": ".png", "jpeg": ".jpg", "tiff": ".tif", "webp": ".webp"}
# In lower case; other spellings than the ones that fakta writes among them.
SUFFIXES = frozenset({*_OF_FORMAT.values(), ".jpeg", ".tiff"})


def suffix_of(content: bytes) -> str:
    """The suffix of a file with this content; "" where it is no document that fakta reads.

    >>> suffix_of(b"%PDF-1.7"), suffix_of(b"text")
    ('.pdf', '')
    """
    return _OF_FORMAT.get(detect_format(content) or "", "")
