"""`fakta evaluate` on sets in the form in which others publish them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from tests.lab.public_sets import write_cord
from tests.lab.receipts import write_sroie

from fakta_lab.cli import main


def test_a_public_set_is_said_to_be_one_and_scored(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    folder, answers = write_cord(tmp_path / "cord"), tmp_path / "answers.jsonl"
    line = {"document": "image/receipt_00000.png", "fields": {"total_price": "65450.00", "tax_price": "0.00"}}
    answers.write_text(json.dumps(line) + "\n", encoding="utf-8")
    assert main(["evaluate", str(folder), "--predictions", str(answers), "--format", "json"]) == 0
    printed = capsys.readouterr()
    assert "read as CORD: 1 document, fields of the schema cord" in printed.err
    fields = json.loads(printed.out)["fields"]
    assert (fields["total_price"]["f1"], fields["tax_price"]["f1"], fields["menuqty_cnt"]["recall"]) == (1.0, 0.0, 0.0)


def test_a_model_that_has_none_of_the_sets_fields_is_told_so_at_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["evaluate", str(write_sroie(tmp_path / "receipts"))]) == 2
    message = capsys.readouterr().err.splitlines()[-1]
    assert message.startswith(
        "error: receipts: the model reads none of its fields (company, date, address, total); its own schema is "
        "'invoice'. Give a model of these fields with --model"
    )
