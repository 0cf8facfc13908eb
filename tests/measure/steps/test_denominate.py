"""Denominate: totals become rates, and no size is made up."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from urbium.measure.steps.denominate import denominate

NAN = float("nan")
numbers = st.one_of(st.just(NAN), st.floats(-1e9, 1e9))


def test_every_column_is_divided_by_the_size_of_its_row():
    found = denominate(np.array([[10.0, 4.0], [9.0, NAN]]), np.array([2.0, 3.0]))
    assert found[:, 0].tolist() == [5, 3]
    assert found[0, 1] == 2
    assert np.isnan(found[1, 1])


def test_the_factor_says_per_how_many():
    assert denominate(np.array([[30.0]]), np.array([60_000.0]), factor=1000).tolist() == [[0.5]]


def test_a_size_of_0_or_a_missing_one_gives_no_value():
    assert np.isnan(denominate(np.array([[1.0], [0.0], [1.0]]), np.array([0.0, 0.0, NAN]))).all()


def test_the_totals_are_left_as_they_were():
    values, size = np.array([[10.0]]), np.array([0.0])
    denominate(values, size)
    assert (values.item(), size.item()) == (10, 0)


@settings(deadline=None)
@given(values=arrays(np.float64, (4, 2), elements=numbers), size=arrays(np.float64, 4, elements=numbers))
def test_missing_values_never_raise_and_stay_missing(values, size):
    found = denominate(values, np.round(size))
    assert np.isnan(found[np.isnan(values)]).all()


@settings(deadline=None)
@given(
    values=arrays(np.float64, (4, 2), elements=numbers),
    size=arrays(np.float64, 4, elements=st.floats(1, 1e6)),
)
def test_multiplying_by_the_size_gives_the_total_back(values, size):
    np.testing.assert_allclose(denominate(values, size) * size[:, None], values, rtol=1e-12, atol=1e-12)
