"""What a plan's projects bring in: shared money is booked once, and what is not booked says why."""

import pytest

from towns import rows, towns_roadmap
from urbium.errors import InputError
from urbium.finance.inflows import inflows_and_reasons, project_inflows
from urbium.model import Evidence
from urbium.plan.inputs.notes import cell, in_english
from urbium.text import coded, language, say

COLUMNS = "project kind receiver low high outcome running_cost overlap evidence same_effects note"
FINES = ("A:IOC", "user_revenue", "city", 1.0, 2.0, "realised", "gross", "fines", "derived", "", "")
POSTS = (
    "A:EGOV", "city_saving", "city", 3.0, 4.0, "promised", "gross", "", "derived", "calls;posts", "",
)  # fmt: skip
NOTHING = ("B:IOC", "none", "", None, None, "", "", "", "", "", "a social benefit is not cash")
BUILT = ("A:IOC", "A:EGOV", "B:IOC")


def booked(*inflows, built=BUILT):
    return project_inflows(towns_roadmap(inflows=rows(COLUMNS, *inflows)), built)


def test_each_built_project_has_a_row_with_its_money_or_its_reason():
    table = booked(FINES, POSTS, NOTHING)

    assert table.select("project", "kind", "low", "high", "reason").rows() == [
        ("A:IOC", "user_revenue", 1.0, 2.0, ""),
        ("A:EGOV", "city_saving", 3.0, 4.0, ""),
        ("B:IOC", "none", None, None, "a social benefit is not cash"),
    ]


def test_projects_that_are_not_built_bring_nothing():
    assert booked(FINES, POSTS, NOTHING, built=["B:IOC"])["project"].to_list() == ["B:IOC"]


def test_a_roadmap_without_inflows_says_that_it_has_none():
    table = project_inflows(towns_roadmap(), BUILT)

    assert set(table["kind"]) == {"none"}
    assert set(table["reason"]) == {"the roadmap does not state what the project brings in"}


def test_money_that_two_projects_of_a_city_share_is_booked_at_the_one_that_saw_it_come():
    shared = (*POSTS[:7], "fines", *POSTS[8:])
    table = booked(FINES, shared, NOTHING)

    assert table["kind"].to_list() == ["user_revenue", "none", "none"]
    assert table["high"].to_list() == [2.0, None, None]
    assert table["reason"][1] == "the same money is already counted for A:IOC (fines)"


def test_it_is_booked_at_the_other_where_the_first_is_not_built():
    shared = (*POSTS[:7], "fines", *POSTS[8:])
    table = booked(FINES, shared, NOTHING, built=["A:EGOV"])

    assert table["kind"].to_list() == ["city_saving"]


def test_money_of_one_name_in_two_cities_is_booked_in_both():
    elsewhere = ("B:IOC", *FINES[1:])
    table = booked(FINES, POSTS, elsewhere)

    assert table["kind"].to_list() == ["user_revenue", "city_saving", "user_revenue"]


@pytest.mark.parametrize(
    ("inflow", "reason"),
    [
        (POSTS, "this income was promised or computed and has not been measured since"),
        ((*FINES[:8], "assumption", "", ""), "the evidence is assumption, but at least derived is required"),
    ],
)
def test_a_return_is_made_of_nothing_that_was_promised_or_assumed(inflow, reason):
    strict = project_inflows(
        towns_roadmap(inflows=rows(COLUMNS, inflow)), [inflow[0]], least=Evidence.DERIVED
    )

    assert booked(inflow, built=[inflow[0]])["kind"].to_list() == [inflow[1]]
    assert strict.select("kind", "high", "reason").rows() == [("none", None, reason)]


def test_a_promise_does_not_keep_shared_money_from_the_return_of_a_project_that_counted_it():
    shared = (*FINES[:5], "mixed", *FINES[6:8], "published", *FINES[9:])
    promise = (*POSTS[:7], "fines", "published", *POSTS[9:])
    road = towns_roadmap(inflows=rows(COLUMNS, promise, shared))

    assert project_inflows(road, BUILT[:2], least=Evidence.DERIVED)["reason"].to_list() == [
        "", "this income was promised or computed and has not been measured since"
    ]  # fmt: skip


def test_money_that_nobody_is_said_to_receive_does_not_count():
    table = booked((*FINES[:2], "", *FINES[3:]), built=["A:IOC"])

    assert table["reason"][0] == "neither the city nor an operator is named as receiving this income"


def test_a_project_that_the_roadmap_does_not_have_is_refused_with_the_nearest():
    with pytest.raises(InputError, match="no project 'A:IOK'") as caught:
        booked(FINES, built=["A:IOK"])
    assert "A:IOC" in caught.value.remedy


def test_a_reason_that_the_roadmap_keeps_in_words_is_said_in_any_language():
    said = coded("catalogue.booking.society", "a social benefit is not cash")
    tables = in_english({"inflows": rows(COLUMNS, (*NOTHING[:-1], cell(said)))})
    reasons = inflows_and_reasons(towns_roadmap(**tables), ["B:IOC", "A:IOC"])[1]

    with language("zh"):
        assert [say(one) for one in reasons.values()] == [
            "社会效益不是现金",
            "实施路线图未注明该项目带来的收入",
        ]
