"""Spending: what the plan asks of cities beside the most they ever spent, and reported money by stage."""

from typing import Any

import polars as pl

from urbium.packaged import words_of
from urbium.programme import Programme
from urbium.text import Text, text

_MOST = 10
"""How many years of cities are listed that are asked most."""
_BASES = words_of("basis of spending")


def spending(office: Programme) -> dict[str, Any] | None:
    """Gather what the plan asks of cities in their busiest years; None where nothing is known of any."""
    table = _stretch(office)
    if table.is_empty():
        return None
    busiest = table.unique(["city", "basis"], keep="first", maintain_order=True)
    names = office.register.names()
    over = table.filter("is_more")
    return {
        "said": _said(over, busiest["city"].n_unique()),
        "rows": [
            row | {"name": names.get(row["city"], row["city"]), "basis": _BASES[row["basis"]]}
            for row in busiest.head(_MOST).iter_rows(named=True)
        ],
        "stages": office.spending.by_stage("year").to_dicts(),
        "currency": office.required("plan").currency,
    }


def city_stretch(office: Programme, code: str) -> list[dict[str, Any]]:
    """Gather what the plan asks of a city in its busiest year beside the most it ever spent, by basis."""
    table = _stretch(office).filter(pl.col("city") == code)
    rows = table.unique("basis", keep="first", maintain_order=True).iter_rows(named=True)
    return [row | {"basis": _BASES[row["basis"]]} for row in rows]


def _stretch(office: Programme) -> pl.DataFrame:
    return office.spending.stretch()


def _said(over: pl.DataFrame, cities: int) -> Text:
    """In how many cities the plan asks more in some year than they ever spent in one."""
    count = over["city"].n_unique()
    if not count:
        return text(
            "In none of the {cities:,} cities with spending data does the plan cost more in any year, "
            "for all payers together, than the city has ever spent in a single year.",
            cities=cities,
        )
    return text(
        "In {count:,} of the {cities:,} cities with spending data, the plan costs more in at least "
            "one year, for all payers together, than the city has ever spent in a single year. This is "
            "a warning only; nothing is excluded because of it.",
        count=count, cities=cities
    )  # fmt: skip
