"""Growth: each city's population to a coming year, by a combination of simple members, with bands.

In: which series speaks for a city, the country it is in, joining what the panels give. Not in: the model
(:mod:`.combination`), births, deaths and moves (a cohort model), and how cities share a nation's
growth.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

import polars as pl

from urbium.errors import InputError, require_columns
from urbium.forecast.cities.city_outlook import Outlook
from urbium.forecast.cities.declared_growth import with_counts
from urbium.forecast.cities.figures import NOT_POSITIVE, PeopleFigures, lay_out, reasons_of, screen, series_of
from urbium.forecast.cities.outlook_shapes import BACKTEST, CURVE, REFUSED, TABLE
from urbium.forecast.cities.projection import Projection, project
from urbium.forecast.cities.vintage import compare_with_source
from urbium.forecast.register import names_of, register_of
from urbium.model import Source, Variable
from urbium.observations.in_force import UNDECLARED
from urbium.observations.population import SIZES
from urbium.observations.roles import PACKAGED
from urbium.text import coded, text

VARIABLES = PACKAGED.variables(*SIZES)
"""Variables of the package that count people, in the order in which they speak for a city."""

FURTHEST = 100
"""Most years ahead: what a growth model says beyond is no forecast."""

_Key = tuple[str, str]


def forecast_population(
    observations: pl.DataFrame,
    *,
    to: int,
    cities: pl.DataFrame | Iterable[str],
    places: pl.DataFrame | None = None,
    variables: Sequence[str] = VARIABLES,
    sources: Mapping[str, Source] = MappingProxyType({}),
    declared: Mapping[str, Variable] = UNDECLARED,
) -> Outlook:
    """Forecast the population of each city for every year up to ``to``, with bands of 80% and 95%.

    A city is spoken for by the first of ``variables`` it has figures of. All cities with the same variable
    and area make one panel, also those not asked for. Weights and the width of bands are those learned on the
    world's agglomerations; a country's own record widens its bands where earlier forecasts erred more.
    Figures that are all counts, as a register's, draw a forecast to their latest trend (:mod:`.own_panel`).

    Parameters
    ----------
    observations : table with the columns of :data:`urbium.model.OBSERVATION`; a reason that begins with
        "break" marks the first figure of a new boundary, and figures before it are left out
    to : last year of the forecast, after the latest figure used, at most 100 years
    cities : codes of the cities asked for, or a register with the columns ``code`` and ``name_en``
    places : code and country of cities, also of those not asked for; cities it does not name are taken to
        be of one country
    variables : ids of variables that count people, the preferred first
    sources : publishers by id, for the explanations
    declared : variables by id, for their priority of sources

    Returns
    -------
    Outlook : yearly values in persons; a city that cannot be forecast is in ``refused`` with the reason

    Raises
    ------
    InputError : ``to`` is not ahead of the figures, a column is missing, or a unit does not count people

    >>> table = pl.DataFrame(
    ...     [(city, str(year), 500_000.0 * 1.02 ** (year - 1960))
    ...      for city in "abc" for year in range(1960, 2016, 5)],
    ...     schema=["city", "period", "value"], orient="row",
    ... ).with_columns(variable=pl.lit("population"), unit=pl.lit("persons"), area=pl.lit("city"),
    ...                status=pl.lit("reported"))
    >>> outlook = forecast_population(table, to=2020, cities=["a"])
    >>> outlook
    Outlook for 1 city to 2020
    >>> row = outlook.table.row(by_predicate=pl.col("year") == 2020, named=True)
    >>> row["low95"] < row["low80"] < row["value"] < row["high80"] < row["high95"]
    True
    """
    register = register_of(cities)
    codes, names = register["code"].to_list(), names_of(cities)
    countries = _countries(places)
    figures = screen(observations, variables, declared)
    series = series_of(figures, variables, codes)
    _check_horizon(to, series)
    refused = _without_series(codes, to, series, figures, variables)
    series = series.join(refused, on="city", how="anti")
    projections: dict[_Key, Projection] = {}
    for (variable, area), wanted in series.group_by("variable", "area", maintain_order=True):
        rows = figures.used.filter(pl.col("variable") == variable, pl.col("area") == area)
        panel = lay_out(rows)
        panel = replace(panel, group=tuple(countries.get(city, "") for city in panel.cities))
        panel = with_counts(panel, str(variable))
        projections[str(variable), str(area)] = project(panel, wanted["city"].to_list(), to)
    return _assemble(
        to=to,
        names=names,
        figures=figures,
        projections=projections,
        refused=refused,
        sources=sources,
        variables=variables,
    )


def _countries(places: pl.DataFrame | None) -> Mapping[str, str]:
    """Return the country of each city that has one."""
    if places is None:
        return {}
    remedy = text("supply the columns code and country")
    require_columns(places.columns, ("code", "country"), "places", "forecast.cities.places_lack", remedy)
    return dict(places.select("code", pl.col("country").cast(pl.String).fill_null("")).iter_rows())


def _check_horizon(to: int, series: pl.DataFrame) -> None:
    """Refuse a year that the figures have reached, or that is too far ahead of all of them."""
    latest = series["latest"].to_list()
    last = max(latest, default=to - 1)
    if not last < to <= last + FURTHEST:
        raise InputError(
            coded(
                "forecast.cities.horizon",
                "{to} is not between 1 and {furthest} years ahead: the latest figure is for {last}",
                to=to,
                furthest=FURTHEST,
                last=last,
            ),
            place="to",
            remedy=text("enter a year from {first} to {last}", first=last + 1, last=last + FURTHEST),
        )


def _without_series(
    codes: Sequence[str], to: int, series: pl.DataFrame, figures: PeopleFigures, variables: Sequence[str]
) -> pl.DataFrame:
    """List the cities that have no figure to go on from, each with the reason."""
    reasons = dict.fromkeys(
        set(codes) - set(series["city"]),
        text("no figure for its population ({variables:list})", variables=list(variables)),
    )
    for city, why in figures.excluded.select("city", "reason").iter_rows():
        if city in reasons:
            reasons[city] = text("no usable figure: {why}", why=why)
    zeros = figures.excluded.filter(pl.col("reason") == NOT_POSITIVE).join(
        series.select("city", "variable", "area", "latest"), on=["city", "variable", "area"]
    )
    for row in zeros.filter(pl.col("period").cast(pl.Int64) > pl.col("latest")).iter_rows(named=True):
        reasons[row["city"]] = text(
            "its latest figure, for {period}, is {value:g}", period=row["period"], value=row["value"]
        )
    for city, year in series.filter(pl.col("latest") < to - FURTHEST).select("city", "latest").iter_rows():
        reasons[city] = text(
            "its latest figure, for {year}, is more than {furthest} years before {to}",
            year=year,
            furthest=FURTHEST,
            to=to,
        )
    return pl.DataFrame(sorted(reasons.items()), schema=dict(REFUSED), orient="row")


def _assemble(
    *,
    to: int,
    names: Mapping[str, str],
    figures: PeopleFigures,
    projections: Mapping[_Key, Projection],
    refused: pl.DataFrame,
    sources: Mapping[str, Source],
    variables: Sequence[str],
) -> Outlook:
    """Join observed and projected rows into one result."""
    curves = _joined(CURVE, {key: part.curves for key, part in projections.items()}).sort("city")
    refused = pl.concat([refused, *(part.refused for part in projections.values())]).sort("city")
    used = figures.used.join(
        curves.select("city", "variable", "area"), on=["city", "variable", "area"], how="semi"
    )
    observed = used.select("city", "area", "year", value="persons", kind=pl.lit("observed"), curve=pl.lit(""))
    table = pl.concat(
        [observed, _joined(TABLE, {key: part.rows for key, part in projections.items()})],
        how="diagonal_relaxed",
    ).select(*TABLE)
    tested = _joined(BACKTEST, {key: part.backtest for key, part in projections.items()})
    return Outlook(
        table=table.cast(pl.Schema(TABLE)).sort("city", "year"),
        settings=MappingProxyType({"to": to, "variables": tuple(variables)}),
        to=to,
        curves=curves,
        backtest=pl.concat([tested, compare_with_source(figures).select(*BACKTEST)]),
        refused=refused,
        excluded=figures.excluded.filter(pl.col("city").is_in([*curves["city"], *refused["city"]])),
        figures=used,
        names=MappingProxyType(dict(names)),
        sources=MappingProxyType(dict(sources)),
        messages=reasons_of(figures.used["year"].unique().sort().to_list()),
        common=MappingProxyType({key: part.common for key, part in projections.items()}),
    )


def _joined(schema: Mapping[str, pl.DataType], parts: Mapping[_Key, pl.DataFrame]) -> pl.DataFrame:
    """Put the tables of all panels under each other, each with its variable and area."""
    tagged = [
        part.with_columns(variable=pl.lit(variable), area=pl.lit(area))
        .select(*schema)
        .cast(pl.Schema(schema))
        for (variable, area), part in parts.items()
        if not part.is_empty()
    ]
    return pl.concat([pl.DataFrame(schema=schema), *tagged])
