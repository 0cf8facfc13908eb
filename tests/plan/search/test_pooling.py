"""A city's money as one account of each fund: what can be paid is the same as by groups of projects."""

import highspy
import numpy as np
import polars as pl
import pytest

from urbium.plan.milp.model import assemble, highs, load
from urbium.plan.search.pooling import pooled
from urbium.plan.variables import Variables


def most_worth(model, cost):
    """Return the optimum of the relaxation at a cost, None where it has none."""
    solver = highs()
    load(solver, model, cost=cost, whole=False)
    solver.run()
    is_solved = solver.getModelStatus() == highspy.HighsModelStatus.kOptimal
    return solver.getInfo().objective_function_value if is_solved else None


def charged(lay, model, rng):
    """Return the cost with random charges on each fund's money in each city and year."""
    group, fund, _ = lay.eligible
    charge = rng.uniform(0.0, 0.05, (lay.roadmap.cities.height, lay.roadmap.funds.height, lay.years))
    cost = model.cost.copy()
    cost[lay.money] -= charge[lay.city_of_group[group], fund]
    return cost


def with_shares(road, rng):
    """Return a roadmap whose projects have shares of foreign and outside money of their own."""
    count = road.projects.height
    return road.replace(
        projects=road.projects.with_columns(
            foreign_share_max=pl.Series(rng.choice([0.1, 0.3, 1.0], count)),
            outside_share_max=pl.Series(rng.choice([0.2, 0.5, 0.8, 1.0], count)),
        )
    )


@pytest.mark.parametrize("seed", range(40))
def test_pooled_money_is_worth_what_money_by_group_is_at_any_charges(programme, seed):
    rng = np.random.default_rng(seed)
    lay = Variables(with_shares(programme(seed), rng))
    model = assemble(lay)
    accounts, stands_for = pooled(lay, model)
    for _ in range(3):
        cost = charged(lay, model, rng)
        most = most_worth(model, cost)
        by_account = most_worth(accounts, np.where(stands_for == np.arange(lay.columns), cost, 0.0))
        assert (most is None) == (by_account is None)
        assert most is None or by_account == pytest.approx(most, abs=1e-7)


def test_a_city_has_one_account_of_each_fund(programme):
    lay = Variables(programme(3))
    accounts, stands_for = pooled(lay, assemble(lay))
    group, fund, _ = lay.eligible
    homes = {(city, payer) for city, payer in zip(lay.city_of_group[group], fund, strict=True)}
    assert len(homes) < len(group)
    assert len(np.unique(stands_for[lay.money])) == len(homes) * lay.years
    assert set(accounts.column[np.isin(accounts.column, lay.money)]) <= set(stands_for[lay.money].ravel())
