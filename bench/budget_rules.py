"""How well old budgets are carried to a later year: the rule that is used, beside its peers.

Each city has figures of an early and of a late year; the late one is hidden, and each rule tells it
from the early one and from the other cities. Told is the median of the errors (factor, as a log), and for the
rule that is used how often the hidden amount lies in its band of eight of ten. The rule was chosen on 2012;
the other late years judge it.

    python bench/budget_rules.py demo.db [--record]
"""

import argparse
import math
from collections.abc import Iterator

import polars as pl

import history
from urbium.observations.in_force import figures_in_force
from urbium.plan.inputs.sizes import carried, preferred_figures
from urbium.programme import Programme, open_programme

_STEPS = (1, 2, 4, 6)


def amounts_of(programme: Programme) -> pl.DataFrame:
    """Return city, period and own (a number that is proportional to the city's budget of the year)."""
    catalogue = programme.catalogue
    usable = figures_in_force(programme.observations(), catalogue.variables)
    money, ratio = (
        preferred_figures(usable, catalogue.roles.variables(role)) for role in ("output", "fiscal_ratio")
    )
    keys = ["city", "area", "period"]
    return (
        money.select(*keys, gdp="value")
        .join(ratio.select(*keys, ratio="value"), on=keys)
        .unique(["city", "period"], keep="first", maintain_order=True)
        .select("city", "period", own=pl.col("gdp") * pl.col("ratio"), is_revenue=pl.lit(value=False))
        .filter(pl.col("own") > 0)
    )


def errors(amounts: pl.DataFrame, early: str, late: str) -> Iterator[tuple[float, float, float, bool]]:
    """Yield a city's errors: kept as it was, grown as the mean, as the rule; and whether the band holds."""
    pairs = amounts.filter(period=early).join(amounts.filter(period=late), on="city", suffix="_late")
    until = amounts.filter(pl.col("period") <= late)
    for city, own, true in pairs.select("city", "own", "own_late").iter_rows():
        others = until.filter((pl.col("city") != city) & pl.col("period").is_in([early, late]))
        hidden = pl.concat([others, until.filter(city=city, period=early)])
        row = carried(hidden).filter(city=city).row(0, named=True)
        growth = pairs.filter(pl.col("city") != city).select(pl.col("own_late") / pl.col("own"))
        mean = float(growth.mean().item())
        yield (
            abs(math.log(own / true)), abs(math.log(own * mean / true)), abs(math.log(row["own"] / true)),
            row["low"] <= true / own <= row["high"],
        )  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("database")
    history.add_option(parser)
    options = parser.parse_args()
    with open_programme(options.database) as programme:
        amounts = amounts_of(programme)
    figures: dict[str, float] = {}
    for late in (2010, 2011, 2012):
        for step in _STEPS:
            rows = list(errors(amounts, str(late - step), str(late)))
            columns = list(zip(*rows, strict=True))
            kept, mean, rule = (sorted(column)[len(rows) // 2] for column in columns[:3])
            held = sum(columns[3]) / len(rows)
            print(f"{late - step} to {late}: {len(rows)} cities; median error kept {kept:.3f}, mean growth "
                  f"{mean:.3f}, median growth {rule:.3f}; band of 80% held {held:.0%}")  # fmt: skip
            figures |= {f"{late}.{step}.error": rule, f"{late}.{step}.held": held}
    if options.record:
        history.record("budget_rules", figures, units=dict.fromkeys(figures, "share"))


if __name__ == "__main__":
    main()
