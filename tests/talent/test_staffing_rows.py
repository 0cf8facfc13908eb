"""The posts of a plan by occupation and year are those of its rows, exactly."""

from decimal import Decimal

import polars as pl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from seeds import tries
from urbium.catalogue import load_catalogue
from urbium.plan import Settings
from urbium.talent import Assumed, demand, differences
from urbium.talent.staffing_rows import staffing_rows


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


@pytest.fixture(scope="module")
def assumed(catalogue):
    return Assumed(catalogue, lambda _: 1.0)


def test_people_by_occupation_and_year_add_up_to_the_rows_of_the_plan(towns, catalogue, assumed):
    plan = towns.towns_plan()
    needed = demand(plan, catalogue, assumed)

    assert differences(plan, needed.by_city, needed.years[-1]) == []


def test_the_posts_of_two_towns_are_those_that_are_added_up_in_the_head(towns, catalogue, assumed):
    needed = demand(towns.towns_plan(), catalogue, assumed)
    sums = needed.by_city.filter(kind="eng").group_by("city", "year", "phase").agg(pl.col("millionths").sum())

    assert {(c, y, p): m / 1e6 for c, y, p, m in sums.iter_rows()} == {
        ("A", 2020, "building"): 4.0,  # the centre
        ("A", 2021, "building"): 6.0,  # and the services
        ("A", 2022, "running"): 2.0,
        ("B", 2022, "building"): 3.0,
    }


def test_what_was_built_is_run_in_the_years_after_the_plan(towns, catalogue, assumed):
    after_plan = Settings(price_year="2020", currency="CNY", years_after=2)
    plan = towns.towns_plan(roadmap=towns.towns_roadmap(settings=after_plan))
    after = demand(plan, catalogue, assumed).by_city.filter(pl.col("year") == 2023, kind="eng")

    assert after["millionths"].sum() == 3_000_000
    assert set(after["phase"]) == {"running"}


def test_a_post_too_many_is_found_by_the_independent_check(towns, catalogue, assumed):
    plan = towns.towns_plan()
    needed = demand(plan, catalogue, assumed)
    changed = needed.by_city.with_columns(
        millionths=pl.col("millionths") + pl.when(pl.int_range(pl.len()) == 0).then(1).otherwise(0)
    )

    assert len(differences(plan, changed, needed.years[-1])) == 1


@settings(deadline=None, max_examples=tries(25), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(thousandths=st.lists(st.integers(0, 10**9), min_size=2, max_size=2))
def test_what_is_split_over_occupations_loses_nothing(towns, thousandths):
    plan = with_kinds(towns, [Decimal(part) / 1000 for part in thousandths])
    rows = staffing_rows(plan, load_catalogue()).filter(pl.col("kind") == "ICT")

    assert rows["building"].sum() == thousandths[0] * 1000
    assert rows["running"].sum() == thousandths[1] * 1000


def with_kinds(towns, posts):
    """Return the plan of two towns in which Aston's centre needs some ICT people."""
    rows = {"occupation": ["ICT"], "name": ["ICT"], "evidence": ["assumption"]}
    building, running = map(float, posts)
    staff = {"project": ["A:IOC"], "occupation": ["ICT"], "building": [building], "running": [running]}
    road = towns.towns_roadmap(with_people=False, occupations=pl.DataFrame(rows), staff=pl.DataFrame(staff))
    return towns.towns_plan(with_people=False, roadmap=road)


def test_the_range_of_a_sum_is_that_of_its_parts(towns, catalogue, assumed):
    needed = demand(towns.towns_plan(), catalogue, assumed)
    row = needed.of_nation.filter(year=2020, kind="eng").row(0, named=True)

    assert (row["posts"], row["low"], row["high"]) == pytest.approx((4.0, 4 / 3, 12.0))
    assert row["evidence"] == "assumption"
