"""Draws a synthetic invoice as a PDF; the words stand where the page says they do."""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING

from fakta_lab.synth.block import Block, Code

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas

    from fakta_lab.synth.invoice import SyntheticInvoice


def render_pdf(invoice: SyntheticInvoice) -> bytes:
    """The invoice as PDF; the same bytes each time."""
    return pdf_of([(page.drawing, page.width, page.height) for page in invoice.pages])


def pdf_of(pages: Sequence[tuple[Block, float, float]]) -> bytes:
    """Pages as PDF, each a drawing with the page's width and height in points; the same bytes each time."""
    from reportlab.pdfgen.canvas import Canvas

    stream = BytesIO()
    canvas = Canvas(stream, pagesize=pages[0][1:], invariant=1, pageCompression=1)
    for drawing, _, height in pages:
        for shape in drawing.shapes:
            if shape.fill is not None:
                canvas.setFillColorRGB(*shape.fill)
            if shape.stroke is not None:
                canvas.setStrokeColorRGB(*shape.stroke)
                canvas.setLineWidth(shape.weight)
            y = height - shape.y
            if shape.width and shape.height:
                canvas.rect(
                    shape.x,
                    y - shape.height,
                    shape.width,
                    shape.height,
                    stroke=int(shape.stroke is not None),
                    fill=int(shape.fill is not None),
                )
            else:
                canvas.line(shape.x, y, shape.x + shape.width, y - shape.height)
        for run in drawing.runs:
            text = canvas.beginText(run.x, height - run.y)
            text.setFont(run.type.face.name, run.type.size)
            text.setHorizScale(run.type.stretch * 100)
            text.setFillColorRGB(*run.type.colour)
            text.textOut(" ".join(word for word, _ in run.words))
            canvas.drawText(text)
        for code in drawing.codes:
            _draw_code(canvas, code, height)
        for mark in drawing.marks:
            canvas.saveState()
            canvas.translate(mark.x, height - mark.y)
            canvas.rotate(mark.angle)
            canvas.setFont(mark.type.face.name, mark.type.size)
            canvas.setFillColorRGB(*mark.type.colour)
            canvas.drawString(0, 0, mark.text)
            canvas.restoreState()
        canvas.showPage()
    canvas.save()
    return stream.getvalue()


def _draw_code(canvas: Canvas, code: Code, page_height: float) -> None:
    """A QR code as black squares, each row's neighbours in one."""
    import segno

    matrix = segno.make(code.text, error="m", micro=False).matrix
    side = code.size / len(matrix)
    canvas.setFillColorRGB(0, 0, 0)
    for number, row in enumerate(matrix):
        y = page_height - code.y - (number + 1) * side
        start = None
        for column, dark in enumerate([*row, 0]):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                canvas.rect(code.x + start * side, y, (column - start) * side, side, stroke=0, fill=1)
                start = None
