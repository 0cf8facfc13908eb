"""Figures in force: of all observations of a city, the one that a formula may use, and why others may not."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from urbium.model import Quality, Status, Variable
from urbium.units import unit, units

__all__ = ["LACKS", "SUSPECT", "USABLE", "Figures", "choose_figures", "in_order"]

LACKS: Final = (
    "never reported",
    "older than allowed",
    "a projection only",
    "in a unit of another kind",
    "suspect, kept out until accepted",
)
"""What a figure may lack, farthest from usable first; the position is its state."""

SUSPECT: Final = len(LACKS) - 1
"""The state of a figure that is new enough but suspect."""

USABLE: Final = len(LACKS)
"""The state of a figure that may be used."""

_OLDER, _PROJECTED, _OTHER_KIND = 1, 2, 3
_ANNUAL = re.compile(r"[0-9]{4}$")


@dataclass(frozen=True)
class Figures:
    """The figures in force of cities, as arrays of shape (cities, areas, variables).

    ``value`` is in base units (NaN: none), ``year`` and ``grade`` are -1 where there is none, ``state`` is
    a position in LACKS or USABLE. ``chosen`` holds the observations behind the values and ``withheld``
    those that were kept out, with the column ``why``; of older ones only the newest, where nothing else is
    in force.
    """

    cities: tuple[str, ...]
    areas: tuple[str, ...]
    variables: tuple[str, ...]
    value: NDArray[np.float64]
    year: NDArray[np.int64]
    grade: NDArray[np.int64]
    state: NDArray[np.int64]
    chosen: pl.DataFrame
    withheld: pl.DataFrame


def choose_figures(
    observations: pl.DataFrame,
    variables: Mapping[str, Variable],
    *,
    cities: Sequence[str],
    period: int,
    maximum_age: int,
) -> Figures:
    """Choose for each city, boundary and variable the figure in force in the year ``period``.

    It is the newest annual figure, at most ``maximum_age`` years old, reported or accepted. Of several for
    one year the best quality grade goes first, then the one recorded last, then the source first in the
    alphabet. Figures of later years are not looked at.
    """
    codes = tuple(dict.fromkeys(cities))
    names = tuple(variables)
    table = _relevant(observations, variables, codes, range(period - maximum_age, period + 1))
    areas = tuple(sorted({*table["area"].unique(), *(each.area for each in variables.values())}))
    spots = _positions(table, codes, areas, names)
    shape = (len(codes), len(areas), len(names))
    state = np.zeros(shape, dtype=np.int64)
    np.maximum.at(state, spots, table["state"].to_numpy())

    is_usable = pl.col("state") == USABLE
    chosen = (
        in_order(table.filter(is_usable))
        .sort("year", descending=True, maintain_order=True)
        .unique(["city", "area", "variable"], keep="first", maintain_order=True)
    )
    value, year, grade = np.full(shape, np.nan), np.full(shape, -1), np.full(shape, -1)
    spots = _positions(chosen, codes, areas, names)
    value[spots] = chosen["base"].to_numpy()
    year[spots] = chosen["year"].to_numpy()
    grade[spots] = chosen["grade"].to_numpy()
    why = pl.col("state").replace_strict(dict(enumerate(LACKS)), return_dtype=pl.String)
    withheld = table.filter(~is_usable).with_columns(why.alias("why"))
    return Figures(codes, areas, names, value, year, grade, state, chosen, withheld)


def in_order(figures: pl.DataFrame) -> pl.DataFrame:
    """Return figures with the one in force first, where there are several for one place and year.

    The best quality grade goes first, then the one recorded last, then the source first in the alphabet.
    ``figures`` has the columns quality, recorded_at, source and value.
    """
    return figures.sort(
        _grade(), "recorded_at", "source", "value", descending=[False, True, False, False], nulls_last=True
    )


def _relevant(
    observations: pl.DataFrame, variables: Mapping[str, Variable], codes: tuple[str, ...], years: range
) -> pl.DataFrame:
    """Return the figures of the years asked for and, where none of them may be used, the newest older one."""
    known = [each for each in observations["period"].unique().to_list() if each and _ANNUAL.match(each)]
    asked = observations.lazy().filter(
        pl.col("city").is_in(list(codes)),
        pl.col("variable").is_in(list(variables)),
        pl.col("value").is_finite(),
    )
    recent = _judge(asked.filter(pl.col("period").is_in([p for p in known if int(p) in years])), variables)
    served = recent.filter(pl.col("state") == USABLE).select("city", "variable").unique()
    older = (
        asked.filter(pl.col("period").is_in([p for p in known if int(p) < years.start]))
        .join(served.lazy(), on=["city", "variable"], how="anti")
        .sort("period", "recorded_at", descending=True, nulls_last=True)
        .unique(["city", "area", "variable"], keep="first", maintain_order=True)
    )
    return pl.concat([recent, _judge(older, variables).with_columns(state=pl.lit(_OLDER, pl.Int64))])


def _judge(table: pl.LazyFrame, variables: Mapping[str, Variable]) -> pl.DataFrame:
    """Add year, base value, grade and state."""
    kinds = {name: unit(variable.unit).dimension for name, variable in variables.items()}
    known = units()
    unit_kind = pl.col("unit").replace_strict(
        {name: each.dimension for name, each in known.items()}, default=None, return_dtype=pl.String
    )
    size = pl.col("unit").replace_strict(
        {name: each.factor for name, each in known.items()}, default=None, return_dtype=pl.Float64
    )
    right_kind = pl.col("variable").replace_strict(kinds, default=None, return_dtype=pl.String)
    return table.with_columns(
        year=pl.col("period").cast(pl.Int64),
        base=pl.col("value") * size,
        grade=_grade(),
        state=pl.when(pl.col("status") == Status.PROJECTED.value)
        .then(_PROJECTED)
        .when((unit_kind != right_kind).fill_null(value=True))
        .then(_OTHER_KIND)
        .when(pl.col("status").is_in([Status.REPORTED.value, Status.ACCEPTED.value]))
        .then(USABLE)
        .otherwise(SUSPECT)
        .cast(pl.Int64),
    ).collect()


def _grade() -> pl.Expr:
    """Return the position of the quality grade, 0 for the best; one that is not known counts as the worst."""
    grades = {grade.value: place for place, grade in enumerate(Quality)}
    return pl.col("quality").replace_strict(grades, default=len(grades) - 1, return_dtype=pl.Int64)


def _positions(
    table: pl.DataFrame, cities: tuple[str, ...], areas: tuple[str, ...], variables: tuple[str, ...]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return where the rows of a table stand in the arrays."""

    def place(column: str, order: tuple[str, ...]) -> NDArray[np.int64]:
        spots = {name: spot for spot, name in enumerate(order)}
        return table[column].replace_strict(spots, return_dtype=pl.Int64).to_numpy()

    return place("city", cities), place("area", areas), place("variable", variables)
