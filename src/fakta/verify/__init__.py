"""How sure is it? Features of a reading to a calibrated probability, a threshold to a decision, and both to words."""

from fakta.verify.explain import explain, explain_document
from fakta.verify.model import CLIP, FieldModel, VerifierModel
from fakta.verify.verifier import MANIFEST_KEYS, Decision, Verifier
from fakta.verify.wording import LANGUAGES, Language, checked_language

__all__ = [
    "CLIP",
    "LANGUAGES",
    "MANIFEST_KEYS",
    "Decision",
    "FieldModel",
    "Language",
    "Verifier",
    "VerifierModel",
    "checked_language",
    "explain",
    "explain_document",
]
