"""What stands at a path on the command line, as one of the two systems of a comparison."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Literal

from fakta.errors import DatasetError
from fakta.schema import Schema
from fakta_lab.comparison.systems import Answer, Logged, Model, System, answer_of_object, read_values
from fakta_lab.corrections.mapping import ImportMapping
from fakta_lab.corrections.sources.choose import open_source
from fakta_lab.formats.correction import SHA256
from fakta_lab.formats.jsonl import Problem, read_objects, summary
from fakta_lab.formats.shadow import is_shadow, read_shadow
from fakta_lab.labels.events import read_events
from fakta_lab.labels.statements import in_order

Kind = Literal["bundle", "shadow", "calls", "corrections", "answers"]
Side = Literal["first", "second"]
# Keys under which logs of calls say how long one took, and what one unit is in seconds.
DURATIONS = {"seconds": 1.0, "duration_s": 1.0, "latency_s": 1.0, "duration_ms": 0.001, "latency_ms": 0.001}


def kind_at(path: Path) -> Kind:
    """What stands at a path.

    Raises:
        DatasetError: nothing that answers about documents.
    """
    if path.is_dir():
        if (path / "manifest.json").is_file():
            return "bundle"
        if is_store(path):
            return "corrections"
        raise DatasetError(f"{path}: neither a bundle (manifest.json) nor a store of corrections (corrections.db)")
    if zipfile.is_zipfile(path):
        return "bundle"
    first = next((data for _, data in read_objects(path) if not isinstance(data, Problem)), None)
    if first is None:
        raise DatasetError(f"{path}: no line in it that is a JSON object")
    if is_shadow(first):
        return "shadow"
    if "fields" in first:
        return "answers"
    if first.keys() & {"extracted", "corrected", "confirmed"}:
        return "corrections"
    if "choices" in first or isinstance(first.get("response"), dict):
        return "calls"
    raise DatasetError(
        f"{path}: its lines are neither answers (fields), logged calls (choices, response), corrections (extracted, "
        "corrected, confirmed) nor a shadow log"
    )


def is_store(path: Path) -> bool:
    """Whether a folder is a store of corrections."""
    return (path / "store.yaml").is_file() or (path / "corrections.db").is_file()


def load_system(path: Path, *, side: Side, schema: Schema, mapping: Path | None = None) -> System:
    """The system at a path.

    Args:
        path: of a bundle (folder or zip); or of logged answers: predictions or extractions, chat completions, a
            corrections file or store (what the extractor answered), a shadow log.
        side: of a shadow log: "first" for what production used, "second" for what fakta read.
        schema: of the fields.
        mapping: how to read the application's JSON in logged calls, and in a shadow log that was written without a
            mapping; see `ImportMapping`.

    Raises:
        DatasetError: it is nothing that answers, or no line of it can be used.
        BundleError: it is a bundle that is damaged.
    """
    kind = kind_at(path)
    if kind == "bundle":
        from fakta.extract import Extractor

        extractor = Extractor.load(path)
        return Model(extractor, name=extractor.name)
    problems: list[Problem] = []
    if kind == "shadow":
        logged = _of_shadow(path, side, ImportMapping.load(mapping), schema, problems)
    elif kind == "calls":
        logged = _of_calls(path, ImportMapping.load(mapping), schema, problems)
    elif kind == "corrections":
        logged = _of_corrections(path, schema, problems)
    else:
        logged = _of_answers(path, schema, problems)
    if not len(logged):
        raise DatasetError(summary(path, problems) if problems else f"{path}: no answers in it")
    if problems:
        logged.notes.append(f"{len(problems)} lines of {path.name} could not be used, the first: {problems[0]}")
    return logged


def _of_answers(path: Path, schema: Schema, problems: list[Problem]) -> Logged:
    """Predictions or extractions, one a line."""
    names, logged = set(), Logged(path.stem)
    for number, data in read_objects(path):
        if isinstance(data, Problem):
            problems.append(data)
        elif not isinstance(data.get("document"), str) or not isinstance(data.get("fields"), Mapping):
            problems.append(Problem(number, "expected document (a path) and fields (an object)"))
        else:
            names.add(str(data.get("model") or ""))
            logged.add(data["document"], answer_of_object(data, schema), sha256=_sha256(data))
    return _named(logged, names)


def _of_shadow(path: Path, side: Side, mapping: ImportMapping, schema: Schema, problems: list[Problem]) -> Logged:
    names, logged = set(), Logged(path.stem, is_called=side == "first")
    for line in read_shadow(path, on_problem=problems.append):
        if side == "first":
            names.add(line.production_name)
            if line.production is None:
                continue
            # The log has field names where it was written with a mapping; otherwise it has the application's JSON.
            event, _ = mapping.translate({"extracted": dict(line.production)}, schema)
            answer = Answer(read_values(event["extracted"].items(), schema), seconds=line.production_seconds)
        else:
            names.add(line.model)
            if line.extraction is None:
                answer = Answer({}, accepted=frozenset(), needs_review=True, unread=line.error)
            else:
                answer = answer_of_object(line.extraction, schema)
        logged.add(line.document, answer, sha256=line.sha256)
    return _named(logged, names, otherwise="production" if side == "first" else "fakta")


def _of_calls(path: Path, mapping: ImportMapping, schema: Schema, problems: list[Problem]) -> Logged:
    """Chat completions, as `fakta corrections import` reads them."""
    names, logged = set(), Logged(path.stem, is_called=True)
    took = dict(_durations(path))
    source = open_source(str(path), kind="openai", mapping=mapping, schema=schema)
    for item in source.read():
        if isinstance(item, Problem):
            problems.append(item)
            continue
        place, event = item
        event, _ = mapping.translate(event, schema)
        content = source.document(event["document"])
        sha256 = hashlib.sha256(content).hexdigest() if content else _sha256({"sha256": event["document"]})
        names.add(str(event.get("extractor") or ""))
        answer = Answer(read_values(event["extracted"].items(), schema), seconds=took.get(place))
        logged.add(event["document"], answer, sha256=sha256)
    return _named(logged, names)


def _of_corrections(path: Path, schema: Schema, problems: list[Problem]) -> Logged:
    """What the extractor had answered before anybody corrected: of each document the first event that says so."""
    names, logged = set(), Logged(path.stem, is_called=True)
    for event in in_order(read_events(path, schema=schema, on_problem=problems.append)):
        correction = event.correction
        # A later event of a document shows what a person made of it.
        if not correction.extracted or correction.document in logged:
            continue
        names.add(correction.extractor)
        answer = Answer(read_values(correction.extracted.items(), schema))
        sha256 = event.document_sha256 or (correction.document if correction.is_sha256 else "")
        logged.add(correction.document, answer, sha256=sha256)
    return _named(logged, names)


def _named(logged: Logged, names: set[str], *, otherwise: str = "") -> Logged:
    logged.extractors = frozenset(names - {""})
    logged.name = " and ".join(sorted(logged.extractors)[:2]) or otherwise or logged.name
    if logged.extractors:
        # Fakta's own answers cost no call, wherever they were logged.
        logged.is_called = not all(name.startswith("fakta/") for name in logged.extractors)
    return logged


def _durations(path: Path) -> Iterator[tuple[int | str, float]]:
    for number, data in read_objects(path):
        if isinstance(data, Problem):
            continue
        for holder in (data, data.get("metadata"), data.get("response")):
            found = [
                (holder[key], unit)
                for key, unit in DURATIONS.items()
                if isinstance(holder, Mapping) and isinstance(holder.get(key), int | float)
            ]
            if found:
                yield number, found[0][0] * found[0][1]
                break


def _sha256(data: Mapping[str, Any]) -> str:
    stated = data.get("sha256")
    return stated if isinstance(stated, str) and SHA256.fullmatch(stated) else ""
