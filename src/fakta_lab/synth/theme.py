"""The looks of one supplier: fonts, sizes, colours, spacing, and how labels are written."""

from __future__ import annotations

from dataclasses import dataclass, replace

from fakta_lab.synth.block import Colour
from fakta_lab.synth.keyed import Keyed
from fakta_lab.synth.typeface import FAMILIES, Type, face

_ACCENTS: tuple[Colour, ...] = (
    (0, 0, 0),
    (0.1, 0.2, 0.45),
    (0.55, 0.1, 0.12),
    (0.05, 0.35, 0.2),
    (0.25, 0.25, 0.28),
    (0.8, 0.35, 0.05),
    (0.0, 0.4, 0.5),
    (0.35, 0.15, 0.45),
)
WHITE: Colour = (1, 1, 1)


@dataclass(frozen=True, slots=True)
class Theme:
    """Types for each role, and spacing.

    Attributes:
        leading: line distance as a share of the size.
        colon: what follows a label on the same line.
        casing: how labels are written: "as_is", "upper", "lower".
    """

    label: Type
    value: Type
    strong: Type
    small: Type
    small_label: Type
    heading: Type
    title: Type
    logo: Type
    accent: Colour
    tint: Colour
    rule: Colour
    leading: float
    colon: str
    casing: str

    def line(self, kind: Type) -> float:
        """Distance between baselines of that type."""
        return kind.size * self.leading

    def caption(self, text: str, *, colon: bool = True) -> str:
        """A label as this supplier writes it."""
        text = {"upper": text.upper(), "lower": text.lower(), "as_is": text}[self.casing]
        if not colon or not text or text[-1] in ":#" or (text[-1] == "." and self.colon == "."):
            return text
        return text + self.colon


def make_theme(keys: Keyed) -> Theme:
    """The looks of the supplier that these keys belong to."""
    family = FAMILIES[keys.weighted("font", {"helvetica": 60, "times": 12, "courier": 7, "vera": 21})]
    regular, bold, italic = (face(name) for name in family)
    low, high = keys.weighted("size_range", {(7.4, 11.2): 86, (6.0, 7.4): 7, (11.2, 13.0): 7})
    size = keys.between("size", low, high) * (0.9 if regular.name.startswith("Vera") else 1.0)
    stretch = keys.weighted("stretch", {1.0: 66, 0.85: 13, 0.92: 10, 1.08: 6, 0.75: 3, 1.18: 2})
    value = Type(regular, size, stretch)
    look = keys.weighted("label_look", {"same": 38, "bold": 26, "grey": 14, "small": 12, "value_bold": 8, "italic": 2})
    label = {
        "same": value,
        "bold": Type(bold, size, stretch),
        "grey": value.coloured((0.45, 0.45, 0.45)),
        "small": Type(regular, size * 0.78, stretch, (0.3, 0.3, 0.3)),
        "value_bold": value,
        "italic": Type(italic, size, stretch),
    }[look]
    accent = keys.pick("accent", _ACCENTS)
    title = keys.between("title", *keys.weighted("title_range", {(12, 28): 85, (8.5, 12): 10, (28, 40): 5}))
    other = FAMILIES[keys.weighted("title_font", {"helvetica": 5, "times": 3, "vera": 2})]
    head = face(other[1]) if keys.chance("title_differs", 0.3) else bold
    small = Type(regular, max(5.5, size * keys.between("small", 0.68, 0.95)), stretch)
    return Theme(
        label=label,
        value=Type(bold, size, stretch) if look == "value_bold" else value,
        strong=Type(bold, size * keys.weighted("strong", {1.0: 5, 1.15: 3, 1.4: 2}), stretch),
        small=small,
        small_label=Type(
            bold if keys.chance("small_bold", 0.4) else regular,
            small.size * keys.pick("small_label", (1.0, 0.85)),
            stretch,
        ),
        heading=Type(bold, size * keys.pick("heading", (1.0, 1.0, 1.15, 1.3)), stretch, accent),
        title=Type(head if keys.chance("title_bold", 0.8) else regular, title, 1.0, accent),
        logo=Type(head, keys.between("logo", 11, 30), keys.pick("logo_stretch", (1.0, 1.0, 0.9)), accent),
        accent=accent,
        tint=keys.pick(
            "tint", ((0.93, 0.93, 0.93), (0.88, 0.92, 0.97), (0.95, 0.93, 0.87), (0.9, 0.96, 0.9), (0.84, 0.84, 0.84))
        ),
        rule=keys.pick("rule", ((0, 0, 0), (0.6, 0.6, 0.6), accent)),
        leading=keys.between("leading", 1.22, 1.75),
        colon=keys.weighted("colon", {":": 50, "": 42, " :": 3, ".": 2, "=": 0.5, " -": 1}),
        casing=keys.weighted("casing", {"as_is": 84, "upper": 11, "lower": 5}),
    )


def small_print(theme: Theme) -> Theme:
    """The theme with everything in its small size."""
    return replace(
        theme, label=theme.small_label, value=theme.small, strong=theme.small, leading=min(theme.leading, 1.4)
    )
