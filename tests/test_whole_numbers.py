"""Whole numbers as strangers write them."""

import pytest

from urbium.whole_numbers import whole_number


@pytest.mark.parametrize("written", ["", "-1", "4.2", "1e3", " 7", "²", "٣", "9" * 19, "9" * 5_000])
def test_what_is_not_a_whole_number_of_18_digits_is_the_other(written):
    assert whole_number(written, -7) == -7


def test_18_digits_are_read():
    assert whole_number("9" * 18) == 10**18 - 1
