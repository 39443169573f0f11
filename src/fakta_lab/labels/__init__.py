"""What the events about a document say in sum: one label a field that somebody looked at, and how far to trust it."""

from fakta_lab.labels.documents import LabelledDocument, labelled_documents
from fakta_lab.labels.label import Label

__all__ = ["Label", "LabelledDocument", "labelled_documents"]
