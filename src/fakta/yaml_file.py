"""YAML files that people write, read with errors that say where the mistake is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from fakta.errors import ConfigError


def read_yaml(path: Path, *, missing: str) -> Any:
    """What a YAML file holds (JSON is YAML too).

    Args:
        path: of the file.
        missing: what to say where there is none.

    Raises:
        ConfigError: it is missing, cannot be read, or is not valid YAML; names file and line.
    """
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: {missing}") from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read ({error.strerror})") from None
    except UnicodeDecodeError:
        raise ConfigError(f"{path}: is not UTF-8 text") from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"{path}:{mark.line + 1}" if mark else str(path)
        raise ConfigError(f"{where}: not valid YAML ({getattr(error, 'problem', None) or error})") from None
