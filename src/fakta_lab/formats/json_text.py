"""JSON, read strictly: what two programs could understand differently is refused."""

from __future__ import annotations

import json
from typing import Any, NoReturn

from fakta.errors import DatasetError
from fakta.wording import type_name


def parse_json(text: str) -> Any:
    """The value that a JSON text states.

    Raises:
        DatasetError: it is none. Keys that stand twice and numbers that are none (NaN) count as mistakes too.

    >>> parse_json('{"a": [1, null]}')
    {'a': [1, None]}
    >>> parse_json('{"a": 1, "a": 2}')
    Traceback (most recent call last):
        ...
    fakta.errors.DatasetError: not valid JSON (key 'a' stands twice in one object)
    """
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_number)
    except json.JSONDecodeError as error:
        line = f"line {error.lineno} " if "\n" in text else ""
        raise DatasetError(f"not valid JSON ({error.msg} at {line}column {error.colno})") from None
    except RecursionError:
        raise DatasetError("not valid JSON (nested too deeply)") from None
    except ValueError:
        # Python refuses to convert numbers of thousands of digits.
        raise DatasetError("not valid JSON (a number with too many digits)") from None


def parse_object(text: str) -> dict[str, Any]:
    """The object that a JSON text states.

    Raises:
        DatasetError: it is no JSON, or no object.
    """
    data = parse_json(text)
    if not isinstance(data, dict):
        raise DatasetError(f"expected a JSON object, found {type_name(data)}")
    return data


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    data = dict(pairs)
    if len(data) < len(pairs):
        keys = [key for key, _ in pairs]
        twice = next(key for key in keys if keys.count(key) > 1)
        raise DatasetError(f"not valid JSON (key {twice!r} stands twice in one object)")
    return data


def _no_number(constant: str) -> NoReturn:
    raise DatasetError(f"not valid JSON ({constant} is no number)")
