r"""Pooling: a city's money as one account of each fund and year, for all of its projects together (ADR 0119).

The model says of each group of projects with the same terms what each fund pays. Which group a fund paid is
settled when all starts are chosen; before, it is enough that there is a way. Where the shares of single
funds, of foreign ones and of all outside payers lie one within the other, what funds can pay is a
polymatroid, and the sum of these is the polymatroid of their summed ranks (Edmonds 1970, *Submodular
functions, matroids, and certain polyhedra*):

.. math:: \sum_f g_{cft} = \sum_G e_{Gt}, \quad
          \sum_{f \in A} g_{cft} \le \sum_G \rho_G(A) e_{Gt} \quad \text{for each set A of funds}

with :math:`e_{Gt}` the capital of a group in a year, and :math:`\rho_G(A)` the most of it that the funds of A
can pay together. No plan is lost and none is won; a city of the demo has a third fewer variables.
"""

from dataclasses import replace
from itertools import combinations

import numpy as np

from urbium.plan.milp.model import LinearModel
from urbium.plan.variables import Floats, Integers, Variables

_BY_GROUP = ("funding", "fund_share", "foreign_of_project", "outside_of_project")
"""The limits on money by group of projects; all others look at a city's money by fund and year."""
_MOST_FUNDS = 6
"""Sets of more funds would be too many rows."""
_ROUNDING = 1e-12


def pooled(lay: Variables, model: LinearModel) -> tuple[LinearModel, Integers]:
    """Return the model with pooled money, and the column that stands there for each column.

    Rows and columns keep their numbers: what is not needed any more is empty, and new rows stand after all
    others. The money of groups that funds cannot pay whole stays by group, and all of it where shares cross.
    """
    stands_for = np.arange(lay.columns)
    sets = _sets(lay.roadmap.funds.height)
    rank = _ranks(lay, sets)
    group, fund, _ = lay.eligible
    pairs = np.flatnonzero(rank[group, -1] >= 1.0 - _ROUNDING)
    if not len(pairs):
        return model, stands_for
    places = np.column_stack([lay.city_of_group[group[pairs]], fund[pairs]])
    accounts, first, number = np.unique(places, axis=0, return_index=True, return_inverse=True)
    columns = lay.money[pairs[first]]
    stands_for[lay.money[pairs]] = columns[number.ravel()]

    is_pooled, is_empty = np.zeros(lay.columns, dtype=bool), np.zeros(len(model.lower), dtype=bool)
    is_pooled[lay.money[pairs]] = True
    is_empty[model.row[is_pooled[model.column]]] = True
    by_group = np.concatenate([np.array(model.span(limit), dtype=np.int64) for limit in _BY_GROUP])
    is_empty &= np.isin(np.arange(len(is_empty)), by_group)
    # in all other rows the groups of a city have the same entry for a fund and year: one stands for all
    is_kept = ~is_empty[model.row] & (stands_for == np.arange(lay.columns))[model.column]
    rows, columns_of, values = [model.row[is_kept]], [model.column[is_kept]], [model.value[is_kept]]
    lower, upper = np.where(is_empty, -np.inf, model.lower), np.where(is_empty, np.inf, model.upper)
    rank[rank[:, -1] < 1.0 - _ROUNDING] = 0.0
    for k in _needed(rank, sets):
        pays = np.isin(accounts[:, 1], sets[k])
        row, column, value = _account_rows(lay, rank[:, k], accounts[pays, 0], columns[pays])
        rows.append(len(lower) + row)
        columns_of.append(column)
        values.append(value)
        count = lay.roadmap.cities.height * lay.years
        is_all = k == len(sets) - 1
        lower = np.append(lower, np.full(count, 0.0 if is_all else -np.inf))
        upper = np.append(upper, np.zeros(count))
    row, column, value = (np.concatenate(part) for part in (rows, columns_of, values))
    return replace(model, row=row, column=column, value=value, lower=lower, upper=upper), stands_for


def _sets(funds: int) -> list[tuple[int, ...]]:
    """Return all sets of funds but the empty one, that of all funds last; none of too many funds."""
    sizes = range(1, funds + 1) if funds <= _MOST_FUNDS else ()
    return [chosen for size in sizes for chosen in combinations(range(funds), size)]


def _ranks(lay: Variables, sets: list[tuple[int, ...]]) -> Floats:
    """Return which share of each group's capital the funds of a set can pay: (groups, sets), 0 if unknown."""
    road, (group, fund, share) = lay.roadmap, lay.eligible
    is_foreign = road.funds["is_foreign"].to_numpy().astype(bool)
    is_outside = (road.funds["payer"] == "outside").to_numpy()
    rank = np.zeros((lay.groups.height, max(len(sets), 1)))
    if (is_foreign & ~is_outside).any():
        return rank  # a share of foreign money crosses that of outside money
    most = np.zeros((lay.groups.height, road.funds.height))
    most[group, fund] = share
    of_foreign, of_outside = (lay.groups[f"{kind}_share_max"].to_numpy() for kind in ("foreign", "outside"))
    for k, chosen in enumerate(sets):
        pays = np.isin(np.arange(road.funds.height), chosen)
        foreign = np.minimum(most[:, pays & is_foreign].sum(axis=1), of_foreign)
        outside = np.minimum(most[:, pays & is_outside & ~is_foreign].sum(axis=1) + foreign, of_outside)
        rank[:, k] = np.minimum(most[:, pays & ~is_outside].sum(axis=1) + outside, 1.0)
    return rank


def _needed(rank: Floats, sets: list[tuple[int, ...]]) -> list[int]:
    """Return which sets have a row: that of all funds, and those which no other sets stand for."""
    number = {frozenset(chosen): k for k, chosen in enumerate(sets)}
    needed = [len(sets) - 1]
    for chosen, k in number.items():
        most = rank[:, k] + _ROUNDING
        is_wider = any(chosen < other and (rank[:, n] <= most).all() for other, n in number.items())
        is_sum = any(
            (rank[:, n] + rank[:, number[chosen - part]] <= most).all()
            for part, n in number.items()
            if part < chosen and rank[:, n].any() and rank[:, number[chosen - part]].any()
        )
        if k != needed[0] and not (is_wider or is_sum):
            needed.append(k)
    return needed


def _account_rows(
    lay: Variables, share: Floats, city: Integers, columns: Integers
) -> tuple[Integers, Integers, Floats]:
    """Return the entries of rows by city and year: accounts pay at most a share of each group's capital."""
    project, year, begun, amount = lay.building
    amount = amount * share[lay.group[project]]
    account_row = city[:, None] * lay.years + np.arange(lay.years)
    row = np.concatenate([account_row.ravel(), lay.city[project] * lay.years + year])
    column = np.concatenate([columns.ravel(), begun])
    place, index = np.unique(row * lay.columns + column, return_inverse=True)
    value = np.bincount(index, np.concatenate([np.ones(account_row.size), -amount]))
    is_entry = value != 0
    return (place // lay.columns)[is_entry], (place % lay.columns)[is_entry], value[is_entry]
