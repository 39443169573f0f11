"""Bundles: what is read from a sound one, and one sentence for each way to be damaged."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import stat
import zipfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from random import Random
from typing import Any

import pytest
from tests.fakta.tiny_model import LABELS, write_tiny_bundle

import fakta.bundle
from fakta.bundle import Bundle
from fakta.errors import BundleError


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_tiny_bundle(tmp_path_factory.mktemp("sound") / "tiny")


@pytest.fixture
def folder(sound: Path, tmp_path: Path) -> Path:
    """A copy of the sound bundle, to be damaged."""
    return Path(shutil.copytree(sound, tmp_path / "tiny"))


def zipped(folder: Path) -> Path:
    return Path(shutil.make_archive(str(folder), "zip", folder))


def test_folder_and_zip_hold_the_same_bundle(folder: Path) -> None:
    bundle = Bundle.load(folder)
    assert (bundle.name, bundle.labels, bundle.license) == ("tiny", LABELS, "Apache-2.0")
    assert list(bundle.schema.fields) == ["total", "number"]
    archive = Bundle.load(zipped(folder))
    assert archive.manifest == bundle.manifest
    assert archive.read("model.onnx") == bundle.read("model.onnx") == (folder / "model.onnx").read_bytes()


def test_zip_is_read_in_place(folder: Path) -> None:
    archive = zipped(folder)
    before = set(archive.parent.rglob("*"))
    Bundle.load(archive).read("tokenizer.json")
    assert set(archive.parent.rglob("*")) == before


def test_a_registry_is_no_bundle_and_says_what_to_name(tmp_path: Path) -> None:
    (tmp_path / "models/bundles").mkdir(parents=True)
    with pytest.raises(
        BundleError, match=r"models: is a registry of bundles; name one of its aliases, such as .*champion"
    ):
        Bundle.load(tmp_path / "models")


def edit(folder: Path, change: Callable[[dict[str, Any]], None]) -> None:
    manifest = json.loads((folder / "manifest.json").read_text())
    change(manifest)
    (folder / "manifest.json").write_text(json.dumps(manifest))


def put(folder: Path, key: str, value: Any) -> None:
    def change(manifest: dict[str, Any]) -> None:
        *parents, last = key.split("/")
        for parent in parents:
            manifest = manifest[parent]
        manifest[last] = value

    edit(folder, change)


def drop(folder: Path, key: str) -> None:
    edit(folder, lambda manifest: manifest.pop(key))


def link(folder: Path) -> None:
    (folder / "model.onnx").rename(folder.parent / "outside.onnx")
    (folder / "model.onnx").symlink_to(folder.parent / "outside.onnx")


DAMAGE: dict[str, tuple[Callable[[Path], Any], str]] = {
    "no manifest": (
        lambda f: (f / "manifest.json").unlink(),
        "tiny: manifest.json is missing, so this is no fakta bundle",
    ),
    "manifest is no JSON": (
        lambda f: (f / "manifest.json").write_text("{"),
        "tiny: manifest.json is not valid JSON (Expecting property name enclosed in double quotes: line 1 column 2 "
        "(char 1))",
    ),
    "foreign": (
        lambda f: put(f, "format", "other"),
        "tiny: manifest.json does not say format 'fakta-bundle', so this is no fakta bundle",
    ),
    "other version": (
        lambda f: put(f, "format_version", 7),
        "tiny: manifest.json has format_version 7 and this fakta reads 1; install the fakta that wrote it, or export "
        "the model again",
    ),
    "key missing": (lambda f: drop(f, "license"), "tiny: manifest.json lacks license"),
    "wrong type": (lambda f: put(f, "files", []), "tiny: manifest.json: files is list, expected dict"),
    "model key missing": (
        lambda f: put(f, "model", {"family": "layoutlmv3", "file": "model.onnx", "window": 32}),
        "tiny: manifest.json lacks model.stride",
    ),
    "stride": (
        lambda f: put(f, "model/stride", 30),
        "tiny: manifest.json: model.stride 30 does not fit model.window 32",
    ),
    "labels": (
        lambda f: put(f, "labels", ["O"]),
        "tiny: manifest.json: the 1 labels are not those of its schema",
    ),
    "schema": (
        lambda f: put(f, "schema", {"fields": {}}),
        "tiny: manifest.json: schema: a schema is a mapping with a non-empty 'fields' mapping",
    ),
    "file missing": (
        lambda f: (f / "model.onnx").unlink(),
        "tiny: model.onnx is missing; copy the whole bundle again",
    ),
    "model not listed": (
        lambda f: put(f, "model/file", "other.onnx"),
        "tiny: manifest.json lists no file other.onnx, which the model needs",
    ),
    "file not listed": (
        lambda f: (f / "run.sh").write_text("rm"),
        "tiny: run.sh is not listed in manifest.json; a bundle holds nothing else",
    ),
    "way out": (lambda f: put(f, "files/..\\x", "0"), "tiny: the file name '..\\\\x' leads out of the bundle"),
    "absolute": (lambda f: put(f, "files/" + "x", "0") or _rename(f), "tiny: the file name '/etc/passwd' leads out of "
        "the bundle"),
    "link": (link, "tiny: model.onnx is a symbolic link; a bundle holds plain files only"),
    "link to a folder": (
        lambda f: (f / "more").symlink_to(f.parent),
        "tiny: more is a symbolic link; a bundle holds plain files only",
    ),
    "pipe": (lambda f: os.mkfifo(f / "pipe"), "tiny: pipe is no regular file; a bundle holds plain files only"),
    "too many files": (
        lambda f: [(f / str(n)).touch() for n in range(101)],
        "tiny: holds more than 100 files, so this is no fakta bundle",
    ),
    "version as text": (
        lambda f: put(f, "format_version", "1"),
        "tiny: manifest.json has format_version '1' and this fakta reads 1; install the fakta that wrote it, or export "
        "the model again",
    ),
    "version as truth": (
        lambda f: put(f, "format_version", True),
        "tiny: manifest.json has format_version True and this fakta reads 1; install the fakta that wrote it, or "
        "export the model again",
    ),
    "no version": (
        lambda f: drop(f, "format_version"),
        "tiny: manifest.json has format_version None and this fakta reads 1; install the fakta that wrote it, or "
        "export the model again",
    ),
    "manifest is no text": (
        lambda f: (f / "manifest.json").write_bytes(b"\xff\xfe\xfd"),
        "tiny: manifest.json is not valid JSON ('utf-16-le' codec can't decode byte 0xfd in position 2: "
        "truncated data)",
    ),
    "hash is none": (
        lambda f: put(f, "files/tokenizer.json", ["0"]),
        "tiny: manifest.json: the sha256 of tokenizer.json is none: ['0']",
    ),
}  # fmt: skip


def _rename(folder: Path) -> None:
    edit(folder, lambda manifest: manifest["files"].update({"/etc/passwd": manifest["files"].pop("x")}))


@pytest.mark.parametrize("kind", DAMAGE)
def test_damage_is_named(folder: Path, kind: str) -> None:
    damage, message = DAMAGE[kind]
    damage(folder)
    with pytest.raises(BundleError) as caught:
        Bundle.load(folder)
    assert str(caught.value) == message


def test_changed_file_is_named_with_both_hashes(folder: Path) -> None:
    with (folder / "tokenizer.json").open("a") as file:
        file.write(" ")
    with pytest.raises(BundleError, match=r"tokenizer\.json is damaged: sha256 \w{12}…, the manifest says \w{12}…"):
        Bundle.load(folder)


def test_file_that_changes_after_loading_is_noticed(folder: Path) -> None:
    bundle = Bundle.load(folder)
    (folder / "MODEL_CARD.md").write_text("other")
    with pytest.raises(BundleError, match=r"MODEL_CARD\.md changed since the bundle was loaded"):
        bundle.read("MODEL_CARD.md")
    with pytest.raises(BundleError, match=r"has no file secret; it has MODEL_CARD\.md, model\.onnx, tokenizer\.json"):
        bundle.read("secret")


def test_neither_folder_nor_zip(tmp_path: Path) -> None:
    (tmp_path / "model.zip").write_bytes(b"PK nothing")
    with pytest.raises(BundleError, match=r"^model\.zip: neither a bundle folder nor a readable zip file$"):
        Bundle.load(tmp_path / "model.zip")
    with pytest.raises(BundleError, match="no such bundle"):
        Bundle.load(tmp_path / "missing")


@pytest.mark.parametrize("name", ["../evil", "a/../../evil", "/evil", "C:/evil", "..\\evil"])
def test_zip_entry_that_leads_out_is_refused(folder: Path, name: str) -> None:
    archive = zipped(folder)
    with zipfile.ZipFile(archive, "a") as file:
        file.writestr(name, "x")
    with pytest.raises(BundleError, match=r"tiny\.zip: the file name .* leads out of the bundle"):
        Bundle.load(archive)


def test_zip_entry_that_is_a_link_is_refused(folder: Path) -> None:
    archive = zipped(folder)
    entry = zipfile.ZipInfo("link")
    entry.external_attr = (stat.S_IFLNK | 0o777) << 16
    with zipfile.ZipFile(archive, "a") as file:
        file.writestr(entry, "/etc/passwd")
    with pytest.raises(BundleError, match=r"tiny\.zip: link is a symbolic link"):
        Bundle.load(archive)


def test_zip_with_a_file_twice_is_refused(folder: Path) -> None:
    archive = zipped(folder)
    with zipfile.ZipFile(archive, "a") as file, pytest.warns(UserWarning, match="Duplicate name"):
        file.writestr("model.onnx", "x")
    with pytest.raises(BundleError, match=r"tiny\.zip: model\.onnx is in the zip file twice"):
        Bundle.load(archive)


def test_zip_entry_with_flipped_bytes_is_refused(folder: Path) -> None:
    archive = zipped(folder)
    with zipfile.ZipFile(archive) as file:
        entry = file.getinfo("tokenizer.json")
    content = bytearray(archive.read_bytes())
    middle = entry.header_offset + 100
    content[middle : middle + 8] = bytes(byte ^ 0xFF for byte in content[middle : middle + 8])
    archive.write_bytes(content)
    with pytest.raises(BundleError, match=r"tiny\.zip: tokenizer\.json (cannot be unpacked|is damaged)"):
        Bundle.load(archive)


def test_oversized_file_is_refused_before_it_is_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fakta.bundle, "MAX_FILE_BYTES", 10)
    with pytest.raises(BundleError, match=r"has \d+ bytes, more than 10$"):
        Bundle.load(zipped(folder))


def test_deeply_nested_manifest_is_refused(folder: Path) -> None:
    for text in ("[" * 200_000, '{"format": ' + "9" * 10_000 + "}"):
        (folder / "manifest.json").write_text(text)
        with pytest.raises(BundleError, match=r"^tiny: manifest\.json is not valid JSON"):
            Bundle.load(folder)


def test_zip_bomb_is_refused_before_it_unfolds(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # 30 MB of zeros in 30 kB; what the zip says of their size is refused, and where it lies nothing more is unpacked.
    monkeypatch.setattr(fakta.bundle, "MAX_FILE_BYTES", 10_000_000)
    (folder / "model.onnx").write_bytes(bytes(30_000_000))
    put(folder, "files/model.onnx", hashlib.sha256(bytes(30_000_000)).hexdigest())
    archive = Path(shutil.make_archive(str(folder), "zip", folder))
    assert archive.stat().st_size < 200_000
    with pytest.raises(BundleError, match=r"^tiny\.zip: model\.onnx has 30000000 bytes, more than 10000000$"):
        Bundle.load(archive)
    content = archive.read_bytes()
    real, said = (30_000_000).to_bytes(4, "little"), (1_000_000).to_bytes(4, "little")
    assert content.count(real) == 2
    archive.write_bytes(content.replace(real, said))
    with pytest.raises(BundleError, match=r"^tiny\.zip: model\.onnx (cannot be unpacked|is damaged)"):
        Bundle.load(archive)


def test_zip_with_many_entries_is_refused(folder: Path) -> None:
    archive = zipped(folder)
    with zipfile.ZipFile(archive, "a") as file:
        for number in range(2000):
            file.writestr(f"more/{number}", "")
    with pytest.raises(BundleError, match=r"^tiny\.zip: holds more than 100 files, so this is no fakta bundle$"):
        Bundle.load(archive)


def test_encrypted_zip_is_refused(folder: Path) -> None:
    archive = zipped(folder)
    content = bytearray(archive.read_bytes())
    with zipfile.ZipFile(archive) as file:
        offset = file.getinfo("manifest.json").header_offset
    content[offset + 6] |= 1
    listed = content.index(b"manifest.json", content.index(b"PK\x01\x02")) - 46
    content[listed + 8] |= 1
    archive.write_bytes(content)
    with pytest.raises(BundleError, match=r"^tiny\.zip: manifest\.json cannot be unpacked \("):
        Bundle.load(archive)


def test_whatever_is_wrong_in_a_zip_nothing_else_is_raised(folder: Path) -> None:
    archive = zipped(folder)
    sound = archive.read_bytes()
    rng = Random(4)
    for _ in range(150):
        content = bytearray(sound)
        # Mostly in the directory at the end, which is where the lies are that matter.
        for at in (rng.randrange(len(sound)), rng.randrange(len(sound) - 400, len(sound))):
            content[at] = rng.randrange(256)
        archive.write_bytes(content)
        with suppress(BundleError):
            Bundle.load(archive)
