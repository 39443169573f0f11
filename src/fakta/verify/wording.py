"""The words of explanations: what `explanations.yaml` says, for one language.

The file says what each key is. It is read when the first explanation is asked for.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from importlib import resources
from typing import Any, Literal, NamedTuple, get_args

import yaml

from fakta.errors import ConfigError

Language = Literal["sv", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)
Reader = Literal["words", "donut"]

# In lists of fields: every field that the file does not name.
OWN = "own"


class Condition(NamedTuple):
    """What has to hold of a feature.

    Attributes:
        feature: name.
        least, most: both included.
        neutral: what the feature means where it is not there.
    """

    feature: str
    least: float
    most: float
    neutral: float


@dataclass(frozen=True, slots=True)
class Phrase:
    """A clause, and when it may be said; see `explanations.yaml`.

    Attributes:
        text: in the language of the wording.
        speaks_for: for what was read, otherwise against it.
        topic: of which a sentence has one phrase.
        weight: log-odds, where no model says how much.
        conditions: all of them have to hold.
        features: whose contributions it stands for.
        needs: a feature without which it is not true; "" where there is none.
    """

    text: str
    speaks_for: bool
    topic: str
    weight: float
    conditions: tuple[Condition, ...]
    features: tuple[str, ...]
    needs: str

    def is_true(self, features: Mapping[str, float]) -> bool:
        """Whether it may be said of a reading with these features."""
        for feature, least, most, neutral in self.conditions:
            # Written so that nothing holds of what is no number.
            if not least <= features.get(feature, neutral) <= most:
                return False
        return True


@dataclass(frozen=True)
class Wording:
    """Everything that explanations are made of, in one language.

    Attributes:
        sentences: name to text with places for `str.format`.
        names: of the invoice schema's fields.
        promises: patterns of reasons that `fakta tune` writes, and how each is said.
    """

    sentences: Mapping[str, str]
    names: Mapping[str, str]
    promises: Sequence[tuple[re.Pattern[str], str]]
    _phrases: Sequence[tuple[Mapping[str, Any], Phrase]]
    _applicable: dict[tuple[str, bool, Reader], tuple[Phrase, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, language: Language) -> Wording:
        """The wording of a language, read once.

        Raises:
            ConfigError: there is none.
        """
        return _wording(checked_language(language))

    def phrases(self, name: str, *, found: bool, reader: Reader) -> tuple[Phrase, ...]:
        """What may be said of a field.

        Args:
            name: of the field; of fields that the file does not name the same is said.
            found: whether there is a value.
            reader: what read it.
        """
        key = (name if name in self.names else OWN, found, reader)
        if key not in self._applicable:
            self._applicable[key] = tuple(phrase for data, phrase in self._phrases if _concerns(data, *key))
        return self._applicable[key]

    def promise(self, reason: str) -> str:
        """Why nothing is promised, as `fakta tune` wrote it, in this language; "" where it is not known."""
        for pattern, text in self.promises:
            match = pattern.search(reason)
            if match:
                return text.format(*match.groups())
        return ""


def checked_language(language: str) -> Language:
    """The language, if explanations can be given in it.

    Raises:
        ConfigError: they cannot.

    >>> checked_language("sv")
    'sv'
    """
    for known in LANGUAGES:
        if language == known:
            return known
    raise ConfigError(f"language {language!r}: expected one of {', '.join(LANGUAGES)}")


@cache
def explanations() -> Mapping[str, Any]:
    """The file as it is."""
    text = resources.files("fakta.verify").joinpath("explanations.yaml").read_text(encoding="utf-8")
    # libyaml, where it is there, is ten times as fast.
    loaded: Mapping[str, Any] = yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    return loaded


@cache
def _wording(language: Language) -> Wording:
    data = explanations()
    return Wording(
        sentences=data["sentences"][language],
        names={name: texts[language] for name, texts in data["fields"].items()},
        promises=[(re.compile(promise["reason"]), promise[language]) for promise in data["promises"]],
        _phrases=[(phrase, _phrase(phrase, data["neutral"], language)) for phrase in data["phrases"]],
    )


def _phrase(data: Mapping[str, Any], neutral: Mapping[str, float], language: Language) -> Phrase:
    conditions = tuple(
        Condition(
            feature,
            float("-inf") if least is None else float(least),
            float("inf") if most is None else float(most),
            float(neutral.get(feature, 0.0)),
        )
        for feature, (least, most) in data["when"].items()
    )
    return Phrase(
        text=data[language],
        speaks_for=data["side"] == "for",
        topic=data["topic"],
        weight=float(data["weight"]),
        conditions=conditions,
        features=tuple(data.get("features", data["when"])),
        needs=next((each.feature for each in conditions if not each.least <= each.neutral <= each.most), ""),
    )


def _concerns(phrase: Mapping[str, Any], name: str, found: bool, reader: Reader) -> bool:
    """Whether a phrase is about a field, with or without a value, as a reader read it."""
    if phrase.get("found", True) not in ("both", found) or phrase.get("reader", reader) != reader:
        return False
    return name in phrase.get("only", (name,)) and name not in phrase.get("not", ())
