"""An index of one indicator, whose root is that indicator, is measured, and what is asked of it answers."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from urbium.measure import analyse, city_gap, measure_index, non_reporting
from urbium.model import Choice, Index, IndexNode, Variable

CITIES = pl.DataFrame({"code": list("abc"), "name_en": ["Anton", "Berta", "Cesar"]})
FIGURES = {"a": 20.0, "b": 45.0, "c": 120.0}


@pytest.fixture(scope="module")
def scores(catalogue, indicators, observe):
    """Return the scores of three cities by one indicator alone, with runs for their intervals."""
    alone = Index(
        "x", {"en": "X"}, (IndexNode("x", "", 1.0, {"en": "X"}),), Choice.row("min-max"),
        Choice.row("arithmetic"), 0.5, 0,
    )  # fmt: skip
    own = replace(
        catalogue,
        variables={"x": Variable("x", {"en": "X"}, "%", "prefecture")},
        indicators={"x": replace(indicators["cover"], id="x", numerator=(("x", 1),))},
        indices={"x": alone},
    )
    table = observe(*((city, "x", 2012, value) for city, value in FIGURES.items()), unit="%")
    return measure_index(table, alone, own, cities=CITIES, period=2012, runs=50)


def test_its_scores_are_the_normalised_values(scores):
    by_hand = {"a": 0.0, "b": 100 * (45 - 20) / (120 - 20), "c": 100.0}

    assert dict(scores.table.select("city", "score").iter_rows()) == pytest.approx(by_hand)
    assert dict(scores.table.select("city", "rank").iter_rows()) == {"c": 1, "b": 2, "a": 3}


def test_every_run_has_a_rank_for_every_city(scores):
    intervals = scores.table.select("rank_low", "rank_high").to_numpy()

    assert np.isin(intervals, [1, 2, 3]).all()


def test_what_is_asked_of_it_answers(scores):
    assert analyse(scores).table.height
    assert non_reporting(scores).table.height == 3
    assert "scores 100.0 points more than" in repr(city_gap(scores, "c", "a"))
