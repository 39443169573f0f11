"""How a supplier prints numbers, dates and identifiers; every way is chosen once per supplier."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from fakta_lab.synth.keyed import Keyed
from fakta_lab.synth.material import country, texts


@dataclass(frozen=True, slots=True)
class Formats:
    """One supplier's habits.

    Attributes:
        language: whose months are printed.
        vat_style: of Swedish VAT numbers.
        foreign_vat: a pattern of `data/countries` for the numbers of the supplier's own country; "" for Swedish ones.
    """

    language: str
    date_style: str
    thousands: str
    decimal: str
    negative: str
    decimals_when_whole: bool
    org_style: str
    vat_style: str
    bankgiro_style: str
    plusgiro_style: str
    iban_style: str
    reference_style: str
    rate_style: str
    country: str = "SE"
    foreign_vat: str = ""

    def date(self, day: date) -> str:
        """A date as printed."""
        words = texts(self.language)
        month, short = words["months"][day.month - 1], words["short_months"][day.month - 1]
        y, m, d = day.year, day.month, day.day
        match self.date_style:
            case "iso":
                return day.isoformat()
            case "compact":
                return f"{day:%Y%m%d}"
            case "short":
                return f"{day:%y-%m-%d}"
            case "short_compact":
                return f"{day:%y%m%d}"
            case "dots_iso":
                return f"{day:%Y.%m.%d}"
            case "slash_iso":
                return f"{day:%Y/%m/%d}"
            case "dots":
                return f"{d:02d}.{m:02d}.{y}"
            case "dots_plain":
                return f"{d}.{m}.{y}"
            case "dots_short":
                return f"{d:02d}.{m:02d}.{y % 100:02d}"
            case "dots_long":
                return f"{d}. {month} {y}"
            case "dots_short_month":
                return f"{d}. {short} {y}"
            case "slashes_dmy":
                return f"{d:02d}/{m:02d}/{y}"
            case "slashes_short":
                return f"{d:02d}/{m:02d}/{y % 100:02d}"
            case "dashes":
                return f"{d:02d}-{m:02d}-{y}"
            case "slashes":
                # Day before month is only readable as such where the day cannot be a month.
                return f"{d:02d}/{m:02d}/{y}" if d > 12 else day.isoformat()
            case "long":
                return f"{d} {month} {y}"
            case "short_month":
                return f"{d} {short} {y}"
            case "dashed_month":
                return f"{d:02d}-{short}-{y}"
            case "us_long":
                return f"{month} {d}, {y}"
            case "us_short":
                return f"{short} {d}, {y}"
            case "den":
                return f"den {d} {month} {y}"
            case "fraction":
                return f"{d}/{m}-{y % 100:02d}"
            case _:
                return f"{d}/{m} {y}"

    def number(self, value: Decimal, places: int = 2) -> str:
        """A number with grouped thousands."""
        whole, _, fraction = f"{abs(value):,.{places}f}".partition(".")
        text = whole.replace(",", self.thousands) + (self.decimal + fraction if fraction else "")
        if value >= 0:
            return text
        return (
            f"{text}-" if self.negative == "after" else f"({text})" if self.negative == "()" else self.negative + text
        )

    def amount(self, value: Decimal) -> str:
        """Money without currency."""
        return self.number(value, 0 if not self.decimals_when_whole and value == value.to_integral_value() else 2)

    def quantity(self, value: Decimal) -> str:
        """A quantity with as many decimals as it has."""
        text = self.number(value, max(0, -int(value.normalize().as_tuple().exponent)))
        # "18.533" would read as 18 and a half.
        return text.replace(self.thousands, "") if self.thousands in (".", ",") else text

    def rate(self, value: Decimal) -> str:
        """A VAT rate."""
        text = f"{value.normalize():f}".replace(".", self.decimal)
        exact = f"{value:.2f}".replace(".", self.decimal)
        return {"25 %": f"{text} %", "25%": f"{text}%", "25,00 %": f"{exact} %", "25": text}[self.rate_style]

    def org_number(self, number: str) -> str:
        """Ten digits."""
        return {
            "hyphen": f"{number[:6]}-{number[6:]}",
            "plain": number,
            "space": f"{number[:6]} {number[6:]}",
            "16": f"16{number[:6]}-{number[6:]}",
        }[self.org_style]

    def vat_number(self, number: str) -> str:
        """A VAT number; foreign ones as their own country prints them, and as they are in other countries."""
        if not number.startswith("SE"):
            if number[:2] != self.country or not self.foreign_vat:
                return number
            own = iter(character for character in number if character.isdigit())
            pattern = self.foreign_vat.replace("*", number[2:])
            return "".join(next(own) if character == "#" else character for character in pattern)
        org, end = number[2:12], number[12:]
        return {
            "plain": number,
            "space": f"SE {org}{end}",
            "spaces": f"SE {org[:6]}-{org[6:]} {end}",
            "hyphen": f"SE{org[:6]}-{org[6:]}{end}",
            "end": f"SE{org}-{end}",
            "groups": f"SE {org[:6]} {org[6:]} {end}",
        }[self.vat_style]

    def bankgiro(self, number: str) -> str:
        """Seven or eight digits."""
        return number if self.bankgiro_style == "plain" else f"{number[:-4]}-{number[-4:]}"

    def plusgiro(self, number: str) -> str:
        """Two to eight digits."""
        body, check = number[:-1], number[-1]
        if self.plusgiro_style == "pairs":
            head = len(body) % 2
            groups = ([body[:head]] if head else []) + [body[i : i + 2] for i in range(head, len(body), 2)]
            body = " ".join(groups)
        return f"{body}-{check}"

    def iban(self, number: str) -> str:
        """Compact, or in groups of four."""
        return " ".join(number[i : i + 4] for i in range(0, len(number), 4)) if self.iban_style == "groups" else number

    def reference(self, number: str) -> str:
        """A payment reference."""
        if self.reference_style == "groups" and len(number) > 8 and number.isdigit():
            return " ".join(number[i : i + 4] for i in range(0, len(number), 4))
        return number


def formats(keys: Keyed, language: str, place: str = "SE") -> Formats:
    """The habits of the supplier that these keys belong to.

    Args:
        keys: of the supplier.
        language: that it writes.
        place: where it sits; a country may have separators of its own.
    """
    words, land = texts(language), country(place)
    separators = keys.weighted("separators", land.get("separators", words["separators"]))
    return Formats(
        language=language,
        date_style=keys.weighted("date", words["date_styles"]),
        thousands=separators[:-1],
        decimal=separators[-1],
        negative=keys.weighted("negative", {"-": 78, "−": 8, "after": 8, "()": 3, "- ": 3}),
        decimals_when_whole=keys.chance("decimals", 0.9),
        org_style=keys.weighted("org", {"hyphen": 86, "plain": 9, "space": 3, "16": 2}),
        vat_style=keys.weighted("vat", {"plain": 68, "space": 8, "spaces": 8, "hyphen": 8, "end": 5, "groups": 3}),
        bankgiro_style=keys.weighted("bg", {"hyphen": 94, "plain": 6}),
        plusgiro_style=keys.weighted("pg", {"pairs": 60, "hyphen": 40}),
        iban_style=keys.weighted("iban", {"groups": 65, "plain": 35}),
        reference_style=keys.weighted("reference", {"plain": 93, "groups": 7}),
        rate_style=keys.weighted("rate", {"25 %": 45, "25%": 35, "25,00 %": 10, "25": 10}),
        country=place[:2],
        foreign_vat=keys.pick("vat_foreign", land["vat_styles"]) if "vat_styles" in land else "",
    )
