"""How fast 277 cities are measured by the 91 U4SSC indicators, from 3.3 million observations or a tenth.

The same table goes two ways in the same process: through ``measure_index`` (indicators, goalposts, tree,
points, ranks and what explanations need), and through a plain Python loop that computes the scores alone.
Both must agree. A full run takes about twenty seconds on two cores, a quick run about three.

    python bench/index.py [--quick] [--json]
"""

import argparse
import json
import math
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import numpy as np
import polars as pl

import history
from urbium.catalogue import Catalogue, load_catalogue
from urbium.measure import Scores, measure_index
from urbium.measure.aggregate import Tree, tree
from urbium.measure.matrix import matrix
from urbium.measure.pipeline import Method, build
from urbium.model import Choice, Index
from urbium.units import units

CITIES, YEARS, PERIOD = 277, 90, 2024
TARGET_SECONDS = 1.0  # for one measure of all cities
TARGET_RATIO = 2.0  # of CPU time, of an index with treated outliers against bare NumPy
KNOWN_SHARE = 0.97  # of the figures; the others are never reported
TOLERANCE = 1e-9


def observations(catalogue: Catalogue, years: int) -> pl.DataFrame:
    """Return seeded observations of every city and U4SSC variable in ``years`` years up to 2024."""
    draw = np.random.default_rng(20_120_805)
    index = catalogue.indices["u4ssc"]
    names = sorted({v for name in index.indicators for v in catalogue.indicators[name].variables})
    known = np.flatnonzero(draw.random(CITIES * len(names)) < KNOWN_SHARE)
    pair = np.repeat(known, years)
    city, variable = pair // len(names), pair % len(names)
    rows = len(pair)
    first = PERIOD - years + 1

    def words(choices: list[str], place: np.ndarray) -> pl.Series:
        return pl.Series(choices).gather(place)

    constant = {"area": "city", "quality": "measured", "source": "u4ssc", "recorded_by": "bench"}
    return pl.DataFrame(
        {
            "city": words(city_codes(), city),
            "variable": words(names, variable),
            "period": words(
                [str(first + place) for place in range(years)], np.tile(np.arange(years), len(known))
            ),
            "value": np.round(draw.lognormal(5, 2, rows), 2),
            "unit": words([catalogue.variables[name].unit for name in names], variable),
            "status": words(["reported", "suspect"], (draw.random(rows) < 0.01).astype(int)),
        }
    ).with_columns(
        *(pl.lit(text).alias(name) for name, text in constant.items()),
        *(pl.lit("").alias(name) for name in ("file", "sheet", "cell", "reason")),
        recorded_at=pl.lit(datetime(2026, 1, 1, tzinfo=UTC)).cast(pl.Datetime("us", "UTC")),
    )


def city_codes() -> list[str]:
    """Return the codes of the made-up cities."""
    return [f"{100_000 + 100 * place}" for place in range(1, CITIES + 1)]


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Run ``work`` and return how many seconds it took, and what it returned."""
    start = time.perf_counter()
    found = work()
    return time.perf_counter() - start, found


def loop_values(table: pl.DataFrame, index: Index, catalogue: Catalogue) -> dict[str, dict[str, float]]:
    """Compute the indicators of each city with plain Python, one figure after the other."""
    latest: dict[tuple[str, str], tuple[int, float]] = {}
    for row in table.iter_rows(named=True):
        year = int(row["period"])
        if row["status"] == "reported" and PERIOD - index.maximum_age <= year <= PERIOD:
            key = row["city"], row["variable"]
            if key not in latest or latest[key][0] < year:
                latest[key] = year, row["value"] * units()[row["unit"]].factor
    values: dict[str, dict[str, float]] = {city: {} for city in city_codes()}
    for city, own in values.items():
        for name in index.indicators:
            each = catalogue.indicators[name]
            if all((city, variable) in latest for variable in each.variables):
                above = sum(sign * latest[city, variable][1] for variable, sign in each.numerator)
                below = sum(sign * latest[city, variable][1] for variable, sign in each.denominator)
                scale = each.factor if each.denominator else each.factor / units()[each.unit].factor
                own[name] = scale * above / (below if each.denominator else 1)
    return values


def loop_score(
    name: str, index: Index, known: dict[str, float], below: dict[str, list[str]]
) -> tuple[float, int]:
    """Compute a node's score from the normalised indicators of one city, and how many of them count above."""
    members = [node for node in index.nodes if node.parent == name]
    if not members:
        return known.get(name, math.nan), int(name in known)
    parts = [(node.weight, *loop_score(node.id, index, known, below)) for node in members]
    used = sum(count for _, _, count in parts)
    if used < index.availability * len(below[name]) - TOLERANCE:
        return math.nan, 0
    scored = [(weight, score) for weight, score, _ in parts if not math.isnan(score)]
    total = sum(weight for weight, _ in scored)
    return sum(weight * score for weight, score in scored) / total if total else math.nan, used


def loop_scores(table: pl.DataFrame, index: Index, catalogue: Catalogue) -> dict[str, float]:
    """Compute the scores of the same cities with plain Python."""
    values = loop_values(table, index, catalogue)
    leaves = [name for name in index.indicators if catalogue.indicators[name].direction]
    enough = index.availability * len(leaves) - TOLERANCE
    scored = {city: own for city, own in values.items() if sum(name in own for name in leaves) >= enough}
    parents = {node.id: node.parent for node in index.nodes}
    below: dict[str, list[str]] = defaultdict(list)
    for leaf in leaves:
        node = leaf
        while node:
            below[node].append(leaf)
            node = parents[node]
    normalised: dict[str, dict[str, float]] = {city: {} for city in scored}
    for name in leaves:
        found = [own[name] for own in scored.values() if name in own]
        for city, own in scored.items():
            if name in own:
                share = 100 * (own[name] - min(found)) / (max(found) - min(found))
                sign = catalogue.indicators[name].direction
                normalised[city][name] = share if sign > 0 else 100 - share
    scores = {city: loop_score(index.id, index, own, below)[0] for city, own in normalised.items()}
    return {city: score for city, score in scores.items() if not math.isnan(score)}


def measure_part(table: pl.DataFrame, catalogue: Catalogue) -> dict[str, float]:
    """Measure all cities both ways, compare the scores, and explain one."""
    index = catalogue.indices["u4ssc"]
    cities = pl.DataFrame({"code": city_codes(), "name_en": city_codes()})

    def measure() -> Scores:
        return measure_index(table, index, catalogue, cities=cities, period=PERIOD, runs=0)

    first, _ = timed(measure)
    runs = [timed(measure) for _ in range(3)]
    scores = runs[0][1]
    explain, _ = timed(lambda: scores.explain(city_codes()[0]))
    loop, expected = timed(lambda: loop_scores(table, index, catalogue))
    found = dict(scores.table.drop_nulls("score").select("city", "score").iter_rows())
    assert found.keys() == expected.keys(), "both ways score the same cities"
    assert all(abs(found[city] - expected[city]) < TOLERANCE for city in found), "both ways agree"
    return {
        "rows": table.height,
        "cities": len(city_codes()),
        "indicators": len(index.indicators),
        "scored": len(found),
        "measure_first_seconds": first,
        "measure_seconds": min(seconds for seconds, _ in runs),
        "explain_seconds": explain,
        "loop_seconds": loop,
    }


def build_part(catalogue: Catalogue) -> dict[str, float]:
    """Compute an index with treated outliers by ``build`` and in bare NumPy; return CPU seconds of both."""
    index = catalogue.indices["u4ssc"]
    directions = np.array([catalogue.indicators[name].direction for name in index.indicators])
    draw = np.random.default_rng(1)
    values = draw.lognormal(3, 1.2, (CITIES, len(directions)))
    values[draw.random(values.shape) > KNOWN_SHARE] = np.nan
    layout = tree(index, directions)
    raw = matrix(values, directions=directions, columns=index.indicators, parents=layout.parents)
    method = Method(Choice.row("screen > winsorise(limit=5, then=log) > min-max"), availability=0.6)
    ours, bare = build(raw, layout, method).root, bare_scores(values, directions, layout)
    assert np.nanmax(np.abs(ours - bare)) < TOLERANCE, "both ways agree"
    return {
        "build_cpu_seconds": cpu(lambda: build(raw, layout, method)),
        "bare_cpu_seconds": cpu(lambda: bare_scores(values, directions, layout)),
    }


def cpu(work: Callable[[], Any], times: int = 9) -> float:
    """Return the least CPU time of several calls, in seconds: others may use the machine meanwhile."""
    seconds = []
    for _ in range(times):
        start = time.process_time()
        work()
        seconds.append(time.process_time() - start)
    return min(seconds)


def bare_scores(values: np.ndarray, directions: np.ndarray, layout: Tree, least: float = 0.6) -> np.ndarray:
    """Screen, winsorise, take logarithms, scale and aggregate in bare NumPy, checking and keeping nothing."""
    is_reported = ~np.isnan(values)
    inside = is_reported[:, directions != 0].mean(axis=1) >= least
    kept = np.where(inside[:, None], values, np.nan)
    skew, peak = bare_shape(kept)
    failing = np.flatnonzero((np.abs(skew) >= 2) & (peak >= 3.5))
    part, going = kept[:, failing], np.arange(len(failing))
    for _ in range(5):
        cut = part[:, going]
        top = np.fmax.reduce(cut, axis=0)
        part[:, going] = np.minimum(cut, np.fmax.reduce(np.where(cut < top, cut, -np.inf), axis=0))
        skew, peak = bare_shape(part[:, going])
        going = going[(np.abs(skew) >= 2) & (peak >= 3.5)]
    last = kept[:, failing[going]]
    low, high = np.fmin.reduce(last, axis=0), np.fmax.reduce(last, axis=0)
    part[:, going] = np.log(last - low + 0.01 * (high - low))
    kept[:, failing] = part
    low, high = np.fmin.reduce(kept, axis=0), np.fmax.reduce(kept, axis=0)
    scaled = 100 * (kept - low) / (high - low)
    scaled = np.where(directions > 0, scaled, np.where(directions < 0, 100 - scaled, np.nan))
    scores = dict(zip(layout.leaves, scaled.T, strict=True))
    shares = dict(zip(layout.leaves, (is_reported & (directions != 0)).T.astype(float), strict=True))
    for place in reversed(layout.inner):
        children = layout.children[place]
        weights = np.array([layout.nodes[child].weight for child in children])[:, None]
        parts = np.stack([scores[child] for child in children])
        has = ~np.isnan(parts)
        total = (weights * has).sum(axis=0)
        mean = (weights * np.where(has, parts, 0)).sum(axis=0) / np.where(total > 0, total, np.nan)
        shares[place] = np.sum([shares[child] for child in children], axis=0)
        enough = shares[place] >= least * layout.sizes[place] - TOLERANCE
        shares[place] = np.where(enough, shares[place], 0)
        scores[place] = np.where(enough, mean, np.nan)
    return np.asarray(scores[0])


def bare_shape(values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the sample skewness and excess kurtosis of each column."""
    is_reported = ~np.isnan(values)
    n = is_reported.sum(axis=0)
    off = np.where(is_reported, values - np.where(is_reported, values, 0).sum(axis=0) / n, 0)
    square = off * off
    second = square.sum(axis=0)
    skew = n * np.sqrt(n - 1) * (square * off).sum(axis=0) / ((n - 2) * second**1.5)
    tails = n * (square * square).sum(axis=0) / second**2
    return skew, (n - 1) * ((n + 1) * (tails - 3) + 6) / ((n - 2) * (n - 3))


def main() -> int:
    """Run the benchmark; return 1 when a measure misses its target."""
    arguments = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    arguments.add_argument("--json", action="store_true", help="end with one line of JSON")
    arguments.add_argument("--quick", action="store_true", help="a tenth of the observations")
    history.add_option(arguments)
    asked = arguments.parse_args()
    print("a quick run takes about three seconds" if asked.quick else "a full run takes about twenty seconds")
    catalogue = load_catalogue()
    table = observations(catalogue, YEARS // 10 if asked.quick else YEARS)
    figures = measure_part(table, catalogue)
    print(f"{figures['cities']} cities x {figures['indicators']} indicators from {figures['rows']:,} rows")
    print(f"{'':28}{'urbium':>12}{'plain loop':>14}{'ratio':>8}")
    ours, loop = figures["measure_seconds"], figures["loop_seconds"]
    print(f"{'one measure, s':28}{ours:12.3f}{loop:14.3f}{ours / loop:8.3f}")
    print(f"{'the first one, s':28}{figures['measure_first_seconds']:12.3f}")
    print(f"{'one explanation, s':28}{figures['explain_seconds']:12.3f}")
    figures |= build_part(catalogue)
    build_seconds, bare_seconds = figures["build_cpu_seconds"], figures["bare_cpu_seconds"]
    ratio = build_seconds / bare_seconds
    is_fast = ratio <= TARGET_RATIO
    print(f"{'':28}{'urbium':>12}{'bare NumPy':>14}{'ratio':>8}")
    print(f"{'one index, CPU ms':28}{1e3 * build_seconds:12.3f}{1e3 * bare_seconds:14.3f}{ratio:8.3f}")
    print(f"target: at most {TARGET_RATIO:g} times bare NumPy: {'met' if is_fast else 'MISSED'}")
    is_met = figures["measure_first_seconds"] < TARGET_SECONDS
    print(f"target: the first measure under {TARGET_SECONDS:.0f} s: {'met' if is_met else 'MISSED'}")
    if asked.json:
        print(json.dumps({key: round(value, 4) for key, value in figures.items()}))
    if asked.record:
        history.record("index", figures, case="quick" if asked.quick else "full")
    return 0 if is_met and is_fast else 1


if __name__ == "__main__":
    sys.exit(main())
