"""Upkeep: what is built must be run after the plan's last year too, and its place must be able to pay that.

Running costs do not end with the plan. Every project that is started is finished within it, so that from the
first year after it all of them run at once; the place that pays for operation has so much for them and no
more. Nothing is inflated, and no project is taken to end: a limit holds in its year and in every later one.
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from urbium.errors import Fault
from urbium.plan.problem.keys import fault, key_of
from urbium.plan.problem.roadmap import NATIONWIDE, Roadmap
from urbium.plan.rules.rule import Amount, Limit, Outcome, Rule, money_words, of_place
from urbium.plan.variables import Variables
from urbium.plan.variables.rows import Part, Rows, named, rows_of
from urbium.text import Text, text

__all__ = ["RULE", "upkeep"]


def _check(road: Roadmap) -> Iterator[Fault]:
    """A limit on running costs is of a year after the plan: those of its own years are in the budgets."""
    for row in road.upkeep.filter(pl.col("since") <= road.years[-1]).iter_rows(named=True):
        yield fault(
            "year", "upkeep", key_of("upkeep", row),
            text("plan.fault.upkeep_year", "since is {since:d}, and the plan ends in {last:d}",
                 since=row["since"], last=road.years[-1]),
            text("plan.fault.upkeep_year.remedy", "name a year after the plan"),
        )  # fmt: skip


def upkeep(lay: Variables) -> Rows:
    r"""A place pays the operation of all it has built in every year after the plan's last year T.

    .. math:: \sum_{p \text{ of the place}} o_p X_{pT} \le U

    The place is the city or the nation, as the settings say who pays for operation. A long-term commitment as
    a constraint of its own: OECD 2015, *Recommendation on budgetary governance*, principle 4 (capital
    budgeting with the running costs of what is built).
    """
    table = lay.roadmap.upkeep
    by_city = lay.roadmap.settings.operation_by == "city"
    home = lay.roadmap.projects["city"].to_numpy()
    parts: list[Part] = []
    for row, place in enumerate(table["place"]):
        is_paid = (home == place) if by_city else np.full(len(home), place == NATIONWIDE)
        project = np.flatnonzero(is_paid & (lay.operation > 0))
        parts.append((row, lay.by(project, lay.years - 1), lay.operation[project]))
    keys = table.select("place", "since").rows()
    return rows_of(
        "upkeep",
        parts,
        count=table.height,
        upper=table["amount"].to_numpy(),
        labels=lambda: [f"{named(place)},{since}" for place, since in keys],
    )


def _rows(lay: Variables) -> list[tuple[str, int]]:
    return lay.roadmap.upkeep.select("place", "since").rows()


def _named(table: pl.DataFrame) -> pl.DataFrame:
    place = of_place("place")
    return table.with_row_index("row").select(
        "row", label=pl.format("{},{}", place, "since"), place=place, what=pl.lit(""), year="since"
    )


def _use(plan: Outcome, project: str | None) -> pl.DataFrame:
    table = plan.table if project is None else plan.table.filter(pl.col("project") == project)
    by_city = plan.roadmap.settings.operation_by == "city"
    payer = pl.col("city") if by_city else pl.lit(NATIONWIDE)
    running = table.group_by(payer.alias("place")).agg(pl.col("operation").sum())
    limited = plan.roadmap.upkeep.join(running, on="place", how="inner", maintain_order="left")
    return limited.select(
        name=pl.format("upkeep[{},{}]", of_place("place"), "since"), used=pl.col("operation")
    )


def _unit(currency: str) -> Text:
    return text("plan.unit.money_a_year", "{currency} million a year", currency=currency)


def _called(row: str, place: str, year: str) -> Text:
    return text(
        "plan.limit_of.upkeep", "running costs of {place} from {year} on", place=place, year=year, row=row
    )


RULE = Rule(
    "upkeep",
    ("upkeep", "projects"),
    text("plan.rules.upkeep", "running costs after the plan"),
    (
        Limit(
            "upkeep",
            upkeep,
            "money",
            text("plan.limit.upkeep", "running costs after the plan"),
            text("plan.remedy.upkeep", "set more aside for running costs after the plan"),
            called=_called,
            eased="money",
            amount=Amount("upkeep", "amount", _named, _use, _unit, money_words, step=10.0),
            overruns=_rows,
        ),
    ),
    _check,
)
