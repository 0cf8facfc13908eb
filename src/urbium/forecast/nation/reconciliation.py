"""Balance: the futures of a nation's cities brought together with those of the nation itself (ADR 0027).

In: which city may be a part of the urban population, what is urban besides, base forecasts of all sums, and
the result after reconciliation. Not in: how the gaps are closed (:mod:`.hierarchy`).
"""

from collections.abc import Collection, Mapping, Sequence
from types import MappingProxyType

import numpy as np
import polars as pl
from numpy.typing import NDArray

from urbium.errors import counted, refuse
from urbium.forecast.cities.figures import preferred, screen
from urbium.forecast.nation.futures_checks import (
    NAMED,
    check_nation,
    check_sums,
    path_faults,
    reconciliation_fault,
    refuse_sums,
)
from urbium.forecast.nation.hierarchy import PLACES, BaseForecasts, reconcile
from urbium.forecast.nation.nation_outlook import COUNTED, NationOutlook
from urbium.forecast.nation.nation_rows import (
    UrbanFigures,
    moved_rows,
    nation_rows,
    outside_rows,
    share_rows,
    stacked,
)
from urbium.forecast.nation.urbanisation import NationalFigures, draw_series, national_figures
from urbium.forecast.paths import Floats, Paths, limits
from urbium.forecast.reasons import by_sentence
from urbium.model import Source, Variable
from urbium.observations.in_force import UNDECLARED
from urbium.observations.roles import PACKAGED, Roles, missing_remedy
from urbium.text import Text, coded, text

_FARTHEST = float(np.log(20))
"""How far a path of a city may be from its median, in logs."""

_PARTLY = text(
    "its population is partly rural, or partly counted within a different boundary; only "
    "agglomerations are added up"
)
_HOLDS = text("other cities are part of it, so they would be counted twice")
_WITHOUT = text('its population was not projected, so it is part of "other urban"')


def reconcile_nation(
    cities: Paths,
    observations: pl.DataFrame,
    *,
    area: str | Mapping[str, str] = "",
    nation: NDArray[np.floating] | None = None,
    to: int,
    origin: int | None = None,
    hold: Collection[str] = ("nation",),
    seed: int = 0,
    names: Mapping[str, str] = MappingProxyType({}),
    sources: Mapping[str, Source] = MappingProxyType({}),
    declared: Mapping[str, Variable] = UNDECLARED,
    roles: Roles = PACKAGED,
    within: str = COUNTED,
    holders: Collection[str] = (),
) -> NationOutlook:
    """Make the futures of cities, other urban, rural and the nation add up, in every path and year.

    Parameters
    ----------
    cities : futures of cities, persons, for years from after the origin to ``to`` at least
    observations : table with the columns of :data:`urbium.model.OBSERVATION`: figures of the cities within
        their boundary, and of the nation (``urban_population_share``, ``urban_population``)
    area : the boundary of the cities, or of each by its code; ``within`` when empty
    nation : futures of the national total, persons, (Y, P) for the years of ``cities``, such as those of
        the cohort model; in years with figures of its own the nation is as seen, and grows on from there
        as these futures do. Without them the total goes on from its own figures
    to : last year
    origin : last year whose figures are looked at; by default the year before the first of ``cities``
    hold : sums that cities do not move, as in :func:`.hierarchy.reconcile`
    seed : same seed, same futures
    names : English names by city code
    sources : publishers by id, for the explanations
    declared : variables by id, for their priority of sources
    roles : which variables count the people of cities and of the nation
    within : the boundary whose people are all urban and counted once; other cities stay outside
    holders : places in which other cities of the programme lie; they stay outside, too

    Raises
    ------
    InputError : no city is an agglomeration, figures are missing, are no numbers or do not fit each other,
        the nation is smaller than its cities; every fault is named
    """
    kept, outside = _inside(cities, area or within, within, to, holders)
    years = cities.years[cities.years <= to]
    values = cities.values[kept][:, : len(years)]
    codes = [cities.keys[at] for at in kept]
    last_known = int(years[0]) - 1 if origin is None else origin
    check_nation(nation, cities.values.shape[1:])
    past = national_figures(observations, origin=last_known, variables=declared, roles=roles)
    inside = observations.filter(pl.col("area") == within)
    urban = _urban(codes, inside, past, origin=last_known, declared=declared, roles=roles)
    drawn = _draw(past, urban, years, paths=values.shape[-1], nation=nation, seed=seed)
    base = BaseForecasts(_bounded(values), *drawn)
    check_sums(base, years, past, given=nation is not None)
    settled = reconcile(base, hold=hold)
    others = sorted(urban.all_cities - set(codes) - set(outside["city"]))
    outside = pl.concat([outside, outside_rows(others, [within] * len(others), _WITHOUT)])
    keys = (*codes, *PLACES)
    before, after = (limits(stacked(futures)) for futures in (base, settled))
    return NationOutlook(
        table=nation_rows(keys, years, after, urban, past, within=within),
        settings=MappingProxyType({
            "to": to, "origin": last_known, "seed": seed,
            "hold": tuple(sorted(hold)),
            "nation": "given" if nation is not None else "drawn",
        }),
        share=share_rows(years, settled, past),
        moved=moved_rows(keys, years, before, after),
        outside=outside,
        messages=by_sentence([_PARTLY, _HOLDS, _WITHOUT]),
        paths=Paths(keys, years, stacked(settled)),
        figures=pl.concat([urban.figures, past.used], how="diagonal_relaxed"),
        names=MappingProxyType(dict(names)),
        sources=MappingProxyType(dict(sources)),
    )  # fmt: skip


def _bounded(cities: NDArray[np.floating]) -> Floats:
    """Return futures of cities, (C, Y, P), none more than twenty times its median or less than a twentieth.

    Far beyond the horizons back-tested the bands of single cities run over all bounds, and a few of them
    would fill the nation. The limit is soft: twice the median stays at 1.98 times, ten times becomes 6.9.
    """
    logs = np.log(np.maximum(cities, 1e-3), dtype=np.float64)
    middle = np.median(logs, axis=-1, keepdims=True)
    return np.where(cities > 0, np.exp(middle + _FARTHEST * np.tanh((logs - middle) / _FARTHEST)), 0.0)


def _inside(
    cities: Paths, area: str | Mapping[str, str], boundary: str, to: int, holders: Collection[str]
) -> tuple[NDArray[np.intp], pl.DataFrame]:
    """Return the rows of the agglomerations, and the cities left outside; raise with every fault."""
    faults = list(path_faults(cities, to))
    areas = [area if isinstance(area, str) else area.get(city, "") for city in cities.keys]
    unknown = [city for city, within in zip(cities.keys, areas, strict=True) if not within]
    faults += [
        reconciliation_fault(
            coded("forecast.nation.no_boundary", "the boundary of {city} is not stated", city=city),
            text("name the boundary, or omit the city"),
        )
        for city in unknown
    ]
    holding = [city for city in cities.keys if city in holders]
    inside = np.array([within == boundary for within in areas]) & ~np.isin(cities.keys, holding)
    away = [(city, within) for city, within in zip(cities.keys, areas, strict=True) if within != boundary]
    if not inside.any() and not faults:
        faults.append(
            reconciliation_fault(
                _none_inside(away),
                text("every city is left out for this reason: {reason}", reason=_PARTLY),
            )
        )
    refuse(
        faults,
        "nation",
        coded(
            "forecast.nation.cities_faults",
            "the cities cannot be added up: {faults}",
            faults=counted(faults),
        ),
    )
    left = outside_rows([city for city, _ in away], [within for _, within in away], _PARTLY)
    doubled = [city for city in holding if city not in set(left["city"])]
    return np.flatnonzero(inside), pl.concat([left, outside_rows(doubled, [boundary] * len(doubled), _HOLDS)])


def _none_inside(away: Sequence[tuple[str, str]]) -> Text:
    if not away:
        return coded("forecast.nation.no_city", "there are no cities to add up")
    names = [text("{city} ({area})", city=city, area=area) for city, area in away[:NAMED]]
    return coded("forecast.nation.no_agglomeration", "no city is an agglomeration: {names:list}", names=names)


def _urban(
    codes: list[str],
    observations: pl.DataFrame,
    past: NationalFigures,
    *,
    origin: int,
    declared: Mapping[str, Variable],
    roles: Roles,
) -> UrbanFigures:
    """Set the figures of the cities against the urban population, in the years in which all are known.

    Early years in which the cities exceed it (the two are of different publishers) are left out.
    """
    variables = roles.variables("urban_population")
    screened = screen(observations, variables, declared).used
    figures = preferred(screened.filter(pl.col("year") <= origin), variables).sort("city", "year")
    counted_cities = figures.filter(pl.col("city").is_in(codes))
    faults = [
        reconciliation_fault(
            coded(
                "forecast.nation.no_figure",
                "no figure for {city} within its agglomeration is available for {origin} or earlier",
                city=city,
                origin=origin,
            ),
            text("load one, or omit the city"),
        )
        for city in codes
        if city not in set(counted_cities["city"])
    ]
    sums = (
        counted_cities.group_by("year")
        .agg(pl.col("persons").sum(), count=pl.len())
        .filter(pl.col("count") == len(codes))
    )
    urban = dict(zip(past.years.tolist(), past.urban.tolist(), strict=True))
    both = [
        (year, persons, urban[year])
        for year, persons, _ in sums.sort("year").iter_rows()
        if np.isfinite(urban.get(year, np.nan))
    ]
    if not both and not faults:
        faults.append(
            reconciliation_fault(
                coded(
                    "forecast.nation.no_common_year",
                    "there is no year up to {origin} with figures for both the urban population and "
                    "all {count} cities",
                    origin=origin,
                    count=len(codes),
                ),
                text(
                    "for the nation, {load}; otherwise, omit the cities without figures",
                    load=missing_remedy(roles, ["urban_total"]),
                ),
            )
        )
    if both and both[-1][1] >= both[-1][2]:
        year, persons, whole = both[-1]
        faults.append(
            reconciliation_fault(
                coded(
                    "forecast.nation.cities_exceed",
                    "in {year}, the cities ({count}) have {persons:,.0f} people, but the whole "
                    "urban population is {whole:,.0f}",
                    year=year,
                    count=len(codes),
                    persons=persons,
                    whole=whole,
                ),
                text("check the boundaries and the units of both"),
            )
        )
    refuse_sums(faults)
    fitting = [(year, 1 - persons / whole) for year, persons, whole in both if persons < whole]
    common_years, shares = zip(*fitting, strict=True)
    return UrbanFigures(
        counted_cities, np.array(common_years, dtype=np.int64), np.array(shares), set(figures["city"])
    )


def _draw(
    past: NationalFigures, urban: UrbanFigures, years: NDArray[np.int64], *, paths: int,
    nation: NDArray[np.floating] | None, seed: int,
) -> tuple[Floats, Floats, Floats, Floats]:  # fmt: skip
    """Draw other urban, rural, urban and the nation, (Y, P) each, before they have to fit the cities."""
    share = _seen_then_drawn("share", past.years, past.share, years, paths=paths, seed=seed)
    has_total = np.isfinite(past.total)
    since, totals = past.years[has_total], past.total[has_total]
    if nation is None:
        total = _seen_then_drawn("total", since, totals, years, paths=paths, seed=seed)
    else:
        total = _go_on(np.asarray(nation[: len(years)], dtype=np.float64), years, since, totals)
    besides = draw_series("outside", urban.years, urban.outside_share, years, paths=paths, seed=seed)
    return besides * share * total, (1 - share) * total, share * total, total


def _seen_then_drawn(
    kind: str, since: NDArray[np.int64], values: Floats, years: NDArray[np.int64], *, paths: int, seed: int
) -> Floats:
    """Return a series in all paths, (Y, P): as it was seen in the years known, drawn from then on."""
    is_seen = years <= since[-1]
    seen = np.repeat(np.interp(years[is_seen], since, values)[:, None], paths, axis=1)
    if is_seen.all():
        return np.asarray(seen)
    return np.concatenate([seen, draw_series(kind, since, values, years[~is_seen], paths=paths, seed=seed)])


def _go_on(nation: Floats, years: NDArray[np.int64], since: NDArray[np.int64], totals: Floats) -> Floats:
    """Let a given nation grow on from where it was last seen among ``years``; before that, it is as seen.

    Publishers and revisions differ in the level of a nation, far less in its growth.
    """
    is_seen = years <= since[-1] if since.size else np.zeros(len(years), dtype=bool)
    if not is_seen.any():
        return nation
    last = int(np.flatnonzero(is_seen)[-1])
    seen = np.interp(years[is_seen], since, totals)
    level: Floats = nation * (seen[-1] / nation[last])
    level[is_seen] = seen[:, None]
    return level
