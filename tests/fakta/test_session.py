"""Running a bundle's graph on pages."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.fakta.donut.nano import VALUES, write_scripted_bundle
from tests.fakta.tiny_model import IMAGE, LABELS, MODEL, graph, page_of, write_tiny_bundle

from fakta.bundle import Bundle
from fakta.errors import BundleError
from fakta.session import BATCH_WINDOWS, Session, pad


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Session:
    return Session(Bundle.load(write_tiny_bundle(tmp_path_factory.mktemp("bundle") / "tiny")))


def test_each_word_gets_a_distribution_over_the_labels(session: Session) -> None:
    page = page_of(["Faktura", "nr", "12,50"])
    probabilities = session.word_probabilities(page)
    assert probabilities.shape == (3, len(LABELS))
    np.testing.assert_allclose(probabilities.sum(axis=1), 1, atol=1e-5)
    (window,) = session.encoder.encode(page)
    tokens = window.input_ids[window.word_index == 0]
    assert probabilities[0].argmax() in tokens % len(LABELS)


def test_page_without_words_gives_no_rows(session: Session) -> None:
    assert session.word_probabilities(page_of([])).shape == (0, len(LABELS))


def test_more_windows_than_one_batch_give_the_same_as_one_by_one(session: Session) -> None:
    page = page_of([f"ord{i}" for i in range(200)])
    windows = session.encoder.encode(page)
    assert len(windows) > BATCH_WINDOWS
    probabilities = session.word_probabilities(page)
    for number in (0, 57, 199):
        alone = session.word_probabilities(page_of([f"ord{number}"]))
        np.testing.assert_allclose(probabilities[number], alone[0], atol=0.2)


def test_padding_is_marked(session: Session) -> None:
    short, long = (session.encoder.encode(page_of(["kr"] * n))[0] for n in (1, 5))
    batch = pad([short, long], pad_id=session.encoder.pad_id)
    assert batch["input_ids"].shape == (2, len(long))
    assert batch["bbox"].shape == (2, len(long), 4)
    assert batch["attention_mask"].sum(axis=1).tolist() == [len(short), len(long)]
    assert (batch["input_ids"][0, len(short) :] == session.encoder.pad_id).all()


def test_model_file_that_is_no_graph_is_refused(tmp_path: Path) -> None:
    bundle = Bundle.load(write_tiny_bundle(tmp_path / "tiny", model=b"no graph"))
    with pytest.raises(BundleError, match=r"^tiny: model\.onnx cannot be loaded \("):
        Session(bundle).warm_up()


def test_graph_with_other_inputs_is_refused(tmp_path: Path) -> None:
    foreign = graph().replace(b"bbox", b"bxbx")
    bundle = Bundle.load(write_tiny_bundle(tmp_path / "tiny", model=foreign))
    with pytest.raises(BundleError, match="takes attention_mask, bxbx, input_ids, not input_ids, bbox, attention_mask"):
        Session(bundle).warm_up()


def test_a_model_that_writes_labels_no_words(tmp_path: Path) -> None:
    bundle = Bundle.load(write_scripted_bundle(tmp_path / "scripted", VALUES))
    with pytest.raises(BundleError, match=r"^scripted: holds a donut, which does not label words; .* a layoutlmv3$"):
        Session(bundle)


def test_window_comes_from_the_bundle(session: Session) -> None:
    assert (session.encoder.window, session.encoder.stride) == (MODEL["window"], MODEL["stride"])


@pytest.fixture(scope="module")
def looking(tmp_path_factory: pytest.TempPathFactory) -> Session:
    """A model that is the surer, the brighter the page is."""
    return Session(Bundle.load(write_tiny_bundle(tmp_path_factory.mktemp("bundle") / "tiny", image=IMAGE)))


def test_model_that_looks_is_given_the_page_with_every_window(looking: Session) -> None:
    drawn: list[int] = []

    def render(dpi: int) -> Image.Image:
        drawn.append(dpi)
        return Image.new("RGB", (60, 85), "white")

    page = replace(page_of(["kr"] * 200), render=render)
    assert len(looking.encoder.encode(page)) > BATCH_WINDOWS
    probabilities = looking.word_probabilities(page)
    assert len(drawn) == 1
    np.testing.assert_allclose(probabilities.max(axis=1), np.exp(8) / (np.exp(8) + len(LABELS) - 1), rtol=1e-5)


def test_page_without_a_picture_is_read_as_one_that_is_neither_dark_nor_light(looking: Session) -> None:
    np.testing.assert_allclose(looking.word_probabilities(page_of(["kr"])), 1 / len(LABELS), rtol=1e-5)


def test_model_that_does_not_look_draws_nothing(session: Session) -> None:
    def render(dpi: int) -> Image.Image:
        raise AssertionError("drawn")

    assert session.word_probabilities(replace(page_of(["kr"]), render=render)).shape == (1, len(LABELS))


def test_graph_must_look_where_the_manifest_says_so(tmp_path: Path) -> None:
    bundle = Bundle.load(write_tiny_bundle(tmp_path / "tiny", model=graph(), image=IMAGE))
    with pytest.raises(BundleError, match=r"takes .*, not input_ids, bbox, attention_mask, pixel_values"):
        Session(bundle).warm_up()


def test_image_format_that_is_none_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BundleError, match=r"manifest\.json: model\.image: size is 'A4', expected a number of pixels"):
        write_tiny_bundle(tmp_path / "tiny", image=IMAGE | {"size": "A4"})
