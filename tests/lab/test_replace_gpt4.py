"""The code of docs/replace-gpt4.md runs: the call before, the mapping, the call after, and what follows."""

from __future__ import annotations

import json
import re
import shlex
import sys
from dataclasses import replace
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from fakta import Extractor
from fakta_lab.cli import main
from fakta_lab.synth import SyntheticInvoice

# A file with its name above it, code, or commands.
BLOCKS = re.compile(r"(?:^`([^`\n]+)`:\n\n)?^```(yaml|python|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)


class FakeClient:
    """Answers like OpenAI's client, with what was put into `answer`."""

    answer: dict[str, Any]
    requests: list[dict[str, Any]]

    def __init__(self) -> None:
        self.chat = SimpleNamespace(completions=SimpleNamespace(create=self._create))

    def _create(self, **request: Any) -> Any:
        type(self).requests.append(request)
        message = SimpleNamespace(content=json.dumps(self.answer))
        return SimpleNamespace(choices=[SimpleNamespace(message=message)])


@pytest.fixture
def client(monkeypatch: pytest.MonkeyPatch) -> type[FakeClient]:
    module = ModuleType("openai")
    FakeClient.requests = []
    FakeClient.answer = {}
    module.OpenAI = FakeClient  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "openai", module)
    return FakeClient


def test_the_guide_runs(
    root: Path,
    invoice: SyntheticInvoice,
    invoice_pdf: Path,
    tmp_path: Path,
    client: type[FakeClient],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.chdir(tmp_path)
    pdf = invoice_pdf.read_bytes()
    Path("faktura.pdf").write_bytes(pdf)
    shared: dict[str, Any] = {"pdf": pdf}
    # The answer of the language model is right but for the amount.
    client.answer = {
        "fakturanummer": invoice.fields["invoice_number"],
        "betalning": {"att_betala": 1.0, "valuta": invoice.fields["currency"]},
    }
    printed: list[Any] = []
    blocks = BLOCKS.findall((root / "docs" / "replace-gpt4.md").read_text(encoding="utf-8"))
    assert [kind for _, kind, _ in blocks] == ["python", "yaml", "python", "console", "python", "python", "python"]
    for name, kind, content in blocks:
        if kind == "yaml":
            Path(name).write_text(content, encoding="utf-8")
        elif kind == "python":
            exec(compile(content, "docs/replace-gpt4.md", "exec"), shared)
        else:
            for line in content.splitlines():
                assert main(shlex.split(line.removeprefix("$ fakta "))) == 0, line
                printed.append(json.loads(capsys.readouterr().out))

    answer = shared["read_invoice"](pdf)
    assert answer == shared["answer"] == printed[0][0]
    assert f"{answer['betalning']['att_betala']:.2f}" == invoice.fields["amount_due"]
    Draft202012Validator(printed[1]).validate(answer)
    # The prompt asks for what the mapping gives.
    for key in re.findall(r'"([a-z_]+)":', shared["PROMPT"]):
        assert f'"{key}":' in json.dumps(answer)
    assert shared["different"].keys() == {"betalning.att_betala"}
    assert shared["different"]["betalning.att_betala"][1] == 1.0
    assert client.requests[0]["messages"][0]["content"][1]["file"]["file_data"].startswith(
        "data:application/pdf;base64,"
    )


def test_the_second_reader_is_asked_where_the_policy_says_so(
    root: Path,
    invoice_pdf: Path,
    untuned_bundle: Path,
    tmp_path: Path,
    client: type[FakeClient],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    shared: dict[str, Any] = {"pdf": invoice_pdf.read_bytes()}
    for name, kind, content in BLOCKS.findall((root / "docs" / "replace-gpt4.md").read_text(encoding="utf-8")):
        if kind == "yaml":
            Path(name).write_text(content, encoding="utf-8")
        elif kind == "python":
            exec(compile(content, "docs/replace-gpt4.md", "exec"), shared)
    # Without thresholds everything is held; a policy that trusts the other reader uses its answers.
    shared["extractor"] = Extractor.load(untuned_bundle)
    shared["policy"] = replace(shared["policy"], policy="trust")
    client.requests.clear()
    client.answer = {"leverantor": {"namn": "Norra Exempel Måleri AB", "orgnr": "559994-1209"}}
    answer = shared["read_with_second_reader"](shared["pdf"])
    assert len(client.requests) == 1
    assert answer["leverantor"] == client.answer["leverantor"]
