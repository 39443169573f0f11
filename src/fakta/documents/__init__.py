"""Documents: bytes, paths or files to pages of words with boxes, and page images on demand; see `read`."""

from __future__ import annotations

from fakta.documents.given import page_of_lines
from fakta.documents.model import Box, Document, Page, Word
from fakta.documents.poppler import Renderer
from fakta.documents.reader import Ocr, read

__all__ = ["Box", "Document", "Ocr", "Page", "Renderer", "Word", "page_of_lines", "read"]
