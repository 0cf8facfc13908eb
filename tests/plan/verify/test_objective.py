"""What a plan misses is found in the raw tables: each standard and each soft prerequisite counts once."""

from dataclasses import replace

import polars as pl
import pytest

from urbium.plan import Roadmap, solve
from urbium.plan.verify.objective import declared_overruns, recomputed_objective, recomputed_shortfalls

LAMPS, METERS = {"lamps hill": 2026}, {"meters hill": 2026}


@pytest.fixture
def road():
    example = Roadmap.example()
    example = example.replace(settings=replace(example.settings, shortfall_price=0.1))
    return example.add("standards", standard="lit early", city="hill", deadline=2026).add(
        "covers", standard="lit early", project="lamps hill"
    )


def test_a_standard_that_cannot_be_met_in_time_is_missed_once_by_planner_and_check(road):
    plan = solve(road)
    missed = [("standard", "hill", "lit early", 1.0)]
    assert plan.shortfalls.rows() == missed
    assert list(recomputed_shortfalls(road, LAMPS)) == missed
    assert plan.certificate.is_valid


def test_a_standard_that_is_met_in_its_last_year_is_not_missed(road):
    later = road.replace(standards=road.standards.with_columns(deadline=pl.lit(2027)))
    assert list(recomputed_shortfalls(later, LAMPS)) == []


def test_a_soft_prerequisite_that_is_not_kept_costs_its_own_loss(road):
    soft = {"project": "meters hill", "requires": "lamps hill", "lag": 0, "kind": "soft", "loss": 0.25}
    asked = road.add("prerequisites", **soft)
    assert list(recomputed_shortfalls(asked, METERS))[1:] == [
        ("prerequisite", "hill", "meters hill<-lamps hill", 1.0)
    ]
    lost = recomputed_objective(road, METERS) - recomputed_objective(asked, METERS)
    assert lost == pytest.approx(0.25)


def test_of_declared_overruns_what_is_no_amount_above_zero_is_none():
    amounts = [2.5, 0.0, -1.0, None, float("inf")]
    table = pl.DataFrame(
        {"limit": "budget", "place": "hill", "year": range(2026, 2031), "amount": amounts}, strict=False
    )
    assert declared_overruns(table) == {("budget", "hill", 2026): 2.5}
