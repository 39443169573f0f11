"""What a round of improvement is made from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from fakta_lab.config import ConfigModel, Contradictions

Share = Annotated[float, Field(ge=0, lt=1)]
Promised = Annotated[float, Field(gt=0.5, lt=1)]


class HeldOut(ConfigModel):
    """What is not trained on. A supplier or document goes to one side for good, see `fakta dataset build`.

    Attributes:
        suppliers: share of the suppliers to compare on, with all their documents.
        selection: share of the suppliers to choose the model and tune its thresholds on.
        latest: share of the documents, the latest by invoice date, that are compared on although their suppliers are
            known: what production reads next.
        latest_untrained: the same where nothing is trained; what is delivered remembers them all, so that it costs
            nothing to compare on more.
    """

    suppliers: Share = 0.15
    selection: Share = 0.2
    latest: Share = 0.2
    latest_untrained: Share = 0.4

    @model_validator(mode="after")
    def _something_is_left(self) -> HeldOut:
        if self.suppliers + self.selection >= 1:
            raise Contradictions(
                [f"suppliers {self.suppliers} and selection {self.selection} leave nothing to train on"]
            )
        return self


class Enough(ConfigModel):
    """What training takes; with less, the corrections become a supplier memory and nothing else.

    Attributes:
        documents: corrected ones.
        suppliers: that they come from. Of 25 a fifth is held out to choose on, and five suppliers are the fewest with
            which a trained model can show that it is better.
    """

    documents: Annotated[int, Field(ge=1)] = 30
    suppliers: Annotated[int, Field(ge=3)] = 25


class TuningGoal(ConfigModel):
    """What thresholds of a trained model promise, and on what they are chosen.

    Attributes:
        target_precision: share of the accepted values that must be right; as the base was tuned by default.
        by_costs: choose by `costs` instead of a promise.
        document_precision, confidence, unit: see `fakta tune`; as the base was tuned by default.
        sets: benchmark sets to tune on, of suppliers that no model learned.
        invented: so many invented invoices beside these, each of a supplier of its own: a promise of 99 % takes 300
            suppliers.
    """

    target_precision: Promised | None = None
    by_costs: bool = False
    document_precision: Promised | None = None
    confidence: Promised | None = None
    unit: Literal["supplier", "document"] | None = None
    sets: tuple[Path, ...] = ()
    invented: Annotated[int, Field(ge=0)] = 800

    @model_validator(mode="after")
    def _one_goal(self) -> TuningGoal:
        if self.by_costs and self.target_precision is not None:
            raise Contradictions(["by_costs and target_precision are two goals; give one"])
        return self


class ImproveConfig(ConfigModel):
    """One round: corrections in, a better model out, or the reason why there is none.

    Attributes:
        corrections: file, folder or database that is imported first; without it the store is taken as it is.
        documents: folder in which the corrections' documents are.
        mapping: of the corrections' names and forms, as in configs/mapping.yaml.
        store: of corrections and their documents; made where it is not there and `corrections` is given.
        out: folder of the round. The next round goes into the same one, so that what an earlier one has measured on
            is known.
        base: bundle to improve: a folder, or "shipped"; by default the registry's champion, else the one that ships.
        registry: folder of the registry.
        dataset: recipe of `fakta dataset build`; its OCR engine reads everywhere. Store, output and split are this
            file's.
        train: recipe of `fakta train`. Start, output and dataset are this file's.
        name: of a model that is trained.
        held_out: what is not trained on.
        enough: what training takes.
        tuning: thresholds of a model that is trained.
        costs: prices, for what a model saves and for `tuning.by_costs`.
        gates: floors that the new model has to reach, as for `fakta evaluate --gate`, besides the
            registry's own.
        tolerance: share of the values, 0-1, by which the new model may at worst (the interval's low end) be behind
            and still count as equally good.
        examples: values shown in the summary of what got better, and of what got worse; 0 for none.
        seed: of the split, of resampling, and of what is invented.
        workers: processes that read for tuning.
    """

    corrections: str | None = None
    documents: Path | None = None
    mapping: Path | None = None
    store: Path = Path("data/store")
    out: Path = Path("data/improve")
    base: str | None = None
    registry: Path = Path("models")
    dataset: Path = Path("configs/dataset.yaml")
    train: Path = Path("configs/finetune.yaml")
    name: str = "improved"
    held_out: HeldOut = HeldOut()
    enough: Enough = Enough()
    tuning: TuningGoal = TuningGoal()
    costs: Path = Path("configs/costs.yaml")
    gates: Path | None = None
    tolerance: Share = 0.01
    examples: Annotated[int, Field(ge=0)] = 5
    seed: Annotated[int, Field(ge=0, lt=2**20)] = 1
    workers: Annotated[int, Field(ge=1)] = 1
