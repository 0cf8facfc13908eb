"""What is chosen of a roadmap: projects in or out, weights of domains, money of funds."""

import polars as pl
import pytest

from urbium.errors import InputError, NotFoundError
from urbium.plan import solve, with_choices
from urbium.plan_rules import NO_CHOICE, Choices


@pytest.fixture
def road(towns):
    return towns.towns_roadmap()


def weighed(road):
    """Return the roadmap with four indicators of three domains, of which the first two weigh 0.5 together."""
    indicators = pl.DataFrame(
        {
            "indicator": ["calls", "a", "b", "c"],
            "domain": ["safety", "safety", "water", "energy"],
            "weight": [0.4, 0.1, 0.3, 0.2],
        }
    )
    return road.replace(indicators=indicators)


def test_a_project_that_must_not_be_is_in_no_plan_and_one_that_must_be_is(road):
    free = set(solve(road, work_limit=5).table["project"])
    chosen = solve(with_choices(road, Choices(must=("B:EGOV",), must_not=("A:IOC",))), work_limit=5)
    assert "A:IOC" in free
    assert "B:EGOV" not in free
    assert "A:IOC" not in set(chosen.table["project"])
    assert "B:EGOV" in set(chosen.table["project"])
    assert chosen.certificate.is_valid


def test_a_solution_without_a_city_means_its_projects_in_every_city(road):
    projects = with_choices(road, Choices(must_not=("IOC",))).projects
    assert dict(projects.select("project", "status").iter_rows()) == {
        "A:IOC": "forbidden", "A:EGOV": "candidate", "B:IOC": "forbidden", "B:EGOV": "candidate",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("status", "choices"),
    [("committed", Choices(must_not=("A:IOC",))), ("forbidden", Choices(must=("A:IOC",)))],
)
def test_what_is_settled_is_not_chosen_otherwise(road, status, choices):
    is_chosen = pl.col("project") == "A:IOC"
    settled = pl.when(is_chosen).then(pl.lit(status)).otherwise("status")
    with pytest.raises(InputError, match="already"):
        with_choices(road.replace(projects=road.projects.with_columns(status=settled)), choices)


def test_a_domain_weighs_what_was_chosen_and_the_others_share_the_rest_as_before(road):
    weights = with_choices(weighed(road), Choices(weights={"safety": 0.75})).indicators["weight"]
    assert weights.to_list() == pytest.approx([0.6, 0.15, 0.15, 0.1])


def test_a_fund_pays_at_most_what_was_chosen_and_never_more_than_it_could(road):
    limits = pl.DataFrame({"fund": ["CITY"], "year": [2020], "amount": [5.0]})
    chosen = with_choices(road.replace(fund_limits=limits), Choices(funds={"CITY": 8.0})).fund_limits
    assert dict(chosen.select("year", "amount").iter_rows()) == {2020: 5.0, 2021: 8.0, 2022: 8.0}


def test_without_a_choice_the_roadmap_stays(road):
    chosen = with_choices(road, NO_CHOICE)
    for table in ("projects", "indicators", "fund_limits"):
        assert getattr(chosen, table).equals(getattr(road, table))


@pytest.mark.parametrize(
    ("choices", "error"),
    [
        (Choices(must=("A:IOX",)), NotFoundError),
        (Choices(weights={"air": 0.5}), NotFoundError),
        (Choices(funds={"BANKS": 1.0}), NotFoundError),
        (Choices(must=("IOC",), must_not=("A:IOC",)), InputError),
        (Choices(weights={"safety": 0.75, "water": 0.5}), InputError),
        (Choices(weights={"safety": 0.5, "water": 0.2, "energy": 0.2}), InputError),
    ],
)
def test_what_cannot_be_chosen_is_refused(road, choices, error):
    with pytest.raises(error):
        with_choices(weighed(road), choices)


def test_a_project_that_a_city_cannot_have_says_why(road):
    omitted = pl.DataFrame({"city": ["A"], "solution": ["SPONGE"], "reason": ["it never rains there"]})
    with pytest.raises(NotFoundError, match="it never rains there"):
        with_choices(road.replace(omitted=omitted), Choices(must=("A:SPONGE",)))
