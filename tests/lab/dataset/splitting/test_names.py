"""Names of one party are told from others'."""

from __future__ import annotations

from fakta_lab.dataset.splitting.names import name_groups

NAMES = [
    "NORDLY BAGERI TRADING SDN BHD",
    "NORDLY BAGERl TRADING SDN. BHD.",  # misread
    "NORDLY BAGERI (HAMNEN) SDN BHD",  # a branch
    "SOLBACKA BOKHANDEL SDN BHD",
    "GRANVIK HARDWARE TRADING SDN BHD",
    "EKEBY FISKRÖKERI SDN BHD",
    "KAFFE VID ÅN TRADING",
    "Kaffe  vid ån Trading",
]


def test_other_spellings_and_branches_are_one_party() -> None:
    groups = name_groups(NAMES)
    assert groups[0] == groups[1] == groups[2]
    assert groups[6] == groups[7]


def test_a_common_legal_form_or_trade_makes_no_party() -> None:
    groups = name_groups(NAMES)
    assert len({groups[0], groups[3], groups[4], groups[5], groups[6]}) == 5


def test_order_does_not_matter_and_few_names_are_fine() -> None:
    assert sorted(name_groups(NAMES)) == sorted(name_groups(NAMES[::-1]))
    assert name_groups([]) == []
    assert name_groups(["A"]) == ["a"]
    assert name_groups(["--", "A", "--"]) == ["--", "a", "--"]
