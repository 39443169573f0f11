"""Forms: how a value of one kind stands in the application's JSON; writing it, describing it, reading it back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, Literal

from fakta.fields import KINDS
from fakta.fields.base import Value, canonical
from fakta.fields.document_type import CREDIT_NOTE, INVOICE

Style = Literal["text", "number", "fraction", "formatted"]
Json = Any

NUMBER_KINDS = frozenset({"amount", "percent", "quantity"})
ISO_DATE = "%Y-%m-%d"
# The parts that a date may be written from, to the pattern of their digits.
DIRECTIVES = {"%Y": "[0-9]{4}", "%y": "[0-9]{2}", "%m": "[0-9]{2}", "%d": "[0-9]{2}", "%%": "%"}
# Kinds with few values, so that a schema can list them.
_ALL_VALUES = {"document_type": (INVOICE, CREDIT_NOTE)}
_DIRECTIVE = re.compile("%.")
# What `fields` formats numbers with between groups of digits; applications write plain blanks.
_BLANKS = str.maketrans({"\u00a0": " ", "\u202f": " "})


@dataclass(frozen=True, slots=True)
class Form:
    """How values of one kind are written.

    Attributes:
        kind: a key of `fakta.fields.KINDS`.
        style: "text": canonical; "number": a JSON number; "fraction": a percentage as number, 25 % as 0.25;
            "formatted": as a Swedish reader expects to see it.
        date: format of dates, from `DIRECTIVES`.
        decimal: sign in numbers that are written as text.
        decimals: places, rounded half up; None: two, and more where the value has more.
        values: their value to ours in canonical form, or to None for "not on the document".
        equals: write whether the value is this one, instead of the value.
    """

    kind: str
    style: Style = "text"
    date: str = ISO_DATE
    decimal: str = "."
    decimals: int | None = None
    values: Mapping[str | int, str | None] = field(default_factory=dict)
    equals: str | None = None

    def write(self, value: Value) -> Json:
        """What stands in the JSON for a value.

        >>> Form("amount", "text", decimal=",").write(Decimal("12450")), Form("bankgiro", "formatted").write("54029681")
        ('12450,00', '5402-9681')
        >>> Form("percent", "fraction").write(Decimal(25)), Form("document_type", equals="credit_note").write("invoice")
        (0.25, False)
        """
        if self.equals is not None:
            return canonical(value) == self.equals
        for theirs, ours in self.values.items():
            if ours == canonical(value):
                return theirs
        if isinstance(value, date):
            return _dated(value, self.date)
        if self.style == "formatted":
            return KINDS[self.kind].format(value).translate(_BLANKS)
        if isinstance(value, Decimal):
            return self._number(value)
        return value

    def _number(self, value: Decimal) -> Json:
        if self.style == "fraction":
            value /= 100
        if self.decimals is not None:
            value = value.quantize(Decimal(1).scaleb(-self.decimals), rounding=ROUND_HALF_UP)
        if self.style == "text":
            text = canonical(value) if self.decimals is None else f"{value:f}"
            return text.replace(".", self.decimal)
        # Money always has its decimal point; quantities and rates only where they need it.
        return int(value) if self.kind != "amount" and value == value.to_integral_value() else float(value)

    def json_schema(self) -> dict[str, Json]:
        """JSON Schema of everything that `write` gives."""
        if self.equals is not None:
            return {"type": "boolean"}
        described = self._plain_schema()
        theirs = [their for their, ours in self.values.items() if ours is not None]
        if not theirs:
            return described
        if "enum" in described:
            listed = [
                next((their for their, ours in self.values.items() if ours == one), one) for one in described["enum"]
            ]
            return {"enum": list(dict.fromkeys(listed))}
        return {"anyOf": [{"enum": theirs}, described]}

    def _plain_schema(self) -> dict[str, Json]:
        if self.kind == "date":
            pattern = _DIRECTIVE.sub(lambda found: DIRECTIVES[found[0]], _escaped(self.date))
            form = {"format": "date"} if self.date == ISO_DATE else {}
            return {"type": "string", **form, "pattern": f"^{pattern}$"}
        if self.kind not in NUMBER_KINDS or self.style == "formatted":
            known = _ALL_VALUES.get(self.kind, ()) if self.style == "text" else ()
            return {"type": "string", **({"enum": [*known]} if known else {})}
        if self.style != "text":
            return {"type": "number"}
        places = "{2,}" if self.decimals is None else f"{{{self.decimals}}}"
        fraction = f"{_escaped(self.decimal)}[0-9]{places}" if self.decimals != 0 else ""
        return {"type": "string", "pattern": f"^-?[0-9]+{fraction}$"}

    def read(self, written: Json) -> Json:
        """Our value for one that the application's JSON has, as far as the form says; else the value as it is.

        The result is for `fakta.fields.answers.value_of`: canonical, or as printed.

        >>> Form("amount", decimal=",").read("12450,00"), Form("date", date="%d/%m/%Y").read("05/04/2026")
        ('12450.00', '2026-04-05')
        """
        for theirs, ours in self.values.items():
            # Beside a number 1, True is no entry of its own.
            if str(theirs) == str(written).strip() and not isinstance(written, bool):
                return ours
        if self.kind == "date" and isinstance(written, str):
            return _read_date(written.strip(), self.date) or written
        if self.style == "fraction" and isinstance(written, int | float) and not isinstance(written, bool):
            return str(Decimal(str(written)) * 100)
        # A text of another build is left to the field's own parser: 1.234 has to stay a thousand in Swedish.
        if self.kind in NUMBER_KINDS and self.style == "text" and isinstance(written, str):
            number = written.strip()
            plain = re.fullmatch(f"-?[0-9]+({_escaped(self.decimal)}[0-9]+)?", number)
            return number.replace(self.decimal, ".") if plain else written
        return written


def date_problem(form: Any) -> str:
    """What is wrong with a format of dates; "" where nothing is.

    >>> date_problem("%d/%m/%Y"), date_problem("%d %B %Y")
    ('', "'%d %B %Y' has %B; dates are written with %Y, %y, %m, %d")
    """
    if not isinstance(form, str):
        return f"{form!r} is no format such as '%d/%m/%Y'"
    found = _DIRECTIVE.findall(form)
    unknown = [part for part in found if part not in DIRECTIVES]
    if unknown:
        return f"{form!r} has {unknown[0]}; dates are written with %Y, %y, %m, %d"
    if not {"%m", "%d"} <= set(found) or not {"%Y", "%y"} & set(found):
        return f"{form!r} lacks the day, the month or the year; a format looks like '%d/%m/%Y'"
    return ""


def _dated(value: date, form: str) -> str:
    # Not strftime: it does not pad years before 1000, and its answer depends on the platform.
    year, month, day = f"{value.year:04}", f"{value.month:02}", f"{value.day:02}"
    digits = {"%Y": year, "%y": year[2:], "%m": month, "%d": day, "%%": "%"}
    return _DIRECTIVE.sub(lambda found: digits[found[0]], form)


def _read_date(text: str, form: str) -> str | None:
    """The ISO form of a date in that format; None where the text has not this format, or is no day."""
    parts = {"%Y": "0001", "%y": "01", "%m": "01", "%d": "01"}
    pattern = _DIRECTIVE.sub(lambda found: f"({DIRECTIVES[found[0]]})", _escaped(form))
    match = re.fullmatch(pattern, text)
    if not match:
        return None
    for directive, digits in zip(_DIRECTIVE.findall(form), match.groups(), strict=True):
        parts[directive] = digits
    year = int(parts["%Y"]) if "%Y" in form else 2000 + int(parts["%y"])
    try:
        return date(year, int(parts["%m"]), int(parts["%d"])).isoformat()
    except ValueError:
        return None


def _escaped(text: str) -> str:
    """A text as a regular expression that JavaScript takes too (`re.escape` escapes what it must not)."""
    return re.sub(r"([.^$*+?{}\[\]\\|()])", r"\\\1", text)
