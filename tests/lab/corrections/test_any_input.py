"""Whatever a source holds, an import ends with a report or with one line that says what is wrong."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.lab.corrections.importers import NOW

from fakta.errors import InputError
from fakta.schema import invoice_schema
from fakta_lab.corrections.importing import import_corrections
from fakta_lab.corrections.limits import refusal
from fakta_lab.corrections.mapping import ImportMapping
from fakta_lab.corrections.sources.choose import SourceKind, open_source

KEYS = [
    *("document", "extracted", "corrected", "confirmed", "final", "corrected_at", "id", "tenant", "iban", "amount_due"),
    *("data", "annotations", "predictions", "result", "from_name", "type", "value", "text", "completed_by", "image"),
    *(
        "request",
        "response",
        "body",
        "choices",
        "message",
        "content",
        "tool_calls",
        "function",
        "arguments",
        "messages",
    ),
    *("file_name", "ground_truth", "gt_parse", "custom_id", "metadata", "image_url", "url", "finish_reason", "error"),
]
WORDS = [*KEYS, "a.pdf", "2026-04-15", "12 450,00", "textarea", "choices", "rectanglelabels", "{}", '{"iban": "x"}', ""]
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from(WORDS) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4),
    max_leaves=20,
)
NAMES = {"jsonl": "c.jsonl", "csv": "c.csv", "labelstudio": "c.json", "donut": "metadata.jsonl", "openai": "l.jsonl"}
RESULT = {"id": "r", "from_name": "iban", "type": "textarea", "value": {"text": ["x"]}}
CHOICE = {"message": {"content": '{"iban": "x"}'}, "finish_reason": "stop"}
# One usable item of each kind.
ITEMS: dict[str, Any] = {
    "jsonl": {"document": "a.pdf", "extracted": {"iban": "x"}, "corrected": {"iban": None}, "confirmed": ["bic"]},
    "labelstudio": {
        "id": 1,
        "data": {"image": "a"},
        "predictions": [{"result": [RESULT]}],
        "annotations": [{"id": 2, "result": [RESULT]}],
    },
    "donut": {"file_name": "a.png", "ground_truth": '{"gt_parse": {"iban": "x"}}'},
    "openai": {
        "custom_id": "a",
        "request": {"messages": [{"content": [{"type": "image_url", "image_url": {"url": "x"}}]}]},
        "response": {"choices": [CHOICE]},
    },
}


def try_out(kind: SourceKind, content: bytes) -> None:
    """A dry run; only errors that are raised on purpose may come."""
    mapping = ImportMapping(
        keys={"supplier": "meta.supplier"} if kind != "csv" else {}, decimal=".", dates=("%d/%m/%Y",)
    )
    with TemporaryDirectory() as folder:
        path = Path(folder) / NAMES[kind]
        path.write_bytes(content)
        with suppress(InputError):
            source = open_source(str(path), kind=kind, mapping=mapping, schema=invoice_schema())
            report = import_corrections(source, None, mapping=mapping, documents=Path(folder), dry_run=True, now=NOW)
            assert all("\n" not in str(problem) for problem in report.problems)


def places(value: Any) -> list[tuple[str | int, ...]]:
    """The way to everything inside an object or list."""
    steps = value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    return [(step, *rest) for step in steps for rest in [(), *places(value[step])]]


def written(kind: str, items: list[Any]) -> bytes:
    if kind == "labelstudio":
        return json.dumps(items).encode()
    return b"\n".join(json.dumps(item).encode() for item in items)


@pytest.mark.parametrize("kind", ["jsonl", "labelstudio", "donut", "openai"])
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large], max_examples=150)
@given(data=st.data())
def test_any_objects(kind: SourceKind, data: st.DataObject) -> None:
    item = json.loads(json.dumps(ITEMS[kind]))
    # Something else at any place in an item that is right.
    *way, last = data.draw(st.sampled_from(places(item)))
    at: Any = item
    for step in way:
        at = at[step]
    at[last] = data.draw(VALUES)
    try_out(kind, written(kind, [item, data.draw(VALUES)]))


@pytest.mark.parametrize("kind", NAMES)
@settings(max_examples=60)
@given(data=st.data())
def test_any_bytes(kind: SourceKind, data: st.DataObject) -> None:
    table = b'document;field;corrected;confirmed\na.pdf;iban;"x";ja\nb.pdf;amount_due;1,50;\n'
    content = bytearray(table if kind == "csv" else written(kind, [ITEMS[kind], ITEMS[kind]]))
    for place, byte in data.draw(
        st.lists(st.tuples(st.integers(0, len(content) - 1), st.integers(0, 255)), max_size=4)
    ):
        content[place] = byte
    try_out(kind, bytes(content[: data.draw(st.integers(1, len(content)))]))


@given(VALUES)
def test_what_can_be_stored_is_said_without_failing(value: Any) -> None:
    said = refusal({"document": "a.pdf", "corrected": {}, "extracted": value}, now=NOW)
    assert said is None or "\n" not in said
