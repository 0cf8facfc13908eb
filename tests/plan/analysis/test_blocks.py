"""Draws are added up in blocks: the same numbers as all at once, in little room, and there is a limit."""

import tracemalloc

import numpy as np
import polars as pl
import pytest

from urbium.errors import InputError
from urbium.plan import risk
from urbium.plan.analysis import draws as module
from urbium.plan.analysis.draws import Draws
from urbium.plan.analysis.ranges import Ranges


@pytest.fixture
def ranges(towns):
    """Ranges of every cost, effect and need of the towns, by hand."""
    road = towns.towns_roadmap()
    around = [(1 - 0.2) * pl.col("x"), (1 + 0.3) * pl.col("x")]

    def table(of, keys, column):
        low, high = around
        return of.with_columns(x=pl.col(column)).select(*keys, low=low, high=high)

    return Ranges(
        effects=table(road.effects, ["project", "indicator"], "effect"),
        capital=table(road.projects, ["project"], "capital"),
        needs=table(road.gaps, ["city", "indicator"], "need"),
    )


@pytest.mark.parametrize("together", ["solution", "project"])
@pytest.mark.parametrize("cells", [4, 12, 40])
def test_a_block_of_draws_has_the_numbers_that_it_has_in_the_whole(
    towns, ranges, monkeypatch, together, cells
):
    plan = towns.towns_plan()
    whole = risk(plan, ranges, draws=37, together=together)
    monkeypatch.setattr(module, "_CELLS", cells)  # blocks of one draw and more
    parts = risk(plan, ranges, draws=37, together=together)

    np.testing.assert_allclose(parts.worths, whole.worths, rtol=0, atol=1e-12)
    assert parts.table.equals(whole.table)
    assert parts.spending.equals(whole.spending)


def test_windows_cover_all_draws_once(towns, ranges):
    drawn = Draws(towns.towns_roadmap(), ranges, count=11)
    whole = drawn.effect
    window = Draws(towns.towns_roadmap(), ranges, count=11, window=(4, 9)).effect
    np.testing.assert_array_equal(window, whole[4:9])


def test_room_does_not_grow_with_the_number_of_draws_but_by_what_is_kept(towns, ranges, monkeypatch):
    monkeypatch.setattr(module, "_CELLS", 4_000)
    plan = towns.towns_plan()
    peaks = []
    for draws in (2_000, 20_000):
        tracemalloc.start()
        risk(plan, ranges, draws=draws)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    kept = plan.roadmap.cities.height + plan.roadmap.budgets.height
    assert peaks[1] - peaks[0] < 18_000 * 8 * 6 * kept  # a few copies of what is kept of each draw


def test_more_draws_than_can_be_kept_are_refused_with_the_most_that_can(towns, ranges):
    with pytest.raises(InputError, match="at most 3,750,000"):
        risk(towns.towns_plan(), ranges, draws=10_000_000)


def test_without_ranges_it_says_that_nothing_could_be_drawn(towns):
    outcome = risk(towns.towns_plan(), Ranges(), draws=10)

    assert "no draws could be made" in repr(outcome)
    assert any("without a range" in note for note in outcome.notes)
    assert "nothing that affects this result has a range" in outcome.explain("A").note


def test_ranges_that_are_missing_are_counted(towns, ranges):
    some = Ranges(capital=ranges.capital.head(1))
    notes = risk(towns.towns_plan(), some, draws=10).notes

    assert any("the costs of 2 of 3 projects, 3 of 3 effects and 2 of 2 needs" in note for note in notes)
