"""The jinja environment of a page: its own templates, and what all pages share: style sheet, scripts and numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fakta_lab.pages.numbers import ENGLISH

if TYPE_CHECKING:
    from jinja2 import Environment


def template_environment(package: str) -> Environment:
    """An environment that escapes everything and refuses what is not defined.

    Its filters `count`, `percent` and `points` write numbers as English does (`fakta_lab.pages.numbers`), and `plain` a
    name of the schema as words; a page in several languages brings its own.

    Args:
        package: whose folder `templates` is looked in first.
    """
    from jinja2 import ChoiceLoader, Environment, PackageLoader, StrictUndefined

    environment = Environment(
        loader=ChoiceLoader([PackageLoader(package), PackageLoader("fakta_lab.pages")]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "count": ENGLISH.number,
        "percent": ENGLISH.percent,
        "plain": lambda name: name.replace("_", " "),
        "points": ENGLISH.points,
    }
    return environment
