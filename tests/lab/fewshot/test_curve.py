"""Whole curves: what is learned from, what is read, and that a stopped one goes on."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from fakta.errors import ConfigError, DatasetError
from fakta.extract import Extractor, shipped_bundle
from fakta_lab.fewshot import CurveConfig, make_learner, measure_curve
from fakta_lab.fewshot.learners import Unchanged
from fakta_lab.formats.benchmark import Benchmark, BenchmarkDocument
from fakta_lab.synth.write import write_set


@pytest.fixture(scope="module")
def benchmark(tmp_path_factory: pytest.TempPathFactory) -> Benchmark:
    """Two suppliers with three invoices each."""
    folder = tmp_path_factory.mktemp("curve") / "set"
    return Benchmark.load(write_set(folder, count=6, seed=3, profile="demo", suppliers=2, error_share=0.0))


class Watched:
    """The lexicon alone in the place of what was learned: reads otherwise, and remembers what it was given."""

    name = "watched"

    def __init__(self) -> None:
        self.settings: Mapping[str, Any] = {"of": "the lexicon"}
        self.learned: list[list[str]] = []

    def learn(self, corrected: Sequence[BenchmarkDocument]) -> Extractor:
        self.learned.append([document.document for document in corrected])
        return Extractor(None)


def shipped() -> Unchanged:
    return Unchanged(shipped_bundle())


def names(benchmark: Benchmark, supplier: int) -> list[str]:
    return [document.document for document in benchmark.documents][supplier::2]


def test_sets_are_nested_and_each_supplier_is_learned_alone(benchmark: Benchmark, tmp_path: Path) -> None:
    learner = Watched()
    curve = measure_curve(benchmark, shipped(), [shipped(), learner], CurveConfig(counts=(1, 2)), out=tmp_path)
    first, second = (names(benchmark, number) for number in (0, 1))
    assert learner.learned == [first[:1], first[:2], second[:1], second[:2]]
    none, watched = curve.pooled("none"), curve.pooled("watched")
    assert [row.documents for row in (*none, *watched)] == [2] * 6
    assert none[0].f1 == none[1].f1 == none[2].f1 == watched[0].f1
    # Other readings of the same documents: that of the lexicon, whatever it was given.
    assert watched[1].f1 == watched[2].f1 != none[0].f1
    assert none[0].others_loss is None


def test_together_all_suppliers_are_learned_at_once(benchmark: Benchmark, tmp_path: Path) -> None:
    learner = Watched()
    config = CurveConfig(counts=(2,), together=True)
    curve = measure_curve(benchmark, shipped(), [learner], config, out=tmp_path)
    assert learner.learned == [names(benchmark, 0)[:2] + names(benchmark, 1)[:2]]
    assert [row.supplier for row in curve.rows() if row.corrections and row.supplier] == list(curve.suppliers)


def test_what_was_measured_is_not_measured_again(benchmark: Benchmark, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []

    def stop(done: int, total: int) -> None:
        seen.append((done, total))
        if done == 3:
            raise KeyboardInterrupt

    first, second = Watched(), Watched()
    config = CurveConfig(counts=(1,))
    with pytest.raises(KeyboardInterrupt):
        measure_curve(benchmark, shipped(), [first], config, out=tmp_path, progress=stop)
    assert seen == [(0, 4), (1, 4), (2, 4), (3, 4)]
    curve = measure_curve(benchmark, shipped(), [second], config, out=tmp_path)
    assert (len(first.learned), len(second.learned)) == (1, 1)
    fresh = measure_curve(benchmark, shipped(), [Watched()], config, out=tmp_path / "fresh")
    assert [row.f1 for row in curve.rows()] == [row.f1 for row in fresh.rows()]


def test_other_settings_and_other_truth_are_measured_anew(benchmark: Benchmark, tmp_path: Path) -> None:
    config = CurveConfig(counts=(1,))
    measure_curve(benchmark, shipped(), [Watched()], config, out=tmp_path)
    changed = Watched()
    changed.settings = {"of": "another lexicon"}
    measure_curve(benchmark, shipped(), [changed], config, out=tmp_path)
    assert len(changed.learned) == 2
    *others, last = benchmark.documents
    mended = replace(last, fields={**last.fields, "invoice_number": "17"})
    again = Watched()
    measure_curve(replace(benchmark, documents=(*others, mended)), shipped(), [again], config, out=tmp_path)
    assert again.learned == [names(benchmark, 1)[:1]]


def test_other_layouts_are_read_once_before_and_after_each_learning(benchmark: Benchmark, tmp_path: Path) -> None:
    others = replace(benchmark, name="others", documents=benchmark.documents[4:])
    curve = measure_curve(benchmark, shipped(), [Watched()], CurveConfig(counts=(1,)), out=tmp_path, others=others)
    before, after = curve.pooled("watched")
    assert before.others_loss == 0
    assert after.others_loss == pytest.approx((before.others_f1 or 0) - (after.others_f1 or 0))
    assert after.others_loss != 0


def test_a_document_is_not_both_learned_from_and_scored(benchmark: Benchmark, tmp_path: Path) -> None:
    first, *rest = benchmark.documents
    copy = tmp_path / "copy.pdf"
    shutil.copy(first.path, copy)
    twin = replace(first, document="copy.pdf", path=copy)
    changed = replace(benchmark, documents=(first, *rest, twin))
    with pytest.raises(DatasetError, match=r"copy\.pdf: is scored, and the same bytes are learned from"):
        measure_curve(changed, shipped(), [], CurveConfig(counts=(1,)), out=tmp_path)


def test_an_unknown_learner_is_named_with_what_was_meant(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="no learner 'finetun'; did you mean 'finetune'"):
        make_learner("finetun", base=shipped_bundle(), work=tmp_path)
    with pytest.raises(ConfigError, match="needs a recipe"):
        make_learner("finetune", base=shipped_bundle(), work=tmp_path)
