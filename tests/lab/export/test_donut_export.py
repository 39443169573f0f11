"""A run with a Donut becomes a bundle that reads as transformers would, or the gate that stops it says why."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the lab extra")
onnx = pytest.importorskip("onnx", reason="needs the lab extra")
pytest.importorskip("transformers", reason="needs the lab extra")

from onnx import numpy_helper  # noqa: E402
from tests.fakta.donut.nano import RECEIPT  # noqa: E402
from tests.lab.export.nano_donut import (  # noqa: E402
    HEIGHT,
    MAX_LENGTH,
    PAGES,
    WIDTH,
    drawn_page,
    nano_model,
    write_run,
)
from transformers import VisionEncoderDecoderModel  # noqa: E402

import fakta_lab.export.donut  # noqa: E402
import fakta_lab.export.quantization  # noqa: E402
from fakta.bundle import Bundle  # noqa: E402
from fakta.documents.model import Document, Page  # noqa: E402
from fakta.donut.image import drawn, prepared  # noqa: E402
from fakta.errors import GateFailed, InputError  # noqa: E402
from fakta.extract import Extractor  # noqa: E402
from fakta.reading.donut import DonutReader  # noqa: E402
from fakta_lab.export import export_run, record_measurement  # noqa: E402
from fakta_lab.export.compared import single_pages  # noqa: E402
from fakta_lab.export.donut_graph import decoder_graph  # noqa: E402
from fakta_lab.export.donut_parity import DonutChecks  # noqa: E402
from fakta_lab.export.graph import round_to_half  # noqa: E402
from fakta_lab.export.held import with_graphs  # noqa: E402
from fakta_lab.training.donut.generation import generate  # noqa: E402
from fakta_lab.training.donut.saved import saved_donut  # noqa: E402

pytestmark = pytest.mark.torch


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_run(tmp_path_factory.mktemp("runs") / "nano", nano_model())


@pytest.fixture(scope="module")
def bundle(run: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return export_run(run, tmp_path_factory.mktemp("bundles") / "nano", name="nano-1", pages=PAGES, lineage={"a": 1})


def pixels(page: Page) -> Any:
    return prepared(drawn(page, height=HEIGHT, width=WIDTH), height=HEIGHT, width=WIDTH).values


def test_bundle_says_what_it_is(bundle: Path) -> None:
    loaded = Bundle.load(bundle)
    assert loaded.model == {
        "family": "donut",
        "encoder": "encoder.onnx",
        "decoder": "decoder.onnx",
        "prompt": "<s_receipt>",
        "height": HEIGHT,
        "width": WIDTH,
        "cell": 32,
        "max_length": MAX_LENGTH,
        "weights": "float16",
    }
    assert loaded.labels == ()
    assert loaded.schema == RECEIPT
    lineage = loaded.manifest["lineage"]
    assert (lineage["start"], lineage["a"]) == ("scratch", 1)
    assert set(lineage["export"]["max_difference"]) == {"encoder", "first_step", "later_steps"}
    assert max(lineage["export"]["max_difference"].values()) < 1e-4
    card = (bundle / "MODEL_CARD.md").read_text()
    assert "donut, images of 320 x 224 pixels, at most 48 tokens a page" in card
    assert "`encoder.onnx` with `decoder.onnx` is what production runs" in card
    assert "no real ones, ? pages |" in card


def test_no_weight_is_stored_twice(bundle: Path, run: Path) -> None:
    model = saved_donut(str(run))
    parameters = sum(parameter.numel() for parameter in model.parameters())
    graphs = sum((bundle / name).stat().st_size for name in ("encoder.onnx", "decoder.onnx"))
    # Two bytes a parameter, and the masks of Swin's shifted windows.
    assert graphs < 2.4 * parameters
    assert (bundle / "model.safetensors").stat().st_size < 2.1 * parameters


def test_runtime_writes_what_transformers_writes(bundle: Path, run: Path) -> None:
    model = saved_donut(str(run)).eval()
    round_to_half(model)
    reader = DonutReader(Bundle.load(bundle))
    for page in [*PAGES, drawn_page(3)]:
        decoded, _ = reader.decode_page(page)
        (expected,) = generate(model, torch.from_numpy(pixels(page)[None]), reader.grammar, max_length=MAX_LENGTH)
        assert decoded.tokens == expected
        assert len(expected) > 5


def test_pages_in_one_batch_are_written_as_alone(run: Path, bundle: Path) -> None:
    model, grammar = saved_donut(str(run)).eval(), DonutReader(Bundle.load(bundle)).grammar
    images = torch.stack([torch.from_numpy(pixels(page)) for page in PAGES])
    together = generate(model, images, grammar, max_length=30)
    assert together == [generate(model, image[None], grammar, max_length=30)[0] for image in images]


def test_attention_is_the_mean_over_heads_and_layers(bundle: Path, run: Path) -> None:
    model = VisionEncoderDecoderModel.from_pretrained(run, attn_implementation="eager").eval()
    round_to_half(model)
    reader = DonutReader(Bundle.load(bundle))
    page = pixels(PAGES[0])
    _, attention = reader.graphs.writer(reader.graphs.see(page), max_length=4).write(reader.grammar.codec.prompt_id)
    with torch.inference_mode():
        found = model(
            pixel_values=torch.from_numpy(page[None]),
            decoder_input_ids=torch.tensor([[reader.grammar.codec.prompt_id]]),
            output_attentions=True,
        ).cross_attentions
    expected = np.mean([layer[0, :, 0].numpy().mean(axis=0) for layer in found], axis=0)
    assert attention.shape == (HEIGHT // 32 * WIDTH // 32,)
    np.testing.assert_allclose(attention, expected, atol=1e-4)


def test_encoder_and_decoder_may_differ_in_width(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", nano_model(encoder_width=16))
    assert export_run(run, tmp_path / "out", name="nano", pages=PAGES[:1]).is_dir()


def test_bundle_extracts_a_file(bundle: Path, invoice_pdf: Path) -> None:
    extraction = Extractor.load(bundle).extract(invoice_pdf)
    assert list(extraction.fields) == list(RECEIPT.fields)
    assert extraction.model == "fakta/nano-1"
    assert extraction.needs_review
    assert all(0 <= field.confidence <= 1 for field in extraction.fields.values())


def test_empty_page_states_nothing(bundle: Path) -> None:
    from PIL import Image

    blank = Page(1, 595, 842, (), render=lambda dpi: Image.new("RGB", (595, 842), "white"))
    reading = DonutReader(Bundle.load(bundle)).read(Document("a.pdf", "0", (blank,)))
    assert [(found.value, found.features["absent"]) for found in reading.fields.values()] == [(None, 1.0)] * 3
    assert reading.tables == {"goods": ()}


def tampered(graph: bytes, part: str, factor: float) -> bytes:
    """The graph with the first of its arrays of that name multiplied; they are stored as float16."""
    loaded = onnx.load_from_string(graph)
    array = next(array for array in loaded.graph.initializer if part in array.name)
    values = numpy_helper.to_array(array)
    array.CopyFrom(numpy_helper.from_array((values * factor).astype(values.dtype), array.name))
    return bytes(loaded.SerializeToString())


@pytest.mark.parametrize(
    ("encoder_factor", "decoder_factor", "output"), [(1.1, 1.0, "encoder"), (1.0, 1.1, "first_step")]
)
def test_graph_that_computes_something_else_is_refused(
    bundle: Path, run: Path, encoder_factor: float, decoder_factor: float, output: str
) -> None:
    model = saved_donut(str(run)).eval()
    round_to_half(model)
    encoder, decoder = ((bundle / name).read_bytes() for name in ("encoder.onnx", "decoder.onnx"))
    changed = {
        "encoder.onnx": tampered(encoder, "encoder_attn.k_proj.weight", encoder_factor),
        "decoder.onnx": tampered(decoder, "embed_positions.weight", decoder_factor),
    }
    checks = DonutChecks(model, with_graphs(Bundle.load(bundle), changed), single_pages(PAGES[:1]))
    with pytest.raises(
        GateFailed, match=rf"output '{output}' of the graph differs .* by \S+ on given-01 page 1, tolerance"
    ):
        checks.level().check()


def test_failed_parity_leaves_no_bundle(run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def changed(*arguments: Any, **options: Any) -> bytes:
        return tampered(decoder_graph(*arguments, **options), "embed_positions.weight", 1.1)

    monkeypatch.setattr(fakta_lab.export.donut, "decoder_graph", changed)
    with pytest.raises(GateFailed, match=r"^export: parity: output .*; the bundle was not written$"):
        export_run(run, tmp_path / "out", name="nano", pages=PAGES[:1])
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_integers_are_measured(run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fakta_lab.export.quantization, "_refused", lambda *figures, **needed: "")
    out = export_run(run, tmp_path / "int8", name="nano", pages=PAGES[:1], quantize="auto")
    loaded = Bundle.load(out)
    assert loaded.model["weights"] == "int8"
    int8 = loaded.manifest["lineage"]["export"]["int8"]
    assert list(int8["candidates"]) == ["dynamic"]
    assert 0 < int8["candidates"]["dynamic"]["agreement"] <= 1
    assert DonutReader(loaded).decode_page(PAGES[0])[0].tokens


def test_static_integers_are_not_offered(run: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Donut has no static 8-bit integers; take --quantize dynamic"):
        export_run(run, tmp_path / "out", name="nano", pages=PAGES[:1], quantize="static")


def test_run_that_does_not_fit_together_is_refused(tmp_path: Path) -> None:
    small = write_run(tmp_path / "small", nano_model(vocabulary=300))
    with pytest.raises(InputError, match=r"small: the decoder has 300 tokens and tokenizer\.json 3\d\d"):
        export_run(small, tmp_path / "out", name="nano", pages=PAGES)
    long = write_run(tmp_path / "long", nano_model(), max_length=65)
    with pytest.raises(InputError, match="long: 65 tokens a page are more than the 64 positions"):
        export_run(long, tmp_path / "out", name="nano", pages=PAGES)


def test_pages_without_images_prove_nothing(run: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="given-01 page 1 has no image"):
        export_run(run, tmp_path / "out", name="nano", pages=[Page(1, 595, 842, ())])


def test_non_commercial_weights_need_a_clear_yes(tmp_path: Path) -> None:
    run = write_run(tmp_path / "run", nano_model(), license="CC-BY-NC-SA-4.0")
    with pytest.raises(GateFailed, match="forbids commercial use"):
        export_run(run, tmp_path / "out", name="nano", pages=PAGES)


def test_measurements_go_on_the_card(bundle: Path) -> None:
    evaluation = {
        "benchmark": "autumn",
        "documents": 12,
        "micro": {"precision": 0.99, "recall": 0.95, "f1": 0.9692},
        "layouts": {"plain": {"f1": 1.0}},
    }
    record_measurement(bundle, evaluation)
    assert "| autumn | 12 |" in (bundle / "MODEL_CARD.md").read_text()
    assert json.loads((bundle / "manifest.json").read_text())["labels"] == []
