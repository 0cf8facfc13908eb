"""Who pays what: the split of a plan's money over funds, years and projects, once the starts are fixed."""

import highspy
import numpy as np
import polars as pl

from urbium.plan.constraints import Floats, Integers, Layout
from urbium.plan.matrix import Matrix, highs
from urbium.plan.worth import attained, spending

__all__ = ["MONEY", "all_columns", "money_table", "split_money", "start_columns"]

MONEY = {
    "project": pl.String(), "city": pl.String(), "fund": pl.String(), "year": pl.Int64(), "kind": pl.String(),
    "amount": pl.Float64(),
}  # fmt: skip
"""The columns of a plan's money: ``kind`` is ``capital`` (by fund) or ``operation`` (fund = whose budget)."""

_LIMITS = ("funding", "fund_share", "foreign_of_project", "foreign_in_all", "budget", "fund_limit")
_SLACK = 1e-7


def start_columns(lay: Layout, start: Integers) -> Floats:
    """Return the values of the start variables that a choice of start year indices stands for."""
    x = np.zeros(lay.columns)
    year = np.arange(lay.years)
    begun = (start[:, None] >= 0) & (year >= start[:, None]) & (lay.start >= 0)
    x[lay.start[begun]] = 1.0
    return x


def all_columns(lay: Layout, start: Integers, paid: Floats) -> Floats:
    """Return the values of all variables that start years and a money split stand for."""
    x = start_columns(lay, start)
    begins = np.cumsum(lay.widths, axis=1) - lay.widths
    x[lay.closing] = np.clip(
        attained(lay, start)[:, :, None] - begins[:, None, :], 0.0, lay.widths[:, None, :]
    )
    x[lay.money] = paid
    return x


def split_money(lay: Layout, whole: Matrix, start: Integers) -> Floats | None:
    """Return what each fund pays for each group and year, (eligible pairs, years); None when no split exists.

    A linear programme over the money alone; only when that has no answer are the limits eased by 1e-7 of
    their size, against the rounding of the search.
    """
    for slack in (0.0, _SLACK):
        paid = _split(lay, whole, start, slack)
        if paid is not None:
            return paid
    return None


def _split(lay: Layout, whole: Matrix, start: Integers, ease: float) -> Floats | None:
    x = start_columns(lay, start)
    offset = lay.starts + lay.closing.size
    wanted = np.zeros(len(whole.lower), dtype=bool)
    for limit in _LIMITS:
        span = whole.span(limit)
        wanted[span.start : span.stop] = True
    used = np.bincount(whole.row, whole.value * x[whole.column], minlength=len(whole.lower))
    entry = wanted[whole.row] & (whole.column >= offset)
    rows = np.flatnonzero(wanted)
    local = np.empty(len(whole.lower), dtype=np.int64)
    local[rows] = np.arange(len(rows))
    slack = ease * np.maximum(1.0, np.abs(np.where(np.isfinite(whole.upper), whole.upper, 0.0)))[rows]
    equal = whole.lower[rows] == whole.upper[rows]
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = lay.money.size, len(rows)
    lp.col_cost_, lp.col_lower_ = np.zeros(lay.money.size), np.zeros(lay.money.size)
    lp.col_upper_ = np.full(lay.money.size, np.inf)
    lp.row_lower_ = whole.lower[rows] - used[rows]
    lp.row_upper_ = whole.upper[rows] - used[rows] + np.where(equal, 0.0, slack)
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.concatenate(
        [[0], np.cumsum(np.bincount(local[whole.row[entry]], minlength=len(rows)))]
    )
    lp.a_matrix_.index_, lp.a_matrix_.value_ = whole.column[entry] - offset, whole.value[entry]
    solver = highs()
    solver.passModel(lp)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    return np.clip(np.asarray(solver.getSolution().col_value), 0.0, None).reshape(lay.money.shape)


def money_table(lay: Layout, start: Integers, paid: Floats) -> pl.DataFrame:
    """Return the money of each project by fund and year, capital and operation, with the columns of MONEY.

    A group's money is split over its projects in proportion to what each spends in the year.
    """
    road = lay.roadmap
    capital, operation = spending(lay, start)
    group_total = np.zeros((lay.groups.height, lay.years))
    np.add.at(group_total, lay.group, capital)
    pair_group, pair_fund, _ = lay.eligible
    by_fund = np.zeros((lay.groups.height, road.funds.height, lay.years))
    by_fund[pair_group, pair_fund] = paid
    found = by_fund.sum(axis=1, keepdims=True)  # made to add up to what is spent, against rounding
    share = np.divide(by_fund, found, out=np.zeros_like(by_fund), where=found > 0)
    project, year = np.nonzero(capital > 0)
    row, fund = np.nonzero(share[lay.group[project], :, year] > 1e-12)  # noqa: PLR2004 - rounding
    amount = share[lay.group[project[row]], fund, year[row]] * capital[project[row], year[row]]
    codes, cities = road.projects["project"].to_numpy(), road.projects["city"].to_numpy()
    years = np.array(road.years)
    tables = [
        pl.DataFrame(
            {
                "project": codes[project[row]], "city": cities[project[row]],
                "fund": road.funds["fund"].to_numpy()[fund], "year": years[year[row]], "kind": "capital",
                "amount": amount,
            },
            schema=MONEY,
        )
    ]  # fmt: skip
    project, year = np.nonzero(operation > 0)
    tables.append(
        pl.DataFrame(
            {
                "project": codes[project], "city": cities[project], "fund": road.settings.operation_by,
                "year": years[year], "kind": "operation", "amount": operation[project, year],
            },
            schema=MONEY,
        )
    )  # fmt: skip
    return pl.concat(tables).sort("project", "year", "kind", "fund")
