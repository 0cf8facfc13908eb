"""Urbanisation: a nation's urban share and total population, as known at an origin and drawn ahead.

How such series go on was learnt from the countries of the World Bank's World Development Indicators on
figures up to 2000 (``data/rules/urbanisation.csv``), so that every origin from then on is held out. The total
is drawn for a nation without a cohort projection, which knows births and deaths and is the better choice.

What the back-test means: the shares are estimates that the source interpolates between censuses, so at
short horizons any curve that goes on smoothly is nearly right by construction.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from urbium.catalogue import load_catalogue
from urbium.errors import Fault, UrbiumError, counted, refuse
from urbium.forecast.nation.growth_difference import DampedTrend, Scale, past, to_scale
from urbium.forecast.paths import Floats
from urbium.model import Assumption, Variable
from urbium.observations.in_force import UNDECLARED, check_columns, decide
from urbium.observations.reasons import NOT_IN_FORCE
from urbium.observations.roles import PACKAGED, Roles, missing_remedy
from urbium.packaged import words_of
from urbium.text import coded, text
from urbium.units import convert

AREA = "national"
"""The boundary of figures of a whole nation."""

KINDS: Final = words_of("series of the nation")
"""The series that are drawn here."""

_SCALES: Mapping[str, Scale] = MappingProxyType({"share": "logit", "total": "log", "outside": "logit"})
_SHARE, _URBAN = "urban_share", "urban_total"
_UNITS: Mapping[str, str] = MappingProxyType({_SHARE: "ratio", _URBAN: "persons"})
"""The roles that are read, and the unit of each."""

_SINGLE = ("mean", "keep", "momentum", "most", "quiet", "swing", "unknown", "memory")


@cache
def declared_rows() -> Mapping[str, Assumption]:
    """Return the declared parameters by id, such as ``share.mean``.

    >>> declared_rows()["share.keep"].evidence.value
    'derived'
    """
    return load_catalogue().learned["urbanisation"]


@cache
def declared(kind: str) -> DampedTrend:
    """Return how series of a kind (one of :data:`KINDS`) go on, by the declared parameters."""
    values = {
        name.removeprefix(f"{kind}."): row.value
        for name, row in declared_rows().items()
        if name.startswith(f"{kind}.")
    }
    horizons = sorted({int(name.split(".")[1]) for name in values if name.startswith("reach")})
    return DampedTrend(
        _SCALES[kind],
        **{name: values[name] for name in _SINGLE},
        horizons=np.array(horizons, dtype=float),
        reach=np.array([[values[f"reach{level}.{ahead}"] for level in (80, 95)] for ahead in horizons]),
    )


def draw_series(
    kind: str,
    years: NDArray[np.int64],
    values: Floats,
    ahead: NDArray[np.int64],
    *,
    paths: int = 1_000,
    seed: int = 0,
) -> Floats:
    """Draw futures of one series from its last three figures.

    Parameters
    ----------
    kind : one of :data:`KINDS`
    years : (T,) array, years of the figures, ascending
    values : (T,) array, shares from 0 to 1, or persons above zero
    ahead : (Y,) array, years to draw, ascending, after the last figure
    seed : same seed, same futures

    Returns
    -------
    (Y, paths) array. A share of 0 or 1 stays: a nation that is a city has no countryside to draw from. A
    single figure goes on at the mean pace of all countries, within the width that this needs.

    Raises
    ------
    InputError : the figures are no shares or not above zero, or the years are not in order

    >>> shares = draw_series("share", np.array([2010, 2011, 2012]), np.array([0.49, 0.50, 0.51]),
    ...                      np.array([2020, 2035]))
    >>> np.median(shares, axis=1).round(2).tolist()
    [0.58, 0.67]
    """
    pace = declared(kind)
    _check_series(kind, years, values, ahead)
    if pace.scale == "logit" and values[-1] in (0.0, 1.0):
        return np.full((len(ahead), paths), float(values[-1]))
    inner = slice(None)
    if pace.scale == "logit":
        inner = slice(int(np.max(np.flatnonzero((values <= 0) | (values >= 1)), initial=-1)) + 1, None)
    now = past(years[inner], to_scale(values[None, inner], pace.scale))
    rng = np.random.default_rng([seed, list(KINDS).index(kind)])
    return np.asarray(pace.draw(now, (ahead - years[-1]).astype(float), paths, rng)[0])


@dataclass(frozen=True, slots=True)
class NationalFigures:
    """What was known of a nation at an origin.

    Attributes
    ----------
    country : its code
    years : (T,) array, ascending: every year with an urban share
    share, urban, total : (T,) arrays; urban share from 0 to 1, persons; NaN where not known
    used : the observations used, with the column ``year``
    left_out : variable, period, value, reason
    """

    country: str
    years: NDArray[np.int64]
    share: Floats
    urban: Floats
    total: Floats
    used: pl.DataFrame
    left_out: pl.DataFrame


def national_figures(
    observations: pl.DataFrame,
    *,
    origin: int,
    variables: Mapping[str, Variable] = UNDECLARED,
    roles: Roles = PACKAGED,
) -> NationalFigures:
    """Read what was known of the nation at the end of the year ``origin``; later figures are not looked at.

    Parameters
    ----------
    observations : table with the columns of :data:`urbium.model.OBSERVATION`; rows of the area ``national``
        with the variables of the roles ``urban_share`` and ``urban_total`` are read
    origin : year
    variables : as declared, by id, for their priority of sources
    roles : which variables fill the two

    Raises
    ------
    InputError : no share is known by then, a share lies outside 0 to 1, a unit does not fit, or figures of
        several nations are given; every fault is named
    """
    check_columns(observations, place="urbanisation")
    role_of = {name: role for role in _UNITS for name in roles.variables(role)}
    table = observations.filter(pl.col("area") == AREA, pl.col("variable").is_in(list(role_of)))
    role = pl.col("variable").replace_strict(role_of, default=None, return_dtype=pl.String)
    table = decide(table, variables).with_columns(role=role)
    table = table.with_columns(
        year=pl.col("period").str.extract(r"^(\d{4})$").cast(pl.Int64), amount=_amount(table)
    )
    table = table.with_columns(why=_why(origin))
    used = table.filter(pl.col("why").is_null()).sort("year", "variable")
    left = table.filter(pl.col("why").is_not_null()).select("variable", "period", "value", reason="why")
    _check_figures(used, origin, roles)
    used = _preferred(used, roles)
    wide = (
        used.filter(pl.col("role") == _SHARE).select("year", share="amount")
        .join(used.filter(pl.col("role") == _URBAN).select("year", urban="amount"), on="year", how="left")
        .sort("year")
    )  # fmt: skip
    share, urban = (wide[name].cast(pl.Float64).fill_null(np.nan).to_numpy() for name in ("share", "urban"))
    with np.errstate(divide="ignore", invalid="ignore"):
        total = np.where(share > 0, urban / share, np.nan)
    return NationalFigures(used["city"][0], wide["year"].to_numpy(), share, urban, total, used, left)


def _amount(table: pl.DataFrame) -> pl.Expr:
    """The value as a share or in persons; raise InputError with every unit that measures something else."""
    factors: dict[tuple[str, str | None], float] = {}
    faults: list[Fault] = []
    for role, name in table.select("role", "unit").unique().sort("role", "unit").iter_rows():
        try:
            factors[role, name] = convert(1.0, name or "", _UNITS[role])
        except UrbiumError as error:
            faults.append(
                Fault("error", error.message, error.remedy, rule="unit", variable=role, value=str(name))
            )
    refuse(faults, "", coded("forecast.urbanisation.units", "national figures are in incompatible units"))
    factor = pl.lit(1.0)
    for (role, name), size in factors.items():
        here = (pl.col("role") == role) & pl.col("unit").eq_missing(pl.lit(name, pl.String))
        factor = pl.when(here).then(pl.lit(size)).otherwise(factor)
    return pl.col("value") * factor


def _why(origin: int) -> pl.Expr:
    """The reason why a row is not used, or null."""
    later = text("later than the origin, {origin}", origin=origin)
    reason: pl.Expr = (
        pl.when(pl.col("year").is_null())
        .then(pl.lit(text("not a whole year")))
        .when(pl.col("year") > origin)
        .then(pl.lit(later))
        .when(~pl.col("is_in_force"))
        .then(pl.col("ground").replace_strict(dict(NOT_IN_FORCE), default=None, return_dtype=pl.String))
    )
    return reason


def _preferred(used: pl.DataFrame, roles: Roles) -> pl.DataFrame:
    """Return one figure a role and year: of the variable with the least rank."""
    order = {name: rank for rank, name in enumerate(roles.variables(*_UNITS))}
    rank = pl.col("variable").replace_strict(order, default=len(order), return_dtype=pl.Int64)
    return used.sort("year", rank).unique(["role", "year"], keep="first").sort("year", "variable")


def _check_figures(used: pl.DataFrame, origin: int, roles: Roles) -> None:
    faults: list[Fault] = []
    countries = used["city"].unique().sort().to_list()
    if len(countries) > 1:
        faults.append(
            Fault(
                "error",
                coded(
                    "forecast.urbanisation.nations",
                    "the figures are for several nations: {codes:list}",
                    codes=countries[:9],
                ),
                text("use figures for one nation only"),
            )
        )
    if used.filter(pl.col("role") == _SHARE).is_empty():
        faults.append(
            Fault(
                "error",
                coded(
                    "forecast.urbanisation.unknown",
                    "no {variable} for the nation is available for {origin} or earlier",
                    variable=roles.first(_SHARE) or _SHARE,
                    origin=origin,
                ),
                text("{load}, or start the forecast from a later year", load=missing_remedy(roles, [_SHARE])),
                rule="share",
                variable=roles.first(_SHARE),
            )
        )
    wrong = pl.col("amount") < 0
    over = (pl.col("role") == _SHARE) & (pl.col("amount") > 1)
    faults += [_out_of_range(row) for row in used.filter(wrong | over).iter_rows(named=True)]
    refuse(
        faults,
        "urbanisation",
        coded("forecast.urbanisation.faults", "the national figures have {faults}", faults=counted(faults)),
    )


def _out_of_range(row: Mapping[str, Any]) -> Fault:
    """Return the fault of a figure that is no share, or no number of persons."""
    if row["role"] == _SHARE:
        message = coded(
            "forecast.urbanisation.no_share",
            "{value:,.6g} {unit} is not a valid urban population share",
            value=row["value"],
            unit=row["unit"],
        )
        remedy = text("enter a share from 0 to 100%")
    else:
        message = coded(
            "forecast.urbanisation.no_persons",
            "{value:,.6g} {unit} is not an urban population",
            value=row["value"],
            unit=row["unit"],
        )
        remedy = text("enter a number of persons, zero or more")
    return Fault(
        "error", message, remedy, rule="range", variable=row["variable"], period=row["period"],
        value=str(row["value"]),
    )  # fmt: skip


def _check_series(kind: str, years: NDArray[np.int64], values: Floats, ahead: NDArray[np.int64]) -> None:
    faults = [
        Fault("error", message, remedy, rule="series")
        for message, remedy in (
            *_series_problems(years, values, ahead),
            *_value_problems(_SCALES[kind], values),
        )
    ]
    refuse(
        faults,
        "urbanisation",
        coded(
            "forecast.urbanisation.not_drawn",
            "no future can be projected for the {series}",
            series=KINDS[kind],
        ),
    )


def _series_problems(
    years: NDArray[np.int64], values: Floats, ahead: NDArray[np.int64]
) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the years of a series, and the remedy."""
    sort = text("sort them and omit duplicates")
    if not _is_ascending(years):
        yield (
            text("there are no figures, or their years are not in ascending order"),
            sort,
        )
    if not _is_ascending(ahead):
        yield (
            text("there are no forecast years, or they are not in ascending order"),
            sort,
        )
    if len(years) and len(ahead) and ahead[0] <= years[-1]:
        yield (
            coded(
                "forecast.urbanisation.not_ahead",
                "{year} is not after the last figure, {last}",
                year=int(ahead[0]),
                last=int(years[-1]),
            ),
            text("request later years"),
        )
    if len(values) != len(years):
        yield (
            coded(
                "forecast.urbanisation.lengths",
                "the number of figures ({figures}) does not match the number of years ({years})",
                figures=len(values),
                years=len(years),
            ),
            text("enter one figure per year"),
        )


def _value_problems(scale: Scale, values: Floats) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with the values of a series, and the remedy."""
    leave_out = text("omit its year")
    if not np.isfinite(values).all():
        yield text("a figure is not a number"), leave_out
    elif scale == "logit" and ((values < 0) | (values > 1)).any():
        yield (
            coded("forecast.urbanisation.share_range", "a share is outside the range 0 to 1"),
            text("enter shares, not percentages"),
        )
    elif scale == "log" and (values <= 0).any():
        yield text("a population is not above zero"), leave_out


def _is_ascending(years: NDArray[np.int64]) -> bool:
    return bool(len(years)) and bool((np.diff(years) > 0).all())
