"""The benchmark set that ships: what it holds, that it can be made again, and that the shipped bundle reads it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from fakta import Extractor
from fakta.schema import invoice_schema
from fakta_lab.config import load_config
from fakta_lab.evaluation import Baseline, evaluate
from fakta_lab.formats.benchmark import Benchmark
from fakta_lab.synth.config import SynthConfig
from fakta_lab.synth.families import family_invoices, family_names
from fakta_lab.synth.families.write import truth_record

SET = Path(__file__).parents[2] / "benchmarks" / "invoices"
MAX_MB = 3
# One document of each design that is made anew, and fewer that are read.
MADE, READ = 10, 5


@pytest.fixture(scope="module")
def shipped() -> Benchmark:
    return Benchmark.load(SET)


def test_every_document_is_there_and_no_other(shipped: Benchmark) -> None:
    assert {document.path for document in shipped.documents} == set((SET / "documents").iterdir())
    assert sum(path.stat().st_size for path in SET.rglob("*") if path.is_file()) < MAX_MB * 1e6


def test_every_field_has_a_floor(shipped: Benchmark) -> None:
    fields = {name for document in shipped.documents for name in document.fields}
    assert {f"fields.{name}.f1" for name in fields} <= shipped.gates.keys()
    assert fields <= invoice_schema().fields.keys()


def test_the_truth_is_what_its_configuration_gives(shipped: Benchmark) -> None:
    settings = load_config(SET / "synth.yaml", SynthConfig)
    assert (settings.renderer, settings.families, settings.count) == ("typst", "second", len(shipped.documents))
    with (SET / "truth.jsonl").open(encoding="utf-8") as file:
        lines = [json.loads(line) for line in file]
    made = family_invoices(count=MADE, seed=settings.seed, families=family_names("second"))
    for line, invoice in zip(lines, made, strict=False):
        assert line == truth_record(invoice, line["document"])


def test_the_shipped_bundle_reads_a_handful_as_the_baseline_says(shipped: Benchmark) -> None:
    handful = {document.document for document in shipped.documents[:READ]}
    result = evaluate(shipped.only(lambda document: document.document in handful), extractor=Extractor.load())
    assert result.failures == {}
    assert result.micro.f1 > 0.9
    assert result.fields["amount_due"].f1 == 1.0
    assert shipped.baseline is not None
    stored = Baseline.load(shipped.baseline).documents
    assert stored.keys() == {document.document for document in shipped.documents}
    # Made from this truth; what was read may have got better since.
    assert {name: stored[name].truth for name in handful} == {
        name: each.truth for name, each in Baseline.of(result).documents.items()
    }
