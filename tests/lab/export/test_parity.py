"""`fakta parity` and the int8 choice, on tiny models: with and without page images, merged adapters, 8-bit integers."""

from __future__ import annotations

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the lab extra")
onnx = pytest.importorskip("onnx", reason="needs the lab extra")
pytest.importorskip("transformers", reason="needs the lab extra")
pytest.importorskip("peft", reason="needs the lab extra")

from onnx import numpy_helper  # noqa: E402
from tests.lab.training.tiny_run import generated_pages, tiny_config  # noqa: E402

import fakta_lab.export.compared  # noqa: E402
import fakta_lab.export.quantization  # noqa: E402
from fakta.bundle import Bundle  # noqa: E402
from fakta.encode import Encoder  # noqa: E402
from fakta.session import Session  # noqa: E402
from fakta_lab.cli import main  # noqa: E402
from fakta_lab.export import check_parity, export_run  # noqa: E402
from fakta_lab.export.bundles import replace_bundle  # noqa: E402
from fakta_lab.export.compared import single_pages  # noqa: E402
from fakta_lab.export.graph import halved, onnx_graph, widened  # noqa: E402
from fakta_lab.export.parity import graph_logits, graph_session, inputs_of  # noqa: E402
from fakta_lab.synth.write import write_set  # noqa: E402
from fakta_lab.training import train  # noqa: E402
from fakta_lab.training.finished import load_model  # noqa: E402
from fakta_lab.training.run import RunInfo  # noqa: E402

pytestmark = pytest.mark.torch

PAGES = [labelled.page for labelled in generated_pages(2, first=300)]


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    config = tiny_config(tmp_path_factory.mktemp("runs") / "tiny", max_steps=12, checkpoint_every=1000, eval_invoices=0)
    return train(config, progress=False).path


@pytest.fixture(scope="module")
def bundle(run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export_run(run, tmp_path_factory.mktemp("bundles") / "tiny", name="tiny", pages=PAGES)


@pytest.fixture(scope="module")
def benchmark(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_set(tmp_path_factory.mktemp("sets") / "two", count=2, seed=77)


def tampered(bundle: Path, out: Path) -> Path:
    """The bundle, whole by its sums, with a graph that likes other labels."""
    loaded = Bundle.load(bundle)
    files = {name: loaded.read(name) for name in loaded.manifest["files"]}
    graph = onnx.load_from_string(files["model.onnx"])
    (bias,) = [array for array in graph.graph.initializer if array.name.endswith("classifier.out_proj.bias")]
    values = numpy_helper.to_array(bias).copy()
    values[:] = values[::-1] * 40
    bias.CopyFrom(numpy_helper.from_array(values, bias.name))
    files["model.onnx"] = graph.SerializeToString()
    return replace_bundle(out, loaded.manifest, files)


def test_bundle_reads_as_its_run_does(
    bundle: Path, run: Path, benchmark: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["parity", str(bundle), "--run", str(run), "--on", str(benchmark), "--format", "json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["passed"]
    assert found["logits"]["output"] == "logits"
    assert found["values"] == {"documents": 2, "compared": 50, "different": 0, "differing": {}}
    assert found["decisions"]["compared"] == 48
    assert found["decisions"]["decided_by"].startswith("a probe threshold of 0.")


def test_bundle_is_compared_with_the_weights_it_holds(
    bundle: Path, benchmark: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["parity", str(bundle), "--on", str(benchmark)]) == 0
    assert "all equal" in capsys.readouterr().out


def test_difference_fails_loudly_and_tells_values_to_the_report_alone(
    bundle: Path, benchmark: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    changed, report = tampered(bundle, tmp_path / "changed"), tmp_path / "report.json"
    arguments = ["parity", str(changed), "--on", str(benchmark), "--format", "json", "--report", str(report)]
    assert main(arguments) == 1
    printed = capsys.readouterr()
    assert printed.err.splitlines()[-1].startswith("error: parity: output 'logits' of the graph differs from the model")
    found, told = json.loads(printed.out), json.loads(report.read_text())
    assert not found["passed"]
    assert found["values"]["different"] + found["decisions"]["different"] > 0
    assert {one["document"] for one in told["said"]} == {
        *found["values"]["differing"],
        *found["decisions"]["differing"],
    }
    values = {one["reference"].get("value") for one in told["said"] if isinstance(one["reference"].get("value"), str)}
    assert not [value for value in values if len(value) > 6 and value in printed.out + printed.err]


def test_other_run_is_refused(bundle: Path, run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    other = Path(shutil.copytree(run, tmp_path / "other", ignore=shutil.ignore_patterns("checkpoints")))
    info = RunInfo.load(other)
    replace(info, reading={**info.reading, "stride": 1}).save(other)
    assert main(["parity", str(bundle), "--run", str(other)]) == 2
    assert "was not exported from this run" in capsys.readouterr().err


def test_merged_adapter_of_a_model_that_looks_at_pages(tmp_path: Path) -> None:
    short = {"images": True, "max_steps": 1, "eval_invoices": 0}
    base = train(tiny_config(tmp_path / "base", **short), progress=False).path
    adapter = train(tiny_config(tmp_path / "run", start=str(base), adapter={"name": "a"}, **short), progress=False).path
    out = export_run(adapter, tmp_path / "bundle", name="a", pages=PAGES)
    manifest = Bundle.load(out).manifest
    assert "image" in manifest["model"]
    parity = manifest["lineage"]["export"]["parity"]
    assert parity["values"] == 25 * len(PAGES)
    assert parity["values_different"] == parity["decisions_different"] == 0


def test_widening_undoes_halving(run: Path) -> None:
    graph = halved(onnx_graph(load_model(run)))
    assert len(widened(graph)) > 1.5 * len(graph)
    encoder = Encoder.of(run / "tokenizer.json", RunInfo.load(run).reading)
    (given, *_) = inputs_of(single_pages(PAGES), encoder=encoder)
    ones, others = (graph_logits(graph_session(each), given.arrays) for each in (graph, widened(graph)))
    assert np.array_equal(ones, others)


def test_integers_that_are_not_faster_stay_behind(
    run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(fakta_lab.export.quantization, "speedup", lambda ones, others: 0.5)
    monkeypatch.setattr(fakta_lab.export.compared, "N_INVOICES", 2)
    assert main(["export", str(run), "--out", str(tmp_path / "out"), "--int8", "--no-track"]) == 0
    assert "ships float16: dynamic: 0.50 times as fast, 1.10 are needed" in capsys.readouterr().err
    manifest = Bundle.load(tmp_path / "out").manifest
    assert manifest["model"]["weights"] == "float16"
    int8 = manifest["lineage"]["export"]["int8"]
    assert (int8["shipped"], list(int8["candidates"])) == ("float16", ["dynamic", "static"])
    assert all(one["speedup"] == 0.5 and one["bytes"] > 0 for one in int8["candidates"].values())
    card = (tmp_path / "out" / "MODEL_CARD.md").read_text()
    assert "| int8, static | 0.50 |" in card
    assert f"of {manifest['lineage']['export']['parity']['values']} values" in card


def test_integers_that_may_ship_do(run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # What they change is a matter of these random weights; what becomes of those that may ship is not.
    monkeypatch.setattr(fakta_lab.export.quantization, "_refused", lambda *figures, **needed: "")
    out = export_run(run, tmp_path / "out", name="tiny", pages=PAGES, quantize="dynamic")
    bundle = Bundle.load(out)
    assert bundle.model["weights"] == "int8"
    int8 = bundle.manifest["lineage"]["export"]["int8"]
    assert int8["shipped"] == "dynamic"
    assert len(bundle.read("model.onnx")) == int8["candidates"]["dynamic"]["bytes"]
    assert Session(bundle).word_probabilities(PAGES[0]).shape[0] == len(PAGES[0].words)
    monkeypatch.setattr(fakta_lab.export.compared, "N_INVOICES", 1)
    assert not check_parity(out).parity.same_weights


def test_one_way_to_ask(run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["export", str(run), "--out", str(tmp_path / "out"), "--int8", "--quantize", "static"]) == 2
    assert "give either --int8 or --quantize" in capsys.readouterr().err
