from __future__ import annotations

import os
import pickle
import subprocess
import sys
import tempfile
import threading
from pathlib import Path

import pytest
from PIL import ImageChops
from tests.fakta.documents.drawing import ink, invoice_page, text
from tests.fakta.documents.drawing import pdf as make_pdf

from fakta.documents import pdf, poppler, read
from fakta.errors import DamagedDocument, MissingExtra

needs_poppler = pytest.mark.skipif(not poppler.available(), reason="pdf2image or poppler-utils is not installed")


@pytest.mark.parametrize("dpi", [50, 100, 200])
def test_page_image_has_the_size_of_the_page(dpi: int) -> None:
    (page,) = read(make_pdf(invoice_page)).pages
    assert page.render is not None
    image = page.render(dpi)
    assert image.mode == "RGB"
    assert image.size == pytest.approx((page.width * dpi / 72, page.height * dpi / 72), abs=1.5)


def test_page_image_outlives_the_file_and_travels(tmp_path: Path) -> None:
    path = tmp_path / "faktura.pdf"
    path.write_bytes(make_pdf(invoice_page))
    document = read(path)
    path.unlink()
    copy = pickle.loads(pickle.dumps(document))
    assert copy == document
    for page in (document.pages[0], copy.pages[0]):
        assert page.render is not None
        assert page.render(50).convert("L").getextrema()[0] < 128


def test_pages_are_read_and_drawn_in_threads() -> None:
    data = make_pdf(invoice_page, invoice_page)
    expected, results = read(data), []

    def work() -> None:
        document = read(data)
        assert document.pages[1].render is not None
        results.append((document, document.pages[1].render(40).size))

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [document for document, _ in results] == [expected] * 8


@needs_poppler
def test_poppler_draws_the_same_page(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    data = make_pdf(lambda canvas: (canvas.setCropBox((50, 400, 450, 800)), text(100, 600, "Faktura")(canvas)))
    ours, theirs = (read(data, renderer=renderer).pages[0].render for renderer in ("pdfium", "poppler"))
    assert ours is not None
    assert theirs is not None
    assert ours(100).size == theirs(100).size
    assert ink(ours(100)) == pytest.approx(ink(theirs(100)), abs=0.005)
    assert ImageChops.difference(ours(100), theirs(100)).getbbox() is not None, "these are two renderers"
    assert list(tmp_path.iterdir()) == []


@needs_poppler
def test_poppler_is_the_second_attempt(monkeypatch: pytest.MonkeyPatch) -> None:
    (page,) = read(make_pdf(invoice_page)).pages

    def fail(*_: object, **__: object) -> None:
        raise DamagedDocument("pdfium cannot")

    monkeypatch.setattr(pdf, "_draw", fail)
    assert page.render is not None
    assert page.render(50).convert("L").getextrema()[0] < 128
    monkeypatch.setattr(poppler, "available", lambda: False)
    with pytest.raises(DamagedDocument, match="pdfium cannot"):
        page.render(50)


@needs_poppler
def test_poppler_on_a_page_it_cannot_draw() -> None:
    with pytest.raises(DamagedDocument, match="page 1 cannot be drawn by poppler"):
        poppler.draw(b"%PDF-1.4 nothing", 1, dpi=72, name="a.pdf")


def test_poppler_asked_for_without_pdf2image(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(MissingExtra, match=r"pip install 'fakta\[ocr\]'"):
        read(make_pdf(invoice_page), renderer="poppler")


def test_importing_documents_loads_neither_pdfium_nor_pillow_nor_ocr() -> None:
    code = (
        "import sys, fakta.documents; "
        "print(*sorted({'pypdfium2', 'PIL', 'rapidocr', 'pdf2image', 'cv2', 'numpy'} & set(sys.modules)))"
    )
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, env=environment)
    assert done.stdout.split() == []
