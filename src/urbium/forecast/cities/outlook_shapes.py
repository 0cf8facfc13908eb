"""Outlook shapes: the columns of the tables of an outlook of cities, and what must be said along with it."""

from collections.abc import Mapping
from types import MappingProxyType

import polars as pl

from urbium.forecast.cities.backtest_report import REPORT
from urbium.packaged import words_of
from urbium.text import text

TABLE: Mapping[str, pl.DataType] = MappingProxyType(
    {
        "city": pl.String(),
        "area": pl.String(),
        "year": pl.Int64(),
        "value": pl.Float64(),
        "low80": pl.Float64(),
        "high80": pl.Float64(),
        "low95": pl.Float64(),
        "high95": pl.Float64(),
        "kind": pl.String(),
        "curve": pl.String(),
    }
)
"""The columns of an outlook; value and band limits in persons, limits null where observed."""

CURVE: Mapping[str, pl.DataType] = MappingProxyType(
    {
        "city": pl.String(),
        "variable": pl.String(),
        "area": pl.String(),
        "country": pl.String(),
        "first": pl.Int64(),
        "latest": pl.Int64(),
        "figures": pl.Int64(),
        "curve": pl.String(),
        "why": pl.String(),
        "growth": pl.Float64(),
        "before": pl.Float64(),
        "pool": pl.Float64(),
        "ahead": pl.Float64(),
        "is_count": pl.Boolean(),
        "record": pl.Float64(),
        "reach": pl.Float64(),
        "errors": pl.Int64(),
    }
)
"""The columns of the table of curves used."""

BACKTEST: Mapping[str, pl.DataType] = MappingProxyType(
    {"variable": pl.String(), "area": pl.String()} | dict(REPORT)
)
"""The columns of the back-test report of an outlook."""

REFUSED: Mapping[str, pl.DataType] = MappingProxyType({"city": pl.String(), "reason": pl.String()})
"""The columns of the list of refused cities."""

LEVERS: Mapping[str, pl.DataType] = MappingProxyType(
    {
        "city": pl.String(),
        "lever": pl.String(),
        "since": pl.Int64(),
        "change": pl.Float64(),
        "value": pl.Float64(),
        "low": pl.Float64(),
        "high": pl.Float64(),
    }
)
"""The columns of the levers moved: change a year, and the share it adds to the people of the last year."""

CAVEATS: Mapping[str, str] = words_of("caveat of a city")
"""What must be said of a forecast from these variables."""

EXPECTED: Mapping[str, pl.DataType] = MappingProxyType({
    "city": pl.String(), "variable": pl.String(), "since": pl.Int64(), "growth": pl.Float64(),
    "low80": pl.Float64(), "high80": pl.Float64(),
})  # fmt: skip
"""The columns of the growth that a plan has to expect."""

CONDITIONAL = text(
    "This is not a forecast: it shows what would happen if the levers moved as stated, using "
    "elasticities, most of which are assumptions."
)
"""What must be said of an outlook whose levers were moved."""

NO_VINTAGE = text(
    "No projection stored from a source can be compared with later figures: there are none yet for the "
    "years it projects."
)
"""What must be said where sources' own projections could not be judged."""
