"""The structured answer in a logged chat completion."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fakta.errors import DatasetError
from fakta.wording import type_name
from fakta_lab.formats.json_text import parse_object

# Models put JSON between fences unless they are held to a schema.
FENCED = re.compile(r"\s*```[a-zA-Z]*\s*\n(.*?)\n?\s*```\s*", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a model answered.

    Attributes:
        values: the object it gave.
        id: the completion's.
        model: its full name, with the date of the version.
    """

    values: Mapping[str, Any]
    id: str
    model: str


def answer_of(data: Mapping[str, Any]) -> Answer:
    """The answer in a line of a log.

    Raises:
        DatasetError: there is none, it was refused or cut off, or it is no JSON object.
    """
    completion = _completion(data)
    choices = completion.get("choices")
    choice = choices[0] if isinstance(choices, list) and choices else None
    if not isinstance(choice, dict) or not isinstance(choice.get("message"), dict):
        raise DatasetError("response: no choices with a message")
    message, reason = choice["message"], choice.get("finish_reason")
    if message.get("refusal"):
        raise DatasetError(f"the model refused: {str(message['refusal'])[:80]!r}")
    if reason in ("length", "content_filter"):
        raise DatasetError(f"the answer was cut off (finish_reason {reason!r})")
    return Answer(_values(message), _text(completion.get("id")), _text(completion.get("model")))


def _completion(data: Mapping[str, Any]) -> Mapping[str, Any]:
    response = data if "choices" in data else data.get("response")
    error = data.get("error") or (response.get("error") if isinstance(response, dict) else None)
    if error:
        said = error.get("message") if isinstance(error, dict) else error
        raise DatasetError(f"the request failed: {str(said)[:80]!r}")
    if not isinstance(response, dict):
        raise DatasetError("a request without an answer" if "response" not in data else "response: expected an object")
    if "body" in response:
        status = response.get("status_code", 200)
        if status != 200 or not isinstance(response["body"], dict):
            raise DatasetError(f"the request failed with status {status}")
        return response["body"]
    return response


def _values(message: Mapping[str, Any]) -> dict[str, Any]:
    if isinstance(message.get("parsed"), dict):
        return dict(message["parsed"])
    calls = message.get("tool_calls")
    function = calls[0].get("function") if isinstance(calls, list) and calls and isinstance(calls[0], dict) else None
    function = function or message.get("function_call")
    if isinstance(function, dict):
        where, text = "tool call", function.get("arguments")
    else:
        where, text = "content", message.get("content")
    if isinstance(text, list):
        text = "".join(str(part.get("text", "")) for part in text if isinstance(part, dict))
    if not isinstance(text, str):
        raise DatasetError(f"{where}: expected a text of JSON, found {type_name(text)}")
    fenced = FENCED.fullmatch(text)
    try:
        return parse_object(fenced[1] if fenced else text)
    except DatasetError as error:
        raise DatasetError(f"{where}: {error}") from None


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
