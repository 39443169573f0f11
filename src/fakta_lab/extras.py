"""Which optional dependency belongs to which extra, read from the package's own metadata.

`pyproject.toml` is the only list of dependencies; nothing here repeats it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from importlib import metadata

from fakta.errors import MissingExtra

# Distributions whose import name differs from their own name.
_DISTRIBUTION_OF_MODULE = {
    "PIL": "pillow",
    "prometheus_client": "prometheus-client",
    "sklearn": "scikit-learn",
    "stdnum": "python-stdnum",
    "yaml": "pyyaml",
}

_REQUIREMENT = re.compile(r"^(?P<name>[\w.-]+)(?P<bounds>[^;]*)(?:;.*extra == ['\"](?P<extra>[\w-]+)['\"])?")


@dataclass(frozen=True, slots=True)
class Requirement:
    """One declared dependency.

    Attributes:
        name: of the distribution, as declared.
        bounds: the version bounds, as declared.
        extra: that brings it; "" for the runtime.
    """

    name: str
    bounds: str
    extra: str


def requirements() -> list[Requirement]:
    """All declared dependencies of the installed package; empty where it runs from a bare source folder."""
    try:
        declared = metadata.requires("fakta") or []
    except metadata.PackageNotFoundError:
        return []
    matches = (_REQUIREMENT.match(line) for line in declared)
    return [Requirement(m["name"], m["bounds"].strip(), m["extra"] or "") for m in matches if m]


def missing_extra(error: ModuleNotFoundError, *, purpose: str) -> MissingExtra | None:
    """The error to show for a failed import, or None where the module is no declared optional dependency.

    Args:
        error: from the import.
        purpose: what needed it, to begin the sentence ("fakta train").
    """
    module = (error.name or "").partition(".")[0]
    distribution = normal_name(_DISTRIBUTION_OF_MODULE.get(module, module))
    for requirement in requirements():
        if requirement.extra and normal_name(requirement.name) == distribution:
            return MissingExtra(module, requirement.extra, purpose=purpose)
    return None


def normal_name(name: str) -> str:
    """A distribution's name as the package index compares it.

    >>> normal_name("Prometheus_Client")
    'prometheus-client'
    """
    return re.sub(r"[-_.]+", "-", name).lower()
