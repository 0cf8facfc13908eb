"""How good are ages from two counts? Countries and territories as small as cities, on counts held out.

Run: ``python bench/city_ages.py ../shared/data/real/population``. No table of ages by city is among the
reference data, so places of fewer than 5 million people stand in: estimates of the United Nations (World
Population Prospects 2019), which are smoother than counts. The rule was fixed before looking at the origins
held out: scales learned from origins 1965 to 2000, judged from 2005 (counts five
years apart) and 2010 (ten years apart). All ages add up to what was there, so the miss is of the ages alone.
"""

import csv
import sys
from pathlib import Path

import numpy as np
import polars as pl

from urbium.forecast.ages.city_ages import project_counted
from urbium.forecast.ages.place_counts import PlaceCounts
from urbium.forecast.paths import Paths, limits

_FILES = ("wpp2019_popM.txt", "wpp2019_popF.txt")
_OPEN = 85
_MOST = 5e6
_COUNTRY = "4"
_LAST = 2020
_PATHS = 500


def read(folder: Path) -> dict[str, dict[int, np.ndarray]]:
    """Return persons (2, 18) of each small country by code and year."""

    def rows(name: str) -> list[dict[str, str]]:
        with (folder / name).open(encoding="latin1") as lines:
            return list(csv.DictReader(lines, delimiter="\t"))

    kinds = {row["country_code"]: row["location_type"] for row in rows("wpp2019_UNlocations.txt")}
    people: dict[str, dict[int, np.ndarray]] = {}
    for sex, name in enumerate(_FILES):
        for row in rows(name):
            code = row["country_code"]
            if kinds.get(code) != _COUNTRY:
                continue
            age = min(int(row["age"].rstrip("+").split("-")[0]), _OPEN) // 5
            for year in range(1950, _LAST + 1, 5):
                if row[str(year)] not in ("", "NA"):
                    empty = np.zeros((2, _OPEN // 5 + 1))
                    people.setdefault(code, {}).setdefault(year, empty)[sex, age] += 1000 * float(
                        row[str(year)]
                    )
    return people


def counts_of(code: str, people: dict[int, np.ndarray], base: int, apart: int) -> PlaceCounts | None:
    """Return the two counts of a place, where it is small enough and has them."""
    if base - apart not in people or not 0 < people[base].sum() < _MOST:
        return None
    both = np.stack([people[base - apart], people[base]])
    if (both <= 0).any():
        return None
    ages = tuple(range(0, _OPEN + 1, 5))
    return PlaceCounts(
        code, "national", (base - apart, base), ages, 5, ("male", "female"), both, pl.DataFrame()
    )


def judge(people: dict[str, dict[int, np.ndarray]], base: int, apart: int) -> None:
    """Print the misses of each step ahead, against ages that stay as they are."""
    counts = [one for code in people if (one := counts_of(code, people[code], base, apart))]
    years = np.arange(base, _LAST + 1, apart)
    truth = np.array([[people[one.place][int(year)] for year in years] for one in counts])
    totals = np.repeat(truth.sum(axis=(2, 3))[..., None], _PATHS, axis=2)
    ahead = project_counted(counts, Paths(tuple(one.place for one in counts), years, totals))
    bands = limits(ahead.values)
    still = truth[:, :1] / truth[:, :1].sum(axis=(2, 3), keepdims=True) * totals[:, :, None, None, 0]
    for step in range(1, len(years)):
        seen, band = truth[:, step], bands[:, step]
        miss = np.median(np.abs(np.log(seen / band[..., 0])))
        rival = np.median(np.abs(np.log(seen / still[:, step])))
        held = [((band[..., low] <= seen) & (seen <= band[..., low + 1])).mean() for low in (1, 3)]
        old = ahead.share(65).values[:, step]
        share, old_band = seen[..., 13:].sum(axis=(1, 2)) / seen.sum(axis=(1, 2)), limits(old)
        inside = ((old_band[:, 1] <= share) & (share <= old_band[:, 2])).mean()
        print(
            f"from {base}, {apart} years apart, {years[step]}: {len(counts)} places,"
            f" median miss of an age group {miss:.1%} (ages that stay {rival:.1%}),"
            f" 80% band holds {held[0]:.0%}, 95% band {held[1]:.0%},"
            f" share of 65 and over {inside:.0%}"
        )


def main() -> None:
    """Judge from the origins held out."""
    people = read(Path(sys.argv[1]))
    for base, apart in ((2005, 5), (2010, 10)):
        judge(people, base, apart)


if __name__ == "__main__":
    main()
