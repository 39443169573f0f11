"""What people state about one document: in a file of values, in a set's truth, or in the corrections of a store."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from fakta.errors import FieldError, InputError
from fakta.fields import from_canonical
from fakta.schema import Schema
from fakta_lab.files import sha256_of
from fakta_lab.formats.benchmark import Benchmark
from fakta_lab.labels import Label, labelled_documents
from fakta_lab.store import Store


@dataclass(frozen=True, slots=True)
class Stated:
    """A document and what is stated about it.

    Attributes:
        path: of its bytes.
        name: by which it goes.
        values: canonical, by field; None = not on the document.
        remarks: field to how the value is known and what speaks against it, in words; where a store knows that.
    """

    path: Path
    name: str
    values: Mapping[str, str | None]
    remarks: Mapping[str, str] = field(default_factory=dict)


def stated(document: str, *, values: Path | None, truth: Path | None, store: Path, schema: Schema) -> Stated:
    """What is stated about one document.

    Args:
        document: its path; or, where a store is asked, also a name that its corrections use, or its sha256.
        values: JSON object, field to canonical value or null.
        truth: of a set that has the document; at most one of the two.
        store: asked where neither is given.
        schema: of the fields.

    Raises:
        InputError: both are given, a value cannot be used, or the store has no corrections of the document.
        DatasetError: the truth cannot be used.
    """
    if values and truth:
        raise InputError(f"{document}: --values and --truth: name one of them")
    path = Path(document)
    if values:
        return Stated(path, path.name, _from_file(values, schema))
    if truth:
        return Stated(path, path.name, _from_truth(path, truth, schema))
    return _from_store(document, store, schema)


def _from_store(document: str, folder: Path, schema: Schema) -> Stated:
    path = Path(document)
    asked = sha256_of(path) if path.is_file() else document
    with Store.open(folder) as store:
        # Of the whole store: whether a label is doubted depends on the others.
        labelled = labelled_documents(store.events(schema=schema), schema=schema)
        names = store.names()
        called = {sha256 for sha256, known in names.items() if asked in (name for _, name in known)} | {asked}
        found = [each for each in labelled if each.sha256 in called or each.name == asked]
        held = [each for each in found if each.sha256]
        if not found:
            raise InputError(
                f"{document}: no corrections of it in {folder}; `fakta corrections list` names the documents"
            )
        if not held:
            raise InputError(f"{document}: the store has corrections of it, but not the document itself")
        if len(held) > 1:
            raise InputError(
                f"{document}: {len(held)} documents go by that name; ask by sha256: "
                f"{', '.join(each.sha256[:12] + '…' for each in held)}"
            )
        [one] = held
        remarks = {
            name: ", ".join([label.source, *(doubt.words for doubt in label.doubts), *_fate(label)])
            for name, label in one.labels.items()
        }
        return Stated(store.vault.path(one.sha256), one.name, one.values, remarks)


def _fate(label: Label) -> list[str]:
    return [] if label.usable else ["not learned from"]


def _from_file(path: Path, schema: Schema) -> Mapping[str, str | None]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except ValueError as error:
        raise InputError(f"{path}: not valid JSON ({error})") from None
    if not isinstance(data, dict):
        raise InputError(f"{path}: expected an object, field to canonical value or null")
    for name, value in data.items():
        if name not in schema.fields:
            raise InputError(f"{path}: unknown field {name!r}; known are {', '.join(schema.fields)}")
        if not isinstance(value, str | None):
            raise InputError(f"{path}: {name}: expected a text or null, such as {json.dumps(str(value))}")
        try:
            if value is not None:
                from_canonical(schema.fields[name].kind, value)
        except FieldError as error:
            raise InputError(f"{path}: {name}: {error}") from None
    return data


def _from_truth(document: Path, truth: Path, schema: Schema) -> Mapping[str, str | None]:
    benchmark = Benchmark.load(truth, schema=schema)
    wanted = document.resolve()
    for each in benchmark.documents:
        if each.path.resolve() == wanted:
            return {name: value for name, value in each.fields.items() if name in schema.fields}
    raise InputError(f"{truth}: no line for {document}")
