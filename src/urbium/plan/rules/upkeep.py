"""Upkeep: what is built must be run and renewed after the last year too, and its place must pay that.

Running costs do not end with the plan, and what was built wears out. Every project that is started is
finished by the last year, so that from the one after it all of them run at once. The place that pays for
operation sets aside an equal part of what replaces a project in each year of its life; so it never ends. It
has so much for both and no more. Nothing is inflated: a limit holds in its year and in every later one.
See ADR 0030, 0102.
"""

from collections.abc import Iterator

import numpy as np
import polars as pl

from urbium.errors import Fault
from urbium.plan.problem.keys import fault, key_of
from urbium.plan.problem.roadmap import Roadmap
from urbium.plan.problem.tables import NATIONWIDE
from urbium.plan.rules.rule import Amount, Limit, Outcome, Rule, exact_money, of_place
from urbium.plan.variables import Variables
from urbium.plan.variables.rows import Part, Rows, named, rows_of
from urbium.text import Text, coded, text
from urbium.units import million_a_year


def _check(road: Roadmap) -> Iterator[Fault]:
    """A limit is of a year after the plan; and what is to count after it must be renewed.

    What runs in the plan's own years stands in the budgets.
    """
    if road.settings.years_after and (lacking := road.projects["renewal"].null_count()):
        yield fault(
            "renewal", "projects", "renewal",
            coded(
                "plan.fault.renewal",
                "completed projects are counted in the years after the plan, but the cost of renewing "
                "{count} project is not stated",
                "completed projects are counted in the years after the plan, but the cost of renewing "
                "{count:,} projects is not stated",
                count=lacking
            ),
            text("enter the amount set aside each year for renewal (0 for something that never wears "
                "out), or leave out the years after the plan (years_after 0)"),
        )  # fmt: skip
    for row in road.upkeep.filter(pl.col("since") <= road.years[-1]).iter_rows(named=True):
        yield fault(
            "year", "upkeep", key_of("upkeep", row),
            coded("plan.fault.upkeep_year",
                  "the year in the column \"since\" ({since:d}) is not after the plan's last year "
                      "({last:d})",
                  since=row["since"], last=road.years[-1]),
            text("name a later year"),
        )  # fmt: skip


def upkeep(lay: Variables) -> Rows:
    r"""A place runs all it has built, and sets aside for its renewal, in every year after the plan's last, T.

    .. math:: \sum_{p \text{ of the place}} (o_p + r_p) X_{pT} \le U

    :math:`r_p` is the cost of replacing a project over the years of its life: a sinking fund without
    interest.

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
        project = np.flatnonzero(is_paid & (lay.yearly > 0))
        parts.append((row, lay.by(project, lay.years - 1), lay.yearly[project]))
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
    used = pl.col("operation") + pl.col("renewal")
    running = table.group_by(payer.alias("place")).agg(used=used.sum())
    limited = plan.roadmap.upkeep.join(running, on="place", how="inner", maintain_order="left")
    return limited.select("used", name=pl.format("upkeep[{},{}]", of_place("place"), "since")).select(
        "name", "used"
    )


def _called(row: str, place: str, year: str) -> Text:
    return text("running costs and renewal in {place} from {year} onwards", place=place, year=year, row=row)


RULE = Rule(
    (
        Limit(
            "upkeep",
            upkeep,
            "money",
            coded("plan.limit.upkeep", "running costs and renewal after the plan"),
            text("allow more spending on running costs and renewal after the plan"),
            called=_called,
            eased="money",
            amount=Amount("upkeep", "amount", _named, _use, million_a_year, exact_money, step=10.0),
            overruns=_rows,
        ),
    ),
    _check,
)
