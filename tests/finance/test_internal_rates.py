"""Rates of return against pyxirr, numpy-financial and numpy.roots, and the laws they keep."""

import numpy as np
import numpy_financial
import pytest
import pyxirr
from hypothesis import given
from hypothesis import strategies as st

from urbium.errors import InputError
from urbium.finance.discounting import annuity, modified_return, present_value
from urbium.finance.flow_roots import NO_ROOT, SEVERAL, single_returns
from urbium.finance.internal_rates import profile, returns

SINGLE, ANY = 10_000, 2_000
MILLION = 1e6


def _conventional(rng, years):
    """A flow with one change of sign: outlays, then receipts that pay back a fifth to ten times of them."""
    paid = int(rng.integers(1, max(years // 3, 2)))
    flow = rng.uniform(0.1, 1.0, years)
    flow[:paid] *= -1
    flow[paid:] *= -flow[:paid].sum() / flow[paid:].sum() * np.exp(rng.uniform(-1.5, 2.3))
    return flow * MILLION  # pyxirr stops at an absolute rest of its value


@pytest.fixture(scope="module")
def conventional():
    rng = np.random.default_rng(1)
    return [_conventional(rng, int(rng.integers(2, 41))) for _ in range(SINGLE)]


def _real_rates(flow):
    """All real rates above -100% by the eigenvalues of numpy's companion matrix."""
    roots = np.roots(flow[::-1])
    real = roots[(np.abs(roots.imag) <= 1e-9 * np.abs(roots)) & (roots.real > 0)].real
    return np.sort(1 / real - 1)


def test_value_and_rate_of_10_000_conventional_flows_agree_with_pyxirr(conventional):
    ours = np.array([returns(flow).single for flow in conventional])
    theirs = np.array([pyxirr.irr(flow) for flow in conventional])

    assert np.abs(ours - theirs).max() < 1e-9
    values = [abs(present_value(flow, 0.07) - pyxirr.npv(0.07, flow)) for flow in conventional]
    assert max(values) / MILLION < 1e-9


@pytest.mark.long
def test_rate_of_10_000_conventional_flows_agrees_with_numpy_financial(conventional):
    ours = np.array([returns(flow).single for flow in conventional])
    theirs = np.array([numpy_financial.irr(flow) for flow in conventional])
    differences = np.abs(ours - theirs)

    assert np.nanmax(differences) < 1e-9
    assert np.isnan(differences).mean() < 0.01  # where it gives up


def test_value_and_modified_rate_of_10_000_flows_agree_with_numpy_financial(conventional):
    rates = [
        (modified_return(flow, 0.06, 0.09), numpy_financial.mirr(flow, 0.06, 0.09)) for flow in conventional
    ]
    values = [present_value(flow, 0.04) - numpy_financial.npv(0.04, flow) for flow in conventional]

    assert max(abs(float(ours) - theirs) for ours, theirs in rates) < 1e-9
    assert max(abs(float(difference)) for difference in values) / MILLION < 1e-9


def test_10_000_annuities_agree_with_numpy_financial():
    rng = np.random.default_rng(3)
    rates, years = rng.uniform(-0.05, 0.4, SINGLE), rng.integers(1, 61, SINGLE)
    theirs = -numpy_financial.pmt(rates, years, 1.0)

    ours = [annuity(float(rate), int(life)) for rate, life in zip(rates, years, strict=True)]
    assert np.abs(ours - theirs).max() < 1e-9


def test_the_set_of_rates_of_2_000_flows_of_any_sign_agrees_with_numpy_roots():
    rng = np.random.default_rng(4)
    for at in range(ANY):
        flow = rng.normal(size=int(rng.integers(2, 26)))
        flow[0] -= (at % 3) * np.abs(flow).sum() / 3
        expected = _real_rates(flow)
        assert returns(flow).rates == pytest.approx(tuple(expected), rel=1e-6, abs=1e-7)


def test_rates_in_draws_are_the_single_ones_of_2_000_flows_and_say_when_there_is_none_or_several():
    rng = np.random.default_rng(5)
    flows = rng.normal(size=(ANY, 1, 20))
    flows[::2, 0, 0] -= np.abs(flows[::2, 0]).sum(axis=1) * rng.random(ANY // 2)
    rates = single_returns(flows, np.ones((ANY, 1, 1)))
    for flow, rate in zip(flows[:, 0], rates[:, 0], strict=True):
        expected = _real_rates(flow)
        only = expected[0] if len(expected) == 1 else SEVERAL if len(expected) else NO_ROOT
        assert rate == pytest.approx(only, rel=1e-7, abs=1e-8)


def test_one_project_may_have_two_rates():
    assert returns([-100, 230, -132]).rates == pytest.approx((0.1, 0.2), abs=1e-12)
    assert returns([-100, 230, -132]).single is None


def test_a_rate_at_which_the_value_only_touches_zero_is_met_twice():
    touching = returns([1, -2.2, 1.21])

    assert touching.rates == pytest.approx((0.1,))
    assert touching.multiplicities == (2,)
    assert touching.single is None


def test_a_rate_that_is_met_three_times_is_single():
    assert returns([-1, 3.3, -3.63, 1.331]).single == pytest.approx(0.1)


@pytest.mark.parametrize("flow", [[-100, -5, -5], [-100, 0, 0], [1000, -3000, 2500]])
def test_what_only_costs_or_never_crosses_zero_has_no_rate(flow):
    assert returns(flow).rates == ()


def test_years_without_money_do_not_matter():
    assert returns([0, 0, -100, 0, 121, 0]).rates == pytest.approx((0.1,))


@pytest.mark.parametrize(
    ("flow", "words"),
    [([0, 0], "any rate would do"), ([-1, float("nan")], "an amount is missing")],
)
def test_a_flow_without_money_or_with_a_gap_is_refused(flow, words):
    with pytest.raises(InputError, match=words):
        returns(flow)


def test_the_profile_crosses_zero_at_the_rates():
    table = profile([-100, 230, -132], [0.05, 0.15, 0.25])

    assert [value > 0 for value in table["value"]] == [False, True, False]


amounts = st.lists(st.floats(-1e6, 1e6).map(lambda x: round(x, 2)), min_size=2, max_size=30)


@given(amounts.filter(any), st.floats(0.01, 100))
def test_the_rates_do_not_depend_on_the_unit_of_money(flow, unit):
    before, after = returns(flow), returns(np.array(flow) * unit)

    assert len(before.rates) == len(after.rates)
    assert after.rates == pytest.approx(before.rates, rel=1e-6, abs=1e-6)


@given(amounts, amounts, st.floats(-0.5, 1))
def test_values_add_up(one, other, rate):
    length = max(len(one), len(other))
    a, b = (np.pad(flow, (0, length - len(flow))) for flow in (one, other))

    size = float(present_value(np.abs(a) + np.abs(b), rate))
    assert present_value(a + b, rate) == pytest.approx(
        present_value(a, rate) + present_value(b, rate), abs=1e-12 * size + 1e-300
    )


@given(amounts.filter(any))
def test_the_value_at_each_rate_is_nothing(flow):
    for rate in returns(flow).rates:
        if -0.999 < rate < 1e6:
            size = float(present_value(np.abs(flow), rate))
            assert abs(float(present_value(flow, rate))) <= 1e-9 * size


@given(amounts, st.floats(-0.2, 0.5), st.floats(-0.1, 0.5))
def test_nominal_money_at_the_nominal_rate_is_worth_what_real_money_is_at_the_real_one(flow, rate, inflation):
    nominal = np.array(flow) * (1 + inflation) ** np.arange(len(flow))
    size = float(present_value(np.abs(flow), rate))

    assert present_value(nominal, (1 + rate) * (1 + inflation) - 1) == pytest.approx(
        float(present_value(flow, rate)), abs=1e-9 * size + 1e-300
    )
