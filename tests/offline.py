"""Runs whole extractions while every socket is refused, in this process and in worker processes.

    python offline.py document.pdf...

Prints one extraction a line as JSON. A script rather than a function: the refusal cannot be taken back.
"""

from __future__ import annotations

import json
import sys


def refuse(event: str, arguments: tuple[object, ...]) -> None:
    """An audit hook: nothing of Python's may make a socket, of any kind, or look a name up."""
    if event.startswith("socket."):
        raise PermissionError(f"{event}{arguments!r} must not happen")


# Worker processes import the script that started them, by the second name.
if __name__ in {"__main__", "__mp_main__"}:
    sys.addaudithook(refuse)


def main(*documents: str) -> None:
    """One document here, all of them in two worker processes."""
    from fakta import Extractor

    extractor = Extractor.load()
    for extraction in [extractor.extract(documents[0]), *extractor.extract_many(documents, workers=2, timeout=300)]:
        print(json.dumps(extraction.to_dict()))  # noqa: T201


if __name__ == "__main__":
    main(*sys.argv[1:])
