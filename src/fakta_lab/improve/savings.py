"""What two models cost on the same documents, in kronor, if a person looks at what they do not accept."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from fakta.costs import Costs
from fakta_lab.improve.pairs import Pair, PairedDocument, Reading
from fakta_lab.tuning.cascade.documents import JudgedDocument
from fakta_lab.tuning.cascade.policies import Rules, spend, supplier_interval
from fakta_lab.tuning.examples import Example, Judged


@dataclass(frozen=True, slots=True)
class Saving:
    """Kronor for a thousand documents.

    Attributes:
        old, new: what each model costs: people's time, and mistakes that nobody noticed.
        saved: old minus new.
        low, high: its 95 % interval, by drawing suppliers anew.
        old_mistakes, new_mistakes: the part that is mistakes.
    """

    old: float
    new: float
    saved: float
    low: float
    high: float
    old_mistakes: float
    new_mistakes: float


def saving(documents: Sequence[PairedDocument], *, costs: Costs, required: frozenset[str], seed: int) -> Saving:
    """What the new model saves.

    Args:
        documents: read by both; not empty.
        costs: prices.
        required: fields for which a person opens a document that has one of them not accepted.
        seed: of what is drawn anew.
    """
    suppliers = [each.supplier or each.name for each in documents]
    old, new = (
        [spend(_judged(each, reading), "person", ACCEPTED, costs=costs, required=required) for each in documents]
        for reading in (_old, _new)
    )
    differences = [1000 * (before.total - after.total) for before, after in zip(old, new, strict=True)]
    low, high = supplier_interval(suppliers, differences, seed=seed)
    per = 1000 / len(documents)
    return Saving(
        old=round(per * sum(each.total for each in old), 2),
        new=round(per * sum(each.total for each in new), 2),
        saved=round(sum(differences) / len(documents), 2),
        low=round(low, 2),
        high=round(high, 2),
        old_mistakes=round(per * sum(each.mistakes for each in old), 2),
        new_mistakes=round(per * sum(each.mistakes for each in new), 2),
    )


def _old(pair: Pair) -> Reading:
    return pair.old


def _new(pair: Pair) -> Reading:
    return pair.new


# The runtime has decided already; of an answer that it accepts the confidence is 1 here.
ACCEPTED = Rules(accepts=lambda judged: judged.confidence == 1.0)


def _judged(document: PairedDocument, reading: Callable[[Pair], Reading]) -> JudgedDocument:
    answers = ((pair.field, reading(pair)) for pair in document.pairs)
    fields = tuple(
        Judged(
            Example(
                field=name,
                supplier=document.supplier,
                features={},
                found=each.value is not None,
                right=each.right,
                document=document.name,
                known=document.known,
            ),
            1.0 if each.accepted else 0.0,
        )
        for name, each in answers
    )
    return JudgedDocument(document.name, document.supplier, fields)
