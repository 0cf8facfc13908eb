"""Flat features: one value a property, the latest, in one unit, and typed from the first of them."""

import pytest

from publication_record import FIGURES, record_of
from urbium.publish.open_data.flat import KINDS


@pytest.fixture(scope="module")
def places(record):
    return KINDS["places"].make(record)


def row(collection, code):
    return next(one for one in collection.rows.iter_rows(named=True) if one[collection.key] == code)


def test_the_latest_figure_of_a_variable_stands_for_all_of_them(places):
    delft = row(places, "0503")
    assert (delft["air"], delft["air_period"]) == (-12.35, "2013-07")
    assert (delft["cover"], delft["cover_period"]) == (61.5, "2012-Q3")
    assert (delft["score"], delft["rank"], delft["score_period"]) == (61.25, 1, "2013")


def test_a_figure_in_another_unit_than_most_stands_in_no_column(places):
    assert row(places, "NLD")["air"] is None
    assert places.properties["air"].unit == "ug/m3"
    assert places.properties["air"].ucum == "ug/m3"


def test_of_two_boundaries_that_of_the_variable_counts():
    other = (*FIGURES[2][:2], "city", *FIGURES[2][3:5], 99.0, *FIGURES[2][6:])
    places = KINDS["places"].make(record_of([*FIGURES, other]))
    assert row(places, "0503")["air"] == 99.0  # the variables of the record are declared for the city


def test_the_first_features_have_a_value_of_each_property(places):
    first = places.rows.head(3)
    assert [name for name in places.properties if places.rows[name].null_count() < places.rows.height] == [
        name for name in places.properties if first[name].null_count() < first.height
    ]


def test_a_project_has_its_budget_what_is_signed_and_what_it_brings(record):
    projects = KINDS["projects"].make(record)
    one = row(projects, "0503:IOC")
    assert (one["budget"], one["currency"], one["signed"]) == (2_000_000.25, "EUR", 300_000.0)
    assert (one["inflow"], one["longitude"], one["authority"]) == (15_000.0, 4.36, None)
    assert row(projects, "pilot:t1")["budget"] is None


def test_a_record_without_projects_or_scores_has_places_alone(record):
    names = ("scores", "projects", "project_figures", "finance")
    bare = record_of(tables={name: record.tables[name].clear() for name in names})
    assert KINDS["projects"].make(bare).rows.is_empty()
    assert row(KINDS["places"].make(bare), "0503")["score"] is None
