"""What can be set for fitting a scorer."""

from __future__ import annotations

from pydantic import Field

from fakta_lab.config import ConfigModel


class RankingConfig(ConfigModel):
    """Settings of `fakta fit`.

    A model that was trained on generated pages is almost always right on them, and a scorer fitted there would learn
    to trust it more than foreign pages justify. So part of the documents come from suppliers with house words and odd
    layouts, which neither the model nor the lexicon knows, and part of the evidence is withheld.

    Attributes:
        documents: generated invoices to fit on; a tenth as many more are kept apart to measure on.
        seed: the same seed and settings give the same weights.
        foreign_share: documents from suppliers of the "demo" profile, whose words the model was not trained on.
        augment: strength of the changes to each page, see `fakta_lab.synth.augment`; 0 for none.
        silent_share: documents that are read without the model.
        unlabelled_share: documents in which each label goes unrecognised with a probability between 0 and 1.
        prior_strength: how hard the weights are held at the hand-set ones: the mean loss grows by half of this for
            each weight that is 1 away.
    """

    documents: int = Field(default=2000, ge=20)
    seed: int = 0
    foreign_share: float = Field(default=0.5, ge=0, le=1)
    augment: float = Field(default=1.0, ge=0, le=1)
    silent_share: float = Field(default=0.15, ge=0, le=1)
    unlabelled_share: float = Field(default=0.3, ge=0, le=1)
    prior_strength: float = Field(default=0.01, gt=0)
