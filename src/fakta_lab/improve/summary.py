"""What a round says to people who decide: sentences and tables in their language, made from its facts alone.

The facts are the JSON form that `summary.json` keeps, so that a summary can be written again in another language.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from fakta_lab.improve.tables import Facts, Table, Tile, done_table, examples_table, fields_table, tiles_of
from fakta_lab.improve.wording import Words, hundreds


@dataclass(frozen=True, slots=True)
class Summary:
    """What a round says.

    Attributes:
        language: of everything in it.
        title, kicker: of the page.
        headline: the first sentence.
        short: the sentences after it.
        next_steps: what to do.
        basis: what it rests on.
        tiles: figures.
        tables: field by field, what got better, what got worse; empty ones left out.
        done: stages and how long they took.
        headings: name to text.
    """

    language: str
    title: str
    kicker: str
    headline: str
    short: tuple[str, ...]
    next_steps: tuple[str, ...]
    basis: tuple[str, ...]
    tiles: tuple[Tile, ...]
    tables: tuple[Table, ...]
    done: Table
    headings: Mapping[str, str]


def summarise(facts: Facts, *, language: str = "en") -> Summary:
    """The summary of a round.

    Args:
        facts: of the round, as `summary.json` has them.
        language: "en" or "sv".

    Raises:
        ConfigError: there are no words in that language.
    """
    words = Words(language)
    figures = facts["figures"]
    examples = (examples_table(which, figures, words) for which in ("better", "worse"))
    return Summary(
        language=words.language,
        title=words.say("title"),
        kicker=words.say("kicker"),
        headline=_headline(facts, words),
        short=tuple(_short(facts, words)),
        next_steps=tuple(_next_steps(facts, words)),
        basis=tuple(_basis(facts, words)),
        tiles=tuple(tiles_of(figures, words)),
        tables=tuple(table for table in (fields_table(figures, words), *examples) if table.rows),
        done=done_table(facts, words),
        headings={name: words.say(f"heading_{name}") for name in ("short", "next", "basis")},
    )


def _headline(facts: Facts, words: Words) -> str:
    overall = facts["figures"]["overall"]
    if not overall["values"]:
        return words.say("headline_nothing")
    same = overall["old_right"] == overall["new_right"]
    return words.say(
        "headline_same" if same else "headline",
        model=words.say("trained" if facts["trained"] else "memory"),
        new=words.share(overall["new_right"], overall["values"]),
        old=words.share(overall["old_right"], overall["values"]),
        difference=words.points(overall["difference"]),
        low=words.points(overall["low"]),
        high=words.points(overall["high"]),
        invoices=words.count("invoices", overall["documents"]),
        suppliers=words.count("suppliers", overall["suppliers"]),
    )


def _short(facts: Facts, words: Words) -> Iterator[str]:
    figures = facts["figures"]
    overall = figures["overall"]
    if overall["values"]:
        yield _verdict(facts, words)
        if overall["better"] or overall["worse"]:
            yield words.say(
                "changed",
                better=words.count("values", overall["better"]),
                worse=words.count("values", overall["worse"]),
            )
        yield from _groups(figures, words)
        yield from _field_changes(figures, words)
        yield from _passed(figures, words)
        if figures["saving"]:
            yield _saving(figures["saving"], words)
    yield from _skipped(facts, words)


def _verdict(facts: Facts, words: Words) -> str:
    overall, outcome = facts["figures"]["overall"], facts["verdict"]["outcome"]
    if not overall["better"] and not overall["worse"]:
        return words.say("verdict_same")
    ahead = outcome == "equal" and overall["low"] >= 0
    return words.say(
        "verdict_ahead" if ahead else f"verdict_{outcome}",
        p=words.number(overall["p"], 2),
        worst=words.number(100 * max(0.0, -overall["low"]), 1),
        best=words.number(100 * max(0.0, overall["high"]), 1),
    )


def _groups(figures: Facts, words: Words) -> Iterator[str]:
    for name in ("unseen", "known"):
        group = figures[name]
        if group["values"]:
            same = group["new_right"] == group["old_right"]
            yield words.say(
                f"{name}_same" if same else name,
                invoices=words.count("invoices", group["documents"]),
                suppliers=words.count("suppliers", group["suppliers"]),
                new=words.share(group["new_right"], group["values"]),
                old=words.share(group["old_right"], group["values"]),
            )


def _field_changes(figures: Facts, words: Words) -> Iterator[str]:
    def listed(sign: int) -> str:
        chosen = [each for each in figures["fields"] if sign * (each["better"] - each["worse"]) > 0]
        chosen.sort(key=lambda each: sign * (each["worse"] - each["better"]))
        return ", ".join(
            f"{words.field(each['field'])} ({words.signed(each['better'] - each['worse'])}"
            f"{', ' + words.sentences['significant'] if each['significant'] else ''})"
            for each in chosen
        )

    if better := listed(1):
        yield words.say("better_fields", fields=better)
    if worse := listed(-1):
        yield words.say("worse_fields", fields=worse)
    elif better:
        yield words.say("no_worse_field")


def _passed(figures: Facts, words: Words) -> Iterator[str]:
    old, new, of = figures["passed_old"], figures["passed_new"], figures["overall"]["values"]
    if new["values"]:
        yield words.say(
            "passed",
            new=f"{words.count('values', new['values'])} ({words.share(new['values'], of)})",
            old=f"{words.number(old['values'])} ({words.share(old['values'], of)})",
            right_new=words.share(new["right"], new["values"]),
            right_old=words.share(old["right"], old["values"]),
        )
    elif old["values"]:
        yield words.say("passed_none", old=f"{words.count('values', old['values'])} ({words.share(old['values'], of)})")
    if new["documents"] or old["documents"]:
        yield words.say(
            "untouched",
            new=words.number(new["documents"]),
            old=words.number(old["documents"]),
            all=words.number(figures["overall"]["documents"]),
        )


def _saving(saving: Facts, words: Words) -> str:
    old, new, low, high = (hundreds(saving[name]) for name in ("old", "new", "low", "high"))
    return words.say(
        "same_cost" if old == new else "saved" if old > new else "dearer",
        new=words.kronor(new),
        old=words.kronor(old),
        # Of the rounded ones, so that the sentence adds up.
        saved=words.kronor(abs(old - new)),
        low=words.number(low),
        high=words.kronor(high),
    )


def _skipped(facts: Facts, words: Words) -> Iterator[str]:
    for skip in facts["skipped"]:
        places: dict[str, Any] = {}
        if "documents" in skip:
            places["invoices"] = words.count("invoices", skip["documents"])
        if "suppliers" in skip:
            places["suppliers"] = words.count("suppliers", skip["suppliers"])
        if skip["why"] == "few":
            places |= _needed(skip["needed"], words)
        if skip["why"] == "training_no_better":
            places |= {name: words.number(f1, 3) for name, f1 in skip["f1"].items()} | {"p": words.number(skip["p"], 2)}
        yield words.say(f"skipped_{skip['why']}", **places)


def _needed(needed: Facts, words: Words) -> dict[str, str]:
    return {
        "needed_documents": words.count("invoices", needed["documents"]),
        "needed_suppliers": words.count("suppliers", needed["suppliers"]),
    }


def _next_steps(facts: Facts, words: Words) -> Iterator[str]:
    verdict = facts["verdict"]
    for obstacle in verdict["obstacles"]:
        untuned = obstacle == "dearer" and not facts["trained"]
        yield words.say(
            "next_dearer_memory" if untuned else f"next_{obstacle}",
            fields=", ".join(map(words.field, verdict["fields"])),
            gates="; ".join(verdict["gates"]),
        )
    if not verdict["obstacles"]:
        yield words.say("next_promote")
    for skip in facts["skipped"]:
        if skip["why"] == "few":
            yield words.say("next_train", **_needed(skip["needed"], words))


def _basis(facts: Facts, words: Words) -> Iterator[str]:
    sizes = {name: part["documents"] for name, part in facts["splits"].items()}
    yield words.say(
        "learned",
        invoices=words.count("invoices", facts["documents"]),
        suppliers=words.count("suppliers", facts["suppliers"]),
        train=words.number(sizes.get("train", 0)),
        selection=words.number(sizes.get("dev", 0)),
        test=words.number(sizes.get("test", 0)),
    )
    if facts["first_day"] and facts["figures"]["known"]["documents"]:
        yield words.say("since", day=facts["first_day"])
    results = facts["results"]
    if excluded := results.get("excluded"):
        yield words.say("excluded", invoices=words.count("invoices", excluded))
    if unknown := results["dataset"]["unknown"]:
        yield words.say("unknown_datasets", count=words.number(unknown))
    if unread := sum(results.get("read", {}).values()):
        yield words.say("unread", count=words.number(unread))
    memory = results["deliver"]
    yield words.say(
        "remembers",
        suppliers=words.count("suppliers", memory["suppliers"]),
        invoices=words.count("invoices", memory["documents"]),
    )
    yield words.say("delivered")
    if tuned := results.get("tune"):
        yield words.say(
            "tuned",
            invoices=words.count("invoices", tuned["documents"]),
            suppliers=words.count("suppliers", tuned["suppliers"]),
            fields=words.number(tuned["fields_with_threshold"]),
        )
    yield words.say("assumed")
    if facts["figures"]["saving"]:
        yield _assumed_costs(facts["costs"], words)


def _assumed_costs(costs: Facts, words: Words) -> str:
    most_field, most = max(costs["wrong"].items(), key=lambda each: each[1])
    prices = {name: words.kronor(costs["review"][name], 2) for name in ("document", "field", "typing")}
    return words.say(
        "assumed_costs",
        **prices,
        wrong=words.kronor(costs["wrong"]["default"]),
        most=words.kronor(most),
        most_field=words.field(most_field),
        missing=words.kronor(costs["missing"]["default"]),
    )
