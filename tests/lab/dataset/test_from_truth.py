"""Documents with their truth to a dataset and a set to measure on."""

from __future__ import annotations

import json
from pathlib import Path

import datasets
import pytest
from tests.lab.receipts import COMPANIES, write_sroie

from fakta.errors import ConfigError
from fakta.schema import Schema
from fakta_lab.cli import main
from fakta_lab.config import load_config
from fakta_lab.dataset.from_truth import build_from_truth
from fakta_lab.dataset.truth_config import TruthConfig
from fakta_lab.formats.benchmark import Benchmark
from fakta_lab.formats.given import given_document

SPLITS = ("train", "dev", "test")


@pytest.fixture
def config(tmp_path: Path, root: Path) -> TruthConfig:
    return TruthConfig(
        truth=write_sroie(tmp_path / "set"),
        out=tmp_path / "out",
        schema_file=root / "configs" / "sroie" / "schema.yaml",
        party_field="company",
        dev_share=0.2,
        test_share=0.3,
    )


def test_no_company_is_on_two_sides(config: TruthConfig) -> None:
    report = build_from_truth(config)
    loaded = datasets.load_from_disk(str(config.out / "dataset"))
    assert sum(report.documents.values()) == sum(len(loaded[split]) for split in SPLITS) == 2 * len(COMPANIES)
    sides: dict[str, set[str]] = {}
    for split in SPLITS:
        for row in loaded[split]:
            company = json.loads(row["values"])["company"]
            # The second name of the list is the first one, misread.
            sides.setdefault(COMPANIES[0] if company == COMPANIES[1] else company, set()).add(split)
    assert len(sides) == len(COMPANIES) - 1
    assert {company: len(found) for company, found in sides.items()} == dict.fromkeys(sides, 1)


def test_rows_are_what_training_reads(config: TruthConfig) -> None:
    from fakta_lab.training.dataset import load_rows
    from fakta_lab.training.layoutlmv3.rows import COLUMNS

    build_from_truth(config)
    row = load_rows(config.out / "dataset", dev_share=0, columns=COLUMNS).train[0]
    labels = dict(zip(row["words"], row["labels"], strict=True))
    assert labels["12345"] == "I-address"
    assert labels["TOTAL"] == labels["Date:"] == "O"
    assert {label for word, label in labels.items() if word.endswith("/2018")} == {"B-date"}


def test_the_held_out_set_is_a_benchmark_of_its_own(config: TruthConfig) -> None:
    report = build_from_truth(config)
    held_out = Benchmark.load(config.out / "held-out")
    assert len(held_out.documents) == report.documents["test"] > 0
    assert held_out.schema == Schema.load(config.schema_file) if config.schema_file else None
    assert all(each.path.is_file() and given_document(each) for each in held_out.documents)


def test_copies_are_left_out(config: TruthConfig) -> None:
    truth = config.truth
    for folder, suffix in (("img", ".png"), ("box", ".txt"), ("key", ".txt")):
        (truth / folder / f"100{suffix}").write_bytes((truth / folder / f"000{suffix}").read_bytes())
    report = build_from_truth(config)
    assert (report.copies, sum(report.documents.values())) == (1, 2 * len(COMPANIES))


def test_equal_truth_gives_equal_bytes_and_a_build_replaces_the_last(config: TruthConfig) -> None:
    def built() -> bytes:
        build_from_truth(config)
        return (config.out / "dataset" / "dataset.json").read_bytes()

    assert built() == built()


def test_a_party_field_that_the_schema_lacks_is_named(config: TruthConfig) -> None:
    with pytest.raises(ConfigError, match="party_field = supplier: not in the schema; its fields are company, date"):
        build_from_truth(config.model_copy(update={"party_field": "supplier"}))


def test_the_command_reports_what_it_did(config: TruthConfig, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
    recipe = root / "configs" / "sroie" / "dataset.yaml"
    changes = [f"--set=truth={config.truth}", f"--set=out={config.out}", f"--set=schema_file={config.schema_file}"]
    assert main(["dataset", "label", str(recipe), *changes, "--format", "json"]) == 0
    printed = json.loads(capsys.readouterr().out)
    assert printed["alignments"]["total"] == {"value found": 2 * len(COMPANIES)}
    assert load_config(recipe, TruthConfig).party_field == "company"
