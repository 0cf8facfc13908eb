"""What funds are repaid: the terms of their instruments, in the nation and the year of the plan."""

from dataclasses import replace

import numpy_financial as npf
import polars as pl
import pytest

from observed_figures import observed
from urbium.catalogue import load_catalogue
from urbium.catalogue.offers import offers
from urbium.finance.debt import real_service, service
from urbium.model import Assumption, Evidence, Fund
from urbium.plan import build_roadmap
from urbium.plan.inputs.repayments import repayments, without_offer

CATALOGUE = load_catalogue()
PRICES = 1.02
"""By which prices rise in a year: assumption inflation."""
CITY = pl.DataFrame({"code": ["A"], "name_en": ["North"], "latitude": [40.0], "level": ["city"]})
FIGURES = observed(
    ("A", "population_agglomeration", "2015", 2_000_000.0, "persons", "reported"),
    ("A", "gdp", "2012", 1_000_000.0, "10k CNY", "reported"),
    ("A", "fiscal_revenue_gdp", "2012", 0.2, "ratio", "reported"),
)


def shares(fund, nation="CHN", year=2016, catalogue=CATALOGUE, payer="city"):
    table = repayments(catalogue, offers(catalogue, nation, year))
    return dict(table.filter(fund=fund, payer=payer).select("after", "share").iter_rows())


def with_users(share):
    row = Assumption("repayment.users.FOREIGN", share, "share", Evidence.ASSUMPTION, "ASSUME")
    return replace(CATALOGUE, assumptions={**CATALOGUE.assumptions, row.id: row})


def test_a_loan_is_repaid_on_the_terms_of_its_instrument_and_what_is_fixed_falls_with_prices():
    """4.9% over 20 years, of which 4 are free of principal: the middle of 15 to 25, and of 3 to 5."""
    bank = shares("BANK")
    level = -npf.pmt(0.049, 16, 1)

    assert sorted(bank) == list(range(1, 21))
    assert bank[1] == pytest.approx(0.049 / PRICES)
    assert bank[4] == pytest.approx(0.049 / PRICES**4)
    assert bank[5] == pytest.approx(level / PRICES**5)
    assert bank[20] == pytest.approx(level / PRICES**20)


def test_another_nation_repays_on_its_own_terms():
    """India: 4.75% in dollars that cost 4% more a year, over 25 years, 5 of them without principal."""
    rate = 1.0475 * 1.04 - 1
    bank = shares("BANK", "IND")

    assert sorted(bank) == list(range(1, 26))
    assert bank[5] == pytest.approx(rate / PRICES**5)
    assert bank[6] == pytest.approx(-npf.pmt(rate, 20, 1) / PRICES**6)


def test_a_fee_is_paid_from_the_loan_which_is_larger_by_it():
    rate = 1.0475 * 1.04 - 1

    assert shares("BANK", "MEX", 2022)[1] == pytest.approx(rate / PRICES / (1 - 0.0025))


def test_what_partners_paid_is_repaid_as_availability_payments_where_users_repay_nothing():
    """A debt share of 90% at 6.4%, the rest at 9%; the concession that stands first is repaid by users."""
    assert shares("PRIVATE")[1] == pytest.approx(-npf.pmt(0.9 * 0.064 + 0.1 * 0.09, 20, 1) / PRICES)


def test_users_repay_the_share_that_is_declared_on_the_terms_of_what_they_repay():
    some = with_users(0.25)
    loan, equity = 1.0285 * 1.04 - 1, 1.15 * 1.04 - 1

    assert shares("FOREIGN", payer="users") == {}
    assert shares("FOREIGN", catalogue=some)[1] == pytest.approx(0.75 * -npf.pmt(loan, 18, 1) / PRICES)
    assert shares("FOREIGN", catalogue=some, payer="users")[1] == pytest.approx(
        0.25 * -npf.pmt(equity, 20, 1) / PRICES
    )


def test_grants_and_budgets_are_not_repaid():
    table = repayments(CATALOGUE, offers(CATALOGUE, "CHN", 2016))

    assert set(table["fund"]) == {"BANK", "PRIVATE", "FOREIGN"}


@pytest.mark.parametrize(("nation", "year"), [("CHN", 2016), ("CHN", 2022), ("IND", 2018), ("MEX", 2023)])
@pytest.mark.parametrize("fund", ["BANK", "PRIVATE", "FOREIGN"])
def test_the_plan_and_the_service_of_its_draws_ask_the_same(fund, nation, year):
    there = offers(CATALOGUE, nation, year)
    kinds = CATALOGUE.funds[fund].instruments
    offer = next(one for one in there.of_kinds(kinds) if one.instrument.payer != "users")
    draw = pl.DataFrame(
        {"project": ["P"], "city": ["A"], "instrument": [offer.id], "year": [year], "amount": [1.0]}
    )
    served = real_service(service(draw, there.available), PRICES - 1, year).filter(pl.col("year") > year)
    due = served.select(pl.col("year") - year, pl.col("interest") + pl.col("principal"))
    fee = offer.debt().fee

    assert shares(fund, nation, year) == pytest.approx(
        {after: payment / (1 - fee) for after, payment in due.iter_rows()}, abs=1e-8
    )


def test_a_fund_none_of_whose_instruments_is_offered_pays_nothing_of_the_plan_and_the_plan_says_why():
    """The bank's terms that hold everywhere begin in 2021."""
    road = build_roadmap(
        CATALOGUE, CITY, FIGURES, years=range(2016, 2018), budget="1 bn CNY/year", nation="MEX"
    )

    assert "BANK" not in road.funds["fund"].to_list()
    assert "BANK" not in road.fund_limits["fund"].to_list()
    assert "on the terms of Energy performance contract and Foreign loan (export credit)" in str(
        road.settings.note
    )
    said = (
        "BANK pays nothing: no terms are declared for 2016, but there are terms for other years: "
        "Loan of a development bank"
    )
    assert said in str(road.settings.note)


def test_money_of_a_fund_that_names_no_instrument_is_not_repaid_and_the_plan_says_so():
    own = Fund("OWN", {"en": "Own"}, ("PUB",), 1.0, False, "outside", Evidence.ASSUMPTION, "ASSUME")
    catalogue = replace(CATALOGUE, funds={**CATALOGUE.funds, "OWN": own})
    road = build_roadmap(
        catalogue, CITY, FIGURES, years=range(2016, 2018), budget="1 bn CNY/year", nation="CHN"
    )

    assert "OWN" not in without_offer(catalogue, offers(catalogue, "CHN", 2016))
    assert "OWN" in road.funds["fund"].to_list()
    assert "money from OWN is not repaid: no instruments are declared" in str(road.settings.note)
