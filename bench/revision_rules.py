"""Learn again how far latest estimates are off, and write the rows to ``data/rules/demography.csv``.

Run ``python bench/revision_rules.py [--write]``; without ``--write`` the rows are printed. What editions of
World Population Prospects (United Nations, CC BY 3.0 IGO; 2008, 2010, 2012, 2015, 2017 and 2019) say of the
same period stands in ``revisions.csv``: 194 countries that all of them hold, total fertility (children a
woman), life expectancy at birth (years), and persons (thousands) in a year. No edition after 2019 is in it.
"""

import argparse
import csv
import sys
from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path

import numpy as np
import polars as pl

from calibration.revision_fit import Revisions, fit_level_error, fit_scales
from urbium.forecast.ages.demography import KNOTS

TABLE = Path(__file__).with_name("revisions.csv")
TARGET = Path(__file__).resolve().parents[1] / "src" / "urbium" / "data" / "rules" / "demography.csv"
HEAD = ("id", "value", "unit", "evidence", "source", "note")
LATEST = {2008: "2005-2010", 2010: "2005-2010", 2012: "2005-2010", 2015: "2010-2015", 2017: "2010-2015"}
"""The latest period an edition estimates; forecasts begin there."""

COUNTED = {2008: "2005", 2010: "2010", 2012: "2010", 2015: "2015", 2017: "2015"}
FREEDOM = 3.0
UNITS = {
    "total_fertility": "children a woman", "life_expectancy": "years", "expectancy_gap": "years",
}  # fmt: skip
WORDS = {
    "total_fertility": "total fertility",
    "life_expectancy": "life expectancy of women",
    "expectancy_gap": "years by which women outlive men",
}


LEVEL = {
    "total.level_error": (
        "log",
        "scale of the log by which totals are revised: editions of 2008 to 2017 against later ones",
    ),
    "total.level_years": (
        "year",
        (
            "years within which a published total is revised for certain, before in proportion: a scale that"
            " grows with the root of the years between editions follows their revisions best"
        ),
    ),
}
TAIL = (
    "tail of revisions of latest estimates; chosen, not fitted: the ratio of the 95% to the 80% quantile of"
    " revisions is near that of a t distribution with so many"
)


def figures(period: str, edition: int, to: int) -> Mapping[str, tuple[np.ndarray, np.ndarray]]:
    """What an edition and a later one say of a period, by the names of the declared figures."""
    table = pl.read_csv(TABLE, schema_overrides={"code": pl.String}).filter(pl.col("period") == period)

    def both(figure: str) -> np.ndarray:
        return table.filter(pl.col("figure") == figure).select(str(edition), str(to)).to_numpy().T

    women, men = both("life_expectancy_women"), both("life_expectancy_men")
    parts = {
        "total_fertility": both("total_fertility"),
        "life_expectancy": women,
        "expectancy_gap": women - men,
    }
    return {name: (before, after) for name, (before, after) in parts.items()}


def pairs_of(name: str, until: int = 2019) -> list[Revisions]:
    """The revisions of latest estimates by editions up to ``until``."""
    return [
        Revisions((edition, later), *figures(period, edition, later)[name])
        for edition, period in LATEST.items()
        for later in (*LATEST, 2019)
        if edition < later <= until and (later in (2015, 2017, 2019) or period == "2005-2010")
    ]


def totals() -> list[Revisions]:
    """The revisions of the latest total population."""
    table = pl.read_csv(TABLE).filter(pl.col("figure") == "population")
    revised = []
    for edition, year in COUNTED.items():
        rows = table.filter(pl.col("period") == year)
        for later in (*LATEST, 2019):
            if later > edition and rows[str(later)].null_count() < rows.height:
                kept = rows.select(str(edition), str(later)).drop_nulls().to_numpy().T
                revised.append(Revisions((edition, later), *kept))
    return revised


def learned() -> dict[str, tuple[float, str, str]]:
    """Every row that revisions teach: value, unit, note."""
    basis = "editions of 2008 to 2015 held against those 4 to 9 years younger, 194 countries"
    taught: dict[str, tuple[float, str, str]] = {}
    for name, knots in KNOTS.items():
        scales = fit_scales(pairs_of(name), knots, freedom=FREEDOM)
        for knot, scale in zip(knots, scales, strict=True):
            note = f"scale of the error of the latest {WORDS[name]} at the level {knot:g}: {basis}"
            taught[f"{name}.error.{knot:g}"] = (float(scale), UNITS[name], note)
    level = fit_level_error(totals(), freedom=FREEDOM)
    for name, (unit, note) in LEVEL.items():
        taught[name] = (level[name], unit, note)
    return taught


def rows() -> list[tuple[str, ...]]:
    """The whole table: learned rows where they stood, or at the end; the others as they were."""
    new = {
        name: (name, f"{value:.4g}", unit, "derived", "wpp19", note)
        for name, (value, unit, note) in learned().items()
    }
    new["estimate.freedom"] = (
        "estimate.freedom",
        f"{FREEDOM:g}",
        "degrees of freedom",
        "assumption",
        "ASSUME",
        TAIL,
    )
    with TARGET.open(encoding="utf-8", newline="") as file:
        kept = [tuple(row.values()) for row in csv.DictReader(file)]
    standing = {row[0] for row in kept}
    return [
        *(
            (*new[row[0]][:-1], row[-1]) if row[0] in new else row  # the note that stands is kept
            for row in kept
            if row[0] != "total_fertility.estimate_error"
        ),
        *(row for name, row in new.items() if name not in standing),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true")
    table = rows()
    is_written = parser.parse_args().write
    with TARGET.open("w", encoding="utf-8", newline="") if is_written else nullcontext(sys.stdout) as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEAD)
        writer.writerows(table)


if __name__ == "__main__":
    main()
