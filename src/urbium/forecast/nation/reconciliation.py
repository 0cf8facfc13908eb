"""Balance: the futures of a nation's cities brought together with those of the nation itself.

In: which city may be a part of the urban population, what is urban besides, base forecasts of all sums, and
the result after reconciliation. Not in: how the gaps are closed (:mod:`.hierarchy`).
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from types import MappingProxyType

import numpy as np
import polars as pl
from numpy.typing import NDArray

from urbium.errors import Fault, InputError, counted
from urbium.forecast.cities.figures import preferred, screen
from urbium.forecast.nation.hierarchy import PLACES, BaseForecasts, Covariance, reconcile
from urbium.forecast.nation.nation_outlook import AREAS, MOVED, OUTSIDE, SHARE, TABLE, NationOutlook
from urbium.forecast.nation.urbanisation import NationalFigures, draw_series, national_figures
from urbium.forecast.paths import LIMITS, Floats, Paths, limits
from urbium.model import Source, Variable
from urbium.observations.in_force import UNDECLARED
from urbium.text import Text, text

__all__ = ["COUNTED", "VARIABLES", "reconcile_nation"]

COUNTED = "agglomeration"
"""The one boundary whose people are all urban and counted once."""

VARIABLES = ("population_agglomeration", "population")
"""Variables that count the people of an agglomeration, the preferred first."""

_PARTLY = text(
    "forecast.nation.partly",
    "its population is partly rural, or partly counted within another boundary; only agglomerations are"
    " added up",
)
_WITHOUT = text(
    "forecast.nation.no_paths", "no paths of it were given, so its population is part of other urban"
)
_NAMED = 12
_FACTOR = 1.5
"""How far a given nation may begin from the last observed; beyond, it has other units or is another."""


def reconcile_nation(
    cities: Paths,
    observations: pl.DataFrame,
    *,
    area: str | Mapping[str, str] = COUNTED,
    nation: NDArray[np.floating] | None = None,
    to: int,
    origin: int | None = None,
    covariance: Covariance = "paths",
    hold: Collection[str] = (),
    seed: int = 0,
    names: Mapping[str, str] = MappingProxyType({}),
    sources: Mapping[str, Source] = MappingProxyType({}),
    declared: Mapping[str, Variable] = UNDECLARED,
) -> NationOutlook:
    """Make the futures of cities, other urban, rural and the nation add up, in every path and year.

    Parameters
    ----------
    cities : futures of cities, persons, for years from after the origin to ``to`` at least
    observations : table with the columns of :data:`urbium.model.OBSERVATION`: figures of the cities within
        their boundary, and of the nation (``urban_population_share``, ``urban_population``)
    area : the boundary of the cities, or of each by its code; one that is no agglomeration stays outside
    nation : futures of the national total, persons, (Y, P) for the years of ``cities``, such as those of
        the cohort model; in years with figures of its own the nation is as seen, and grows on from there
        as these futures do. Without them the total goes on from its own figures
    to : last year
    origin : last year whose figures are looked at; by default the year before the first of ``cities``
    covariance, hold : as in :func:`urbium.forecast.reconcile.reconcile`
    seed : same seed, same futures
    names : English names by city code
    sources : publishers by id, for the explanations
    declared : variables by id, for their priority of sources

    Raises
    ------
    InputError : no city is an agglomeration, figures are missing, are no numbers or do not fit each other,
        the nation is smaller than its cities; every fault is named
    """
    kept, outside = _inside(cities, area, to)
    years = cities.years[cities.years <= to]
    values = cities.values[kept][:, : len(years)]
    codes = [cities.keys[at] for at in kept]
    known = int(years[0]) - 1 if origin is None else origin
    _check_nation(nation, cities.values.shape[1:])
    past = national_figures(observations, origin=known, variables=declared)
    urban = _urban(codes, observations, past, known, declared)
    drawn = _draw(past, urban, years, paths=values.shape[-1], nation=nation, seed=seed)
    base = BaseForecasts(values, *drawn)
    _check_sums(base, years, past, given=nation is not None)
    made = reconcile(base, covariance=covariance, hold=hold)
    others = sorted(urban.all_cities - set(codes) - set(outside["city"]))
    outside = pl.concat([outside, _out(others, [COUNTED] * len(others), _WITHOUT)])
    keys = (*codes, *PLACES)
    before, after = (limits(_stack(each)) for each in (base, made))
    return NationOutlook(
        table=_table(keys, years, after, urban, past),
        settings=MappingProxyType({
            "to": to, "origin": known, "seed": seed, "covariance": covariance, "hold": tuple(sorted(hold)),
            "nation": "given" if nation is not None else "drawn",
        }),
        share=_share(years, made, past),
        moved=_moved(keys, years, before, after),
        outside=outside,
        paths=Paths(keys, years, _stack(made)),
        figures=pl.concat([urban.figures, past.used], how="diagonal_relaxed"),
        names=MappingProxyType(dict(names)),
        sources=MappingProxyType(dict(sources)),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Urban:
    """What is known of the cities, and in the years in which the urban population is known too, their sum."""

    figures: pl.DataFrame
    years: NDArray[np.int64]
    outside_share: Floats
    all_cities: set[str]


def _inside(cities: Paths, area: str | Mapping[str, str], to: int) -> tuple[NDArray[np.intp], pl.DataFrame]:
    """Return the rows of the agglomerations, and the cities left outside; raise with every fault."""
    faults = list(_path_faults(cities, to))
    areas = [area if isinstance(area, str) else area.get(city, "") for city in cities.keys]
    unknown = [city for city, within in zip(cities.keys, areas, strict=True) if not within]
    faults += [
        _fault(
            text("forecast.nation.no_boundary", "the boundary of {city} is not given", city=city),
            text("forecast.nation.no_boundary.remedy", "name it, or leave it out"),
        )
        for city in unknown
    ]
    inside = np.array([within == COUNTED for within in areas], dtype=bool)
    away = [(city, within) for city, within in zip(cities.keys, areas, strict=True) if within != COUNTED]
    if not inside.any() and not faults:
        faults.append(
            _fault(
                _none_inside(away),
                text(
                    "forecast.nation.no_agglomeration.remedy", "they are left out: {reason}", reason=_PARTLY
                ),
            )
        )
    if faults:
        raise InputError(
            text(
                "forecast.nation.cities_faults",
                "the cities cannot be added up: {faults}",
                faults=counted(faults),
            ),
            place="nation",
            faults=faults,
        )
    left = _out([city for city, _ in away], [within for _, within in away], _PARTLY)
    return np.flatnonzero(inside), left


def _none_inside(away: Sequence[tuple[str, str]]) -> Text:
    if not away:
        return text("forecast.nation.no_city", "there is no city")
    names = [
        text("forecast.nation.city_within", "{city} ({area})", city=city, area=area)
        for city, area in away[:_NAMED]
    ]
    return text("forecast.nation.no_agglomeration", "no city is an agglomeration: {names:list}", names=names)


def _path_faults(cities: Paths, to: int) -> Iterator[Fault]:
    years, shape = cities.years, cities.values.shape
    if not len(years) or (np.diff(years) <= 0).any():
        yield _fault(
            text("forecast.nation.years_order", "the cities have no years, or not in ascending order"),
            text("forecast.nation.years_order.remedy", "sort them"),
        )
        return
    if shape[:2] != (len(cities.keys), len(years)) or not shape[-1]:
        yield _fault(
            text(
                "forecast.nation.shape",
                "{shape} values for {cities} cities and {years} years",
                shape=str(shape),
                cities=len(cities.keys),
                years=len(years),
            ),
            text("forecast.nation.shape.remedy", "give as many"),
        )
        return
    if len(set(cities.keys)) < len(cities.keys):
        yield _fault(
            text("forecast.nation.twice", "a city is given twice"),
            text("forecast.nation.twice.remedy", "give each once"),
        )
    if to not in years:
        yield _fault(
            text(
                "forecast.nation.horizon",
                "{to} is not among the years of the cities, {first} to {last}",
                to=to,
                first=int(years[0]),
                last=int(years[-1]),
            ),
            text("forecast.nation.horizon.remedy", "draw the cities up to that year"),
        )
    gaps = [
        text("forecast.nation.gap", "{before} to {after}", before=int(before), after=int(after))
        for before, after in pairwise(years)
        if after > before + 1
    ]
    if gaps:
        yield _fault(
            text("forecast.nation.gaps", "years are missing: {names:list}", names=gaps[:_NAMED]),
            text("forecast.nation.gaps.remedy", "draw every year"),
        )
    for city, row in zip(cities.keys, cities.values, strict=True):
        if not np.isfinite(row).all():
            yield _fault(
                text("forecast.nation.city_nan", "{city} has figures that are not numbers", city=city),
                text("forecast.nation.city_nan.remedy", "leave it out, or draw it again"),
            )
        elif (row < 0).any():
            yield _fault(
                text("forecast.nation.city_negative", "{city} has figures below zero", city=city),
                text("forecast.nation.persons.remedy", "give persons"),
            )


def _check_nation(nation: NDArray[np.floating] | None, shape: tuple[int, ...]) -> None:
    if nation is None:
        return
    faults = []
    if nation.shape != shape:
        faults.append(
            _fault(
                text(
                    "forecast.nation.nation_shape",
                    "the nation has {shape} years and paths, the cities {cities}",
                    shape=str(nation.shape),
                    cities=str(shape),
                ),
                text("forecast.nation.nation_shape.remedy", "give the same"),
            )
        )
    if not np.isfinite(nation).all() or (nation <= 0).any():
        faults.append(
            _fault(
                text(
                    "forecast.nation.nation_nan",
                    "the nation has figures that are not numbers, or not above zero",
                ),
                text("forecast.nation.persons.remedy", "give persons"),
            )
        )
    if faults:
        raise InputError(
            text("forecast.nation.misfit", "the nation does not fit its cities"),
            place="nation",
            faults=faults,
        )


def _urban(
    codes: list[str],
    observations: pl.DataFrame,
    past: NationalFigures,
    origin: int,
    declared: Mapping[str, Variable],
) -> _Urban:
    """Set the figures of the cities against the urban population, in the years in which all are known.

    Early years in which the cities exceed it (the two are of different publishers) are left out.
    """
    screened = screen(observations.filter(pl.col("area") == COUNTED), VARIABLES, declared).used
    figures = preferred(screened.filter(pl.col("year") <= origin), VARIABLES).sort("city", "year")
    own = figures.filter(pl.col("city").is_in(codes))
    faults = [
        _fault(
            text(
                "forecast.nation.no_figure",
                "no figure of {city} within its agglomeration is known for {origin} or earlier",
                city=city,
                origin=origin,
            ),
            text("forecast.nation.no_figure.remedy", "load one, or leave it out"),
        )
        for city in codes
        if city not in set(own["city"])
    ]
    sums = (
        own.group_by("year")
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
            _fault(
                text(
                    "forecast.nation.no_common_year",
                    "there is no year up to {origin} with figures of the urban population and of all"
                    " {count} cities",
                    origin=origin,
                    count=len(codes),
                ),
                text(
                    "forecast.nation.no_common_year.remedy",
                    "load urban_population of the nation, or leave out the cities without figures",
                ),
            )
        )
    if both and both[-1][1] >= both[-1][2]:
        year, persons, whole = both[-1]
        faults.append(
            _fault(
                text(
                    "forecast.nation.cities_exceed",
                    "in {year} the {count} cities have {persons:,.0f} people, the whole urban population is"
                    " {whole:,.0f}",
                    year=year,
                    count=len(codes),
                    persons=persons,
                    whole=whole,
                ),
                text("forecast.nation.cities_exceed.remedy", "check the boundaries and the units of both"),
            )
        )
    if faults:
        raise InputError(
            text(
                "forecast.nation.sums_faults",
                "the cities and the nation cannot be reconciled: {faults}",
                faults=counted(faults),
            ),
            place="nation",
            faults=faults,
        )
    fitting = [(year, 1 - persons / whole) for year, persons, whole in both if persons < whole]
    found, shares = zip(*fitting, strict=True)
    return _Urban(own, np.array(found, dtype=np.int64), np.array(shares), set(figures["city"]))


def _draw(
    past: NationalFigures, urban: _Urban, years: NDArray[np.int64], *, paths: int,
    nation: NDArray[np.floating] | None, seed: int,
) -> tuple[Floats, Floats, Floats, Floats]:  # fmt: skip
    """Draw other urban, rural, urban and the nation, (Y, P) each, before they have to fit the cities."""
    share = _seen_then_drawn("share", past.years, past.share, years, paths=paths, seed=seed)
    known = np.isfinite(past.total)
    since, totals = past.years[known], past.total[known]
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
    made: Floats = nation * (seen[-1] / nation[last])
    made[is_seen] = seen[:, None]
    return made


def _check_sums(base: BaseForecasts, years: NDArray[np.int64], past: NationalFigures, *, given: bool) -> None:
    """Refuse a nation whose median is below that of its cities, or far from where it was last observed."""
    cities = np.median(base.cities.sum(axis=0, dtype=np.float64), axis=-1)
    nation = np.median(base.nation, axis=-1)
    faults = [
        _fault(
            text(
                "forecast.nation.too_small",
                "in {year} the nation has {nation:,.0f} people, its cities {cities:,.0f}",
                year=int(years[at]),
                nation=float(nation[at]),
                cities=float(cities[at]),
            ),
            text(
                "forecast.nation.too_small.remedy",
                "check the units, and whether the cities are of this nation",
            ),
        )
        for at in np.flatnonzero(nation < cities)[:_NAMED]
    ]
    last = past.total[np.isfinite(past.total)]
    if given and last.size and not 1 / _FACTOR < nation[0] / last[-1] < _FACTOR:
        faults.append(
            _fault(
                text(
                    "forecast.nation.level",
                    "the nation has {people:,.0f} people in {year}, but the last observed figure is"
                    " {last:,.0f}",
                    people=float(nation[0]),
                    year=int(years[0]),
                    last=float(last[-1]),
                ),
                text("forecast.nation.level.remedy", "give persons, of the same nation"),
            )
        )
    if faults:
        raise InputError(
            text(
                "forecast.nation.sums_faults",
                "the cities and the nation cannot be reconciled: {faults}",
                faults=counted(faults),
            ),
            place="nation",
            faults=faults,
        )


def _stack(made: BaseForecasts) -> Floats:
    """All places in one array, (C + 4, Y, P), the four in the order of PLACES."""
    four = np.stack([made.other, made.rural, made.urban, made.nation])
    return np.concatenate([made.cities.astype(np.float64, copy=False), four])


def _table(
    keys: tuple[str, ...], years: NDArray[np.int64], bands: Floats, urban: _Urban, past: NationalFigures
) -> pl.DataFrame:
    count = len(years)
    projected = pl.DataFrame(
        {
            "place": np.repeat(np.array(keys), count),
            "area": np.repeat(np.array([AREAS.get(key, COUNTED) for key in keys]), count),
            "year": np.tile(years, len(keys)),
        }
        | dict(zip(LIMITS, bands.reshape(-1, len(LIMITS)).T, strict=True))
    ).with_columns(kind=pl.lit("projected"))
    seen = urban.figures.select(place="city", area="area", year="year", value="persons")
    nation = {"nation": past.total, "urban": past.urban, "rural": past.total - past.urban}
    rows = [
        (name, AREAS[name], int(year), float(value))
        for name, values in nation.items()
        for year, value in zip(past.years, values, strict=True)
        if np.isfinite(value)
    ]
    whole = dict(zip(past.years.tolist(), past.urban.tolist(), strict=True))
    rows += [
        ("other urban", AREAS["other urban"], int(year), float(share * whole[int(year)]))
        for year, share in zip(urban.years, urban.outside_share, strict=True)
    ]
    national = pl.DataFrame(rows, schema=["place", "area", "year", "value"], orient="row")
    observed = pl.concat([seen, national]).with_columns(kind=pl.lit("observed"))
    projected = projected.join(observed, on=["place", "year"], how="anti")
    empty = pl.DataFrame(schema=TABLE)
    order = {key: at for at, key in enumerate(keys)}
    return pl.concat([empty, observed, projected], how="diagonal").select(*TABLE).sort(
        pl.col("place").replace_strict(order, return_dtype=pl.Int64), "year"
    )  # fmt: skip


def _share(years: NDArray[np.int64], made: BaseForecasts, past: NationalFigures) -> pl.DataFrame:
    bands = limits(made.urban / np.maximum(made.nation, 1.0))
    seen = pl.DataFrame({"year": past.years, "value": past.share, "kind": ["observed"] * len(past.years)})
    ahead = pl.DataFrame({"year": years} | dict(zip(LIMITS, bands.T, strict=True))).with_columns(
        kind=pl.lit("projected")
    )
    ahead = ahead.filter(~pl.col("year").is_in(past.years.tolist()))
    return pl.concat([pl.DataFrame(schema=SHARE), seen, ahead], how="diagonal").select(*SHARE)


def _moved(keys: tuple[str, ...], years: NDArray[np.int64], before: Floats, after: Floats) -> pl.DataFrame:
    """How far each place was moved in the median, and how much narrower its inner band became."""
    wide_before, wide_after = (bands[..., 2] - bands[..., 1] for bands in (before, after))
    table = pl.DataFrame(
        {
            "place": np.repeat(np.array(keys), len(years)),
            "year": np.tile(years, len(keys)),
            "before": before[..., 0].ravel(),
            "after": after[..., 0].ravel(),
            "wide_before": wide_before.ravel(),
            "wide_after": wide_after.ravel(),
        }
    )
    return table.with_columns(
        moved=pl.when(pl.col("before") > 0).then(pl.col("after") / pl.col("before") - 1),
        narrowed=pl.when(pl.col("wide_before") > 0).then(pl.col("wide_after") / pl.col("wide_before")),
    ).select(*MOVED)


def _out(cities: list[str], areas: list[str], reason: str) -> pl.DataFrame:
    return pl.DataFrame({"city": cities, "area": areas, "reason": [reason] * len(cities)}, schema=OUTSIDE)


def _fault(message: str, remedy: str) -> Fault:
    return Fault("error", message, remedy, rule="balance")
