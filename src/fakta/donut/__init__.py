"""Donut in production: a page image in, the fields as a sequence of tokens out, without OCR and without torch."""
