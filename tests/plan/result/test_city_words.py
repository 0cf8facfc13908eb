"""What a plan costs a city and misses there, in sentences: two towns, added up in the head."""

import re
from dataclasses import replace

import polars as pl
import pytest

from towns import rows
from urbium.plan.result.city_words import funding_here, shares_over_cities, upkeep_here
from urbium.plan.result.missed_words import missed_here

STANDARDS = "standard city deadline evidence"
UPKEEP = "place since amount evidence note"


def said(words):
    return " ".join(str(sentence).replace("\xa0", " ") for sentence in words)


def with_road(plan, **tables):
    return replace(plan, roadmap=plan.roadmap.replace(**tables))


def test_a_city_reads_who_pays_for_building_and_that_it_is_not_signed(towns):
    """Of Aston's 40 the city pays 10 and 10, the nation 5 and 15; nobody lends."""
    words = said(funding_here(towns.towns_plan(), "A", "Aston"))

    assert words == (
        "The total construction cost is CNY 40 million: Aston pays CNY 20 million (50%), the nation CNY 20 "
        "million (50%), and loans and partners CNY 0 (0%). Until agreements are signed, who pays is an "
        "assumption of the plan."
    )


def test_a_city_that_pays_all_reads_that_there_is_no_grant(towns):
    plan = towns.towns_plan()
    own = plan.money.with_columns(fund=pl.when(pl.col("city") == "A").then(pl.lit("CITY")).otherwise("fund"))

    words = said(funding_here(replace(plan, money=own), "A", "Aston"))

    assert "Aston pays all of it: the plan has no national grant" in words


def test_the_cities_share_is_said_with_its_range_and_with_who_receives_no_grant(towns):
    """Aston pays 20 of 40; Bourne's 20 are the bank's, without a grant: from none to a half."""
    assert said([shares_over_cities(towns.towns_plan())]) == (
        "A city's own share ranges from 0% to 50% (median city 25%); 1 of 2 cities receives no national "
        "grant."
    )


@pytest.fixture(scope="module")
def limited(towns):
    """Aston may pay 5 a year, of a budget of 15; the bank is repaid a tenth of its money a year for two."""
    plan = with_road(
        towns.towns_plan(),
        upkeep=rows(UPKEEP, ("A", 2023, 5.0, "assumption", "a third of the budget"),
                    ("B", 2023, 5.0, "published", "voted")),
        repayments=rows("fund payer after share evidence", ("BANK", "city", 1, 0.1, "assumption"),
                        ("BANK", "city", 2, 0.2, "assumption")),
    )  # fmt: skip
    table = plan.table.with_columns(renewal=pl.col("operation") / 4)
    return replace(plan, table=table)


def test_a_city_reads_what_it_pays_a_year_beside_its_limit(limited):
    """Running 3 + 1, renewal a quarter of it: 5 of 5."""
    words = said(upkeep_here(limited, "A", "Aston"))

    assert (
        "Aston pays CNY 5 million a year for them: CNY 4 million to operate them and CNY 1 million set"
        " aside" in words
    )
    assert "This is 100% of the limit of CNY 5 million." in words
    assert "The limit is an assumption, not an agreed budget: a third of the budget." in words


def test_repayments_are_added_in_the_year_in_which_most_is_paid(limited):
    """Bourne: 2 + 0.5; of the bank's 20, drawn in 2022, it repays 2 in 2023 and 4 in 2024: 6.5 of 5."""
    words = said(upkeep_here(limited, "B", "Bourne"))

    assert (
        "Including repayments (CNY 4 million), these costs peak in 2024: CNY 6.5 million, 130% of the limit"
        in words
    )
    assert "assumption" not in words


def test_a_city_reads_which_standard_it_misses_by_its_name(towns):
    plan = with_road(towns.towns_plan(), standards=rows(STANDARDS, ("fire brigade", "B", 2022, "published")))

    assert said(missed_here(plan, "B", {}, {"fire brigade": "A fire brigade"})).startswith(
        "Not met by the deadline: A fire brigade."
    )


def test_a_city_below_its_minimum_reads_how_far_and_what_is_there_for_a_standard(towns):
    """Of at least 5% Aston lacks 4 points; without its services it would miss a standard, and no more."""
    plan = with_road(
        towns.towns_plan(
            shortfalls=rows("kind place what amount", ("least_closing", "A", "closing", 0.04)),
            overruns=towns.towns_plan().overruns.clear(),
        ),
        standards=rows(STANDARDS, ("A:WEB", "A", 2022, "published")),
        covers=rows("standard project", ("A:WEB", "A:EGOV")),
        fairness=rows("rule place share evidence", ("least_closing", "A", 0.05, "assumption")),
        settings=replace(towns.towns_plan().roadmap.settings, shortfall_price=0.35),
    )

    words = said(missed_here(plan, "A", {"EGOV": "Online services"}, {}))

    assert (
        "Below its minimum improvement: 1% of the city's needs are met by 2022; the minimum is 5%." in words
    )
    assert "Included mainly to meet a standard, not for the improvement it brings: Online services" in words
    assert "(CNY 10 million of the CNY 40 million for construction)" in words


def test_a_city_without_targets_reads_nothing_of_them(towns):
    assert missed_here(towns.towns_plan(), "A", {}, {}) == []


def test_the_shares_of_who_pays_add_up_to_100(towns):
    """Of 40 the city pays 49.7%, the nation 48.75% and the bank 1.55%: each rounded alone gives 101."""
    plan = towns.towns_plan()
    amounts = (19.88, 19.5, 0.62)
    money = plan.money.filter(pl.col("city") != "A")
    first = plan.money.filter(city="A", kind="capital").head(1)
    payers = dict(plan.roadmap.funds.select("payer", "fund").iter_rows())
    rows = [
        first.with_columns(fund=pl.lit(payers[payer]), amount=pl.lit(amount))
        for payer, amount in zip(("city", "nation", "outside"), amounts, strict=True)
    ]

    words = said(funding_here(replace(plan, money=pl.concat([money, *rows])), "A", "Aston"))

    shares = [int(one) for one in re.findall(r"\((\d+)%\)", words)]
    assert sum(shares) == 100
