"""What the public side owes for projects, with and without them: small sums, added up in the head."""

import polars as pl
import pytest

from urbium.catalogue import load_catalogue
from urbium.catalogue.offers import offers
from urbium.errors import InputError
from urbium.finance.debt import real_service, service
from urbium.finance.liabilities import liabilities, with_and_without

CHINA = offers(load_catalogue(), "CHN", 2016)
NONE = {"project": "", "instrument": "", "guarantor": "", "share": 0.0, "called_low": 0.0, "called_high": 0.0}
NO_GUARANTEES = pl.DataFrame([NONE]).clear()


def served(*rows):
    columns = ["project", "city", "instrument", "year", "amount"]
    return service(pl.DataFrame(list(rows), schema=columns, orient="row"), CHINA.available)


def guarantee(**changes):
    row = {"project": "A:X", "instrument": "ppp_concession_CHN", "guarantor": "A", "share": 0.5,
           "called_low": 0.01, "called_high": 0.1}  # fmt: skip
    return pl.DataFrame([row | changes])


def test_a_loan_of_the_city_is_debt_and_its_repayment_no_spending():
    owed = liabilities(served(("A:X", "A", "development_bank_CHN", 2016, 100.0)), CHINA, NO_GUARANTEES)
    first = owed.filter(pl.col("year") == 2017).row(0, named=True)

    assert (first["debt"], first["commitments"], first["contingent"]) == (pytest.approx(100), 0, 0)
    assert (first["interest"], first["repaid"]) == (pytest.approx(4.9), 0)
    assert owed["repaid"].sum() == pytest.approx(100)


def test_availability_payments_are_a_commitment_and_spending_in_full():
    rows = served(("A:X", "A", "ppp_availability_CHN", 2016, 100.0))
    owed = liabilities(rows, CHINA, NO_GUARANTEES)

    assert owed["debt"].sum() == 0
    assert owed["commitments"][0] == pytest.approx(100)
    assert owed["payments"].sum() == pytest.approx((rows["interest"] + rows["principal"]).sum())


def test_what_users_owe_is_a_liability_only_as_far_as_it_is_guaranteed():
    rows = served(("A:X", "A", "ppp_concession_CHN", 2016, 100.0))
    owed = liabilities(rows, CHINA, guarantee())

    due = (rows["interest"] + rows["principal"] + rows["fees"]).sum()
    assert liabilities(rows, CHINA, NO_GUARANTEES).is_empty()
    assert owed.filter(pl.col("year") == 2016)["contingent"].item() == pytest.approx(50)
    assert owed["calls_low"].sum() == pytest.approx(0.5 * 0.01 * due)
    assert owed["calls_high"].sum() == pytest.approx(0.5 * 0.1 * due)


def test_deficit_and_debt_stand_beside_those_without_the_projects():
    owed = liabilities(served(("A:X", "A", "development_bank_CHN", 2016, 100.0)), CHINA, NO_GUARANTEES)
    years = owed["year"].to_list()
    base = pl.DataFrame({"place": "A", "year": years, "revenue": 50.0, "spending": 60.0, "debt": 200.0})
    costs = pl.DataFrame({"place": ["A", "A"], "year": [2016, 2017], "amount": [100.0, 5.0]})
    table = with_and_without(base, owed, costs)

    built, ran = table.rows(named=True)[:2]
    assert (built["deficit_without"], built["deficit_with"]) == (10, 110)
    assert (ran["deficit_without"], ran["deficit_with"]) == (10, pytest.approx(10 + 5 + 4.9))
    assert (ran["debt_without"], ran["debt_with"]) == (200, 300)
    assert table["debt_with"].to_list()[-1] == pytest.approx(200)


def test_a_year_of_debt_without_a_budget_is_refused():
    owed = liabilities(served(("A:X", "A", "development_bank_CHN", 2016, 100.0)), CHINA, NO_GUARANTEES)
    base = pl.DataFrame(
        {"place": ["A"], "year": [2016], "revenue": [50.0], "spending": [60.0], "debt": [0.0]}
    )
    costs = pl.DataFrame(schema={"place": pl.String, "year": pl.Int64, "amount": pl.Float64})

    with pytest.raises(InputError, match="there is no information on the budget of A in 2017") as caught:
        with_and_without(base, owed, costs)
    assert "every year" in caught.value.remedy


def test_nominal_and_real_amounts_are_not_added():
    rows = served(("A:X", "A", "development_bank_CHN", 2016, 100.0))
    with pytest.raises(InputError) as caught:
        liabilities(pl.concat([rows, real_service(rows, 0.02, 2016)]), CHINA, NO_GUARANTEES)
    assert "nominal and real amounts are mixed" in caught.value.faults[0].message


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"project": "A:Y"}, "so there is no debt to guarantee"), ({"share": 1.5}, "1.5, 0.01, 0.1"),
        ({"called_low": 0.2}, "0.5, 0.2, 0.1"), ({"called_high": None}, "0.5, 0.01, None"),
    ],
)  # fmt: skip
def test_guarantees_that_cannot_be_are_refused(changes, message):
    rows = served(("A:X", "A", "ppp_concession_CHN", 2016, 100.0))
    with pytest.raises(InputError) as caught:
        liabilities(rows, CHINA, guarantee(**changes))
    assert message in caught.value.faults[0].message
    assert caught.value.faults[0].remedy


def test_nominal_service_is_worth_less_each_year_at_constant_prices():
    rows = served(("A:X", "A", "development_bank_CHN", 2016, 100.0))
    real = real_service(rows, 0.02, 2016)

    assert set(real["prices"]) == {"real"}
    assert real["interest"][1] == pytest.approx(4.9 / 1.02)
    assert real["owed"][0] == pytest.approx(100)


def test_an_inflation_that_is_none_is_refused():
    with pytest.raises(InputError, match="inflation is 2"):
        real_service(served(("A:X", "A", "development_bank_CHN", 2016, 1.0)), 2.0, 2016)
