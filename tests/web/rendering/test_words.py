"""Words: how figures are written."""

from functools import partial

import pytest

from urbium.text import language
from urbium.web.rendering.words import amount, chance, measured, number, people, percent, period


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (None, "–"),
        (0, "0"),
        (0.0, "0"),
        (1234567.8, "1,234,568"),
        (12.345, "12.35"),
        (0.00012344, "0.0001234"),
        (-5.5, "-5.5"),
    ],
)
def test_a_number_shows_the_digits_that_matter(value, written):
    assert number(value) == written


def test_a_share_is_written_in_percent():
    assert percent(0.0083, 2) == "0.83%"


def test_many_people_are_counted_in_millions():
    assert (people(999_000), people(1_240_000)) == ("999,000", "1.24 million")


def test_money_in_millions_becomes_billions_when_large():
    assert (amount(999.0, "CNY"), amount(1500.0, "USD")) == ("CNY 999 million", "USD 1.5 billion")


def test_figures_are_written_as_the_language_of_the_reader_writes_them():
    with language("zh"):
        assert (people(1_240_000_000), number(1234.5)) == ("12.4亿", "1,235")


def test_a_rate_that_the_name_of_a_figure_says_is_not_said_again_in_any_language():
    with language("zh"):
        assert measured(479.51, "per 100k persons", of="每十万户籍人口床位数") == "479.51"
        assert measured(479.51, "per 100k persons", of="床位数") == "每10万人479.51"


def test_a_month_and_a_quarter_are_written_in_words():
    with language("zh"):
        assert (period("2026-11"), period("2026-Q3"), period("2012")) == (
            "2026年11月",
            "2026年第3季度",
            "2012",
        )


@pytest.mark.parametrize("write", [number, percent, people, partial(amount, currency="CNY")])
def test_what_is_unknown_is_a_dash_never_a_nought(write):
    assert write(None) == "–"


def test_a_p_value_is_written_to_three_digits_or_as_smaller_than_any():
    assert [chance(value) for value in (None, 0.5, 0.001, 0.00099, 0.0)] == [
        "–",
        "0.500",
        "0.001",
        "< 0.001",
        "< 0.001",
    ]
