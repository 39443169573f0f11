"""Exports with personal identity numbers masked: none is left, and what is masked passes the same checks."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from fakta_lab.cli import main
from fakta_lab.corrections.masking import event_mask
from fakta_lab.formats.correction import read_corrections
from fakta_lab.store import Store

# Invented; the check digit is right.
NUMBER = "8112289874"
EVENT = {
    "document": "faktura 811228-9874.pdf",
    "extracted": {"supplier_org_number": int(NUMBER), "invoice_number": "17", "amount_due": 12.5, "iban": None},
    "corrected": {
        "supplier_vat_number": f"SE{NUMBER}01",
        "payment_reference": NUMBER,
        "line_items": [{"description": "Resa 811228-9874", "quantity": 2}],
    },
    "confirmed": ["invoice_number"],
}


def test_a_number_is_masked_wherever_the_event_has_it() -> None:
    text = json.dumps(event_mask()(EVENT))
    assert "9874" not in text
    assert json.loads(text)["extracted"] | {"supplier_org_number": None} == EVENT["extracted"] | {
        "supplier_org_number": None
    }


def test_an_event_without_such_numbers_stays_as_it_is() -> None:
    event = {"document": "a.pdf", "corrected": {"supplier_org_number": "5599941209", "iban": None}, "confirmed": []}
    assert event_mask()(event) == event


@pytest.mark.parametrize("to", ["jsonl", "csv", "labelstudio"])
def test_masked_exports_hold_no_number(tmp_path: Path, to: str) -> None:
    with Store.open(tmp_path / "store", create=True) as store:
        store.add_events([(EVENT, "line 1")], source="a")
    outs = [tmp_path / name for name in ("one", "two")]
    for out in outs:
        code = main(
            ["corrections", "export", "--to", to, "--mask", "--out", str(out), "--store", str(tmp_path / "store")]
        )
        assert code == 0
    text = outs[0].read_text(encoding="utf-8")
    # The whole number: four digits alone may stand in a digest.
    assert not re.search(r"811228-?9874", text)
    # The same store gives a person the same number each time.
    assert text == outs[1].read_text(encoding="utf-8")
    if to == "jsonl":
        [correction] = read_corrections(outs[0])
        vat = correction.labels["supplier_vat_number"]
        assert vat is not None
        assert vat[2:12] == correction.labels["payment_reference"]


def test_documents_cannot_be_masked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Store.open(tmp_path / "store", create=True).close()
    out = str(tmp_path / "out")
    assert (
        main(["corrections", "export", "--to", "folder", "--mask", "--out", out, "--store", str(tmp_path / "store")])
        == 2
    )
    assert "holds the documents themselves, which cannot be masked" in capsys.readouterr().err
