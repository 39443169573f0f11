"""What the documentation site needs beside mkdocs; `mkdocs.yml` names this file under `hooks`.

- A mention of another page (`docs/thresholds.md`, as pages read on their own) becomes a link with its title.
- A link to a file of the project that is no page (`../configs/costs.yaml`) becomes that file's path.
- A bar in code in a table, which Markdown on GitHub wants escaped, is shown without its backslash.
- The reference of the Python interface is built into `api/`.
- Pages in another language say so to browsers and screen readers (`language: sv` at their top).
"""

from __future__ import annotations

import posixpath
import re
import tempfile
from functools import cache
from html import escape
from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files
from mkdocs.structure.pages import Page

MENTION = re.compile(r"`docs/([\w/-]+\.md)`|(?<![\w/`])docs/([\w/-]+\.md)(?![\w`])")
# To a file of the project that is no page.
OUTWARD = re.compile(r"\[([^\]]+)\]\(((?:\.\./)+[^)#\s]+)\)")
# As GitHub wants a bar inside code inside a table; here the backslash would show.
BARRED = re.compile(r"`([^`\n]*\\\|[^`\n]*)`")
FENCE = re.compile(r"^\s*(```|~~~)")


def on_files(files: Files, config: MkDocsConfig, **_: Any) -> Files:
    """Adds the pages of the Python interface, so that links to them are checked like all others."""
    # Here, because it loads the whole runtime.
    from scripts import api_reference

    api_reference.configure()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        problems = api_reference.build(folder)
        if problems:
            raise PluginError("API reference: " + "; ".join(problems))
        for path in sorted(folder.rglob("*.*")):
            uri = f"api/{path.relative_to(folder).as_posix()}"
            files.append(File.generated(config, uri, content=path.read_bytes()))
    return files


def on_page_markdown(markdown: str, page: Page, config: MkDocsConfig, **_: Any) -> str:
    """Links what the page mentions."""
    return linked(markdown, docs=Path(config.docs_dir), uri=page.file.src_uri)


def on_post_page(output: str, page: Page, **_: Any) -> str:
    """States the page's language."""
    language = page.meta.get("language")
    return output.replace('<html lang="en"', f'<html lang="{language}"', 1) if language else output


def linked(markdown: str, *, docs: Path, uri: str) -> str:
    """The text with links for the pages that it mentions, and paths for other files, but not inside blocks of code.

    Args:
        docs: folder of the pages.
        uri: of the page itself, relative to `docs`.

    Raises:
        PluginError: a mentioned page, or a file that is linked to, does not exist.
    """
    lines, fenced = [], False
    for line in markdown.splitlines(keepends=True):
        if FENCE.match(line):
            fenced = not fenced
        if not fenced and not line.startswith("    "):
            line = OUTWARD.sub(lambda found: _path(found, docs=docs, uri=uri), line)
            line = MENTION.sub(lambda found: _link(found, docs=docs, uri=uri), line)
            if line.startswith("|"):
                line = BARRED.sub(_code_with_bars, line)
        lines.append(line)
    return "".join(lines)


def _code_with_bars(code: re.Match[str]) -> str:
    text = escape(code[1]).replace(r"\|", "&#124;")
    return f"<code>{text}</code>"


def _path(link: re.Match[str], *, docs: Path, uri: str) -> str:
    """Text and path of what a link leads to, where that is outside the pages; the link itself otherwise."""
    project = docs.resolve().parent
    target = (docs / posixpath.dirname(uri) / link[2]).resolve()
    if target.is_relative_to(docs.resolve()):
        return link[0]
    if not target.exists() or not target.is_relative_to(project):
        raise PluginError(f"{uri} links to {link[2]}, which does not exist")
    path = f"`{target.relative_to(project).as_posix()}`"
    return path if link[1].strip("`") in path else f"{link[1]} ({path})"


def _link(mention: re.Match[str], *, docs: Path, uri: str) -> str:
    target = mention[1] or mention[2]
    if not (docs / target).is_file():
        raise PluginError(f"{uri} mentions docs/{target}, which does not exist")
    return f"[{_title(docs / target)}]({posixpath.relpath(target, posixpath.dirname(uri) or '.')})"


@cache
def _title(path: Path) -> str:
    heading = re.search(r"^# (.+)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return heading[1] if heading else path.stem
