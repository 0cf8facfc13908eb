"""What one more of a limit is worth: never more than said at most, never less than said at least."""

import random
from dataclasses import replace

import polars as pl
import pytest

import independent
from urbium import charts
from urbium.errors import InfeasibleError, InputError, NotFoundError
from urbium.plan import NATIONWIDE, certify, solve
from urbium.plan.analysis.shadow_prices import _improved, marginal_values
from urbium.plan.result.limits import limits, raised, used_by
from urbium.plan.why import reoptimise as reoptimise_module

MORE = {"budget": 8.0, "city_budget": 8.0, "fund_limit": 8.0}
SEEDS = range(1, 60, 4)


@pytest.fixture(scope="module")
def plans(programme, scarce):
    """Plans of random programmes in which money is scarce."""
    found = []
    for seed in SEEDS:
        try:
            found.append(solve(scarce(programme(seed, cities=2), seed), work_limit=20))
        except InfeasibleError:
            continue
    assert len(found) > 8
    return found


@pytest.fixture(scope="module")
def margins(plans):
    return [marginal_values(plan, more=MORE, most=3) for plan in plans]


def best(plan, by_trying, name, more):
    return by_trying(raised(plan.roadmap, name, more))[0]


@pytest.fixture(scope="module")
def tried(margins, by_trying):
    """For the dearest limits and some free ones: what was said, and the true gain by trying all."""
    found = []
    for made in margins:
        if made.plan.overruns.height:
            continue
        rows = pl.concat([made.overview.head(3), made.overview.tail(1)]).unique("name", maintain_order=True)
        known = made.table.join(rows.select("name"), on="name", how="semi", maintain_order="left")
        found += [
            (row, best(made.plan, by_trying, row["name"], row["more"]) - made.plan.objective)
            for row in known.iter_rows(named=True)
        ]
    return found


@pytest.mark.long
def test_no_plan_gains_more_than_is_said_at_most(tried):
    assert len(tried) > 10
    assert [row["name"] for row, gain in tried if gain > row["gained_at_most"] + 1e-7] == []


def test_a_plan_gains_what_solving_again_is_said_to_gain(tried):
    known = [(row, gain) for row, gain in tried if row["gained"] is not None]
    assert sum(row["gained"] > 0.01 for row, _ in known) > 3
    assert [row["name"] for row, gain in known if row["gained"] > gain + 1e-7] == []


def test_small_programmes_are_told_the_true_gain(tried):
    known = [(row, gain) for row, gain in tried if row["gained"] is not None]
    assert [row["name"] for row, gain in known if abs(row["gained"] - gain) > 1e-6] == []


def test_a_proven_plan_gains_nothing_when_nothing_is_raised(margins):
    tables = pl.concat([made.table for made in margins])
    assert tables["gained_without"].drop_nulls().abs().max() < 1e-9


def test_a_limit_is_used_by_what_its_projects_use(plans):
    plan = max(plans, key=lambda each: each.table.height)
    whole = used_by(plan).sort("name")
    parts = pl.concat([used_by(plan, project) for project in plan.table["project"]])
    summed = parts.group_by("name").agg(pl.col("used").sum()).sort("name")
    assert whole["used"].to_list() == pytest.approx(summed["used"].to_list())


def test_no_limit_is_used_beyond_its_amount(plans):
    assert min(limits(plan)["left"].min() for plan in plans) > -1e-5


def test_only_the_limit_named_is_raised(plans):
    road = plans[0].roadmap
    more = raised(road, "budget[nation,2017]", 5.0).budgets
    changed = more.filter(more["amount"] != road.budgets["amount"])
    assert changed.select("place", "year").rows() == [(NATIONWIDE, 2017)]


def test_a_limit_that_is_not_there_is_answered_with_the_nearest(plans):
    with pytest.raises(NotFoundError, match=r"budget\[nation,2017\]"):
        marginal_values(plans[0], rows=["budget[nation,2107]"])


@pytest.mark.parametrize("more", [{"budget": 0.0}, {"engineers": 10.0}])
def test_an_amount_that_cannot_be_asked_about_is_refused(more, plans):
    with pytest.raises(InputError, match="cannot be queried"):
        marginal_values(plans[0], more=more)


def test_margins_explain_and_draw_themselves(margins):
    made = next(each for each in margins if each.table["gained"].count())
    name = made.overview["name"][0]
    told = made.explain(name)
    gained = made.table.filter(pl.col("name") == name)["gained_at_most"][0]
    assert told.value == pytest.approx(100 * gained / made.plan.improvement)
    assert {
        "added to the upper bound at its dual price",
        "not proven for the plan itself",
        "gain from solving again",
    } <= {node.what for node in told.children}
    assert charts.render(made.chart()).startswith(b"<svg")


def test_what_is_not_proven_is_in_what_is_gained_at_most(margins):
    """The bound by prices is above the plan's worth by what no price explains."""
    rows = pl.concat([m.table.with_columns(unproven=pl.lit(m.unproven)) for m in margins])
    free = rows.filter((pl.col("price") == 0) & pl.col("gained").is_null())
    assert free["gained_at_most"].to_list() == pytest.approx(free["unproven"].to_list())


# A large programme: one city after the other


def test_a_plan_improved_city_by_city_keeps_every_limit_of_the_raised_roadmap(plans, monkeypatch):
    monkeypatch.setattr(reoptimise_module, "_SMALL", 0)
    plan = next(each for each in plans if limits(each)["price"].max() > 0 and not each.overruns.height)
    poorer = plan.roadmap
    rich = poorer.replace(budgets=poorer.budgets.with_columns(pl.col("amount") + 30))
    standing = solve(poorer, work_limit=20)
    standing = replace(standing, roadmap=rich, bound=float("inf"))
    for city in rich.cities["city"]:
        standing = _improved(standing, city, 2.0)
    assert standing.objective > plan.objective
    checked = certify(rich, standing)
    assert [str(fault) for fault in checked.faults if "bound" not in fault.limit] == []


@pytest.mark.long
def test_gains_of_a_large_programme_are_never_above_the_true_ones(plans, by_trying, monkeypatch):
    monkeypatch.setattr(reoptimise_module, "_SMALL", 0)
    wrong, gains = [], 0
    for plan in [each for each in plans if not each.overruns.height][:8]:
        for row in marginal_values(plan, more=MORE, most=2).table.drop_nulls("gained").iter_rows(named=True):
            gain = best(plan, by_trying, row["name"], row["more"]) - plan.objective
            gains += row["gained"] > 0.001
            wrong += [row["name"]] if row["gained"] > gain + 1e-6 else []
    assert wrong == []
    assert gains > 0


@pytest.mark.long  # a dozen programmes are solved anew by the second model
def test_two_more_engineers_are_worth_what_the_best_plan_with_them_gains(programme, few_people):
    asked = {"people": 2.0, "people_of_nation": 2.0}
    wrong, gains = [], 0
    for seed in range(0, 24, 2):
        try:
            plan = solve(few_people(programme(seed, cities=2), random.Random(seed)), work_limit=20)
        except InfeasibleError:
            continue
        scarce = limits(plan).filter(pl.col("limit").is_in(list(asked)) & (pl.col("left") < 2))
        scarce = scarce.sort("price", descending=True, maintain_order=True)
        made = marginal_values(plan, more=asked, rows=scarce["name"].head(3).to_list())
        for row in made.table.drop_nulls("gained").iter_rows(named=True):
            best = independent.Model(raised(plan.roadmap, row["name"], 2.0)).solve()[0]
            gains += row["gained"] > 0.001
            is_true = abs(best - plan.objective - row["gained"]) < 1e-6
            is_bound = best - plan.objective < row["gained_at_most"] + 1e-7
            wrong += [] if is_true and is_bound else [row["name"]]
    assert wrong == []
    assert gains > 2
