"""The plan benefit is shown in parts that add up, and each project's share of the improvement sums to one."""

import polars as pl
import pytest

from urbium.plan import Settings
from urbium.plan.result.benefit import benefit_by_project, benefit_parts
from urbium.plan.result.late import late_in, late_words
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
    """The improvement is 0.35 / 1.05 ** 2, as above; 15, 25 and 24 are spent by year, 2 on training."""
    road = towns.towns_roadmap(settings=Settings(currency="CNY", price_year="2020", spending_price=0.1))
    said = towns.towns_plan(roadmap=road, objective=-4.0, bound=-3.9).benefit_words

    assert said.startswith("The plan brings an improvement of 0.3175 (years of weighted improvement): ")
    assert said.index("improvement of outcomes +0.3175") < said.index("After deductions (price of spending -")
    benefit = 0.35 / 1.05**2 - 0.1 * (15 + 2 + 25 / 1.05 + 24 / 1.05**2)
    assert said.endswith(f"the plan benefit is {benefit:.4g}.")


def test_what_a_plan_closes_is_a_share_of_all_gaps_closed_from_the_first_year_on(towns):
    """By hand: gaps of 0.5 in Aston (weight 1) and Bourne (weight 2), in three years at 5% a year.

    The plan achieves 0.7 of Aston's in the third year, and nothing in Bourne.
    """
    plan, years = towns.towns_plan(), 1 + 1 / 1.05 + 1 / 1.05**2
    closed = {row["city"]: (row["closed"], row["improvable"]) for row in plan.closed.to_dicts()}

    assert closed["A"] == pytest.approx((0.7 * 0.5 / 1.05**2, 0.5 * years))
    assert closed["B"] == pytest.approx((0.0, 2 * 0.5 * years))
    assert plan.closed_share == pytest.approx(0.35 / 1.05**2 / (1.5 * years))
    assert plan.closed_words == (
        "The plan achieves 7.4% of the possible improvement by 2022 (median city 11.1%); no range is "
        "given, because none is stated for the effects. The possible improvement is what would be gained if "
        "every need were met as "
        "far as solutions allow, regardless of limits on money, people and time."
    )


def test_the_share_stands_between_the_ends_of_its_effects(towns):
    """By hand: the centre closes 0.5, at least 0.3, at most 0.9; the services close 0.2 whatever happens.

    At the high end both would close 1.1 of Aston's gap, of which there is 1; the rest is as above.
    """
    road = towns.towns_roadmap()
    is_centre = pl.col("project").str.ends_with(":IOC")
    ends = {"low": pl.when(is_centre).then(0.3), "high": pl.when(is_centre).then(0.9)}
    plan, years = (
        towns.towns_plan(roadmap=road.replace(effects=road.effects.with_columns(**ends))),
        1 + 1 / 1.05,
    )
    possible = 1.5 * (years + 1 / 1.05**2)

    assert plan.closed_ends == pytest.approx((0.5 * 0.5 / 1.05**2, 1.0 * 0.5 / 1.05**2))
    assert plan.closed_ends[1] / possible == pytest.approx(0.106, abs=5e-4)
    assert plan.closed_words.startswith(
        "The plan achieves 7.4% of the possible improvement by 2022 (median city 11.1%): 5.3% if every "
        "effect is at the low end of its stated range, 10.6% if every effect is at the high end. The "
        "possible improvement is "
    )


def test_the_middle_of_the_ends_is_what_the_plan_closes(towns):
    road = towns.towns_roadmap()
    same = road.effects.with_columns(low=pl.col("effect"), high=pl.col("effect"))
    plan = towns.towns_plan(roadmap=road.replace(effects=same))
    assert plan.closed_ends == pytest.approx((plan.improvement, plan.improvement))


def test_years_after_the_plan_count_in_what_could_be_improved_and_a_ceiling_limits_it(towns):
    """Two more years at 5%; no more than 0.6 of Aston's gap can be closed, of which the plan closes all.

    The centre and the services are both finished in 2021: what is there in the last year stays for two more.
    """
    road = towns.towns_roadmap()
    gaps = road.gaps.with_columns(ceiling=pl.when(pl.col("city") == "A").then(0.6).otherwise("ceiling"))
    road = road.replace(
        gaps=gaps,
        settings=Settings(price_year="2020", currency="CNY", years_after=2),
        projects=road.projects.with_columns(renewal=pl.lit(0.0)),
    )
    row = towns.towns_plan(roadmap=road).closed.row(0, named=True)
    last = sum(1.05**-year for year in (2, 3, 4))

    assert row["closed"] == pytest.approx(0.6 * 0.5 * last)
    assert row["improvable"] == pytest.approx(0.6 * 0.5 * (1 + 1 / 1.05 + last))


def test_what_can_be_finished_nowhere_is_named_with_its_earliest_year_and_what_helps(towns):
    """A centre takes two years in Aston, one in Bourne; services wait for it, and take two years more."""
    road = towns.towns_roadmap()
    slow = road.projects.with_columns(
        build_years=pl.when(pl.col("solution") == "EGOV").then(2).otherwise("build_years").cast(pl.Int64)
    )
    needs = pl.DataFrame({"project": ["A:EGOV", "B:EGOV"], "requires": ["A:IOC", "B:IOC"], "lag": [0, 1]})
    late = road.replace(projects=slow, prerequisites=needs)

    assert late_words(road) is None
    assert late_in(late).rows() == [("EGOV", 2023, 2023, 2)]
    assert late_in(late, "A").rows() == [("EGOV", 2023, 2023, 1)]
    assert late_words(late, {"EGOV": "Online services"}) == (
        "Of the 2 solutions considered in at least one city, 1 cannot be both started in any city by 2022 "
        "and completed by 2022, whatever the benefit (earliest year of completion in brackets): Online "
        "services (2023). Allowing starts up to 2023, or starting required projects before 2020, would make "
        "this possible."
    )


def test_a_gap_of_what_is_mostly_taken_off_is_said_as_a_share_of_the_improvement_too(towns):
    """A better plan could gain 0.1, which is 2.5% of the benefit but nearly a third of the improvement."""
    plan = towns.towns_plan(objective=-4.0, bound=-3.9)

    assert plan.gap == pytest.approx(0.1 / 4)
    assert plan.gap_of_improvement == pytest.approx(0.1 / (0.35 / 1.05**2))
    said = "exceed this plan's gain over doing nothing, including targets met, by more than 2.50%"
    assert said in plan.proof_words
    assert "Relative to its improvement alone, this is at most 31.50%." in plan.proof_words


def test_a_gap_of_what_is_not_taken_off_is_said_once(towns):
    plan = towns.towns_plan(objective=2.0, bound=2.1)

    assert plan.gap_of_improvement is None
    assert "improvement alone" not in plan.proof_words


@pytest.mark.parametrize(
    ("gap", "words"),
    [(0.04674, "4.68%"), (0.0468, "4.68%"), (0.0, "0.00%"), (22.14, "no useful bound yet"),
     (float("inf"), "no useful bound yet"), (None, "no useful bound yet")],
)  # fmt: skip
def test_a_gap_is_rounded_up_everywhere_and_a_useless_one_is_not_said(gap, words):
    assert gap_words(gap) == words


def test_rounding_up_never_says_less_than_is_proven():
    assert all(upward(gap / 7e5) >= gap / 7e5 - 1e-12 for gap in range(1, 5000, 7))
