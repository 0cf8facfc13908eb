"""Debt is paid as agreed: judged by numpy-financial, by a textbook, and by what is still owed at the end."""

import math

import numpy as np
import numpy_financial
import pytest
from hypothesis import given
from hypothesis import strategies as st

from urbium.catalogue.debt import DEBT_KINDS, Terms, schedule
from urbium.errors import InputError

rates = st.floats(0.0001, 0.3)
terms = st.integers(1, 35).flatmap(
    lambda years: st.builds(
        Terms,
        st.just(0.0) | rates,
        st.just(years),
        st.integers(0, years - 1),
        st.floats(0, 0.1),
        st.sampled_from(DEBT_KINDS),
    )
)


def test_a_loan_of_a_textbook_is_paid_off_as_its_table_says():
    """Brealey, Myers and Allen, Principles of Corporate Finance, chapter 2: 1,000 at 10% over four years."""
    loan = schedule(Terms(0.10, 4))
    assert [round(1000 * part, 2) for part in loan.payments[1:]] == [315.47] * 4
    assert [round(1000 * part, 2) for part in loan.interest[1:]] == [100.00, 78.45, 54.75, 28.68]
    assert [round(1000 * part, 2) for part in loan.principal[1:]] == [215.47, 237.02, 260.72, 286.79]


@given(rates, st.integers(1, 40))
def test_annuities_agree_with_numpy_financial(rate, years):
    annuity = schedule(Terms(rate, years))
    periods = np.arange(1, years + 1)
    np.testing.assert_allclose(annuity.payments[1:], -numpy_financial.pmt(rate, years, 1), atol=1e-9)
    np.testing.assert_allclose(
        annuity.interest[1:], -numpy_financial.ipmt(rate, periods, years, 1), atol=1e-9
    )
    np.testing.assert_allclose(
        annuity.principal[1:], -numpy_financial.ppmt(rate, periods, years, 1), atol=1e-9
    )


@given(terms)
def test_what_is_paid_is_worth_what_was_drawn_at_the_rate(agreed):
    paid = list(schedule(agreed).payments)
    assert numpy_financial.npv(agreed.rate, paid) == pytest.approx(1 + agreed.fee)


@given(terms)
def test_nothing_is_owed_at_the_end(agreed):
    debt = schedule(agreed)
    assert math.isclose(debt.owed[-1], 0, abs_tol=1e-12)
    assert debt.owed[agreed.grace] == pytest.approx(1 if agreed.grace else debt.owed[0])


@given(terms, st.floats(0, 0.1))
def test_nominal_debt_at_constant_prices_is_worth_what_was_drawn_at_the_real_rate(agreed, inflation):
    paid = list(schedule(agreed).at_constant_prices(inflation).payments)
    real_rate = (1 + agreed.rate) / (1 + inflation) - 1  # Fisher, 1930
    assert numpy_financial.npv(real_rate, paid) == pytest.approx(1 + agreed.fee)


def test_equal_principal_and_a_bullet_are_paid_as_written():
    assert schedule(Terms(0.1, 4, kind="straight")).payments == pytest.approx((0, 0.35, 0.325, 0.3, 0.275))
    assert schedule(Terms(0.1, 3, kind="bullet", fee=0.01)).payments == pytest.approx((0.01, 0.1, 0.1, 1.1))


def test_grace_pays_interest_only():
    assert schedule(Terms(0.05, 4, grace=2, kind="straight")).principal == (0, 0, 0, 0.5, 0.5)


@pytest.mark.parametrize(
    ("wrong", "words"),
    [
        (Terms(math.nan, 5), "rate is nan"),
        (Terms(-0.02, 5), "the debtor would be paid"),
        (Terms(0.05, 0), "ends after 0 years"),
        (Terms(0.05, -3), "ends after -3 years"),
        (Terms(0.05, 5, grace=5), r"the grace period in years \(5\) leaves no time to repay"),
        (Terms(0.05, 5, grace=-1), r"the grace period in years \(-1\) is below zero"),
        (Terms(0.05, 5, fee=-0.1), "the fee is"),
        (Terms(0.05, 5, kind="balloon"), "no debt of kind 'balloon'"),
    ],
)
def test_terms_that_make_no_debt_are_refused(wrong, words):
    with pytest.raises(InputError, match=words):
        schedule(wrong)


def test_all_that_is_wrong_is_said_at_once():
    with pytest.raises(InputError) as refused:
        schedule(Terms(math.inf, 5, grace=9, fee=2))
    assert [fault.variable for fault in refused.value.faults] == ["rate", "grace", "fee"]
