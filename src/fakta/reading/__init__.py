"""What is read of a document before it is asked how sure it is; Donut's reader is `fakta.reading.donut`."""

from fakta.reading.found import Found, Reading
from fakta.reading.words import WordReader

__all__ = ["Found", "Reading", "WordReader"]
