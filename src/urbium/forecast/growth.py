"""Growth: each city's population to a coming year, by the curve its back-test supports, with bands.

In: which series speaks for a city, which curve goes on from it, how wide its bands are. Not in: births,
deaths and moves (a cohort model), and how cities share a nation's growth.
"""

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType

import numpy as np
import polars as pl

from urbium.errors import InputError
from urbium.forecast.backtest import score
from urbium.forecast.choice import Bands, Mixture, calibrate, choose
from urbium.forecast.curves import Floats, History, Panel, history
from urbium.forecast.figures import NOT_POSITIVE, Figures, lay_out, screen, series_of
from urbium.forecast.outlook import BACKTEST, CURVE, REFUSED, TABLE, Outlook
from urbium.forecast.trial import changes, run_trial
from urbium.model import Source

__all__ = ["VARIABLES", "forecast_population"]

VARIABLES = ("population_agglomeration", "population_year_end", "population")
"""Variables that count people, in the order in which they speak for a city."""

FURTHEST = 100
"""Most years ahead: what a growth curve says beyond is no forecast."""

_LEAST_ERRORS = 5
_FIGURES = (1, 2, 4)
"""Classes of series by their figures: one; two or three; four or more."""

_Block = tuple[pl.DataFrame, pl.DataFrame]


def forecast_population(
    observations: pl.DataFrame,
    *,
    to: int,
    cities: pl.DataFrame | Iterable[str],
    variables: Sequence[str] = VARIABLES,
    sources: Mapping[str, Source] = MappingProxyType({}),
) -> Outlook:
    """Forecast the population of each city for every year up to ``to``, with bands of 80 % and 95 %.

    A city is spoken for by the first of ``variables`` it has figures of. All cities with the same variable
    and area are back-tested together, also those not asked for, and their errors make the bands.

    Parameters
    ----------
    observations : table with the columns of :data:`urbium.model.OBSERVATION`
    to : last year of the forecast, after the latest figure used, at most 100 years
    cities : codes of the cities asked for, or a register with the columns ``code`` and ``name_en``
    variables : ids of variables that count people, the preferred first
    sources : publishers by id, for the explanations

    Returns
    -------
    Outlook : yearly values in persons; a city that cannot be forecast is in ``refused`` with the reason

    Raises
    ------
    InputError : ``to`` is not ahead of the figures, a column is missing, or a unit does not count people

    >>> table = pl.DataFrame(
    ...     [(city, str(year), 50_000.0 * 1.02 ** (year - 1960))
    ...      for city in "abc" for year in range(1960, 2016, 5)],
    ...     schema=["city", "period", "value"], orient="row",
    ... ).with_columns(variable=pl.lit("population"), unit=pl.lit("persons"), area=pl.lit("city"),
    ...                status=pl.lit("reported"))
    >>> outlook = forecast_population(table, to=2020, cities=["a"])
    >>> outlook
    Outlook of 1 city to 2020
    >>> outlook.table.filter(year=2020).select(pl.col("value").round(), "curve").row(0)
    (164052.0, 'arithmetic')
    """
    codes, names = _register(cities)
    figures = screen(observations, variables)
    series = series_of(figures, variables, codes)
    _check_horizon(to, series)
    refused = _without_series(codes, to, series, figures)
    series = series.join(refused, on="city", how="anti")
    blocks: list[_Block] = []
    reports: list[pl.DataFrame] = []
    for (variable, area), wanted in series.group_by("variable", "area", maintain_order=True):
        own = figures.used.filter(pl.col("variable") == variable, pl.col("area") == area)
        made, report, sent_away = _forecast_panel(lay_out(own), wanted["city"].to_list(), to)
        tags = {"variable": pl.lit(variable), "area": pl.lit(area)}
        blocks += [(table.with_columns(**tags), curves.with_columns(**tags)) for table, curves in made]
        reports.append(report.with_columns(**tags))
        refused = pl.concat([refused, sent_away])
    return _assemble(
        to=to,
        names=names,
        figures=figures,
        blocks=blocks,
        reports=reports,
        refused=refused.sort("city"),
        sources=sources,
        variables=variables,
    )


def _register(cities: pl.DataFrame | Iterable[str]) -> tuple[list[str], dict[str, str]]:
    """Return the codes asked for, each once, and their names."""
    if not isinstance(cities, pl.DataFrame):
        codes = list(dict.fromkeys(cities))
        return codes, {}
    if "code" not in cities.columns:
        raise InputError("the register of cities has no column code", remedy="give a column with city codes")
    codes = cities["code"].unique(maintain_order=True).to_list()
    if "name_en" not in cities.columns:
        return codes, {}
    return codes, {code: name for code, name in cities.select("code", "name_en").iter_rows() if name}


def _check_horizon(to: int, series: pl.DataFrame) -> None:
    """Refuse a year that the figures have reached, or that is too far ahead of all of them."""
    latest = series["latest"].to_list()
    last = max(latest, default=to - 1)
    if not last < to <= last + FURTHEST:
        raise InputError(
            f"{to} is not 1 to {FURTHEST} years ahead: the latest figure is of {last}",
            place="to",
            remedy=f"give a year from {last + 1} to {last + FURTHEST}",
        )


def _without_series(codes: Sequence[str], to: int, series: pl.DataFrame, figures: Figures) -> pl.DataFrame:
    """List the cities that have no figure to go on from, each with the reason."""
    reasons = dict.fromkeys(set(codes) - set(series["city"]), "no figure of its population")
    for city, why in figures.excluded.select("city", "reason").iter_rows():
        if city in reasons:
            reasons[city] = f"no usable figure: {why}"
    zeros = figures.excluded.filter(pl.col("reason") == NOT_POSITIVE).join(
        series.select("city", "variable", "area", "latest"), on=["city", "variable", "area"]
    )
    for row in zeros.filter(pl.col("period").cast(pl.Int64) > pl.col("latest")).iter_rows(named=True):
        reasons[row["city"]] = f"its latest figure, of {row['period']}, is {row['value']:g}"
    for city, year in series.filter(pl.col("latest") < to - FURTHEST).select("city", "latest").iter_rows():
        reasons[city] = f"its latest figure, of {year}, is more than {FURTHEST} years before {to}"
    return pl.DataFrame(sorted(reasons.items()), schema=dict(REFUSED), orient="row")


def _forecast_panel(
    panel: Panel, wanted: Sequence[str], to: int
) -> tuple[list[_Block], pl.DataFrame, pl.DataFrame]:
    """Back-test a panel and forecast the cities asked for: blocks, back-test report, refused cities."""
    trial = run_trial(panel)
    report = score(trial)
    place = {city: row for row, city in enumerate(panel.cities)}
    rows = np.array([place[city] for city in wanted], dtype=np.int64)
    if len(trial.error) < _LEAST_ERRORS:
        reason = f"too few figures of its kind to back-test a curve ({len(trial.error)} errors)"
        return [], report, pl.DataFrame([(city, reason) for city in wanted], schema=REFUSED, orient="row")
    past = history(panel, int(panel.years[-1])).rows(rows)
    blocks: list[_Block] = []
    classes = np.searchsorted(_FIGURES, past.count, side="right") - 1
    for at in np.unique(classes):
        mixture = choose(trial, figures=_FIGURES[int(at)])
        bands = calibrate(trial, mixture)
        for year in np.unique(past.year[classes == at]):
            own = np.flatnonzero((classes == at) & (past.year == year))
            names = [wanted[int(row)] for row in own]
            blocks.append(_project(past.rows(own), names, to - int(year), mixture, bands))
    return blocks, report, pl.DataFrame(schema=REFUSED)


def _project(past: History, cities: Sequence[str], years: int, mixture: Mixture, bands: Bands) -> _Block:
    """Go on from the latest figures, all of one year, for so many years: the rows and the curve used."""
    ahead = np.arange(1.0, years + 1.0)
    centre = past.level[:, None] + mixture.of(changes(past, ahead))
    reach = bands.at(past.growth, ahead)
    count = len(cities)

    def column(logs: Floats) -> Floats:
        return np.exp(logs).ravel()

    table = pl.DataFrame(
        {
            "city": np.repeat(np.array(cities), years),
            "year": (past.year[:, None] + ahead[None, :].astype(np.int64)).ravel(),
            "value": column(centre),
            "low80": column(centre - reach[..., 0]),
            "high80": column(centre + reach[..., 0]),
            "low95": column(centre - reach[..., 1]),
            "high95": column(centre + reach[..., 1]),
            "kind": ["projected"] * (count * years),
            "curve": [mixture.name] * (count * years),
        }
    )
    curves = pl.DataFrame(
        {
            "city": cities,
            "latest": past.year,
            "figures": past.count,
            "curve": [mixture.name] * count,
            "why": [mixture.why] * count,
            "growth": past.growth,
            "pool": [past.pool] * count,
            "pace": bands.group(past.growth) if bands.edges.size else None,
            "reach": [float(bands.horizons[-1])] * count,
            "errors": [int(bands.errors.sum())] * count,
        }
    ).with_columns(pl.col("growth", "pool").fill_nan(None))
    return table, curves


def _assemble(
    *,
    to: int,
    names: Mapping[str, str],
    figures: Figures,
    blocks: Sequence[_Block],
    reports: Sequence[pl.DataFrame],
    refused: pl.DataFrame,
    sources: Mapping[str, Source],
    variables: Sequence[str],
) -> Outlook:
    """Join observed and projected rows into one result."""
    curves = pl.concat(
        [pl.DataFrame(schema=CURVE), *(part.select(*CURVE).cast(pl.Schema(CURVE)) for _, part in blocks)]
    ).sort("city")
    used = figures.used.join(
        curves.select("city", "variable", "area"), on=["city", "variable", "area"], how="semi"
    )
    observed = used.select("city", "area", "year", value="persons", kind=pl.lit("observed"), curve=pl.lit(""))
    projected = [part for part, _ in blocks]
    table = pl.concat([pl.DataFrame(schema=TABLE), observed, *projected], how="diagonal").select(*TABLE)
    backtest = pl.concat([pl.DataFrame(schema=BACKTEST), *(report.select(*BACKTEST) for report in reports)])
    return Outlook(
        table=table.sort("city", "year"),
        settings=MappingProxyType({"to": to, "variables": tuple(variables)}),
        to=to,
        curves=curves,
        backtest=backtest,
        refused=refused,
        excluded=figures.excluded.filter(pl.col("city").is_in([*curves["city"], *refused["city"]])),
        figures=used,
        names=MappingProxyType(dict(names)),
        sources=MappingProxyType(dict(sources)),
    )
