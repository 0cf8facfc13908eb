"""Ages: which share of the people of a place are of given ages, year by year."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from urbium.errors import Fault, InputError, refuse, require_columns
from urbium.forecast.paths import Floats
from urbium.text import coded, text

_OLDEST: Final = 110
_COLUMNS: Final = ("place", "year", "age", "value")
_SHOWN: Final = 20


@dataclass(frozen=True, slots=True)
class Ages:
    """People by age of some places.

    Attributes
    ----------
    table : place, year, age (first of the group), end (first age after it), value
    nation : the place whose structure stands in for places without one of their own; empty for none
    places : those with a structure of their own
    """

    table: pl.DataFrame
    nation: str
    places: frozenset[str]

    @classmethod
    def read(cls, table: pl.DataFrame, nation: str = "") -> "Ages":
        """Read a table of place, year, age and value; other columns, such as sex, are summed over.

        An age is a number or a text that begins with one (``5-9``, ``100+``): the first age of its group,
        which ends where the next one begins. ``value`` counts persons, or shares of the same whole.

        Raises
        ------
        InputError : a column is missing, a row has no age or no figure, or ``nation`` is not among the places
        """
        require_columns(table.columns, _COLUMNS, "ages", "forecast.pressure.ages_columns")
        age = pl.col("age").cast(pl.String).str.extract(r"^(\d{1,3})").cast(pl.Int64)
        read = table.select(
            pl.col("place").cast(pl.String),
            pl.col("year").cast(pl.Int64),
            pl.col("value").cast(pl.Float64),
            age=age,
        )
        _refuse(read)
        groups = read.group_by("place", "year", "age").agg(pl.col("value").sum()).sort("place", "year", "age")
        end = pl.col("age").shift(-1).over("place", "year").fill_null(_OLDEST)
        groups = groups.with_columns(end=pl.max_horizontal(end, pl.col("age") + 1))
        places = frozenset(groups["place"].to_list())
        if nation and nation not in places:
            raise InputError(
                coded(
                    "forecast.pressure.ages_nation",
                    "there are no figures by age for {nation!r}",
                    nation=nation,
                ),
                place="ages",
                remedy=text("supply them, or name another place"),
            )
        return cls(groups, nation, places)

    def covers(self, place: str) -> bool:
        """Say whether a place has ages of its own or those of the nation."""
        return place in self.places or bool(self.nation)

    def shares(self, places: Sequence[str], years: NDArray[np.int64], span: tuple[int, int | None]) -> Floats:
        """Return the share of people of some ages in each place and year, (K, Y), from 0 to 1.

        Within an age group people are spread evenly; between the years given shares run straight, outside
        them they stay.

        Parameters
        ----------
        places : each is covered
        span : first and last age, both included; no last age for all older

        >>> people = {"age": [0, 5, 10], "value": [10.0, 20.0, 70.0]}
        >>> table = pl.DataFrame({"place": "NLD", "year": 2020} | people)
        >>> Ages.read(table, "NLD").shares(["110000"], np.array([2030]), (3, 6)).round(3).tolist()
        [[0.12]]
        """
        first, last = span[0], _OLDEST + 1 if span[1] is None else span[1] + 1
        within = pl.min_horizontal("end", pl.lit(last)) - pl.max_horizontal("age", pl.lit(first))
        part = pl.col("value") * within.clip(0) / (pl.col("end") - pl.col("age"))
        rows = self.table.group_by("place", "year").agg(share=part.sum() / pl.col("value").sum())
        lines = {
            str(place): np.interp(years, structure["year"].to_numpy(), structure["share"].to_numpy())
            for (place,), structure in rows.sort("year").group_by("place")
        }
        return np.stack([lines[place if place in self.places else self.nation] for place in places])


def _refuse(table: pl.DataFrame) -> None:
    """Raise InputError, with the rows, when some cannot be read or a place has nobody in a year."""
    wrong = pl.any_horizontal(pl.all().is_null()) | ~pl.col("value").is_finite() | (pl.col("value") < 0)
    empty = pl.col("value").sum().over("place", "year") <= 0
    faulty = table.filter((wrong | empty).fill_null(value=True))
    faults = [
        Fault(
            "error",
            coded(
                "forecast.pressure.ages_row",
                "{place}, {year}, age {age}: {value} is not a number of people",
                place=row["place"],
                year=row["year"],
                age=row["age"],
                value=row["value"],
            ),
            text(
                "enter an age and a figure of zero or more, with a figure above zero for at least one "
                "age in each year"
            ),
        )
        for row in faulty.head(_SHOWN).iter_rows(named=True)
    ]
    refuse(
        faults,
        "ages",
        coded(
            "forecast.pressure.ages_faults", "rows of ages that cannot be used: {count}", count=faulty.height
        ),
    )
