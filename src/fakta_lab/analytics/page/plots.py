"""The pictures of the report: one function draws one of them, from the figures alone, as SVG in the page's colours.

Model versions are letters on the time axis; their names stand in the page, where any name is only text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fakta_lab.analytics.page.words import Words
from fakta_lab.pages import figure, to_svg
from fakta_lab.pages.svg import BLUE, GREEN, GRID, MUTED, ORANGE

_SIZE = (5.2, 3.0)
# So many ticks stand side by side without touching.
_MOST_TICKS = 13
# Of so many periods each has room for two upright words.
_MOST_WORDS = 20
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def letters(models: Sequence[Mapping[str, Any]]) -> list[str]:
    """What the models are called on time axes, in order.

    >>> letters([{}] * 28)[-3:]
    ['Z', 'A1', 'B1']
    """
    n = len(_LETTERS)
    return [_LETTERS[i % n] + (str(i // n) if i >= n else "") for i in range(len(models))]


def automation_svg(figures: Mapping[str, Any], words: Words) -> str:
    """Shares of invoices and values that needed no person, above how many invoices there were."""
    rows = figures["automation"]["periods"]
    with figure() as drawn:
        drawn.set_size_inches(_SIZE[0], _SIZE[1] + 0.8)
        above, below = drawn.subplots(2, 1, sharex=True, height_ratios=(3, 1))
        for key, label, colour, mark in (
            ("passed_share", "automation_documents", BLUE, "o"),
            ("accepted_share", "automation_values", GREEN, "s"),
        ):
            _line(above, [row[key] for row in rows], label=words.say(label), colour=colour, mark=mark)
        above.set_ylim(0, 1.02)
        _percent_axis(above, words)
        _legend(above)
        below.bar(range(len(rows)), [row["documents"] for row in rows], color=MUTED, width=0.7)
        below.set_ylabel(words.say("volume"))
        _count_axis(below)
        _time_axis(below, figures, words)
        _versions(above, figures)
        return to_svg(drawn, "automation")


def accuracy_svg(figures: Mapping[str, Any], words: Words) -> str:
    """Shares of values that were right: audited ones with their intervals, where there are enough, and apart from them
    those that were looked at for a reason."""
    rows = figures["accuracy"]["periods"]
    with figure() as drawn:
        drawn.set_size_inches(_SIZE[0], _SIZE[1] + 0.8)
        above, below = drawn.subplots(2, 1, sharex=True, height_ratios=(3, 1.4))
        told = [None if row["too_few"] else row["accepted"]["share"] for row in rows]
        for place, row in enumerate(rows):
            if told[place] is not None:
                above.plot([place, place], [row["accepted"]["low"], row["accepted"]["high"]], color=BLUE, linewidth=1.4)
            elif figures["automation"]["periods"][place]["documents"]:
                _mark_few(above, place, words.say("too_few") if len(rows) <= _MOST_WORDS else "")
        _line(above, told, label=words.say("accuracy_audited"), colour=BLUE, mark="o")
        reviewed = [row["reviewed"]["right"] / row["reviewed"]["of"] if row["reviewed"]["of"] else None for row in rows]
        _line(below, reviewed, label=words.say("accuracy_reviewed"), colour=ORANGE, mark="D", line="--")
        lows = [row["accepted"]["low"] for row, share in zip(rows, told, strict=True) if share is not None]
        for axes, seen, room in ((above, lows, 0.4), (below, [each for each in reviewed if each is not None], 0.15)):
            least = min(seen, default=0.9)
            axes.set_ylim(max(0.0, least - room * (1 - least) - 0.001), 1 + 0.05 * (1 - least) + 0.0005)
            _percent_axis(axes, words)
            axes.set_title(axes.get_legend_handles_labels()[1][-1], fontsize=8.5, pad=14 if axes is above else 4)
        _time_axis(below, figures, words)
        _versions(above, figures)
        return to_svg(drawn, "accuracy")


def changes_svg(figures: Mapping[str, Any], words: Words) -> str:
    """How many values people changed."""
    rows = figures["corrections"]["periods"]
    with figure() as drawn:
        drawn.set_size_inches(*_SIZE)
        axes = drawn.subplots()
        axes.bar(range(len(rows)), [row["changed"] for row in rows], color=ORANGE, width=0.7)
        axes.set_ylabel(words.say("changes_plot"))
        _count_axis(axes)
        _time_axis(axes, figures, words)
        _versions(axes, figures)
        return to_svg(drawn, "changes")


def durations_svg(figures: Mapping[str, Any], words: Words) -> str:
    """Median and 95th percentile of the time that an invoice took."""
    rows = figures["durations"]["periods"]
    with figure() as drawn:
        drawn.set_size_inches(*_SIZE)
        axes = drawn.subplots()
        for key, label, colour, mark in (
            ("p95_ms", "durations_p95", MUTED, "D"),
            ("median_ms", "durations_median", BLUE, "o"),
        ):
            _line(axes, [row[key] for row in rows], label=words.say(label), colour=colour, mark=mark)
        axes.set_ylim(0, None)
        axes.yaxis.set_major_formatter(lambda ms, _: words.ms(ms) if ms else "0")
        _legend(axes)
        _time_axis(axes, figures, words)
        _versions(axes, figures)
        return to_svg(drawn, "durations")


def money_svg(figures: Mapping[str, Any], words: Words) -> str:
    """What everything costs with a large language model and full review, beneath what it costs with Fakta."""
    found = figures["savings"]
    mistakes = found["mistakes"]["total"] if found["mistakes"] else 0.0
    bars = {
        "money_now": {"looks": found["now"]["looks"], "left": found["now"]["left_empty"], "mistakes": mistakes},
        "money_before": {"calls": found["before"]["calls"], "looks": found["before"]["looks"]},
    }
    colours = {"looks": BLUE, "calls": MUTED, "left": GREEN, "mistakes": ORANGE}
    with figure() as drawn:
        drawn.set_size_inches(5.6, 2.0)
        axes = drawn.subplots()
        for place, parts in enumerate(bars.values()):
            start = 0.0
            for part, amount in parts.items():
                axes.barh(place, amount, left=start, color=colours[part], height=0.6)
                start += amount
            axes.annotate(words.kr(start), (start, place), xytext=(4, 0), textcoords="offset points", va="center")
        axes.set_yticks(range(len(bars)), [words.say(name) for name in bars])
        axes.margins(x=0.16)
        axes.set_xlim(0, None)
        axes.xaxis.set_visible(False)
        axes.spines["bottom"].set_visible(False)
        axes.tick_params(axis="y", length=0)
        handles = [_patch(colour, words.say(f"money_{part}")) for part, colour in colours.items()]
        drawn.legend(handles=handles, loc="outside lower center", ncols=2)
        return to_svg(drawn, "money")


def _line(axes: Any, values: Sequence[float | None], *, label: str, colour: str, mark: str, line: str = "-") -> None:
    """A line that is broken where nothing is known."""
    numbers = [float("nan") if value is None else value for value in values]
    style = {"color": colour, "marker": mark, "markersize": 4, "linestyle": line, "linewidth": 1.6}
    axes.plot(range(len(numbers)), numbers, label=label, **style)


def _mark_few(axes: Any, place: int, text: str) -> None:
    """A period that has too few audits: in words where there is room, else a cross."""
    axes.annotate(
        text or "×", (place, 0.03), xycoords=("data", "axes fraction"), rotation=90, ha="center", va="bottom",
        fontsize=7.5, color=MUTED,
    )  # fmt: skip


def _patch(colour: str, label: str) -> Any:
    from matplotlib.patches import Patch

    return Patch(color=colour, label=label)


def _legend(axes: Any) -> None:
    axes.legend(loc="lower center", bbox_to_anchor=(0.5, 1.08), ncols=1)


def _percent_axis(axes: Any, words: Words) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.yaxis.set_major_locator(MaxNLocator(5, steps=[1, 2, 5, 10]))
    axes.yaxis.set_major_formatter(lambda share, _: _axis_percent(share, axes, words))
    axes.grid(axis="y", color=GRID, linewidth=0.6)


def _axis_percent(share: float, axes: Any, words: Words) -> str:
    if share > 1.0001:
        return ""
    low, high = axes.get_ylim()
    return words.percent(min(round(share, 4), 1.0), 0 if high - low > 0.04 else 1)


def _count_axis(axes: Any) -> None:
    from matplotlib.ticker import MaxNLocator

    axes.yaxis.set_major_locator(MaxNLocator(4, integer=True))
    axes.grid(axis="y", color=GRID, linewidth=0.6)


def _time_axis(axes: Any, figures: Mapping[str, Any], words: Words) -> None:
    ticks = words.ticks(figures["periods"])
    step = -(-len(ticks) // _MOST_TICKS) or 1
    axes.set_xticks(range(0, len(ticks), step), ticks[::step])
    axes.set_xlim(-0.6, len(ticks) - 0.4)


def _versions(axes: Any, figures: Mapping[str, Any]) -> None:
    """A line where each model read its first invoice, with its letter above."""
    places = {period: place for place, period in enumerate(figures["periods"])}
    above: dict[int, str] = {}
    for letter, model in zip(letters(figures["models"]), figures["models"], strict=True):
        place = places.get(model["period"])
        if place is not None:
            above[place] = above.get(place, "") + letter
    for place, letter in above.items():
        axes.axvline(place, color=MUTED, linewidth=0.9, linestyle=(0, (2, 3)), zorder=0)
        axes.annotate(
            letter, (place, 1.0), xycoords=("data", "axes fraction"), xytext=(0, 3), textcoords="offset points",
            ha="center", fontsize=8, fontweight="bold", color=MUTED,
        )  # fmt: skip
