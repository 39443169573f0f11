"""`store.yaml`: where a store's database is, and how long what it holds is kept."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from fakta_lab.config import ConfigModel


class RetentionRule(ConfigModel):
    """How long documents and the corrections of them are kept.

    Attributes:
        tenant: whose; `*` and `?` stand for any characters.
        years, months: how long.
        counted_from: "year_end" of the invoice's date, or of its last correction where that is not known;
            "corrected_at" of the last correction.
    """

    tenant: str = "*"
    years: Annotated[int, Field(ge=0)] = 0
    months: Annotated[int, Field(ge=0)] = 0
    counted_from: Literal["year_end", "corrected_at"] = "year_end"

    @model_validator(mode="after")
    def _some_time(self) -> RetentionRule:
        if not self.years and not self.months:
            raise ValueError("years or months: one of them must be more than 0")
        return self


class StoreSettings(ConfigModel):
    """The settings of a store; every one has a default, so the file may be missing.

    Attributes:
        database: SQLAlchemy URL of a PostgreSQL database, such as `postgresql+psycopg://fakta@db.example/fakta`; by
            default the SQLite file `corrections.db` in the store's folder. A password does not belong here: libpq takes
            it from `PGPASSWORD` or `~/.pgpass`.
        retention: rules for `fakta corrections retention`; of several that fit a tenant the last one counts.
    """

    database: str | None = None
    retention: tuple[RetentionRule, ...] = ()
