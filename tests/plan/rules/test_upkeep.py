"""What is built can be paid for after the plan: in every year after it, by whoever runs it."""

from dataclasses import replace

import polars as pl
import pytest

from urbium.errors import InputError
from urbium.plan import NATIONWIDE, certify, solve
from urbium.plan.milp.model import assemble
from urbium.plan.result.limits import limits
from urbium.plan.rules import called
from urbium.plan.search.national.adapter import instance_of, unsupported
from urbium.plan.variables import Variables


def limited(road, **amounts):
    """Return the towns with a limit on running costs from 2023 on."""
    rows = [(place, 2023, amount) for place, amount in amounts.items()]
    return road.replace(upkeep=pl.DataFrame(rows, schema=["place", "since", "amount"], orient="row"))


@pytest.fixture
def road(towns):
    """Two towns without limits on people, whose projects cost 3 and 1, and 2 and 1 a year to run."""
    return towns.towns_roadmap(with_people=False)


def running(plan, city):
    return plan.table.filter(pl.col("city") == city)["operation"].sum()


def test_without_a_limit_more_is_built_than_the_city_could_run(road):
    assert running(solve(road, work_limit=10), "A") == 4.0


@pytest.mark.parametrize(("most", "runs"), [(4.0, 4.0), (3.5, 3.0), (2.0, 1.0), (0.5, 0.0)])
def test_a_city_builds_no_more_than_it_can_run_after_the_plan(road, most, runs):
    """Of 3 and 1 a year the better one that fits: the centre closes 0.5 of the gap, the services 0.2."""
    plan = solve(limited(road, A=most), work_limit=10)

    assert running(plan, "A") == runs
    assert plan.certificate.is_valid


def test_what_wears_out_is_renewed_within_the_limit_too(road):
    """The centre costs 3 a year to run and its renewal 1 more; the services 1 and nothing."""
    worn = road.projects.with_columns(renewal=pl.when(pl.col("solution") == "IOC").then(1.0).otherwise(0.0))
    plan = solve(limited(road.replace(projects=worn), A=3.5), work_limit=10)

    assert running(plan, "A") == 1.0
    assert plan.certificate.is_valid
    refused = certify(plan.roadmap, solve(limited(road, A=3.5), work_limit=10)).faults
    assert [(fault.limit, fault.where, fault.violation) for fault in refused if fault.limit == "upkeep"] == [
        ("upkeep", "A,2023", 0.5)
    ]


def test_what_is_set_aside_is_charged_in_each_year_that_a_project_runs_and_stands_apart(road):
    worn = road.projects.with_columns(renewal=pl.lit(0.5))
    plan = solve(road.replace(projects=worn), work_limit=10)
    runs = {p: max(2022 - end, 0) for p, end in plan.table.select("project", "finish").iter_rows()}
    kept = plan.money.filter(pl.col("kind") == "renewal")

    assert kept["amount"].sum() == 0.5 * sum(runs.values()) > 0
    assert plan.certificate.is_valid


def test_what_counts_after_the_plan_must_say_what_its_renewal_takes(road):
    counted = road.replace(settings=replace(road.settings, years_after=2))
    with pytest.raises(InputError) as refused:
        solve(counted)
    assert "the cost of renewing 4 projects is not stated" in refused.value.faults[0].message


def test_the_nation_builds_no_more_than_it_can_run_where_it_pays_for_operation(road):
    by_nation = road.replace(settings=replace(road.settings, operation_by="nation"))
    plan = solve(limited(by_nation, **{NATIONWIDE: 3.0}), work_limit=10)

    assert plan.table["operation"].sum() <= 3.0
    assert plan.certificate.is_valid


def test_a_plan_above_the_limit_is_refused_by_the_independent_check(road):
    plan = solve(road, work_limit=10)
    faults = certify(limited(road, A=3.5), plan).faults

    assert [(fault.limit, fault.where, fault.violation) for fault in faults] == [("upkeep", "A,2023", 0.5)]


def test_what_a_plan_uses_of_the_limit_is_reported_with_its_price(road):
    plan = solve(limited(road, A=3.5), work_limit=10)
    row = limits(plan).filter(pl.col("limit") == "upkeep").row(0, named=True)

    assert (row["name"], row["amount"], row["used"], row["left"]) == ("upkeep[A,2023]", 3.5, 3.0, 0.5)
    assert row["unit"] == "CNY million a year"
    assert called(row["name"], str) == "running costs and renewal in A from 2023 onwards"


def test_the_price_of_the_limit_enters_the_recomputed_bound(road):
    """The relaxation takes a part of the second project, so that only a price of the limit brings it near."""
    plan = solve(limited(road, A=3.0, B=0.0), work_limit=10)
    prices = dict(plan.proof.iter_rows())
    without = plan.proof.filter(~pl.col("row").str.starts_with("upkeep"))
    unpriced = certify(plan.roadmap, replace(plan, proof=without)).bound

    assert prices["upkeep[A,2023]"] > 0
    assert plan.objective <= plan.certificate.bound < unpriced


def test_committed_projects_may_exceed_the_limit_by_themselves_and_it_is_said(road):
    fixed = road.projects.with_columns(
        status=pl.when(pl.col("project") == "A:IOC").then(pl.lit("committed")).otherwise("status"),
        start=pl.when(pl.col("project") == "A:IOC").then(2020).otherwise("start"),
    )
    plan = solve(limited(road.replace(projects=fixed), A=2.0), work_limit=10)

    assert running(plan, "A") == 3.0
    assert plan.overruns.rows() == [("upkeep", "A", 2023, 1.0)]
    assert plan.certificate.is_valid


def test_a_limit_of_a_plan_year_is_refused(road):
    wrong = road.replace(upkeep=pl.DataFrame({"place": ["A"], "since": [2022], "amount": [3.0]}))
    with pytest.raises(InputError, match="one fault") as refused:
        solve(wrong)
    assert "is not after the plan's last year (2022)" in refused.value.faults[0].message


def test_the_national_search_knows_the_limit(road):
    lay = Variables(limited(road, A=3.5))
    instance, _ = instance_of(lay, assemble(lay))

    assert "running costs and renewal after the plan" not in unsupported(lay)
    assert instance.cities.upkeep.tolist() == [3.5, 3.0]
