"""Examples: what a reader may type, in the programme's own names and money."""

import shlex

import polars as pl

from urbium.programme import Programme
from urbium.web.views.frames import lasting, named_cities

_YEARS = "2016-2020"
_MONEY = "USD"
"""The currency of an example where the programme has none."""


class Examples:
    """Names and amounts of a programme that stand as examples on its pages."""

    def __init__(self, office: Programme) -> None:
        self._office = office

    def city(self) -> str:
        """Return the name of a registered city; empty where there is none.

        Of a name that several cities bear the code is the example.
        """
        return lasting(self._office, "example of a city", self._city)

    def plan(self, amount: str = "12 bn") -> str:
        """Return the command that plans with an amount of the programme's money."""
        currency = self._office.settings().currency or _MONEY
        return shlex.join(["urbium", "plan", "--years", _YEARS, "--budget", f"{amount} {currency}/year"])

    def _city(self) -> str:
        cities = named_cities(self._office)
        single = cities.filter(pl.col("name").is_unique() & (pl.col("name") != pl.col("city")))
        return str(single["name"][0]) if single.height else ""
