"""Bench of the forecast: seconds, ratios to the naive forecast and to drift, coverage of the bands.

Run ``python bench/forecast.py [--json] [--quick]``. The demo figures are those of the package; with the
reference folder beside the clone, all 1,860 agglomerations of the UN are added. A full run takes about 10 s.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import numpy as np
import polars as pl
from python_calamine import load_workbook

from urbium.forecast import Outlook, forecast_population, forecast_workforce, try_sectors
from urbium.model import OBSERVATION

SHARED = Path(__file__).resolve().parents[1] / ".." / "shared" / "data"
WORLD = SHARED / "real" / "cities" / "WUP2018-F12-Cities_Over_300K.xls"
DEMO = Path(str(files("urbium"))) / "data" / "demo"
TO = 2035


def demo_figures() -> pl.DataFrame:
    """The packaged observations in the shape of the model; the file and row stand for the cell."""
    path = Path(str(files("urbium"))) / "data" / "demo" / "observations.csv"
    raw = pl.read_csv(path, schema_overrides={"city_code": pl.String, "period": pl.String})
    return _shaped(raw.rename({"city_code": "city", "source_id": "source"}))


def world_figures() -> pl.DataFrame:
    """Every agglomeration of WUP file F12, estimates to 2015 only."""
    head, *body = load_workbook(WORLD).get_sheet_by_index(0).to_python(skip_empty_area=False)[16:]
    years = {at: int(name) for at, name in enumerate(head) if isinstance(name, float) and name <= 2015}
    rows = [
        {"city": str(int(row[3])), "period": str(year), "value": 1000 * row[at]}
        for row in body
        if row[0] != ""
        for at, year in years.items()
    ]
    return _shaped(
        pl.DataFrame(rows).with_columns(
            variable=pl.lit("population_agglomeration"), unit=pl.lit("persons"),
            area=pl.lit("agglomeration"), status=pl.lit("reported"), source=pl.lit("wup18"),
        )
    )  # fmt: skip


def _shaped(table: pl.DataFrame) -> pl.DataFrame:
    missing = [
        pl.lit(None, kind).alias(name) for name, kind in OBSERVATION.items() if name not in table.columns
    ]
    return table.with_columns(missing).select(OBSERVATION.keys())


def timed(run: Callable[[], Outlook], repeats: int) -> tuple[Outlook, float]:
    """The result, and the median of the seconds of some runs."""
    seconds = []
    for _ in range(repeats):
        start = time.perf_counter()
        outlook = run()
        seconds.append(time.perf_counter() - start)
    return outlook, statistics.median(seconds)


def figures(name: str, table: pl.DataFrame, repeats: int) -> dict[str, float]:
    """Named figures of one set of cities."""
    cities = table.filter(pl.col("variable").str.starts_with("population_"))["city"].unique().sort()
    outlook, seconds = timed(lambda: forecast_population(table, to=TO, cities=cities), repeats)
    named = {
        f"{name}_cities": float(outlook.curves.height),
        f"{name}_refused": float(outlook.refused.height),
        f"{name}_seconds": seconds,
    }
    chosen = outlook.backtest.filter(
        pl.col("area") == "agglomeration", pl.col("method") == "chosen", pl.col("horizon") >= 5
    )
    for row in chosen.iter_rows(named=True):
        stem = f"{name}_{row['horizon']}y"
        for what in ("cities", "median_ape", "ratio_to_naive", "ratio_to_drift", "coverage80", "coverage95"):
            named[f"{stem}_{what}"] = float(row[what])
        naive = outlook.backtest.row(
            by_predicate=(pl.col("area") == "agglomeration")
            & (pl.col("method") == "last growth")
            & (pl.col("horizon") == row["horizon"]),
            named=True,
        )
        named[f"{stem}_mean_ratio_to_naive"] = row["mean_log_error"] / naive["mean_log_error"]
    return named


def workforce(*, tell: bool) -> dict[str, float]:
    """Sectors: China and its cities from the packaged figures; 1991-2005 against 2006-2019 for the world."""
    from workforce_rules import FILES, FOLDER, world  # noqa: PLC0415 - only this section needs it

    nation = pl.read_csv(DEMO / "national.csv", schema_overrides={"period": pl.String})
    table = pl.concat([demo_figures(), _shaped(nation.rename({"country": "city", "source_id": "source"}))])
    start = time.process_time()
    made = forecast_workforce(table, to=TO, cities=table["city"].unique().sort())
    named = {
        "workforce_china_cpu_seconds": time.process_time() - start,
        "workforce_china_cities": float(made.table["place"].n_unique() - 1),
    }
    for series in FILES if FOLDER.is_dir() else ():
        panel, excluded = world(FOLDER, series)
        start = time.process_time()
        trial = try_sectors(panel, origin=2005, to=2019)
        stem = f"workforce_{series}"
        if tell:
            print(f"{series}, used: {' '.join(trial.used)}")
            for place, reason in trial.left_out.iter_rows():
                print(f"{series}, left out: {place} ({reason})")
            for (place,), years in excluded.filter(pl.col("sum").is_not_null()).group_by(
                "place", maintain_order=True
            ):
                sums = f"{years['sum'].min():.0%} to {years['sum'].max():.0%}"
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


def main() -> None:
    """Run, and print a table or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    parser.add_argument("--quick", action="store_true", help="one run each")
    options = parser.parse_args()
    repeats = 1 if options.quick else 5
    named = figures("demo", demo_figures(), repeats)
    if WORLD.is_file():
        named |= figures("world", world_figures(), repeats)
    elif not options.json:
        print("the reference folder ../shared is absent: the 1,860 agglomerations are left out")
    named |= workforce(tell=not options.json)
    if options.json:
        print(json.dumps({key: round(value, 4) for key, value in named.items()}))
        return
    width = max(map(len, named))
    for key, value in named.items():
        print(f"{key:<{width}}  {np.format_float_positional(value, precision=4, trim='-')}")


if __name__ == "__main__":
    main()
