"""Outlook shapes: the columns of the tables of an outlook of cities, and what must be said along with it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

import polars as pl

from urbium.columns import schema_of
from urbium.forecast.cities.backtest_report import REPORT
from urbium.packaged import words_of
from urbium.text import text

TABLE: Final = schema_of("city area year value low80 high80 low95 high95 kind curve")
"""The columns of an outlook; value and band limits in persons, limits null where observed."""

CURVE: Final = schema_of(
    "city variable area country first latest figures curve why growth since before since_before pool ahead "
    "is_count record reach errors",
    first=pl.Int64(),
    latest=pl.Int64(),
    since=pl.Int64(),
    since_before=pl.Int64(),
    pool=pl.Float64(),
    ahead=pl.Float64(),
    record=pl.Float64(),
)
"""The columns of the table of curves used."""

BACKTEST: Mapping[str, pl.DataType] = MappingProxyType(
    {"variable": pl.String(), "area": pl.String()} | dict(REPORT)
)
"""The columns of the back-test report of an outlook."""

REFUSED: Mapping[str, pl.DataType] = MappingProxyType({"city": pl.String(), "reason": pl.String()})
"""The columns of the list of refused cities."""

LEVERS: Final = schema_of("city lever since change value low high")
"""The columns of the levers moved: change a year, and the share it adds to the people of the last year."""

CAVEATS: Mapping[str, str] = words_of("caveat of a city")
"""What must be said of a forecast from these variables."""

EXPECTED: Final = schema_of("city variable since growth low80 high80")
"""The columns of the growth that a plan has to expect."""

CONDITIONAL = text(
    "This is not a forecast: it shows what would happen if the levers moved as stated. Most of the "
    "elasticities used are assumptions."
)
"""What must be said of an outlook whose levers were moved."""

NO_VINTAGE = text(
    "No projection stored from a source can be compared with later figures yet: there are no "
    "figures for the years projected."
)
"""What must be said where sources' own projections could not be judged."""
