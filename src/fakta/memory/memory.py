"""The memory of all suppliers: one JSON file, found by identifier, changed document by document.

```
{"format": "fakta-memory", "version": 1, "suppliers": [
{"documents": {"<sha256>": {"identifiers": ["org:…"], "places": {…}, "values": {…}, "absent": […]}, …}},
…
]}
```

One supplier stands on each line, its documents in the order in which they were learned. What is kept of a document is
described in `fakta.memory.learned`; forgetting a document is dropping its entry.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from fakta.errors import MemoryFileError
from fakta.memory.identity import ACCOUNTS, kind_of
from fakta.memory.learned import Learned
from fakta.memory.supplier import Supplier

FORMAT = "fakta-memory"
VERSION = 1
# How the file begins and ends; one supplier stands on each line between.
_HEAD = json.dumps({"format": FORMAT, "version": VERSION})[:-1] + ', "suppliers": [\n'
_FOOT = "\n]}\n"
# Of each supplier its latest documents are remembered; more say nothing new.
MOST_DOCUMENTS = 12
# A memory of 100,000 suppliers has about 300 MB; ten times that is an accident or an attack.
MAX_BYTES = 3 * 1024**3
# Suppliers that stay ready for asking once one of their pages was met.
_MOST_READY = 64
_SHA256 = re.compile(r"[0-9a-f]{64}")

Documents = Mapping[str, Learned]


class Memory:
    """What corrected documents taught, by supplier.

    Suppliers are kept as text and parsed when one is met, so a large memory costs little more than its file.
    """

    def __init__(self) -> None:
        self._suppliers: dict[int, str] = {}
        self._index: dict[str, set[int]] = {}
        self._documents: dict[str, int] = {}
        self._next = 0
        self._ready: dict[int, Supplier] = {}
        self._digest = ""

    @classmethod
    def load(cls, path: str | Path) -> Memory:
        """The memory in a file.

        Raises:
            MemoryFileError: it is missing, damaged, too large or of another version; the message says which.
        """
        path = Path(path)
        try:
            if path.stat().st_size > MAX_BYTES:
                raise MemoryFileError(f"{path}: {path.stat().st_size} bytes, more than a memory has ({MAX_BYTES})")
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            raise MemoryFileError(f"{path}: no supplier memory: not UTF-8; build it again") from None
        except OSError as error:
            raise MemoryFileError(f"{path}: the memory cannot be read ({error.strerror})") from None
        return cls.from_text(text, source=str(path))

    @classmethod
    def from_text(cls, text: str, *, source: str) -> Memory:
        """The memory that a file's text states.

        Args:
            text: of the file.
            source: its name for messages.

        Raises:
            MemoryFileError: it is damaged or of another version.
        """
        memory = cls()
        for number, line in enumerate(_lines(text, source=source), 1):
            try:
                found = _identified(json.loads(line))
            except (ValueError, TypeError, RecursionError) as error:
                raise MemoryFileError(f"{source}: damaged: supplier {number}: {error}; build it again") from None
            again = next((sha256 for sha256 in found if sha256 in memory._documents), None)
            if again is not None:
                raise MemoryFileError(f"{source}: damaged: document {again[:12]}… stands in it twice; build it again")
            memory._keep(memory._fresh(), line, found)
        return memory

    def save(self, path: str | Path) -> None:
        """Writes the file, whole or not at all."""
        path = Path(path)
        temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
        try:
            temporary.write_text(self.to_text(), encoding="utf-8")
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)

    def to_text(self) -> str:
        """The text of its file; the same for the same documents learned in the same order."""
        return _HEAD + ",\n".join(self._suppliers.values()) + _FOOT

    @property
    def digest(self) -> str:
        """Tells memories apart by what they hold: a sha256, computed anew after a change."""
        if not self._digest:
            hashed = hashlib.sha256()
            for text in self._suppliers.values():
                hashed.update(text.encode("utf-8", errors="surrogatepass") + b"\n")
            self._digest = hashed.hexdigest()
        return self._digest

    def __len__(self) -> int:
        """How many suppliers it knows."""
        return len(self._suppliers)

    @property
    def documents(self) -> Collection[str]:
        """The sha256 of every document that it has learned from."""
        return self._documents.keys()

    def suppliers(self) -> Iterator[Documents]:
        """The documents of each supplier, by sha256, the oldest first."""
        return (_parsed(text) for text in self._suppliers.values())

    def of(self, identifier: str) -> list[Documents]:
        """The suppliers that have an identifier, see `fakta.memory.identity`."""
        return [_parsed(self._suppliers[key]) for key in sorted(self._index.get(identifier, ()))]

    def knows(self, identifier: str) -> Collection[int]:
        """Numbers of the suppliers that have an identifier; good until the memory changes."""
        return self._index.get(identifier, ())

    def numbered(self, number: int) -> Documents:
        """The documents of a supplier by its number, see `knows`."""
        return _parsed(self._suppliers[number])

    def supplier(self, number: int) -> Supplier:
        """A supplier by its number, ready for asking; the latest ones stay so."""
        found = self._ready.pop(number, None) or Supplier(self.numbered(number))
        self._ready[number] = found
        if len(self._ready) > _MOST_READY:
            self._ready.pop(next(iter(self._ready)), None)
        return found

    def add(self, sha256: str, learned: Learned) -> bool:
        """Remembers what a document taught, in place of what it taught before; False where it names no supplier.

        The oldest document of a supplier goes when it has more than `MOST_DOCUMENTS`.

        Raises:
            ValueError: `sha256` is none.
        """
        if not _SHA256.fullmatch(sha256):
            raise ValueError(f"{sha256!r}: no sha256 in lower-case hexadecimal")
        self.forget(sha256)
        if not learned.identifiers:
            return False
        number = self._supplier_of(learned)
        documents = dict(self.numbered(number)) if number is not None else {}
        documents[sha256] = learned
        self._put(self._fresh() if number is None else number, dict(list(documents.items())[-MOST_DOCUMENTS:]))
        return True

    def forget(self, sha256: str) -> bool:
        """Drops everything that a document taught; whether there was anything."""
        number = self._documents.get(sha256)
        if number is None:
            return False
        self._put(number, {key: learned for key, learned in self.numbered(number).items() if key != sha256})
        return True

    def _supplier_of(self, learned: Learned) -> int | None:
        """The known supplier that a document is from: by its organisation number, else by account, else by name."""
        own = {kind_of(found): found for found in learned.identifiers}
        for kind in ("org", "vat", *ACCOUNTS, "name"):
            if kind not in own:
                continue
            for number in sorted(self._index.get(own[kind], ())):
                if kind in ("org", "vat") or not self._contradicts(number, own, name_only=kind == "name"):
                    return number
        return None

    def _contradicts(self, number: int, own: Mapping[str, str], *, name_only: bool) -> bool:
        """Whether a supplier has other numbers of a kind than a document says: a name or a factor's account shared."""
        known: dict[str, set[str]] = {}
        for learned in self.numbered(number).values():
            for found in learned.identifiers:
                known.setdefault(kind_of(found), set()).add(found)
        kinds = ("org", "vat", *ACCOUNTS) if name_only else ("org", "vat")
        return any(kind in own and kind in known and own[kind] not in known[kind] for kind in kinds)

    def _fresh(self) -> int:
        self._next += 1
        return self._next

    def _put(self, number: int, documents: Documents) -> None:
        """Sets a supplier's documents, and drops it where it has none left."""
        self._digest = ""
        self._ready.pop(number, None)
        if number in self._suppliers:
            for sha256, learned in self.numbered(number).items():
                self._documents.pop(sha256, None)
                for found in learned.identifiers:
                    numbers = self._index.get(found, set())
                    numbers.discard(number)
                    if not numbers:
                        self._index.pop(found, None)
            del self._suppliers[number]
        if documents:
            identified = {sha256: learned.identifiers for sha256, learned in documents.items()}
            self._keep(number, _text(documents), identified)

    def _keep(self, number: int, text: str, identified: Mapping[str, Sequence[str]]) -> None:
        """Keeps a supplier's text, found by its documents and their identifiers."""
        self._digest = ""
        self._suppliers[number] = text
        for sha256, named in identified.items():
            self._documents[sha256] = number
            for found in named:
                self._index.setdefault(found, set()).add(number)


def identifiers(documents: Documents) -> Counter[str]:
    """The identifiers of a supplier, and in how many of its documents each was stated."""
    return Counter(found for learned in documents.values() for found in learned.identifiers)


def _lines(text: str, *, source: str) -> list[str]:
    """The JSON text of each supplier.

    A file with one a line, as `Memory.save` writes it, is not parsed as a whole: that would take ten times its size.

    Raises:
        MemoryFileError: it is no memory, or one of another version.
    """
    if text.startswith(_HEAD) and text.endswith(_FOOT):
        inside = text[len(_HEAD) : -len(_FOOT)]
        return inside.split(",\n") if inside else []
    try:
        data = json.loads(text)
    except (ValueError, RecursionError):
        raise MemoryFileError(f"{source}: no supplier memory: not valid JSON; build it again") from None
    if not isinstance(data, dict) or data.get("format") != FORMAT:
        raise MemoryFileError(f"{source}: no supplier memory: {FORMAT!r} is not its format")
    if data.get("version") != VERSION:
        raise MemoryFileError(
            f"{source}: version {data.get('version')!r} of a memory, and this fakta reads {VERSION}; "
            "install the fakta that wrote it, or build it again"
        )
    suppliers = data.get("suppliers")
    if not isinstance(suppliers, list):
        raise MemoryFileError(f"{source}: damaged: suppliers is no list; build it again")
    return [json.dumps(supplier, ensure_ascii=False, separators=(",", ":")) for supplier in suppliers]


def _identified(supplier: Any) -> dict[str, list[str]]:
    """The documents of a supplier and the identifiers in them; the rest is looked at when the supplier is met."""
    if not isinstance(supplier, dict) or not isinstance(supplier.get("documents"), dict) or not supplier["documents"]:
        raise ValueError("has no documents")
    found = {}
    for sha256, entry in supplier["documents"].items():
        if not _SHA256.fullmatch(sha256):
            raise ValueError(f"{sha256[:70]!r} is no sha256")
        named = entry.get("identifiers") if isinstance(entry, dict) else None
        if not isinstance(named, list) or not all(isinstance(each, str) for each in named):
            raise ValueError(f"document {sha256[:12]}… has no identifiers")
        found[sha256] = named
    return found


def _parsed(text: str) -> Documents:
    try:
        return {sha256: Learned.from_dict(entry) for sha256, entry in json.loads(text)["documents"].items()}
    except (ValueError, TypeError) as error:
        raise MemoryFileError(f"the supplier memory is damaged: {error}; build it again") from None


def _text(documents: Documents) -> str:
    entries = {sha256: learned.to_dict() for sha256, learned in documents.items()}
    return json.dumps({"documents": entries}, ensure_ascii=False, separators=(",", ":"))
