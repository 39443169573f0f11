"""The page that tells people what a bundle is."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from fakta.families import DONUT
from fakta.schema import Schema

# Its name in a bundle.
CARD = "MODEL_CARD.md"
_CARD = """# {name}

A model for [fakta](https://pypi.org/project/fakta/): it {does}.

| | |
|---|---|
| architecture | {architecture} |
| weights | {weights}, licence {license} |
| fields | {fields} |
| tables | {tables} |
| started from | {start} |
| trained on | {trained} |
| seed | {seed} |
| source | {commit} |

## Use

```python
from fakta import Extractor

extractor = Extractor.load("{name}")
extraction = extractor.extract("faktura.pdf")
```

{graphs} is what production runs. `model.safetensors` and `config.json` are the same weights for training further.

{checked}{measured}## Limits

Confidences hold for documents like those that the thresholds in `manifest.json` were tuned on. A layout, language or
scan quality that differs from the training data lowers accuracy: measure it on documents of your own with
`fakta evaluate`. The model reads what is printed; it does not know whether an invoice is genuine.
"""


def model_card(
    *,
    name: str,
    license: str,
    schema: Schema,
    model: Mapping[str, Any],
    lineage: Mapping[str, Any],
    measurements: Mapping[str, Mapping[str, Any]] | None = None,
) -> str:
    """Markdown from the facts of the manifest."""
    documents = lineage.get("dataset_documents")
    pages = f"{lineage.get('pages', '?')} {'pages' if model['family'] == DONUT else 'windows of pages'}"
    parts = [f"{documents} corrected documents" if documents else "generated invoices, no real ones", pages]
    return _CARD.format(
        name=name,
        **_kind(model),
        weights=model.get("weights", "unknown"),
        license=license,
        fields=", ".join(schema.fields),
        tables=", ".join(f"{table} ({', '.join(columns)})" for table, columns in schema.tables.items()) or "none",
        start=lineage.get("start", "unknown"),
        trained=", ".join(part for part in parts if part),
        seed=lineage.get("seed", "unknown"),
        checked=_checked(lineage.get("export") or {}),
        measured=_measured(measurements or {}),
        commit=lineage.get("git_commit") or "no git checkout",
    )


def _kind(model: Mapping[str, Any]) -> dict[str, str]:
    """What differs between the families."""
    if model["family"] == DONUT:
        size = f"{model['height']} x {model['width']} pixels"
        return {
            "does": "looks at a page image and writes down the values of the fields that stand on it",
            "architecture": f"{model['family']}, images of {size}, at most {model['max_length']} tokens a page",
            "graphs": f"`{model['encoder']}` with `{model['decoder']}`",
        }
    return {
        "does": "labels the words of a document with the fields they belong to",
        "architecture": f"{model['family']}, {_sees(model)}, windows of {model['window']} tokens",
        "graphs": "`model.onnx`",
    }


def _sees(model: Mapping[str, Any]) -> str:
    """What of a page a model is given."""
    if "image" not in model:
        return "words and boxes only"
    size = model["image"]["size"]
    return f"words, boxes and the page's picture at {size} x {size} pixels"


def _checked(export: Mapping[str, Any]) -> str:
    """What the export compared; "" for a bundle that older exports wrote."""
    parity, int8 = export.get("parity"), export.get("int8")
    rows = []
    if parity:
        rows += [
            "## Checked",
            "",
            f"Read by this bundle and by the trained weights in transformers, {parity['documents']} documents gave "
            f"{parity['values'] - parity['values_different']} of {parity['values']} values and "
            f"{parity['decisions'] - parity['decisions_different']} of {parity['decisions']} decisions alike "
            f"(by {parity['decided_by']}).",
            "",
        ]
    if int8:
        rows += [
            f"8-bit integers, compared on {int8['documents']} documents with {int8['values']} values and "
            f"{int8['decisions']} decisions; shipped: {int8['shipped']} ({int8['why']}).",
            "",
            "| weights | speed | labels kept | values changed | decisions changed | MB |",
            "|---|---|---|---|---|---|",
            f"| float16 | 1.00 | | | | {int8['float16_bytes'] / 1e6:.1f} |",
        ]
        rows += [
            f"| int8, {kind} | {one['speedup']:.2f} | {one['agreement']:.2%} | {one['values_different']} | "
            f"{one['decisions_different']} | {one['bytes'] / 1e6:.1f} |"
            for kind, one in int8["candidates"].items()
        ]
        rows.append("")
    return "\n".join([*rows, ""]) if rows else ""


def _measured(measurements: Mapping[str, Mapping[str, Any]]) -> str:
    """A table of what the bundle was measured on; "" where nobody has."""
    if not measurements:
        return ""
    rows = [
        "## Measured",
        "",
        "`fakta evaluate SET --model DIR --card`, all fields; exact canonical values.",
        "",
        "| set | documents | precision | recall | micro-F1 | worst layout |",
        "|---|---|---|---|---|---|",
    ]
    for name, figures in sorted(measurements.items()):
        worst = figures["worst_layout"]
        shares = " | ".join(f"{figures[key]:.3f}" for key in ("precision", "recall", "f1"))
        rows.append(f"| {name} | {figures['documents']} | {shares} | {worst['f1']:.3f} ({worst['name']}) |")
    return "\n".join([*rows, "", ""])
