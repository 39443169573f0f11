"""What the guides say holds: their code runs, their examples are of the form they claim, their messages exist."""

from __future__ import annotations

import json
import re
import shlex
import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator
from scripts.extraction_schema import extraction_schema

from fakta import Extractor
from fakta.extract import shipped_bundle
from fakta.schema import Schema, invoice_schema
from fakta_lab.cli import main
from fakta_lab.formats.benchmark import Benchmark
from fakta_lab.formats.correction import parse_correction
from fakta_lab.formats.gates import gates_from

BLOCKS = re.compile(r"^```(python|console|json|yaml|text)\n(.*?)^```", re.MULTILINE | re.DOTALL)


def blocks(path: Path, *kinds: str) -> list[tuple[str, str]]:
    """Kind and content of a page's blocks of code, in order."""
    return [(kind, text) for kind, text in BLOCKS.findall(path.read_text(encoding="utf-8")) if kind in kinds]


def run(path: Path, capsys: pytest.CaptureFixture[str]) -> tuple[dict[str, Any], list[str]]:
    """Runs a page's Python and commands in the working directory; returns the names defined and what was printed."""
    names: dict[str, Any] = {"__name__": "__main__"}
    printed = []
    for kind, content in blocks(path, "python", "console"):
        if kind == "python":
            exec(compile(content, path.name, "exec"), names)
            continue
        for line in content.splitlines():
            assert main(shlex.split(line.removeprefix("$ fakta "))) == 0, line
            printed.append(" ".join(capsys.readouterr().out.split()))
    return names, printed


def test_quick_start_and_production_guide_run(
    root: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("FAKTA_STORE", raising=False)
    (tmp_path / "configs").symlink_to(root / "configs")
    quickstart = root / "docs" / "quickstart.md"
    _, printed = run(quickstart, capsys)
    first, second = printed[1], printed[-1]
    shown = [text for _, text in blocks(quickstart, "text") if text.startswith("invoices/documents/")]
    assert len(shown) == 2
    for text, output in zip(shown, (first, second), strict=True):
        # Between two ellipses everything is printed just so, but for where lines end.
        for part in text.split("…"):
            assert " ".join(part.split()) in output
    assert "Needs a look" in first
    assert "No review needed" in second

    shutil.copytree("invoices/documents", "inbox")
    for left in ("corrections.jsonl", "suppliers.json"):
        Path(left).unlink()
    shutil.rmtree("data")
    names, _ = run(root / "docs" / "guides" / "production.md", capsys)
    # Before the correction the document goes to a person, who is told why; after it its supplier is known.
    assert names["to_person"]
    assert not names["may_be_paid"]
    assert names["held"]["invoice_number"].startswith("Behöver granskas")
    assert "invoice_number" not in names["values"]
    assert names["again"].known_supplier
    assert str(names["again"].fields["invoice_number"].value) == "67162"
    Draft202012Validator(extraction_schema(invoice_schema())).validate(
        json.loads(Path("extractions.jsonl").read_text(encoding="utf-8"))
    )


def test_the_examples_of_the_file_formats_are_of_their_form(root: Path, tmp_path: Path) -> None:
    page = root / "docs" / "file-formats.md"
    _, correction, truth, _ = (text for _, text in blocks(page, "json"))
    event, wrong = parse_correction(json.loads(correction), invoice_schema())
    assert wrong == []
    assert event is not None
    assert event.corrected == {"amount_due": "1675.00"}
    gates, schema = (text for _, text in blocks(page, "yaml"))
    assert gates_from(yaml.safe_load(gates), source="page")["layouts.*.f1"] == 0.90
    assert Schema.from_dict(yaml.safe_load(schema), source="page").fields["address"].multiline
    (tmp_path / "truth.jsonl").write_text(" ".join(truth.split()) + "\n", encoding="utf-8")
    assert Benchmark.load(tmp_path).documents[0].fields["iban"] is None


def test_the_example_extraction_is_of_its_form(root: Path) -> None:
    example = json.loads(blocks(root / "docs" / "file-formats.md", "json")[0][1])
    schema = extraction_schema(invoice_schema())
    # It shows two of the fields, and a digest cut short.
    del schema["properties"]["fields"]["required"]
    del schema["properties"]["sha256"]["pattern"]
    Draft202012Validator(schema).validate(example)


def test_every_key_of_a_manifest_is_described(root: Path) -> None:
    page = (root / "docs" / "file-formats.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (`.*?) \|", page[page.index("| key of `manifest.json`") :], re.MULTILINE)
    described = {name for row in rows for name in re.findall(r"`(\w+)`", row)}
    manifest = json.loads((shipped_bundle() / "manifest.json").read_text(encoding="utf-8"))
    assert manifest.keys() <= described


def test_the_messages_in_troubleshooting_are_those_of_the_program(root: Path) -> None:
    page = (root / "docs" / "guides" / "troubleshooting.md").read_text(encoding="utf-8")
    source = "\n".join(path.read_text(encoding="utf-8") for path in sorted((root / "src").rglob("*.py")))
    # Long messages stand in several pieces.
    source = re.sub(r'"\s*\n\s*f?"', "", source)
    messages = re.findall(r"^\| `([^`]+)` \|", page, re.MULTILINE)
    assert len(messages) > 20
    parts = [part.strip() for message in messages for part in message.split("…") if part.strip()]
    assert [part for part in parts if part not in source] == []


def test_the_swedish_guide_quotes_the_explanations(root: Path) -> None:
    page = (root / "docs" / "sv" / "handledning.md").read_text(encoding="utf-8")
    start, end = page.index("## Vad förklaringarna betyder"), page.index("## Så rättar du")
    quoted = re.findall(r"^\| \*([^*]+)\* \|", page[start:end], re.MULTILINE)
    words = yaml.safe_load((root / "src" / "fakta" / "verify" / "explanations.yaml").read_text(encoding="utf-8"))
    assert len(quoted) > 20
    assert [text for text in quoted if text not in {phrase["sv"] for phrase in words["phrases"]}] == []


def test_an_extraction_has_the_form_that_is_published(invoice_pdf: Path) -> None:
    extraction = Extractor.load().extract(invoice_pdf)
    validator = Draft202012Validator(extraction_schema(invoice_schema()))
    plain = json.loads(json.dumps(extraction.to_dict()))
    validator.validate(plain)
    assert plain["fields"].keys() == invoice_schema().fields.keys()
    plain["fields"]["amount_due"]["value"] = "12 450,00"
    assert not validator.is_valid(plain)
