"""Label Studio's JSON export: tasks, the predictions that people saw, and the annotations that they made of them.

A control's name (`from_name`) is a field: TextArea, Choices, Number, DateTime. A rectangle's label is a field too, its
value the text of the same region (the OCR template). Every annotation that was submitted is an event.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from fakta.errors import DatasetError
from fakta.wording import type_name
from fakta_lab.corrections.mapping import ImportMapping
from fakta_lab.corrections.sources.base import Item, Source
from fakta_lab.formats.json_text import parse_json
from fakta_lab.formats.jsonl import Problem, read_text

# Keys of a task's data that hold its document, most telling first.
DOCUMENT_KEYS = ("document", "pdf", "image", "ocr", "file")
DATA_KEYS = ("tenant", "supplier", "selection")
# A result's type to the key of its value.
VALUES = {"textarea": "text", "choices": "choices", "number": "number", "datetime": "datetime"}
REGIONS = {"rectanglelabels": "rectanglelabels", "labels": "labels"}
# They say something about a region or about two, not about a field.
PASSED_OVER = frozenset({"rectangle", "relation"})


class LabelStudioSource(Source):
    """A file that Label Studio exported as JSON."""

    def __init__(self, path: Path, *, mapping: ImportMapping) -> None:
        super().__init__(str(path))
        self.path = path
        self.mapping = mapping

    def read(self) -> Iterator[Item]:
        try:
            tasks = parse_json(read_text(self.path))
        except DatasetError as error:
            message = str(error)
            raise DatasetError(message if message.startswith(str(self.path)) else f"{self.path}: {message}") from None
        if not isinstance(tasks, list):
            raise DatasetError(f"{self.path}: expected a list of tasks, found {type_name(tasks)}; export as JSON")
        skipped = 0
        for number, task in enumerate(tasks, start=1):
            place = f"task {task['id'] if isinstance(task, dict) and 'id' in task else number}"
            wrong = _wrong(task)
            if wrong:
                yield Problem(place, wrong)
                continue
            for annotation in task["annotations"]:
                if annotation.get("was_cancelled") or annotation.get("skipped"):
                    skipped += 1
                else:
                    yield from self._event(task, annotation, place=place)
        if skipped:
            self.notes.append(f"skipped annotations passed over: {skipped}")

    def _event(self, task: Mapping[str, Any], annotation: Mapping[str, Any], *, place: str) -> Iterator[Item]:
        data = self.mapping.rename_keys(task["data"])
        place = f"{place}, annotation {annotation['id']}" if "id" in annotation else place
        final, wrong = _fields(annotation)
        event: dict[str, Any] = {key: data[key] for key in DATA_KEYS if key in data}
        event["document"] = _document(data)
        prediction = _prediction(task, annotation)
        if prediction:
            event["extracted"], _ = _fields(prediction)
            if isinstance(prediction.get("model_version"), str):
                event["extractor"] = prediction["model_version"]
            if annotation.get("parent_prediction") is not None:
                # Whoever starts from a prediction and removes a value of it says that it is not there.
                final = {**dict.fromkeys(event["extracted"]), **final}
        event["final"] = final
        if annotation.get("id") is not None:
            own = annotation["id"]
            event["id"] = own if isinstance(own, str) else f"labelstudio-{own}"
        at, by = annotation.get("updated_at") or annotation.get("created_at"), _person(annotation.get("completed_by"))
        event |= {"corrected_at": at} if at else {}
        event |= {"corrected_by": by} if by else {}
        yield place, event
        yield from (Problem(place, message) for message in wrong)


def _wrong(task: Any) -> str | None:
    """Why something is no annotated task."""
    if not isinstance(task, dict):
        return f"expected a task, found {type_name(task)}"
    if not isinstance(task.get("data"), dict):
        return "no data; a task of the JSON export has data and annotations (JSON-MIN has not)"
    annotations = task.get("annotations")
    if not isinstance(annotations, list) or not all(
        isinstance(a, dict) and isinstance(a.get("result") or [], list) for a in annotations
    ):
        return "annotations: expected a list of annotations with a result each; export as JSON, not JSON-MIN"
    if not annotations:
        return "no annotations"
    return None


def _document(data: Mapping[str, Any]) -> Any:
    """What a task's data names as its document, without the way Label Studio reaches it."""
    found = next((data[key] for key in DOCUMENT_KEYS if data.get(key)), None)
    if found is None:
        texts = [value for key, value in data.items() if isinstance(value, str) and key not in DATA_KEYS]
        found = texts[0] if len(texts) == 1 else None
    if not isinstance(found, str):
        return found
    address = urlsplit(found)
    if address.path == "/data/local-files/":
        return parse_qs(address.query).get("d", [found])[0]
    upload = "/data/upload/"
    # The project's number stands between.
    return address.path.removeprefix(upload).partition("/")[2] if address.path.startswith(upload) else found


def _prediction(task: Mapping[str, Any], annotation: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The prediction that an annotation was made from, else the last one of the task."""
    given = task.get("predictions")
    listed = given if isinstance(given, list) else []  # some exports state how many there are
    predictions = [p for p in listed if isinstance(p, dict) and isinstance(p.get("result"), list)]
    parent = annotation.get("parent_prediction")
    own = annotation.get("prediction")
    if isinstance(own, dict) and isinstance(own.get("result"), list):
        return own
    return next(
        (p for p in predictions if parent is not None and p.get("id") == parent),
        predictions[-1] if predictions else None,
    )


def _fields(annotation: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """Field to value, and what of the results cannot be used."""
    results = [result for result in annotation.get("result") or [] if isinstance(result, dict)]
    label_of: dict[str, str] = {}
    wrong = []
    for result in results:
        labels = _said(result, REGIONS.get(str(result.get("type")), ""))
        if isinstance(labels, list) and labels:
            label_of[str(result.get("id"))] = str(labels[0])
    fields: dict[str, Any] = {}
    read: set[str] = set()
    for result in results:
        kind = str(result.get("type"))
        region = str(result.get("id"))
        if kind in REGIONS or kind in PASSED_OVER:
            continue
        if kind not in VALUES:
            wrong.append(f"{result.get('from_name')}: results of type {kind!r} are not read")
            continue
        name = label_of.get(region, str(result.get("from_name")))
        value, message = _value(_said(result, VALUES[kind]))
        if message:
            wrong.append(f"{name}: {message}")
        elif name in fields and fields[name] != value:
            wrong.append(f"{name}: {value!r} beside {fields[name]!r}; the first was taken")
        else:
            fields[name] = value
        read.add(region)
    wrong += [
        f"{label}: a rectangle without text; its value is unknown"
        for region, label in label_of.items()
        if region not in read and label not in fields
    ]
    return fields, wrong


def _said(result: Mapping[str, Any], key: str) -> Any:
    value = result.get("value")
    return value.get(key) if isinstance(value, dict) else None


def _value(value: Any) -> tuple[Any, str | None]:
    if not isinstance(value, list):
        return value, None
    if not all(isinstance(part, str) for part in value):
        return None, "expected texts"
    if len(value) > 1:
        return None, f"{len(value)} values; a field has one"
    return (value[0] or None if value else None), None


def _person(value: Any) -> str | None:
    if isinstance(value, dict):
        value = value.get("email") or value.get("username") or value.get("id")
    return None if value is None else str(value)
