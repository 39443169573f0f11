"""One label from many words: answered words fall, unanswered ones dispute, and nothing depends on the order given."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.lab.labels.told import told

from fakta_lab.labels import Doubt, Label, LabelPolicy, labelled_documents
from fakta_lab.store import StoredEvent

FIELD = "invoice_number"


def label(*events: StoredEvent, policy: LabelPolicy | None = None) -> Label:
    [document] = labelled_documents(events, policy=policy)
    return document.labels[FIELD]


def step(shown: str, said: str, *, by: str, minutes: float) -> StoredEvent:
    """Somebody is shown a value and leaves or changes it."""
    if shown == said:
        return told(extracted={FIELD: shown}, confirmed=[FIELD], by=by, minutes=minutes)
    return told(extracted={FIELD: shown}, corrected={FIELD: said}, by=by, minutes=minutes)


def test_a_person_may_think_again() -> None:
    found = label(step("E1", "A1", by="anna", minutes=0), step("E1", "B1", by="anna", minutes=1))
    assert (found.value, found.doubts, found.usable) == ("B1", (), True)


def test_who_saw_the_others_word_may_correct_it() -> None:
    found = label(step("E1", "A1", by="anna", minutes=0), step("A1", "B1", by="erik", minutes=1))
    assert (found.value, found.doubts) == ("B1", ())


def test_who_did_not_see_it_disputes_it() -> None:
    found = label(step("E1", "A1", by="anna", minutes=0), step("E1", "B1", by="erik", minutes=1))
    assert (found.value, found.doubts, found.usable) == ("B1", (Doubt.disputed,), False)


def test_a_dispute_is_settled_by_someone_who_sees_it() -> None:
    dispute = [step("E1", "A1", by="anna", minutes=0), step("E1", "B1", by="erik", minutes=1)]
    assert label(*dispute, step("E1", "B1", by="anna", minutes=2)).usable
    found = label(*dispute, step("B1", "A1", by="maria", minutes=2))
    # Maria saw Erik's word, and agrees with Anna's.
    assert (found.value, found.usable) == ("A1", True)


def test_people_who_are_not_named_count_as_one() -> None:
    assert label(step("E1", "A1", by="", minutes=0), step("E1", "B1", by="", minutes=1)).value == "B1"


def test_most_of_three_outweigh_one() -> None:
    words = [step("E1", said, by=by, minutes=i) for i, (by, said) in enumerate([("a", "A1"), ("b", "A1"), ("c", "C1")])]
    found = label(*words)
    assert (found.value, found.doubts, found.usable) == ("A1", (Doubt.outvoted,), True)
    assert label(*words, step("E1", "D1", by="a", minutes=9)).doubts == (Doubt.disputed,)


@pytest.mark.parametrize("back", [step("B1", "A1", by="erik", minutes=1), step("E1", "A1", by="anna", minutes=1)])
def test_what_was_taken_back_does_not_survive(back: StoredEvent) -> None:
    found = label(step("A1", "B1", by="anna", minutes=0), back)
    assert (found.value, found.doubts, found.usable) == ("A1", (Doubt.undone,), True)


def test_a_confirmation_of_nobody_knows_what_is_no_label() -> None:
    found = label(told(confirmed=[FIELD]))
    assert (found.doubts, found.usable) == ((Doubt.unshown,), False)
    # An extractor that leaves out what it did not find has still shown its answers.
    found = label(told(extracted={"iban": None}, confirmed=[FIELD]))
    assert (found.value, found.usable) == (None, True)


def test_the_policy_decides_what_is_learned() -> None:
    words = (step("E1", "A1", by="anna", minutes=0), step("E1", "B1", by="erik", minutes=1))
    assert label(*words, policy=LabelPolicy(unusable=frozenset())).usable
    undone = (step("A1", "B1", by="anna", minutes=0), step("B1", "A1", by="erik", minutes=1))
    assert not label(*undone, policy=LabelPolicy(unusable=frozenset({Doubt.undone}))).usable


VALUES = st.sampled_from(["A1", "B1", "C1"])
PEOPLE = st.sampled_from(["anna", "erik", "maria", ""])
STEPS = st.lists(st.tuples(VALUES, VALUES, PEOPLE), min_size=1, max_size=8)


def history(steps: Sequence[tuple[str, str, str]]) -> list[StoredEvent]:
    return [step(shown, said, by=by, minutes=i) for i, (shown, said, by) in enumerate(steps)]


@given(STEPS, st.randoms())
def test_labels_do_not_depend_on_the_order_of_events(steps: list[tuple[str, str, str]], random: st.DataObject) -> None:
    events = history(steps)
    shuffled = list(events)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert labelled_documents(shuffled) == labelled_documents(events)


@given(STEPS)
def test_a_usable_label_is_what_someone_said_last(steps: list[tuple[str, str, str]]) -> None:
    found = label(*history(steps))
    last_words = {by: said for _, said, by in steps}
    assert found.value in last_words.values()
    if found.usable and Doubt.outvoted not in found.doubts:
        assert found.value == steps[-1][1]


@given(st.lists(st.tuples(VALUES, PEOPLE), min_size=1, max_size=8))
def test_a_chain_in_which_everyone_sees_the_last_word_is_never_disputed(chain: list[tuple[str, str]]) -> None:
    shown = ["E1", *(said for said, _ in chain)]
    found = label(*history([(before, said, by) for before, (said, by) in zip(shown[:-1], chain, strict=True)]))
    assert found.usable
    assert found.value == chain[-1][0]
    left = [value for i, value in enumerate(shown) if i == 0 or shown[i - 1] != value]
    assert (Doubt.undone in found.doubts) == (left[-1] in left[:-1])


@given(STEPS, st.sets(st.sampled_from(["due_date", "iban", "amount_due", "supplier_name"])))
def test_a_field_that_nobody_looked_at_is_no_label(steps: list[tuple[str, str, str]], shown: set[str]) -> None:
    values = {"due_date": "2026-05-01", "iban": None, "amount_due": "1.00", "supplier_name": "Ek AB"}
    seen = told(extracted={name: values[name] for name in shown}, corrected={FIELD: "A1"})
    [document] = labelled_documents([*history(steps), seen])
    assert set(document.labels) == {FIELD}
    assert set(document.values) <= {FIELD}
