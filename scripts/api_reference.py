"""Builds the reference of the public interface from docstrings, as a folder of HTML pages.

    python scripts/api_reference.py build/api      (make api)

Public are the names in the `__all__` of the modules below, or all without an underscore where a module has none.
Whatever else the runtime holds may change without notice, and so may all of `fakta_lab`; its interface is the command
line.
"""

from __future__ import annotations

import importlib
import inspect
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path

from pdoc import doc, render

MODULES = (
    "fakta",
    "fakta.cascade",
    "fakta.champion",
    "fakta.documents",
    "fakta.errors",
    "fakta.fields",
    "fakta.fields.answers",
    "fakta.mapping",
    "fakta.memory",
    "fakta.schema",
    "fakta.shadow",
)


def load() -> dict[str, doc.Module]:
    """The public modules by name, as pdoc sees them."""
    package = importlib.import_module("fakta")
    for name in package.__all__:
        # Loaded on first use, which pdoc does not wait for.
        setattr(package, name, getattr(package, name))
    return {name: doc.Module(importlib.import_module(name)) for name in MODULES}


def undocumented(modules: dict[str, doc.Module]) -> Iterator[str]:
    """Full names of public modules, classes, functions and methods without a docstring."""
    for module in modules.values():
        if not module.docstring:
            yield module.fullname
        for member in module.members.values():
            # Constants and types are described where they are used, attributes in their class.
            if isinstance(member, doc.Function | doc.Class) and _is_public(member) and not _says(member):
                yield member.fullname
            if isinstance(member, doc.Class):
                yield from (own.fullname for own in member.own_members if _is_silent_method(own))


def configure() -> None:
    """Sets how pages look, for the whole process."""
    render.configure(docformat="google", search=True, footer_text="fakta")


def build(folder: Path) -> list[str]:
    """Writes the pages and returns what is wrong with them: missing docstrings and pdoc's warnings."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        modules = load()
        pages = {name: render.html_module(module, modules) for name, module in modules.items()}
        pages["index"] = render.html_index(modules)
        problems = [f"{name}: no docstring" for name in undocumented(modules)]
    folder.mkdir(parents=True, exist_ok=True)
    for name, page in pages.items():
        path = folder / f"{name.replace('.', '/')}.html"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(page, encoding="utf-8")
    (folder / "search.js").write_text(render.search_index(modules), encoding="utf-8")
    return problems + [str(each.message) for each in caught]


def _is_public(member: doc.Doc[object]) -> bool:
    return not member.name.startswith("_")


def _says(member: doc.Doc[object]) -> bool:
    # A dataclass without a docstring has one that Python made from its signature.
    return bool(member.docstring) and not member.docstring.startswith(f"{member.name}(")


def _is_silent_method(member: doc.Doc[object]) -> bool:
    is_method = isinstance(member, doc.Function) and member.name != "__init__"
    return is_method and _is_public(member) and inspect.getdoc(member.obj) is None and not member.docstring


def main(folder: str) -> int:
    """Builds the reference; returns 1 where something is wrong with it."""
    configure()
    problems = build(Path(folder))
    for problem in problems:
        print(problem, file=sys.stderr)
    if not problems:
        print(f"{len(MODULES)} modules: {Path(folder) / 'index.html'}")
    return 1 if problems else 0


if __name__ == "__main__":
    if len(sys.argv) != 2:
        sys.exit("usage: python scripts/api_reference.py FOLDER")
    sys.exit(main(sys.argv[1]))
