"""A run becomes a bundle, or the gate that stops it says why."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the lab extra")
onnx = pytest.importorskip("onnx", reason="needs the lab extra")
pytest.importorskip("transformers", reason="needs the lab extra")

from onnx import numpy_helper  # noqa: E402
from tests.lab.training.tiny_run import generated_pages, tiny_config  # noqa: E402
from transformers import LayoutLMv3ForTokenClassification  # noqa: E402

import fakta_lab.export.run  # noqa: E402
from fakta.bundle import Bundle  # noqa: E402
from fakta.documents.model import Page  # noqa: E402
from fakta.encode import Encoder  # noqa: E402
from fakta.errors import BundleError, GateFailed, InputError  # noqa: E402
from fakta.session import Session  # noqa: E402
from fakta_lab.export import export_run  # noqa: E402
from fakta_lab.export.compared import single_pages  # noqa: E402
from fakta_lab.export.graph import halved, onnx_graph, round_to_half  # noqa: E402
from fakta_lab.export.parity import inputs_of, label_agreement, layoutlmv3_level  # noqa: E402
from fakta_lab.training import train  # noqa: E402
from fakta_lab.training.layoutlmv3.measure import likeliest, read_page  # noqa: E402
from fakta_lab.training.run import RunInfo  # noqa: E402

pytestmark = pytest.mark.torch

PAGES = [labelled.page for labelled in generated_pages(2, first=100)]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    config = tiny_config(tmp_path_factory.mktemp("runs") / "tiny", max_steps=12, checkpoint_every=1000, eval_invoices=0)
    return train(config, progress=False).path


@pytest.fixture(scope="module")
def bundle(run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("bundles") / "tiny"
    return export_run(run, out, name="tiny-1", pages=PAGES, lineage={"parent": "base"})


@pytest.fixture
def model(run: Path) -> LayoutLMv3ForTokenClassification:
    loaded = LayoutLMv3ForTokenClassification.from_pretrained(run, dtype=torch.float32)
    round_to_half(loaded)
    return loaded.eval()


@pytest.fixture
def encoder(run: Path) -> Encoder:
    return Encoder(run / "tokenizer.json")


def license_of(run: Path, copy: Path, license: str) -> Path:
    """A copy of the run whose weights are under another licence."""
    shutil.copytree(run, copy, ignore=shutil.ignore_patterns("checkpoints"))
    data = json.loads((copy / "run.json").read_text())
    (copy / "run.json").write_text(json.dumps({**data, "license": license}))
    return copy


def test_bundle_says_what_it_is(bundle: Path, run: Path) -> None:
    loaded = Bundle.load(bundle)
    assert (loaded.name, loaded.license, loaded.labels) == ("tiny-1", "Apache-2.0", RunInfo.load(run).labels)
    assert loaded.model["family"] == "layoutlmv3"
    lineage = loaded.manifest["lineage"]
    assert lineage["parent"] == "base"
    assert lineage["steps"] == 12
    assert lineage["export"]["max_logit_difference"] < 1e-4
    parity = lineage["export"]["parity"]
    assert (parity["documents"], parity["values_different"], parity["decisions_different"]) == (len(PAGES), 0, 0)
    assert parity["values"] > parity["decisions"] > 20 * len(PAGES)
    card = (bundle / "MODEL_CARD.md").read_text()
    assert card.startswith("# tiny-1\n")
    assert "48 windows of pages" in card
    assert {path.name for path in bundle.parent.iterdir()} == {"tiny"}


def test_runtime_labels_words_as_the_model_does(
    bundle: Path, model: LayoutLMv3ForTokenClassification, encoder: Encoder
) -> None:
    loaded = Bundle.load(bundle)
    session = Session(loaded)
    for page in PAGES:
        words = session.word_probabilities(page).argmax(axis=1)
        expected = likeliest(read_page(model, page, encoder=encoder), loaded.labels)
        assert [loaded.labels[i] for i in words] == expected


def test_bundle_can_be_trained_further(bundle: Path, tmp_path: Path) -> None:
    result = train(tiny_config(tmp_path / "run", start=str(bundle), max_steps=1, eval_invoices=0), progress=False)
    assert RunInfo.load(result.path).lineage["start"] == "tiny-1"


def test_half_storage_costs_half_the_bytes_and_no_accuracy(
    model: LayoutLMv3ForTokenClassification, encoder: Encoder
) -> None:
    graph = onnx_graph(model)
    assert len(halved(graph)) < 0.65 * len(graph)
    level = layoutlmv3_level(model, halved(graph), inputs_of(single_pages(PAGES), encoder=encoder))
    assert level.difference < 1e-5
    assert level.agreement == 1


def tampered(graph: bytes, factor: float) -> bytes:
    """The graph with the bias of its output layer changed."""
    loaded = onnx.load_from_string(graph)
    (bias,) = [array for array in loaded.graph.initializer if array.name.endswith("classifier.out_proj.bias")]
    values = numpy_helper.to_array(bias).copy()
    values[0] += factor
    bias.CopyFrom(numpy_helper.from_array(values, bias.name))
    return bytes(loaded.SerializeToString())


@pytest.mark.parametrize("change", [0.001, 1000.0, float("nan")])
def test_graph_that_computes_something_else_is_refused(
    model: LayoutLMv3ForTokenClassification, encoder: Encoder, change: float
) -> None:
    level = layoutlmv3_level(
        model, tampered(onnx_graph(model), change), inputs_of(single_pages(PAGES), encoder=encoder)
    )
    with pytest.raises(
        GateFailed, match=r"output 'logits' .* by \S+ on given-\d\d page \d at shape .*, tolerance 0\.0001"
    ):
        level.check()


def test_failed_parity_leaves_no_bundle(run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fakta_lab.export.run, "onnx_graph", lambda model: tampered(onnx_graph(model), 1.0))
    with pytest.raises(GateFailed, match=r"^export: parity: output 'logits' .*; the bundle was not written$"):
        export_run(run, tmp_path / "out", name="tiny", pages=PAGES)
    assert list(tmp_path.iterdir()) == []


def test_non_commercial_weights_need_a_clear_yes(run: Path, tmp_path: Path) -> None:
    copy = license_of(run, tmp_path / "copy", "CC-BY-NC-SA-4.0")
    with pytest.raises(GateFailed, match=r"under CC-BY-NC-SA-4\.0, which forbids commercial use; .* --allow-non"):
        export_run(copy, tmp_path / "out", name="tiny", pages=PAGES)
    out = export_run(copy, tmp_path / "out", name="tiny", pages=PAGES, allow_non_commercial=True)
    assert Bundle.load(out).license == "CC-BY-NC-SA-4.0"
    assert "CC-BY-NC-SA-4.0" in (out / "MODEL_CARD.md").read_text()


def test_pages_without_words_prove_nothing(run: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="none of the pages to compare on has words"):
        export_run(run, tmp_path / "out", name="tiny", pages=[Page(1, 595, 842, ())])


def test_folder_that_is_no_run_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"no run\.json, so this is no finished training run"):
        export_run(tmp_path, tmp_path / "out", name="tiny", pages=PAGES)


def test_label_agreement_is_the_share_of_words() -> None:
    assert label_agreement([np.array([1, 2]), np.array([3, 4])], [np.array([1, 2]), np.array([3, 5])]) == 0.75


def test_older_bundle_is_replaced_and_other_things_are_not(run: Path, bundle: Path, tmp_path: Path) -> None:
    out = Path(shutil.copytree(bundle, tmp_path / "out"))
    export_run(run, out, name="tiny-2", pages=PAGES)
    assert Bundle.load(out).name == "tiny-2"
    assert [path.name for path in tmp_path.iterdir()] == ["out"]
    foreign = tmp_path / "foreign"
    foreign.mkdir()
    (foreign / "thesis.txt").write_text("mine")
    with pytest.raises(BundleError, match="holds something that is no bundle"):
        export_run(run, foreign, name="tiny", pages=PAGES)
    assert (foreign / "thesis.txt").read_text() == "mine"
