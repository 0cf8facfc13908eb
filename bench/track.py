"""How good early warnings are: the chance that a target is met, judged on years that came later.

The rule was fixed before the first look. Series: every indicator and country of
``shared/data/real/countries_wdi``
(origins 1995, 2000, 2005 and 2010, 3 and 5 years ahead, at least ten yearly figures up to the origin), and
every
variable and city of the demo's yearbook but counts of people (origin 2009, 3 years ahead, at least five).
Each gets six targets: the last figure plus k times what its own mean change would add, k of 0.5, 1 and 2, up
and down.
Judged by the Brier score: the method with the least mean over sets and horizons, each counting the same, is
the one in use (``urbium.track.target_outlook``). Methods: last value and drift with its band; no change with
the band of its changes; the straight line (certain where the last change is as large as is needed in each
year, impossible otherwise); a coin.

``.venv/bin/python bench/track.py`` prints scores and calibration. Looked at once, on 27 November 2026.
"""

import csv
from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from scipy.stats import norm

from urbium.pilot.contracts.taskbooks import Target
from urbium.track.target_outlook import by_drift

ROOT = Path(__file__).parents[1]
REAL = ROOT.parent / "shared" / "data" / "real" / "countries_wdi"
CITIES = ROOT / "src" / "urbium" / "data" / "demo" / "observations.csv"
SIZES = (-2.0, -1.0, -0.5, 0.5, 1.0, 2.0)
METHODS = ("drift", "no change", "straight line", "coin")

Series = dict[int, float]


def countries() -> Iterator[tuple[str, Series]]:
    for file in sorted(REAL.glob("*.csv")):
        rows: dict[str, Series] = defaultdict(dict)
        with file.open(encoding="utf-8", newline="") as lines:
            reader = csv.reader(lines)
            next(reader)
            for place, year, value in reader:
                if value:
                    rows[place][int(year)] = float(value)
        yield from ((file.stem, series) for _, series in sorted(rows.items()))


def cities() -> Iterator[tuple[str, Series]]:
    rows: dict[tuple[str, str], Series] = defaultdict(dict)
    with CITIES.open(encoding="utf-8", newline="") as lines:
        for row in csv.DictReader(lines):
            if row["variable"] != "population_agglomeration" and row["value"]:
                rows[row["variable"], row["city_code"]][int(row["period"])] = float(row["value"])
    yield from ((variable, series) for (variable, _), series in sorted(rows.items()))


def brier(chances: Sequence[float], came: Sequence[bool]) -> float:
    """Return the Brier score, the mean square of chance less what came; 0 is best, 0.25 is a coin.

    >>> brier([1.0, 0.5], [True, False])
    0.125

    References
    ----------
    Brier: *Verification of Forecasts Expressed in Terms of Probability* (1950).
    """
    return float(np.mean((np.asarray(chances) - np.asarray(came, dtype=float)) ** 2))


def judged(series: Series, origin: int, ahead: int, least: int) -> Iterator[tuple[dict[str, float], bool]]:
    past = {year: value for year, value in series.items() if year <= origin}
    if origin not in past or origin + ahead not in series or len(past) < least:
        return
    last, came = past[origin], series[origin + ahead]
    years = sorted(past)
    changes = np.diff([past[year] for year in years]) / np.diff(years)
    change = abs(last - past[years[0]]) / (origin - years[0])
    if change == 0:
        return
    for size in SIZES:
        target = Target(
            indicator="x", year=origin + ahead, value=last + size * ahead * change, unit="1", base=last
        )
        outlook = by_drift(past, target)
        assert outlook is not None
        spread = float(np.sqrt(np.mean(changes**2) * ahead))
        way = (target.value - last) / ahead
        chances = {
            "drift": outlook.chance,
            "no change": float(norm.sf(abs(target.value - last) / spread)),
            "straight line": float(changes[-1] * np.sign(size) >= abs(way)),
            "coin": 0.5,
        }
        yield chances, (came >= target.value if size > 0 else came <= target.value)


def main() -> None:
    sets = {
        ("countries", ahead): [
            row
            for _, series in countries()
            for origin in (1995, 2000, 2005, 2010)
            for row in judged(series, origin, ahead, 10)
        ]
        for ahead in (3, 5)
    }
    sets["cities", 3] = [row for _, series in cities() for row in judged(series, 2009, 3, 5)]
    means = defaultdict(list)
    print("set,ahead,forecasts,method,brier")
    for (name, ahead), rows in sets.items():
        came = [each for _, each in rows]
        for method in METHODS:
            score = brier([chances[method] for chances, _ in rows], came)
            means[method].append(score)
            print(f"{name},{ahead},{len(rows)},{method},{score:.4f}")
    for method in METHODS:
        print(f"all,,,{method},{np.mean(means[method]):.4f}")
    print("\nset,ahead,chance given,share that came,forecasts")
    for (name, ahead), rows in sets.items():
        for low in np.arange(0.0, 1.0, 0.2):
            part = [
                (c["drift"], came)
                for c, came in rows
                if low <= c["drift"] < low + 0.2 or (c["drift"] == 1 and low == 0.8)
            ]
            if part:
                print(
                    f"{name},{ahead},{np.mean([c for c, _ in part]):.2f},{np.mean([e for _, e in part]):.2f},"
                    f"{len(part)}"
                )


if __name__ == "__main__":
    main()
