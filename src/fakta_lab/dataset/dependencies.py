"""What a page's words and labels depend on besides the document: the code, its data and the libraries below it."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
from collections.abc import Iterable, Sequence
from functools import cache
from importlib import metadata, resources
from importlib.resources.abc import Traversable
from typing import Any

from fakta.documents import Ocr

READING_LIBRARIES = ("numpy", "onnxruntime", "pdf2image", "pillow", "pypdfium2", "rapidocr")
ALIGNING_LIBRARIES = ("numpy", "python-stdnum", "rapidfuzz")
# Nothing else decides what code does; models are no part of reading and aligning.
CODE = (".py", ".tsv", ".yaml")


def reading_fingerprint(*, ocr: Ocr, pictures: Any) -> str:
    """Of all that decides what is read from a document's bytes."""
    engine = _engine(ocr)
    return digest_of("reading", _code("fakta.documents"), _versions(READING_LIBRARIES), engine, repr(pictures))


def aligning_fingerprint(schema: Any) -> str:
    """Of all that decides where on the pages a value stands."""
    code = _code("fakta"), _code("fakta_lab.dataset")
    return digest_of("aligning", *code, _versions(ALIGNING_LIBRARIES), json.dumps(schema.to_dict()))


def digest_of(*parts: str) -> str:
    """A short digest of texts."""
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:32]


def _engine(ocr: Ocr) -> str:
    """The engine that `ocr` stands for, and its version where it is no Python library."""
    from fakta.documents.ocr import rapid

    if ocr == "off":
        return "off"
    if ocr != "tesseract" and rapid.available():
        return "rapidocr"
    program = shutil.which("tesseract")
    if program is None:
        return "none"
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False, timeout=30)
    return (done.stdout or done.stderr).partition("\n")[0]


@cache
def _code(package: str) -> str:
    digest = hashlib.sha256()
    for path, file in _files(resources.files(package), ""):
        digest.update(f"{path}\n".encode() + file.read_bytes())
    return digest.hexdigest()


def _files(folder: Traversable, prefix: str) -> Iterable[tuple[str, Traversable]]:
    for entry in sorted(folder.iterdir(), key=lambda entry: entry.name):
        if entry.is_dir():
            yield from _files(entry, f"{prefix}{entry.name}/")
        elif entry.name.endswith(CODE):
            yield prefix + entry.name, entry


def _versions(libraries: Sequence[str]) -> str:
    return " ".join(f"{name}=={_version(name)}" for name in libraries)


def _version(name: str) -> str:
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return "none"
