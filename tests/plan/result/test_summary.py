"""A plan in words: each sentence carries the figures of the plan."""

import math
from dataclasses import replace

import polars as pl
import pytest

from urbium.plan import summary


@pytest.fixture(scope="module")
def words(towns):
    told = summary(towns.towns_plan(), names={"A": "Aston", "B": "Bourne"})
    return {about: " ".join(sentence for name, sentence in told if name == about) for about, _ in told}


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ("Projects", "3 projects of 2 kinds in 2 cities, started between 2020 and 2022"),
        ("Projects", "Cost to build: CNY 60 million, paid "),
        (
            "Projects",
            "the cities pay CNY 6 million a year: CNY 6 million to operate them and CNY 0",
        ),
        ("Funding", "Bank loan 34%, City budget 33% and National grant 33%"),
        (
            "Budgets",
            "CNY 60 million (37%) is used in the plan years; the peak year is 2021, with 75",
        ),
        ("Budgets", "CNY 24 million of CNY 45 million (53%) is used"),
        (
            "Plan benefit",
            "The plan achieves 7.4% of the possible improvement by 2022 (median city 11.1%)",
        ),
        (
            "Plan benefit",
            "by more than 5.00% (proven for the inputs shown: 50% of the needs are assumed, 0% are",
        ),
        (
            "Staff",
            "in 2021, at 6 full-time posts. Occupations at 99% or more of what the nation can lend: ",
        ),
        ("Staff", "Engineers (2020-2022)"),
        ("Targets missed", "Standard not met by its deadline (fire brigade): 1 case (Bourne)"),
        ("Similarity of city plans", "Two cities share 50% of their solutions"),
        (
            "Evidence",
            "; by number of projects: 67% assumption and 33% published.",
        ),
    ],
)
def test_a_sentence_carries_the_figures_of_the_plan(words, about, said):
    assert said in words[about]


def test_a_gap_is_never_rounded_down(towns):
    told = dict(summary(towns.towns_plan(objective=1.0, bound=1.012301)))

    assert "exceed this plan's gain over doing nothing by more than 1.24%" in told["Plan benefit"]


def test_a_plan_proven_best_says_so(towns):
    assert (
        "No plan within these limits can gain more"
        in dict(summary(towns.towns_plan(bound=2.0)))["Plan benefit"]
    )


def test_an_unknown_bound_is_not_made_up(towns):
    assert "unknown" in dict(summary(towns.towns_plan(bound=math.inf)))["Plan benefit"]


def test_a_plan_without_projects_says_so_and_no_more(towns):
    told = summary(towns.towns_plan(table=towns.towns_plan().table.head(0)))

    assert [about for about, _ in told] == ["Projects"]


def test_how_amounts_were_made_is_told_where_it_is_known(towns):
    plan = towns.towns_plan()
    settings = replace(plan.roadmap.settings, note="of the catalogue")
    told = summary(replace(plan, roadmap=replace(plan.roadmap, settings=settings)))

    assert dict(told)["Evidence"] == "Amounts: of the catalogue."
    assert "Amounts" not in dict(summary(plan))["Evidence"]


@pytest.mark.parametrize(("payer", "named"), [("city", "the cities"), ("nation", "the nation")])
def test_what_is_repaid_for_loans_is_told_with_who_pays_it(towns, payer, named):
    plan = towns.towns_plan()
    terms = pl.DataFrame({"fund": ["BANK"], "payer": [payer], "after": 1, "share": [1.5]})
    told = dict(summary(replace(plan, roadmap=plan.roadmap.replace(repayments=terms))))

    assert told["Loans and partners"] == (
        "By 2023, a total of CNY 30 million will be repaid on CNY 20 million from loans and partners, "
        f"including interest and returns (constant prices); paid by: {named}."
    )


def test_what_users_are_to_repay_is_told_with_the_part_that_stands_on_no_income(towns):
    """Of 20 of the bank 30, of 10 and 10 of the city as much: 50, of which 40 for projects without income."""
    plan = towns.towns_plan()
    road = plan.roadmap.replace(
        repayments=pl.DataFrame(
            {"fund": ["BANK", "CITY"], "payer": "users", "after": 1, "share": [1.5, 1.0]},
        ),
        inflows=pl.DataFrame(
            {
                "project": ["A:IOC", "A:EGOV", "B:IOC"],
                "kind": ["user_revenue", "none", "none"],
                "low": [1.0, None, None],
                "high": [2.0, None, None],
            }
        ),
    )
    said = " ".join(str(words) for _, words in summary(replace(plan, roadmap=road))).replace("\xa0", " ")

    assert "Users are assumed to repay a further CNY 50 million, 80% of it for projects" in said


@pytest.mark.parametrize("bound", [math.inf, 2.0, 2.05])
def test_every_sentence_begins_with_a_capital_and_ends_with_a_full_stop(towns, bound):
    said = [words for _, words in summary(towns.towns_plan(bound=bound))]

    assert [words for words in said if not (words[0].isupper() or words[0].isdigit())] == []
    assert [words for words in said if not words.endswith(".")] == []
