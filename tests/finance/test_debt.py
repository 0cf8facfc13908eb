"""What drawn money costs by year, and how well cash covers it."""

import numpy as np
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from urbium.catalogue import load_catalogue
from urbium.catalogue.offers import offers
from urbium.errors import InputError
from urbium.finance.debt import cover_by_year, debt_cover, loan_life_cover, service

CHINA = offers(load_catalogue(), "CHN", 2016).available
INDIA = offers(load_catalogue(), "IND", 2018).available
BANK, GRANT, BUDGET = CHINA["development_bank_CHN"], CHINA["grant"], CHINA["budget"]


def draws(*rows):
    columns = ["project", "city", "instrument", "year", "amount"]
    return pl.DataFrame(list(rows), schema=columns, orient="row")


def test_a_loan_is_served_from_the_year_after_it_is_drawn():
    table = service(draws(("A:X", "A", "development_bank_CHN", 2016, 100.0)), CHINA)

    drawn, first = table.rows(named=True)[:2]
    assert (drawn["year"], drawn["owed"]) == (2016, pytest.approx(100))
    assert (drawn["interest"], drawn["principal"], drawn["fees"]) == (0, 0, 0)
    assert (first["interest"], first["principal"]) == (pytest.approx(4.9), 0)  # four years of grace
    assert table["year"].max() == 2036
    assert table["principal"].sum() == pytest.approx(100)
    assert table["owed"].to_list()[-1] == pytest.approx(0, abs=1e-9)


def test_each_drawing_has_a_schedule_of_its_own():
    two = service(
        draws(
            ("A:X", "A", "development_bank_CHN", 2016, 60.0), ("A:X", "A", "development_bank_CHN", 2017, 40.0)
        ),
        CHINA,
    )
    owed = dict(two.select("year", "owed").iter_rows())

    assert owed[2018] == pytest.approx(100)
    assert two["principal"].sum() == pytest.approx(100)
    assert two["year"].max() == 2037


def test_the_commitment_fee_is_paid_on_what_is_drawn_only_later():
    table = service(
        draws(
            ("A:X", "A", "development_bank_IND", 2018, 60.0), ("A:X", "A", "development_bank_IND", 2020, 40.0)
        ),
        INDIA,
    )  # fmt: skip
    fees = dict(table.filter(pl.col("fees") > 0).select("year", "fees").iter_rows())

    assert fees == {2018: pytest.approx(40 * 0.0015), 2019: pytest.approx(40 * 0.0015)}


def test_money_that_is_not_paid_back_has_no_service():
    assert service(draws(("A:X", "A", "grant", 2016, 10.0)), CHINA).is_empty()


def test_service_says_who_pays_in_which_prices_and_how_sure_it_is():
    row = service(draws(("A:X", "A", "ppp_concession_CHN", 2016, 10.0)), CHINA).row(0, named=True)

    assert (row["payer"], row["prices"]) == ("users", "nominal")
    assert (row["signed_low"], row["signed_high"]) == (0.13, 0.20)


@pytest.mark.parametrize(
    ("row", "message"),
    [
        (("A:X", "A", "development_bank", 2016, 1.0), "'development_bank' is not offered"),
        (("A:X", "A", "grant", 2016, -1.0), "draws from grant in 2016 is -1.0"),
        (("A:X", "A", "grant", 2016, float("nan")), "draws from grant in 2016 is nan"),
    ],
)
def test_draws_that_cannot_be_are_refused(row, message):
    with pytest.raises(InputError, match=message) as caught:
        service(draws(row), CHINA)
    assert caught.value.remedy


@given(st.floats(1.0, 3.0), st.lists(st.floats(0.01, 10.0), min_size=1, max_size=30), st.floats(0.0, 0.3))
def test_cash_that_is_so_many_times_the_service_covers_the_debt_so_many_times(times, payments, rate):
    owed = [
        sum(one / (1 + rate) ** (after + 1) for after, one in enumerate(payments[year:]))
        for year in range(len(payments))
    ]
    cash = [times * one for one in payments]

    assert debt_cover(cash, payments) == pytest.approx([times] * len(payments))
    assert loan_life_cover(cash, owed, [rate] * len(cash)) == pytest.approx([times] * len(payments))


def test_the_loan_life_cover_is_the_present_value_over_the_debt():
    npf = pytest.importorskip("numpy_financial")
    cash, owed, rate = [30.0, 35.0, 20.0, 50.0], [100.0, 80.0, 55.0, 30.0], 0.07

    expected = [npf.npv(rate, [0.0, *cash[year:]]) / owed[year] for year in range(4)]
    assert loan_life_cover(cash, owed, [rate] * 4) == pytest.approx(expected, rel=1e-12)


def test_a_year_without_service_has_no_cover():
    assert debt_cover([10.0, 10.0], [0.0, 5.0]) == (None, 2.0)
    assert loan_life_cover([10.0, 10.0], [0.0, 5.0], [0.0, 0.0]) == (None, 2.0)


def test_the_cost_of_a_foreign_currency_is_compounded_onto_the_rate():
    offer = CHINA["foreign_loan"]

    assert offer.rate() == pytest.approx(1.0285 * 1.04 - 1)


def test_debt_and_owners_are_paid_by_the_gearing():
    low, high = (CHINA["ppp_concession_CHN"].rate(at) for at in (0.0, 1.0))

    assert (low, high) == pytest.approx((0.75 * 0.049 + 0.25 * 0.08, 0.75 * 0.079 + 0.25 * 0.10))
    assert np.isclose(CHINA["ppp_concession_CHN"].rate(), (low + high) / 2)


def test_cover_is_told_by_year_and_for_projects_with_cash_alone():
    rows = service(
        draws(
            ("A:X", "A", "ppp_concession_CHN", 2016, 100.0), ("A:Y", "A", "ppp_concession_CHN", 2016, 50.0),
            ("A:X", "A", "development_bank_CHN", 2016, 10.0),
        ),
        CHINA,
    )  # fmt: skip
    due = 100 * CHINA["ppp_concession_CHN"].schedule().payments[1]
    cash = pl.DataFrame(
        {"project": "A:X", "year": list(range(2017, 2037)), "low": due * 1.5, "high": due * 2.0}
    )
    table = cover_by_year(rows, cash)

    assert table["project"].unique().to_list() == ["A:X"]
    assert table["year"].to_list() == list(range(2017, 2037))
    for column, ratio in (("dscr_low", 1.5), ("dscr_high", 2.0), ("llcr_low", 1.5), ("llcr_high", 2.0)):
        assert table[column].to_list() == pytest.approx([ratio] * 20)


def test_a_year_without_cash_has_a_cover_of_zero():
    rows = service(draws(("A:X", "A", "ppp_concession_CHN", 2016, 100.0)), CHINA)
    cash = pl.DataFrame({"project": ["A:X"], "year": [2018], "low": [1.0], "high": [1.0]})
    first, second = cover_by_year(rows, cash).rows(named=True)[:2]

    assert (first["dscr_low"], first["llcr_low"]) == (0, pytest.approx(1 / (1.0705**2) / 100))
    assert second["dscr_low"] > 0
