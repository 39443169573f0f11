"""Draws a synthetic invoice as a PDF; the words stand where the page says they do."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from fakta_lab.synth.block import Code
from fakta_lab.synth.invoice import SyntheticInvoice

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas


def render_pdf(invoice: SyntheticInvoice) -> bytes:
    """The invoice as PDF; the same bytes each time."""
    from reportlab.pdfgen.canvas import Canvas

    stream = BytesIO()
    first = invoice.pages[0]
    canvas = Canvas(stream, pagesize=(first.width, first.height), invariant=1, pageCompression=1)
    for page in invoice.pages:
        for shape in page.drawing.shapes:
            if shape.fill is not None:
                canvas.setFillColorRGB(*shape.fill)
            if shape.stroke is not None:
                canvas.setStrokeColorRGB(*shape.stroke)
                canvas.setLineWidth(shape.weight)
            y = page.height - shape.y
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
        for run in page.drawing.runs:
            text = canvas.beginText(run.x, page.height - run.y)
            text.setFont(run.type.face.name, run.type.size)
            text.setHorizScale(run.type.stretch * 100)
            text.setFillColorRGB(*run.type.colour)
            text.textOut(" ".join(word for word, _ in run.words))
            canvas.drawText(text)
        for code in page.drawing.codes:
            _draw_code(canvas, code, page.height)
        for mark in page.drawing.marks:
            canvas.saveState()
            canvas.translate(mark.x, page.height - mark.y)
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
