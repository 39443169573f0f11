"""What is worse than a baseline is found, named and blamed on its documents; what is only different is not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from fakta.errors import GateFailed
from fakta_lab.evaluation import (
    Baseline,
    Comparison,
    Counts,
    DocumentScore,
    Evaluation,
    check_gates,
    compare_with_baseline,
)
from fakta_lab.evaluation.rows import TableCounts

RIGHT, WRONG, MISSED = Counts(tp=1), Counts(fp=1, fn=1), Counts(fn=1)
# Of each field, how often it is wrong.
RATES = (0.0, 0.01, 0.02, 0.04, 0.08, 0.15)


def evaluation(fields: dict[str, Sequence[Counts]], *, rows: Sequence[Counts] = ()) -> Evaluation:
    """One document a count; all have as many."""
    n = len(next(iter(fields.values())))
    scores = tuple(
        DocumentScore(
            f"{i:02}.pdf",
            fields={name: counts[i] for name, counts in fields.items()},
            tables={"line_items": TableCounts(rows=rows[i])} if rows else {},
            accepted=len(fields),
            accepted_right=sum(counts[i].tp for counts in fields.values()),
            truth="same",
        )
        for i in range(n)
    )
    return Evaluation("set", n, fields={}, layouts={}, scores=scores)


def compared(before: Evaluation, now: Evaluation) -> Comparison:
    return compare_with_baseline(now, Baseline.of(before))


def worse(comparison: Comparison) -> dict[str, tuple[str, ...]]:
    return {each.figure: each.documents for each in comparison.figures if not each.passed}


def test_the_same_evaluation_is_not_worse_than_itself() -> None:
    same = evaluation({"bankgiro": [RIGHT] * 9 + [WRONG], "iban": [RIGHT] * 10})
    found = compared(same, same)
    assert [each.figure for each in found.figures] == [
        "micro.f1",
        "fields.bankgiro.f1",
        "fields.iban.f1",
        "exact_match.share",
        "accepted.precision",
    ]
    assert {(each.low, each.high, each.p, each.adjusted, each.documents) for each in found.figures} == {
        (0.0, 0.0, 1.0, 1.0, ())
    }


def test_a_field_that_got_worse_is_named_with_its_documents() -> None:
    before = evaluation({"bankgiro": [RIGHT] * 39 + [WRONG], "iban": [RIGHT] * 40})
    now = evaluation({"bankgiro": [WRONG] * 12 + [RIGHT] * 28, "iban": [RIGHT] * 40})
    found = compared(before, now)
    lost = tuple(f"{i:02}.pdf" for i in range(12))
    assert worse(found) == dict.fromkeys(
        ("micro.f1", "fields.bankgiro.f1", "exact_match.share", "accepted.precision"), lost
    )
    [bankgiro] = [each for each in found.figures if each.figure == "fields.bankgiro.f1"]
    # 12 for the worse and one for the better: of 2^13 ways to swap, 1 + 13 have at most one for the better.
    assert bankgiro.p == pytest.approx(14 / 2**13, abs=0.001)
    assert bankgiro.high < 0
    assert found.figures[0].to_dict()["worse"] is True


def test_the_failure_says_figure_then_now_and_where() -> None:
    stored = Baseline.of(evaluation({"bankgiro": [RIGHT] * 12}), date=datetime(2026, 4, 5, tzinfo=UTC))
    now = evaluation({"bankgiro": [MISSED] * 12})
    now = replace(now, baseline=compare_with_baseline(now, replace(stored, model="fakta/base")))
    with pytest.raises(GateFailed) as caught:
        check_gates(now, {})
    first, second, *_ = str(caught.value).split("and 7 more; ")
    named = "00.pdf, 01.pdf, 02.pdf, 03.pdf, 04.pdf "
    assert first == (
        "set: 4 of 4 figures significantly worse than the baseline (fakta/base of 2026-04-05): "
        f"micro.f1 1.0000 -> 0.0000 (p = 0.00098), worse in {named}"
    )
    assert second == f"fields.bankgiro.f1 1.0000 -> 0.0000 (p = 0.00098), worse in {named}"


def test_rows_that_got_worse_are_seen() -> None:
    fields = {"bankgiro": [RIGHT] * 20}
    before = evaluation(fields, rows=[Counts(tp=5)] * 20)
    now = evaluation(fields, rows=[Counts(tp=3, fp=2, fn=2)] * 10 + [Counts(tp=5)] * 10)
    assert worse(compared(before, now)).keys() == {"line_items.rows.f1", "exact_match.share"}
    assert not worse(compared(now, before))


def test_accepted_values_that_became_wrong_are_seen_where_both_say_what_they_accept() -> None:
    def accepting(right: int) -> Evaluation:
        scores = tuple(
            DocumentScore(f"{i}.pdf", fields={"iban": WRONG}, accepted=3, accepted_right=right, truth="same")
            for i in range(20)
        )
        return Evaluation("set", 20, fields={}, layouts={}, scores=scores)

    assert worse(compared(accepting(3), accepting(2))).keys() == {"accepted.precision"}
    silent = Evaluation(
        "set", 20, fields={}, layouts={}, scores=tuple(DocumentScore(f"{i}.pdf", truth="same") for i in range(20))
    )
    assert [each.figure for each in compared(silent, accepting(2)).figures] == ["micro.f1", "exact_match.share"]


def test_one_document_more_or_less_is_chance() -> None:
    before = evaluation({"bankgiro": [RIGHT] * 30})
    assert not worse(compared(before, evaluation({"bankgiro": [WRONG] * 3 + [RIGHT] * 27})))


@pytest.mark.parametrize(("lost", "seen"), [(6, False), (7, True)])
def test_seven_lost_documents_are_seen_where_nothing_else_differs(lost: int, seen: bool) -> None:
    # Four figures lose them, and 4 · (1/2)^7 = 0.031.
    others = {f"field {i}": [RIGHT] * 40 for i in range(20)}
    before = evaluation({**others, "bankgiro": [RIGHT] * 40})
    found = worse(compared(before, evaluation({**others, "bankgiro": [WRONG] * lost + [RIGHT] * (40 - lost)})))
    assert ("fields.bankgiro.f1" in found) is seen


def drawn(rng: np.random.Generator, *, documents: int) -> Evaluation:
    """A system whose fields are wrong as often as `RATES` says, each time in other documents."""
    wrong = rng.random((len(RATES), documents)) < np.array(RATES)[:, None]
    missed = rng.random((len(RATES), documents)) < 0.4
    return evaluation(
        {
            f"field {i}": [
                MISSED if w and m else WRONG if w else RIGHT for w, m in zip(wrong[i], missed[i], strict=True)
            ]
            for i in range(len(RATES))
        }
    )


def test_an_equal_system_passes_in_95_of_100() -> None:
    failed = 0
    for seed in range(100):
        rng = np.random.default_rng(seed)
        failed += bool(worse(compared(drawn(rng, documents=40), drawn(rng, documents=40))))
    assert failed <= 5
