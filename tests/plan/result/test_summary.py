"""A plan in words: each sentence carries the figures of the plan."""

import math
from dataclasses import replace

import pytest

from urbium.plan import summary


@pytest.fixture(scope="module")
def words(towns):
    told = summary(towns.towns_plan(), names={"A": "Aston", "B": "Bourne"})
    return {about: " ".join(sentence for name, sentence in told if name == about) for about, _ in told}


@pytest.mark.parametrize(
    ("about", "said"),
    [
        ("What is built", "3 projects of 2 kinds in 2 cities, begun from 2020 to 2022"),
        ("What is built", "60 m CNY to build and, when all are built, 6 m CNY a year"),
        ("Who pays", "Bank loan 33\N{NO-BREAK SPACE}%, City budget 33\N{NO-BREAK SPACE}%, National grant 33"),
        ("Budgets", "22 m CNY of 60 m CNY (37\N{NO-BREAK SPACE}%) is used, most in 2021 (75"),
        ("Budgets", "24 m CNY of 45 m CNY (53\N{NO-BREAK SPACE}%) is used"),
        ("How good it is", "at most 5.00\N{NO-BREAK SPACE}% better"),
        ("People", "in 2021: 6. Nearly all that the nation can lend are at work (99\N{NO-BREAK SPACE}% or"),
        ("People", "more): Engineers (2020-2022)"),
        ("What falls short", "Standard missed by its deadline: 1 case (Bourne)"),
        ("How alike", "Two cities share 50\N{NO-BREAK SPACE}% of their solutions"),
        ("What it rests on", "67\N{NO-BREAK SPACE}% of the projects are assumed, not published; so are 50"),
    ],
)
def test_a_sentence_carries_the_figures_of_the_plan(words, about, said):
    assert said in words[about]


def test_a_gap_is_never_rounded_down(towns):
    told = dict(summary(towns.towns_plan(objective=1.0, bound=1.012301)))

    assert "at most 1.24\N{NO-BREAK SPACE}% better" in told["How good it is"]


def test_a_plan_proven_best_says_so(towns):
    assert (
        "no plan under these limits can be worth more"
        in dict(summary(towns.towns_plan(bound=2.0)))["How good it is"]
    )


def test_an_unknown_bound_is_not_made_up(towns):
    assert "not known" in dict(summary(towns.towns_plan(bound=math.inf)))["How good it is"]


def test_a_plan_without_projects_says_so_and_no_more(towns):
    told = summary(towns.towns_plan(table=towns.towns_plan().table.head(0)))

    assert [about for about, _ in told] == ["What is built"]


def test_how_amounts_were_made_is_told_where_it_is_known(towns):
    plan = towns.towns_plan()
    settings = replace(plan.roadmap.settings, note="of the catalogue")
    told = summary(replace(plan, roadmap=replace(plan.roadmap, settings=settings)))

    assert dict(told)["What it rests on"].endswith(". Amounts: of the catalogue.")
    assert "Amounts" not in dict(summary(plan))["What it rests on"]
