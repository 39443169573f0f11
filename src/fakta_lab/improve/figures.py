"""What became better and what became worse, in numbers: the one form that every summary is made from.

All figures are about the same documents read by both models; shares are 0-1, differences new minus old.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from fakta_lab.evaluation.paired import holm, mcnemar, paired_difference
from fakta_lab.evaluation.scoring import Counts
from fakta_lab.improve.pairs import Pair, PairedDocument, Reading
from fakta_lab.improve.savings import Saving, saving
from fakta_lab.tuning import CostsConfig


@dataclass(frozen=True, slots=True)
class Compared:
    """How many values each model reads right, over some of the documents.

    Attributes:
        documents, suppliers: how many.
        values: that the documents state or either model gave.
        old_right, new_right: how many of them are right.
        better, worse: values that only the new one, only the old one has right.
        difference: of the shares; 0 without values.
        low, high: its 95 % interval, by drawing suppliers anew.
        p: that a difference so large comes by chance, whichever way.
    """

    documents: int
    suppliers: int
    values: int
    old_right: int
    new_right: int
    better: int
    worse: int
    difference: float
    low: float
    high: float
    p: float

    @classmethod
    def of(cls, documents: Sequence[PairedDocument], *, seed: int) -> Compared:
        """The comparison over these documents."""
        counted = [[pair for pair in each.pairs if pair.counts] for each in documents]
        # Wrong and missed alike: what is left of F1 is then the share that is right.
        old, new = ([_as_counts(pairs, reading) for pairs in counted] for reading in (lambda p: p.old, lambda p: p.new))
        found = paired_difference(old, new, clusters=[each.supplier for each in documents], seed=seed)
        flat = [pair for pairs in counted for pair in pairs]
        return cls(
            documents=len(documents),
            suppliers=len({each.supplier or each.name for each in documents}),
            values=len(flat),
            old_right=sum(pair.old.right for pair in flat),
            new_right=sum(pair.new.right for pair in flat),
            better=sum(pair.better for pair in flat),
            worse=sum(pair.worse for pair in flat),
            difference=round(found.difference, 6) if flat else 0.0,
            low=round(found.low, 6) if flat else 0.0,
            high=round(found.high, 6) if flat else 0.0,
            p=round(found.p, 6),
        )


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field.

    Attributes:
        field: name.
        values, old_right, new_right, better, worse: see `Compared`.
        p: McNemar's, exact.
        significant: also after Holm's correction for all fields.
    """

    field: str
    values: int
    old_right: int
    new_right: int
    better: int
    worse: int
    p: float
    significant: bool


@dataclass(frozen=True, slots=True)
class Passed:
    """What one model lets through without a person's look.

    Attributes:
        values: accepted.
        right: of these.
        documents: that nobody has to open.
    """

    values: int
    right: int
    documents: int


@dataclass(frozen=True, slots=True)
class Example:
    """One value that changed.

    Attributes:
        document, field: where.
        truth, old, new: canonical values; None = not on the document, or nothing found.
    """

    document: str
    field: str
    truth: str | None
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class Figures:
    """A comparison.

    Attributes:
        overall: over all documents.
        unseen, known: over those of suppliers that the new model has not learned from, and of those that it has.
        fields: in schema order, those with values.
        passed_old, passed_new: what needs no person.
        saving: in kronor; None without prices.
        better, worse: examples.
    """

    overall: Compared
    unseen: Compared
    known: Compared
    fields: tuple[FieldChange, ...]
    passed_old: Passed
    passed_new: Passed
    saving: Saving | None
    better: tuple[Example, ...]
    worse: tuple[Example, ...]

    def to_dict(self) -> dict[str, Any]:
        """The JSON form."""
        return asdict(self)


def figures_of(
    documents: Sequence[PairedDocument],
    *,
    costs: CostsConfig | None,
    required: frozenset[str],
    order: Sequence[str],
    examples: int,
    seed: int,
) -> Figures:
    """The figures of a comparison.

    Args:
        documents: read by both.
        costs: prices.
        required: fields for which a person opens a document.
        order: names of the fields, as tables list them.
        examples: how many to show of each kind.
        seed: of what is drawn anew.
    """
    return Figures(
        overall=Compared.of(documents, seed=seed),
        unseen=Compared.of([each for each in documents if not each.known], seed=seed),
        known=Compared.of([each for each in documents if each.known], seed=seed),
        fields=_fields(documents, order),
        passed_old=_passed(documents, lambda pair: pair.old, sum(each.untouched_old for each in documents)),
        passed_new=_passed(documents, lambda pair: pair.new, sum(each.untouched_new for each in documents)),
        saving=saving(documents, costs=costs.prices(), required=required, seed=seed) if costs and documents else None,
        better=_examples(documents, lambda pair: pair.better, examples),
        worse=_examples(documents, lambda pair: pair.worse, examples),
    )


def _as_counts(pairs: Iterable[Pair], reading: Callable[[Pair], Reading]) -> Counts:
    right = [reading(pair).right for pair in pairs]
    wrong = right.count(False)
    return Counts(tp=right.count(True), fp=wrong, fn=wrong)


def _fields(documents: Sequence[PairedDocument], order: Sequence[str]) -> tuple[FieldChange, ...]:
    by_field: dict[str, list[Pair]] = {}
    for each in documents:
        for pair in each.pairs:
            if pair.counts:
                by_field.setdefault(pair.field, []).append(pair)
    names = [name for name in order if name in by_field] + [name for name in by_field if name not in order]
    changes: Mapping[str, tuple[int, int]] = {
        name: (sum(pair.better for pair in by_field[name]), sum(pair.worse for pair in by_field[name]))
        for name in names
    }
    p = {name: mcnemar(worse, better) for name, (better, worse) in changes.items()}
    significant = holm(p)
    return tuple(
        FieldChange(
            field=name,
            values=len(by_field[name]),
            old_right=sum(pair.old.right for pair in by_field[name]),
            new_right=sum(pair.new.right for pair in by_field[name]),
            better=changes[name][0],
            worse=changes[name][1],
            p=round(p[name], 6),
            significant=significant[name],
        )
        for name in names
    )


def _passed(documents: Iterable[PairedDocument], reading: Callable[[Pair], Reading], untouched: int) -> Passed:
    accepted = [
        reading(pair)
        for each in documents
        for pair in each.pairs
        if reading(pair).accepted and reading(pair).value is not None
    ]
    return Passed(len(accepted), sum(each.right for each in accepted), untouched)


def _examples(documents: Iterable[PairedDocument], chosen: Callable[[Pair], bool], most: int) -> tuple[Example, ...]:
    """The first of each field and supplier, so that one habit of one supplier does not fill the list."""
    found: dict[tuple[str, str], Example] = {}
    for each in documents:
        for pair in each.pairs:
            if chosen(pair):
                example = Example(each.name, pair.field, pair.truth, pair.old.value, pair.new.value)
                found.setdefault((pair.field, each.supplier), example)
    return tuple(found.values())[:most]
