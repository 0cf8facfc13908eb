"""What may vary: alternatives, how they are drawn, and what is refused."""

import numpy as np
import pytest

from urbium.errors import InputError
from urbium.measure.aggregate import tree
from urbium.measure.matrix import matrix
from urbium.measure.pipeline import Method
from urbium.measure.uncertainty.choices import (
    DataNoise,
    MeanChoices,
    StepChoices,
    WeightSets,
    check_factors,
    drawn,
)
from urbium.model import Choice, Index, IndexNode

NODES = (
    ("all", "", 1.0),
    ("p", "all", 1.0),
    ("q", "all", 1.0),
    ("a", "p", 1.0),
    ("b", "p", 1.0),
    ("c", "q", 1.0),
)
STEPS = Choice.row("winsorise(limit=5) > min-max")
LAYOUT = tree(Index("all", {}, tuple(IndexNode(*node, {}) for node in NODES), STEPS, (), 0, 0))
RAW = matrix(np.arange(12.0).reshape(4, 3), columns=("a", "b", "c"))
METHOD = Method(STEPS)
MEANS = MeanChoices.of("arithmetic", "geometric")


def check(*factors):
    check_factors(factors, RAW, LAYOUT, METHOD)


def refused(*factors):
    with pytest.raises(InputError, match="the choices cannot be varied like this") as caught:
        check(*factors)
    assert {fault.severity for fault in caught.value.faults} == {"error"}
    return str(caught.value)


# Alternatives and their names


def test_a_step_may_be_done_otherwise_in_a_row_or_left_out():
    choice = StepChoices.of("winsorise", "box-cox > winsorise(limit=2)", "")
    assert choice.alternatives == (Choice.row("box-cox > winsorise(limit=2)"), ())
    assert choice.count == 2
    assert [choice.label(0), choice.label(1)] == ["box-cox > winsorise(limit=2)", "left out"]


def test_a_choice_of_steps_is_named_after_the_step():
    assert StepChoices.of("winsorise", "").name == "winsorise"
    assert StepChoices.of(1, "").name == "1"


def test_a_choice_of_steps_may_have_a_name_of_its_own():
    assert StepChoices.of("winsorise", "", name="treatment").name == "treatment"


def test_means_are_named_as_they_are_written():
    assert [MEANS.label(0), MEANS.label(1)] == ["arithmetic", "geometric"]
    assert (MEANS.count, MEANS.name, MEANS.level) == (2, "aggregate", None)
    assert MeanChoices.of("copeland", level=2, name="top") == MeanChoices((Choice("copeland"),), 2, "top")


def test_a_choice_of_means_is_one_of_all_levels_when_nothing_is_said():
    choice = MeanChoices((Choice("geometric"),))
    assert (choice.level, choice.name) == (None, "aggregate")


def test_an_own_mean_is_named_after_its_function():
    def highest(values, weights):
        return values.max(axis=1)

    assert MeanChoices((highest,)).label(0) == "highest"


def test_weight_sets_are_counted_and_named_from_one():
    sets = WeightSets(np.ones((3, 6)))
    assert (sets.count, sets.label(0), sets.name) == (3, "1", "weights")


def test_noise_is_counted_by_its_draws_and_named_from_one():
    noise = DataNoise(np.zeros((4, 3)), draws=7)
    assert (noise.count, noise.label(6), noise.name) == (7, "7", "data")


def test_noise_without_a_number_of_draws_counts_none():
    assert DataNoise(np.zeros((4, 3))).count == 0


# Noise


def test_a_value_is_multiplied_by_one_plus_its_spread_times_a_normal_number():
    spread = np.array([[0.1, 0.2], [0.0, 0.3]])
    values = np.array([[10.0, -5.0], [3.0, 2.0]])
    normal = np.random.default_rng(np.random.SeedSequence(4, spawn_key=(9,))).standard_normal((2, 2))
    assert DataNoise(spread).noised(values, 4, 9) == pytest.approx(values * (1 + spread * normal), rel=1e-15)


def test_noise_has_the_spread_that_was_asked_for():
    found = DataNoise(np.full((200, 100), 0.1)).noised(np.full((200, 100), 50.0), 1, 0)
    assert found.mean() == pytest.approx(50, abs=0.15)
    assert found.std() == pytest.approx(5, rel=0.03)


def test_each_draw_and_each_seed_has_noise_of_its_own():
    noise, values = DataNoise(np.full((1, 1), 0.1)), np.ones((1, 1))
    found = {noise.noised(values, seed, draw).item() for seed in (1, 2) for draw in (1, 2)}
    assert len(found) == 4


def test_a_missing_value_stays_missing():
    values = np.array([[np.nan, 1.0]])
    assert np.isnan(DataNoise(np.full((1, 2), 0.1)).noised(values, 0, 0)).tolist() == [[True, False]]


def test_noise_stays_between_the_limits():
    values = np.full((50, 2), 10.0)
    found = DataNoise(np.ones((50, 2)), low=9.0, high=np.array([11.0, 12.0])).noised(values, 0, 0)
    assert found.min() == 9
    assert found.max(axis=0).tolist() == [11, 12]


def test_a_certain_value_is_left_as_it_is_even_outside_the_limits():
    assert DataNoise(np.zeros((1, 1)), low=0.0, high=1.0).noised(np.array([[7.0]]), 0, 0).item() == 7


def test_noise_leaves_the_values_given_untouched():
    values = np.ones((1, 1))
    DataNoise(np.ones((1, 1))).noised(values, 0, 0)
    assert values.item() == 1


# Positions


def test_equal_parts_of_the_unit_belong_to_the_alternatives():
    choice = StepChoices.of("winsorise", "", "", "", "")
    shares = np.array([[0.0], [0.2499], [0.25], [0.5], [0.75], [0.9999]])
    assert drawn(shares, [choice]).ravel().tolist() == [0, 0, 1, 2, 3, 3]


def test_a_share_of_one_is_the_last_alternative():
    assert drawn(np.array([[1.0]]), [MEANS]).item() == 1


def test_each_factor_reads_its_own_column():
    assert drawn(np.array([[0.9, 0.1]]), [MEANS, MeanChoices.of("a", "b")]).tolist() == [[1, 0]]


def test_noise_of_its_own_takes_the_number_of_the_run():
    assert drawn(np.full((3, 1), 0.5), [DataNoise(np.zeros((1, 1)))]).ravel().tolist() == [0, 1, 2]


def test_noise_of_a_number_of_draws_is_drawn_like_the_others():
    assert drawn(np.full((3, 1), 0.5), [DataNoise(np.zeros((1, 1)), draws=10)]).ravel().tolist() == [5, 5, 5]


def test_noise_in_a_design_is_drawn_from_as_many_as_there_are_base_rows():
    noise = [DataNoise(np.zeros((1, 1)))]
    assert drawn(np.array([[0.5], [0.99]]), noise, base=8).ravel().tolist() == [4, 7]


def test_positions_are_small_whole_numbers():
    assert drawn(np.array([[0.5]]), [MEANS]).dtype == np.int32


# What is refused


def test_fitting_choices_are_accepted():
    spread = np.zeros((4, 3))
    check(
        StepChoices.of("winsorise", "", "winsorise(limit=1)"), StepChoices.of(1, "z-score", "rank"), MEANS,
        WeightSets(np.ones((2, 6))), DataNoise(spread, draws=1),
    )  # fmt: skip


def test_means_of_different_levels_are_accepted():
    check(MeanChoices.of("geometric", level=1, name="low"), MeanChoices.of("geometric", level=2, name="high"))


def test_nothing_that_varies_is_refused():
    assert "nothing varies; name at least one choice" in refused()


def test_two_choices_of_one_name_are_refused():
    told = refused(StepChoices.of(0, "", name="same"), StepChoices.of(1, "rank", name="same"))
    assert told.count("'same' varies twice; give each choice its own name") == 1


def test_two_choices_of_one_step_are_refused():
    told = refused(StepChoices.of("min-max", "rank"), StepChoices.of(1, "z-score"))
    assert "two choices vary the step min-max; put their alternatives into one choice" in told


def test_two_choices_of_all_means_are_refused():
    assert "two choices vary the means" in refused(MEANS, MeanChoices.of("copeland", level=1, name="low"))


def test_two_choices_of_one_level_are_refused():
    low, again = (MeanChoices.of("copeland", level=1, name=name) for name in ("low", "again"))
    assert "two choices vary the means of level 1" in refused(low, again)


def test_two_choices_of_the_weights_are_refused():
    sets = np.ones((1, 6))
    assert "two choices vary the weights" in refused(WeightSets(sets, "x"), WeightSets(sets, "y"))


def test_two_choices_of_the_data_are_refused():
    spread = np.zeros((4, 3))
    told = refused(DataNoise(spread, name="x"), DataNoise(spread, name="y"))
    assert "two choices vary the data" in told


@pytest.mark.parametrize(
    "factor",
    [StepChoices("min-max", (), "none"), MeanChoices((), name="none"), WeightSets(np.ones((0, 6)), "none")],
)
def test_a_choice_without_alternatives_is_refused(factor):
    assert "'none' has no alternatives; name at least one" in refused(factor)


def test_a_step_that_the_method_lacks_is_refused_with_the_nearest_name():
    told = refused(StepChoices.of("winsorize", ""))
    assert "the method has no step 'winsorize'; did you mean 'winsorise'?" in told


@pytest.mark.parametrize("place", [-1, 2])
def test_a_place_that_the_method_lacks_is_refused(place):
    assert f"the method has no step {place}" in refused(StepChoices.of(place, ""))


def test_no_step_of_a_method_without_steps_can_vary():
    with pytest.raises(InputError, match="the method has no steps"):
        check_factors([StepChoices.of("rank", "")], RAW, LAYOUT, Method(()))


@pytest.mark.parametrize("level", [0, 3])
def test_a_level_that_the_tree_lacks_is_refused(level):
    told = refused(MeanChoices.of("geometric", level=level))
    assert f"there is no level {level}; write a level from 1 to 2" in told


@pytest.mark.parametrize("shape", [(2, 5), (6,), (1, 2, 6)])
def test_weight_sets_that_do_not_fit_the_tree_are_refused(shape):
    told = refused(WeightSets(np.ones(shape)))
    assert f"the weight sets have the shape {shape}, which does not fit the tree; supply" in told
    assert "supply an array of shape (sets, 6)" in told


@pytest.mark.parametrize("weight", [-0.1, np.nan])
def test_a_weight_below_zero_or_missing_is_refused(weight):
    told = refused(WeightSets(np.full((2, 6), weight)))
    assert "a weight is missing or below zero; enter 0 for anything that should not count" in told


def test_a_step_is_found_by_its_name_or_its_place():
    named, placed, absent = (StepChoices.of(step, "") for step in ("min-max", 1, 2))
    assert [each.place(METHOD) for each in (named, placed, absent)] == [1, 1, None]


def test_spreads_that_do_not_fit_the_values_are_refused():
    told = refused(DataNoise(np.zeros((3, 4))))
    assert "the spreads have the shape (3, 4), which does not fit the values" in told


@pytest.mark.parametrize("spread", [-0.1, np.nan])
def test_a_spread_below_zero_or_missing_is_refused(spread):
    told = refused(DataNoise(np.full((4, 3), spread)))
    assert "a spread is missing or below zero; enter 0 where a value is certain" in told


def test_no_draws_of_noise_are_refused():
    told = refused(DataNoise(np.zeros((4, 3)), draws=0))
    assert "0 draws of noise are too few; enter 1 or more, or omit the number" in told


def test_all_faults_are_told_at_once():
    told = refused(StepChoices.of("winsorize", ""), MeanChoices.of("geometric", level=9))
    assert "winsorize" in told
    assert "level 9" in told


def test_an_alternative_step_that_nobody_knows_is_refused():
    with pytest.raises(InputError, match="there is no step 'min-mux'"):
        check(StepChoices.of("min-max", "rank", "min-mux"))


def test_an_alternative_step_for_an_indicator_that_nobody_measures_is_refused():
    with pytest.raises(InputError, match="no indicator 'd' is measured"):
        check(StepChoices.of("winsorise", "winsorise(only=a|d)"))
    check(StepChoices.of("winsorise", "winsorise(only=a|c)"))


def test_an_alternative_mean_that_nobody_knows_is_refused():
    with pytest.raises(InputError, match="geometrical"):
        check(MeanChoices.of("arithmetic", "geometrical"))
