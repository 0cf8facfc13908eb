"""Repayments: what was lent or invested is paid back, beside upkeep, until nothing is owed (ADR 0078).

Loans, and what partners are paid for what they built, do not end with the plan. In its years they stand in
the budgets (:mod:`urbium.plan.rules.budgets`); here are the years after it, up to the last repayment. Amounts
are at the prices of the roadmap, and so are the shares of its table: how they were made of nominal terms is
told with them. What users repay is in no limit.
"""

import numpy as np
import polars as pl

from urbium.plan.problem.roadmap import Roadmap
from urbium.plan.problem.tables import NATIONWIDE
from urbium.plan.rules.rule import Limit, Rule
from urbium.plan.variables import Variables
from urbium.plan.variables.rows import Part, Rows, named, rows_of
from urbium.text import Text, coded, text


def repayment(lay: Variables) -> Rows:
    r"""A place pays upkeep and repayments within its limit in each year :math:`\tau` after the last, T.

    .. math:: \sum_p (o_p + r_p) X_{pT} + \sum_{G, f, t} a_{f, \tau - t} g_{Gft} \le U_\tau

    :math:`a_{fk}` is what is repaid k years after drawing of a million of fund f. Years that another year
    stands for have no row. Debt service as a limit of what a city may borrow: Farvacque-Vitkovic, Kopanyi
    (eds.) 2014, *Municipal finances*; the shares by year: :mod:`urbium.catalogue.debt`.
    """
    table, road = lay.lasting, lay.roadmap
    home = road.projects["city"].to_numpy()
    pair_home = lay.groups["city"].to_numpy()[lay.eligible[0]]
    places, rows = table["place"].to_numpy(), np.arange(table.height)
    after = table["year"].to_numpy() - road.years[0]
    parts: list[Part] = []
    for place in table["place"].unique(maintain_order=True):
        row = rows[places == place][:, None]
        runs = home == place if road.settings.operation_by == "city" else place == NATIONWIDE
        project = np.flatnonzero(runs & (lay.yearly > 0))
        parts.append((row, lay.by(project, lay.years - 1), lay.yearly[project]))
        pair = np.flatnonzero((pair_home == place) | (place == NATIONWIDE))
        shares = lay.repaid[lay.payer_of(place)][lay.eligible[1][pair]][:, :, after[row.ravel()]]
        parts.append((row[:, :, None], lay.money[pair], np.moveaxis(shares, -1, 0)))
    return rows_of(
        "repayment",
        parts,
        count=table.height,
        upper=table["amount"].to_numpy(),
        labels=lambda: [f"{named(place)},{year}" for place, year in _rows(lay)],
    )


def repaid(road: Roadmap, money: pl.DataFrame) -> pl.DataFrame:
    """Return what places repay of a plan's money: project, place, year, amount."""
    terms = road.repayments.filter(pl.col("payer") != "users", pl.col("share") > 0)
    place = pl.when(pl.col("payer") == "nation").then(pl.lit(NATIONWIDE)).otherwise("city")
    repayments = (
        money.filter(pl.col("kind") == "capital")
        .join(terms, on="fund", maintain_order="left")
        .select(
            "project",
            place=place,
            year=pl.col("year") + pl.col("after"),
            amount=pl.col("amount") * pl.col("share"),
        )
    )
    keys = ["project", "place", "year"]
    return repayments.group_by(keys, maintain_order=True).agg(pl.col("amount").sum())


def _rows(lay: Variables) -> list[tuple[str, int]]:
    return lay.lasting.select("place", "year").rows()


def _called(row: str, place: str, year: str) -> Text:
    return text(
        "running costs, renewal and repayments of {place} in {year}",
        place=place, year=year, row=row
    )  # fmt: skip


RULE = Rule(
    (
        Limit(
            "repayment",
            repayment,
            "money",
            coded("plan.limit.repayment", "running costs, renewal and repayments after the plan"),
            text(
                "allow more spending on running costs, renewal and repayments after the plan, or pay "
                "more from grants and budgets"
            ),
            called=_called,
            eased="money",
            overruns=_rows,
        ),
    ),
)
