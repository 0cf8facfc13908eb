"""Uncertainty: every run against a plain build, the table by hand, laws, stops, executors, memory."""

from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from multiprocessing import get_context

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from scipy.stats import rankdata

from seeds import tries
from urbium.errors import InputError, NotFoundError
from urbium.measure.aggregate import tree
from urbium.measure.matrix import matrix
from urbium.measure.pipeline import Method, build
from urbium.measure.uncertainty import runs as runs_file
from urbium.measure.uncertainty.choices import DataNoise, MeanChoices, StepChoices, WeightSets
from urbium.measure.uncertainty.intervals import uncertainty_of
from urbium.measure.uncertainty.sensitivity import saltelli, sobol_indices
from urbium.model import Choice, Index, IndexNode

NODES = (
    *(("all", "", 1.0), ("p", "all", 2.0), ("q", "all", 1.0)),
    *(("a", "p", 1.0), ("b", "p", 1.0), ("c", "q", 1.0), ("d", "q", 3.0)),
)
METHOD = Method(Choice.row("impute-mean > winsorise(limit=1) > min-max(low=1, high=100)"))
LAYOUT = tree(Index("all", {}, tuple(IndexNode(*node, {}) for node in NODES), METHOD.steps, (), 0, 0))
STEPS = StepChoices.of("winsorise", "winsorise(limit=1)", "winsorise(limit=3)", "")
SCALES = StepChoices.of("min-max", "min-max(low=1, high=100)", "z-score(mean=10, spread=1)")
MEANS = MeanChoices.of("arithmetic", "geometric")
TOP = MeanChoices.of("arithmetic", "power(power=2)", level=2, name="top")
SETS = WeightSets(np.random.default_rng(3).uniform(0.5, 1.5, (5, 7)))


def raw(rows=12, *, missing=0.1, seed=1):
    draw = np.random.default_rng(seed)
    values = draw.lognormal(1, 0.8, (rows, 4))
    values[draw.random(values.shape) < missing] = np.nan
    names = tuple(f"city {place}" for place in range(rows))
    directions = np.array([1, 1, -1, 1])
    return matrix(values, directions=directions, rows=names, columns=("a", "b", "c", "d"))


def noise(spread=0.1, rows=12, **settings):
    return DataNoise(np.full((rows, 4), spread), **settings)


def asked(*factors, data=None, **settings):
    return uncertainty_of(raw() if data is None else data, LAYOUT, METHOD, factors, **settings)


def same(one, other):
    np.testing.assert_array_equal(one.scores, other.scores)
    np.testing.assert_array_equal(one.ranks, other.ranks)
    np.testing.assert_array_equal(one.positions, other.positions)
    assert one.table.equals(other.table)


# Every run is a build


def plain(positions, factors):
    """One run as a build of its own."""
    steps, aggregate = [(step,) for step in METHOD.steps], [Choice("arithmetic")] * 2
    data, weights = raw(), None
    for factor, position in zip(factors, positions, strict=True):
        if isinstance(factor, StepChoices):
            place = [step.name for step in METHOD.steps].index(factor.step)
            steps[place] = factor.alternatives[position]
        elif isinstance(factor, WeightSets):
            weights = factor.sets[position]
        elif isinstance(factor, DataNoise):
            data = matrix(
                factor.noised(data.values, 0, position), directions=data.directions, columns=data.columns
            )
        elif factor.level is None:
            aggregate = [factor.ways[position]] * 2
        else:
            aggregate[factor.level - 1] = factor.ways[position]
    return build(data, LAYOUT, Method(sum(steps, ()), tuple(aggregate)), weights=weights).root


@pytest.mark.parametrize(
    "factors",
    [(STEPS,), (SCALES, MEANS), (SETS, STEPS, TOP), (noise(),), (noise(draws=3), SETS, SCALES, MEANS)],
    ids=["steps", "scales and means", "weights, steps, top", "data", "data and all"],
)
def test_every_run_is_the_build_with_its_alternatives(factors):
    found = asked(*factors, runs=40)
    expected = np.array([plain(taken, factors) for taken in found.positions.tolist()])
    np.testing.assert_allclose(found.scores, expected, rtol=1e-6)
    ranks = [rankdata(-scores.round(9), method="min") for scores in expected]
    np.testing.assert_array_equal(found.ranks, ranks)


def test_the_nominal_run_is_the_build_without_variation():
    found = asked(STEPS, SETS, runs=3)
    expected = build(raw(), LAYOUT, METHOD)
    np.testing.assert_array_equal(found.nominal_scores, expected.root)
    np.testing.assert_array_equal(found.nominal_ranks, rankdata(-expected.root, method="min"))


def test_weights_that_are_given_hold_where_they_do_not_vary():
    weights = np.array([1.0, 1.0, 5.0, 1.0, 2.0, 1.0, 1.0])
    found = asked(StepChoices.of("winsorise", "winsorise(limit=1)"), runs=2, weights=weights)
    expected = build(raw(), LAYOUT, METHOD, weights=weights).root
    np.testing.assert_array_equal(found.nominal_scores, expected)
    np.testing.assert_array_equal(found.scores[1], expected.astype(np.float32))


def test_an_imputed_value_counts_as_known_when_the_availability_is_judged():
    data = raw(missing=0.5)
    method = Method(METHOD.steps, availability=0.9)
    found = uncertainty_of(data, LAYOUT, method, [SETS], runs=4)
    assert not np.isnan(found.scores).any()


def test_the_availability_holds_in_every_run():
    data = raw(missing=0.4)
    method = Method(METHOD.steps, availability=0.8)
    found = uncertainty_of(data, LAYOUT, method, [StepChoices.of("impute-mean", "")], runs=2)
    expected = build(data, LAYOUT, Method(METHOD.steps[1:], availability=0.8)).root
    assert 0 < np.isnan(expected).sum() < len(expected)
    np.testing.assert_array_equal(np.isnan(found.scores[1]), np.isnan(expected))


# Draws


def test_a_thousand_runs_are_made_when_no_number_is_given():
    assert asked(MEANS).ranks.shape == (1000, 12)


def test_every_alternative_is_about_as_frequent():
    counts = np.bincount(asked(STEPS, runs=3000).positions[:, 0])
    assert counts == pytest.approx([1000] * 3, abs=120)


def test_fewer_runs_are_the_first_of_more():
    few, many = asked(STEPS, noise(), runs=7), asked(STEPS, noise(), runs=20)
    np.testing.assert_array_equal(few.scores, many.scores[:7])


def test_stored_positions_are_taken_as_they_are():
    stored = np.array([[2, 0], [0, 4], [1, 1]])
    found = asked(STEPS, SETS, positions=stored)
    np.testing.assert_array_equal(found.positions, stored)
    np.testing.assert_allclose(found.scores[1], plain([0, 4], (STEPS, SETS)), rtol=1e-6)


def test_what_was_drawn_is_told_in_words():
    found = asked(STEPS, SETS, positions=np.array([[2, 0], [1, 4]]))
    assert found.drawn.rows() == [("left out", "1"), ("winsorise(limit=3)", "5")]


@pytest.mark.parametrize(
    ("stored", "told"),
    [
        (np.zeros((3, 1), dtype=int), "an array of shape (runs, 2)"),
        (np.zeros(3, dtype=int), "the array of positions has the wrong shape, (3,)"),
        (np.zeros((0, 2), dtype=int), "has no corresponding alternative"),
        (np.array([[3, 0]]), "count positions from 0: winsorise has 3 and weights has 5"),
        (np.array([[0, -1]]), "a position has no corresponding alternative"),
    ],
)
def test_positions_that_do_not_fit_are_refused(stored, told):
    with pytest.raises(InputError) as caught:
        asked(STEPS, SETS, positions=stored)
    assert told in str(caught.value)


def test_positions_that_are_no_design_are_refused():
    with pytest.raises(InputError, match=r"shape \(8, 2\)"):
        asked(STEPS, SETS, positions=np.zeros((9, 2), dtype=int), base=2)


def test_any_draw_of_noise_may_be_asked_for():
    assert asked(noise(), positions=np.array([[10**6]])).positions.item() == 10**6


def test_no_run_is_refused():
    with pytest.raises(InputError, match="at least one run is needed, not 0; request 1 or more"):
        asked(STEPS, runs=0)


def test_choices_that_do_not_fit_are_refused():
    with pytest.raises(InputError, match="nothing varies"):
        asked()


def test_an_alternative_that_leaves_the_scale_open_is_refused():
    with pytest.raises(
        InputError, match=r"the steps impute-mean > winsorise.* leave an indicator unnormalised"
    ):
        asked(StepChoices.of("min-max", "min-max", ""), runs=20)


def test_a_run_whose_mean_cannot_take_a_value_is_refused_and_named():
    with pytest.raises(InputError, match="the weighted geometric mean needs values above zero") as caught:
        asked(StepChoices.of("min-max", "min-max"), noise(), MEANS, positions=np.array([[0, 4, 1]]))
    assert caught.value.place == "run with min-max min-max, data 5 and aggregate geometric"
    assert "normalise to a scale above zero" in caught.value.remedy


# The table


def test_the_table_is_what_the_ranks_of_the_runs_say():
    found = asked(STEPS, SCALES, SETS, runs=101)
    nominal = found.nominal_ranks
    for row in found.table.iter_rows(named=True):
        place = found.rows.index(row["row"])
        ranks = np.sort(found.ranks[:, place])
        told = [row[name] for name in ("nominal", "mean", "median", "low", "high", "runs")]
        assert told == pytest.approx([nominal[place], ranks.mean(), ranks[50], ranks[5], ranks[95], 101])


def test_the_table_starts_with_the_best_row():
    table = asked(STEPS, runs=5).table
    assert table["nominal"].to_list() == sorted(table["nominal"])


def test_rows_are_told_apart_where_the_runs_agree():
    data = matrix(np.array([[9.0, 9, 1, 9], [1, 1, 9, 1], [5, 5, 5, 5]]), directions=np.array([1, 1, -1, 1]))
    sets = WeightSets(np.array([[1, 2, 1, 1, 1, 1, 3], [1, 1, 1, 2, 1, 1, 1.0]]))
    found = uncertainty_of(data, LAYOUT, Method(Choice.row("min-max")), [sets], runs=9)
    assert found.table.select("row", "nominal", "low", "high", "tier").rows() == [
        ("0", 1, 1.0, 1.0, 1),
        ("2", 2, 2.0, 2.0, 2),
        ("1", 3, 3.0, 3.0, 3),
    ]


def test_rows_whose_order_turns_with_the_weights_share_a_tier():
    data = matrix(np.array([[9.0, 9, 1, 1], [1, 1, 8, 8], [0, 0, 0, 0]]))
    sets = WeightSets(np.array([[1, 3, 1, 1, 1, 1, 1], [1, 1, 3, 1, 1, 1, 1.0]]))
    found = uncertainty_of(
        data, LAYOUT, Method(Choice.row("min-max")), [sets], positions=np.array([[0], [1]])
    )
    assert found.table.select("row", "low", "high", "tier").rows() == [
        ("0", pytest.approx(1.05), pytest.approx(1.95), 1),
        ("1", pytest.approx(1.05), pytest.approx(1.95), 1),
        ("2", 3.0, 3.0, 2),
    ]


def test_less_confidence_may_tell_more_rows_apart():
    wide, narrow = (asked(SETS, noise(0.3), runs=200, confidence=share) for share in (0.99, 0.6))
    assert narrow.facts["tiers"] > wide.facts["tiers"]


def test_a_row_without_a_score_has_nulls():
    data = raw(missing=0)
    data.values[4] = np.nan
    found = uncertainty_of(data, LAYOUT, Method(Choice.row("min-max")), [SETS], runs=6)
    assert found.table.row(-1, named=True) == {
        "row": "city 4", "nominal": None, "mean": None, "median": None, "low": None, "high": None,
        "tier": None, "runs": 0,
    }  # fmt: skip
    assert (found.ranks[:, 4] == -1).all()


def test_a_row_that_some_runs_leave_out_counts_the_others():
    data = raw(missing=0)
    data.values[4, :3] = np.nan
    method = Method(Choice.row("impute-mean > screen(availability=0.5) > min-max"))
    choice = StepChoices.of("impute-mean", "impute-mean", "")
    found = uncertainty_of(data, LAYOUT, method, [choice], positions=np.array([[0], [1], [0]]))
    row = found.table.rows_by_key("row", named=True, unique=True)["city 4"]
    assert row["runs"] == 2
    assert row["mean"] == row["median"] == row["low"] == row["high"] == row["nominal"]
    assert found.ranks[1, 4] == -1


# The design


def test_a_design_makes_its_runs_in_its_order():
    found = asked(STEPS, SETS, base=8, seed=2)
    shares = saltelli(8, 2, seed=2)
    np.testing.assert_array_equal(found.positions, np.floor(shares * [3, 5]))
    assert (found.base, found.asked, len(found.scores)) == (8, 32, 32)


def test_each_run_of_a_design_is_the_build_with_its_alternatives():
    found = asked(STEPS, SETS, base=4)
    expected = np.array([plain(taken, (STEPS, SETS)) for taken in found.positions.tolist()])
    np.testing.assert_allclose(found.scores, expected, rtol=1e-6)


def test_the_table_of_a_design_leaves_out_the_mixed_runs():
    found = asked(STEPS, SETS, base=8)
    first = found.table["row"].to_list().index("city 0")
    assert found.table["mean"][first] == pytest.approx(found.ranks[:16, 0].mean())
    assert found.table["runs"].unique().to_list() == [16]


def test_the_sensitivity_is_that_of_the_mean_shift_of_the_ranks():
    found = asked(STEPS, SETS, SCALES, base=32)
    shifts = np.abs(found.ranks - found.nominal_ranks).mean(axis=1)
    np.testing.assert_allclose(found.shifts, shifts)
    expected = sobol_indices(shifts, ("winsorise", "weights", "min-max"))
    assert found.sensitivity.table.equals(expected.table)
    assert found.sensitivity is found.sensitivity


def test_a_choice_that_changes_nothing_has_no_influence():
    nothing = StepChoices.of("winsorise", "winsorise(limit=1)", "winsorise(limit=1)")
    found = asked(nothing, SETS, base=64).sensitivity
    assert found.total[0] == 0
    assert found.total[1] > 0.9


def test_runs_without_a_design_have_no_indices():
    found = asked(STEPS, runs=4)
    assert found.sensitivity is None


def test_the_shift_leaves_out_rows_without_rank():
    data = raw(missing=0)
    data.values[4] = np.nan
    found = uncertainty_of(data, LAYOUT, Method(Choice.row("min-max")), [SETS], runs=6)
    known = np.arange(12) != 4
    expected = np.abs(found.ranks[:, known] - found.nominal_ranks[known]).mean(axis=1)
    np.testing.assert_allclose(found.shifts, expected)


def test_runs_without_any_rank_have_no_shift():
    found = asked(SETS, data=matrix(np.full((12, 4), np.nan), columns=("a", "b", "c", "d")), base=4)
    assert np.isnan(found.shifts).all()
    assert np.isnan(found.sensitivity.total).all()
    assert found.facts["tiers"] == 0


# Words


def test_the_result_says_what_it_is():
    assert (
        repr(asked(STEPS, SETS, runs=9))
        == "Uncertainty of 12 ranks in 9 runs that vary winsorise and weights"
    )


def test_a_stopped_result_says_so():
    found = asked(STEPS, runs=5000, on_progress=lambda done, total: True)
    assert repr(found) == (
        "Uncertainty of 12 ranks in 4096 runs that vary winsorise (stopped early: 5000 were requested)"
    )


def test_the_settings_say_how_it_was_made():
    found = asked(STEPS, SETS, noise(), MEANS, runs=9, seed=7, confidence=0.9)
    assert dict(found.settings) == {
        "method": str(METHOD),
        "factors": {
            "winsorise": "winsorise(limit=1), winsorise(limit=3) and left out",
            "weights": "5 sets",
            "data": "new draws of noise",
            "aggregate": "arithmetic and geometric",
        },
        "runs": 9,
        "base": 0,
        "confidence": 0.9,
        "seed": 7,
    }
    assert (found.stage, found.facts["runs"], found.facts["asked"]) == ("uncertainty", 9, 9)


def test_a_row_is_explained_by_its_interval_and_what_varied():
    found = asked(STEPS, noise(draws=4), runs=9)
    row = found.table.row(0, named=True)
    told = found.explain(row["row"])
    assert (told.what, told.value, told.kind) == (f"rank of {row['row']}", 1.0, "score")
    assert told.note == f"tier {row['tier']}; 9 runs"
    assert [(part.what, part.value, part.kind) for part in told.children] == [
        ("median of the runs", row["median"], "score"),
        ("5% of the runs", row["low"], "score"),
        ("95% of the runs", row["high"], "score"),
        ("winsorise", "winsorise(limit=1), winsorise(limit=3) and left out", "setting"),
        ("data", "4 draws of noise", "setting"),
    ]


def test_a_row_without_rank_is_explained_as_missing():
    data = raw(missing=0)
    data.values[4] = np.nan
    told = uncertainty_of(data, LAYOUT, Method(Choice.row("min-max")), [SETS], runs=6).explain("city 4")
    assert (told.value, told.kind, told.note) == (None, "missing", "0 runs")


def test_a_row_that_is_not_there_is_not_found():
    with pytest.raises(NotFoundError, match="there is no row 'city 33'; did you mean 'city 3'"):
        asked(STEPS, runs=2).explain("city 33")


# Progress and stops


def small_blocks(monkeypatch, runs=5):
    monkeypatch.setattr(runs_file, "_CELLS_AT_ONCE", runs * 48)
    monkeypatch.setattr(runs_file, "_CELLS_REBUILT", runs * 48)


def test_progress_is_told_after_each_block(monkeypatch):
    small_blocks(monkeypatch)
    told = []
    asked(STEPS, runs=12, on_progress=lambda *counts: told.append(counts))
    assert told == [(5, 12), (10, 12), (12, 12)]


def test_progress_is_told_more_often_when_the_data_vary(monkeypatch):
    monkeypatch.setattr(runs_file, "_CELLS_AT_ONCE", 6 * 48)
    monkeypatch.setattr(runs_file, "_CELLS_REBUILT", 4 * 48)
    calm, busy = [], []
    asked(STEPS, SETS, runs=6, on_progress=lambda done, total: calm.append(done))
    asked(STEPS, noise(), runs=6, on_progress=lambda done, total: busy.append(done))
    assert (calm, busy) == ([6], [4, 6])


def test_a_stop_keeps_the_runs_made(monkeypatch):
    whole = asked(STEPS, SETS, runs=12)
    small_blocks(monkeypatch)
    found = asked(STEPS, SETS, runs=12, on_progress=lambda done, total: done >= 10)
    np.testing.assert_array_equal(found.scores, whole.scores[:10])
    np.testing.assert_array_equal(found.positions, whole.positions[:10])
    assert (found.asked, found.facts["runs"], found.table["runs"][0]) == (12, 10, 10)


def test_an_answer_that_is_not_true_goes_on(monkeypatch):
    small_blocks(monkeypatch)
    assert len(asked(STEPS, runs=12, on_progress=lambda done, total: False).scores) == 12


def test_a_stopped_design_keeps_whole_base_rows(monkeypatch):
    whole = asked(STEPS, SETS, base=8)
    small_blocks(monkeypatch)  # 4 runs a base row: 10 runs are 2 base rows and a half
    found = asked(STEPS, SETS, base=8, on_progress=lambda done, total: done >= 10)
    kept = [0, 1, 8, 9, 16, 17, 24, 25]
    np.testing.assert_array_equal(found.positions, whole.positions[kept])
    np.testing.assert_array_equal(found.scores, whole.scores[kept])
    assert (found.base, found.asked) == (2, 32)
    assert found.sensitivity.base_used == 2


def test_a_design_stopped_before_two_base_rows_has_no_indices(monkeypatch):
    small_blocks(monkeypatch)
    found = asked(STEPS, SETS, base=8, on_progress=lambda done, total: True)
    assert (found.base, len(found.scores)) == (1, 4)
    assert found.sensitivity is None


def test_a_design_stopped_before_its_first_base_row_keeps_nothing(monkeypatch):
    small_blocks(monkeypatch, runs=3)
    found = asked(STEPS, SETS, base=8, on_progress=lambda done, total: True)
    assert found.ranks.shape == (0, 12)
    assert found.table["median"].null_count() == 12


# Who makes the runs, and how many at once


def test_a_design_is_the_same_in_small_blocks(monkeypatch):
    whole = asked(STEPS, SETS, MEANS, base=8)
    small_blocks(monkeypatch, runs=3)
    same(asked(STEPS, SETS, MEANS, base=8), whole)


@pytest.mark.parametrize("factors", [(STEPS, SETS, MEANS), (noise(), SCALES)], ids=["steps", "data"])
def test_the_size_of_the_blocks_changes_nothing(monkeypatch, factors):
    whole = asked(*factors, runs=30)
    small_blocks(monkeypatch, runs=1)
    same(asked(*factors, runs=30), whole)


def test_how_much_is_known_is_counted_once_for_all_runs_of_one_mask(monkeypatch):
    """It was counted 69 times of one mask: once a run and set of weights."""
    counted, coverage = [], runs_file.coverage
    monkeypatch.setattr(runs_file, "coverage", lambda *given: counted.append(given) or coverage(*given))
    asked(SETS, runs=60)
    assert 1 <= len(counted) <= 2  # the runs, and what is nominal


def test_the_number_of_weight_sets_at_once_changes_nothing(monkeypatch):
    whole = asked(SETS, MEANS, runs=50)
    monkeypatch.setattr(runs_file, "_SCORES_AT_ONCE", 36)
    same(asked(SETS, MEANS, runs=50), whole)


@pytest.mark.parametrize("factors", [(STEPS, SETS, MEANS), (noise(), SCALES)], ids=["steps", "data"])
def test_threads_change_nothing(monkeypatch, factors):
    whole = asked(*factors, runs=30)
    small_blocks(monkeypatch)
    with ThreadPoolExecutor(3) as pool:
        same(asked(*factors, runs=30, executor=pool), whole)


def test_other_processes_change_nothing(monkeypatch):
    factors = (noise(), STEPS, SETS)
    whole = asked(*factors, runs=12)
    small_blocks(monkeypatch)
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        same(asked(*factors, runs=12, executor=pool), whole)


def test_a_stop_calls_off_what_waits(monkeypatch):
    small_blocks(monkeypatch)
    with ThreadPoolExecutor(1) as pool:
        found = asked(STEPS, runs=5000, executor=pool, on_progress=lambda done, total: True)
        assert len(found.scores) == 5


def counted_steps(monkeypatch):
    made, make = [], runs_file.make

    def counting(state, choice, availability):
        made.append(choice.name)
        return make(state, choice, availability)

    monkeypatch.setattr(runs_file, "make", counting)
    return made


def test_runs_that_share_steps_share_their_matrix(monkeypatch):
    made = counted_steps(monkeypatch)
    asked(STEPS, SCALES, SETS, runs=200)
    assert made.count("impute-mean") == 1
    assert made.count("winsorise") == 2  # the third alternative leaves it out
    assert made.count("min-max") == made.count("z-score") == 3


def test_blocks_share_their_matrices_too(monkeypatch):
    small_blocks(monkeypatch)
    made = counted_steps(monkeypatch)
    asked(STEPS, SCALES, SETS, runs=200)
    assert len(made) == 9


def test_matrices_long_unused_are_forgotten(monkeypatch):
    whole = asked(STEPS, SCALES, SETS, runs=60)
    small_blocks(monkeypatch)
    monkeypatch.setattr(runs_file, "_KEPT_BYTES", 3 * 12 * 4 * 9)
    made = counted_steps(monkeypatch)
    same(asked(STEPS, SCALES, SETS, runs=60), whole)
    assert len(made) > 9


def test_a_new_draw_of_noise_starts_from_the_raw_values(monkeypatch):
    made = counted_steps(monkeypatch)
    asked(noise(), runs=6)
    assert made.count("impute-mean") == 6


# Laws


@settings(max_examples=tries(20), deadline=None)
@given(st.integers(0, 2**32))
def test_the_same_seed_gives_the_same_result(seed):
    same(asked(noise(), STEPS, SETS, runs=5, seed=seed), asked(noise(), STEPS, SETS, runs=5, seed=seed))


def test_another_seed_gives_another_result():
    assert (asked(noise(), runs=5, seed=1).scores != asked(noise(), runs=5, seed=2).scores).any()


def test_a_seed_left_out_is_zero():
    same(asked(noise(), SETS, runs=5), asked(noise(), SETS, runs=5, seed=0))


DATA = arrays.arrays(
    float,
    st.tuples(st.integers(1, 9), st.just(4)),
    elements=st.one_of(st.floats(0.1, 100).map(lambda value: round(value, 1)), st.just(np.nan)),
)


@settings(max_examples=tries(40), deadline=None)
@given(DATA)
def test_without_any_spread_every_run_is_the_nominal_one(values):
    data = matrix(values, columns=("a", "b", "c", "d"))
    still = WeightSets(np.repeat(LAYOUT.weights[None], 3, axis=0))
    found = asked(DataNoise(np.zeros(values.shape)), still, data=data, runs=3)
    np.testing.assert_array_equal(
        found.scores, np.repeat([found.nominal_scores.astype(np.float32)], 3, axis=0)
    )
    np.testing.assert_array_equal(found.ranks, np.repeat([found.nominal_ranks], 3, axis=0))


@settings(max_examples=tries(40), deadline=None)
@given(DATA, st.sampled_from([0, 3]))
def test_missing_values_never_raise(values, base):
    data = matrix(values, columns=("a", "b", "c", "d"))
    spread = DataNoise(np.full(values.shape, 0.2), low=0.05)
    found = asked(spread, STEPS, SCALES, SETS, data=data, runs=4, base=base)
    assert found.table.height == len(values)


@settings(max_examples=tries(40), deadline=None)
@given(DATA, st.randoms())
def test_the_order_of_the_rows_does_not_matter(values, random):
    order = list(range(len(values)))
    random.shuffle(order)
    names = tuple(f"city {place}" for place in range(len(values)))
    data = matrix(values, rows=names, columns=("a", "b", "c", "d"))
    mixed = matrix(values[order], rows=tuple(names[place] for place in order), columns=data.columns)
    one, other = (asked(SCALES, SETS, data=each, runs=6) for each in (data, mixed))
    np.testing.assert_allclose(other.scores, one.scores[:, order], rtol=1e-5)


def test_more_noise_makes_wider_intervals():
    calm, loud = (asked(noise(spread), runs=300).table for spread in (0.01, 0.5))
    assert (loud["high"] - loud["low"]).mean() > 2 * (calm["high"] - calm["low"]).mean()
