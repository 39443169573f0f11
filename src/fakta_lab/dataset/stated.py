"""What a person states about one document: from a file of values, or from a set's truth."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

from fakta.errors import FieldError, InputError
from fakta.fields import from_canonical
from fakta.schema import Schema
from fakta_lab.formats.benchmark import Benchmark


def stated_values(
    document: Path, *, values: Path | None, truth: Path | None, schema: Schema
) -> Mapping[str, str | None]:
    """Canonical values by field of one document.

    Args:
        document: whose values are wanted.
        values: JSON object, field to canonical value or null.
        truth: of a set that has the document; exactly one of the two is needed.
        schema: of the fields.

    Raises:
        InputError: both or neither are given, or a value cannot be used.
        DatasetError: the truth cannot be used.
    """
    if (values is None) == (truth is None):
        raise InputError(f"{document}: name its values with --values FILE.json or with --truth truth.jsonl")
    return _from_file(values, schema) if values else _from_truth(document, truth or document, schema)


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
