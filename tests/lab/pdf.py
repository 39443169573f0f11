"""One-page PDFs with lines of text, for tests that need a document whose content they know."""

from __future__ import annotations

import io
from collections.abc import Sequence

from reportlab.pdfgen.canvas import Canvas


def pdf_with(lines: Sequence[str]) -> bytes:
    """A page with these lines; the same lines give the same bytes."""
    buffer = io.BytesIO()
    canvas = Canvas(buffer, invariant=1)
    for i, line in enumerate(lines):
        canvas.drawString(72, 760 - 18 * i, line)
    canvas.save()
    return buffer.getvalue()
