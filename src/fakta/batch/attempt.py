"""One task, and what came of it: the same whether it is done in this process or in another."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from typing import Any, NamedTuple

from fakta.errors import DocumentCrashed, DocumentError, DocumentLimitError, FaktaError


class Outcome(NamedTuple):
    """What came of a task: a result, or the error why there is none."""

    task: Any
    result: Any = None
    error: DocumentError | None = None


def attempt(work: Callable[[Any], Any], task: Any, *, memory_mb: int | None = None) -> Outcome:
    """Does a task. Faults that nobody foresaw are the document's too: it must not take the next ones along.

    Args:
        work: may raise `DocumentError`.
        task: its text names the document in messages.
        memory_mb: what the process may hold, for the message of a document that needs more.

    Raises:
        FaktaError: of the bundle or the installation; the next document would meet it too.
    """
    try:
        return Outcome(task, work(task))
    except DocumentError as error:
        return Outcome(task, error=error)
    except FaktaError:
        raise
    except MemoryError as error:
        return Outcome(task, error=_caused(out_of_memory(task, memory_mb), error))
    except Exception as error:
        said = " ".join(str(error).split())[:200]
        failed = DocumentCrashed(
            f"{task} cannot be read, for a fault in fakta ({type(error).__name__}: {said}): report it"
        )
        return Outcome(task, error=_caused(failed, error))


def out_of_memory(task: Any, memory_mb: int | None) -> DocumentLimitError:
    """The error of a document that needs more memory than there is, or than it is allowed."""
    allowed = "there is" if memory_mb is None else f"the {memory_mb} MB allowed"
    return DocumentLimitError(f"{task} needs more memory than {allowed}: split it or lower its resolution")


def _caused(error: DocumentError, cause: BaseException) -> DocumentError:
    # Causes do not travel between processes, notes do.
    error.add_note("".join(traceback.format_exception(cause)))
    return error
