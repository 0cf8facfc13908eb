"""Limits of funds: what a fund pays in a year in all places."""

import numpy as np
import polars as pl

from urbium.plan.rules.rule import Amount, Limit, Outcome, Rule, exact_money
from urbium.plan.variables import NEVER, Variables
from urbium.plan.variables.rows import Rows, find_rows, rows_of
from urbium.text import Text, coded, text
from urbium.units import million


def fund_limit(lay: Variables) -> Rows:
    r"""A fund pays at most its yearly limit in all places: :math:`\sum_G g_{Gft} \le L_{ft}`."""
    road, table = lay.roadmap, lay.roadmap.fund_limits
    row_of = {(fund, y): k for k, (fund, y) in enumerate(table.select("fund", "year").iter_rows())}
    rows = find_rows(row_of, road.funds["fund"].to_numpy()[lay.eligible[1]], road.years)
    return rows_of(
        "fund_limit", [(rows, np.where(rows < 0, NEVER, lay.money), 1.0)], count=table.height,
        upper=table["amount"].to_numpy(),
        labels=lambda: [f"{fund},{y}" for fund, y in table.select("fund", "year").iter_rows()],
    )  # fmt: skip


def _rows(lay: Variables) -> list[tuple[str, int]]:
    return lay.roadmap.fund_limits.select("fund", "year").rows()


def _named(table: pl.DataFrame) -> pl.DataFrame:
    return table.with_row_index("row").select(
        "row", "year", label=pl.format("{},{}", "fund", "year"), place="fund", what=pl.lit("")
    )


def _use(plan: Outcome, project: str | None) -> pl.DataFrame:
    money = plan.money if project is None else plan.money.filter(pl.col("project") == project)
    return money.filter(pl.col("kind") == "capital").select(
        name=pl.format("fund_limit[{},{}]", "fund", "year"), used="amount"
    )


def _called(row: str, fund: str, year: str) -> Text:
    return text("limit of fund {fund}, {year}", fund=fund, year=year, row=row)


RULE = Rule(
    (
        Limit(
            "fund_limit",
            fund_limit,
            "money",
            coded("plan.limit.fund_limit", "yearly limit of a fund"),
            text("raise the fund's limit for the year"),
            called=_called,
            eased="money",
            amount=Amount("fund_limits", "amount", _named, _use, million, exact_money, step=1000.0),
            overruns=_rows,
        ),
    ),
)
