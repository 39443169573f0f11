"""The shipped model keeps its accuracy: floors that fail the build.

The third-party layouts are kept outside the repository; where they are missing only the generated set is read, which
says that nothing broke but not how well real invoices are read.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from fakta.extract import Extractor
from fakta_lab.evaluation import Evaluation, evaluate
from fakta_lab.synth.write import write_set

SHARED = Path(__file__).resolve().parents[2] / "shared" / "data"
LAYOUTS = SHARED / "sv-layouts-dev"
EUROPEAN = SHARED / "invoices-eu-dev"


@pytest.fixture(scope="module")
def extractor() -> Extractor:
    return Extractor.load()


@pytest.fixture(scope="module")
def third_party(extractor: Extractor) -> Evaluation:
    if not LAYOUTS.is_dir():
        pytest.skip(f"{LAYOUTS.name} is not here; it is not part of the repository")
    return evaluate(LAYOUTS, extractor=extractor)


def test_third_party_layouts_are_read(third_party: Evaluation) -> None:
    assert third_party.failures == {}
    assert third_party.micro.f1 >= 0.98, third_party.errors


def test_no_third_party_layout_is_left_behind(third_party: Evaluation) -> None:
    assert min(counts.f1 for counts in third_party.layouts.values()) >= 0.93, third_party.errors


def test_invoices_from_abroad_are_read(extractor: Extractor) -> None:
    if not EUROPEAN.is_dir():
        pytest.skip(f"{EUROPEAN.name} is not here; it is not part of the repository")
    result = evaluate(EUROPEAN, extractor=extractor)
    assert result.failures == {}
    assert result.micro.f1 >= 0.92, result.errors


def test_held_out_page_designs_are_read(extractor: Extractor, tmp_path: Path) -> None:
    """Page designs that nothing is trained on, one invoice each of both groups."""
    pytest.importorskip("typst", reason="needs the lab extra")
    from fakta_lab.synth.families import family_names, write_families

    names = family_names()
    result = evaluate(write_families(tmp_path / "set", count=len(names), seed=4713), extractor=extractor)
    assert result.failures == {}
    assert result.micro.f1 >= 0.94, result.errors
    assert result.tables["line_items"].rows.f1 >= 0.90


def test_generated_invoices_are_read(extractor: Extractor, tmp_path: Path) -> None:
    result = evaluate(write_set(tmp_path / "set", count=30, seed=4711), extractor=extractor)
    assert result.failures == {}
    assert result.micro.f1 >= 0.93, result.errors


def test_the_model_brings_something(extractor: Extractor, tmp_path: Path) -> None:
    """On suppliers with house words the lexicon does not know, the model is what reads them."""
    invoices = write_set(tmp_path / "set", count=24, seed=4712, profile="demo")
    alone = evaluate(invoices, extractor=Extractor(None))
    assert evaluate(invoices, extractor=extractor).micro.f1 > alone.micro.f1 + 0.02
