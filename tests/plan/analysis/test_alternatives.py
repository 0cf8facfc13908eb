"""Alternatives against every choice of small programmes."""

import itertools

import polars as pl
import pytest

from seeds import a_few_of
from urbium.errors import InfeasibleError, InputError, NotFoundError
from urbium.plan import alternatives, solve
from urbium.plan.analysis import side_constraints as choice_whole

SHARE = 0.1


def _forced(road, names):
    """Make exactly these projects the choice: they are mandatory, the others forbidden."""
    own = pl.col("project").is_in(list(names))
    status = pl.when(own & (pl.col("status") != "committed")).then(pl.lit("mandatory"))
    return road.replace(
        projects=road.projects.with_columns(
            status=status.when(~own).then(pl.lit("forbidden")).otherwise("status")
        )
    )


def _sets_within(road, best):
    """Every set of projects of which some start years are within the share, each solved by trying all."""
    rows = road.projects.to_dicts()
    must = {r["project"] for r in rows if r["status"] in ("mandatory", "committed")}
    free = [r["project"] for r in rows if r["status"] == "candidate"]
    found = set()
    for size in range(len(free) + 1):
        for more in itertools.combinations(free, size):
            own = must | set(more)
            try:
                plan = solve(_forced(road, own), work_limit=10)
            except (InfeasibleError, InputError):  # a mandatory project may require a forbidden one
                continue
            if plan.objective >= best * (1 - SHARE) - 1e-9:
                found.add(frozenset(own))
    return found


@pytest.mark.parametrize("seed", a_few_of([2, 8, 12, 5, 4], 3))
def test_all_plans_are_all_sets_of_projects_within_the_share(seed, programme):
    road = programme(seed, most=5)
    found = alternatives(road, share=SHARE, most=40, work_limit=60)

    assert found.is_complete
    assert {frozenset(plan.table["project"]) for plan in found.plans} == _sets_within(
        road, found.best.objective
    )


WITHOUT_PLAN = {45, 48}


@pytest.mark.parametrize("seed", a_few_of(sorted({*range(40, 52)} - WITHOUT_PLAN), 4))
def test_a_kind_that_is_proven_holds_for_every_set_within_the_share(seed, programme):
    road = programme(seed, most=5)
    found = alternatives(road, share=SHARE, most=1, work_limit=60)
    every = _sets_within(road, found.best.objective)
    kinds = {
        name: "must-have" if all(name in own for own in every)
        else "never" if not any(name in own for own in every) else "choice"
        for name in road.projects["project"]
    }  # fmt: skip
    assert found.table["is_proven"].all()
    assert dict(found.table.select("project", "kind").iter_rows()) == kinds


@pytest.mark.parametrize("seed", [5, 8, 21])
def test_each_plan_is_certified_and_within_the_share(seed, programme):
    found = alternatives(programme(seed, cities=3, most=14), share=0.02, work_limit=20)

    assert len(found.plans) > 1
    assert all(plan.certificate.is_valid for plan in found.plans)
    assert min(plan.objective for plan in found.plans) >= found.best.objective * 0.98 - 1e-9


def test_a_must_have_costs_what_forbidding_it_loses(programme):
    road = programme(2, most=5)
    found = alternatives(road, share=SHARE, work_limit=30)
    row = found.table.filter(pl.col("costs_at_least").is_not_null() & (pl.col("kind") == "must-have")).row(
        0, named=True
    )
    own = pl.col("project") == row["project"]
    without = road.replace(
        projects=road.projects.with_columns(status=pl.when(own).then(pl.lit("forbidden")).otherwise("status"))
    )

    loss = found.best.objective - solve(without, work_limit=10).objective
    assert loss >= row["costs_at_least"] - 1e-7
    assert loss > SHARE * found.best.objective
    percent = 100 * found.best.share_of(row["costs_at_least"])
    assert f"forbidding it costs at least {percent:.2f}" in str(found.explain(row["project"]))


def test_what_no_plan_has_costs_what_forcing_it_in_loses(programme):
    road = programme(50, most=5)
    other_plans = alternatives(road, share=0.02, most=1, work_limit=30)
    (row,) = other_plans.table.filter(pl.col("costs_at_least") > 0, kind="never").rows(named=True)
    is_forced = pl.col("project") == row["project"]
    status = pl.when(is_forced).then(pl.lit("mandatory")).otherwise("status")

    forced = solve(road.replace(projects=road.projects.with_columns(status=status)), work_limit=10)
    loss = other_plans.best.objective - forced.objective
    assert loss >= row["costs_at_least"] - 1e-7
    assert loss > 0.02 * other_plans.best.objective


def test_larger_programmes_get_certified_plans_and_no_proof(programme, monkeypatch):
    monkeypatch.setattr(choice_whole, "LARGEST_WHOLE", 0)
    found = alternatives(programme(5, cities=3, most=14), share=0.05, most=3, work_limit=20)

    assert len(found.plans) > 1
    assert all(plan.certificate.is_valid for plan in found.plans)
    assert min(plan.objective for plan in found.plans) >= found.best.objective * 0.95 - 1e-9
    assert not found.table.filter(pl.col("kind") != "choice")["is_proven"].any()


@pytest.mark.parametrize("largest", [0, choice_whole.LARGEST_WHOLE])
def test_a_search_that_is_stopped_keeps_the_plans_found(largest, programme, monkeypatch):
    monkeypatch.setattr(choice_whole, "LARGEST_WHOLE", largest)
    told = []

    def stop_at_two(seconds, found):
        told.append((seconds, found))
        return found > 1

    road = programme(5, cities=3, most=14)
    found = alternatives(road, share=0.05, most=6, work_limit=30, on_found=stop_at_two)

    assert len(found.plans) == told[-1][1] == 2
    assert found.plans[1].certificate.is_valid
    assert [seconds for seconds, _ in told] == sorted(seconds for seconds, _ in told)


def test_a_choice_is_in_some_plans_and_says_in_which(programme):
    found = alternatives(programme(2, most=5), share=SHARE, work_limit=30)
    name = found.table.filter(pl.col("kind") == "choice")["project"][0]
    told = found.explain(name)

    assert told.value == "choice"
    assert [child.value for child in told.children].count("not in this plan") == len(found.plans) - round(
        found.table.filter(pl.col("project") == name)["share"][0] * len(found.plans)
    )


def test_the_sentence_counts_plans_and_kinds(programme):
    found = alternatives(programme(2, most=5), share=SHARE, work_limit=30)

    assert repr(found).startswith("Alternatives: all 4 plans within 10.0% of the best; 3 projects: ")
    assert repr(found).endswith(" 1 in every plan, 2 in some and 0 in none")


def test_an_unknown_project_is_not_explained(programme):
    with pytest.raises(NotFoundError, match="did you mean 'P1'"):
        alternatives(programme(2, most=5), share=SHARE, work_limit=30).explain("P10")


@pytest.mark.parametrize(("share", "most"), [(0.0, 3), (1.0, 3), (0.1, 0)])
def test_what_cannot_be_asked_is_refused(share, most, programme):
    with pytest.raises(InputError):
        alternatives(programme(2), share=share, most=most)
