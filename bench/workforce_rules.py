"""Learn the declared figures of the work force again, and write ``src/urbium/data/rules/workforce.csv``.

Run ``python bench/workforce_rules.py [--rows N] [--write]`` with the reference folder beside the clone;
without ``--write`` the rows are printed. Rows that were not learned (assumptions, unemployment) are kept.
"""

import argparse
import csv
import sys
from collections.abc import Iterator
from contextlib import nullcontext
from functools import cache
from itertools import islice
from pathlib import Path

import numpy as np
import polars as pl

from calibration.sector_backtest import SectorBacktest, backtest_sectors
from calibration.sector_combination_fit import fit_combination
from calibration.sector_fit import fit_sectors, learn_elasticities
from urbium.forecast.workforce.city_sectors import CityGapModel, learn_gaps
from urbium.forecast.workforce.composition import ilr
from urbium.forecast.workforce.jobs import SPAN
from urbium.forecast.workforce.sector_figures import close_with_reasons, lay_out_sectors
from urbium.forecast.workforce.sectors import SectorPanel

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / ".." / "shared" / "data" / "real" / "countries_wdi"
TARGET = ROOT / "src" / "urbium" / "data" / "rules" / "workforce.csv"
DEMO = ROOT / "src" / "urbium" / "data" / "demo"
FILES = {
    "output": ("agriculture_percent_of_gdp", "industry_percent_of_gdp", "services_percent_of_gdp"),
    "employment": (
        "agriculture_workers_percent_of_employment",
        "industry_workers_percent_of_employment",
        "service_workers_percent_of_employment",
    ),
}
UNITS = {"together": "ratio", "noise": "ratio", "growth_noise": "ratio"} | dict.fromkeys(
    ("growth", "usual_growth", "growth_scale", "implied"), "log of income"
)
LOOKED = {
    2005: "more than ten times while the model was made",
    2019: "once by the pooled model, once by the combination, whose rule was fixed before",
}
Row = tuple[str, float, str, str, str, str]


def column(folder: Path, name: str, called: str, factor: float = 1.0) -> pl.DataFrame:
    """One file of the World Bank as place, year and a named column."""
    table = pl.read_csv(folder / f"{name}.csv", schema_overrides={name: pl.Float64})
    return table.select(place="geo", year="time", **{called: pl.col(name) * factor})


def world(folder: Path, series: str) -> tuple[SectorPanel, pl.DataFrame]:
    """The panel of one series of all countries, and what was left out."""
    first, *others = (
        column(folder, name, called, 0.01)
        for name, called in zip(FILES[series], ("agriculture", "industry", "services"), strict=True)
    )
    for other in others:
        first = first.join(other, on=["place", "year"], how="full", coalesce=True)
    income = column(folder, "gdppercapita_us_inflation_adjusted", "income")
    return lay_out_sectors(close_with_reasons(first.sort("place", "year"), series)[0], income)


@cache
def back_test(series: str, origin: int, to: int) -> SectorBacktest:
    """The back-test of one series of all countries; half a minute of processor."""
    return backtest_sectors(world(FOLDER, series)[0], origin=origin, to=to)


def growth(employment: SectorPanel, output: SectorPanel) -> tuple[np.ndarray, np.ndarray]:
    """Log growth a year of jobs and of output per head over three spans, (C, 3, 3)."""
    last = int(employment.years[-1])
    ends = [last - SPAN * back for back in (3, 2, 1, 0)]
    places = sorted(set(employment.places) & set(output.places))
    held = employment.shares[[employment.places.index(place) for place in places]]
    rows = [output.places.index(place) for place in places]
    at = [year - int(output.years[0]) for year in ends]
    made = output.shares[rows][:, at] * output.income[rows][:, at, None]
    held = held[:, [year - int(employment.years[0]) for year in ends]]
    return np.diff(np.log(held), axis=1) / SPAN, np.diff(np.log(made), axis=1) / SPAN


def city_gaps() -> np.ndarray:
    """Gaps of the demo cities' services against those of China, (C, Y)."""
    own = pl.read_csv(DEMO / "observations.csv", schema_overrides={"city_code": pl.String})
    own = own.filter(pl.col("variable") == "tertiary_share_gdp", pl.col("value").is_between(0.1, 99.9))
    wide = own.pivot("period", index="city_code", values="value")
    years = sorted(int(name) for name in wide.columns[1:])
    share = wide.select([str(year) for year in years]).to_numpy() / 100
    nation = pl.read_csv(DEMO / "national.csv").filter(pl.col("variable").str.starts_with("gdp_share_"))
    parts = (
        nation.pivot("variable", index="period", values="value")
        .filter(pl.col("period").is_in(years))
        .sort("period")
    )
    services = (
        parts["gdp_share_services"]
        / parts.select(pl.sum_horizontal(pl.exclude("period")))["gdp_share_agriculture"]
    ).to_numpy()
    both = np.stack([1 - share, share], axis=-1)
    return ilr(both)[..., 0] - ilr(np.stack([1 - services, services], axis=-1))[..., 0]


def learned(folder: Path) -> Iterator[Row]:
    """Every row that the world or the demo cities teach."""
    panels = {}
    for series in FILES:
        panel, _ = world(folder, series)
        panels[series] = panel
        usable = int((np.isfinite(panel.shares[..., 0]) & np.isfinite(panel.income)).any(axis=1).sum())
        span = f"{panel.years[0]}-{panel.years[-1]}"
        note = f"pooled model of {series} shares; learned from {usable} countries, {span}"
        for name, value in fit_sectors(panel).figures().items():
            yield (
                f"{series}.{name}",
                value,
                UNITS.get(name.split(".")[0], "log-ratio"),
                "derived",
                "wdi",
                note,
            )
        note = f"combination of members of {series} shares; learned from {usable} countries, {span}"
        for name, value in fit_combination(panel).figures().items():
            unit = "share" if name.startswith("weight") else "log-ratio"
            yield f"{series}.combination.{name}", value, unit, "derived", "wdi", note
        yield from trial_rows(panel, series, "trial", 2005, 2019)
        yield from trial_rows(panel, series, "last_trial", 2019, int(panel.years[-1]))
    jobs, made = growth(panels["employment"], panels["output"])
    count = int(np.isfinite(jobs + made).any(axis=(1, 2)).sum())
    note = f"growth of jobs and of output per head over ten years; {count} countries, 1993-2023"
    for name, value in learn_elasticities(jobs, made).figures().items():
        yield f"jobs.{name}", value, "ratio", "derived", "wdi", note
    gaps = learn_gaps(city_gaps(), CityGapModel(0, 0, 0.9, 0, 0))
    note = f"services of a city against those of China; learned from {gaps.cities} cities, 2004-2012"
    for name in ("drift", "carried", "spread", "walk"):
        yield f"city.{name}", getattr(gaps, name), "log-ratio", "derived", "ccsy", note


def trial_rows(panel: SectorPanel, series: str, prefix: str, origin: int, to: int) -> Iterator[Row]:
    """How the forecast and its rivals did on the years after an origin."""
    trial = backtest_sectors(panel, origin=origin, to=to)
    told = (
        f"learned from the years to {origin}, forecast {origin + 1}-{to} for {len(trial.used)} countries;"
        f" looked at {LOOKED[origin]}"
    )
    methods = (
        "combination", "model", "persistence with bands", "linear trend with bands", "drift of all",
    )  # fmt: skip
    for method in methods:
        name = method.split(maxsplit=1)[0]
        yield f"{prefix}.{series}.crps.{name}", trial.figure("crps", method), "ratio", "derived", "wdi", told
    for level in ("80", "95"):
        figure = trial.figure(f"coverage{level}", "combination")
        yield f"{prefix}.{series}.coverage{level}", figure, "ratio", "derived", "wdi", told


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--rows", type=int, help="learn so many rows alone, and keep the others")
    asked = parser.parse_args()
    with TARGET.open(encoding="utf-8", newline="") as table:
        rows = {row["id"]: row for row in csv.DictReader(table)}
    head = ["id", "value", "unit", "evidence", "source", "note"]
    new = {}
    for name, value, *rest in islice(learned(FOLDER), asked.rows):
        new[name] = rows.pop(name, {}) | dict(zip(head, (name, f"{value:.6g}", *rest), strict=True))
    with TARGET.open("w", encoding="utf-8", newline="") if asked.write else nullcontext(sys.stdout) as out:
        writer = csv.DictWriter(out, ["id", "value", "unit", "nation", *head[3:]], lineterminator="\n")
        writer.writeheader()
        writer.writerows([*new.values(), *rows.values()])


if __name__ == "__main__":
    main()
