"""The scripts that measure scans run, with an engine that costs nothing."""

from __future__ import annotations

import importlib.util
import json
import sys
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from PIL import Image

from fakta.documents import Box, Word
from fakta.documents.ocr import EngineName
from fakta_lab.synth import generate
from fakta_lab.synth.habits import Habits
from fakta_lab.synth.material import load_yaml
from fakta_lab.synth.write import write_set

SCRIPTS = Path(__file__).parents[2] / "scripts"


class Clairvoyant:
    """Reads one amount, whatever the page shows."""

    name: EngineName = "rapidocr"

    def read(self, image: Image.Image) -> list[Word]:
        texts = ("Att", "betala:", "1250,00", "kr")
        return [Word(text, Box(0.1 + 0.1 * i, 0.5, 0.18 + 0.1 * i, 0.52)) for i, text in enumerate(texts)]


@pytest.fixture
def script(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    spec = importlib.util.spec_from_file_location(request.param, SCRIPTS / f"{request.param}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, request.param, module)  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("script", ["scan_benchmark"], indirect=True)
def test_a_benchmark_is_scanned_read_and_scored(
    script: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_set(tmp_path / "set", count=3, seed=5)
    monkeypatch.setattr(script, "find_engine", lambda wanted: Clairvoyant())
    monkeypatch.setattr(script, "DPI", 50)
    command = ["scan_benchmark.py", str(tmp_path / "set"), "--limit", "2", "--cache", str(tmp_path / "ocr")]
    monkeypatch.setattr(sys, "argv", [*command, "--format", "json"])
    script.main()
    result = json.loads(capsys.readouterr().out)
    assert result["documents"] == 2
    assert not result["failures"]
    assert {error["predicted"] for error in result["errors"] if error["field"] == "amount_due"} == {"1250.00"}
    assert list((tmp_path / "ocr").glob("rapidocr-*.json"))


@pytest.mark.parametrize("script", ["ocr_habits"], indirect=True)
def test_counted_habits_have_the_form_of_the_data_file(script: ModuleType) -> None:
    page = generate(3).pages[0]
    legible = [word for word in page.words if word.text != "%"]
    seen = [Word("S" + word.text[1:] if word.text[0] == "5" else word.text, word.box) for word in legible]
    habits = Habits()
    for _ in range(2):
        habits.count(page.words, seen, aspect=page.height / page.width)
    rates = yaml.safe_load(yaml.safe_dump(script._rates(habits), allow_unicode=True))
    for shipped in load_yaml("ocr_habits").values():
        assert rates.keys() == shipped.keys()
        assert rates["merged"].keys() <= shipped["merged"].keys()
    assert 0.8 < rates["exact"] < 1
    assert rates["edges"] == pytest.approx([0, 0, 0, 0], abs=0.001)
