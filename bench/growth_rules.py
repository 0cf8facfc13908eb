"""Learn the declared figures of city growth again, and write ``src/urbium/data/rules/growth.csv``.

Run ``python bench/growth_rules.py [--write]`` with the reference folder beside the clone; without ``--write``
the rows are printed. Rows that were not learned here (years of counts, errors of base figures) are kept.
"""

import argparse
import csv
import sys
from contextlib import nullcontext
from pathlib import Path

from calibration.city_growth_fit import fit_city_growth
from forecast import world_panel, world_table
from urbium.forecast.cities.declared_growth import base_errors, with_counts

TARGET = Path(__file__).resolve().parents[1] / "src" / "urbium" / "data" / "rules" / "growth.csv"
HEAD = ("id", "value", "unit", "evidence", "source", "note")
KINDS = {"one": "one figure", "two": "one step of growth", "three": "two steps of growth or more"}
SIZES = {
    "constant": "constant",
    "growth": "times the log of the city's growth (0.2 to 5.2% a year) over 2% a year",
    "country": "times the log of its distance from the other cities of its country over 1% a year",
    "restless": "times the log of the mean change of growth of its country's cities over 1% a year",
}
TOGETHER = {
    "world": ("share", "share of the variance of errors that all cities have in common"),
    "country": ("share", "share that the cities of a country have in common"),
    "persistence": ("correlation", "correlation of the errors of growth of two five-year steps in a row"),
}


def described(name: str) -> tuple[str, str]:
    """The unit and the note of a figure that was learned."""
    first, part, *rest = name.split(".")
    if first == "together":
        return TOGETHER[part]
    if part == "weight":
        return "share", f"{KINDS[first]}: weight of the member {rest[0].replace('_', ' ')}"
    if part == "scale":
        return "log", f"{KINDS[first]}: log of the scale of errors a year, {SIZES[rest[0]]}"
    level = part.removeprefix("limit")
    return (
        "scale",
        f"{KINDS[first]}: {level}% of the scaled errors of growth over {rest[0]} years are smaller",
    )


def rows() -> list[tuple[str, ...]]:
    """The whole table: what is kept, then what is learned, with the note that stands where there is one."""
    panel = with_counts(world_panel(world_table()), "population_agglomeration")
    learned = fit_city_growth(panel, base=base_errors().count)
    with TARGET.open(encoding="utf-8", newline="") as file:
        standing = {row["id"]: row for row in csv.DictReader(file)}
    new = {
        name: (name, f"{value:.4g}", described(name)[0], "derived", "wup18")
        for name, value in learned.items()
    }
    return [
        *(tuple(row.values()) for name, row in standing.items() if name not in learned),
        *((*row, standing.get(name, {}).get("note") or described(name)[1]) for name, row in new.items()),
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
