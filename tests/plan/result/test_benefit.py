"""The plan benefit is shown in parts that add up, and each project's share of the improvement sums to one."""

import polars as pl
import pytest

from urbium.plan import Settings
from urbium.plan.result.benefit import benefit_by_project, benefit_parts
from urbium.plan.result.proof import gap_words, upward


def test_the_benefit_of_two_projects_on_one_gap_is_shared_in_proportion(towns):
    """By hand: the centre (0.5) and the services (0.2) close 0.5 of a gap of 1 x 0.5 a year in three years.

    The services are finished in 2021, the centre in 2021: both count in 2022 only, with 0.7 of worth 0.5,
    discounted by 1.05 ** -2; Bourne's centre is finished in 2022 and counts in no year of the plan.
    """
    shares = {p: (b, s) for p, b, s in benefit_by_project(towns.towns_plan()).rows()}
    whole = 0.7 * 0.5 / 1.05**2

    assert shares["A:IOC"][0] == pytest.approx(whole * 5 / 7)
    assert shares["A:EGOV"][0] == pytest.approx(whole * 2 / 7)
    assert shares["B:IOC"][0] == 0.0
    assert sum(share for _, share in shares.values()) == pytest.approx(1.0)


def test_outcomes_and_outputs_are_told_apart_with_their_domain_and_evidence(towns):
    kinds = towns.towns_roadmap().indicators.with_columns(kind=pl.lit("output"), domain=pl.lit("governance"))
    plan = towns.towns_plan(roadmap=towns.towns_roadmap(indicators=kinds))
    row = benefit_parts(plan).filter(pl.col("amount") > 0).row(0, named=True)

    assert (row["part"], row["domain"]) == ("output", "governance")


def test_the_improvement_is_said_before_what_is_taken_off(towns):
    """The improvement is 0.35 / 1.05 ** 2, as above."""
    road = towns.towns_roadmap(settings=Settings(currency="CNY", price_year="2020", spending_price=0.1))
    said = towns.towns_plan(roadmap=road, objective=-4.0, bound=-3.9).benefit_words

    assert said.startswith("The plan brings an improvement of 0.3175 (years of weighted improvement): ")
    assert said.index("improvement of outcomes +0.3175") < said.index(
        "After what is taken off (price of spending -"
    )
    assert said.endswith("the plan benefit is -4.")


def test_a_gap_of_what_is_mostly_taken_off_is_said_as_a_share_of_the_improvement_too(towns):
    """A better plan could gain 0.1, which is 2.5 % of the benefit but nearly a third of the improvement."""
    plan = towns.towns_plan(objective=-4.0, bound=-3.9)

    assert plan.gap == pytest.approx(0.1 / 4)
    assert plan.gap_of_improvement == pytest.approx(0.1 / (0.35 / 1.05**2))
    assert "2.50 % more than this one; that is 31.50 % of the improvement" in plan.proof_words


def test_a_gap_of_what_is_not_taken_off_is_said_once(towns):
    plan = towns.towns_plan(objective=2.0, bound=2.1)

    assert plan.gap_of_improvement is None
    assert "of the improvement" not in plan.proof_words


@pytest.mark.parametrize(
    ("gap", "words"),
    [(0.04674, "4.68 %"), (0.0468, "4.68 %"), (0.0, "0.00 %"), (22.14, "no useful bound yet"),
     (float("inf"), "no useful bound yet"), (None, "no useful bound yet")],
)  # fmt: skip
def test_a_gap_is_rounded_up_everywhere_and_a_useless_one_is_not_said(gap, words):
    assert gap_words(gap) == words


def test_rounding_up_never_says_less_than_is_proven():
    assert all(upward(gap / 7e5) >= gap / 7e5 - 1e-12 for gap in range(1, 5000, 7))
