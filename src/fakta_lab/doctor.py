"""What is installed, what is known not to work, and what is missing."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from importlib import metadata
from typing import Literal

from fakta.errors import FaktaError
from fakta_lab.extras import Requirement, normal_name, requirements

Level = Literal["ok", "missing", "bad"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at.

    Attributes:
        level: "ok"; "missing" for something optional that is not there; "bad" for something that will not work.
        group: what needs it: "runtime", the name of an extra, or "system".
        name: distribution or program.
        detail: its version, or what is wrong.
        remedy: the command or step that mends it; "" where nothing has to be done.
    """

    level: Level
    group: str
    name: str
    detail: str
    remedy: str = ""


def diagnose() -> list[Finding]:
    """Looks at this interpreter's packages, the system's programs and the shipped model."""
    installed = installed_versions()
    return [
        *check_requirements(requirements(), installed),
        *check_known_problems(installed),
        *_programs(),
        _shipped_model(),
    ]


def installed_versions() -> dict[str, str]:
    """Distribution name, normalised, to version."""
    return {normal_name(found.name): found.version for found in metadata.distributions() if found.name}


def check_requirements(declared: list[Requirement], installed: Mapping[str, str]) -> Iterator[Finding]:
    """One finding for each declared dependency.

    Args:
        declared: what the package asks for.
        installed: normalised distribution name to version.
    """
    if not declared:
        yield Finding("bad", "runtime", "fakta", "runs from a source folder, not installed", "pip install -e .")
    for requirement in declared:
        group = requirement.extra or "runtime"
        remedy = f"pip install 'fakta[{requirement.extra}]'" if requirement.extra else "pip install fakta"
        version = installed.get(normal_name(requirement.name))
        lowest = re.search(r">=\s*([\d.]+)", requirement.bounds)
        if version is None:
            level: Level = "missing" if requirement.extra else "bad"
            yield Finding(level, group, requirement.name, "not installed", remedy)
        elif lowest and _release(version) < _release(lowest[1]):
            detail = f"{version} is too old, {requirement.bounds} is needed"
            yield Finding("bad", group, requirement.name, detail, f"{remedy} --upgrade")
        else:
            yield Finding("ok", group, requirement.name, version)


def check_known_problems(installed: Mapping[str, str]) -> Iterator[Finding]:
    """Combinations of versions that install and then fail or, worse, give wrong results.

    Args:
        installed: normalised distribution name to version.
    """
    transformers = installed.get("transformers", "")
    if transformers and (4, 50, 0) <= _release(transformers) <= (4, 57, 6):
        detail = f"{transformers} shifts Donut's labels twice: training looks fine and learns the wrong thing"
        yield Finding("bad", "lab", "transformers", detail, "pip install 'transformers>=5'")
    if installed.get("mlflow") == "3.18.0":
        detail = "3.18.0 has no matching mlflow-skinny"
        yield Finding("bad", "lab", "mlflow", detail, "pip install mlflow==3.17.2")
    if "optimum-onnx" in installed and _release(transformers) >= (5,):
        detail = f"does not import beside transformers {transformers}; fakta exports without it"
        yield Finding("bad", "lab", "optimum-onnx", detail, "pip uninstall optimum-onnx")
    if "opencv-python" in installed and "opencv-python-headless" in installed:
        detail = "opencv-python and opencv-python-headless overwrite each other's cv2"
        remedy = "pip uninstall opencv-python opencv-python-headless && pip install opencv-python-headless"
        yield Finding("bad", "ocr", "opencv", detail, remedy)


def _release(version: str) -> tuple[int, ...]:
    """The numbers of a version, without suffixes such as "+cpu" or "rc1".

    >>> _release("2.13.0+cpu"), _release("5.0rc1"), _release("")
    ((2, 13, 0), (5, 0), ())
    """
    leading = re.match(r"\d+(\.\d+)*", version)
    return tuple(int(part) for part in leading[0].split(".")) if leading else ()


def _programs() -> Iterator[Finding]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    yield Finding("ok", "system", "python", version)
    if shutil.which("pdftoppm"):
        yield Finding("ok", "system", "poppler", "pdftoppm found")
    else:
        detail = "pdftoppm not found: no second attempt at pages that pdfium cannot draw"
        yield Finding("missing", "system", "poppler", detail, "apt-get install poppler-utils")
    remedy = "apt-get install tesseract-ocr tesseract-ocr-swe"
    if not shutil.which("tesseract"):
        yield Finding("missing", "system", "tesseract", "not found: --ocr tesseract does not work", remedy)
        return
    listed = subprocess.run(["tesseract", "--list-langs"], capture_output=True, text=True, check=False, timeout=30)
    if "swe" in (listed.stdout + listed.stderr).split():
        yield Finding("ok", "system", "tesseract", "with Swedish")
    else:
        detail = "without Swedish: it would read å, ä, ö as other letters"
        yield Finding("missing", "system", "tesseract", detail, remedy)


def _shipped_model() -> Finding:
    # Imported here: it loads onnxruntime, which may be the very thing that is missing.
    try:
        from fakta.extract import Extractor

        Extractor.load()
    except (FaktaError, ImportError) as error:
        return Finding("bad", "runtime", "shipped model", str(error), "pip install --force-reinstall fakta")
    return Finding("ok", "runtime", "shipped model", "loads")
