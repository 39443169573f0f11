"""Every public name has a docstring, and the reference builds from them without a warning."""

from __future__ import annotations

import importlib
import subprocess
import sys
from pathlib import Path

import pytest
from pdoc import doc
from scripts.api_reference import MODULES, undocumented


def test_the_reference_builds_without_a_warning(root: Path, tmp_path: Path) -> None:
    # In a process of its own: pdoc's settings and the names that it resolves are for the whole interpreter.
    command = [sys.executable, "scripts/api_reference.py", str(tmp_path / "api")]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    pages = {str(page.relative_to(tmp_path / "api")) for page in (tmp_path / "api").rglob("*.html")}
    assert pages == {"index.html", *(f"{name.replace('.', '/')}.html" for name in MODULES)}
    start = (tmp_path / "api" / "fakta.html").read_text(encoding="utf-8")
    for name in MODULES[1:]:
        assert f'href="{name.replace(".", "/")}.html"' in start, f"fakta's docstring does not name {name}"


@pytest.mark.parametrize("name", MODULES)
def test_what_a_module_offers_exists(name: str) -> None:
    module = importlib.import_module(name)
    offered = getattr(module, "__all__", [])
    assert sorted(offered) == sorted(set(offered))
    assert [each for each in offered if not hasattr(module, each)] == []


PLANTED = '''
"""A module."""
from dataclasses import dataclass

def silent(): pass

def told(): "Says something."

@dataclass
class Silent:
    x: int

class Told:
    """Says something."""

    def method(self): pass

    def _own(self): pass
'''


def test_a_silent_name_is_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "planted.py").write_text(PLANTED, encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    planted = doc.Module(importlib.import_module("planted"))
    assert sorted(undocumented({"planted": planted})) == ["planted.Silent", "planted.Told.method", "planted.silent"]
