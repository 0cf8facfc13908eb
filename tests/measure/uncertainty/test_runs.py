"""What the runs of an index cost: counted in passes through the tree, not timed."""

import numpy as np
import pytest

from urbium.measure.aggregate import tree
from urbium.measure.matrix import matrix
from urbium.measure.pipeline import Method
from urbium.measure.uncertainty import runs
from urbium.measure.uncertainty.choices import GapDraws, WeightSets
from urbium.measure.uncertainty.intervals import uncertainty_of
from urbium.measure.weighting.weights import noisy
from urbium.model import Choice, Index, IndexNode

PARTS = [("all", "", 1.0), *((leaf, "all", 0.25) for leaf in "abcd")]
METHOD = Method(Choice.row("screen > min-max(low=1)"), (Choice("arithmetic"),), 0.5)
LAYOUT = tree(
    Index("all", {}, tuple(IndexNode(*part, {}) for part in PARTS), METHOD.steps, METHOD.aggregate, 0.5, 0)
)
RUNS = 50


@pytest.fixture
def counted(monkeypatch):
    """Count how often what is covered, and scores of the root, are worked out."""
    counts = dict.fromkeys(("coverage", "root_scores"), 0)

    def count(name, function):
        def counting(*arguments, **named):
            counts[name] += 1
            return function(*arguments, **named)

        return counting

    for name in counts:
        monkeypatch.setattr(runs, name, count(name, getattr(runs, name)))
    return counts


def test_rows_with_gaps_cost_a_run_one_more_pass_through_the_tree(counted):
    """Ten rows lack figures in six ways; the others are ranked around each way at both of its ends."""
    values = np.random.default_rng(1).normal(50, 15, (30, 4))
    for row in range(10):
        values[row, [(0,), (1,), (2,), (3,), (0, 1), (2, 3)][row % 6]] = np.nan
    raw = matrix(values, rows=tuple(map(str, range(30))), columns=tuple("abcd"))
    weights = noisy(
        LAYOUT.weights, [node.parent for node in LAYOUT.nodes], 0.25, RUNS, np.random.default_rng(2)
    )
    uncertainty_of(raw, LAYOUT, METHOD, [WeightSets(weights), GapDraws()], runs=RUNS)

    assert counted["coverage"] == 1
    assert RUNS < counted["root_scores"] <= 2 * RUNS
