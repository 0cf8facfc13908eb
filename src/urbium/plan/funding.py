"""Who pays what: the split of a plan's money over funds, years and projects, once the starts are fixed."""

from dataclasses import replace

import highspy
import numpy as np
import polars as pl

from urbium.plan.layout import Floats, Integers, Layout
from urbium.plan.matrix import Matrix, highs
from urbium.plan.worth import attained, spending

__all__ = ["MONEY", "OVERRUNS", "all_columns", "money_table", "split_money", "start_columns", "with_overruns"]

MONEY = {
    "project": pl.String(), "city": pl.String(), "fund": pl.String(), "year": pl.Int64(), "kind": pl.String(),
    "amount": pl.Float64(),
}  # fmt: skip
"""The columns of a plan's money: ``kind`` is ``capital`` (by fund) or ``operation`` (fund = whose budget)."""

_LIMITS = ("funding", "fund_share", "foreign_of_project", "foreign_in_all", "budget", "fund_limit")
_OVERRUN = ("budget", "fund_limit")
_SLACK = 1e-7
_LEAST = 1e-6

OVERRUNS = {"limit": pl.String(), "place": pl.String(), "year": pl.Int64(), "amount": pl.Float64()}
"""The columns of the limits that committed projects exceed by themselves."""


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
    solver, _ = _money_model(lay, whole, start, ease=ease)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return None
    paid: Floats = np.clip(np.asarray(solver.getSolution().col_value, dtype=float), 0.0, None)
    return paid.reshape(lay.money.shape)


def _money_model(
    lay: Layout, whole: Matrix, start: Integers, *, ease: float = 0.0, elastic: bool = False
) -> tuple[highspy.Highs, Integers]:
    """Return the model of the money alone, and the rows that may be overrun when it is ``elastic``."""
    x = start_columns(lay, start)
    offset = lay.starts + lay.closing.size
    rows = np.concatenate([np.array(whole.span(limit), dtype=np.int64) for limit in _LIMITS])
    rows.sort()
    local = np.full(len(whole.lower), -1)
    local[rows] = np.arange(len(rows))
    used = np.bincount(whole.row, whole.value * x[whole.column], minlength=len(whole.lower))[rows]
    lower, upper = whole.lower[rows], whole.upper[rows]
    slack = np.where(
        lower == upper, 0.0, ease * np.maximum(1.0, np.abs(np.where(np.isfinite(upper), upper, 0.0)))
    )
    entry = (local[whole.row] >= 0) & (whole.column >= offset)
    row, column, value = local[whole.row[entry]], whole.column[entry] - offset, whole.value[entry]
    over = (
        np.concatenate([np.array(whole.span(limit), dtype=np.int64) for limit in _OVERRUN])
        if elastic
        else rows[:0]
    )
    row = np.concatenate([row, local[over]])
    column = np.concatenate([column, lay.money.size + np.arange(len(over))])
    value = np.concatenate([value, np.full(len(over), -1.0)])
    order = np.lexsort((column, row))
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = lay.money.size + len(over), len(rows)
    lp.col_cost_ = np.concatenate([np.zeros(lay.money.size), np.ones(len(over))])
    lp.col_lower_, lp.col_upper_ = np.zeros(lp.num_col_), np.full(lp.num_col_, np.inf)
    lp.row_lower_, lp.row_upper_ = lower - used, upper - used + slack
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.searchsorted(row[order], np.arange(len(rows) + 1))
    lp.a_matrix_.index_, lp.a_matrix_.value_ = column[order], value[order]
    solver = highs()
    solver.passModel(lp)
    return solver, over


def with_overruns(lay: Layout, whole: Matrix) -> tuple[Matrix, pl.DataFrame]:
    """Raise the limits on money that committed projects exceed by themselves, by no more than they must.

    Return the model, and the overruns: limit (``budget`` or ``fund_limit``), place (or fund), year, amount.
    """
    road = lay.roadmap
    overruns = pl.DataFrame(schema=OVERRUNS)
    fixed = (road.projects["status"] == "committed").to_numpy()
    if not fixed.any():
        return whole, overruns
    begun = (road.projects["start"] - road.years[0]).fill_null(-1).to_numpy()
    start = np.where(fixed, begun, -1).astype(np.int64)
    if split_money(lay, whole, start) is not None:
        return whole, overruns
    solver, over = _money_model(lay, whole, start, elastic=True)
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        return whole, overruns
    amount = np.asarray(solver.getSolution().col_value)[lay.money.size :]
    amount = np.where(amount > _LEAST, amount, 0.0)
    upper = whole.upper.copy()
    upper[over] += amount
    keys = [("budget", *row) for row in road.budgets.select("place", "year").iter_rows()]
    keys += [("fund_limit", *row) for row in road.fund_limits.select("fund", "year").iter_rows()]
    found = [(*key, float(more)) for key, more in zip(keys, amount, strict=True) if more > 0]
    return replace(whole, upper=upper), pl.DataFrame(found, schema=OVERRUNS, orient="row")


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
