"""Foreign debt by random paths of exchange rates: means, spreads and what is refused."""

import math

import polars as pl
import pytest

from urbium.catalogue import load_catalogue
from urbium.catalogue.offers import offers
from urbium.errors import InputError
from urbium.finance.currency_risk import currency_draws
from urbium.finance.debt import service_by_drawing

CHINA = offers(load_catalogue(), "CHN", 2016).available
LOAN = pl.DataFrame(
    {"project": ["A:X"], "city": ["A"], "instrument": ["foreign_loan"], "year": [2016], "amount": [100.0]}
)


def drawn(spread, count=4000):
    return currency_draws(LOAN, CHINA, {"USD": spread}, count=count, seed=5)


def due(year):
    row = service_by_drawing(LOAN, CHINA, in_own_currency=True).filter(year=year).row(0, named=True)
    return row["interest"] + row["principal"] + row["fees"]


def test_without_volatility_the_debt_costs_what_the_expected_depreciation_says():
    row = drawn(0.0, count=3).filter(pl.col("year") == 2021).row(0, named=True)

    expected = due(2021) * 1.04**5  # 2 to 6% a year, in the middle
    assert (row["low"], row["middle"], row["high"]) == pytest.approx((expected,) * 3)


def test_each_drawing_owes_what_its_currency_became_since_it_was_drawn():
    draws = pl.concat([LOAN, LOAN.with_columns(year=pl.lit(2019, pl.Int64), amount=pl.lit(50.0))])
    rows = currency_draws(draws, CHINA, {"USD": 0.0}, count=1, seed=1)
    offer = CHINA["foreign_loan"]
    fees = offer.schedule().fees[0] * (100 + 50 / (1 + offer.rate()) ** 3)

    worth = sum(row["middle"] / (1 + offer.rate()) ** (row["year"] - 2016) for row in rows.to_dicts())

    assert worth == pytest.approx(100 + 50 / (1 + offer.rate()) ** 3 + fees)


def test_the_quantiles_are_those_of_the_lognormal_distribution():
    row = drawn(0.1).filter(pl.col("year") == 2020).row(0, named=True)

    median = due(2020) * 1.04**4 * math.exp(-4 * 0.1**2 / 2)
    assert row["middle"] == pytest.approx(median, rel=0.02)
    assert row["high"] == pytest.approx(median * math.exp(1.6449 * 0.1 * 2), rel=0.03)
    assert row["low"] == pytest.approx(median * math.exp(-1.6449 * 0.1 * 2), rel=0.03)


def test_the_same_seed_gives_the_same_draws():
    assert drawn(0.1, count=50).equals(drawn(0.1, count=50))


def test_debt_in_home_money_has_no_currency_risk():
    home = LOAN.with_columns(instrument=pl.lit("development_bank_CHN"))

    assert currency_draws(home, CHINA, {}, count=10, seed=1).is_empty()


def test_a_currency_without_a_volatility_is_refused():
    with pytest.raises(InputError, match="no volatility is declared for USD") as caught:
        currency_draws(LOAN, CHINA, {"EUR": 0.1}, count=10, seed=1)
    assert "standard deviation" in caught.value.remedy
