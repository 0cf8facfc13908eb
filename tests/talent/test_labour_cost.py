"""Where a source counts more people than the money pays, by plain arithmetic, in plans and catalogue."""

from dataclasses import replace
from math import sqrt

import polars as pl
import pytest

from urbium.catalogue import load_catalogue
from urbium.plan import Settings
from urbium.talent import PHASES
from urbium.talent.labour_cost import unpaid_in_catalogue, unpaid_in_plan, unpaid_words

CENTRE = sqrt(2.22 * 26.39)  # USD a person to build the operations centre


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


def people(towns, posts):
    """Return a plan of two towns whose centres are run by so many."""
    road = towns.towns_roadmap(
        settings=Settings(price_year="2020", currency="CNY", weight_unit="million people")
    )
    of = {"A:IOC": posts, "B:IOC": posts}
    projects = road.projects.with_columns(
        run_posts=pl.col("project").replace_strict(of, default=None, return_dtype=pl.Float64)
    )
    return towns.towns_plan(roadmap=replace(road, projects=projects))


def test_a_centre_whose_running_cost_pays_fewer_than_its_source_counts_is_named_with_both(towns, catalogue):
    unpaid = unpaid_in_plan(people(towns, 4.0), catalogue)

    assert unpaid.drop("title").rows() == [
        ("A:IOC", "A", "running", 4.0, 8.0, pytest.approx(6.3 * 10)),  # half of the cost is wages
        ("B:IOC", "B", "running", 4.0, 8.0, pytest.approx(6.3 * 20)),
    ]


def test_one_sentence_names_what_is_counted_what_is_paid_and_what_the_source_counts(towns, catalogue):
    (sentence,) = unpaid_words(unpaid_in_plan(people(towns, 4.0), catalogue), PHASES, {})

    assert (
        "(running): the plan counts 8 posts. All the money for this phase would pay for 16, "
        "but staffing the phase as in the source would take 189."
    ) in str(sentence)


def test_where_the_money_pays_all_whom_the_source_counts_nothing_is_said(towns, catalogue):
    assert unpaid_in_plan(people(towns, 64.0), catalogue).is_empty()  # 128 paid in both, 63 and 126 counted


def test_without_posts_nothing_is_said(towns, catalogue):
    assert unpaid_in_plan(towns.towns_plan(), catalogue).is_empty()


def test_the_catalogue_names_the_operations_centre_whose_running_cost_pays_an_eighth_of_its_posts(catalogue):
    paid = 0.08 * CENTRE * 100_000 / 80_000
    named = [words for words in unpaid_in_catalogue(catalogue, PHASES) if "centre" in words]

    assert 6.3 / paid == pytest.approx(8.2, abs=0.05)
    assert named == [
        (
            "Integrated operations centre (city brain, ICCC) (running: the source states 6.3 people per "
            "100,000, but the cost would pay for 0.77)"
        )
    ]
