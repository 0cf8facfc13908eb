"""Plans of anybody are checked against a roadmap: only their starts are given."""

import polars as pl
import pytest

from urbium.errors import InputError
from urbium.plan import certify, proposed, read_starts, solve


@pytest.fixture(scope="module")
def plan(towns):
    return solve(towns.towns_roadmap(), work_limit=10)


def starts(*rows):
    return pl.DataFrame(rows, schema=["project", "start"], orient="row")


def test_our_own_starts_are_certified_as_our_plan_is(plan):
    again = proposed(plan, plan.table)
    certificate = certify(plan.roadmap, again)
    assert certificate.is_valid
    assert certificate.objective == pytest.approx(plan.objective)
    assert certificate.claimed_bound == plan.bound


def test_another_plan_is_worth_less_and_valid(plan):
    certificate = certify(plan.roadmap, proposed(plan, starts(("A:EGOV", 2020))))
    assert certificate.is_valid
    assert certificate.objective < plan.objective


def test_a_plan_that_nobody_can_pay_is_told_what_breaks(plan, towns):
    dear = towns.towns_roadmap()
    dear = dear.replace(
        projects=dear.projects.with_columns(capital=pl.lit(900.0)),
        funds=dear.funds.filter(pl.col("payer") != "outside"),
    )
    certificate = certify(dear, proposed(solve(dear, work_limit=5), starts(("A:IOC", 2020))))
    assert not certificate.is_valid
    assert any("A:IOC" in str(fault) for fault in certificate.faults)


def test_a_start_too_late_to_finish_is_told(plan):
    certificate = certify(plan.roadmap, proposed(plan, starts(("A:IOC", 2022))))
    assert not certificate.is_valid


def test_all_faults_are_told_at_once(plan):
    with pytest.raises(InputError) as error:
        proposed(plan, starts(("A:IOX", 2020), ("A:EGOV", 1999), ("B:IOC", 2020), ("B:IOC", 2021)))
    said = str(error.value)
    assert "row 2: there is no project 'A:IOX'; did you mean 'A:IOC'?" in said
    assert "row 3: start is 1999; enter 2020 to 2022" in said
    assert "B:IOC appears more than once" in said


def test_a_saved_plan_is_read_as_starts(plan, tmp_path):
    path = plan.save(tmp_path / "plan.csv")
    assert read_starts(path).sort("project").equals(plan.table.select("project", "start").sort("project"))


def test_a_file_without_starts_is_refused(tmp_path):
    path = tmp_path / "plan.csv"
    path.write_text("project,year\nA:IOC,2020\n")
    with pytest.raises(InputError, match="columns project and start"):
        read_starts(path)
