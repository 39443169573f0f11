"""Development scores: what production would read from the same documents with the same weights."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs the lab extra")
pytest.importorskip("datasets", reason="needs the lab extra")

from tests.lab.training.tiny_run import documents_dataset, tiny_config

from fakta.extract import shipped_bundle
from fakta.schema import invoice_schema
from fakta_lab.evaluation import evaluate
from fakta_lab.synth.write import write_set
from fakta_lab.training.layoutlmv3.labelling import PageLabelling
from fakta_lab.training.values import field_scores

pytestmark = pytest.mark.torch

SCHEMA = invoice_schema()


def test_what_nobody_knows_is_not_scored() -> None:
    assert field_scores([({}, {"iban": "SE1"})], SCHEMA) == {}
    assert field_scores([({"colour": "red"}, {})], SCHEMA) == {}


def test_values_count_as_evaluation_counts_them() -> None:
    truth = {"supplier_name": "Norra  Exempel AB", "iban": None, "amount_due": "10.00"}
    read = {"supplier_name": "Norra Exempel AB", "iban": None, "amount_due": None}
    assert field_scores([(truth, read)], SCHEMA) == {
        "field_f1": pytest.approx(2 / 3), "f1/supplier_name": 1.0, "f1/amount_due": 0.0, "f1/iban": 1.0,
    }  # fmt: skip


@pytest.fixture(scope="module")
def benchmark(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_set(tmp_path_factory.mktemp("benchmark") / "set", count=12, seed=2027)


def test_shipped_model_scores_as_its_bundle_does_on_the_same_documents(benchmark: Path, tmp_path: Path) -> None:
    from fakta import Extractor

    data = documents_dataset(benchmark, tmp_path / "data")
    config = tiny_config(tmp_path / "run", start="shipped", dataset=data, replay=0)
    scores = PageLabelling(config, SCHEMA, progress=False).scores()
    produced = evaluate(benchmark, extractor=Extractor.load(shipped_bundle()))
    assert scores["field_f1"] == pytest.approx(produced.micro.f1)
    by_field: Mapping[str, float] = {f"f1/{name}": counts.f1 for name, counts in produced.fields.items()}
    assert {name: score for name, score in scores.items() if name.startswith("f1/")} == pytest.approx(by_field)
    assert scores["span_f1"] == 0  # the words of this dataset have no labels


def test_a_document_without_known_values_is_left_out(benchmark: Path, tmp_path: Path) -> None:
    data = documents_dataset(benchmark, tmp_path / "data", values=lambda fields: json.dumps({}))
    config = tiny_config(tmp_path / "run", start="shipped", dataset=data, replay=0)
    assert "field_f1" not in PageLabelling(config, SCHEMA, progress=False).scores()


def test_generated_development_invoices_have_values_too(tmp_path: Path) -> None:
    config = tiny_config(tmp_path / "run", start="shipped", eval_invoices=3)
    scores = PageLabelling(config, SCHEMA, progress=False).scores()
    assert scores["field_f1"] > 0.8
    assert scores["span_f1"] > 0.8
