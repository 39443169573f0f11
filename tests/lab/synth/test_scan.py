"""Scanned pages: the same each time, damaged as named, still a document."""

from __future__ import annotations

from io import BytesIO
from random import Random

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from fakta.documents import read
from fakta_lab.synth import generate, render_pdf
from fakta_lab.synth.scan import SEVERITIES, Severity, conditions, scan_image, scan_pdf
from fakta_lab.synth.scan.device import Device
from fakta_lab.synth.scan.paper import used

DPI = 60


@pytest.fixture(scope="module")
def page() -> Image.Image:
    """A clean page at a resolution that keeps the tests quick."""
    render = read(render_pdf(generate(4)), name="a.pdf").pages[0].render
    assert render is not None
    return render(DPI)


@pytest.mark.parametrize("severity", SEVERITIES)
def test_a_seed_gives_one_image(page: Image.Image, severity: Severity) -> None:
    first, second, other = (scan_image(page, severity=severity, seed=seed, dpi=DPI) for seed in (1, 1, 2))
    assert first.tobytes() == second.tobytes()
    assert first.mode in ("RGB", "L", "1")
    assert abs(first.width - page.width) <= 3 / 25.4 * DPI + 1
    assert (other.size, other.tobytes()) != (first.size, first.tobytes())


def test_worse_severities_change_more(page: Image.Image) -> None:
    clean = np.asarray(page.convert("L"), dtype=np.float64)

    def change(severity: Severity) -> float:
        grey = []
        for seed in range(6):
            scanned = scan_image(page, severity=severity, seed=seed, dpi=DPI).convert("L").resize(page.size)
            grey.append(np.abs(np.asarray(scanned, dtype=np.float64) - clean).mean())
        return float(np.mean(grey))

    assert change("light") < change("office") < change("phone")


def test_a_fax_is_black_and_white(page: Image.Image) -> None:
    for seed in range(3):
        fax = scan_image(page, severity="fax", seed=seed, dpi=DPI)
        assert fax.mode == "1"
        ink = 1 - np.asarray(fax).mean()
        assert 0.005 < ink < 0.5, seed


def test_a_scanned_pdf_holds_images_and_no_text() -> None:
    clean = render_pdf(generate(4))
    scanned = scan_pdf(clean, severity="office", seed=1, dpi=72)
    assert scanned == scan_pdf(clean, severity="office", seed=1, dpi=72)
    pages, before = (pypdfium2.PdfDocument(data) for data in (scanned, clean))
    assert len(pages) == len(before)
    for number in range(len(pages)):
        assert not pages[number].get_textpage().get_text_range().strip()
        assert pages[number].get_size() == pytest.approx(before[number].get_size(), abs=10)
    document = read(scanned, name="scan.pdf", ocr="off")
    assert not any(page.words for page in document.pages)


def test_all_pages_of_a_document_come_from_one_device() -> None:
    clean = render_pdf(next(invoice for invoice in map(generate, range(100)) if len(invoice.pages) > 1))
    modes = set()
    for obj in pypdfium2.PdfDocument(scan_pdf(clean, severity="office", seed=3, dpi=72)):
        (image,) = obj.get_objects()
        modes.add(image.get_bitmap().mode)
    assert len(modes) == 1


def test_marks_darken_paper_and_never_erase_print(page: Image.Image) -> None:
    found = conditions("office")
    marked = 0
    for seed in range(12):
        result = used(page, found, Random(seed), dpi=DPI)
        before, after = (np.asarray(image.convert("L"), dtype=np.int16) for image in (page, result))
        # Only a hole before a white lid, or its ring, is lighter than what was there.
        assert (after > before + 3).mean() < 0.01, seed
        marked += bool((after < before - 3).any())
    assert marked > 6


def test_paper_that_lies_straight_stays_where_it_is(page: Image.Image) -> None:
    found = conditions("light")
    straight = Device.drawn(found, Random(1), dpi=DPI)
    result = straight.capture(page, Random(1), dpi=DPI).convert("L").resize(page.size)
    rows = [np.asarray(image.convert("L"), dtype=np.float64).mean(axis=1) for image in (page, result)]
    # A page that was mirrored, turned or lost would not follow the lines of the clean one.
    shifted = [np.corrcoef(rows[0][8:-8], np.roll(rows[1], shift)[8:-8])[0, 1] for shift in range(-6, 7)]
    assert max(shifted) > 0.6


def test_the_file_can_be_saved_as_any_image(page: Image.Image) -> None:
    for severity in SEVERITIES:
        out = BytesIO()
        scan_image(page, severity=severity, seed=5, dpi=DPI).save(out, format="PNG")
        assert Image.open(BytesIO(out.getvalue())).size[0] > 0
