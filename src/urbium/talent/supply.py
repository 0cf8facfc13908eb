r"""Supply: the posts of a kind of people that cities, and the nation, can free by year.

A plan takes its pools as the same in every year it names. People retire, leave, enter and move all the same:

.. math:: s_{t+1} = s_t + s_t (e_t + j - r_t - l + m)

with the shares of a year that enter from school e, join from other work j, retire r, leave l, and are won by
moves m. Where ages of a nation are projected, e and r follow from them: the people of the first (last) five
years of working life, a fifth each year, over all of working age. The others are declared assumptions, or the
figures of a table that a city brings, which are posts a year.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import polars as pl

from urbium.columns import schema_of
from urbium.errors import Fault, nearest, refuse, require_columns
from urbium.model import Evidence
from urbium.plan import NATIONWIDE, Plan
from urbium.sources.door import read_table
from urbium.talent.assumed import Assumed
from urbium.text import Text, coded, sentences, text

FLOWS: Final = ("entrants", "joiners", "retirement", "leavers", "mobility")
"""What changes a stock in a year; retirement and leavers take away."""
_SIGNS: Final = {"entrants": 1, "joiners": 1, "retirement": -1, "leavers": -1, "mobility": 1}
OWN_SUPPLY: Final = schema_of(
    "place occupation stock entrants joiners retirement leavers mobility contractors evidence note"
)
"""The columns of a table of supply that is brought: posts, and posts a year."""
_STEP: Final = 5
_LEVELS: Final = [level.value for level in Evidence]


@dataclass(frozen=True, slots=True)
class AgeRates:
    """Shares of the people of working age who enter and who retire in a year.

    Parameters
    ----------
    entrants, retirement : by year
    note : what they rest on
    """

    entrants: Mapping[int, float] = field(default_factory=dict)
    retirement: Mapping[int, float] = field(default_factory=dict)
    note: str = ""


def age_rates(ages: pl.DataFrame, years: range, *, first_age: int, pension_age: int) -> AgeRates:
    """Return who enters and who retires in each year, from people by age.

    The youngest five years of working age enter, a fifth each year, and the oldest five retire; between two
    years of the table, and beyond its ends, the nearest year of it counts.

    Parameters
    ----------
    ages : year, age (the first of five years), value (persons); of one nation, both sexes
    years : for which they are wanted
    first_age, pension_age : from which people work, and at which they stop; in steps of five years

    >>> people = pl.DataFrame({"year": [2020] * 3, "age": [20, 25, 55], "value": [10.0, 30.0, 20.0]})
    >>> rates = age_rates(people, range(2020, 2021), first_age=20, pension_age=60)
    >>> round(rates.entrants[2020], 4), round(rates.retirement[2020], 4)
    (0.0333, 0.0667)
    """
    sums = ages.group_by("year", "age").agg(pl.col("value").sum())
    working = sums.filter(pl.col("age").is_between(first_age, pension_age - _STEP))
    table = working.group_by("year").agg(
        whole=pl.col("value").sum(),
        entering=pl.col("value").filter(pl.col("age") == first_age).sum(),
        retiring=pl.col("value").filter(pl.col("age") == pension_age - _STEP).sum(),
    ).filter(pl.col("whole") > 0)  # fmt: skip
    shares = {
        year: (entering / whole / _STEP, retiring / whole / _STEP)
        for year, whole, entering, retiring in table.select(
            "year", "whole", "entering", "retiring"
        ).iter_rows()
    }
    if not shares:
        return AgeRates()
    near = {year: min(shares, key=lambda known: (abs(known - year), known)) for year in years}
    return AgeRates(
        {year: shares[near[year]][0] for year in years},
        {year: shares[near[year]][1] for year in years},
        text(
            "entries and retirements are derived from the nation's projected ages, {first} to {last} "
            "(nearest year)",
            first=str(min(near.values())), last=str(max(near.values()))
        ),
    )  # fmt: skip


def read_supply(path: str | Path) -> pl.DataFrame:
    """Return a table of supply, with the columns of :data:`OWN_SUPPLY`; raise InputError with every fault."""
    return read_table(path, OWN_SUPPLY, needed=("place", "occupation", "stock"))


def check_supply(table: pl.DataFrame, plan: Plan) -> Iterator[Fault]:
    """Yield what is wrong with a table of supply for a plan."""
    kinds = plan.roadmap.occupations["occupation"].to_list()
    places = [*plan.roadmap.cities["city"], NATIONWIDE]
    pairs = table.select("place", "occupation").is_duplicated()
    for at, (row, is_twice) in enumerate(zip(table.iter_rows(named=True), pairs, strict=True), start=2):
        if row["place"] not in places:
            yield _fault(at, "place", row["place"],
                coded("talent.supply.place", "{place!r} is not a city in the plan", place=row["place"] or ""),
                text("use the code of a city in the plan, or {nation}",
                     nation=NATIONWIDE))  # fmt: skip
        if row["occupation"] not in kinds:
            name = row["occupation"] or ""
            yield _fault(at, "occupation", name,
                coded("talent.supply.occupation", "{occupation!r} is not an occupation in the plan",
                     occupation=name),
                nearest(name, kinds))  # fmt: skip
        if is_twice:
            yield _fault(at, "occupation", row["occupation"],
                coded("talent.supply.twice", "this place and occupation appear twice"),
                text("keep one row"))  # fmt: skip
        for column in ("stock", "contractors", *(flow for flow in FLOWS if flow != "mobility")):
            if row[column] is not None and row[column] < 0:
                yield _fault(at, column, str(row[column]),
                    coded("talent.supply.negative", "the number of posts, {amount:g}, is below zero",
                         amount=row[column]),
                    text("enter 0 or more"))  # fmt: skip
        if row["stock"] is None:
            yield _fault(at, "stock", "",
                coded("talent.supply.no_stock", "the number of posts is missing"),
                text("supply the number of posts for the first plan year"))  # fmt: skip
        if row["evidence"] and row["evidence"] not in _LEVELS:
            yield _fault(at, "evidence", row["evidence"],
                coded("talent.supply.evidence", "{level!r} is not an evidence level", level=row["evidence"]),
                text("enter one of {levels:list}",
                     levels=_LEVELS))  # fmt: skip


def supply(
    plan: Plan, assumed: Assumed, years: range, rates: AgeRates, own: pl.DataFrame | None = None
) -> pl.DataFrame:
    """Return the posts by place, kind and year, and what changes them in the year.

    Columns: place, kind, year, stock (at the start of the year), entrants, joiners, retirement, leavers,
    mobility (in the year), contractors (beside the stock: a remedy), evidence, note.

    Parameters
    ----------
    plan : its pools of the first year are the stock, and what they rest on
    assumed : the rates that no projection of ages and no table gives
    years : of the demand
    rates : of ages; empty where none are projected
    own : a table as :func:`read_supply` returns it

    Raises InputError with every fault of the table.
    """
    brought = pl.DataFrame(schema=OWN_SUPPLY) if own is None else _shaped(own)
    refuse(check_supply(brought, plan), "supply")
    first = plan.roadmap.pools.filter(pl.col("year") == plan.years[0])
    stocks = first.select(
        "place", kind="occupation", stock="places", evidence="evidence", note="note"
    ).join(
        brought.rename({"occupation": "kind"}), on=["place", "kind"], how="full", coalesce=True, suffix="_own"
    )  # fmt: skip
    is_own = pl.col("stock_own").is_not_null()
    table = stocks.with_columns(
        stock=pl.coalesce("stock_own", "stock"),
        evidence=pl.when(is_own).then(pl.col("evidence_own").fill_null(_LEVELS[-1])).otherwise("evidence"),
        note=pl.when(is_own).then(pl.col("note_own").fill_null("")).otherwise("note"),
        contractors=pl.coalesce("contractors", pl.col("stock") * assumed("contractor_share")),
    )
    return _moved_on(table, _shares(assumed, years, rates), years)


def _shaped(table: pl.DataFrame) -> pl.DataFrame:
    """Return a table of supply with every column; raise InputError where one that is needed is missing."""
    known = text("the columns are {columns:list}", columns=list(OWN_SUPPLY))
    require_columns(table.columns, ("place", "occupation", "stock"), "supply", "talent.supply.columns", known)
    return table.select(
        (pl.col(name) if name in table.columns else pl.lit(None)).cast(kind).alias(name)
        for name, kind in OWN_SUPPLY.items()
    )


def _shares(assumed: Assumed, years: range, rates: AgeRates) -> dict[int, dict[str, float]]:
    """Return the share of a stock that each flow is in each year."""
    return {
        year: {
            "entrants": rates.entrants.get(year, assumed("entrant_rate") if not rates.entrants else 0.0),
            "retirement": rates.retirement.get(
                year, assumed("retirement_rate") if not rates.retirement else 0.0
            ),
            "joiners": assumed("joiner_rate"),
            "leavers": assumed("leaver_rate"),
            "mobility": assumed("mobility_rate"),
        }
        for year in years
    }


def _moved_on(table: pl.DataFrame, shares: Mapping[int, Mapping[str, float]], years: range) -> pl.DataFrame:
    """Return the stocks of each year; one never falls below none."""
    steps = []
    # the nation lends what it has: nobody moves into it
    moves = pl.when(pl.col("place") == NATIONWIDE).then(0.0).otherwise(1.0)
    for year in years:
        by_age = shares[year]
        flows = [
            pl.coalesce(
                flow, pl.col("stock") * by_age[flow] * (moves if flow == "mobility" else pl.lit(1.0))
            ).alias(f"{flow}_now")
            for flow in FLOWS
        ]
        table = table.with_columns(flows)
        steps.append(
            table.select(
                "place", "kind", pl.lit(year).cast(pl.Int64).alias("year"), "stock",
                *(pl.col(f"{flow}_now").alias(flow) for flow in FLOWS), "contractors", "evidence", "note",
            )
        )  # fmt: skip
        change = pl.sum_horizontal(_SIGNS[flow] * pl.col(f"{flow}_now") for flow in FLOWS)
        table = table.with_columns(stock=(pl.col("stock") + change).clip(0.0))
    return pl.concat(steps).sort("place", "kind", "year")


def basis(assumed: Assumed, rates: AgeRates, plan: Plan) -> Text:
    """Say what the supply rests on."""
    ages = rates.note or text(
        "there is no projection of ages for the nation, so each year {entrants:.1%} of the people in "
        "an occupation are assumed to enter it and {retirement:.1%} to retire",
        entrants=assumed("entrant_rate"), retirement=assumed("retirement_rate")
    )  # fmt: skip
    rest = text(
        "{leavers:.1%} a year leave for other occupations, {joiners:.1%} join from them and "
        "{mobility:.1%} are gained through migration (assumptions); the supply starts from the plan's limits "
        "for {year}",
        leavers=assumed("leaver_rate"), joiners=assumed("joiner_rate"), mobility=assumed("mobility_rate"),
        year=str(plan.years[0])
    )  # fmt: skip
    return sentences([ages, rest])


def _fault(row: int, column: str, value: object, message: str, remedy: str) -> Fault:
    return Fault(
        "error", message, remedy, rule="supply", sheet="supply", cell=f"{column}{row}", value=str(value or "")
    )
