"""Cohort change: two counts give the next, by hand arithmetic and by laws of populations."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seeds import tries
from urbium.forecast.ages.cohort_change import RatioLimits, advance_cohorts, change_ratios
from urbium.forecast.ages.cohorts import Vital, advance

# Women of San Diego County by age, 2010, and their cohort change ratios of 2005 to 2010: an assignment of a
# course in applied demography (San Diego State University), which gives women of 0 to 4 for each woman of 15
# to 44 as 0.17159.
WOMEN = [114_592, 112_324, 100_728, 110_732, 112_593, 106_802, 110_686, 114_547, 112_475, 118_695, 110_263]
RATIOS = [1.0077, 1.0308, 1.0371, 1.0318, 1.0268, 1.0227, 1.0152, 1.0031, 1.0072, 0.9865]


def earlier_of(later, ratios):
    """The count five years before, so that the ratios are those given; the open group is all the rest."""
    before = [now / ratio for now, ratio in zip(later[1:], ratios, strict=True)]
    return np.array([[*before, 1.0]])


def test_a_published_example_is_multiplied_out_as_by_hand():
    later = np.array([[float(women) for women in WOMEN] + [500_000.0]])
    earlier = np.concatenate([earlier_of(WOMEN, RATIOS), [[1.0]]], axis=1)
    earlier[0, -2:] = 300_000.0, 250_000.0

    change = change_ratios(earlier, later, shift=1, width=5)
    ahead = advance_cohorts(later[..., None], change)[0, :, 0]

    assert ahead[1] == pytest.approx(114_592 * 1.0077)  # 115,474 girls aged 5 to 9 in 2015
    assert round(ahead[1]) == 115_474
    assert round(ahead[4]) == 114_253  # 110,732 x 1.0318
    assert round(ahead[9]) == 113_285  # 112,475 x 1.0072
    assert ahead[-1] == pytest.approx((110_263 + 500_000) * 500_000 / 550_000)
    assert change.children[0, 0] == pytest.approx(114_592 / sum(WOMEN[3:9]))
    assert change.children[0, 0] == pytest.approx(0.17159, abs=1e-5)
    assert ahead[0] == pytest.approx(0.17159 * ahead[3:9].sum(), rel=1e-4)


def vital(draw_survival, births):
    survival = np.array(draw_survival)[None, None, :].repeat(2, axis=1)
    return Vital(survival, np.full((1, 7), births), np.full(1, 0.5), np.zeros((1, 2, survival.shape[2])))


@given(
    st.lists(st.floats(0.6, 1.0), min_size=18, max_size=18),
    st.lists(st.floats(1e3, 1e5), min_size=18, max_size=18),
    st.floats(0.01, 0.1),
    st.sampled_from([1, 2]),
)
@settings(max_examples=tries(40), deadline=None)
def test_a_closed_population_with_constant_mortality_reproduces_itself_above_the_children(
    survival, people, births, shift
):
    constant = vital(survival, births)
    counts = [np.array(people)[None, None, :].repeat(2, axis=1)]
    for _ in range(2 * shift):
        counts.append(advance(counts[-1], constant))
    earlier, later, truth = counts[0][0], counts[shift][0], counts[2 * shift][0]

    ahead = advance_cohorts(later[..., None], change_ratios(earlier, later, shift=shift, width=5))[..., 0]

    # the closed groups: what lived on is what lived on before; the open one mixes ages of other mortality
    np.testing.assert_allclose(ahead[:, shift:-1], truth[:, shift:-1], rtol=1e-9)


@given(st.floats(0.9, 1.15), st.integers(1, 4))
@settings(max_examples=tries(30), deadline=None)
def test_a_stable_population_grows_by_its_own_rate_at_every_age(growth, shift):
    ages = np.arange(18)
    shape = 1e4 * growth ** (-ages.astype(float)) * np.linspace(1, 0.5, 18)
    earlier, later = shape[None].repeat(2, axis=0), growth**shift * shape[None].repeat(2, axis=0)

    ahead = advance_cohorts(later[..., None], change_ratios(earlier, later, shift=shift, width=5))[..., 0]

    np.testing.assert_allclose(ahead, later * growth**shift, rtol=1e-9)


def test_a_cohort_of_few_takes_the_ratio_of_its_neighbours_too_and_an_extreme_one_is_limited():
    earlier = np.array([[1000.0] * 6 + [10.0] + [1000.0] * 5])
    later = np.array([[1000.0] * 7 + [90.0] + [4000.0] + [1000.0] * 3])

    change = change_ratios(earlier, later, shift=1, width=5, limits=RatioLimits(0.0, 3.0, 100.0))

    assert change.ratios[0, 7] == pytest.approx((1000 + 90 + 4000) / 2010)
    assert change.ratios[0, 8] == 3.0


def test_children_born_over_ten_years_are_counted_by_the_mothers_of_their_own_group():
    later = np.arange(1.0, 19.0)[None].repeat(2, axis=0)
    change = change_ratios(later, later, shift=2, width=5)

    assert change.mothers == ((3, 9), (4, 10))  # 15 to 44, and 20 to 49 (Smith, Tayman, Swanson 2013)
    assert change.children[0].tolist() == pytest.approx([1 / sum(range(4, 10)), 2 / sum(range(5, 11))])


def test_where_nobody_was_counted_nobody_is_divided_by():
    counts = np.zeros((1, 12))
    change = change_ratios(counts, counts, shift=1, width=5)

    assert np.isfinite(advance_cohorts(counts[..., None], change)).all()
