"""Posts that cost more than their project: found by plain arithmetic, in a plan and in the catalogue."""

from math import sqrt

import polars as pl
import pytest

from urbium.catalogue import load_catalogue
from urbium.talent.labour_cost import unpaid_in_catalogue, unpaid_in_plan, unpaid_words

MILLIONTHS = 1_000_000


def posts(*rows):
    table = pl.DataFrame(list(rows), schema=["project", "building", "running"], orient="row")
    return table.with_columns(pl.col("building", "running") * MILLIONTHS)


def test_posts_above_the_running_cost_are_named_with_how_many_it_pays_for(towns):
    plan = towns.towns_plan()
    operation = plan.table.filter(project="A:IOC")["operation"].item()

    unpaid = unpaid_in_plan(plan, posts(("A:IOC", 0, 5), ("A:EGOV", 0, 1)), wage=1.0)

    assert operation == 3.0
    assert unpaid.rows() == [("A:IOC", "A", "IOC", "running", 5.0, 3.0)]


def test_person_years_of_building_are_posts_times_build_years(towns):
    plan = towns.towns_plan()  # the centre costs 30 and takes two years
    within, above = (unpaid_in_plan(plan, posts(("A:IOC", each, 0)), wage=1.0) for each in (15, 16))

    assert within.is_empty()
    assert above.select("phase", "posts", "paid").rows() == [("building", 32.0, 30.0)]


def test_without_a_wage_nothing_is_said(towns):
    assert unpaid_in_plan(towns.towns_plan(), posts(("A:IOC", 9, 9)), wage=0.0).is_empty()


def test_the_catalogue_names_the_operations_centre_whose_running_cost_pays_an_eighth_of_its_posts():
    catalogue = load_catalogue()
    centre = unpaid_in_catalogue(catalogue, lambda _: 1.0).filter(solution="IOC", phase="running")
    capital = sqrt(2.22 * 26.39) * 1_000_000  # USD for a million people

    assert centre["posts"].item() == pytest.approx(6.3 * 10)
    assert centre["paid"].item() == pytest.approx(0.08 * capital / 80_000)
    assert any("63 posts to run, 8 paid" in words for words in unpaid_words(catalogue, lambda _: 1.0))
