"""The split by supplier: no supplier on both sides, whatever each document states of it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from fakta_lab.dataset.splitting.suppliers import SUPPLIER_FIELDS, share_of, supplier_groups

# Few different values, so that documents share some of them by chance, in chains too.
STATED = st.fixed_dictionaries({}, optional=dict.fromkeys(SUPPLIER_FIELDS, st.sampled_from(["1", "2", "3", "4", None])))
DOCUMENTS = st.lists(st.tuples(st.sampled_from(["", "", "a", "b"]), STATED), max_size=12).map(
    lambda documents: [(f"{i}.pdf", supplier, values) for i, (supplier, values) in enumerate(documents)]
)


@given(DOCUMENTS)
def test_documents_that_share_anything_are_one_supplier(
    documents: list[tuple[str, str, dict[str, str | None]]],
) -> None:
    groups = supplier_groups(documents)
    for (_, key, values), group in zip(documents, groups, strict=True):
        for (_, other_key, other), other_group in zip(documents, groups, strict=True):
            shared = any(values.get(name) and values.get(name) == other.get(name) for name in SUPPLIER_FIELDS)
            if (key and key == other_key) or shared:
                assert group == other_group


@given(DOCUMENTS, st.randoms())
def test_the_order_of_documents_does_not_matter(
    documents: list[tuple[str, str, dict[str, str | None]]], rng: object
) -> None:
    shuffled = list(documents)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    by_name = dict(zip((d[0] for d in documents), supplier_groups(documents), strict=True))
    assert by_name == dict(zip((d[0] for d in shuffled), supplier_groups(shuffled), strict=True))


def test_documents_that_share_nothing_are_apart_and_unknown_ones_alone() -> None:
    documents = [("1", "a", {}), ("2", "b", {}), ("3", "", {}), ("4", "", {}), ("5", "", {"supplier_name": "A  Ab"})]
    groups = supplier_groups([*documents, ("6", "", {"supplier_name": "a ab"})])
    assert groups == ["a", "b", "3", "4", "a ab", "a ab"]


def test_shares_are_even_and_depend_on_supplier_and_seed_only() -> None:
    shares = [share_of(f"supplier {i}", seed=1) for i in range(2000)]
    assert 0.17 < sum(share < 0.2 for share in shares) / len(shares) < 0.23
    assert share_of("supplier 3", seed=1) == shares[3]
    assert share_of("supplier 3", seed=2) != shares[3]
