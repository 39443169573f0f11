"""Datasets and pictures without personal identity numbers."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from tests.lab.pdf import pdf_with

from fakta_lab.cli import main
from fakta_lab.dataset import DatasetConfig, build_dataset
from fakta_lab.store import Store

# Invented; the check digits are right.
NUMBER, VAT = "8112289874", "SE811228987401"
LINES = ["Faktura 1042", "Maja Exempelsson Snickeri", "Org.nr 811228-9874", f"Momsreg.nr {VAT}", "Att betala 1 250,00"]
VALUES = {
    "invoice_number": "1042",
    "supplier_org_number": NUMBER,
    "supplier_vat_number": VAT,
    "amount_due": "1250.00",
}

pytestmark = pytest.mark.torch


@pytest.fixture
def store(tmp_path: Path) -> Path:
    folder = tmp_path / "store"
    name = "faktura 811228-9874.pdf"
    with Store.open(folder, create=True) as store:
        store.add_document(pdf_with(LINES), name=name)
        store.add_events([({"document": name, "corrected": VALUES}, "line 1")], source="test")
    return folder


def test_a_masked_dataset_holds_no_number_and_the_same_labels(store: Path, tmp_path: Path) -> None:
    import datasets

    rows = {}
    for name in ("plain", "masked"):
        build_dataset(DatasetConfig(store=store, out=tmp_path / name, mask=name == "masked", dev_share=0, test_share=0))
        [rows[name]] = list(datasets.load_from_disk(str(tmp_path / name))["train"])
    plain, masked = rows["plain"], rows["masked"]
    assert masked["labels"] == plain["labels"]
    assert masked["boxes"] == plain["boxes"]
    # The words and values agree with each other as before, and other words are untouched.
    values = json.loads(masked["values"])
    assert values["supplier_vat_number"][2:12] == values["supplier_org_number"] != NUMBER
    printed = {word.replace("-", "") for word in masked["words"]}
    assert {values["supplier_org_number"], values["supplier_vat_number"]} <= printed
    assert [a for a, b in zip(plain["words"], masked["words"], strict=True) if a != b] == ["811228-9874", VAT]
    changed = np.asarray(plain["image"]) != np.asarray(masked["image"])
    assert 0 < changed.mean() < 0.05
    content = b"".join(path.read_bytes() for path in (tmp_path / "masked").rglob("*") if path.is_file())
    assert b"9874" not in content
    assert b"1042" in content


def test_the_picture_of_an_alignment_may_be_masked(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    from PIL import Image

    out = tmp_path / "shown.png"
    sheets = []
    for options in ([], ["--mask"]):
        command = ["dataset", "explain", "faktura 811228-9874.pdf", "--store", str(store), "--out", str(out)]
        assert main([*command, *options]) == 0
        sheets.append(np.asarray(Image.open(tmp_path / "shown-1.png").convert("L")).astype(int))
    capsys.readouterr()
    # Bars are black where there was ink on paper.
    assert (sheets[1] == 0).sum() > 1.5 * (sheets[0] == 0).sum()
