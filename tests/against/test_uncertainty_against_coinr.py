"""COINr's uncertainty and sensitivity runs of its ASEM example, made again from the stored draws (s8).

The stored runs vary the points winsorised (1 to 5), min-max from 1 to 100 against z-scores of mean 10 and
spread 2, a hundred noisy weight sets, and arithmetic against geometric means on all levels.
"""

import numpy as np
import pytest

from urbium.measure.pipeline import Method
from urbium.measure.uncertainty.choices import MeanChoices, StepChoices, WeightSets
from urbium.measure.uncertainty.intervals import uncertainty_of
from urbium.measure.uncertainty.runs import Study, make_runs
from urbium.measure.uncertainty.sensitivity import sobol_indices
from urbium.model import Choice

pytestmark = pytest.mark.shared

REST = "impute-mean(group=EurAsia_group) > screen(availability=0.9) > winsorise(limit=5, then=log) > min-max"
SETS = 100


@pytest.fixture(scope="module")
def method(asem):
    return Method(Choice.row(f"{asem.denominate} > {REST}"))


@pytest.fixture(scope="module")
def factors(asem):
    sets = np.full((SETS, len(asem.nodes)), np.nan)
    for row in asem.table("s8_noisy_weights").iter_rows(named=True):
        sets[row["rep"] - 1, asem.nodes.index(row["iCode"])] = row["Weight"]
    return (
        StepChoices.of("winsorise", *(f"winsorise(limit={limit}, then=log)" for limit in range(1, 6))),
        StepChoices.of("min-max", "min-max(low=1, high=100)", "z-score(mean=10, spread=2)"),
        WeightSets(sets),
        MeanChoices.of("arithmetic", "geometric"),
    )


def stored_positions(asem, name):
    stored = asem.table(f"s8_{name}_parameters")
    return np.stack(
        [
            stored["Winmax"].to_numpy() - 1,
            (stored["Normalisation"] == "n_zscore").to_numpy(),
            stored["WeightsRep"].to_numpy() - 1,
            (stored["Aggregation"] == "a_gmean").to_numpy(),
        ],
        axis=1,
    ).astype(np.int32)


def stored_runs(asem, table, count):
    return asem.array(table, [f"r_{run}" for run in range(1, count + 1)]).T


def stored_statistics(asem, name):
    return asem.array(f"s8_{name}_rankstats", ["Nominal", "Mean", "Median", "Q5", "Q95"])


def our_statistics(asem, found):
    order = {row: place for place, row in enumerate(found.table["row"])}
    figures = found.table.select("nominal", "mean", "median", "low", "high").to_numpy()
    return figures[[order[row] for row in asem.raw.rows]]


@pytest.fixture(scope="module")
def hundred(asem, method, factors):
    return uncertainty_of(asem.raw, asem.layout, method, factors, positions=stored_positions(asem, "UA100"))


@pytest.fixture(scope="module")
def design(asem, method, factors):
    positions = stored_positions(asem, "SA100")
    return uncertainty_of(asem.raw, asem.layout, method, factors, positions=positions, base=100)


@pytest.mark.parametrize("name", ["UA100", "SA100"])
def test_every_run_has_the_stored_scores(asem, method, factors, agree, name):
    scored = np.ones(len(asem.raw.rows), dtype=bool)
    study = Study(asem.raw, asem.layout, method, factors, asem.layout.weights, 0, scored)
    ((scores, *_),) = make_runs(study, [stored_positions(asem, name)], None)
    agree(scores, stored_runs(asem, f"s8_{name}_scores", len(scores)))


def test_the_nominal_scores_are_the_stored_ones(asem, agree, hundred):
    agree(hundred.nominal_scores, asem.array("s8_UA100_scores", ["Nominal"])[:, 0])


def test_every_run_has_the_stored_ranks(asem, hundred):
    assert (hundred.ranks == stored_runs(asem, "s8_UA100_ranks", 100)).all()


def test_the_rank_statistics_of_independent_runs_are_the_stored_ones(asem, agree, hundred):
    agree(our_statistics(asem, hundred), stored_statistics(asem, "UA100"))


def test_the_rank_statistics_of_a_design_are_the_stored_ones_and_leave_out_the_mixed_runs(
    asem, agree, design
):
    agree(our_statistics(asem, design), stored_statistics(asem, "SA100"))


def test_the_sensitivity_of_the_mean_rank_shift_is_the_stored_one(asem, agree, design):
    stored = asem.table("s8_SA100_sensitivity")
    found = sobol_indices(design.shifts, tuple(stored["Variable"]), is_centred=False, resamples=0)
    agree(found.first, stored["Si"].to_numpy())
    agree(found.total, stored["STi"].to_numpy())


def test_centring_keeps_the_stored_total_indices_and_makes_the_first_ones_possible(asem, design):
    stored = asem.table("s8_SA100_sensitivity")
    assert design.sensitivity.total == pytest.approx(stored["STi"].to_numpy(), rel=1e-9)
    assert stored["Si"].min() < -0.2
    assert design.sensitivity.first.min() > -0.1


def test_a_thousand_runs_of_our_own_have_the_rank_statistics_of_the_stored_thousand(asem, method, factors):
    found = uncertainty_of(asem.raw, asem.layout, method, factors, runs=1000, seed=8)
    ours, stored = our_statistics(asem, found), stored_statistics(asem, "UA1000")
    assert ours[:, 1] == pytest.approx(stored[:, 1], abs=0.5)  # means of ranks whose spread is 3 at most
    assert ours[:, 2] == pytest.approx(stored[:, 2], abs=1)
