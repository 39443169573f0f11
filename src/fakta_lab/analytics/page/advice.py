"""The advice in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fakta_lab.analytics.page.words import Words


def sentences(advice: Sequence[Mapping[str, Any]], words: Words) -> list[str]:
    """One for each piece of advice, in order."""
    return [_sentence(each, words) for each in advice]


def _sentence(each: Mapping[str, Any], words: Words) -> str:
    name = each["advice"]
    if name == "look":
        return words.say("advice_look_other" if each["given"] else "advice_look")
    values: dict[str, Any] = {}
    if "fields" in each:
        values["fields"] = words.listed([words.field(row["field"]) for row in each["fields"]])
    if name == "got_worse":
        values |= {"period": words.period(each["period"]), "share": words.percent(each["share"])}
    if name == "remember_supplier":
        values |= {"supplier": words.supplier(each), "mistakes": each["mistakes"], "documents": each["documents"]}
    if name == "audit":
        values |= {"audited": each["audited"], "enough": each["enough"]}
    return words.say(f"advice_{name}", **values)
