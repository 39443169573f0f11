"""A bundle: everything that production loads, in one folder or one zip file of it.

```
manifest.json       what it is: schema, labels, model, verifier, thresholds, lineage, licence, sha256 of every file
model.onnx          the graph; of Donut two, encoder.onnx and decoder.onnx
tokenizer.json      text to tokens, normalisation included
MODEL_CARD.md       for people
```

Loading checks everything against the manifest before anything is used. Nothing in a bundle is executed or unpickled.

The path may be an alias, such as `models/champion` of a registry: a symbolic link, or where the file system has none
a small JSON file, `{"format": "fakta-alias", "bundle": "bundles/base-0123456789ab"}`. It is followed once, when the
bundle is loaded, so that everything read afterwards is of one bundle, wherever the alias points by then.
"""

from __future__ import annotations

import hashlib
import json
import stat
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from fakta.errors import BundleError, SchemaError
from fakta.families import FAMILIES, check_settings, expected_labels
from fakta.schema import Schema

FORMAT = "fakta-bundle"
FORMAT_VERSION = 1
MANIFEST = "manifest.json"
ALIAS_FORMAT = "fakta-alias"

# A bundle with a base-size model has about 0.5 GB; a hundred times that is an accident or an attack.
MAX_FILE_BYTES = 4 * 1024**3
MAX_MANIFEST_BYTES = 64 * 1024**2
MAX_FILES = 100
MAX_ALIAS_BYTES = 4096

_REQUIRED = {
    "name": str,
    "created": str,
    "license": str,
    "schema": dict,
    "labels": list,
    "model": dict,
    "lineage": dict,
    "files": dict,
}


@dataclass(frozen=True)
class Bundle:
    """A bundle that has passed every check.

    Attributes:
        path: the folder or zip file, no alias of it.
        manifest: the parsed `manifest.json`.
        schema: the fields it reads.
        labels: what the model's outputs mean, in order; none for a model that writes text.
    """

    path: Path
    manifest: Mapping[str, Any]
    schema: Schema
    labels: tuple[str, ...]

    @property
    def name(self) -> str:
        """What results are signed with."""
        return str(self.manifest["name"])

    @property
    def model(self) -> Mapping[str, Any]:
        """`family`, and whatever the family needs, see `fakta.families`; `image` where LayoutLMv3 sees pages."""
        model: Mapping[str, Any] = self.manifest["model"]
        return model

    @property
    def license(self) -> str:
        """SPDX identifier of the licence that the weights are under."""
        return str(self.manifest["license"])

    @classmethod
    def load(cls, path: str | Path) -> Bundle:
        """A bundle from a folder or a zip file, or from what an alias points to at this moment.

        Raises:
            BundleError: it is missing, damaged, foreign or from another version; the message names the file and what
                is wrong with it.
        """
        path = followed(Path(path))
        if (path / "bundles").is_dir() and not (path / MANIFEST).exists():
            raise BundleError(f"{path}: is a registry of bundles; name one of its aliases, such as {path / 'champion'}")
        source = _source(path)
        manifest = _manifest(source, where=path.name)
        schema, labels = _meaning(manifest, where=path.name)
        _check_files(source, manifest, where=path.name)
        return cls(path=path, manifest=manifest, schema=schema, labels=labels)

    def read(self, name: str) -> bytes:
        """The bytes of one of its files, checked again against the manifest.

        Raises:
            BundleError: the bundle has no such file, or it changed since it was loaded.
        """
        expected = self.manifest["files"].get(name)
        if expected is None:
            raise BundleError(
                f"{self.path.name}: has no file {name}; it has {', '.join(sorted(self.manifest['files']))}"
            )
        data = _source(self.path).read(name)
        if hashlib.sha256(data).hexdigest() != expected:
            raise BundleError(f"{self.path.name}: {name} changed since the bundle was loaded; load it again")
        return data


class _Source(Protocol):
    """Where a bundle's files come from."""

    def names(self) -> set[str]: ...

    def size(self, name: str) -> int: ...

    def read(self, name: str) -> bytes: ...


@dataclass(frozen=True)
class _Folder:
    path: Path

    def names(self) -> set[str]:
        try:
            return self._names()
        except OSError as error:  # a folder vanished while it was listed, or may not be
            raise BundleError(f"{self.path.name}: cannot be listed ({error.strerror})") from None

    def _names(self) -> set[str]:
        found = set()
        for entry in self.path.rglob("*"):
            name = entry.relative_to(self.path).as_posix()
            if entry.is_symlink():
                raise BundleError(f"{self.path.name}: {name} is a symbolic link; a bundle holds plain files only")
            if entry.is_dir():
                continue
            if not entry.is_file():  # a pipe would be waited for, without end
                raise BundleError(f"{self.path.name}: {name} is no regular file; a bundle holds plain files only")
            found.add(name)
            _check_count(len(found), where=self.path.name)
        return found

    def size(self, name: str) -> int:
        try:
            return (self.path / name).stat().st_size
        except OSError as error:
            raise BundleError(f"{self.path.name}: {name} cannot be read ({error.strerror})") from None

    def read(self, name: str) -> bytes:
        try:
            return (self.path / name).read_bytes()
        except OSError as error:
            raise BundleError(f"{self.path.name}: {name} cannot be read ({error.strerror})") from None


@dataclass(frozen=True)
class _Zip:
    path: Path

    def names(self) -> set[str]:
        with self._open() as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
        _check_count(len(entries), where=self.path.name)
        names = [entry.filename for entry in entries]
        for entry in entries:
            if stat.S_ISLNK(entry.external_attr >> 16):
                raise BundleError(
                    f"{self.path.name}: {entry.filename} is a symbolic link; a bundle holds plain files only"
                )
            _check_name(entry.filename, where=self.path.name)
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise BundleError(f"{self.path.name}: {twice} is in the zip file twice")
        return set(names)

    def size(self, name: str) -> int:
        with self._open() as archive:
            return archive.getinfo(name).file_size

    def read(self, name: str) -> bytes:
        # zipfile stops at the size that the directory declares, which was checked, so a zip bomb cannot unfold.
        try:
            with self._open() as archive:
                return archive.read(name)
        except MemoryError:
            raise BundleError(f"{self.path.name}: {name} needs more memory than there is") from None
        # zlib and zipfile report damage, encryption and unknown methods with a class of their own each.
        except (zipfile.BadZipFile, zlib.error, OSError, KeyError, RuntimeError, EOFError) as error:
            raise BundleError(f"{self.path.name}: {name} cannot be unpacked ({error})") from None

    def _open(self) -> zipfile.ZipFile:
        try:
            return zipfile.ZipFile(self.path)
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
            raise BundleError(f"{self.path.name}: neither a bundle folder nor a readable zip file") from None


def followed(path: Path) -> Path:
    """The folder or zip file of a bundle that a path leads to now, through links and pointer files.

    Raises:
        BundleError: there is nothing, or the alias is damaged.
    """
    try:
        found = path.resolve(strict=True)
        if found.is_file() and (target := _pointed_to(found)) is not None:
            found = target.resolve(strict=True)
    except (OSError, RuntimeError, ValueError):  # nothing there, a loop of links, no path at all
        raise BundleError(f"{path}: no such bundle; give a folder or a zip file that `fakta export` wrote") from None
    return found


def _pointed_to(file: Path) -> Path | None:
    """Where a pointer file points; None for any other file."""
    if file.stat().st_size > MAX_ALIAS_BYTES:
        return None
    try:
        said = json.loads(file.read_bytes())
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict) or said.get("format") != ALIAS_FORMAT:
        return None
    target = said.get("bundle")
    if not isinstance(target, str):
        raise BundleError(f"{file.name}: an alias that does not say which bundle; promote one again")
    _check_name(target, where=file.name)
    return file.parent / target


def _source(path: Path) -> _Source:
    if path.is_dir():
        return _Folder(path)
    if not path.exists():
        raise BundleError(f"{path.name}: the bundle is no longer where it was loaded from; load it again")
    return _Zip(path)


def _manifest(source: _Source, *, where: str) -> dict[str, Any]:
    if MANIFEST not in source.names():
        raise BundleError(f"{where}: {MANIFEST} is missing, so this is no fakta bundle")
    if source.size(MANIFEST) > MAX_MANIFEST_BYTES:
        raise BundleError(f"{where}: {MANIFEST} is larger than {MAX_MANIFEST_BYTES} bytes")
    try:
        manifest = json.loads(source.read(MANIFEST))
    except (ValueError, RecursionError) as error:  # no JSON, no UTF-8, or a number of thousands of digits
        raise BundleError(f"{where}: {MANIFEST} is not valid JSON ({error})") from None
    if not isinstance(manifest, dict) or manifest.get("format") != FORMAT:
        raise BundleError(f"{where}: {MANIFEST} does not say format {FORMAT!r}, so this is no fakta bundle")
    version = manifest.get("format_version")
    if version != FORMAT_VERSION or isinstance(version, bool):
        raise BundleError(
            f"{where}: {MANIFEST} has format_version {version!r} and this fakta reads {FORMAT_VERSION}; "
            "install the fakta that wrote it, or export the model again"
        )
    _check_keys(manifest, _REQUIRED, where=where, prefix="")
    _check_keys(manifest["model"], {"family": str}, where=where, prefix="model.")
    family = FAMILIES.get(manifest["model"]["family"])
    if family is None:
        raise BundleError(
            f"{where}: {MANIFEST}: model.family {manifest['model']['family']!r} is none that this fakta knows: "
            f"{', '.join(FAMILIES)}"
        )
    _check_keys(manifest["model"], family.keys, where=where, prefix="model.")
    return manifest


def _check_keys(data: Mapping[str, Any], keys: Mapping[str, type], *, where: str, prefix: str) -> None:
    for key, kind in keys.items():
        if key not in data:
            raise BundleError(f"{where}: {MANIFEST} lacks {prefix}{key}")
        if not isinstance(data[key], kind) or isinstance(data[key], bool):
            raise BundleError(
                f"{where}: {MANIFEST}: {prefix}{key} is {type(data[key]).__name__}, expected {kind.__name__}"
            )


def _meaning(manifest: Mapping[str, Any], *, where: str) -> tuple[Schema, tuple[str, ...]]:
    try:
        schema = Schema.from_dict(manifest["schema"], source=f"{where}: {MANIFEST}: schema")
    except SchemaError as error:
        raise BundleError(str(error)) from None
    labels = tuple(manifest["labels"])
    if labels != expected_labels(manifest["model"]["family"], schema):
        raise BundleError(f"{where}: {MANIFEST}: the {len(labels)} labels are not those of its schema")
    check_settings(manifest["model"], schema, where=f"{where}: {MANIFEST}")
    return schema, labels


def _check_files(source: _Source, manifest: Mapping[str, Any], *, where: str) -> None:
    listed: Mapping[str, Any] = manifest["files"]
    model = manifest["model"]
    for needed in (*(model[key] for key in FAMILIES[model["family"]].files), "tokenizer.json"):
        if needed not in listed:
            raise BundleError(f"{where}: {MANIFEST} lists no file {needed}, which the model needs")
    present = source.names()
    # All names and sizes first: nothing is read of a bundle that cannot be sound.
    for name, expected in listed.items():
        _check_name(name, where=where)
        if not isinstance(expected, str):
            raise BundleError(f"{where}: {MANIFEST}: the sha256 of {name} is none: {expected!r}")
        if name not in present:
            raise BundleError(f"{where}: {name} is missing; copy the whole bundle again")
        if source.size(name) > MAX_FILE_BYTES:
            raise BundleError(f"{where}: {name} has {source.size(name)} bytes, more than {MAX_FILE_BYTES}")
    extra = present - set(listed) - {MANIFEST}
    if extra:
        raise BundleError(f"{where}: {sorted(extra)[0]} is not listed in {MANIFEST}; a bundle holds nothing else")
    for name, expected in listed.items():
        actual = hashlib.sha256(source.read(name)).hexdigest()
        if actual != expected:
            raise BundleError(
                f"{where}: {name} is damaged: sha256 {actual[:12]}…, the manifest says {expected[:12]}…; "
                "copy the bundle again"
            )


def _check_count(n_files: int, *, where: str) -> None:
    if n_files > MAX_FILES + 1:  # and the manifest
        raise BundleError(f"{where}: holds more than {MAX_FILES} files, so this is no fakta bundle")


def _check_name(name: str, *, where: str) -> None:
    parts = name.replace("\\", "/").split("/")
    if not name or name.startswith(("/", "\\")) or ".." in parts or ":" in parts[0] or "\0" in name:
        raise BundleError(f"{where}: the file name {name!r} leads out of the bundle")
