"""Worked examples of textbooks and of references of other programs.

Read where they are published: Microsoft, reference of the Excel function XIRR; MathWorks, Financial Toolbox,
``irr`` and ``mirr``, which cite Brealey and Myers (2003), chapter 5, and Hazen (2003); the documentation of
numpy-financial, ``irr``, which cites Gitman, *Principles of Managerial Finance*; Perforce, PV-WAVE,
``INT_RATE_RETURN``. Their addresses stand at the tests.

Recalled, and not read again: Brealey, Myers, Allen: *Principles of Corporate Finance* (10th edition unless
said), chapters 2, 5 and 6; Boardman, Greenberg, Vining, Weimer: *Cost-Benefit Analysis*, chapter on
discounting (projects of unlike lives); Microsoft, reference of NPV, IRR and MIRR.
"""

from datetime import date

import pytest

from urbium.finance.discounting import (
    annuity,
    discounted,
    modified_return,
    payback,
    present_value,
)  # fmt: skip
from urbium.finance.internal_rates import returns

DATES = [date(2008, 1, 1), date(2008, 3, 1), date(2008, 10, 30), date(2009, 2, 15), date(2009, 4, 1)]
DATED = [-10_000, 2_750, 4_250, 3_250, 2_750]


def test_the_office_block_of_brealey_myers_is_worth_30_000():
    assert present_value([-370_000, 420_000], 0.05) == pytest.approx(30_000)


@pytest.mark.parametrize(
    ("flow", "worth", "years"),
    [([-2000, 500, 500, 5000], 2624, 3), ([-2000, 500, 1800, 0], -58, 2), ([-2000, 1800, 500, 0], 50, 2)],
)
def test_the_three_projects_of_brealey_myers_are_paid_back_within_their_years(flow, worth, years):
    assert round(float(present_value(flow, 0.10))) == worth
    assert years - 1 < payback(flow) <= years


def test_the_strip_mine_of_brealey_myers_has_two_rates():
    mine = [-3, 1, 1, 1, 1, 1, 1, 1, 1, 1, -6.5]

    assert returns(mine).rates == pytest.approx((0.0350, 0.1954), abs=5e-5)
    assert present_value(mine, 0.10) == pytest.approx(0.253, abs=5e-4)


def test_the_taxed_project_of_brealey_myers_has_a_rate_below_zero_and_one_above():
    """Of the editions before the ninth."""
    flow = [-1000, 800, 150, 150, 150, 150, -150]

    assert returns(flow).rates == pytest.approx((-0.50, 0.152), abs=5e-4)
    assert present_value(flow, 0.10) == pytest.approx(74.9, abs=0.05)


def test_a_project_of_brealey_myers_has_no_rate_and_is_worth_339():
    assert returns([1000, -3000, 2500]).rates == ()
    assert present_value([1000, -3000, 2500], 0.10) == pytest.approx(339, abs=0.5)


@pytest.mark.parametrize(
    ("costs", "worth", "yearly"), [([15, 5, 5, 5], 28.37, 10.61), ([10, 6, 6], 21.00, 11.45)]
)
def test_the_two_machines_of_brealey_myers_cost_so_much_a_year(costs, worth, yearly):
    value = float(present_value(costs, 0.06))

    assert value == pytest.approx(worth, abs=0.005)
    assert value * annuity(0.06, len(costs) - 1) == pytest.approx(yearly, abs=0.005)


def test_the_dam_and_the_power_plant_of_boardman_are_compared_by_the_year():
    """A dam of 30 million for 75 years, a plant of 24 for 15, at 8%; five plants are worth 34.94."""
    assert 30 * annuity(0.08, 75) == pytest.approx(2.407, abs=0.001)
    assert 24 * annuity(0.08, 15) == pytest.approx(2.804, abs=0.001)
    plants = [24 if year % 15 == 0 else 0 for year in range(75)]
    assert present_value(plants, 0.08) == pytest.approx(34.94, abs=0.005)
    assert 34.94 * annuity(0.08, 75) == pytest.approx(2.804, abs=0.001)


def test_npv_of_the_reference_of_excel():
    """Its first amount is a year away."""
    assert present_value([0, -10_000, 3_000, 4_200, 6_800], 0.10) == pytest.approx(1188.44, abs=0.005)


@pytest.mark.parametrize(("years", "rate"), [(5, -0.021), (6, 0.087)])
def test_irr_of_the_reference_of_excel(years, rate):
    flow = [-70_000, 12_000, 15_000, 18_000, 21_000, 26_000][:years]

    assert returns(flow).single == pytest.approx(rate, abs=5e-4)


def test_mirr_of_the_reference_of_excel():
    flow = [-120_000, 39_000, 30_000, 21_000, 37_000, 46_000]

    assert modified_return(flow, 0.10, 0.12) == pytest.approx(0.1261, abs=5e-5)
    assert modified_return(flow[:4], 0.10, 0.12) == pytest.approx(-0.048, abs=5e-4)


def test_a_rate_of_the_reference_of_mathworks():
    """https://mathworks.com/help/finance/irr.html."""
    assert returns([-100_000, 10_000, 20_000, 30_000, 40_000, 50_000]).single == pytest.approx(
        0.1201, abs=5e-5
    )


def test_the_three_rates_of_the_reference_of_mathworks_are_all_found():
    """https://mathworks.com/help/finance/irr.html, after Hazen (2003)."""
    flow = [-1000, 6000, -10_900, 5800]

    assert returns(flow).rates == pytest.approx((-0.0488, 1.0, 2.0488), abs=5e-5)
    assert present_value(flow, 0.10) == pytest.approx(-196.0932, abs=5e-5)


def test_a_modified_rate_of_the_reference_of_mathworks():
    """https://mathworks.com/help/finance/mirr.html: money is borrowed at 9%, and brings 12%."""
    flow = [-100_000, 20_000, -10_000, 30_000, 38_000, 50_000]

    assert modified_return(flow, 0.09, 0.12) == pytest.approx(0.0832, abs=5e-5)


@pytest.mark.parametrize(
    ("flow", "rate"),
    [
        ([-100, 39, 59, 55, 20], 0.28095), ([-100, 0, 0, 74], -0.0955), ([-100, 100, 0, -7], -0.0833),
        ([-100, 100, 0, 7], 0.06206),
    ],
)  # fmt: skip
def test_rates_of_the_documentation_of_numpy_financial_are_among_ours(flow, rate):
    """https://numpy.org/numpy-financial/latest/irr.html; it returns one of several."""
    assert min(abs(ours - rate) for ours in returns(flow).rates) < 5e-6


def test_a_rate_of_the_reference_of_pv_wave():
    """https://help.perforce.com/pv-wave/2023.3, INT_RATE_RETURN."""
    flow = [-4500, -800, 800, 800, 600, 600, 800, 800, 700, 3000]

    assert returns(flow).single == pytest.approx(0.0720783, abs=5e-8)


def test_discounted_payback_is_later_than_simple_payback():
    """Checked by hand: 110 and 121 a year from now are 100 and 100 today at 10%."""
    flow = [-150, 110, 121]

    assert payback(flow) == pytest.approx(1 + 40 / 121)
    assert payback(discounted(flow, 0.10)) == pytest.approx(1.5)
