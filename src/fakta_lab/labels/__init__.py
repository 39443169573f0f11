"""What the events about a document say in sum: one label a field that somebody looked at, and how far to trust it."""

from fakta_lab.labels.documents import LabelledDocument, judged, labelled_documents
from fakta_lab.labels.doubts import Doubt
from fakta_lab.labels.label import Label
from fakta_lab.labels.policy import LabelPolicy

__all__ = ["Doubt", "Label", "LabelPolicy", "LabelledDocument", "judged", "labelled_documents"]
