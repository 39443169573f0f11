"""A family: what one kind of vendor sells and how it writes, as its YAML file says."""

from __future__ import annotations

from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any, Literal

import yaml
from pydantic import Field

from fakta.errors import ConfigError
from fakta.wording import suggestion
from fakta_lab.config import ConfigModel

# The second group was written later, without looking at anything that the first had taught: what is mended with an eye
# on the first is measured on it.
Group = Literal["first", "second"]


class Item(ConfigModel):
    """One thing that is sold.

    Attributes:
        text: the description.
        more: a second line under it; "" for none.
        unit: as printed; "" for none.
        price: lowest and highest price of one, without VAT, in the family's currency.
        places: decimals of the price.
        quantity: lowest and highest quantity.
        steps: how finely the quantity is counted: 1 for whole ones, 4 for quarters, 100 for hundredths.
        rate: VAT rate in percent; None for the family's first.
    """

    text: str
    more: str = ""
    unit: str = ""
    price: tuple[float, float]
    places: int = 2
    quantity: tuple[int, int] = (1, 12)
    steps: int = 1
    rate: int | float | None = None


class Vendor(ConfigModel):
    """A supplier outside Sweden, invented."""

    name: str
    brand: str
    address: list[str]
    phone: str
    email: str
    web: str


class Family(ConfigModel):
    """What the vendors of one design have in common.

    Patterns for numbers: `#` is a digit, `@` a capital letter, `{yyyy}` and `{yy}` the year; the rest stands for
    itself.

    Attributes:
        group: which set of designs it is measured with.
        language: ISO 639 of the page.
        country, currency: of the vendors.
        date: how a day is written, with the fields d, m, y, yy, month, short; `{d:02d}.{m:02d}.{y}`.
        months: names of the months, where dates use them.
        thousands, decimal, minus: how numbers are written.
        rate: how a VAT rate is written, with the field rate.
        rates: VAT rates in percent, the usual one first.
        items: what is sold.
        groups: headings under which rows stand; empty for none.
        lines: fewest and most rows.
        long_share: probability of an invoice with `long_lines` rows.
        long_lines: fewest and most rows of a long invoice.
        discounts: percentages that rows may have; empty where the design has no discount.
        charges: amounts added below the rows, by label.
        credit_share: probability of a credit note.
        credit_sign: what stands before quantities and amounts of a credit note.
        article_number, invoice_number, customer_number, purchase_order, contract_reference: patterns; "" for none.
        references: what a customer's reference looks like, patterns; "" stands for a person's name.
        payment_reference: how it is made; see `numbers.payment_reference`.
        terms: days to pay, one is drawn.
        rounds: whether the amount due is a whole number.
        accounts: bankgiro, plusgiro, iban, bic: which of them a vendor has.
        vendors: suppliers, for countries that `synth.party` does not invent.
        options: what a design may vary; one value of each list is drawn per vendor.
    """

    name: str = ""
    group: Group = "first"
    language: Literal["sv", "en", "de", "fr", "no", "da", "fi"]
    country: str = "SE"
    currency: str = "SEK"
    date: str = "{y}-{m:02d}-{d:02d}"
    months: list[str] = Field(default_factory=list)
    thousands: str = " "
    decimal: str = ","
    minus: Literal["-", "−", "after"] = "-"
    rate: str = "{rate} %"
    rates: tuple[int | float, ...] = (25,)
    items: list[Item]
    groups: list[str] = Field(default_factory=list)
    lines: tuple[int, int] = (1, 8)
    long_share: float = 0.0
    long_lines: tuple[int, int] = (30, 60)
    discounts: list[int] = Field(default_factory=list)
    charges: dict[str, tuple[int, int]] = Field(default_factory=dict)
    credit_share: float = 0.1
    credit_sign: Literal["-", "+"] = "-"
    article_number: str = "#####"
    invoice_number: str = "######"
    customer_number: str = "#####"
    purchase_order: str = "######"
    contract_reference: str = ""
    references: tuple[str, ...] = ("",)
    payment_reference: str = "none"
    terms: tuple[int, ...] = (30,)
    rounds: bool = False
    accounts: list[Literal["bankgiro", "plusgiro", "iban", "bic"]] = Field(default_factory=list)
    vendors: list[Vendor] = Field(default_factory=list)
    options: dict[str, list[Any]] = Field(default_factory=dict)

    def page_source(self) -> str:
        """The design, in typst."""
        return design_files().joinpath(f"{self.name}.typ").read_text(encoding="utf-8")


def design_files() -> Traversable:
    """The folder with the designs."""
    return resources.files("fakta_lab.synth.families").joinpath("designs")


def family_names(group: Group | Literal["all"] = "all") -> list[str]:
    """The families of a group, by name."""
    names = sorted(path.name.removesuffix(".yaml") for path in design_files().iterdir() if path.name.endswith(".yaml"))
    return [name for name in names if group == "all" or load_family(name).group == group]


def load_family(name: str) -> Family:
    """The family of that name.

    Raises:
        ConfigError: there is none.
    """
    known = family_names()
    if name not in known:
        raise ConfigError(f"families: no family {name!r}{suggestion(name, known)}; known are {', '.join(known)}")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    data = yaml.load(design_files().joinpath(f"{name}.yaml").read_text(encoding="utf-8"), Loader=loader)
    return Family.model_validate({**data, "name": name})
