"""The shortage of people: what cities lack and the nation cannot lend."""

import numpy as np
import pytest

from urbium.catalogue import load_catalogue
from urbium.talent import AgeRates, Assumed, demand
from urbium.talent.shortage import shortage, shortage_words
from urbium.talent.supply import supply

NONE = dict.fromkeys(range(2020, 2023), 0.0)
STILL = AgeRates(NONE, NONE, "none")


@pytest.fixture(scope="module")
def assumed():
    return Assumed(load_catalogue(), lambda _: 1.0)


@pytest.fixture(scope="module")
def short(towns, assumed):
    plan = towns.towns_plan()
    needed = demand(plan, load_catalogue(), assumed)
    return shortage(needed, supply(plan, assumed, needed.years, STILL), plan, assumed, draws=4000)


def test_what_cities_lack_and_the_nation_cannot_lend_is_short(short):
    rows = {row["year"]: row for row in short.table.iter_rows(named=True)}

    # 2020: Aston needs 4 and has 3, the nation lends 1. 2021: Aston needs 6 and has 3; the nation has 1 and
    # trained 2. 2022: Aston needs 2 (and teaches 2), Bourne needs 3 and has none
    assert [rows[year]["shortage"] for year in (2020, 2021, 2022)] == [0.0, 0.0, 0.0]
    assert [rows[year]["lent"] for year in (2020, 2021, 2022)] == [1.0, 3.0, 3.0]


def test_the_range_is_that_of_the_declared_factor(towns, short):
    drawn = short.drawn["eng"]

    # one factor 3 up or down for an assumed occupation, 80% within: 10% lie above 3
    assert np.mean(drawn.factors[:, 0] > 3) == pytest.approx(0.1, abs=0.02)
    assert np.median(drawn.factors[:, 0]) == pytest.approx(1.0, abs=0.06)


def test_a_draw_is_short_of_what_its_factors_say(short):
    drawn = short.drawn["eng"]
    demanded, own, nation = drawn.factors[7]
    aston, bourne = max(2 * demanded - (3 * own + 2), 0), 3 * demanded  # in 2022: Aston teaches 2

    assert drawn.posts[7, 2] == pytest.approx(max(aston + bourne - nation - 2, 0))


def test_the_same_seed_gives_the_same_draws(towns, assumed, short):
    plan = towns.towns_plan()
    needed = demand(plan, load_catalogue(), assumed)
    again = shortage(needed, supply(plan, assumed, needed.years, STILL), plan, assumed, draws=4000)

    assert again.table.equals(short.table)


@pytest.mark.parametrize(
    ("middle", "high", "words"),
    [
        (50.0, 120.0, "Engineers: short by 50 posts in the middle case of 2017 (80% range 0 to 120)."),
        (
            0.0,
            120.0,
            "but short in 27% of the draws, and short by 120 posts or more in one draw in ten.",
        ),
        (0.0, 0.0, "Engineers: enough in 73.0% of the draws in 2017."),
    ],
)
def test_a_shortage_is_said_with_its_chance_and_size(middle, high, words):
    row = {"year": 2017, "low": 0.0, "middle": middle, "high": high, "chance": 0.27}

    assert words in shortage_words(row, "Engineers")
