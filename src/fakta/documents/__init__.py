"""Documents: bytes, paths or files to pages of words with boxes, and page images on demand.

>>> from fakta.documents import read                       # doctest: +SKIP
>>> [word.text for word in read("faktura.pdf").pages[0].words[:2]]  # doctest: +SKIP
['Faktura', '1042']
"""

from __future__ import annotations

from fakta.documents.model import Box, Document, Page, Word
from fakta.documents.poppler import Renderer
from fakta.documents.reader import Ocr, read

__all__ = ["Box", "Document", "Ocr", "Page", "Renderer", "Word", "read"]
