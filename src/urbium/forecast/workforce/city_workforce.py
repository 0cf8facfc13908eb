"""City work force: shares of sectors of cities from their own figures and the futures of their nation.

A city's employment comes from its own figures of employment or not at all. Where only the share of services
in output is known, the forecast has two parts: services, and the rest.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from urbium.forecast.paths import LIMITS, Floats, limits
from urbium.forecast.reasons import by_sentence, recalled
from urbium.forecast.workforce.city_sectors import ENOUGH, CityGapModel, forecast_gaps, gap_of, learn_gaps
from urbium.forecast.workforce.composition import ilr, ilr_inverse
from urbium.forecast.workforce.observations import TWO, Settled, read_series
from urbium.forecast.workforce.sector_combination import forecast_combined
from urbium.forecast.workforce.sector_scores import REPORT, score_futures
from urbium.forecast.workforce.sectors import SECTORS, SectorPanel, filled
from urbium.forecast.workforce.workforce_rules import SectorRules
from urbium.model import Variable
from urbium.observations.in_force import UNDECLARED
from urbium.observations.roles import PACKAGED, Roles
from urbium.text import Text, sentences, text

_NO_EMPLOYMENT: Final = text("no employment shares are known, and output shares cannot replace them")
_NO_OUTPUT: Final = text("no usable figure for its output shares")
_OUTSIDE: Final = text("there are no figures for its nation in that year to compare with")
_TRIED: Final = 4


@dataclass(frozen=True, slots=True)
class NationalSectors:
    """One series of the nation: its panel of one place, and its shares in the years after, (H, P, 3)."""

    series: str
    panel: SectorPanel
    shares: Floats

    def coordinates(self, parts: tuple[str, ...]) -> tuple[Floats, Floats]:
        """Return the log-ratios of the parts, observed (Y, K) and in every path (H, P, K)."""
        observed, ahead = self.panel.shares[0], self.shares
        if parts == TWO:
            observed, ahead = (
                np.stack([shares[..., 0] + shares[..., 1], shares[..., 2]], axis=-1)
                for shares in (observed, ahead)
            )
        return filled(ilr(observed).T).T, ilr(ahead)


@dataclass(frozen=True, slots=True)
class CityOutcome:
    """What the forecast of cities in one series left.

    Attributes
    ----------
    rows : place, area, series, sector, year, value, limits, kind; observed and projected
    figures : the observations used
    excluded : place, year, sum, reason
    refused : place and reason
    reasons : the messages of ``excluded``, by their sentences
    trial : columns of REPORT; empty when there are too few cities to hold some years out
    models : the model of each log-ratio, by parts
    """

    rows: pl.DataFrame
    figures: pl.DataFrame
    excluded: pl.DataFrame
    refused: tuple[tuple[str, str], ...]
    reasons: Mapping[str, Text]
    trial: pl.DataFrame
    models: dict[tuple[str, ...], tuple[CityGapModel, ...]]


def forecast_cities(
    observations: pl.DataFrame,
    nation: NationalSectors | None,
    series: str,
    codes: Sequence[str],
    *,
    to: int,
    rules: SectorRules,
    paths: int,
    seed: Sequence[int],
    declared: Mapping[str, Variable] = UNDECLARED,
    roles: Roles = PACKAGED,
) -> CityOutcome:
    """Forecast one series of the cities with these codes; the others are refused with the reason."""
    ways = [SECTORS, TWO] if series == "output" else [SECTORS]
    rows, figures, excluded, trials = [], [], [], []
    reasons = dict(by_sentence([_OUTSIDE]))
    done: set[str] = set()
    models: dict[tuple[str, ...], tuple[CityGapModel, ...]] = {}
    for parts in ways:
        wanted = [code for code in codes if code not in done]
        settled = read_series(
            observations, series, places=wanted, parts=parts, declared=declared, roles=roles
        )
        excluded.append(settled.excluded)
        reasons |= settled.reasons
        if nation is None or settled.shares.is_empty():
            continue
        group = _Group(settled, nation, parts, to)
        excluded.append(group.outside)
        if group.is_empty:
            continue
        done |= set(group.places)
        models[parts] = tuple(learn_gaps(group.gaps[..., k], rules.city) for k in range(len(parts) - 1))
        rows += [group.observed(), group.projected(models[parts], paths, np.random.default_rng(seed))]
        figures.append(settled.figures.filter(pl.col("city").is_in(list(group.places))))
        trials.append(group.trial(rules, paths, seed))
    left = pl.concat(excluded)
    return CityOutcome(
        pl.concat(rows) if rows else pl.DataFrame(),
        pl.concat(figures) if figures else pl.DataFrame(),
        left,
        tuple((code, _why(code, series, nation, left, reasons)) for code in codes if code not in done),
        reasons,
        pl.concat([pl.DataFrame(schema=REPORT), *trials]),
        models,
    )


def _why(
    code: str,
    series: str,
    nation: NationalSectors | None,
    excluded: pl.DataFrame,
    messages: Mapping[str, Text],
) -> str:
    """Why a city is not forecast."""
    if nation is None:
        return text("its nation has no {series} shares", series=series)
    reasons = excluded.filter(pl.col("place") == code)["reason"].unique().sort().to_list()
    if reasons:
        return text(
            "no usable {series} shares: {reasons}",
            series=series,
            reasons=sentences(recalled(reason, messages) for reason in reasons[:3]),
        )
    return _NO_EMPLOYMENT if series == "employment" else _NO_OUTPUT


class _Group:
    """Cities with the same parts, beside their nation."""

    def __init__(self, settled: Settled, nation: NationalSectors, parts: tuple[str, ...], to: int) -> None:
        years = nation.panel.years
        within = pl.col("year").is_between(int(years[0]), int(years[-1]))
        self.shares = settled.shares.filter(within)
        self.outside = settled.shares.filter(~within).select(
            "place", "year", sum=1 - pl.col("residual"), reason=pl.lit(_OUTSIDE)
        )
        self.nation, self.parts, self.to = nation, parts, to
        self.places = tuple(self.shares["place"].unique().sort())
        self.known, self.ahead = nation.coordinates(parts)
        row = {place: at for at, place in enumerate(self.places)}
        self.gaps = np.full((len(self.places), len(years), len(parts) - 1), np.nan)
        at = [row[place] for place in self.shares["place"]]
        column = self.shares["year"].to_numpy() - years[0]
        self.gaps[at, column] = ilr(self.shares.select(parts).to_numpy()) - self.known[column]

    @property
    def is_empty(self) -> bool:
        return not self.places

    def observed(self) -> pl.DataFrame:
        """Rows of what was observed."""
        return (
            self.shares.unpivot(self.parts, index=["place", "area", "year"], variable_name="sector")
            .with_columns(
                *(pl.lit(None, pl.Float64).alias(name) for name in LIMITS[1:]),
                series=pl.lit(self.nation.series),
                kind=pl.lit("observed"),
            )
            .select("place", "area", "series", "sector", "year", *LIMITS, "kind")
        )

    def projected(self, models: Sequence[CityGapModel], paths: int, rng: np.random.Generator) -> pl.DataFrame:
        """Rows of what is ahead, with bands."""
        first = int(self.nation.panel.years[0])
        gap = [gap_of(self.gaps[..., k]) for k in range(len(models))]
        last = gap[0].year + first
        longest = self.to - int(last.min())
        moved = np.stack(
            [
                forecast_gaps(model, gap_of_part, years=longest, paths=paths, rng=rng)
                for model, gap_of_part in zip(models, gap, strict=True)
            ],
            axis=-1,
        )
        areas = dict(self.shares.select("place", "area").unique("place").iter_rows())
        parts = []
        for at, place in enumerate(self.places):
            ahead = self.to - int(last[at])
            nation = self._nation_after(int(last[at]), paths)
            bands = limits(np.moveaxis(ilr_inverse(nation + moved[at, :ahead]), 1, 2))
            years = range(int(last[at]) + 1, self.to + 1)
            parts.append(
                pl.DataFrame(
                    {
                        "place": place,
                        "area": areas[place],
                        "series": self.nation.series,
                        "sector": list(self.parts) * ahead,
                        "year": np.repeat(np.array(years), len(self.parts)),
                    }
                    | dict(zip(LIMITS, bands.reshape(-1, len(LIMITS)).T, strict=True))
                    | {"kind": "projected"}
                )
            )
        return pl.concat(parts)

    def _nation_after(self, year: int, paths: int) -> Floats:
        """Log-ratios of the nation in the years after ``year`` in every path: observed, then ahead."""
        seen = self.known[year + 1 - int(self.nation.panel.years[0]) :]
        return np.concatenate([np.repeat(seen[:, None], paths, axis=1), self.ahead])

    def trial(self, rules: SectorRules, paths: int, seed: Sequence[int]) -> pl.DataFrame:
        """Hold the last four years out: learn from the years before, forecast nation and cities, compare."""
        empty = pl.DataFrame(schema=REPORT)
        last = int(np.flatnonzero(np.isfinite(self.gaps[..., 0]).any(axis=0)).max())
        origin = last - _TRIED
        if origin < 1:
            return empty
        past = self.gaps[:, : origin + 1]
        usable = np.isfinite(past[:, -1, 0])
        panel = self.nation.panel.until(int(self.nation.panel.years[origin]))
        if usable.sum() < ENOUGH or not np.isfinite(panel.shares[0, -1, 0]):
            return empty
        model, combination = rules.models[self.nation.series], rules.combinations[self.nation.series]
        ahead = forecast_combined(model, combination, panel, years=_TRIED, paths=paths, seed=seed).shares[0]
        nation = NationalSectors(self.nation.series, panel, ahead).coordinates(self.parts)[1]
        rng = np.random.default_rng(seed)
        moved = np.stack(
            [
                forecast_gaps(
                    learn_gaps(past[..., k], rules.city),
                    gap_of(past[usable, :, k]),
                    years=_TRIED,
                    paths=paths,
                    rng=rng,
                )
                for k in range(past.shape[-1])
            ],
            axis=-1,
        )
        after = slice(origin + 1, origin + 1 + _TRIED)
        came = ilr_inverse(self.gaps[usable, after] + self.known[after])
        before = ilr_inverse(past[usable, -1] + self.known[origin])
        still = np.repeat(before[:, None, None], _TRIED, axis=1)
        rows = [
            *score_futures("model", ilr_inverse(nation[None] + moved), came, self.parts),
            *score_futures("persistence", still, came, self.parts),
        ]
        return pl.DataFrame(rows, schema=REPORT, orient="row")
