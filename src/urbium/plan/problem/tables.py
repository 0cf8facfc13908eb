"""The tables of a roadmap: their columns and types, what stands in a column that is left out, the settings.

All amounts are millions of one currency at the prices of one year; people are full-time places; shares run
from 0 to 1.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import polars as pl

from urbium.errors import InputError

__all__ = ["LATER", "NATIONWIDE", "TABLES", "Settings", "empty", "required", "shaped"]

NATIONWIDE = "CHN"
"""The place of a limit that holds for the whole programme."""

_TEXT, _NUMBER, _YEAR = pl.String(), pl.Float64(), pl.Int64()

TABLES: Mapping[str, Mapping[str, pl.DataType]] = MappingProxyType(
    {
        "cities": {
            "city": _TEXT, "name": _TEXT, "weight": _NUMBER, "region": _TEXT, "evidence": _TEXT,
            "note": _TEXT,
        },
        "indicators": {
            "indicator": _TEXT, "name": _TEXT, "domain": _TEXT, "weight": _NUMBER,
            "evidence": _TEXT, "note": _TEXT,
        },
        "projects": {
            "project": _TEXT, "city": _TEXT, "solution": _TEXT, "capital": _NUMBER, "operation": _NUMBER,
            "build_years": _YEAR, "finance_models": _TEXT, "foreign_share_max": _NUMBER,
            "outside_share_max": _NUMBER, "status": _TEXT, "start": _YEAR, "earliest": _YEAR,
            "latest": _YEAR, "evidence": _TEXT, "note": _TEXT,
        },
        "outlays": {"project": _TEXT, "year": _YEAR, "amount": _NUMBER},
        "prerequisites": {
            "project": _TEXT, "requires": _TEXT, "lag": _YEAR, "kind": _TEXT, "loss": _NUMBER,
        },
        "exclusions": {"group": _TEXT, "project": _TEXT},
        "alternatives": {"group": _TEXT, "project": _TEXT},
        "effects": {
            "project": _TEXT, "indicator": _TEXT, "effect": _NUMBER, "lag": _YEAR, "rollout": _YEAR,
            "evidence": _TEXT, "note": _TEXT,
        },
        "gaps": {
            "city": _TEXT, "indicator": _TEXT, "need": _NUMBER, "ceiling": _NUMBER, "evidence": _TEXT,
            "note": _TEXT,
        },
        "curve": {"segment": _YEAR, "width": _NUMBER, "slope": _NUMBER},
        "funds": {
            "fund": _TEXT, "name": _TEXT, "finance_models": _TEXT, "share_max": _NUMBER,
            "city_share_max": _NUMBER, "city_budgets_share_max": _NUMBER, "payer": _TEXT,
            "is_foreign": pl.Boolean(), "evidence": _TEXT, "note": _TEXT,
        },
        "fund_shares": {"project": _TEXT, "fund": _TEXT, "share_max": _NUMBER},
        "budgets": {
            "place": _TEXT, "year": _YEAR, "amount": _NUMBER, "evidence": _TEXT, "note": _TEXT,
        },
        "fund_limits": {"fund": _TEXT, "year": _YEAR, "amount": _NUMBER},
        "start_limits": {"place": _TEXT, "year": _YEAR, "most": _YEAR},
        "occupations": {"occupation": _TEXT, "name": _TEXT, "evidence": _TEXT, "note": _TEXT},
        "pools": {
            "place": _TEXT, "occupation": _TEXT, "year": _YEAR, "places": _NUMBER, "evidence": _TEXT,
            "note": _TEXT,
        },
        "staff": {"project": _TEXT, "occupation": _TEXT, "building": _NUMBER, "running": _NUMBER},
        "teaching": {"project": _TEXT, "occupation": _TEXT, "places": _NUMBER, "lag": _YEAR},
        "training": {
            "occupation": _TEXT, "cost": _NUMBER, "places": _NUMBER, "most": _YEAR, "lag": _YEAR,
        },
        "standards": {
            "standard": _TEXT, "city": _TEXT, "deadline": _YEAR, "evidence": _TEXT, "note": _TEXT,
        },
        "covers": {"standard": _TEXT, "project": _TEXT},
        "fairness": {
            "rule": _TEXT, "place": _TEXT, "share": _NUMBER, "evidence": _TEXT, "note": _TEXT,
        },
        "omitted": {"city": _TEXT, "solution": _TEXT, "reason": _TEXT},
    }
)  # fmt: skip
"""The columns of each table of a roadmap. ``;`` separates several finance models in one cell."""

LATER = frozenset(
    (
        "outlays",
        "fund_shares",
        "occupations",
        "pools",
        "staff",
        "teaching",
        "training",
        "standards",
        "covers",
        "fairness",
    )
)
"""Tables that roadmaps kept by earlier versions do not have: left out, they are empty."""

_FILLED: Mapping[str, Any] = MappingProxyType(
    {
        "evidence": "", "note": "", "name": "", "domain": "", "region": "", "start": None, "earliest": None,
        "latest": None, "status": "candidate", "outside_share_max": 1.0, "kind": "hard", "loss": 0.0,
        "rollout": 1, "city_share_max": 1.0, "city_budgets_share_max": None,
    }
)  # fmt: skip
"""What stands in a column that may be left out."""

_LISTS = frozenset(("finance_models",))
"""Columns of words between ``;``: blanks beside it say nothing."""

_EVERY_ROW = frozenset(("outside_share_max", "kind", "loss", "rollout", "city_share_max"))
"""Columns that came later: an empty cell means the same as a column that is left out."""


@dataclass(frozen=True, slots=True)
class Settings:
    """What holds for a whole roadmap.

    Parameters
    ----------
    discount_rate : yearly rate by which later closing of gaps counts less, as a share (0.05 for 5 %)
    spending_price : value given up for each million spent, so that nothing is built that does nothing
    foreign_share_max : largest share of each year's capital that foreign funds pay, 0 to 1
    operation_by : whose budget pays the operation of what is built: ``city`` or ``nation``
    currency : of all amounts, which are in millions
    weight_unit : what the weights of the cities count, such as million people; empty when nobody said
    price_year : the year of the prices, or what is said of them; nothing is inflated
    note : how the amounts were made (exchange rate, source), shown with them
    shortfall_price : value given up for each standard that is missed, and for each unit that a closing lies
        below what fairness asks; above 0 when there are standards or rules of fairness
    carry_over : share (0 to 1) of a budget's unspent money that may be spent in the year after; what was
        carried into a year and is not spent there is carried on in the same way
    """

    discount_rate: float = 0.05
    spending_price: float = 0.0
    foreign_share_max: float = 1.0
    operation_by: str = "city"
    currency: str = "CNY"
    weight_unit: str = ""
    price_year: str = ""
    note: str = ""
    shortfall_price: float = 0.0
    carry_over: float = 0.0


def empty(name: str) -> pl.DataFrame:
    """Return a table of this name without rows."""
    return pl.DataFrame(schema=TABLES[name])


def required(name: str) -> list[str]:
    """Return the columns of a table that may not be left out."""
    return [column for column in TABLES[name] if column not in _FILLED]


def shaped(name: str, table: pl.DataFrame) -> pl.DataFrame:
    """Return the table with exactly the columns and types of its schema; raise InputError when it cannot."""
    schema = TABLES[name]
    absent = [column for column in required(name) if column not in table.columns]
    if absent:
        raise InputError(
            f"no column {', '.join(absent)}", place=f"table {name}", remedy=f"it has {', '.join(schema)}"
        )
    filled = table.with_columns(pl.lit(_FILLED[c]).alias(c) for c in schema if c not in table.columns)
    try:
        cast = filled.select(pl.col(column).cast(kind) for column, kind in schema.items())
    except pl.exceptions.PolarsError as error:
        raise InputError(str(error), place=f"table {name}", remedy="give values of the right type") from error
    whole = cast.with_columns(pl.col(c).fill_null(_FILLED[c]) for c in schema if c in _EVERY_ROW)
    whole = whole.with_columns(pl.col(pl.String).fill_null(""))
    listed = [column for column in schema if column in _LISTS]
    return whole.with_columns(pl.col(c).str.strip_chars().str.replace_all(r"\s*;\s*", ";") for c in listed)
