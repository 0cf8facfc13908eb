"""Bench of the forecast: how far off, how wide, how long; one function a section.

Run ``python bench/forecast.py [SECTION ...] [--json] [--quick]``; without a section, all. The demo figures
are those of the package; with the reference folder beside the clone, all 1,860 agglomerations of the UN are
added. Seconds are those of the process (CPU), so that others on the machine do not count.
"""

import argparse
import json
import statistics
import time
from collections.abc import Callable, Mapping
from importlib.resources import files
from pathlib import Path
from typing import TypeVar

import numpy as np
import polars as pl
from python_calamine import load_workbook

from urbium.forecast import KINDS, Outlook, Panel, forecast_population, run_trial, score
from urbium.forecast.backtest import METHOD
from urbium.forecast.declared import declared
from urbium.model import OBSERVATION

SHARED = Path(__file__).resolve().parents[1] / ".." / "shared" / "data"
WORLD = SHARED / "real" / "cities" / "WUP2018-F12-Cities_Over_300K.xls"
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


def world_table() -> pl.DataFrame:
    """Every agglomeration of WUP file F12: code, country, year, persons; estimates to 2015 only."""
    head, *body = load_workbook(WORLD).get_sheet_by_index(0).to_python(skip_empty_area=False)[16:]
    years = {at: int(name) for at, name in enumerate(head) if isinstance(name, float) and name <= 2015}
    rows = [
        (str(int(row[3])), str(int(row[1])), year, 1000 * row[at])
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


def world_panel(table: pl.DataFrame) -> Panel:
    """The same as a panel, countries as groups."""
    wide = table.pivot("year", index=["code", "country"], values="persons")
    years = [name for name in wide.columns if name.isdigit()]
    return Panel(
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
    named |= more | _held_out(world_panel(table))
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


def _held_out(panel: Panel) -> Figures:
    """Trained on figures up to 2000 alone."""
    kind = KINDS[-1]
    trial = run_trial(panel, kind, declared(kind).growth)
    report = score(trial.where(trial.origin <= HELD_OUT), declared(kind).bands, since=HELD_OUT)
    return _report(f"world_from_{HELD_OUT}", report)


def _report(name: str, report: pl.DataFrame) -> Figures:
    """The pooled model's line of each horizon, and its mean error relative to the naive one."""
    what = ("errors", "median_ape", "mape", "mase", "crps", "ratio_to_naive", "ratio_to_drift")
    named: dict[str, float] = {}
    for (horizon,), part in report.group_by("horizon", maintain_order=True):
        lines = {row["method"]: row for row in part.iter_rows(named=True)}
        own, naive = lines[METHOD], lines["last growth"]
        stem = f"{name}_{horizon}y"
        named |= {f"{stem}_{column}": float(own[column]) for column in (*what, "coverage80", "coverage95")}
        named[f"{stem}_mean_ratio_to_naive"] = own["mape"] / naive["mape"]
    return named


SECTIONS: Mapping[str, Callable[[int], Figures]] = {"growth": growth}


def main() -> None:
    """Run, and print a table or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sections", nargs="*", choices=[[], *SECTIONS], help="which to run; all by default")
    parser.add_argument("--json", action="store_true", help="one JSON object as the last line")
    parser.add_argument("--quick", action="store_true", help="one run each")
    options = parser.parse_args()
    repeats = 1 if options.quick else 5
    named: dict[str, float] = {}
    for section in options.sections or SECTIONS:
        named |= SECTIONS[section](repeats)
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
