"""Money of different currencies, price years or kinds is never added or discounted by mistake."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urbium.errors import InputError
from urbium.finance.discounting import annuity
from urbium.finance.prices import Basis, DiscountRate, Inflation, YearlyAmounts

EUR, REAL = Basis("EUR"), Basis("EUR", "2016")
TWO_PER_CENT = Inflation.level("EUR", 0.02, range(2010, 2031), "example")


def _rate(value, *, is_real=True):
    return DiscountRate(value, is_real, "assumption", "example")


@pytest.mark.parametrize("other", [EUR, Basis("USD", "2016"), Basis("EUR", "2020"), Basis("EUR", "several")])
def test_amounts_of_another_currency_or_price_year_are_not_added(other):
    with pytest.raises(InputError, match="convert one of them first"):
        YearlyAmounts(2016, [1.0], REAL) + YearlyAmounts(2016, [1.0], other)


def test_amounts_of_unlike_years_are_added_year_by_year():
    total = YearlyAmounts(2016, [1.0, 2.0], REAL) + YearlyAmounts(2017, [-5.0, -7.0], REAL)

    assert (total.first_year, total.amounts.tolist(), total.basis) == (2016, [1.0, -3.0, -7.0], REAL)


def test_real_amounts_become_nominal_by_the_inflation_since_their_price_year():
    nominal = YearlyAmounts(2016, [100.0, 100.0, 100.0], REAL).nominal(TWO_PER_CENT)

    assert nominal.amounts == pytest.approx([100.0, 102.0, 104.04])
    assert nominal.basis == EUR


def test_amounts_move_to_an_earlier_price_year_too():
    earlier = YearlyAmounts(2016, [104.04], REAL).real(TWO_PER_CENT, 2014)

    assert (earlier.amounts[0], earlier.basis.price_year) == (pytest.approx(100.0), "2014")


def test_a_missing_year_of_inflation_is_named():
    with pytest.raises(InputError, match="no inflation rate for EUR is declared for 2031; declare a rate"):
        YearlyAmounts(2030, [1.0, 1.0, 1.0], REAL).nominal(TWO_PER_CENT)


def test_inflation_of_another_currency_moves_nothing():
    with pytest.raises(
        InputError,
        match=(
            "inflation: the inflation rate for EUR does not apply to amounts in USD; use the rate for USD"
        ),
    ):
        YearlyAmounts(2016, [1.0], Basis("USD", "2016")).nominal(TWO_PER_CENT)


def test_prices_of_several_years_cannot_be_converted():
    with pytest.raises(InputError, match="these amounts have no price year"):
        YearlyAmounts(2016, [1.0], Basis("EUR", "the catalogue (1993-2025, not moved)")).nominal(TWO_PER_CENT)


@pytest.mark.parametrize(
    ("basis", "is_real", "words"),
    [
        (EUR, True, "a real rate cannot be used to discount amounts in EUR in nominal terms"),
        (REAL, False, "a nominal rate cannot be used to discount amounts in"),
    ],
)
def test_a_rate_of_the_other_kind_of_money_is_refused(basis, is_real, words):
    with pytest.raises(InputError, match=words):
        YearlyAmounts(2016, [1.0], basis).present_value(_rate(0.04, is_real=is_real))


@pytest.mark.parametrize("value", [-1.0, float("nan"), float("inf")])
def test_what_is_no_rate_is_refused(value):
    with pytest.raises(InputError, match="a share per year, above -1"):
        _rate(value)


def test_a_missing_amount_is_refused():
    with pytest.raises(InputError, match="an amount is missing"):
        YearlyAmounts(2016, [1.0, float("nan")], EUR)


@pytest.mark.parametrize("years", [0, -5, float("nan")])
def test_an_annuity_over_no_years_is_refused(years):
    with pytest.raises(InputError, match="is not a valid number of years; enter a number above 0"):
        annuity(0.05, years)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=15), st.floats(-0.1, 0.3), st.floats(-0.05, 0.3))
def test_real_money_at_the_real_rate_is_worth_what_nominal_money_is_at_the_nominal_rate(amounts, rate, rise):
    inflation = Inflation.level("EUR", rise, range(2010, 2040), "example")
    real = YearlyAmounts(2016, amounts, REAL)

    nominal = real.nominal(inflation).present_value(
        DiscountRate((1 + rate) * (1 + rise) - 1, False, "assumption", "Fisher 1907")
    )

    assert nominal == pytest.approx(float(real.present_value(_rate(rate))), rel=1e-9, abs=1e-6)


@given(st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=15), st.floats(-0.05, 0.3))
def test_there_and_back_the_amounts_are_the_same(amounts, rise):
    inflation = Inflation.level("EUR", rise, range(2010, 2040), "example")

    back = YearlyAmounts(2016, amounts, REAL).nominal(inflation).real(inflation, 2016)

    assert back.amounts == pytest.approx(amounts, rel=1e-9, abs=1e-9)
    assert back.basis == REAL
