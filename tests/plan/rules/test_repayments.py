"""What is drawn is repaid, in plan years and after: judged by trying every choice of small programmes."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from seeds import a_few_of
from urbium.errors import InfeasibleError
from urbium.plan import solve
from urbium.plan.milp.financing import split_money, with_overruns
from urbium.plan.milp.model import assemble
from urbium.plan.milp.objective import objective
from urbium.plan.search.heuristic import construct
from urbium.plan.search.national import solve_national
from urbium.plan.search.national.adapter import instance_of, unsupported
from urbium.plan.variables import Variables
from urbium.plan.verify.dual_bound import recomputed_bound


@pytest.mark.parametrize("seed", a_few_of(range(400), 60))
def test_a_plan_that_repays_is_worth_as_much_as_the_best_of_all_choices(seed, repaying, by_trying):
    road = repaying(seed)
    best = by_trying(road)
    if best is None:
        with pytest.raises(InfeasibleError):
            solve(road, time_limit=20)
        return
    plan = solve(road, time_limit=20)
    assert plan.objective == pytest.approx(best[0], rel=1e-7, abs=1e-8)
    assert plan.gap <= 1e-6
    assert plan.certificate.is_valid, plan.certificate


@pytest.mark.parametrize("seed", a_few_of(range(0, 60, 3), 8))
def test_no_price_of_a_repayment_lowers_the_bound_below_the_best(seed, repaying, by_trying):
    road = repaying(seed)
    best = by_trying(road)
    names, rng = assemble(Variables(road)).names(), np.random.default_rng(seed)
    for size in (0.01, 1.0, 1e3):
        prices = rng.uniform(-1, 1, len(names)) * size * (rng.random(len(names)) < 0.3)
        bound = recomputed_bound(road, pl.DataFrame({"row": names, "price": prices}))
        assert best is None or bound >= best[0] - 1e-7 * max(1.0, size)


@pytest.mark.parametrize("seed", a_few_of(range(1000, 1020), 6))
def test_the_decomposition_keeps_repayments_and_its_bound_holds(seed, repaying, by_trying, by_decomposition):
    road = repaying(seed, cities=3, most=6)
    best = by_trying(road)
    lay = Variables(road)
    value, bound = by_decomposition(lay, assemble(lay))
    most = -np.inf if best is None else best[0]
    assert value <= most + 1e-7
    assert most <= bound + 1e-7


@pytest.mark.parametrize("seed", a_few_of(range(0, 200, 4), 16))
def test_a_first_plan_can_be_repaid(seed, repaying, by_trying):
    road = repaying(seed)
    best = by_trying(road)
    lay = Variables(road)
    start = construct(lay, deadline=np.inf)
    split = None if start is None else split_money(lay, assemble(lay), start)
    assert (split is None) == (start is None)
    assert start is None or objective(lay, start, split.training) <= best[0] + 1e-9


def fitted(road):
    """Return the programme without what the national solver does not know."""
    everything = pl.when(pl.col("payer") == "city").then(pl.lit("PUB;PPP;FDI")).otherwise("finance_models")
    share = pl.when(pl.col("payer") == "city").then(1.0).otherwise("share_max")
    by_city = pl.when(pl.col("payer") == "nation").then("city_share_max").otherwise(1.0)
    outside = road.funds.filter(pl.col("payer") == "outside")["fund"].implode()
    of_outside = (pl.col("after") > 0) & pl.col("fund").is_in(outside) & (pl.col("payer") != "users")
    return road.replace(
        funds=road.funds.with_columns(finance_models=everything, share_max=share, city_share_max=by_city),
        repayments=road.repayments.filter(of_outside).with_columns(payer=pl.lit("city")),
        fairness=road.fairness.filter(pl.col("rule") == "least_closing"),
        teaching=road.teaching.with_columns(lag=pl.lit(1)),
        settings=replace(road.settings, carry_over=0.0, operation_by="city"),
    )


@pytest.mark.parametrize("seed", a_few_of(range(200), 40))
def test_the_best_plan_that_repays_lies_between_a_national_plan_and_its_bound(seed, repaying):
    road = fitted(repaying(seed, cities=2, most=8))
    lay = Variables(road)
    assert unsupported(lay) == []
    try:
        best = solve(road, time_limit=20)
    except InfeasibleError:
        return
    model = with_overruns(lay, assemble(lay))[0]
    instance, order = instance_of(lay, model)
    found = solve_national(instance, time_limit=10, rounds=1)
    assert found.bound >= best.objective - 1e-6
    if np.isfinite(found.value):
        start = np.full(len(order), -1)
        start[order] = found.start
        split = split_money(lay, model, start)
        assert objective(lay, start) == pytest.approx(found.value, rel=1e-7, abs=1e-8)
        assert split is None or objective(lay, start, split.training) <= best.objective + 1e-7
