"""Runs a whole extraction while every training library and the workshop are made unimportable.

    python thin_runtime.py document.pdf [bundle]

Prints the extraction as JSON. A script rather than a function: the tests run it in interpreters of their own.
"""

from __future__ import annotations

import importlib
import json
import pkgutil
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec

REFUSED = frozenset(
    {"accelerate", "datasets", "fakta_lab", "mlflow", "pandas", "peft", "sklearn", "torch", "transformers"}
)

# What the extra `ocr` brings; the modules that need it are imported when a page is read by OCR.
OF_OCR = frozenset({"cv2", "pyclipper"})


class Refuse:
    """An import hook that answers for the refused modules before anyone else can."""

    @staticmethod
    def find_spec(name: str, path: Sequence[str] | None = None, target: object = None) -> ModuleSpec | None:
        if name.partition(".")[0] in REFUSED:
            raise ImportError(f"{name} must not be imported by the runtime", name=name)
        return None


def main(document: str, bundle: str | None = None) -> None:
    sys.meta_path.insert(0, Refuse())

    import fakta

    extraction = fakta.Extractor.load(bundle).extract(document)
    # Modules that one extraction does not reach must hold the rule too.
    for module in pkgutil.walk_packages(fakta.__path__, "fakta."):
        try:
            importlib.import_module(module.name)
        except ModuleNotFoundError as error:
            if error.name not in OF_OCR:
                raise
    leaked = sorted(REFUSED & {name.partition(".")[0] for name in sys.modules})
    if leaked:
        raise SystemExit(f"imported all the same: {', '.join(leaked)}")
    sys.stdout.write(json.dumps(extraction.to_dict()))


if __name__ == "__main__":
    main(*sys.argv[1:])
