"""Units convert within a dimension and never across."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urbium.errors import InputError, NotFoundError
from urbium.units import convert, units


@pytest.mark.parametrize(
    ("value", "source", "target", "expected"),
    [
        (370.45, "10k persons", "persons", 3_704_500),
        (1, "ha", "m2", 10_000),
        (50, "%", "ratio", 0.5),
        (3.6, "GJ", "kWh", 1000),
        (1.5, "hours", "minutes", 90),
    ],
)
def test_a_figure_is_converted_within_its_dimension(value, source, target, expected):
    assert convert(value, source, target) == pytest.approx(expected)


PAIRS = [(a.id, b.id) for a in units().values() for b in units().values() if a.dimension == b.dimension]


@given(st.floats(-1e12, 1e12), st.sampled_from(PAIRS))
def test_there_and_back_is_the_same_figure(value, pair):
    source, target = pair
    assert convert(convert(value, source, target), target, source) == pytest.approx(value)


def test_hectares_are_never_turned_into_square_metres_per_person():
    with pytest.raises(InputError, match="'ha' measures area"):
        convert(1, "ha", "m2 per person")


def test_an_unknown_unit_suggests_the_nearest():
    with pytest.raises(NotFoundError, match="did you mean 'persons'"):
        convert(1, "person", "persons")
