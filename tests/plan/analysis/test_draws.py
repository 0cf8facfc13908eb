"""Draws against worths added up by hand from changed tables."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from urbium.errors import InputError
from urbium.plan import NATIONWIDE, Draws, Ranges, Roadmap, Settings, risk, solve
from urbium.plan.analysis.monte_carlo import tail_mean
from urbium.plan.milp.objective import objective
from urbium.plan.variables import Variables
from urbium.plan.verify.objective import recomputed_objective


def _drawn_roadmap(draws, k):
    """The roadmap with the figures of one draw in its tables."""
    road, lay = draws.roadmap, draws.lay
    factor = dict(zip(lay.gaps.select("city", "indicator").iter_rows(), draws.need[k], strict=True))
    need = [
        n * factor.get((c, i), 1.0) for c, i, n in road.gaps.select("city", "indicator", "need").iter_rows()
    ]
    cost = pl.Series(draws.capital[k])
    return road.replace(
        effects=road.effects.with_columns(effect=pl.col("effect") * pl.Series(draws.effect[k])),
        projects=road.projects.with_columns(pl.col("capital", "operation", "renewal") * cost),
        gaps=road.gaps.with_columns(need=pl.Series(need)),
    )


@pytest.mark.parametrize("seed", [2, 5, 21, 35])
def test_the_worth_of_each_draw_is_that_of_the_tables_with_its_figures(seed, programme, ranges_of):
    road = programme(seed, cities=2, most=6)
    plan = solve(road, work_limit=10)
    draws = Draws(road, ranges_of(road, seed), count=7, seed=seed, together="project")
    start = dict(plan.table.select("project", "start").iter_rows())
    by_hand = [recomputed_objective(_drawn_roadmap(draws, k), start) for k in range(7)]

    assert draws.worth(draws.starts(plan)) == pytest.approx(by_hand, abs=1e-10)
    assert np.ptp(by_hand) > 0


def test_effects_that_come_in_steps_are_drawn_step_by_step(programme, ranges_of):
    road = programme(5, cities=2, most=6, span=4)
    road = road.replace(effects=road.effects.with_columns(rollout=pl.lit(2, pl.Int64)))
    plan = solve(road, work_limit=10)
    draws = Draws(road, ranges_of(road, 1), count=5, seed=1)
    start = dict(plan.table.select("project", "start").iter_rows())
    by_hand = [recomputed_objective(_drawn_roadmap(draws, k), start) for k in range(5)]

    assert draws.worth(draws.starts(plan)) == pytest.approx(by_hand, abs=1e-10)


def test_without_ranges_every_draw_is_the_plan(programme):
    plan = solve(programme(5), work_limit=10)
    found = risk(plan, Ranges(), draws=3)

    assert found.worths == pytest.approx([plan.objective] * 3)
    assert found.table["chance_below"].to_list() == [0.0] * found.table.height


def test_half_of_the_draws_lie_on_each_side_of_the_planned_figure(programme, ranges_of):
    road = programme(2)
    draws = Draws(road, ranges_of(road), count=4000, seed=1)
    uncertain = np.ptp(draws.capital, axis=0) > 0

    assert np.median(draws.capital[:, uncertain], axis=0) == pytest.approx(1.0, abs=0.05)


def test_draws_stay_within_their_ranges(programme, ranges_of):
    road = programme(2)
    given = ranges_of(road)
    draws = Draws(road, given, count=500)
    ends = given.factors("effects", road)

    assert (draws.effect >= ends["low"].to_numpy() - 1e-12).all()
    assert (draws.effect <= ends["high"].to_numpy() + 1e-12).all()


def test_a_solution_is_drawn_once_for_all_cities(programme):
    road = programme(7, cities=2, most=6)
    road = road.replace(projects=road.projects.with_columns(solution=pl.lit("SAME")))
    given = Ranges(
        capital=road.projects.select("project", low=pl.col("capital") * 0.5, high=pl.col("capital") * 2)
    )
    together, apart = (Draws(road, given, count=50, together=how) for how in ("solution", "project"))

    assert np.ptp(together.capital, axis=1).max() == pytest.approx(0.0, abs=1e-12)
    assert np.ptp(apart.capital, axis=1).min() > 0


def test_a_seed_gives_the_same_draws_and_another_seed_others(programme, ranges_of):
    road = programme(5)
    first, again, other = (Draws(road, ranges_of(road), count=5, seed=s).effect for s in (1, 1, 2))

    assert (first == again).all()
    assert (first != other).any()


def _one_project():
    """One project of 10 in one year, paid by the nation, whose budget is 12."""
    return Roadmap(
        years=range(2020, 2023),
        cities=pl.DataFrame({"city": ["C"], "weight": [1.0]}),
        indicators=pl.DataFrame({"indicator": ["air"], "weight": [1.0]}),
        projects=pl.DataFrame(
            {
                "project": ["P"], "city": ["C"], "solution": ["S"], "capital": [10.0], "operation": [0.0],
                "build_years": [1], "finance_models": ["PUB"], "foreign_share_max": [1.0],
            }
        ),
        effects=pl.DataFrame({"project": ["P"], "indicator": ["air"], "effect": [0.5], "lag": [0]}),
        gaps=pl.DataFrame({"city": ["C"], "indicator": ["air"], "need": [1.0], "ceiling": [1.0]}),
        curve=pl.DataFrame({"segment": [1], "width": [1.0], "slope": [1.0]}),
        funds=pl.DataFrame(
            {
                "fund": ["F"], "finance_models": ["PUB"], "share_max": [1.0], "payer": ["nation"],
                "is_foreign": [False],
            }
        ),
        budgets=pl.DataFrame({"place": [NATIONWIDE], "year": [2020], "amount": [12.0]}),
        settings=Settings(discount_rate=0.0, currency="CNY"),
    )  # fmt: skip


def test_the_chance_of_overspending_is_that_of_a_dearer_draw():
    # half of the draws lie below 10; above, evenly in the logarithm from 10 to 20: more than 12 in
    # 0.5 x (1 - ln 1.2 / ln 2) = 0.3685 of all
    road = _one_project()
    given = Ranges(capital=pl.DataFrame({"project": ["P"], "low": [5.0], "high": [20.0]}))
    found = risk(solve(road, work_limit=5), given, draws=20_000, seed=3)
    row = found.spending.row(0, named=True)

    assert row["probability"] == pytest.approx(0.3685, abs=0.01)
    assert (row["limit"], row["place"], row["year"], row["planned"]) == ("budget", NATIONWIDE, 2020, 10.0)
    assert found.facts["overspent"] == row["probability"]


def test_the_mean_worth_is_that_of_the_uniform_halves():
    # the effect is 0.5 as planned, 0.1 to 0.7: the mean is (0.3 + 0.6) / 2, closed in two years
    given = Ranges(
        effects=pl.DataFrame({"project": ["P"], "indicator": ["air"], "low": [0.1], "high": [0.7]})
    )
    found = risk(solve(_one_project(), work_limit=5), given, draws=20_000, seed=3)

    assert found.facts["mean"] == pytest.approx(0.9, abs=0.01)
    assert found.facts["planned"] == pytest.approx(1.0)
    assert found.facts["chance_below"] == pytest.approx(0.5, abs=0.02)


def test_places_add_up_to_the_whole(programme, ranges_of):
    road = programme(5, cities=3, most=9)
    found = risk(solve(road, work_limit=10), ranges_of(road), draws=40)

    assert found.table["mean"][1:].sum() == pytest.approx(found.table["mean"][0])


def test_the_worst_tenth_is_the_mean_of_its_draws():
    assert tail_mean(np.arange(1.0, 21.0), 0.1) == 1.5


def test_a_place_is_explained_by_its_limits():
    given = Ranges(capital=pl.DataFrame({"project": ["P"], "low": [5.0], "high": [20.0]}))
    told = risk(solve(_one_project(), work_limit=5), given, draws=10).explain(NATIONWIDE)

    assert [child.what for child in told.children] == ["budget overspent"]
    assert "planned: CNY 10 million of 12 million" in told.children[0].note


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (12.0, 20.0, "P: 12 to 20 does not include the planned 10"),
        (20.0, 5.0, "P: 20 to 5 is not a valid range"),
        (None, 20.0, "P: low and high are not both finite numbers"),
        (float("nan"), 20.0, "P: low and high are not both finite numbers"),
    ],
)
def test_a_range_that_cannot_be_is_named(low, high, said):
    given = Ranges(capital=pl.DataFrame({"project": ["P"], "low": [low], "high": [high]}))
    with pytest.raises(InputError, match="the ranges have one fault") as error:
        Draws(_one_project(), given)

    assert error.value.faults[0].message == said


def test_a_range_of_an_unknown_project_is_named():
    given = Ranges(capital=pl.DataFrame({"project": ["Q"], "low": [1.0], "high": [2.0]}))
    with pytest.raises(InputError, match="Q: is not in the roadmap"):
        Draws(_one_project(), given)


def test_ranges_without_a_column_say_which():
    with pytest.raises(InputError, match="ranges of capital: columns are missing: high"):
        Ranges(capital=pl.DataFrame({"project": ["P"], "low": [1.0]}))


def _two_years_of_one_budget(carry_over):
    """The project of 10 in 2021, when the nation has 6, after 6 that nobody spent in 2020."""
    road = _one_project()
    return road.replace(
        projects=road.projects.with_columns(
            status=pl.lit("committed"), start=pl.lit(2021, pl.Int64), operation=pl.lit(0.0)
        ),
        budgets=pl.DataFrame({"place": [NATIONWIDE] * 2, "year": [2020, 2021], "amount": [6.0, 6.0]}),
        settings=replace(road.settings, carry_over=carry_over),
    )


def test_what_a_year_left_may_be_spent_in_the_next_where_budgets_are_carried_over():
    plan = solve(_two_years_of_one_budget(1.0), work_limit=5)
    dear = Ranges(capital=pl.DataFrame({"project": ["P"], "low": [5.0], "high": [14.0]}))

    assert plan.overruns.is_empty()
    assert risk(plan, Ranges(), draws=3).facts["overspent"] == 0.0
    # more than 12: above 10 evenly in the logarithm up to 14
    assert risk(plan, dear, draws=20_000).facts["overspent"] == pytest.approx(
        0.5 * (1 - np.log(1.2) / np.log(1.4)), abs=0.01
    )


def test_training_is_part_of_what_a_plan_spends_and_is_worth(towns):
    plan = towns.towns_plan()
    road = plan.roadmap.replace(settings=replace(plan.roadmap.settings, spending_price=0.01))
    bought = replace(plan, roadmap=road)
    found = risk(bought, Ranges(), draws=2)
    nation = found.spending.filter((pl.col("place") == NATIONWIDE) & (pl.col("year") == 2020))
    lay = Variables(road)
    units = np.array([[1, 0, 0]])

    assert nation["planned"].item() == pytest.approx(5.0 + 2.0)
    assert found.worths == pytest.approx([objective(lay, Draws(road, Ranges()).starts(plan), units)] * 2)


def test_what_is_missed_is_no_citys_alone(programme):
    road = programme(4, cities=2, most=6)
    last = road.cities["city"][1]
    owed = pl.DataFrame({"rule": ["least_closing"], "place": [last], "share": [0.99]})
    plan = solve(
        road.replace(fairness=owed, settings=replace(road.settings, shortfall_price=50.0)), work_limit=5
    )
    table = risk(plan, Ranges(), draws=2).table
    cities = table.filter(pl.col("place") != "all")["planned"].sum()

    assert plan.shortfalls.height == 1
    assert table["planned"][0] == pytest.approx(plan.objective)
    assert cities - plan.objective == pytest.approx(50.0 * plan.shortfalls["amount"].sum())


def test_a_seed_below_zero_is_refused(programme):
    with pytest.raises(InputError, match="the seed is -1"):
        Draws(programme(2), Ranges(), seed=-1)
