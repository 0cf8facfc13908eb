"""Who pays what: the split of a plan's money over funds, years and projects, once the starts are fixed.

With the money goes all that follows from the starts: which training the nation buys, which places it lends,
and what is kept of a budget for the year after. See ADR 0008.
"""

from dataclasses import dataclass, replace

import highspy
import numpy as np
import polars as pl

from urbium.columns import schema_of
from urbium.plan.milp.model import LinearModel, highs
from urbium.plan.milp.objective import attained, shortfalls, spending, training_of
from urbium.plan.milp.work import Work
from urbium.plan.rules import LIMITS, limits_of
from urbium.plan.variables import Floats, Integers, Variables

MONEY = schema_of("project city fund year kind amount")
"""The columns of a plan's money: ``kind`` is ``capital`` (by fund), ``operation`` or ``renewal``
(set aside for it; fund = whose budget)."""

_MONEY, _PEOPLE = limits_of("money"), limits_of("people")
_SPLIT = limits_of("money", "people")
"""The limits that are still to be kept once the starts are fixed."""
_SLACK = 1e-7
_LEAST = 1e-6
_WORK = 10.0
"""The most work of choosing the training that a split needs."""
_FREE = 1e-9
"""The price of a unit of training that costs nothing: none is bought for nothing."""

OVERRUNS = {"limit": pl.String(), "place": pl.String(), "year": pl.Int64(), "amount": pl.Float64()}
"""The columns of the limits that committed projects exceed by themselves."""

TRAINING = {"occupation": pl.String(), "year": pl.Int64(), "units": pl.Int64()}
"""The columns of what a plan trains."""

SHORTFALLS = {"kind": pl.String(), "place": pl.String(), "what": pl.String(), "amount": pl.Float64()}
"""The columns of what a plan misses at a price."""


@dataclass(frozen=True)
class Split:
    """What follows from the starts: ``values`` of the columns ``Variables.aside``.

    ``paid`` is what each fund pays for each group and year, (eligible pairs, years); ``training`` are the
    units bought, (training rows, years).
    """

    values: Floats
    paid: Floats
    training: Integers


def start_columns(lay: Variables, start: Integers) -> Floats:
    """Return the values of the start variables that a choice of start year indices stands for."""
    x = np.zeros(lay.columns)
    year = np.arange(lay.years)
    begun = (start[:, None] >= 0) & (year >= start[:, None]) & (lay.start >= 0)
    x[lay.start[begun]] = 1.0
    return x


def all_columns(lay: Variables, start: Integers, split: Split) -> Floats:
    """Return the values of all variables that start years and a split stand for."""
    x = start_columns(lay, start)
    begins = np.cumsum(lay.widths, axis=1) - lay.widths
    closed = np.clip(attained(lay, start)[:, :, None] - begins[:, None, :], 0.0, lay.widths[:, None, :])
    x[lay.closing] = closed
    x[lay.filled] = np.cumprod(closed[lay.measured, -1] >= lay.widths[lay.measured] - _FREE, axis=1)
    x[lay.aside] = split.values
    short = shortfalls(lay, start)
    x[lay.missed], x[lay.lacking], x[lay.loose] = short.missed, short.lacking, short.loose
    return x


def split_money(lay: Variables, whole: LinearModel, start: Integers) -> Split | None:
    """Return who pays what, and the cheapest training that the starts need; None when no split exists.

    A programme over what is left to decide; only when that has no answer are the limits eased by 1e-7 of
    their size, against the rounding of the search.
    """
    for slack in (0.0, _SLACK):
        split = _split(lay, whole, start, slack)
        if split is not None:
            return split
    return None


def _split(lay: Variables, whole: LinearModel, start: Integers, ease: float) -> Split | None:
    solver, columns, _ = _aside_model(lay, whole, start, ease=ease)
    solver.run()
    if not _is_solved(solver):
        return None
    x = np.zeros(lay.columns)
    x[columns] = np.clip(np.asarray(solver.getSolution().col_value, dtype=float), 0.0, None)
    training = training_of(lay, x)
    x[lay.training] = training
    return Split(x[lay.aside], x[lay.money], training)


def _is_solved(solver: highspy.Highs) -> bool:
    if solver.getModelStatus() == highspy.HighsModelStatus.kModelEmpty:
        rows = solver.getLp()
        return bool((np.asarray(rows.row_lower_) <= 0).all() and (np.asarray(rows.row_upper_) >= 0).all())
    feasible = solver.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
    done = (highspy.HighsModelStatus.kOptimal, highspy.HighsModelStatus.kInterrupt)
    return feasible and solver.getModelStatus() in done


def _aside_model(
    lay: Variables, whole: LinearModel, start: Integers, *, ease: float = 0.0, elastic: tuple[str, ...] = (),
    limits: tuple[str, ...] = _SPLIT,
) -> tuple[highspy.Highs, Integers, Integers]:  # fmt: skip
    """Return the model of what starts leave open, its columns, and the rows of ``elastic``.

    Those rows may be overrun. The cost is that of training, or of what is overrun where something may be.
    Money of groups and years in which nothing is spent is left out, with the rows that this leaves empty: in
    a nation over many years all but a twentieth.
    """
    x, columns = start_columns(lay, start), _open_columns(lay, start)
    rows = np.concatenate([np.array(whole.span(limit), dtype=np.int64) for limit in limits])
    rows.sort()
    local = np.full(len(whole.lower), -1)
    local[rows] = np.arange(len(rows))
    place = np.full(lay.columns, -1)
    place[columns] = np.arange(len(columns))
    used = np.bincount(whole.row, whole.value * x[whole.column], minlength=len(whole.lower))[rows]
    lower, upper = whole.lower[rows], whole.upper[rows]
    slack = np.where(
        lower == upper, 0.0, ease * np.maximum(1.0, np.abs(np.where(np.isfinite(upper), upper, 0.0)))
    )
    entry = (local[whole.row] >= 0) & (place[whole.column] >= 0)
    over = np.concatenate([rows[:0], *(np.array(whole.span(limit), dtype=np.int64) for limit in elastic)])
    row = np.concatenate([local[whole.row[entry]], local[over]])
    column = np.concatenate([place[whole.column[entry]], len(columns) + np.arange(len(over))])
    lower, upper = lower - used, upper - used + slack
    is_kept = (lower > 0) | (upper < 0)
    is_kept[row] = True
    row, lower, upper = (np.cumsum(is_kept) - 1)[row], lower[is_kept], upper[is_kept]
    value = np.concatenate([whole.value[entry], np.full(len(over), -1.0)])
    order = np.lexsort((column, row))
    price = np.zeros(lay.columns)
    price[lay.training] = np.maximum(lay.price_of_training[:, None] * lay.discount, _FREE)
    cost = np.zeros(len(columns)) if elastic else price[columns]
    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = len(columns) + len(over), len(lower)
    lp.col_cost_ = np.concatenate([cost, np.ones(len(over))])
    lp.col_lower_ = np.zeros(lp.num_col_)
    lp.col_upper_ = np.concatenate([whole.bound[columns], np.full(len(over), np.inf)])
    lp.row_lower_, lp.row_upper_ = lower, upper
    lp.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
    lp.a_matrix_.start_ = np.searchsorted(row[order], np.arange(len(lower) + 1))
    lp.a_matrix_.index_, lp.a_matrix_.value_ = column[order], value[order]
    if lay.training.size:
        kinds = [highspy.HighsVarType.kInteger] * lay.training.size
        lp.integrality_ = kinds + [highspy.HighsVarType.kContinuous] * (lp.num_col_ - len(kinds))
    solver = highs(work=Work(_WORK) if lay.training.size else None, mip_rel_gap=_FREE)
    solver.passModel(lp)
    return solver, columns, over


def _open_columns(lay: Variables, start: Integers) -> Integers:
    """Return the columns that starts leave open, those of training first."""
    spent = np.zeros((lay.groups.height, lay.years))
    np.add.at(spent, lay.group, spending(lay, start)[0])
    is_idle = np.zeros(lay.columns, dtype=bool)
    is_idle[lay.money[spent[lay.eligible[0]] == 0]] = True
    return lay.aside[~is_idle[lay.aside]]


def with_overruns(lay: Variables, whole: LinearModel) -> tuple[LinearModel, pl.DataFrame]:
    """Raise the limits on money and people that committed projects exceed by themselves, as little as may be.

    Money comes first, as if no people were scarce; then people, with the training that the money allows. In
    a year with an overrun a place keeps nothing for the next.

    Return the model, and the overruns: limit (``budget``, ``fund_limit`` or ``people``), place (or fund, or
    city and occupation), year, amount.
    """
    road = lay.roadmap
    none = pl.DataFrame(schema=OVERRUNS)
    fixed = (road.projects["status"] == "committed").to_numpy()
    if not fixed.any():
        return whole, none
    begun = (road.projects["start"] - road.years[0]).fill_null(-1).to_numpy()
    start = np.where(fixed, begun, -1).astype(np.int64)
    if split_money(lay, whole, start) is not None:
        return whole, none
    raised, over, amount = _raised(lay, whole, start, _elastic(_MONEY), _MONEY)
    if len(lay.staffed) and split_money(lay, raised, start) is None:
        raised, people, places = _raised(lay, raised, start, _elastic(_PEOPLE), _SPLIT)
        over, amount = np.concatenate([over, people]), np.concatenate([amount, places])
    keys = {
        row: key
        for limit in _elastic(_SPLIT)
        for row, key in zip(whole.span(limit), _overrun_keys(lay, limit), strict=True)
    }
    rows = [(*keys[int(row)], float(more)) for row, more in zip(over, amount, strict=True) if more > 0]
    return _nothing_saved(lay, raised, over[amount > 0]), pl.DataFrame(rows, schema=OVERRUNS, orient="row")


def _elastic(limits: tuple[str, ...]) -> tuple[str, ...]:
    """Return those of some limits that committed projects may exceed by themselves."""
    return tuple(limit for limit in limits if LIMITS[limit].overruns is not None)


def _raised(
    lay: Variables, whole: LinearModel, start: Integers, elastic: tuple[str, ...], limits: tuple[str, ...]
) -> tuple[LinearModel, Integers, Floats]:
    """Return the model with rows raised as little as may be, those rows, and by how much."""
    solver, columns, over = _aside_model(lay, whole, start, elastic=elastic, limits=limits)
    solver.run()
    if not _is_solved(solver):
        return whole, over, np.zeros(len(over))
    amount = np.asarray(solver.getSolution().col_value)[len(columns) :]
    amount = np.where(amount > _LEAST, amount, 0.0)
    upper = whole.upper.copy()
    upper[over] += amount
    return replace(whole, upper=upper), over, amount


def _overrun_keys(lay: Variables, limit: str) -> list[tuple[str, str, int]]:
    """Limit, place and year of each row that may be overrun."""
    rows = LIMITS[limit].overruns
    return [(limit, place, year) for place, year in (() if rows is None else rows(lay))]


def _nothing_saved(lay: Variables, whole: LinearModel, over: Integers) -> LinearModel:
    """Return the model in which overrun budgets keep nothing for the year after."""
    span = whole.span("budget")
    rows = [int(row) - span.start for row in over if int(row) in span]
    columns = lay.saved[rows]
    bound = whole.bound.copy()
    bound[columns[columns >= 0]] = 0.0
    return replace(whole, bound=bound)


def money_table(lay: Variables, start: Integers, paid: Floats) -> pl.DataFrame:
    """Return the money of each project by fund and year, of every kind, with the columns of MONEY.

    A group's money is split over its projects in proportion to what each spends in the year.
    """
    road = lay.roadmap
    capital, yearly = spending(lay, start)
    group_total = np.zeros((lay.groups.height, lay.years))
    np.add.at(group_total, lay.group, capital)
    pair_group, pair_fund, _ = lay.eligible
    by_fund = np.zeros((lay.groups.height, road.funds.height, lay.years))
    by_fund[pair_group, pair_fund] = paid
    paid_in_all = by_fund.sum(axis=1, keepdims=True)  # made to add up to what is spent, against rounding
    share = np.divide(by_fund, paid_in_all, out=np.zeros_like(by_fund), where=paid_in_all > 0)
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
    for kind, part in (("operation", lay.operation), ("renewal", lay.renewal)):
        project, year = np.nonzero((yearly > 0) & (part > 0)[:, None])
        tables.append(
            pl.DataFrame(
                {
                    "project": codes[project], "city": cities[project], "fund": road.settings.operation_by,
                    "year": years[year], "kind": kind, "amount": part[project],
                },
                schema=MONEY,
            )
        )  # fmt: skip
    return pl.concat(tables).sort("project", "year", "kind", "fund")
