"""Budgets: what a place pays in a year, and what it keeps of it for the year after."""

from collections.abc import Iterator

import numpy as np
import polars as pl

from urbium.plan.problem.tables import NATIONWIDE
from urbium.plan.rules.repayments import repaid
from urbium.plan.rules.rule import (
    Amount,
    Limit,
    Outcome,
    Rule,
    exact_money,
    of_place,
    of_place_and_year,
)
from urbium.plan.variables import NEVER, Variables
from urbium.plan.variables.rows import Part, Rows, find_rows, named, rows_of
from urbium.text import Text, coded, text
from urbium.units import million


def budget(lay: Variables) -> Rows:
    r"""A place pays at most its budget, and what it kept of the years before.

    .. math:: \sum_{G, f \text{ of the place}} g_{Gft} + \sum_p o_p X_{p,t-d_p} + \sum_k \tau_k z_{kt}
              + \sum_{G, f} \sum_{u \le t} a_{f,t-u} g_{Gfu} + v_t - \kappa v_{t-1} \le B_t

    What was drawn is repaid in the share :math:`a_{fk}` k years later, by the city, the nation, or neither.
    Operation and what is set aside for renewal, together :math:`o`, count to the city or to the nation, as
    the settings say; training :math:`z` to the nation. What is unspent, :math:`v_t`, is there again in the
    next year but for the share :math:`1 - \kappa`.
    Capital rationing by year: Lorie, Savage 1955, *Three problems in rationing capital*; Weingartner 1963.
    """
    road, table = lay.roadmap, lay.roadmap.budgets
    payer = road.funds["payer"].to_numpy()[lay.eligible[1]]
    city_of_pair = lay.groups["city"].to_numpy()[lay.eligible[0]]
    city_of_project = road.projects["city"].to_numpy()
    project, year, column, amount = lay.running
    row_of = {(place, y): k for k, (place, y) in enumerate(table.select("place", "year").iter_rows())}
    parts: list[Part] = []
    place_of_pair = np.where(payer == "nation", NATIONWIDE, np.where(payer == "city", city_of_pair, ""))
    parts.append(
        (
            find_rows(row_of, place_of_pair, road.years),
            np.where(find_rows(row_of, place_of_pair, road.years) < 0, NEVER, lay.money),
            1.0,
        )
    )
    parts += _repaid(lay, row_of)
    by_city = road.settings.operation_by == "city"
    place = city_of_project if by_city else np.full(len(city_of_project), NATIONWIDE)
    rows = (
        find_rows(row_of, place, road.years)[project, year] if len(project) else np.empty(0, dtype=np.int64)
    )
    parts.append((rows, np.where(rows < 0, NEVER, column), amount))
    nation = find_rows(row_of, np.array([NATIONWIDE] * len(lay.training), dtype=object), road.years)
    parts.append((nation, np.where(nation < 0, NEVER, lay.training), lay.price_of_training[:, None]))
    row, before = np.arange(table.height), lay.year_before
    carried = lay.saved[np.maximum(before, 0)] if len(row) else row
    parts.append((row, lay.saved, 1.0))
    parts.append((row, np.where(before < 0, NEVER, carried), -road.settings.carry_over))
    return rows_of(
        "budget",
        parts,
        count=table.height,
        upper=table["amount"].to_numpy(),
        labels=lambda: [f"{named(place)},{y}" for place, y in table.select("place", "year").iter_rows()],
    )


def _repaid(lay: Variables, row_of: dict[tuple[str, int], int]) -> Iterator[Part]:
    """Yield what is repaid in plan years of what was drawn in them, by who repays and years since drawing."""
    homes = lay.groups["city"].to_numpy()[lay.eligible[0]]
    for payer, shares in lay.repaid.items():
        repaid_shares = shares[lay.eligible[1], :, : lay.years]
        if repaid_shares.any():
            places = homes if payer == "city" else np.full(len(homes), NATIONWIDE, dtype=object)
            rows = find_rows(row_of, places, lay.roadmap.years)
            pair, drawn, year = np.nonzero(repaid_shares)
            row = rows[pair, year]
            yield row, np.where(row < 0, NEVER, lay.money[pair, drawn]), repaid_shares[pair, drawn, year]


def _rows(lay: Variables) -> list[tuple[str, int]]:
    return lay.roadmap.budgets.select("place", "year").rows()


def _use(plan: Outcome, project: str | None) -> pl.DataFrame:
    """Capital counts to the fund's payer, operation to whom the settings say, training to the nation.

    What is repaid in plan years counts to who repays it.
    """
    money = plan.money if project is None else plan.money.filter(pl.col("project") == project)
    payers = plan.roadmap.funds.select("fund", "payer")
    paid = money.join(payers, on="fund", how="left", maintain_order="left").with_columns(
        payer=pl.when(pl.col("kind") != "capital").then(pl.col("fund")).otherwise("payer")
    )
    place = pl.when(pl.col("payer") == "nation").then(pl.lit("nation")).otherwise("city")
    used = paid.filter(pl.col("payer").is_in(["nation", "city"])).select(
        name=pl.format("budget[{},{}]", place, "year"), used="amount"
    )
    back = repaid(plan.roadmap, money).filter(pl.col("year") <= plan.roadmap.years[-1])
    used = pl.concat(
        [used, back.select(name=pl.format("budget[{},{}]", of_place("place"), "year"), used="amount")]
    )
    if project is not None:
        return used
    bought = plan.training.join(plan.roadmap.training.select("occupation", "cost"), on="occupation")
    spent = bought.select(name=pl.format("budget[nation,{}]", "year"), used=pl.col("units") * pl.col("cost"))
    return pl.concat([used, spent])


def _beside(plan: Outcome) -> pl.DataFrame:
    """A fund's share of a city's budgets of all years, and what may be kept for the years after."""
    road, carried = plan.roadmap, plan.roadmap.settings.carry_over
    prices = dict(plan.proof.select("row", pl.col("price").clip(0.0)).iter_rows())
    shares = road.funds.drop_nulls("city_budgets_share_max").select("fund", "city_budgets_share_max").rows()
    rows = []
    for place, year in road.budgets.select("place", "year").iter_rows():
        called = named(place)
        price = sum(share * prices.get(f"fund_share_of_budgets[{place},{f}]", 0.0) for f, share in shares)
        left = 1.0
        for later in range(year, road.years[-1] if carried > 0 else year):
            here, after = (prices.get(f"budget[{called},{y}]", 0.0) for y in (later, later + 1))
            price += left * max(0.0, carried * after - here)
            left *= carried
        rows.append((f"budget[{called},{year}]", float(price)))
    return pl.DataFrame(rows, schema={"name": pl.String(), "price": pl.Float64()}, orient="row")


def _called(row: str, place: str, year: str) -> Text:
    return text("budget of {place}, {year}", place=place, year=year, row=row)


RULE = Rule(
    (
        Limit(
            "budget",
            budget,
            "money",
            coded("plan.limit.budget", "budget"),
            text("raise the budget for the year"),
            called=_called,
            eased="money",
            amount=Amount(
                "budgets",
                "amount",
                of_place_and_year,
                _use,
                million,
                exact_money,
                step=1000.0,
                step_of_city=10.0,
                beside=_beside,
            ),
            overruns=_rows,
        ),
    ),
)
