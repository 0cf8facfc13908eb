"""Births and lives: fertility and life expectancy of 2020-2025 by a later edition, beside their forecasts.

The forecasts start from World Population Prospects 2019; ``later_vital.csv`` holds what the edition of 2024
(United Nations, CC BY 3.0 IGO; estimates to 2023) says of 2020-2025: children a woman and years. A part of
``truth.py``.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path

import numpy as np
import polars as pl

from forecast import SHARED
from urbium.catalogue.truth import ALL
from urbium.forecast.accuracy import crps
from urbium.forecast.ages.demography import read_demography
from urbium.forecast.ages.random_walk import wander
from urbium.forecast.paths import Floats

LATER = Path(__file__).with_name("later_vital.csv")
FOLDER = SHARED / "real" / "population"
SETS = {
    "total_fertility": "Total fertility of countries, 2020-2025",
    "life_expectancy_women": "Life expectancy of women, 2020-2025",
    "life_expectancy_men": "Life expectancy of men, 2020-2025",
}
FORECAST, EXACT, STILL = "forecast", "estimates taken as exact", "no change with bands"
PATHS = 2_000
QUANTILES = (0.025, 0.1, 0.5, 0.9, 0.975)
Row = tuple[str, str, str, int, str, int, int, float, float, float, float]


def vital() -> Iterator[Row]:
    """Score the forecast, the same with exact estimates, and no change; errors in logs, percent."""
    later = pl.read_csv(LATER)
    files = {"total_fertility": "tfr", "life_expectancy_women": "e0F", "life_expectancy_men": "e0M"}
    series = {name: _estimates(later["code"].to_list(), file) for name, file in files.items()}
    usable = np.isfinite(np.stack(list(series.values()))).all(axis=(0, 2))
    series = {name: part[usable] for name, part in series.items()}
    count = int(usable.sum())
    futures = _futures(series)
    for name, called in SETS.items():
        came = np.log(later[name].to_numpy()[usable])[:, None]
        for method, paths in futures.items():
            off = np.log(paths[name]) - came
            low95, low80, middle, high80, high95 = np.quantile(off, QUANTILES, axis=1)
            yield (
                "births and lives", called, ALL, 5, method, count, count,
                100 * float(np.median(np.abs(middle))), 100 * float(crps(off, np.zeros(count)).mean()),
                float(((low80 <= 0) & (high80 >= 0)).mean()), float(((low95 <= 0) & (high95 >= 0)).mean()),
            )  # fmt: skip


def _futures(series: dict[str, Floats]) -> dict[str, dict[str, Floats]]:
    """Paths of every figure, (C, P), by method."""
    demography = read_demography()
    women, men = series["life_expectancy_women"], series["life_expectancy_men"]
    parts = {
        "total_fertility": (series["total_fertility"], demography.fertility),
        "life_expectancy": (women, demography.expectancy),
        "expectancy_gap": (women - men, demography.gap),
    }
    drawn: dict[str, dict[str, Floats]] = {}
    for method in (FORECAST, EXACT):
        rng = np.random.default_rng(1)
        paths: dict[str, Floats] = {}
        for name, (past, walk) in parts.items():
            go = partial(wander, walk, past[:, -2], past[:, -1], periods=1, paths=PATHS, rng=rng)
            error = demography.errors[name].draw(past[:, -1], PATHS, rng) if method == FORECAST else 0.0
            paths[name] = go(error=error)[:, 0]
        drawn[method] = {
            "total_fertility": paths["total_fertility"],
            "life_expectancy_women": paths["life_expectancy"],
            "life_expectancy_men": paths["life_expectancy"] - paths["expectancy_gap"],
        }
    return drawn | {STILL: {name: _still(past) for name, past in series.items()}}


def _still(past: Floats) -> Floats:
    """The latest figure, with the changes of a period of all countries before, both ways."""
    change = np.diff(np.log(past), axis=1).ravel()
    both = np.quantile(np.concatenate([change, -change]), (np.arange(PATHS) + 0.5) / PATHS)
    return np.asarray(past[:, -1:] * np.exp(both))


def _estimates(codes: list[int], name: str) -> Floats:
    """Estimates of the edition of 2019 from 1950 to 2020, (C, 14); NaN where it has none."""
    path = FOLDER / f"wpp2019_{name}.txt"
    table = pl.read_csv(path, separator="\t", infer_schema_length=0, encoding="utf8-lossy")
    columns = [f"{year}-{year + 5}" for year in range(1950, 2020, 5)]
    rows = {int(code): values for code, *values in table.select("country_code", *columns).iter_rows()}
    empty = [None] * len(columns)
    return np.array([[float(value or "nan") for value in rows.get(code, empty)] for code in codes])
