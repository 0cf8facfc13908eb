"""Bench of the forecast: how far off, how wide, how long; one function a section.

Run ``python bench/forecast.py [SECTION ...] [--json] [--quick]``; without a section, all. The demo figures
are those of the package; with the reference folder beside the clone, all 1,860 agglomerations of the UN are
added. Seconds are those of the process (CPU), so that others on the machine do not count.
"""

import argparse
import json
import resource
import statistics
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

import numpy as np
import polars as pl
from python_calamine import load_workbook

import history
from calibration.city_growth_fit import learned_by
from calibration.sector_backtest import backtest_sectors
from urbium.forecast import (
    KINDS,
    CityPanel,
    Outlook,
    cohort_inputs,
    draw_jointly,
    forecast_population,
    forecast_workforce,
    project_population,
    run_backtest,
    score_backtest,
)
from urbium.forecast.cities.backtest_report import METHOD
from urbium.forecast.cities.declared_growth import base_errors, declared, with_counts
from urbium.forecast.nation.hierarchy import BaseForecasts, reconcile
from urbium.forecast.paths import limits
from urbium.model import OBSERVATION

SHARED = Path(__file__).resolve().parents[1] / ".." / "shared" / "data"
WORLD = SHARED / "real" / "cities" / "WUP2018-F12-Cities_Over_300K.xls"
DEMO = Path(str(files("urbium"))) / "data" / "demo"
TO = 2035
HELD_OUT = 2000
PATHS = 1000

Figures = Mapping[str, float]
Result = TypeVar("Result")


def demo_figures() -> pl.DataFrame:
    """The packaged observations in the shape of the model; the file and row stand for the cell."""
    path = Path(str(files("urbium"))) / "data" / "demo" / "observations.csv"
    raw = pl.read_csv(path, schema_overrides={"city_code": pl.String, "period": pl.String})
    return _shaped(raw.rename({"city_code": "city", "source_id": "source"}))


def number(cell: object) -> float:
    """Return a cell that holds a number."""
    assert isinstance(cell, int | float)
    return cell


@cache
def world_table() -> pl.DataFrame:
    """Every agglomeration of WUP file F12: code, country, year, persons; estimates to 2015 only."""
    head, *body = load_workbook(WORLD).get_sheet_by_index(0).to_python(skip_empty_area=False)[16:]
    years = {at: int(name) for at, name in enumerate(head) if isinstance(name, float) and name <= 2015}
    rows = [
        (str(int(number(row[3]))), str(int(number(row[1]))), year, 1000 * number(row[at]))
        for row in body
        if row[0] != ""
        for at, year in years.items()
    ]
    return pl.DataFrame(rows, schema=["code", "country", "year", "persons"], orient="row")


def world_figures(table: pl.DataFrame) -> pl.DataFrame:
    """The same in the shape of the model."""
    return _shaped(
        table.select(
            city="code", period=pl.col("year").cast(pl.String), value="persons",
            variable=pl.lit("population_agglomeration"), unit=pl.lit("persons"),
            area=pl.lit("agglomeration"), status=pl.lit("reported"), source=pl.lit("wup18"),
        )
    )  # fmt: skip


def world_panel(table: pl.DataFrame) -> CityPanel:
    """The same as a panel, countries as groups."""
    wide = table.pivot("year", index=["code", "country"], values="persons")
    years = [name for name in wide.columns if name.isdigit()]
    return CityPanel(
        tuple(wide["code"]),
        np.array(years, dtype=np.int64),
        np.log(wide.select(years).to_numpy()),
        tuple(wide["country"]),
    )


def _shaped(table: pl.DataFrame) -> pl.DataFrame:
    missing = [
        pl.lit(None, kind).alias(name) for name, kind in OBSERVATION.items() if name not in table.columns
    ]
    return table.with_columns(missing).select(OBSERVATION.keys())


def timed(run: Callable[[], Result], repeats: int) -> tuple[Result, float]:
    """The result, and the median of the CPU seconds of some runs."""
    seconds = []
    for _ in range(repeats):
        start = time.process_time()
        result = run()
        seconds.append(time.process_time() - start)
    return result, statistics.median(seconds)


def growth(repeats: int) -> Figures:
    """City growth: the outlook of the demo and of the world, its back-test, its paths."""
    demo = demo_figures()
    cities = demo.filter(pl.col("variable").str.starts_with("population_"))["city"].unique().sort()
    named = dict(_outlook("demo", lambda: forecast_population(demo, to=TO, cities=cities), repeats)[1])
    if not WORLD.is_file():
        return named
    table = world_table()
    figures, places = world_figures(table), table.select("code", "country").unique()
    world, more = _outlook(
        "world",
        lambda: forecast_population(figures, to=TO, cities=places["code"].sort(), places=places),
        repeats,
    )
    named |= dict(more) | dict(_held_out(world_panel(table)))
    drawn, seconds = timed(lambda: world.paths(paths=PATHS), repeats)
    named["world_paths_drawn"] = float(drawn.values.size)
    named["world_paths_seconds"] = seconds
    return named


def _outlook(name: str, run: Callable[[], Outlook], repeats: int) -> tuple[Outlook, Figures]:
    outlook, seconds = timed(run, repeats)
    return outlook, {
        f"{name}_cities": float(outlook.curves.height),
        f"{name}_refused": float(outlook.refused.height),
        f"{name}_seconds": seconds,
        **_report(name, outlook.backtest.filter(pl.col("area") == "agglomeration")),
    }


def _held_out(panel: CityPanel) -> Figures:
    """Trained on figures up to 2000 alone."""
    kind = KINDS[-1]
    panel, base = with_counts(panel, "population_agglomeration"), base_errors().count
    growth, bands = learned_by(panel, kind, base=base)
    trial = run_backtest(panel, kind, lambda year: growth(HELD_OUT) if year <= HELD_OUT else None)
    report = score_backtest(trial, lambda _: bands(HELD_OUT), since=HELD_OUT, base=base)
    return _report(f"world_from_{HELD_OUT}", report)


def _report(name: str, report: pl.DataFrame) -> Figures:
    """The forecast's line of each horizon, and its mean error relative to the naive one."""
    what = ("errors", "median_ape", "mape", "mase", "crps", "ratio_to_naive", "ratio_to_drift")
    named: dict[str, float] = {}
    for (horizon,), part in report.group_by("horizon", maintain_order=True):
        lines = {row["method"]: row for row in part.iter_rows(named=True)}
        own, naive = lines[METHOD], lines["last growth"]
        stem = f"{name}_{horizon}y"
        named |= {f"{stem}_{column}": float(own[column]) for column in (*what, "coverage80", "coverage95")}
        named[f"{stem}_mean_ratio_to_naive"] = own["mape"] / naive["mape"]
    return named


def paths_and_reconciliation() -> dict[str, float]:
    """1,860 cities x 1,000 paths x 35 years: drawn, reconciled with their nation, and summed up as bands.

    Process time of one core; the plain loop makes one city after the other on a slice of 60 cities, draws,
    adds them up path by path and reads quantiles, and is scaled to 1,860.
    """
    nation = made_up_nation(1_860)
    start, wall = time.process_time(), time.perf_counter()
    drawn = draw_jointly(
        nation.middle,
        nation.reach,
        cities=nation.cities,
        countries=["made up"] * len(nation.cities),
        years=nation.years,
        common=declared(KINDS[-1]).common,
        paths=PATHS,
    )
    made = reconcile(nation.base(drawn.values))
    limits(made.cities)
    named = {
        "paths_cpu_seconds": time.process_time() - start,
        "paths_wall_seconds": time.perf_counter() - wall,
        "paths_peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    largest = max(float(np.abs(gap / made.nation).max()) for gap in made.gaps())
    named["paths_largest_gap_power_of_ten"] = float(np.log10(max(largest, 1e-18)))
    start = time.process_time()
    plain_loop(made_up_nation(60))
    plain = (time.process_time() - start) / 60 * 1_860
    return named | {"paths_plain_loop_ratio": plain / named["paths_cpu_seconds"]}


@dataclass(frozen=True)
class MadeUpNation:
    """Names and years of cities, log forecasts with limits, and futures of the other places."""

    cities: tuple[str, ...]
    years: np.ndarray
    middle: np.ndarray
    reach: np.ndarray
    beside: tuple[np.ndarray, ...]

    def base(self, cities: np.ndarray) -> BaseForecasts:
        """Futures of all places before they are made to add up."""
        return BaseForecasts(cities, *self.beside)


def made_up_nation(count: int, paths: int = PATHS, years: int = 35) -> MadeUpNation:
    """Cities of made-up sizes that grow by 2% a year, and a nation that nearly fits them."""
    rng = np.random.default_rng(0)
    ahead = np.arange(1, years + 1)
    middle = rng.normal(13, 1, (count, 1)) + 0.02 * ahead
    reach = np.broadcast_to(np.outer(ahead**0.9, [0.02, 0.04]), (count, years, 2))
    total = np.exp(middle).sum(axis=0)[:, None]
    beside = tuple(
        share * total * np.exp(spread * np.sqrt(ahead)[:, None] * rng.normal(size=(years, paths)))
        for share, spread in ((0.8, 0.03), (1.0, 0.02), (1.85, 0.02), (2.8, 0.01))
    )
    return MadeUpNation(tuple(f"C{at}" for at in range(count)), ahead + 2015, middle, reach, beside)


def plain_loop(nation: MadeUpNation) -> None:
    """The same by a loop over cities and years, with numpy only within one city."""
    rng = np.random.default_rng(0)
    other, _, urban, _ = nation.beside
    years, paths = other.shape
    drawn = []
    for middle, reach in zip(nation.middle, nation.reach, strict=True):
        score = np.empty((years, paths))
        score[0] = rng.normal(size=paths)
        for at in range(1, years):
            kept = np.sqrt(at / (at + 1))
            score[at] = kept * score[at - 1] + np.sqrt(1 - kept**2) * rng.normal(size=paths)
        drawn.append(np.exp(middle[:, None] + reach[:, :1] / 1.2816 * score))
    gap = urban - sum(drawn) - other
    load = [
        np.array([np.cov(city[at], gap[at])[0, 1] / gap[at].var() for at in range(years)]) for city in drawn
    ]
    for city, share in zip(drawn, load, strict=True):
        np.quantile(city - share[:, None] * gap, [0.5, 0.1, 0.9, 0.025, 0.975], axis=-1)


def cohorts(name: str = "cohorts") -> dict[str, float]:
    """Two hundred places (the packaged one again and again), 1,000 paths, 16 periods: seconds and memory."""
    table = pl.read_csv(DEMO / "cohorts.csv", infer_schema_length=0)
    inputs = cohort_inputs(pl.concat(table.with_columns(place=pl.lit(f"{at:03}")) for at in range(200)))
    wall, cpu = time.perf_counter(), time.process_time()
    with ThreadPoolExecutor(2) as executor:
        result = project_population(inputs, to=inputs.year + 80, paths=1_000, executor=executor)
    return {
        f"{name}_places": float(len(result.places)),
        f"{name}_paths": float(result.values.shape[-1]),
        f"{name}_periods": float(len(result.years) - 1),
        f"{name}_seconds": time.perf_counter() - wall,
        f"{name}_cpu_seconds": time.process_time() - cpu,
        f"{name}_peak_gb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6,
    }


def workforce(tell: bool) -> dict[str, float]:
    """Sectors: China and its cities from the packaged figures; 1991-2005 against 2006-2019 for the world."""
    from workforce_rules import FILES, FOLDER, world  # noqa: PLC0415 - only this section needs it

    nation = pl.read_csv(DEMO / "national.csv", schema_overrides={"period": pl.String})
    table = pl.concat([demo_figures(), _shaped(nation.rename({"country": "city", "source_id": "source"}))])
    start = time.process_time()
    made = forecast_workforce(table, to=TO, place="CHN", cities=table["city"].unique().sort())
    named = {
        "workforce_china_cpu_seconds": time.process_time() - start,
        "workforce_china_cities": float(made.table["place"].n_unique() - 1),
    }
    for series in FILES if FOLDER.is_dir() else ():
        panel, excluded = world(FOLDER, series)
        start = time.process_time()
        trial = backtest_sectors(panel, origin=2005, to=2019)
        stem = f"workforce_{series}"
        if tell:
            print(f"{series}, used: {' '.join(trial.used)}")
            for place, reason in trial.left_out.iter_rows():
                print(f"{series}, left out: {place} ({reason})")
            for (place,), years in excluded.filter(pl.col("sum").is_not_null()).group_by(
                "place", maintain_order=True
            ):
                sums = f"{number(years['sum'].min()):.0%} to {number(years['sum'].max()):.0%}"
                print(
                    f"{series}, years left out: {place}, {years.height} years whose shares add up to {sums}"
                )
        named |= {
            f"{stem}_cpu_seconds": time.process_time() - start,
            f"{stem}_countries": float(len(trial.used)),
            f"{stem}_left_out": float(trial.left_out.height),
            f"{stem}_years_left_out": float(excluded.height),
            f"{stem}_coverage80": trial.figure("coverage80"),
            f"{stem}_coverage95": trial.figure("coverage95"),
        }
        for method in trial.report["method"].unique(maintain_order=True):
            named[f"{stem}_crps_points_{method.replace(' ', '_')}"] = 100 * trial.figure("crps", method)
        for horizon in (1, 5, 10, 14):
            named[f"{stem}_{horizon}y_coverage80"] = trial.figure("coverage80", horizon=horizon)
            named[f"{stem}_{horizon}y_coverage95"] = trial.figure("coverage95", horizon=horizon)
    return named


SECTIONS: Mapping[str, Callable[[int, bool], Figures]] = {
    "growth": lambda repeats, _: growth(repeats),
    "paths": lambda _, __: paths_and_reconciliation(),
    "cohorts": lambda _, __: cohorts(),
    "workforce": lambda _, tell: workforce(tell),
}
"""What is measured, by name."""


def main() -> None:
    """Run, and print a table or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sections", nargs="*", choices=[[], *SECTIONS], help="which to run; all by default")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    parser.add_argument("--quick", action="store_true", help="one run each")
    history.add_option(parser)
    options = parser.parse_args()
    repeats = 1 if options.quick else 5
    named: dict[str, float] = {}
    for section in options.sections or SECTIONS:
        figures = SECTIONS[section](repeats, not options.json)
        if options.record:
            history.record("forecast", figures, case=f"{section}, quick" if options.quick else section)
        named |= figures
    if not WORLD.is_file() and not options.json:
        print("the reference folder ../shared is absent: the agglomerations of the world are left out")
    if options.json:
        print(json.dumps({key: round(value, 4) for key, value in named.items()}))
        return
    width = max(map(len, named))
    for key, value in named.items():
        print(f"{key:<{width}}  {np.format_float_positional(value, precision=4, trim='-')}")


if __name__ == "__main__":
    main()
