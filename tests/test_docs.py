"""The documentation: generated pages are fresh, every page has its place, and the site asks nothing of servers."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from mkdocs.commands.build import build
from mkdocs.config import load_config
from mkdocs.exceptions import PluginError
from scripts import api_reference, cli_reference, configuration_reference, extraction_schema
from scripts.reference_page import stale
from scripts.site_hooks import linked

# Models that check no file of their own: parts of held-out page designs, and what `fakta learning-curve` is asked for.
NO_FILES = {"CurveConfig", "Family", "Item", "Vendor"}


def test_the_reference_of_the_command_line_is_what_the_program_says() -> None:
    assert stale(cli_reference.PAGE, cli_reference.page()) == ""


def test_the_reference_of_configurations_is_what_the_models_say() -> None:
    assert stale(configuration_reference.PAGE, configuration_reference.page()) == ""


def test_the_schema_of_extractions_is_what_the_code_says() -> None:
    assert stale(extraction_schema.PAGE, extraction_schema.page()) == ""


def test_a_page_that_is_out_of_date_names_the_command(tmp_path: Path) -> None:
    page = tmp_path / "cli.md"
    page.write_text("old", encoding="utf-8")
    assert stale(page, "new") == "cli.md is out of date: run `make reference` and commit what it writes"
    assert stale(page, "old") == ""


def test_the_reference_does_not_depend_on_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    wide = cli_reference.page()
    for name, value in {"COLUMNS": "30", "TERMINAL_WIDTH": "30", "FAKTA_STORE": "elsewhere", "LANG": "sv_SE"}.items():
        monkeypatch.setenv(name, value)
    assert cli_reference.page() == wide


def test_every_configuration_is_described(root: Path) -> None:
    source = "\n".join(path.read_text(encoding="utf-8") for path in (root / "src" / "fakta_lab").rglob("*.py"))
    models = set(re.findall(r"^class (\w+)\(ConfigModel\)", source, re.MULTILINE)) - NO_FILES
    described = {file.model.__name__ for file in configuration_reference.FILES}
    described |= {
        inner.__name__
        for file in configuration_reference.FILES
        for _, inner in configuration_reference.nested_models(file.model)
    }
    assert models == described, "add the file to FILES in scripts/configuration_reference.py"


def test_every_public_module_is_on_the_page_of_the_interface(root: Path) -> None:
    page = (root / "docs" / "python-api.md").read_text(encoding="utf-8")
    linked_modules = re.findall(r"^\| \[`([\w.]+)`\]", page, re.MULTILINE)
    assert linked_modules == list(api_reference.MODULES)


def test_every_page_has_one_place(root: Path) -> None:
    settings = yaml.safe_load((root / "mkdocs.yml").read_text(encoding="utf-8"))
    placed = list(_leaves(settings["nav"]))
    pages = [str(path.relative_to(root / "docs")) for path in (root / "docs").rglob("*.md")]
    assert sorted(placed) == sorted(pages), "give each page of docs/ one place under nav in mkdocs.yml"


@pytest.fixture(scope="module")
def site(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The built site, without the reference of the Python interface."""
    folder = tmp_path_factory.mktemp("site")
    with pytest.MonkeyPatch.context() as patch:
        # The real one takes longer than all other pages, and has a test of its own.
        patch.setattr(api_reference, "build", _no_reference)
        # Settings of pdoc are for the whole interpreter.
        patch.setattr(api_reference, "configure", lambda: None)
        patch.chdir(root)
        # Strict: a link, an anchor or a page without a place ends the build.
        build(load_config(str(root / "mkdocs.yml"), site_dir=str(folder)))
    return folder


def test_the_site_asks_nothing_of_servers(site: Path) -> None:
    asked = {
        (page.name, address)
        for page in site.rglob("*.html")
        for address in _loaded(page.read_text(encoding="utf-8"))
        if re.match(r"(https?:)?//", address)
    }
    assert asked == set()
    styles = "\n".join(path.read_text(encoding="utf-8") for path in site.rglob("*.css"))
    assert re.findall(r"@import|url\(\s*[\"']?(?:https?:)?//[^)]*", styles) == []
    # Diagrams of that kind would fetch their program.
    assert not any("mermaid" in page.read_text(encoding="utf-8") for page in site.rglob("*.html"))
    assert '<html lang="sv"' in (site / "sv" / "handledning.html").read_text(encoding="utf-8")


@pytest.mark.slow
@pytest.mark.skipif(shutil.which("chromium") is None, reason="Chromium is not installed")
@pytest.mark.parametrize(
    ("page", "query", "found"),
    # The second is a word on which the search fails where words may hold digits.
    [("index.html", "thresholds", "thresholds.html"), ("sv/handledning.html", "bankgiro", "sv/handledning.html")],
)
def test_pages_opened_from_disk_can_be_searched(site: Path, tmp_path: Path, page: str, query: str, found: str) -> None:
    options = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", f"--user-data-dir={tmp_path}"]
    address = f"{(site / page).as_uri()}?q={query}"
    shown = subprocess.run(
        ["chromium", *options, "--virtual-time-budget=20000", "--dump-dom", address],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    ).stdout
    results = re.findall(r'<a href="([^"?]+)[^"]*" class="md-search-result__link"', shown)
    assert (site / found).as_uri() in results


def test_mentions_become_links_but_not_in_code(tmp_path: Path) -> None:
    (tmp_path / "scans.md").write_text("# Scanned pages\n", encoding="utf-8")
    text = "See `docs/scans.md` (docs/scans.md).\n```\nread docs/scans.md\n```\n    docs/scans.md\n"
    link = "[Scanned pages](../scans.md)"
    expected = f"See {link} ({link}).\n```\nread docs/scans.md\n```\n    docs/scans.md\n"
    assert linked(text, docs=tmp_path, uri="sv/a.md") == expected


def test_bars_in_code_in_tables_are_shown_without_backslash(tmp_path: Path) -> None:
    text = "| `--format <sv\\|en>` | one \\| two |\n`a \\| b`\n"
    expected = "| <code>--format &lt;sv&#124;en&gt;</code> | one \\| two |\n`a \\| b`\n"
    assert linked(text, docs=tmp_path, uri="a.md") == expected


def test_links_that_lead_out_of_the_pages_become_paths(tmp_path: Path) -> None:
    (tmp_path / "docs" / "sv").mkdir(parents=True)
    for name in ("docs/a.md", "gates.yaml"):
        (tmp_path / name).write_text("# A\n", encoding="utf-8")
    text = "[floors](../../gates.yaml), [`gates.yaml`](../../gates.yaml), [A](../a.md)\n"
    expected = "floors (`gates.yaml`), `gates.yaml`, [A](../a.md)\n"
    assert linked(text, docs=tmp_path / "docs", uri="sv/b.md") == expected
    with pytest.raises(PluginError, match=r"sv/b\.md links to \.\./\.\./gone\.yaml, which does not exist"):
        linked("[floors](../../gone.yaml)", docs=tmp_path / "docs", uri="sv/b.md")


def test_a_mention_of_no_page_ends_the_build(tmp_path: Path) -> None:
    with pytest.raises(PluginError, match=r"a\.md mentions docs/gone\.md, which does not exist"):
        linked("See `docs/gone.md`.", docs=tmp_path, uri="a.md")


def _leaves(nav: Any) -> Iterator[str]:
    if isinstance(nav, str):
        yield nav
        return
    for item in nav.values() if isinstance(nav, dict) else nav:
        yield from _leaves(item)


def _loaded(html: str) -> Iterator[str]:
    """Addresses that a browser fetches by itself; links that a person may follow are none."""
    yield from re.findall(r'\bsrc="([^"]+)"', html)
    for tag in re.findall(r"<link\b[^>]*>", html):
        if not re.search(r'rel="(canonical|next|prev|alternate)"', tag):
            yield from re.findall(r'href="([^"]+)"', tag)


def _no_reference(folder: Path) -> list[str]:
    for name in ("index", *api_reference.MODULES):
        path = folder / f"{name.replace('.', '/')}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("<title>fakta</title>", encoding="utf-8")
    return []
