"""Laws that hold for every programme, and what is said when no plan exists."""

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seeds import tries
from urbium.errors import InfeasibleError
from urbium.plan import NATIONWIDE, solve

quick = settings(
    max_examples=tries(20), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def best(road):
    try:
        return solve(road, work_limit=20).objective
    except InfeasibleError:
        return -1.0


@quick
@given(seed=st.integers(0, 10_000), factor=st.floats(1.0, 3.0))
def test_more_budget_never_lowers_the_value(seed, factor, programme):
    road = programme(seed)
    richer = road.replace(budgets=road.budgets.with_columns(pl.col("amount") * factor))
    assert best(richer) >= best(road) - 1e-9


@quick
@given(seed=st.integers(0, 10_000), pick=st.integers(0, 5))
def test_removing_a_project_never_raises_the_value(seed, pick, programme):
    road = programme(seed)
    row = road.projects.row(pick % road.projects.height, named=True)
    without = road.replace(
        projects=road.projects.with_columns(
            status=pl.when((pl.col("project") == row["project"]) & (pl.col("status") == "candidate"))
            .then(pl.lit("forbidden"))
            .otherwise("status")
        ),
        prerequisites=road.prerequisites.filter(pl.col("project") == row["project"]),
    )
    same = road.replace(prerequisites=road.prerequisites.filter(pl.col("project") == row["project"]))
    assert best(without) <= best(same) + 1e-9


@quick
@given(seed=st.integers(0, 10_000))
def test_a_plan_of_any_programme_is_certified_and_where_none_is_found_there_is_none(
    seed, programme, by_trying
):
    road = programme(seed)
    try:
        plan = solve(road, work_limit=20)
    except InfeasibleError:
        assert by_trying(road) is None
        return
    assert plan.certificate.is_valid, plan.certificate
    assert plan.certificate.bound >= plan.objective - 1e-9


@pytest.fixture
def impossible(programme):
    """A mandatory project of 10 that the nation and the town together cannot pay in either year."""
    road = programme(0, cities=1, span=2)
    projects = road.projects.head(2).with_columns(
        project=pl.Series(["MUST", "MAY"]),
        capital=pl.lit(10.0),
        operation=pl.lit(0.0),
        build_years=pl.lit(1, pl.Int64),
        finance_models=pl.lit("PUB;FDI"),
        status=pl.Series(["mandatory", "candidate"]),
        start=pl.lit(None, pl.Int64),
    )
    empty = {
        name: getattr(road, name).clear()
        for name in ("prerequisites", "exclusions", "alternatives", "start_limits", "effects")
    }
    return road.replace(
        projects=projects,
        funds=pl.DataFrame(
            {
                "fund": ["STATE", "ABROAD"],
                "finance_models": ["PUB", "FDI"],
                "share_max": [1.0, 0.2],
                "payer": ["nation", "outside"],
                "is_foreign": [False, True],
            }
        ),
        budgets=pl.DataFrame({"place": [NATIONWIDE] * 2, "year": [2016, 2017], "amount": [5.0, 6.0]}),
        fund_limits=pl.DataFrame({"fund": ["ABROAD"], "year": [2016], "amount": [100.0]}),
        **empty,
    )


def test_an_impossible_request_names_a_smallest_set_of_limits(impossible):
    with pytest.raises(InfeasibleError) as error:
        solve(impossible, work_limit=10)
    named = {fault.cell for fault in error.value.faults}
    budgets = {"budget[nation,2016]", "budget[nation,2017]"}
    assert "mandatory[MUST]" in named
    assert budgets <= named
    assert not any("MAY" in name for name in named)
    assert not any(name.startswith("fund_limit") for name in named)
    assert error.value.exit_code == 6


@pytest.mark.parametrize("year", [2016, 2017])
def test_relaxing_any_budget_that_is_named_makes_a_plan_possible(impossible, year):
    relaxed = pl.when(pl.col("year") == year).then(10.0).otherwise("amount")
    plan = solve(impossible.replace(budgets=impossible.budgets.with_columns(amount=relaxed)), work_limit=10)
    assert plan.table["project"].to_list() == ["MUST"]
    assert plan.table["start"].to_list() == [year]


def test_a_mandatory_project_that_ends_after_the_plan_is_named_alone(impossible):
    long = impossible.replace(projects=impossible.projects.with_columns(build_years=pl.lit(3, pl.Int64)))
    with pytest.raises(InfeasibleError) as error:
        solve(long, work_limit=10)
    assert [fault.cell for fault in error.value.faults] == ["mandatory[MUST]"]


def test_the_search_stops_when_the_caller_asks_for_it(programme):
    heard = []

    def stop(seconds, value, bound):
        heard.append((seconds, value, bound))
        return True

    with pytest.raises(InfeasibleError, match="stopped before it had found a plan"):
        solve(programme(7), work_limit=20, on_progress=stop)
    assert heard
    assert all(seconds >= 0 for seconds, _, _ in heard)
