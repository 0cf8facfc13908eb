"""Committed projects may exceed limits by themselves: what is declared so is no more than that."""

import math
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

import polars as pl

from urbium.plan.problem.outlays import outlay, yearly
from urbium.plan.problem.tables import NATIONWIDE
from urbium.plan.verify.audit import Audit, models
from urbium.plan.verify.result import TOLERANCE, Check, measure


def overruns(audit: Audit) -> Iterator[Check]:
    """A declared overrun is of a limit that exists, and no more than committed projects exceed it by."""
    declared, excess = [], _forced_excess(audit)
    table = audit.plan.overruns
    rows = [] if table is None else table.select("limit", "place", "year", "amount").iter_rows()
    for limit, place, year, amount in rows:
        most = excess.get((limit, place, year), 0.0)
        is_amount = amount is not None and math.isfinite(amount) and amount > 0
        declared.append(
            (f"{place},{year}", amount - most if is_amount else math.inf, TOLERANCE * max(1.0, most))
        )
    yield measure("overrun by committed projects", declared)


def _forced_excess(audit: Audit) -> dict[tuple[str, str, int], float]:
    """By how much committed projects may exceed each limit on money, by limit, place and year."""
    spent = _committed_use(audit)
    limits = {
        (limit, place, year): amount
        for limit, table in (
            ("budget", audit.road.budgets),
            ("upkeep", audit.road.upkeep),
            ("fund_limit", audit.road.fund_limits),
        )
        for place, year, amount in table.select(pl.nth(0, 1), "amount").iter_rows()
    }
    limits |= {("repayment", *key): amount for key, amount in audit.lasting.items()}
    limits |= {key: audit.pools.get(key[1:], 0.0) for key in spent if key[0] == "people"}
    return {key: max(spent.get(key, 0.0) - amount, 0.0) for key, amount in limits.items()}


def _committed_use(audit: Audit) -> dict[tuple[str, str, int], float]:
    """The most that committed projects may take of each limit on money, each fund at its full share."""
    use: dict[tuple[str, str, int], float] = defaultdict(float)
    running: dict[str, float] = defaultdict(float)
    for row in audit.projects.values():
        if row["status"] == "committed":
            end, operator = row["start"] + row["build_years"], audit.operator(row["project"])
            running[operator] += yearly(row)
            for year in range(row["start"], end):
                _add_capital(audit, use, row, year)
            for year in range(end, audit.last + 1):
                use["budget", operator, year] += yearly(row)
    for place, since in audit.road.upkeep.select("place", "since").iter_rows():
        use["upkeep", place, since] = running[place]
    for place, year in audit.lasting:
        use["repayment", place, year] += running[place]
    _add_people(audit, use)
    return use


def _add_capital(
    audit: Audit, use: dict[tuple[str, str, int], float], row: dict[str, Any], year: int
) -> None:
    """Add what building a project takes in a year, and what is repaid of it, each fund at its full share."""
    spent, shares = outlay(row, year, audit.outlays), dict[str, float]()
    for fund in audit.funds.values():
        if models(row) & models(fund):
            share = audit.own_share.get((row["project"], fund["fund"]), fund["share_max"])
            use["fund_limit", fund["fund"], year] += spent * share
            shares[fund["payer"]] = shares.get(fund["payer"], 0.0) + share
            for place, after, part in audit.repayments(fund["fund"], row["city"]):
                limit = "budget" if year + after <= audit.last else "repayment"
                use[limit, place, year + after] += spent * share * part
    use["budget", NATIONWIDE, year] += spent * min(shares.get("nation", 0.0), 1.0)
    use["budget", row["city"], year] += spent * min(shares.get("city", 0.0), 1.0)


def _add_people(audit: Audit, use: dict[tuple[str, str, int], float]) -> None:
    """Add the posts that committed projects need."""
    for project, occupation, building, running in audit.road.staff.iter_rows():
        row = audit.projects[project]
        if row["status"] == "committed":
            place, end = f"{row['city']},{occupation}", row["start"] + row["build_years"]
            for year in range(row["start"], audit.last + 1):
                use["people", place, year] += building if year < end else running
