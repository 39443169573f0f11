from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from fakta.documents import read
from fakta.documents.lines import reading_order


@pytest.mark.parametrize("name", ["sv-layouts-dev", "sv-fewshot-dev", "invoices-eu-dev"])
def test_every_document_has_usable_text(benchmark_set: Callable[[str], Path], name: str) -> None:
    paths = sorted((benchmark_set(name) / "documents").glob("*.pdf"))
    assert paths
    for path in paths:
        # With OCR on, so that a page whose text layer is thrown away shows.
        for page in read(path).pages:
            assert page.source == "text", path
            assert page.words, path
            assert page.words == reading_order(page.words)
            for word in page.words:
                assert word.text.split() == [word.text]
                assert 0 <= word.box.left < word.box.right <= 1
                assert 0 <= word.box.top < word.box.bottom <= 1
