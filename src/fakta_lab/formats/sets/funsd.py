"""FUNSD (2019, scanned forms), the form in which many annotation tools give forms, and truth by question.

```
annotations/0001.json   {"form": [{"id": 0, "text": "Order No.", "label": "question", "box": [l, t, r, b],
                                   "words": [{"text": "Order", "box": […]}, …], "linking": [[0, 1]]}, …]}
images/0001.png
```

Boxes are in pixels of the image. A form has no fields of its own: each question is one, called by its words
(`order_no`), and its value is the text of the answers that it is linked to, in the file's order. A question without an
answer was left blank: its value is not on the document. One that is linked to other questions alone is a heading, and
says nothing. A question that another form asks is unknown here.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from fakta.documents import Box
from fakta.errors import DatasetError
from fakta.schema import Schema
from fakta.wording import type_name
from fakta_lab.formats.benchmark import BenchmarkDocument
from fakta_lab.formats.given import KEY
from fakta_lab.formats.jsonl import Problem
from fakta_lab.formats.sets.files import IMAGES, by_stem, image_size, read_json, relative_box
from fakta_lab.formats.sets.truth import Account, Stated, Truth

NAME = "FUNSD"
SHAPE = "annotations/, images/"

QUESTION, ANSWER = "question", "answer"
_WORDS = re.compile(r"[^\W_]+")


def fits(path: Path) -> bool:
    """Whether a folder has annotations beside images."""
    return (path / "annotations").is_dir() and (path / "images").is_dir()


def schema() -> None:
    """None: every form names its own fields."""


def read(split: Path, *, root: Path, schema: Schema | None, account: Account) -> Iterator[BenchmarkDocument | Problem]:
    """The forms; see `SetFormat.read`. With a schema, questions that it has no field for are counted."""
    images = by_stem(split / "images", IMAGES)
    annotations = by_stem(split / "annotations", (".json",))
    if bare := len(images.keys() - annotations.keys()):
        account.left_out["no annotation beside the image"] += bare
    for stem, path in annotations.items():
        place = f"{split.name}/annotations/{path.name}"
        try:
            if stem not in images:
                raise DatasetError("its image is missing, so its pixels say nothing of the page")
            form = _form(path)
            size = image_size(images[stem])
            lines = [line for entity in form for line in _lines(entity, size)]
        except DatasetError as error:
            yield Problem(place, str(error))
            continue
        asked = _asked(form, size, account)
        truth = Truth(schema, account)
        for name, values in asked.items():
            truth.state(name, values)
        document = images[stem].relative_to(root).as_posix()
        yield BenchmarkDocument(document, images[stem], truth.fields, extra=truth.extra(**{KEY: lines}))


def _form(path: Path) -> list[dict[str, Any]]:
    """The entities of a form, checked."""
    data = read_json(path)
    form = data.get("form") if isinstance(data, dict) else None
    if not isinstance(form, list):
        raise DatasetError(f"form: expected a list, found {type_name(form)}")
    for i, entity in enumerate(form):
        if not isinstance(entity, dict):
            raise DatasetError(f"form[{i}]: expected an object, found {type_name(entity)}")
        for key, kind, words in (("label", str, "a text"), ("text", str, "a text"), ("words", list, "a list")):
            if not isinstance(entity.get(key), kind):
                raise DatasetError(f"form[{i}].{key}: expected {words}, found {type_name(entity.get(key))}")
        if not isinstance(entity.get("id"), int | str):
            raise DatasetError(f"form[{i}].id: expected an id, found {type_name(entity.get('id'))}")
        _box(entity, f"form[{i}]")
        for j, word in enumerate(entity["words"]):
            if not isinstance(word, dict) or not isinstance(word.get("text"), str):
                raise DatasetError(f"form[{i}].words[{j}]: expected an object with text and box")
            _box(word, f"form[{i}].words[{j}]")
        links = entity.get("linking", [])
        if not isinstance(links, list) or not all(map(_is_link, links)):
            raise DatasetError(f"form[{i}].linking: expected a list of pairs of ids")
    return form


def _is_link(link: Any) -> bool:
    return isinstance(link, list) and len(link) == 2 and all(isinstance(end, int | str) for end in link)


def _box(data: Mapping[str, Any], where: str) -> None:
    box = data.get("box")
    if not (isinstance(box, list) and len(box) == 4 and all(isinstance(edge, int | float) for edge in box)):
        raise DatasetError(f"{where}.box: expected four numbers, left, top, right, bottom in pixels")


def _asked(form: Sequence[Mapping[str, Any]], size: tuple[int, int], account: Account) -> dict[str, list[Stated]]:
    """What each question's name was answered, once for each time that it was asked and answered."""
    labels = {entity["id"]: entity["label"] for entity in form}
    linked: dict[Any, set[Any]] = defaultdict(set)
    for entity in form:
        for first, second in entity.get("linking", []):
            linked[first].add(second)
            linked[second].add(first)
    asked: dict[str, list[Stated]] = {}
    for entity in form:
        if entity["label"] != QUESTION:
            continue
        others = linked[entity["id"]]
        answers = [other for other in form if other["label"] == ANSWER and other["id"] in others]
        if not answers and any(labels.get(other) == QUESTION for other in others):
            continue
        name = "_".join(_WORDS.findall(entity["text"].casefold()))
        if not name:
            account.unmapped["(a question without words)"] += 1
            continue
        values = asked.setdefault(name, [])
        if answers:
            text = " ".join(answer["text"].strip() for answer in answers)
            boxes = [answer["box"] for answer in answers]
            box = relative_box(
                [edge for each in boxes for edge in each[::2]],
                [edge for each in boxes for edge in each[1::2]],
                size=size,
            )
            values.append(Stated(text, 1, box))
    return asked


def _lines(entity: Mapping[str, Any], size: tuple[int, int]) -> Iterator[dict[str, Any]]:
    """The words of an entity, each as a line of its own."""
    for word in entity["words"]:
        if word["text"].strip():
            box: Box = relative_box(word["box"][::2], word["box"][1::2], size=size)
            yield {"text": word["text"].strip(), "box": list(box)}
