"""Draws a synthetic invoice as a PDF; the words stand where the page says they do."""

from __future__ import annotations

from io import BytesIO

from fakta_lab.synth.invoice import SyntheticInvoice


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
        canvas.showPage()
    canvas.save()
    return stream.getvalue()
