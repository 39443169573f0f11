"""LayoutLMv3 with the page's picture: pixels, attention, where it begins, what it learns, its graph and its bundle."""

from __future__ import annotations

import io
import json
import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

torch = pytest.importorskip("torch", reason="needs the lab extra")
pytest.importorskip("transformers", reason="needs the lab extra")
pytest.importorskip("datasets", reason="needs the lab extra")

from safetensors.torch import load_file  # noqa: E402
from tests.lab.training.tiny_run import generated_pages, tiny_config, write_dataset  # noqa: E402
from transformers import LayoutLMv3ImageProcessorPil  # noqa: E402

from fakta.bundle import Bundle  # noqa: E402
from fakta.documents.model import Box, Page, Word  # noqa: E402
from fakta.documents.pdf import PdfPageImage  # noqa: E402
from fakta.errors import ConfigError, DatasetError  # noqa: E402
from fakta.pixels import PixelFormat  # noqa: E402
from fakta.session import Session  # noqa: E402
from fakta_lab.dataset.pictures import Pictures  # noqa: E402
from fakta_lab.export import export_run  # noqa: E402
from fakta_lab.synth import SyntheticInvoice  # noqa: E402
from fakta_lab.training import RunResult, train  # noqa: E402
from fakta_lab.training.finished import load_model  # noqa: E402
from fakta_lab.training.layoutlmv3.alter import altered  # noqa: E402
from fakta_lab.training.layoutlmv3.attention import fuse_attention, plain_attention  # noqa: E402
from fakta_lab.training.layoutlmv3.examples import LabelledPage  # noqa: E402
from fakta_lab.training.layoutlmv3.model import fresh_model  # noqa: E402
from fakta_lab.training.layoutlmv3.visual import begin_to_look, image_format  # noqa: E402
from fakta_lab.training.run import RunInfo  # noqa: E402

pytestmark = pytest.mark.torch

SIZE = 32  # pixels: four patches
MODEL = {"hidden": 48, "layers": 2, "heads": 6, "intermediate": 96, "image_size": SIZE}
LABELS = ("O", *(f"{prefix}-f{i}" for i in range(6) for prefix in "BI"))
PATCHES = "layoutlmv3.patch_embed.proj.weight"


def weights(run: Path) -> dict[str, torch.Tensor]:
    return load_file(run / "model.safetensors")


def model_of(*, images: bool = True) -> torch.nn.Module:
    torch.manual_seed(0)
    size = tiny_config(Path("run"), model=MODEL).model
    return fresh_model(size, vocabulary=300, window=64, labels=LABELS, images=images).eval()


def batch_of(*lengths: int) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    shape = (len(lengths), max(lengths))
    left_top = torch.randint(0, 900, (*shape, 2), generator=generator)
    mask = torch.tensor([[int(i < n) for i in range(shape[1])] for n in lengths])
    ids = torch.where(mask.bool(), torch.randint(5, 300, shape, generator=generator), 1)
    pixels = torch.rand(len(lengths), 3, SIZE, SIZE, generator=generator) * 2 - 1
    bbox = torch.cat([left_top, left_top + 50], dim=-1) * mask.unsqueeze(-1)
    return {"input_ids": ids, "bbox": bbox, "attention_mask": mask, "pixel_values": pixels}


def test_pixels_are_those_of_transformers_to_the_last_bit(invoice_pdf: Path) -> None:
    from fakta import documents

    render = documents.read(invoice_pdf).pages[0].render
    assert render is not None
    grey = render(90).convert("L")
    theirs = LayoutLMv3ImageProcessorPil(apply_ocr=False)(grey.convert("RGB"))["pixel_values"][0]
    ours = PixelFormat(224)
    assert np.array_equal(ours.pixels(ours.shrunk(grey)), theirs)
    assert (list(ours.mean), list(ours.std)) == (
        LayoutLMv3ImageProcessorPil.image_mean,
        LayoutLMv3ImageProcessorPil.image_std,
    )


@pytest.mark.parametrize("skew", [0.0, 3.0])
def test_datasets_keep_the_page_that_production_sees(invoice_pdf: Path, skew: float) -> None:
    from fakta import documents

    page = documents.read(invoice_pdf).pages[0]
    assert isinstance(page.render, PdfPageImage)
    page = replace(page, render=replace(page.render, skew=skew))
    kept = Image.open(io.BytesIO(Pictures(height=1000, grayscale=True).png(page)))
    fmt = PixelFormat(224)
    drawn = fmt.picture(page)
    assert drawn is not None
    assert np.abs(fmt.shrunk(kept).astype(float) - drawn).mean() < 2  # of 255 levels


def test_fused_kernel_computes_the_same_with_patches_behind_the_words() -> None:
    model = model_of()
    batch = batch_of(40, 23, 7)
    inside = batch["attention_mask"].bool()
    plain = model(**batch).logits
    assert plain.shape[1] == 40  # no logits for patches
    plain[inside].sum().backward()
    expected = {name: p.grad.clone() for name, p in model.named_parameters() if p.grad is not None}
    assert expected[PATCHES].abs().max() > 0
    model.zero_grad()
    fuse_attention(model)
    fused = model(**batch).logits
    fused[inside].sum().backward()
    assert (plain - fused)[inside].abs().max() < 1e-5
    for name, parameter in model.named_parameters():
        assert name not in expected or torch.allclose(expected[name], parameter.grad, atol=1e-4), name
    plain_attention(model)
    assert torch.equal(model(**batch).logits, plain)


def test_words_are_embedded_as_before_when_patches_come_in() -> None:
    without = model_of(images=False)
    scales = without.layoutlmv3.embeddings.LayerNorm
    torch.nn.init.normal_(scales.weight, mean=1.0, std=0.3, generator=torch.Generator().manual_seed(2))
    torch.nn.init.normal_(scales.bias, std=0.3, generator=torch.Generator().manual_seed(3))
    model = model_of()
    model.load_state_dict(without.state_dict(), strict=False)
    begin_to_look(model)
    batch = batch_of(12)
    words = {"input_ids": batch["input_ids"], "bbox": batch["bbox"]}
    after = model.layoutlmv3.LayerNorm(model.layoutlmv3.embeddings(**words))
    assert torch.allclose(after, without.layoutlmv3.embeddings(**words), atol=1e-3)


def test_only_ink_adds_to_a_fresh_patch() -> None:
    fmt = image_format(model_of().config)
    assert fmt == PixelFormat(SIZE)
    sheet = np.full((SIZE, SIZE), 255, dtype=np.uint8)
    sheet[16:, :16] = 0
    patches = model_of().layoutlmv3.patch_embed(torch.from_numpy(fmt.pixels(sheet)).unsqueeze(0))[0]
    assert patches.shape == (4, 48)
    assert patches[[0, 1, 3]].abs().max() < 1e-4
    assert patches[2].abs().max() > 0.1


def test_fresh_patches_have_the_places_of_words() -> None:
    body = model_of().layoutlmv3
    words = body.embeddings.calculate_spatial_position_embeddings(torch.tensor([[[500, 0, 1000, 500]]]))
    assert torch.equal(body.pos_embed[0, 2], words[0, 0])  # upper right of four, after the one for the whole


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> RunResult:
    """Six steps from scratch on generated pages."""
    out = tmp_path_factory.mktemp("runs") / "looking"
    return train(tiny_config(out, model=MODEL, images=True, dropout=0.1), progress=False)


def test_run_says_that_it_looks(run: RunResult) -> None:
    assert RunInfo.load(run.path).reading["image"] == PixelFormat(SIZE).to_dict()
    assert "span_f1" in run.metrics


def test_resumed_run_ends_where_an_undisturbed_one_ends(run: RunResult, tmp_path: Path) -> None:
    stopped = tmp_path / "stopped"
    shutil.copytree(run.path, stopped)
    (stopped / "run.json").unlink()  # the last checkpoint is that of step 3
    (stopped / "model.safetensors").unlink()
    train(tiny_config(stopped, model=MODEL, images=True, dropout=0.1), resume=True, progress=False)
    ones, others = weights(stopped), weights(run.path)
    assert all(torch.equal(ones[name], others[name]) for name in others)


def two_sheets() -> list[LabelledPage]:
    """Pages with the same words, whose labels only the paper tells: grey on the left or on the right."""
    words = tuple(Word("kr", Box(0.1 * i, 0.5, 0.1 * i + 0.05, 0.52)) for i in range(1, 9))
    pages = []
    for label, box in (("O", (0, 0, 50, 140)), ("B-amount_due", (50, 0, 100, 140))):
        image = Image.new("RGB", (100, 140), "white")
        image.paste("grey", box)
        page = Page(1, 595, 842, words, render=lambda dpi, image=image: image)
        pages.append(LabelledPage(page, (label,) * len(words), document=f"{label}.pdf"))
    return pages


def test_model_that_never_looked_learns_what_only_the_picture_shows(tmp_path: Path) -> None:
    pages = two_sheets()
    data = write_dataset(tmp_path / "data", [], splits={"train": pages, "dev": pages})
    blind = tiny_config(tmp_path / "blind", dataset=data, replay=0, augment=False, max_steps=1)
    started = weights(train(blind, progress=False).path)
    looking = {"images": True, "max_steps": 50, "checkpoint_every": 1000}
    result = train(
        blind.model_copy(update={**looking, "start": str(tmp_path / "blind"), "out": tmp_path / "run"}), progress=False
    )
    lines = [json.loads(line) for line in (result.path / "metrics.jsonl").read_text().splitlines()]
    losses = [line["loss"] for line in lines if "loss" in line]
    # Whoever sees only the words can do no better than 0.69, the logarithm of two.
    assert losses[-1] < 0.2 < losses[0]
    assert result.metrics["span_f1"] == 1.0
    ended = weights(result.path)
    assert set(started) < set(ended)
    assert PATCHES not in started
    # The bias begins as what cancels white paper; both have moved from there.
    assert (ended[PATCHES].sum(dim=(1, 2, 3)) + ended["layoutlmv3.patch_embed.proj.bias"]).abs().max() > 1e-3


def test_dataset_without_pictures_is_refused(run: RunResult, tmp_path: Path) -> None:
    data = write_dataset(tmp_path / "data", [replace(p, page=replace(p.page, render=None)) for p in generated_pages(1)])
    with pytest.raises(DatasetError, match="has no page images; build it with `images: true`"):
        train(tiny_config(tmp_path / "run", start=str(run.path), dataset=data, images=True), progress=False)


def test_start_that_looks_must_go_on_looking(run: RunResult, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"it looks at page images; set images = true"):
        train(tiny_config(tmp_path / "run", start=str(run.path)), progress=False)


def test_altered_pages_lose_their_picture_now_and_then() -> None:
    page = generated_pages(1)[0]
    lost = [altered(page, seed=str(seed)).page.render is None for seed in range(200)]
    assert 0 < sum(lost) < 30


@pytest.fixture(scope="module")
def bundle(run: RunResult, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("bundles") / "looking"
    return export_run(run.path, out, name="looking", pages=[labelled.page for labelled in generated_pages(2, first=50)])


def test_bundle_says_what_it_looks_at(bundle: Path) -> None:
    loaded = Bundle.load(bundle)
    assert loaded.model["image"] == {"size": SIZE, "mean": [0.5] * 3, "std": [0.5] * 3}
    assert loaded.manifest["lineage"]["export"]["max_logit_difference"] < 1e-4
    assert f"the page's picture at {SIZE} x {SIZE} pixels" in (bundle / "MODEL_CARD.md").read_text()


def test_runtime_looks_at_the_page(bundle: Path) -> None:
    session = Session(Bundle.load(bundle))
    page = generated_pages(1, first=60)[0].page
    seen, unseen = (session.word_probabilities(p) for p in (page, replace(page, render=None)))
    assert np.abs(seen - unseen).max() > 1e-3


def test_bundle_that_looks_extracts_without_torch(
    bundle: Path, root: Path, invoice: SyntheticInvoice, invoice_pdf: Path
) -> None:
    command: list[Any] = [sys.executable, root / "tests" / "thin_runtime.py", invoice_pdf, bundle]
    environment = os.environ | {"PYTHONPATH": str(root / "src")}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    extraction = json.loads(done.stdout)
    assert extraction["model"] == "fakta/looking"
    assert extraction["fields"].keys() == invoice.fields.keys()


def test_adapter_over_a_model_that_looks_goes_on_looking(run: RunResult, tmp_path: Path) -> None:
    config = tiny_config(
        tmp_path / "run", start=str(run.path), images=True, adapter={"name": "a"}, max_steps=1, eval_invoices=0
    )
    assert image_format(load_model(train(config, progress=False).path).config) == PixelFormat(SIZE)


def test_adapter_cannot_teach_to_look(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="shipped never looked at pages, and an adapter is too small to teach it"):
        train(tiny_config(tmp_path / "run", start="shipped", images=True, adapter={"name": "a"}), progress=False)
