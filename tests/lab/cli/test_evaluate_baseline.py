"""`fakta evaluate --baseline`: a field that got worse ends the build, with its name and its documents."""

from __future__ import annotations

import json
import random
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from fakta_lab.cli import main

N = 40
# None of these is anybody's.
TRUTH: list[dict[str, Any]] = [
    {
        "document": f"documents/{i:02}.pdf",
        "fields": {
            "invoice_number": f"F-{1000 + i}",
            "supplier_name": f"Firma {i % 7} AB",
            "purchase_order": f"PO{i * 37}" if i % 4 else None,
            "amount_due": f"{100 + i}.00",
        },
    }
    for i in range(N)
]


def answers(wrong: Mapping[str, Sequence[int]]) -> list[dict[str, Any]]:
    """The truth, with the fields of some documents misread."""
    return [
        {
            "document": line["document"],
            "model": "fakta/then",
            "fields": {name: "9" if i in wrong.get(name, ()) else value for name, value in line["fields"].items()},
        }
        for i, line in enumerate(TRUTH)
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A set, the answers of one system, its baseline and a gate file that names it."""
    write(tmp_path / "truth.jsonl", TRUTH)
    write(tmp_path / "then.jsonl", answers({"invoice_number": [3, 8, 20], "amount_due": [8, 11]}))
    (tmp_path / "gates.yaml").write_text("baseline: baseline.json\nmicro.f1: 0.5\n", encoding="utf-8")
    assert run(tmp_path, "then.jsonl", "--save-baseline", str(tmp_path / "baseline.json")) == 0
    return tmp_path


def write(path: Path, lines: Sequence[Mapping[str, Any]]) -> None:
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")


def run(folder: Path, predictions: str, *options: str) -> int:
    return main(["evaluate", str(folder), "--predictions", str(folder / predictions), *options])


def test_one_field_shuffled_among_documents_is_caught_and_named(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shuffled = answers({"invoice_number": [3, 8, 20], "amount_due": [8, 11]})
    order = random.Random(1).sample(range(N), N)
    values = [shuffled[i]["fields"]["purchase_order"] for i in order]
    for line, value in zip(shuffled, values, strict=True):
        line["fields"]["purchase_order"] = value
    write(folder / "now.jsonl", shuffled)
    capsys.readouterr()
    options = ("--gate", str(folder / "gates.yaml"), "--format", "json", "--report", str(folder / "report"))
    assert run(folder, "now.jsonl", *options) == 1
    printed = capsys.readouterr()
    found = {each["figure"]: each for each in json.loads(printed.out)["baseline"]["figures"]}
    moved = [
        line["document"] for line, value in zip(TRUTH, values, strict=True) if value != line["fields"]["purchase_order"]
    ]
    assert found["fields.purchase_order.f1"]["worse"]
    assert found["fields.purchase_order.f1"]["documents"] == moved
    assert [name for name, each in found.items() if each["worse"] and name.startswith("fields.")] == [
        "fields.purchase_order.f1"
    ]
    assert "significantly worse than the baseline (fakta/then of " in printed.err
    assert f"fields.purchase_order.f1 1.0000 -> {found['fields.purchase_order.f1']['now']:.4f}" in printed.err
    assert moved[0] in printed.err
    junit = ElementTree.parse(folder / "report" / "junit.xml").getroot()
    failed = [case.attrib["name"] for case in junit.iter("testcase") if case.find("failure") is not None]
    assert [name for name in failed if "fields.purchase_order.f1" in name]


def test_as_many_errors_in_other_documents_pass(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder / "now.jsonl", answers({"invoice_number": [1, 2, 30], "amount_due": [5, 17], "supplier_name": [9]}))
    assert run(folder, "now.jsonl", "--baseline", str(folder / "baseline.json")) == 0
    assert "worse than the baseline: nothing" in capsys.readouterr().out


def test_documents_that_are_new_are_said_not_to_be_compared(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(folder / "truth.jsonl", [*TRUTH, {"document": "documents/new.pdf", "fields": {"amount_due": "1.00"}}])
    assert run(folder, "then.jsonl", "--gate", str(folder / "gates.yaml")) == 0
    assert "not compared, not in the baseline: 1 (documents/new.pdf)" in capsys.readouterr().err


def test_a_baseline_that_is_not_there_or_of_another_set_ends_with_2(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(folder, "then.jsonl", "--baseline", str(folder / "none.json")) == 2
    assert "none.json: no such file; `fakta evaluate SET --save-baseline" in capsys.readouterr().err
    text = (folder / "baseline.json").read_text(encoding="utf-8").replace("documents/", "elsewhere/")
    (folder / "other.json").write_text(text, encoding="utf-8")
    assert run(folder, "then.jsonl", "--baseline", str(folder / "other.json")) == 2
    assert "has none of the documents of" in capsys.readouterr().err


def test_a_floor_names_the_documents_that_are_wrong_there(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "gates.yaml").write_text("fields.invoice_number.f1: 0.99\nlatency.p95_ms.max: 5\n", encoding="utf-8")
    assert run(folder, "then.jsonl", "--gate", str(folder / "gates.yaml")) == 2
    assert "no such figure; the answers do not say how long reading took" in capsys.readouterr().err
    (folder / "gates.yaml").write_text("fields.invoice_number.f1: 0.99\nmicro.f1.max: 0.5\n", encoding="utf-8")
    assert run(folder, "then.jsonl", "--gate", str(folder / "gates.yaml")) == 1
    err = capsys.readouterr().err
    assert (
        "2 of 2 gates not met: fields.invoice_number.f1 0.9250 < 0.99 "
        "(wrong in documents/03.pdf, documents/08.pdf, documents/20.pdf), micro.f1 0.9667 > 0.5"
    ) in err


def test_what_fails_does_not_become_the_baseline(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = (folder / "baseline.json").read_bytes()
    write(folder / "now.jsonl", answers({"amount_due": range(20)}))
    options = ("--gate", str(folder / "gates.yaml"), "--save-baseline", str(folder / "baseline.json"))
    assert run(folder, "now.jsonl", *options) == 1
    assert (folder / "baseline.json").read_bytes() == before
    assert run(folder, "then.jsonl", "--save-baseline", str(folder / "none" / "baseline.json")) == 2
    assert "the folder" in capsys.readouterr().err
