"""Units convert within a dimension and never across."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from urbium.errors import InputError, NotFoundError
from urbium.explanation import Explanation
from urbium.sources.checks.value_findings import figure
from urbium.text import language, say
from urbium.units import convert, million, million_a_year, money_size, range_words, size_of, sized, units


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


@pytest.mark.parametrize(
    ("amounts", "unit", "cells"),
    [
        ([81_117.0, 332.8, 1.5], "亿元", ["811.17", "3.33", "0.015"]),
        ([54.46, 0.02, -1.0], "万元", ["5,446", "2", "−100"]),
    ],
)
def test_amounts_that_stand_together_are_counted_in_one_size(amounts, unit, cells):
    with language("zh"):
        size = money_size("CNY", amounts)
        assert (say(size.words), [size(amount) for amount in amounts]) == (unit, cells)


def test_millions_stay_millions_where_the_language_counts_in_them():
    assert sized(81_117.0, million("CNY")) == (81_117.0, "CNY million")
    assert money_size("CNY", [81_117.0])(332.84, 1) == "332.8"


def test_a_unit_of_millions_keeps_what_it_says_besides():
    with language("zh"):
        assert say(size_of(million_a_year("CNY"), [2.0]).words) == "万元/年"
        assert sized(4.224, "million people") == (4_224_000.0, "persons")
        assert sized(3.0, "t") == (3.0, "t")


@pytest.mark.parametrize("unit", ["count", "ratio"])
def test_a_number_of_things_and_a_ratio_have_no_unit_behind_them(unit):
    assert str(figure(12.0, unit)) == "12"
    assert str(range_words(1, 2, unit)) == "1 to 2"
    assert Explanation("Wi-Fi hotspots", 12.0, unit).headline == "Wi-Fi hotspots: 12"
