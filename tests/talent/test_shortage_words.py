"""How a shortage of specialists is said: by the middle case, its chance and its range."""

import pytest

from urbium.talent.shortage import shortage_words


@pytest.mark.parametrize(
    ("middle", "high", "words"),
    [
        (50.0, 120.0, "Engineers: short by 50 posts in the middle case of 2017 (80 % range 0 to 120)."),
        (0.0, 120.0, "a shortage in 27 % of the draws, in one of ten by 120 posts or more."),
        (0.0, 0.0, "Engineers: enough in 73.0 % of the draws in 2017."),
    ],
)
def test_a_shortage_is_said_with_its_chance_and_size(middle, high, words):
    row = {"year": 2017, "low": 0.0, "middle": middle, "high": high, "chance": 0.27}

    assert words in shortage_words(row, "Engineers")
