from __future__ import annotations

import hashlib
import io
from pathlib import Path

import pytest

from fakta.documents import source
from fakta.documents.source import load_source
from fakta.errors import DocumentError, DocumentNotFound, DocumentTooLarge, EmptyDocument, UnsupportedDocument


def test_path_string_bytes_and_file_object_give_the_same_bytes(tmp_path: Path) -> None:
    path = tmp_path / "faktura.pdf"
    path.write_bytes(b"%PDF-1.7 ...")
    with path.open("rb") as file:
        loaded = [load_source(path), load_source(str(path)), load_source(b"%PDF-1.7 ..."), load_source(file)]
        assert not file.closed
    assert {each.data for each in loaded} == {b"%PDF-1.7 ..."}
    assert [each.name for each in loaded] == [str(path), str(path), "document", str(path)]
    assert loaded[0].sha256 == hashlib.sha256(b"%PDF-1.7 ...").hexdigest()


def test_name_given_wins() -> None:
    assert load_source(io.BytesIO(b"x"), name="a.pdf").name == "a.pdf"
    assert load_source(io.BytesIO(b"x")).name == "document"


def test_missing_path_is_named(tmp_path: Path) -> None:
    with pytest.raises(DocumentNotFound, match=r"saknas\.pdf: no such file"):
        load_source(tmp_path / "saknas.pdf")
    with pytest.raises(DocumentNotFound):
        load_source("a\0b.pdf")


def test_name_longer_than_the_file_system_allows_is_a_document_error() -> None:
    with pytest.raises(DocumentError):
        load_source("a" * 5000)


def test_folder_and_device_are_not_documents(tmp_path: Path) -> None:
    with pytest.raises(UnsupportedDocument, match="is a folder"):
        load_source(tmp_path)
    with pytest.raises(UnsupportedDocument, match="not a regular file"):
        load_source("/dev/null")


def test_empty(tmp_path: Path) -> None:
    (tmp_path / "tom.pdf").touch()
    with pytest.raises(EmptyDocument, match=r"tom\.pdf is empty"):
        load_source(tmp_path / "tom.pdf")
    with pytest.raises(EmptyDocument):
        load_source(b"")


def test_file_opened_as_text_is_refused() -> None:
    with pytest.raises(UnsupportedDocument, match="binary mode"):
        load_source(io.StringIO("hej"))  # type: ignore[arg-type]


def test_too_many_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MAX_BYTES", 10)
    (tmp_path / "stor.pdf").write_bytes(b"x" * 11)
    for given in (tmp_path / "stor.pdf", b"x" * 11, io.BytesIO(b"x" * 11)):
        with pytest.raises(DocumentTooLarge, match="the limit is"):
            load_source(given)
    assert load_source(b"x" * 10).data == b"x" * 10
