"""How good are we: forecasts held against what came later, beside every simple peer.

Run ``python bench/truth.py [--part PART] [--write]`` with the reference folder beside the clone; two minutes.
The figures go to ``src/urbium/data/truth.csv`` (a page shows them) and to ``docs/how-good-are-we.md``.

Each part of the programme adds one function to ``PARTS`` that returns its rows, in the columns of
``COLUMNS``: the part, the set held out, a group of countries, years ahead, the method, how many series and
countries, the median error and the CRPS in percent, and the shares within the bands. All means are means over
countries: the cities of one country err together.
"""

import argparse
import csv
import re
import sys
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from contextlib import nullcontext
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import cast

import numpy as np
import polars as pl
from python_calamine import load_workbook
from scipy.stats import norm

from calibration.city_growth_fit import fit_city_growth, learned_by
from calibration.error_fit import fit_bands
from calibration.sector_backtest import SectorBacktest, backtest_sectors
from forecast import SHARED, WORLD, number, world_panel, world_table
from truth_vital import vital
from urbium.catalogue.truth import ALL, TruthRow, read_truth
from urbium.forecast import (
    CURVES,
    KINDS,
    BacktestErrors,
    Bands,
    CityPanel,
    calibrate_bands,
    draw_jointly,
    run_backtest,
)
from urbium.forecast.accuracy import crps
from urbium.forecast.cities.backtest_report import METHOD
from urbium.forecast.cities.bands import country_weights, stray
from urbium.forecast.cities.combination import GrowthRows
from urbium.forecast.cities.curves import history
from urbium.forecast.cities.declared_growth import FITTED, base_errors, declared, read_growth, with_counts
from urbium.forecast.cities.growth_terms import kind_of, terms
from urbium.forecast.cities.rolling_origin import errors_at
from urbium.forecast.paths import Floats
from workforce_rules import world as world_sectors

ROOT = Path(__file__).resolve().parents[1]
TABLE = ROOT / "src" / "urbium" / "data" / "truth.csv"
PAGE = ROOT / "docs" / "how-good-are-we.md"
LATER = Path(__file__).with_name("later_counts.csv")
OECD = SHARED / "real" / "indicators" / "oecd_fua_city_statistics_2009_2019.csv"
PLACES = SHARED / "real" / "population" / "wpp2019_UNlocations.txt"
COLUMNS = (
    "part", "set", "group", "horizon", "method", "series", "countries", "error", "crps", "coverage80",
    "coverage95",
)  # fmt: skip
KIND = KINDS[-1]
LARGEST = 5
TURNED = "worst tenth of countries with five cities or more"
STRATA = norm.ppf((np.arange(100) + 0.5) / 100)
Row = tuple[str, str, str, int, str, int, int, float, float, float, float]


@dataclass(frozen=True)
class Judged:
    """Forecasts of one set and horizon: errors in logs and limits, by method; countries by name."""

    name: str
    horizon: int
    errors: BacktestErrors
    methods: Mapping[str, tuple[Floats, Floats]]

    def rows(self, countries: Mapping[str, str], regions: Mapping[str, str]) -> Iterator[Row]:
        """Score all countries together, by region, and the largest by themselves."""
        names, count = np.unique(self.errors.country, return_counts=True)
        groups = {ALL: np.ones(len(self.errors.country), dtype=bool)}
        if len(names) > LARGEST:
            region = np.array([regions.get(country, "") for country in self.errors.country])
            groups |= {f"region: {name}": region == name for name in sorted(set(region) - {""})}
        for name in names[np.argsort(-count)][:LARGEST]:
            if count[names == name][0] > LARGEST:
                groups[countries[str(name)]] = self.errors.country == name
        for group, here in groups.items():
            yield from self._scored(group, here)
        large = [self.errors.country == name for name in names[count >= LARGEST]]
        if len(large) > LARGEST:
            yield self._worst([row for here in large for row in self._scored(TURNED, here)])

    def _worst(self, rows: list[Row]) -> Row:
        """What nine of ten countries do not fall short of, figure by figure."""
        error, far, *inside = zip(*(row[7:] for row in rows), strict=True)
        limits = [float(np.quantile(part, 0.9)) for part in (error, far)]
        worst = (*rows[0][:5], sum(row[5] for row in rows), len(rows), *limits,
                 *(float(np.quantile(part, 0.1)) for part in inside))  # fmt: skip
        return cast("Row", worst)

    def _scored(self, group: str, here: np.ndarray) -> Iterator[Row]:
        weights = country_weights(self.errors.where(here))
        series, many = np.unique(self.errors.city[here]).size, np.unique(self.errors.country[here]).size
        for method, (error, reach) in self.methods.items():
            if method != METHOD and group != ALL:
                continue
            inside = np.average(np.abs(error[here])[:, None] <= reach[here], axis=0, weights=weights)
            far = crps(stray(reach[here], STRATA) - error[here][:, None], np.zeros(int(here.sum())))
            yield (
                "cities", self.name, group, self.horizon, method, series, many,
                100 * _median(np.abs(error[here]), weights), 100 * float(np.average(far, weights=weights)),
                float(inside[0]), float(inside[1]),
            )  # fmt: skip


def _median(values: Floats, weights: Floats) -> float:
    order = np.argsort(values)
    reached = np.cumsum(weights[order])
    return float(values[order][np.searchsorted(reached, reached[-1] / 2)])


def cities() -> Iterator[Row]:
    """Agglomerations of the world from counts, and what came after the last stored figure."""
    table = world_table()
    panel = with_counts(world_panel(table), "population_agglomeration")
    base = base_errors()
    growth, bands = learned_by(panel, KIND, base=base.count)
    names, regions = _named_countries()
    errors = run_backtest(panel, KIND, lambda year: growth(year) if year >= FIRST else None)
    past = run_backtest(panel, KIND, declared(KIND).growth)
    for origin in ORIGINS:
        record = calibrate_bands(_from(panel, growth(origin)).seen_by(origin), bands(origin), base=base.count)
        rivals = _peer_bands(past.settled.seen_by(origin), base.count)
        for horizon in (5, 10, 15):
            here = (errors.origin == origin) & (errors.horizon == horizon)
            if here.any():
                judged = _judge(SETS[origin], errors.where(here), record, rivals, base.count)
                yield from judged.rows(names, regions)
    record = calibrate_bands(past.settled, declared(KIND).bands, base=base.count)
    rivals = _peer_bands(past.settled, base.count)
    for name, later in later_sets(table):
        after = _after(panel, later)
        judged = _judge(f"{name} from 2015", after, record, rivals, base.count)
        yield from judged.rows(names, regions)


def sums() -> Iterator[Row]:
    """People of all cities of a country together: what is drawn jointly, against what came."""
    panel, base = with_counts(world_panel(world_table()), "population_agglomeration"), base_errors().count
    growth, bands = learned_by(panel, KIND, base=base)
    for origin in ORIGINS[:2]:
        model = read_growth(fit_city_growth(panel.through(origin), base=base), KIND)
        record = calibrate_bands(_from(panel, growth(origin)).seen_by(origin), bands(origin), base=base)
        past, at = history(panel, origin), int(np.searchsorted(panel.years, origin))
        seen = terms(past, KIND)
        is_tested = (panel.logs[:, at] >= panel.listed) & np.isfinite(seen.spread).all(axis=1)
        rows = np.flatnonzero(is_tested)
        country = past.country[rows]
        years = np.arange(origin + 1, origin + 16)
        ahead = (years - origin).astype(float)
        drawn = draw_jointly(
            past.level[rows][:, None] + model.growth.change(seen.rows(rows), ahead),
            record.reach(seen.spread[rows], ahead, base=base, countries=country),
            cities=[panel.cities[row] for row in rows],
            countries=country.tolist(),
            years=years,
            common=model.common,
            paths=PATHS,
        ).values
        names, count = np.unique(country, return_counts=True)
        many = names[count >= LARGEST]
        for horizon in (5, 10, 15):
            paths = [drawn[country == name, horizon - 1].astype(float).sum(axis=0) for name in many]
            came = [np.exp(panel.logs[rows[country == name], at + horizon // 5]).sum() for name in many]
            off = np.log(np.stack(paths)) - np.log(np.array(came))[:, None]
            low95, low80, middle, high80, high95 = np.quantile(off, [0.025, 0.1, 0.5, 0.9, 0.975], axis=1)
            yield (
                "sums of cities", f"All cities of a country together, from {origin}", ALL, horizon, METHOD,
                len(many), len(many), 100 * float(np.median(np.abs(middle))),
                100 * float(crps(off, np.zeros(len(many))).mean()),
                float(((low80 <= 0) & (high80 >= 0)).mean()), float(((low95 <= 0) & (high95 >= 0)).mean()),
            )  # fmt: skip


def sectors() -> Iterator[Row]:
    """Shares of output and of employment of countries, in percentage points, from two origins."""
    for series, (called, horizons) in SECTOR_SETS.items():
        panel, _ = world_sectors(SECTORS_OF, series)
        for origin, ahead in horizons.items():
            trial = backtest_sectors(panel, origin=origin, to=origin + ahead[-1])
            for horizon in ahead:
                yield from _sector_rows(trial, f"{called}, from {origin}", horizon)


def _sector_rows(trial: SectorBacktest, name: str, horizon: int) -> Iterator[Row]:
    """Every method at one horizon; countries count the same, and the sectors of a country."""
    came = trial.came[:, horizon - 1]
    here = np.isfinite(came[:, 0])
    for method, called in SECTOR_METHODS.items():
        paths = np.moveaxis(trial.futures[method][here, horizon - 1], 1, 2)
        low95, low80, middle, high80, high95 = np.quantile(paths, [0.025, 0.1, 0.5, 0.9, 0.975], axis=-1)
        seen = came[here]
        yield (
            "sectors", name, ALL, horizon, called, int(here.sum()), int(here.sum()),
            100 * float(np.median(np.abs(middle - seen))), 100 * float(crps(paths, seen).mean()),
            float(((low80 <= seen) & (seen <= high80)).mean()),
            float(((low95 <= seen) & (seen <= high95)).mean()),
        )  # fmt: skip


SECTORS_OF = SHARED / "real" / "countries_wdi"
SECTOR_SETS = {
    "output": ("Shares of output of countries", {2005: (5, 10, 14), 2019: (1, 3, 5)}),
    "employment": ("Shares of employment of countries", {2005: (5, 10, 14), 2019: (1, 3, 4)}),
}
SECTOR_METHODS = {
    METHOD: METHOD, "model": "pooled model", "persistence with bands": "persistence with bands",
    "drift of all": "drift of all", "linear trend with bands": "linear trend with bands",
    "persistence": "no change",
}  # fmt: skip
PATHS = 400
FIRST = 1990
ORIGINS = (1990, 2000, 2010)
SETS = {
    1990: "Agglomerations of the world, from 1990",
    2000: "Agglomerations of the world, from 2000",
    2010: "Agglomerations of the world, from 2010, compared with the source's own extrapolation to 2015",
}


def _from(panel: CityPanel, model: object) -> BacktestErrors:
    """Errors of the model of a year at all counts, for the records of countries."""
    return run_backtest(panel, KIND, model).settled  # type: ignore[arg-type]


def _peer_bands(errors: BacktestErrors, base: float) -> dict[str, Bands]:
    """Bands of the simple peers from their own past errors: as wide for every city."""
    bands = {}
    reached = tuple(horizon for horizon in FITTED if (errors.horizon == horizon).any())
    for at, name in enumerate(CURVES):
        ones = np.ones((len(errors.error), 1))
        parts = {field: getattr(errors, field) for field in BacktestErrors.__slots__}
        bands[name] = fit_bands(
            BacktestErrors(**parts | {"error": errors.rivals[:, at], "spread": ones}), reached, base=base
        )
    return bands


def _judge(
    name: str, errors: BacktestErrors, bands: Bands, rivals: Mapping[str, Bands], base: float
) -> Judged:
    ahead = np.array([float(errors.horizon[0])])
    ones = np.ones((len(errors.error), 1))
    methods = {
        METHOD: (errors.error, bands.reach(errors.spread, ahead, base=base, countries=errors.country)[:, 0])
    }
    for at, (peer, wide) in enumerate(rivals.items()):
        methods[peer] = (errors.rivals[:, at], wide.reach(ones, ahead, base=base)[:, 0])
    return Judged(name, int(ahead[0]), errors, methods)


def _after(panel: CityPanel, later: Mapping[str, tuple[int, float]]) -> BacktestErrors:
    """Errors of the forecasts from the last figure, against its ratio to a later count elsewhere."""
    origin = int(panel.years[-1])
    past = history(panel, origin)
    seen = terms(past, KIND)
    place = {city: row for row, city in enumerate(panel.cities)}
    rows = np.array(
        [
            place[city]
            for city in later
            if panel.logs[place[city], -1] >= panel.listed and KINDS[kind_of(past)[place[city]]] is KIND
        ]
    )
    came = np.array([np.log(later[panel.cities[row]][1]) for row in rows])
    horizon = np.array([later[panel.cities[row]][0] - origin for row in rows])
    return errors_at(
        panel,
        GrowthRows(
            rows, np.full(len(rows), origin), horizon, past.country[rows], seen.rates[rows],
            seen.spread[rows], came, np.ones(len(rows), dtype=bool),
        ),
        declared(KIND).growth,
        origin,
    )  # fmt: skip


def later_sets(table: pl.DataFrame) -> Iterator[tuple[str, dict[str, tuple[int, float]]]]:
    """Later counts over those of 2015, by agglomeration; names are matched within countries and sizes."""
    yield "OECD functional urban areas", _oecd(table)
    with LATER.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    for name in ("United States", "Russia"):
        yield (
            {"United States": "Metropolitan areas of the United States", "Russia": "Cities of Russia"}[name],
            {
                row["code"]: (int(row["to_year"]), float(row["to"]) / float(row["from"]))
                for row in rows
                if row["set"] == name
            },
        )


SPELLED = {
    "United States": "United States of America", "Korea": "Republic of Korea",
    "Slovak Republic": "Slovakia", "Czech Republic": "Czechia",
}  # fmt: skip


def _oecd(table: pl.DataFrame) -> dict[str, tuple[int, float]]:
    """Functional urban areas named as an agglomeration of their country, of a third to thrice its size."""
    sizes = dict(table.filter(pl.col("year") == 2015).select("code", "persons").iter_rows())
    listed: dict[tuple[str, str], list[str]] = {}
    for code, country, name in _agglomerations():
        for spelled in _spellings(name):
            listed.setdefault((country, spelled), []).append(code)
    areas = pl.read_csv(OECD).filter(pl.col("variable").str.starts_with("Population, all"))
    found: dict[str, tuple[float, float]] = {}
    for row in areas.iter_rows(named=True):
        country = SPELLED.get(row["country"], row["country"])
        near = {
            code: abs(np.log(row["2015"] / sizes[code]))
            for spelled in _spellings(row["city"])
            for code in listed.get((country, spelled), [])
        }
        close = {code: off for code, off in near.items() if off < np.log(3)}
        if close:
            code = min(close, key=lambda code: close[code])
            if code not in found or found[code][0] > close[code]:
                found[code] = close[code], row["2019"] / row["2015"]
    return {code: (2019, ratio) for code, (_, ratio) in found.items()}


def _agglomerations() -> Iterator[tuple[str, str, str]]:
    body = load_workbook(WORLD).get_sheet_by_index(0).to_python(skip_empty_area=False)[17:]
    return ((str(int(number(row[3]))), str(row[2]), str(row[4])) for row in body if row[0] != "")


def _spellings(name: str) -> set[str]:
    """A name without accents, its first part, and what stands in brackets."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    outside = re.sub(r"\(.*?\)", "", plain)
    parts = [outside, re.split(r"[/,-]", outside)[0], *re.findall(r"\((.*?)\)", plain)]
    return {re.sub(r"[^a-z]", "", part) for part in parts} - {""}


def _named_countries() -> tuple[dict[str, str], dict[str, str]]:
    """Names and regions of countries by their code."""
    places = pl.read_csv(PLACES, separator="\t", infer_schema_length=0, encoding="utf8-lossy")
    rows = places.filter(pl.col("location_type") == "4").select("country_code", "name", "area_name")
    names = {code: name for code, name, _ in rows.iter_rows()}
    return names, {code: area for code, _, area in rows.iter_rows()}


PARTS: Mapping[str, Callable[[], Iterator[Row]]] = {
    "cities": cities, "sums of cities": sums, "sectors": sectors,
    "births and lives": vital,
}  # fmt: skip
"""What is judged: by part of the programme, the function that gives its rows."""


_HEAD = (
    "# How good are we\n\n"
    "This page is written by `python bench/truth.py --write`; no number in it is typed. The same figures"
    ' stand on the page "How good are we" of the app.\n\n'
    "Everything was learned from figures up to the year of the forecast. The rule was written down before the"
    " last years were looked at, and how often each set was looked at stands in"
    " [decision 0024](decisions/0024-bands-of-cities.md). The error is the median absolute one, in percent;"
    " the CRPS is that of the logarithm, in percent; coverage is the share of later figures within the bands."
    " Each is a mean over countries: the cities of a country err together. The simple methods have bands from"
    " their own earlier errors, and the best CRPS is in bold. Cities of 300,000 and more *at the origin*;"
    " figures up to 2000, and so the origin 1990, were looked at while the rule was chosen. Against an"
    " extrapolation of the source the last growth is right by construction. Five years ahead from 2000 the"
    " damped trend of the last two years is the better forecast, and further ahead the worse: between two"
    " counts the source's estimates know the later one. The worst tenth of countries is"
    " what nine of ten do not fall short of, figure by figure: where a country turns, its cities turn"
    " together, and their bands fail together"
    " ([decision 0113](decisions/0113-countries-that-turn-together.md)).\n\n"
    "Shares of sectors are in percentage points, and so are their error and CRPS; every country counts the"
    ' same. "no change" is a point without bands; with bands of its own earlier errors it is "persistence'
    ' with bands". How the combination was chosen, and how often each set was looked at, stands in'
    " [decision 0040](decisions/0040-sectors-combined.md).\n\n"
    "Births and lives of 2020-2025 are those of World Population Prospects 2024 (estimates to 2023), forecast"
    " from the edition of 2019 (`bench/later_vital.csv`); the rule, and how often this set was looked at,"
    " stands in [decision 0041](decisions/0041-estimates-are-revised.md).\n"
)


def page(rows: tuple[TruthRow, ...]) -> str:
    """The figures as a page in Markdown."""
    parts = [_HEAD]
    for part, name, horizon in dict.fromkeys((row.part, row.set, row.horizon) for row in rows):
        here = [row for row in rows if (row.part, row.set, row.horizon) == (part, name, horizon)]
        both = [row for row in here if row.group == ALL]
        best = min(row.crps for row in both)
        parts += [
            f"## {name}, {horizon} years ahead",
            f"{both[0].series:,} series of {both[0].countries} countries.",
            _lines("method", [(row.method, row) for row in both], best),
        ]
        groups = [(row.group, row) for row in here if row.group != ALL]
        if groups:
            parts.append(_lines("the forecast, by group", groups, -1.0))
    return "\n\n".join(part.strip("\n") for part in parts) + "\n"


def _lines(first: str, rows: list[tuple[str, TruthRow]], best: float) -> str:
    head = (
        f"| {first} | series | error | CRPS | in 80% | in 95% |\n| --- | ---: | ---: | ---: | ---: | ---: |"
    )
    return "\n".join(
        [
            head,
            *(
                f"| {name} | {row.series:,} | {row.error:.2f} | "
                + (f"**{row.crps:.2f}**" if row.crps == best else f"{row.crps:.2f}")
                + f" | {row.coverage80:.0%} | {row.coverage95:.0%} |"
                for name, row in rows
            ),
        ]
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--part", choices=PARTS, help="work out one part, and keep the rows of the others")
    asked = parser.parse_args()
    is_written = asked.write
    rows: list[Row] = []
    for part, judge in PARTS.items():
        if asked.part in (None, part):
            rows += judge()
        else:
            rows += [astuple(row) for row in read_truth(TABLE) if row.part == part]
    with TABLE.open("w", encoding="utf-8", newline="") if is_written else nullcontext(sys.stdout) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        writer.writerows([*row[:7], *(f"{value:.3f}" for value in row[7:])] for row in rows)
    if is_written:
        read_truth.cache_clear()  # rows that were kept were read from the table before
        PAGE.write_text(page(read_truth(TABLE)), encoding="utf-8")


if __name__ == "__main__":
    main()
