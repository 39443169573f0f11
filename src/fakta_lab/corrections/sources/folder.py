"""A folder of documents, each with a JSON file of the same name beside it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from fakta.errors import DatasetError
from fakta.wording import type_name
from fakta_lab.corrections.documents import DocumentFolder
from fakta_lab.corrections.mapping import ImportMapping
from fakta_lab.corrections.sources.base import Item, Source
from fakta_lab.corrections.sources.rows import PARTS
from fakta_lab.formats.json_text import parse_json
from fakta_lab.formats.jsonl import Problem, read_text
from fakta_lab.formats.suffixes import SUFFIXES


class FolderSource(Source):
    """PDF or image and JSON in pairs, in subfolders too.

    The JSON is a plain mapping of field to value, all of them right; or an event with the contract's keys; or a list of
    such events. An event names its document itself, or is about the file beside it.
    """

    def __init__(self, folder: Path, *, mapping: ImportMapping) -> None:
        super().__init__(str(folder))
        self.folder = DocumentFolder(folder)
        self.mapping = mapping
        self._beside: tuple[str, str] | None = None

    def read(self) -> Iterator[Item]:
        files = self._files()
        documents: dict[str, list[str]] = {}
        for file in files:
            if file.suffix.lower() in SUFFIXES:
                documents.setdefault(file.with_suffix("").as_posix(), []).append(file.as_posix())
        stems = {file.with_suffix("").as_posix(): file for file in files if file.suffix.lower() == ".json"}
        for stem, file in stems.items():
            beside = documents.get(stem, [])
            if len(beside) != 1:
                found = (
                    f"{' and '.join(map(repr, beside))} have that name"
                    if beside
                    else f"no document {stem}.pdf beside it"
                )
                yield Problem(file.as_posix(), found)
                continue
            yield from self._events(file, beside[0])
        for stem, names in documents.items():
            if stem not in stems:
                yield from (Problem(name, f"no {stem}.json beside it") for name in names)

    def document(self, name: str) -> bytes | None:
        # The event may know the document beside it by another name.
        file = self._beside[1] if self._beside and self._beside[0] == name else None
        return self.folder.read(file) if file else None

    def count(self) -> int:
        return sum(file.suffix.lower() == ".json" for file in self._files())

    def _files(self) -> list[Path]:
        root = self.folder.folder
        if not root.is_dir():
            raise DatasetError(f"{root}: no such folder")
        found = (path.relative_to(root) for path in root.rglob("*") if path.is_symlink() or path.is_file())
        return sorted(path for path in found if not any(part.startswith(".") for part in path.parts))

    def _events(self, file: Path, document: str) -> Iterator[Item]:
        path = self.folder.folder / file
        try:
            if not path.resolve().is_relative_to(self.folder.folder.resolve()):
                raise DatasetError(f"{path}: leads out of {self.folder.folder} and is not read")
            data = parse_json(read_text(path))
        except (DatasetError, RuntimeError) as error:
            message = str(error) if isinstance(error, DatasetError) else "a link that leads to itself"
            yield Problem(file.as_posix(), message.removeprefix(f"{path}: "))
            return
        several = isinstance(data, list)
        for number, one in enumerate(data if several else [data], start=1):
            place = f"{file.as_posix()}, event {number}" if several else file.as_posix()
            if not isinstance(one, dict):
                yield Problem(place, f"expected a JSON object, found {type_name(one)}")
                continue
            event = self._event(one)
            event.setdefault("document", document)
            self._beside = (event["document"], document) if isinstance(event["document"], str) else None
            yield place, event

    def _event(self, data: dict[str, Any]) -> dict[str, Any]:
        renamed = self.mapping.rename_keys(data)
        return renamed if renamed.keys() & {*PARTS} else {"corrected": renamed}
