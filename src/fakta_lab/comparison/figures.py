"""One field in one group of documents, counted."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from fakta_lab.comparison.bounds import effective_size, share_bounds
from fakta_lab.comparison.result import Agreement, FieldResult, ReaderFigures, Share
from fakta_lab.comparison.verdict import Terms, Trial, decide
from fakta_lab.evaluation.paired import mcnemar


@dataclass(frozen=True, slots=True)
class Row:
    """One field of one document that both readers answered.

    Attributes:
        document, supplier, field: where.
        truth, first, second: in the form in which values are compared; None = not there.
        first_used, second_used: whether the answer is used without a person's look.
    """

    document: str
    supplier: str
    field: str
    truth: str | None
    first: str | None
    second: str | None
    first_used: bool = True
    second_used: bool = True

    @property
    def at_stake(self) -> bool:
        """Whether there is anything to get wrong: the document states the field, or a reader says that it does."""
        return not (self.truth is None and self.first is None and self.second is None)

    @property
    def who(self) -> str:
        """Who is right."""
        if self.first == self.truth:
            return "both" if self.second == self.truth else "only first"
        if self.second == self.truth:
            return "only second"
        return "same mistake" if self.first == self.second else "different mistakes"


def field_result(field: str, rows: Sequence[Row], *, terms: Terms, by_document: bool) -> FieldResult:
    """The figures and the verdict of one field; `significant` is left open.

    Args:
        field: name.
        rows: of this field, in all documents of the group.
        terms: of the verdict.
        by_document: whether every document is a look of its own; otherwise all those of one supplier are one.
    """
    stake = [row for row in rows if row.at_stake]
    clusters = [row.document if by_document else row.supplier for row in stake]
    trials = [
        Trial(cluster, row.first == row.truth or not row.first_used, row.second == row.truth, row.second_used)
        for row, cluster in zip(stake, clusters, strict=True)
    ]
    verdict = decide(trials, terms)
    who = [row.who for row in stake]
    agreement = Agreement(
        *(who.count(name) for name in ("both", "only first", "only second", "same mistake", "different mistakes"))
    )
    suppliers = len({row.supplier for row in stake})
    more = None if verdict.times is None else math.ceil((verdict.times - 1) * len(stake))
    return FieldResult(
        field=field,
        documents=len(rows),
        at_stake=len(stake),
        suppliers=suppliers,
        effective=effective_size(clusters),
        agreement=agreement,
        first=_figures([(row.truth, row.first, row.first_used) for row in stake], clusters, terms),
        second=_figures([(row.truth, row.second, row.second_used) for row in stake], clusters, terms),
        p=mcnemar(agreement.only_first, agreement.only_second),
        significant=False,
        verdict=verdict,
        more_documents=more,
        more_suppliers=None if verdict.times is None or by_document else math.ceil((verdict.times - 1) * suppliers),
    )


def _figures(
    answers: Sequence[tuple[str | None, str | None, bool]], clusters: Sequence[str], terms: Terms
) -> ReaderFigures:
    def share(among: Sequence[bool], counted: Sequence[bool]) -> Share:
        """How many of `among` are `counted`."""
        own = [cluster for cluster, inside in zip(clusters, among, strict=True) if inside]
        count = sum(one and other for one, other in zip(among, counted, strict=True))
        weight = effective_size(own) / len(own) if own else 0.0
        low, high = share_bounds(weight * count, weight * len(own), level=terms.level)
        return Share(count, len(own), low, high)

    right = [truth == said for truth, said, _ in answers]
    used = [is_used for _, _, is_used in answers]
    every = [True] * len(answers)
    return ReaderFigures(
        right=share(every, right),
        precision=share([said is not None for _, said, _ in answers], right),
        recall=share([truth is not None for truth, _, _ in answers], right),
        used=share(every, used),
        used_right=share(used, right),
    )
