"""Results as a file that grows line by line, and with which a run that was stopped can go on.

```
results.jsonl           one result a line, as soon as it is known
results.errors.jsonl    one document a line that could not be read; only where there is one
results.jsonl.lock      while a run writes; what is left of it says that the run did not get to its end
```

A line is written in one piece, so that only the last one can be torn, and a run that goes on cuts that one off. What a
document holds is told by its sha256: one that has changed is read again, and what was known about it goes.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from fakta.errors import DocumentError, InputError
from fakta.extraction import Extraction
from fakta_lab.files import replacing, sha256_of

# Every line begins like this, so that a torn one is known.
_BEGINNING = b'{"document": '
# What a power failure may take: results of the last second, or the last hundred.
_SYNC_S = 1.0
_SYNC_LINES = 100


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of either file.

    Attributes:
        document: path as it was given.
        sha256: of its bytes; None where there was no file.
        model: that read it.
        start, end: bytes in the file, the line end included.
    """

    document: str
    sha256: str | None
    model: str
    start: int
    end: int


class ResultsFile:
    """A file of results that is being written, see `writing`.

    Attributes:
        remaining: the documents that are still to be read, in order.
        n_known: how many of the documents asked for have a result from an earlier run.
        n_failed: how many could not be read, now or earlier.
    """

    def __init__(self, path: Path, remaining: list[str], *, n_known: int = 0, n_failed: int = 0) -> None:
        self.remaining = remaining
        self.n_known = n_known
        self.n_failed = n_failed
        self._results = _Appended(path)
        self._errors: _Appended | None = None
        self._errors_path = errors_path(path)

    def add(self, extraction: Extraction) -> None:
        """Writes a result.

        Raises:
            InputError: the file cannot be written.
        """
        self._results.write(extraction.to_dict())

    def fail(self, document: str, error: DocumentError, *, model: str) -> None:
        """Writes down that a document could not be read, and why.

        Raises:
            InputError: the file cannot be written.
        """
        self.n_failed += 1
        self._errors = self._errors or _Appended(self._errors_path)
        kind = type(error).__name__
        stated = {"document": document, "sha256": _sha256(document), "model": model, "kind": kind, "error": str(error)}
        self._errors.write(stated)

    def close(self) -> None:
        """Puts everything on the disk."""
        for file in (self._results, self._errors):
            if file is not None:
                file.close()


@contextmanager
def writing(
    path: Path, documents: Sequence[str], *, model: str, resume: bool = False, retry_failed: bool = False
) -> Iterator[ResultsFile]:
    """A file of results to write to; nobody else may meanwhile.

    Args:
        path: of the file. One that a run has finished is replaced; one whose run was stopped is not.
        documents: paths of everything that is to be read.
        model: that reads them.
        resume: keep what the file has, and read only the rest.
        retry_failed: with `resume`, read again what could not be read.

    Raises:
        InputError: the file is being written, its run was stopped and `resume` is not set, it holds results of another
            model or something else, or it cannot be written.
    """
    if not path.parent.is_dir():
        raise InputError(f"{path}: the folder {path.parent} does not exist; make it first")
    if path.exists() and not path.is_file():
        raise InputError(f"{path}: no regular file; name another one")
    with _locked(path) as lock:
        try:
            if resume:
                file = _resumed(path, documents, model=model, retry_failed=retry_failed)
            elif lock.left_over and path.is_file():
                raise InputError(
                    f"{path}: the run that wrote it was stopped before its end; go on with --resume, "
                    "or remove the file to begin anew"
                )
            else:
                errors_path(path).unlink(missing_ok=True)
                path.write_bytes(b"")
                file = ResultsFile(path, list(documents))
        except OSError as error:
            raise InputError(f"{path}: cannot be written: {error.strerror or error}") from error
        lock.state = "writing"
        try:
            yield file
        finally:
            file.close()
        lock.state = "done"


def errors_path(path: Path) -> Path:
    """Where documents that could not be read are written down.

    >>> errors_path(Path("out/results.jsonl")).as_posix()
    'out/results.errors.jsonl'
    """
    return path.with_name(f"{path.stem}.errors{path.suffix}")


def _resumed(path: Path, documents: Sequence[str], *, model: str, retry_failed: bool) -> ResultsFile:
    results, errors = _lines(path), _lines(errors_path(path))
    for line in (*results, *errors):
        if line.model != model:
            raise InputError(
                f"{path}: holds results of {line.model}, and {model} reads now; write to another file, or remove it"
            )
    asked = set(documents)
    known = Counter((line.document, line.sha256) for line in results if line.document in asked)
    failed = Counter((line.document, line.sha256) for line in errors if line.document in asked)
    if retry_failed:
        failed.clear()
    seen = {document for document, _ in (*known, *failed)}
    remaining, kept_results, kept_errors = [], Counter[tuple[str, str | None]](), Counter[tuple[str, str | None]]()
    for document in documents:
        stated = (document, _sha256(document)) if document in seen else (document, None)
        if known[stated] > kept_results[stated]:
            kept_results[stated] += 1
        elif failed[stated] > kept_errors[stated]:
            kept_errors[stated] += 1
        else:
            remaining.append(document)
    _keep(path, results, asked=asked, kept=kept_results)
    _keep(errors_path(path), errors, asked=asked, kept=kept_errors)
    if errors_path(path).exists() and not errors_path(path).stat().st_size:
        errors_path(path).unlink()
    return ResultsFile(path, remaining, n_known=kept_results.total(), n_failed=kept_errors.total())


def _keep(path: Path, lines: Sequence[_Line], *, asked: set[str], kept: Counter[tuple[str, str | None]]) -> None:
    """Leaves the lines about documents that nobody asked for, and of the others those that still hold."""
    left, staying = kept.copy(), []
    for line in lines:
        stated = (line.document, line.sha256)
        if line.document not in asked or left[stated] > 0:
            left[stated] -= 1
            staying.append(line)
    if len(staying) < len(lines):
        with path.open("rb") as file, replacing(path) as temporary, temporary.open("wb") as rest:
            for line in staying:
                file.seek(line.start)
                rest.write(file.read(line.end - line.start))


def _lines(path: Path) -> list[_Line]:
    """The lines of a file, after the last one is cut off if it is torn.

    Raises:
        InputError: it holds something else.
    """
    lines: list[_Line] = []
    if not path.is_file():
        return lines
    end = 0
    with path.open("rb") as file:
        for number, text in enumerate(file, 1):
            line = _line(text, end)
            if line is None:
                # More comes after it, or it is no beginning of a line that a run would have written.
                if file.read(1) or not _is_torn(text):
                    raise InputError(f"{path}, line {number}: no line of a results file; name another file")
                break
            lines.append(line)
            end = line.end
    if end < path.stat().st_size:
        os.truncate(path, end)
    return lines


def _line(text: bytes, start: int) -> _Line | None:
    if not text.endswith(b"\n"):
        return None
    try:
        data = json.loads(text)
        document, sha256, model = data["document"], data["sha256"], data["model"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    if not isinstance(document, str) or not isinstance(sha256, str | None) or not isinstance(model, str):
        return None
    return _Line(document, sha256, model, start, start + len(text))


def _is_torn(text: bytes) -> bool:
    return text.startswith(_BEGINNING) or _BEGINNING.startswith(text) or not text.strip(b"\0")


def _sha256(document: str) -> str | None:
    """Of a document's bytes; None where there are none to be read."""
    path = Path(document)
    try:
        return sha256_of(path) if path.is_file() else None
    except (OSError, ValueError):
        return None


class _Appended:
    """A file at whose end lines are written, each in one piece."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._n_unsaved = 0
        self._saved_s = time.monotonic()
        try:
            self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
        except OSError as error:
            raise InputError(f"{path}: cannot be written: {error.strerror or error}") from error

    def write(self, data: dict[str, Any]) -> None:
        try:
            rest = memoryview(_encoded(data))
            while rest:
                rest = rest[os.write(self._file, rest) :]
            self._n_unsaved += 1
            if self._n_unsaved >= _SYNC_LINES or time.monotonic() - self._saved_s >= _SYNC_S:
                self._save()
        except OSError as error:
            raise self._problem(error) from error

    def close(self) -> None:
        try:
            self._save()
        except OSError as error:
            raise self._problem(error) from error
        finally:
            os.close(self._file)

    def _save(self) -> None:
        os.fsync(self._file)
        self._n_unsaved, self._saved_s = 0, time.monotonic()

    def _problem(self, error: OSError) -> InputError:
        why = error.strerror or error
        return InputError(f"{self._path}: cannot be written ({why}); go on with --resume once it can")


def _encoded(data: dict[str, Any]) -> bytes:
    try:
        return (json.dumps(data, ensure_ascii=False) + "\n").encode()
    except UnicodeEncodeError:  # a path that is no UTF-8
        return (json.dumps(data) + "\n").encode()


@dataclass(slots=True)
class _Lock:
    """The right to write a file.

    Attributes:
        left_over: whoever had it before was stopped.
        state: of whoever has it now.
    """

    left_over: bool
    state: Literal["looking", "writing", "done"] = "looking"


@contextmanager
def _locked(path: Path) -> Iterator[_Lock]:
    """Keeps others from writing a file; what is left of the lock file says that writing was stopped."""
    lock_path = path.with_name(f"{path.name}.lock")
    try:
        descriptor, left_over = _lock_file(lock_path)
    except BlockingIOError:
        raise InputError(f"{path}: another run is writing it; wait until it is done, or stop it") from None
    except OSError as error:
        raise InputError(f"{lock_path}: cannot be written: {error.strerror or error}") from error
    lock = _Lock(left_over)
    try:
        yield lock
    finally:
        if lock.state == "done" or (lock.state == "looking" and not left_over):
            lock_path.unlink(missing_ok=True)
        os.close(descriptor)


def _lock_file(path: Path) -> tuple[int, bool]:
    """The locked file, and whether it was there before."""
    while True:
        try:
            descriptor, was_there = os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o666), False
        except FileExistsError:
            try:
                descriptor, was_there = os.open(path, os.O_RDWR), True
            except FileNotFoundError:
                continue
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Whoever had it may have removed it in between; then it keeps nobody out.
            if os.path.samestat(os.fstat(descriptor), path.stat()):
                return descriptor, was_there
        except FileNotFoundError:
            pass
        except BaseException:
            os.close(descriptor)
            raise
        os.close(descriptor)
