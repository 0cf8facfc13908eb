"""What is missing varies in the runs: a city that reports less never looks surer of its rank."""

import numpy as np
import polars as pl
import pytest

from urbium.measure.aggregate import tree
from urbium.measure.matrix import matrix
from urbium.measure.pipeline import Method
from urbium.measure.uncertainty.choices import DataNoise, GapDraws, MeanChoices, StepChoices, WeightSets
from urbium.measure.uncertainty.intervals import uncertainty_of
from urbium.measure.weighting.weights import noisy
from urbium.model import Choice, Index, IndexNode

PARTS = [("all", "", 1.0), ("p", "all", 0.5), ("q", "all", 0.5), ("a", "p", 0.5), ("b", "p", 0.5),
         ("c", "q", 0.5), ("d", "q", 0.5)]  # fmt: skip
LEAVES = ("a", "b", "c", "d")
METHOD = Method(Choice.row("screen > min-max(low=1)"), (Choice("arithmetic"),), 0.5)
NODES = tuple(IndexNode(*part, {}) for part in PARTS)
LAYOUT = tree(Index("all", {}, NODES, METHOD.steps, METHOD.aggregate, 0.5, 0))


def table_of(values, *, seed, runs=40, gaps=True):
    raw = matrix(values, rows=tuple(map(str, range(len(values)))), columns=LEAVES)
    parents = [node.parent for node in LAYOUT.nodes]
    factors = [
        StepChoices.of("min-max", "min-max(low=1)", "rank", name="min-max"),
        MeanChoices.of("arithmetic", "geometric"),
        WeightSets(noisy(LAYOUT.weights, parents, 0.25, 50, np.random.default_rng(seed))),
        DataNoise(np.where(np.isnan(values), 0.0, 0.05), 0.0),
    ]
    factors += [GapDraws()] if gaps else []
    return uncertainty_of(raw, LAYOUT, METHOD, factors, runs=runs, seed=seed)


def width(found, row):
    line = found.table.row(by_predicate=pl.col("row") == row, named=True)
    if line["nominal"] is None or line["high"] is None:
        return None
    return np.ceil(line["high"]) - np.floor(line["low"])


@pytest.mark.parametrize(
    "cases", [pytest.param(300, marks=pytest.mark.long), pytest.param(1000, marks=pytest.mark.release)]
)
def test_an_interval_never_becomes_narrower_when_a_figure_is_withheld(cases):
    """Cases of 8 to 19 cities; any figure may be withheld, also the end of a column."""
    compared = 0
    for case in range(cases):
        draw = np.random.default_rng(case)
        rows = int(draw.integers(8, 20))
        values = draw.normal(50, 15, (rows, 4)) if case % 2 else draw.lognormal(2, 1, (rows, 4))
        values[draw.random(values.shape) < 0.1] = np.nan
        places = np.argwhere(~np.isnan(values))
        row, column = places[draw.integers(len(places))]
        withheld = values.copy()
        withheld[row, column] = np.nan
        before, after = (width(table_of(figures, seed=case), str(row)) for figures in (values, withheld))
        if before is not None and after is not None:
            compared += 1
            assert after >= before, (case, before, after)
    assert compared > 0.8 * cases


def test_whoever_withholds_the_end_of_a_column_looks_no_surer():
    """Two of 600 cases whose intervals were narrower before, and others: the scale of all others changes."""
    for case in (64, 133, *range(15)):
        draw = np.random.default_rng(5000 + case)
        values = draw.lognormal(2, 1.5, (int(draw.integers(8, 20)), 4))
        column = int(draw.integers(4))
        row = int((values[:, column].argmax, values[:, column].argmin)[case % 2]())
        withheld = values.copy()
        withheld[row, column] = np.nan
        whole, short = (table_of(figures, seed=case) for figures in (values, withheld))
        assert width(short, str(row)) >= width(whole, str(row)), case
        assert (short.best[:, row] <= whole.ranks[:, row]).all(), case
        assert (short.worst[:, row] >= whole.ranks[:, row]).all(), case


def test_a_city_that_reports_everything_has_the_interval_of_its_runs():
    values = np.random.default_rng(4).normal(50, 10, (9, 4))
    found = table_of(values, seed=1)
    assert (found.best == found.ranks).all()
    assert (found.worst == found.ranks).all()


def test_a_gap_lies_between_the_best_and_the_worst_that_others_report():
    values = np.random.default_rng(4).normal(50, 10, (9, 4))
    values[2, 1] = np.nan
    found = table_of(values, seed=1)
    place = found.rows.index("2")
    assert (found.best[:, place] <= found.ranks[:, place]).all()
    assert (found.worst[:, place] >= found.ranks[:, place]).all()
    assert (found.best[:, place] < found.worst[:, place]).any()
    assert width(found, "2") >= width(table_of(values, seed=1, gaps=False), "2")


def test_a_drawn_figure_is_one_that_another_row_reports():
    values = np.array([[1.0, 5.0], [2.0, np.nan], [3.0, 7.0]])
    gaps = np.isnan(values)
    seen = {GapDraws().filled(values, gaps, seed=0, draw=draw)[1, 1] for draw in range(50)}
    assert seen == {5.0, 7.0}


def test_what_is_imputed_by_a_step_is_no_surer_than_what_is_missing():
    values = np.random.default_rng(6).normal(50, 10, (9, 4))
    values[2, 1] = np.nan
    raw = matrix(values, rows=tuple(map(str, range(9))), columns=LEAVES)
    method = Method(Choice.row("impute-mean > min-max(low=1)"), (Choice("arithmetic"),), 0.5)
    found = uncertainty_of(raw, LAYOUT, method, [GapDraws()], runs=30)
    place = found.rows.index("2")
    assert (found.best[:, place] < found.worst[:, place]).any()


def test_an_indicator_that_nobody_reports_widens_no_interval():
    """Whoever reports all that anybody reports may have no other rank than those of the runs."""
    values = np.random.default_rng(5).normal(50, 15, (12, 4))
    values[:, 3] = np.nan
    told = table_of(values, seed=5)

    assert (told.best == told.ranks).all()
    assert (told.worst == told.ranks).all()
