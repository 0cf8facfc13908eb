"""What a plan's projects bring in: shared money is booked once, and what is not booked says why."""

import pytest

from towns import rows, towns_roadmap
from urbium.errors import InputError
from urbium.finance.inflows import booked_effects, project_inflows

COLUMNS = "project kind receiver low high outcome running_cost overlap evidence same_effects note"
FINES = ("A:IOC", "user_revenue", "city", 1.0, 2.0, "realised", "gross", "fines", "derived", "", "")
POSTS = (
    "A:EGOV", "city_saving", "city", 3.0, 4.0, "promised", "gross", "", "derived", "calls;posts", "",
)  # fmt: skip
NOTHING = ("B:IOC", "none", "", None, None, "", "", "", "", "", "a benefit of society is no cash")
BUILT = ("A:IOC", "A:EGOV", "B:IOC")


def booked(*inflows, built=BUILT):
    return project_inflows(towns_roadmap(inflows=rows(COLUMNS, *inflows)), built)


def test_each_built_project_has_a_row_with_its_money_or_its_reason():
    table = booked(FINES, POSTS, NOTHING)

    assert table.select("project", "kind", "low", "high", "reason").rows() == [
        ("A:IOC", "user_revenue", 1.0, 2.0, ""),
        ("A:EGOV", "city_saving", 3.0, 4.0, ""),
        ("B:IOC", "none", None, None, "a benefit of society is no cash"),
    ]


def test_projects_that_are_not_built_bring_nothing():
    assert booked(FINES, POSTS, NOTHING, built=["B:IOC"])["project"].to_list() == ["B:IOC"]


def test_a_roadmap_without_inflows_says_that_it_has_none():
    table = project_inflows(towns_roadmap(), BUILT)

    assert set(table["kind"]) == {"none"}
    assert set(table["reason"]) == {"the roadmap says nothing of what it brings in"}


def test_money_that_two_projects_of_a_city_share_is_booked_at_the_one_that_saw_it_come():
    shared = (*POSTS[:7], "fines", *POSTS[8:])
    table = booked(FINES, shared, NOTHING)

    assert table["kind"].to_list() == ["user_revenue", "none", "none"]
    assert table["high"].to_list() == [2.0, None, None]
    assert table["reason"][1] == "A:IOC has the same money (fines)"


def test_it_is_booked_at_the_other_where_the_first_is_not_built():
    shared = (*POSTS[:7], "fines", *POSTS[8:])
    table = booked(FINES, shared, NOTHING, built=["A:EGOV"])

    assert table["kind"].to_list() == ["city_saving"]


def test_money_of_one_name_in_two_cities_is_booked_in_both():
    elsewhere = ("B:IOC", *FINES[1:])
    table = booked(FINES, POSTS, elsewhere)

    assert table["kind"].to_list() == ["user_revenue", "city_saving", "user_revenue"]


def test_effects_whose_gain_is_booked_already_are_listed_for_those_who_price_effects():
    assert booked_effects(booked(FINES, POSTS, NOTHING)).rows() == [("A:EGOV", "calls"), ("A:EGOV", "posts")]


def test_a_project_that_the_roadmap_does_not_have_is_refused_with_the_nearest():
    with pytest.raises(InputError, match="no project 'A:IOK'") as caught:
        booked(FINES, built=["A:IOK"])
    assert "A:IOC" in caught.value.remedy
