"""Work force: the shift of output and of work between sectors, and the jobs it leaves, to a coming year.

In: a nation's shares of output and of employment by the combination of members, its cities' by their own way
beside it, labour force and jobs when persons by age are given. Output and employment are two series:
employment of a city is forecast from its own figures of employment, never from its output. Not in: the models
themselves.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

import numpy as np
import polars as pl

from urbium.errors import InputError
from urbium.forecast.paths import LIMITS, Paths, limits
from urbium.forecast.reasons import by_sentence, recalled
from urbium.forecast.register import names_of, register_of
from urbium.forecast.workforce.city_workforce import CityOutcome, NationalSectors, forecast_cities
from urbium.forecast.workforce.closure import balance
from urbium.forecast.workforce.declared_trials import declared_trials, trial_messages
from urbium.forecast.workforce.labour import ByAge, people_of
from urbium.forecast.workforce.observations import INCOME, SERIES, Settled, read_series, yearly
from urbium.forecast.workforce.sector_combination import forecast_combined
from urbium.forecast.workforce.sector_figures import lay_out_sectors
from urbium.forecast.workforce.sector_scores import REPORT, linear_trend, persistence, score_futures
from urbium.forecast.workforce.sectors import SECTORS, SectorPanel, SectorPaths
from urbium.forecast.workforce.workforce_result import (
    BACKTEST,
    EXCLUDED,
    JOBS,
    OF_CITIES,
    REFUSED,
    TABLE,
    Workforce,
)
from urbium.forecast.workforce.workforce_rules import SectorRules, read_rules
from urbium.model import OBSERVATION, Source, Variable
from urbium.observations.in_force import UNDECLARED
from urbium.observations.roles import PACKAGED, Roles, missing_remedy
from urbium.text import Text, coded, sentences, text, texts

FURTHEST: Final = 50
"""Most years ahead."""

_TRIED: Final = 15
_BEFORE: Final = 10
_TRIAL_PATHS: Final = 200
_WINDOW: Final = 10
_WORTH_A_WORD: Final = 0.01


@dataclass(frozen=True, slots=True)
class _National:
    """The nation in one series: settled shares, figures of income, panel, futures."""

    series: str
    settled: Settled
    income: pl.DataFrame
    panel: SectorPanel
    futures: SectorPaths

    @property
    def nation(self) -> NationalSectors:
        return NationalSectors(self.series, self.panel, self.futures.shares[0])

    @property
    def years(self) -> range:
        last = int(self.panel.years[-1])
        return range(last + 1, last + 1 + self.futures.shares.shape[1])


def forecast_workforce(
    observations: pl.DataFrame,
    *,
    to: int,
    place: str,
    cities: pl.DataFrame | Iterable[str] = (),
    labour: pl.DataFrame | ByAge | None = None,
    rules: SectorRules | None = None,
    sources: Mapping[str, Source] = MappingProxyType({}),
    seed: int = 0,
    paths: int = 1000,
    declared: Mapping[str, Variable] = UNDECLARED,
    roles: Roles = PACKAGED,
) -> Workforce:
    """Forecast the shares of sectors of a nation and its cities for every year up to ``to``, and the jobs.

    Parameters
    ----------
    observations : table with the columns of :data:`urbium.model.OBSERVATION`: shares of output and of
        employment and income of the nation, shares of its cities
    to : last year, after the latest shares of the nation, at most 50 years
    place : code of the nation
    cities : codes of cities, or a register with the columns ``code`` and ``name_en``
    labour : persons by age and sex of the nation, from the last year with shares of employment to ``to``, as
        a table (place, year, sex, age, value, and path if there are many) or from a cohort model
    rules : declared figures; those of the package unless given
    sources : publishers by id, for the explanations
    seed : of the random draws; the same seed gives the same futures
    paths : number of futures, 1 at least
    declared : variables by id, for their priority of sources
    roles : which variables give income and the share of each sector

    Returns
    -------
    Workforce : shares from 0 to 1, jobs in persons; what cannot be forecast is in ``refused`` with the reason

    Raises
    ------
    InputError : the nation has no usable shares, ``to`` is not ahead of them, a column is missing, a unit is
        not a share, or persons by age are wrong or do not reach far enough
    """
    if paths < 1:
        raise InputError(
            coded("forecast.paths", "{paths} is not a valid number of paths", paths=paths),
            place="paths",
            remedy=text("enter 1 or more"),
        )
    declared_rules = rules or read_rules()
    register = register_of(cities)
    codes, names = [code for code in register["code"] if code != place], names_of(cities)
    read = {series: _read(observations, series, place, declared, roles) for series in SERIES}
    nations = {
        series: _ahead(series, parts, to=to, rules=declared_rules, seed=(seed, at), paths=paths)
        for at, (series, parts) in enumerate(read.items())
        if parts[2].places
    }
    refused = [
        (place, series, _why(settled, series))
        for series, (settled, _, panel) in read.items()
        if not panel.places
    ]
    if not nations:
        raise InputError(
            coded(
                "forecast.workforce.no_shares",
                "{place} has no shares to project: {reasons}",
                place=place,
                reasons=sentences(reason for *_, reason in refused),
            ),
            place=text("workforce"),
            remedy=text(
                "{output}; or {employment}",
                output=missing_remedy(roles, [f"output_{sector}" for sector in SECTORS]),
                employment=missing_remedy(roles, [f"employment_{sector}" for sector in SECTORS]),
            ),
        )
    outcomes = {
        series: forecast_cities(
            observations, nations[series].nation if series in nations else None, series, codes,
            to=to, rules=declared_rules, paths=paths, seed=(seed, 2), declared=declared,
            roles=roles,
        )
        for series in SERIES
        if codes
    }  # fmt: skip
    jobs, remarks = _jobs(nations, labour, place, declared_rules, (seed, 3))
    excluded = [
        settled.excluded.with_columns(series=pl.lit(series)) for series, (settled, _, _) in read.items()
    ]
    excluded += [outcome.excluded.with_columns(series=pl.lit(series)) for series, outcome in outcomes.items()]
    figures = [part for nation in nations.values() for part in (nation.settled.figures, nation.income)]
    return Workforce(
        table=_table(nations, outcomes, place),
        settings=MappingProxyType({"to": to, "place": place, "seed": seed, "paths": paths}),
        to=to,
        place=place,
        jobs=jobs,
        backtest=_backtest(nations, outcomes, place, declared_rules, paths),
        refused=_refused(refused, outcomes),
        messages=_messages(refused, [settled for settled, *_ in read.values()], outcomes, declared_rules),
        excluded=pl.concat(excluded).select(*EXCLUDED).unique().sort("place", "series", "year"),
        figures=_figures([*figures, *(outcome.figures for outcome in outcomes.values())]),
        futures=MappingProxyType({(place, series): _paths(nation) for series, nation in nations.items()}),
        rules=declared_rules,
        roles=roles,
        notes=(*(note for nation in nations.values() for note in _remarks(nation, place)), *remarks),
        names=MappingProxyType(names),
        sources=MappingProxyType(dict(sources)),
    )


# The nation


def _read(
    observations: pl.DataFrame, series: str, place: str, declared: Mapping[str, Variable], roles: Roles
) -> tuple[Settled, pl.DataFrame, SectorPanel]:
    """Read one series of the nation: settled shares, the figures of income, and both as a panel."""
    settled = read_series(observations, series, places=[place], declared=declared, roles=roles)
    income, behind = yearly(observations, INCOME, place, declared, roles)
    panel, _ = lay_out_sectors(
        settled.shares.with_columns(reason=pl.lit(None, pl.String)),
        income.select(place=pl.lit(place), year="year", income="value"),
    )
    return settled, behind, panel


def _ahead(
    series: str,
    read: tuple[Settled, pl.DataFrame, SectorPanel],
    *,
    to: int,
    rules: SectorRules,
    seed: Sequence[int],
    paths: int,
) -> _National:
    """Forecast one series of the nation."""
    settled, income, panel = read
    last = int(panel.years[-1])
    if not last < to <= last + FURTHEST:
        raise InputError(
            coded(
                "forecast.workforce.horizon",
                "{to} is not between 1 and {furthest} years ahead: the latest {series} shares are for {last}",
                to=to,
                furthest=FURTHEST,
                series=series,
                last=last,
            ),
            place="to",
            remedy=text("enter a year from {first} to {last}", first=last + 1, last=last + FURTHEST),
        )
    futures = forecast_combined(
        rules.models[series], rules.combinations[series], panel, years=to - last, paths=paths, seed=seed
    )
    return _National(series, settled, income, panel, futures)


def _why(settled: Settled, series: str) -> str:
    """Why a nation's series cannot be forecast."""
    reasons = settled.excluded["reason"].unique().sort().to_list()[:3]
    if reasons:
        return text(
            "{series}: {reasons}",
            series=series,
            reasons=sentences(recalled(reason, settled.reasons) for reason in reasons),
        )
    return text("no figures for its {series} shares", series=series)


def _remarks(nation: _National, place: str) -> list[str]:
    """What must be said of the nation's figures in this series."""
    shares, series = nation.settled.shares.sort("year"), nation.series
    years, residual = shares["year"].to_list(), shares["residual"].to_list()[-1]
    notes: list[str] = []
    if not np.isfinite(nation.panel.income[0, -4:]).any():
        notes.append(
            text(
                "the income of {place} is unknown: the draws of its {series} cover all incomes found "
                "in countries with similar shares, so the band is wider",
                place=place,
                series=series,
            )
        )
    if len(years) == 1:
        notes.append(
            text(
                "{place} has one year of {series} shares: it is assumed to develop like the median "
                "country, with a wide band",
                place=place,
                series=series,
            )
        )
    missing = years[-1] - years[0] + 1 - len(years)
    if missing:
        notes.append(
            texts(
                "{count} year is missing from the {series} shares of {place}; it is interpolated",
                "{count} years are missing from the {series} shares of {place}; they are interpolated",
                count=missing,
                series=series,
                place=place,
            )
        )
    if abs(residual) > _WORTH_A_WORD:
        notes.append(
            text(
                "the latest {series} shares of {place} add up to {sum:.1%}; the remainder (taxes less"
                " subsidies on products) is distributed in proportion",
                series=series,
                place=place,
                sum=1 - residual,
            )
        )
    return notes


def _national_trial(nation: _National, rules: SectorRules, paths: int) -> pl.DataFrame:
    """Forecast the nation from earlier years with the figures declared now, and compare."""
    futures: dict[str, list[np.ndarray[tuple[int, ...], np.dtype[np.float64]]]] = {}
    came = []
    panel = nation.panel
    count = min(paths, _TRIAL_PATHS)
    for at in range(_BEFORE, len(panel.years) - 1):
        past = panel.until(int(panel.years[at]))
        if not np.isfinite(past.shares[0, -1, 0]):
            continue
        after = panel.shares[:, at + 1 : at + 1 + _TRIED]
        padded = np.full((1, _TRIED, len(SECTORS)), np.nan)
        padded[:, : after.shape[1]] = after
        came.append(padded)
        drawn = forecast_combined(
            rules.models[nation.series],
            rules.combinations[nation.series],
            past,
            years=_TRIED,
            paths=count,
            seed=at,
        )
        futures.setdefault("combination", []).append(drawn.shares)
        futures.setdefault("persistence", []).append(persistence(past, _TRIED)[:, :, None])
        futures.setdefault("linear trend", []).append(linear_trend(_WINDOW)(past, _TRIED)[:, :, None])
    rows = [
        row
        for method, parts in futures.items()
        for row in score_futures(method, np.concatenate(parts), np.concatenate(came))
    ]
    return pl.DataFrame(rows, schema=REPORT, orient="row")


# Jobs


def _jobs(
    nations: Mapping[str, _National],
    labour: pl.DataFrame | ByAge | None,
    place: str,
    rules: SectorRules,
    seed: Sequence[int],
) -> tuple[pl.DataFrame, tuple[str, ...]]:
    """Return the table of jobs, and what must be said of it."""
    if labour is None:
        return pl.DataFrame(schema=JOBS), ()
    absent = [series for series in SERIES if series not in nations]
    if absent:
        raise InputError(
            coded(
                "forecast.workforce.jobs_need",
                "a forecast of jobs requires both series, but {place} has no usable {names:list} shares",
                place=place,
                names=absent,
            ),
            place="jobs",
            remedy=text("load them, or omit labour"),
        )
    jobs, notes = balance(
        people_of(labour) if isinstance(labour, pl.DataFrame) else labour,
        place,
        output=nations["output"].nation,
        employment=nations["employment"].nation,
        futures=nations["output"].futures,
        rules=rules,
        seed=seed,
    )
    return jobs.with_columns(place=pl.lit(place)).select(*JOBS), notes


# The result


def _paths(nation: _National) -> Paths:
    """The futures of the nation's three sectors."""
    return Paths(SECTORS, np.array(nation.years), np.moveaxis(nation.futures.shares[0], 2, 0))


def _table(nations: Mapping[str, _National], outcomes: Mapping[str, CityOutcome], place: str) -> pl.DataFrame:
    """Observed and projected shares of all places."""
    parts = [pl.DataFrame(schema=TABLE)]
    for nation in nations.values():
        tags = {
            "place": pl.lit(place),
            "area": pl.lit(nation.settled.shares["area"][0]),
            "series": pl.lit(nation.series),
        }
        seen = nation.settled.shares.unpivot(SECTORS, index="year", variable_name="sector")
        parts.append(
            seen.with_columns(
                *(pl.lit(None, pl.Float64).alias(name) for name in LIMITS[1:]),
                kind=pl.lit("observed"),
                **tags,
            )
        )
        bands = limits(np.moveaxis(nation.futures.shares[0], 1, 2)).reshape(-1, len(LIMITS))
        ahead = {
            "sector": list(SECTORS) * len(nation.years),
            "year": np.repeat(np.array(nation.years), len(SECTORS)),
        }
        ahead |= dict(zip(LIMITS, bands.T, strict=True))
        parts.append(pl.DataFrame(ahead).with_columns(kind=pl.lit("projected"), **tags))
    parts += [outcome.rows for outcome in outcomes.values() if outcome.rows.height]
    order = pl.col("sector").replace_strict(
        {name: at for at, name in enumerate(SECTORS)}, default=0, return_dtype=pl.Int64
    )
    joined = pl.concat([part.select(*TABLE).cast(pl.Schema(TABLE)) for part in parts])
    return joined.sort("place", "series", "year", order)


def _backtest(
    nations: Mapping[str, _National],
    outcomes: Mapping[str, CityOutcome],
    place: str,
    rules: SectorRules,
    paths: int,
) -> pl.DataFrame:
    """What is known of how good such forecasts were: of the world, the nation and its cities."""
    parts = [pl.DataFrame(schema=BACKTEST)]
    for series, nation in nations.items():
        trial = _national_trial(nation, rules, paths)
        parts.append(
            trial.with_columns(about=pl.lit(place), series=pl.lit(series), held_out=pl.lit(value=False))
        )
    for series, outcome in outcomes.items():
        parts.append(
            outcome.trial.with_columns(
                about=pl.lit(OF_CITIES), series=pl.lit(series), held_out=pl.lit(value=True)
            )
        )
    parts.append(declared_trials(rules))
    return pl.concat(
        [
            part.with_columns(
                pl.lit(None, kind).alias(name) for name, kind in BACKTEST.items() if name not in part.columns
            )
            .select(*BACKTEST)
            .cast(pl.Schema(BACKTEST))
            for part in parts
        ]
    )


def _refused(nation: list[tuple[str, str, str]], outcomes: Mapping[str, CityOutcome]) -> pl.DataFrame:
    rows = nation + [
        (code, series, why) for series, outcome in outcomes.items() for code, why in outcome.refused
    ]
    return pl.DataFrame(rows, schema=REFUSED, orient="row").sort("place", "series")


def _messages(
    nation: list[tuple[str, str, str]],
    settled: Sequence[Settled],
    outcomes: Mapping[str, CityOutcome],
    rules: SectorRules,
) -> Mapping[str, Text]:
    """The messages of the columns of reasons and of what was tried, by their sentences."""
    of_cities = [why for outcome in outcomes.values() for _, why in outcome.refused]
    messages = dict(by_sentence([*(why for *_, why in nation), *of_cities, *trial_messages(rules)]))
    for reasons in (*(part.reasons for part in settled), *(part.reasons for part in outcomes.values())):
        messages |= reasons
    return messages


def _figures(parts: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """The observations used, each once."""
    columns = dict(OBSERVATION) | {"year": pl.Int64()}
    kept = [part.select(*columns).cast(pl.Schema(columns)) for part in parts if part.height]
    return pl.concat([pl.DataFrame(schema=columns), *kept]).unique(maintain_order=True)
