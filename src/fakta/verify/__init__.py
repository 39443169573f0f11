"""How sure is it? Features of a reading to a calibrated probability, and a threshold to a decision."""

from fakta.verify.model import CLIP, FieldModel, VerifierModel
from fakta.verify.verifier import Decision, Verifier

__all__ = ["CLIP", "Decision", "FieldModel", "Verifier", "VerifierModel"]
