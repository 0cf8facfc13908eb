"""What is put in doubt by default: the declared variations, laid out as factors."""

from dataclasses import replace

import numpy as np
import polars as pl
import pytest

from urbium.measure import measure_index
from urbium.measure.aggregate import tree
from urbium.measure.uncertainty.choices import DataNoise, GapDraws, MeanChoices, StepChoices, WeightSets
from urbium.measure.variation import declared_factors, spreads
from urbium.model import Choice, Variable, Variation


@pytest.fixture(scope="module")
def own(catalogue, indicators):
    """Return a catalogue of the bed rate and the green cover, their variables with limits."""
    variables = {
        "beds": Variable("beds", {}, "beds", "prefecture", hard_min=0),
        "people": Variable("people", {}, "10k persons", "prefecture", hard_min=0),
        "cover": Variable("cover", {}, "%", "urban districts", hard_min=0, hard_max=100),
    }
    return replace(catalogue, variables=variables, indicators=indicators)


def factors(own, index, rows=None, grades=None):
    if rows is not None:
        own = replace(own, variations=tuple(Variation(*row) for row in rows))
    grades = np.zeros((1, len(index.indicators)), dtype=int) if grades is None else grades
    return {each.name: each for each in declared_factors(index, own, tree(index), grades)}


def test_the_packaged_variations_put_steps_means_weights_and_data_in_doubt(own, flat_index):
    found = factors(own, flat_index("bed_rate", "cover"))
    assert [type(each) for each in found.values()] == [
        StepChoices,
        MeanChoices,
        WeightSets,
        DataNoise,
        GapDraws,
    ]
    assert [found["min-max"].label(place) for place in range(3)] == [
        "min-max(low=1, high=100)",
        "winsorise(limit=5, then=log) > min-max(low=1, high=100)",
        "rank",
    ]
    assert [str(way) for way in found["aggregate"].ways] == ["arithmetic", "geometric"]


def test_an_index_that_makes_no_such_step_varies_weights_and_data_only(own, flat_index):
    index = replace(flat_index("cover"), steps=Choice.row("screen > z-score"))
    assert list(factors(own, index)) == ["weights", "data", "missing"]


def test_an_index_with_variations_of_its_own_has_no_others(own, flat_index):
    rows = [("*", "data", "1"), ("flat", "weights", "0.5"), ("other", "data", "1")]
    assert list(factors(own, flat_index("cover"), rows)) == ["weights"]


def test_nothing_varies_when_nothing_is_declared(own, flat_index):
    assert factors(own, flat_index("cover"), []) == {}


def test_noisy_weights_stay_within_the_declared_width_of_their_proportions(own, flat_index):
    sets = factors(own, flat_index("bed_rate", "cover"), [("*", "weights", "0.25")])["weights"].sets
    assert sets.shape == (1000, 3)
    assert sets[:, 1:].sum(axis=1) == pytest.approx(np.ones(1000))
    ratio = sets[:, 1] / sets[:, 2]
    assert 0.6 <= ratio.min() < 0.7  # 0.75 / 1.25
    assert 1.5 < ratio.max() <= 1.25 / 0.75 + 1e-9


def test_a_poorer_grade_has_a_wider_spread_and_no_figure_has_none(own):
    found = spreads(own, np.array([[0, 3, 5, -1]]))[0].tolist()
    assert found == [0.01, 0.08, 0.15, 0.0]


def test_the_spread_of_the_data_is_multiplied_as_declared(own, flat_index):
    noise = factors(own, flat_index("cover"), [("*", "data", "2")], np.array([[5]]))["data"]
    assert noise.spread.tolist() == [[0.3]]


def test_a_value_stays_within_what_its_variable_can_be(own, flat_index):
    noise = factors(own, flat_index("bed_rate", "cover"))["data"]
    assert noise.low.tolist() == [0, 0]
    assert noise.high.tolist() == [np.inf, 100]


def test_a_difference_may_fall_below_zero(own, flat_index):
    gap = replace(own.indicators["cover"], id="gap", numerator=(("cover", 1), ("cover", -1)))
    signed = replace(own, indicators={**own.indicators, "gap": gap})
    noise = factors(signed, flat_index("gap"), [("*", "data", "1")])["data"]
    assert noise.low.tolist() == [-np.inf]
    assert noise.high.tolist() == [np.inf]


def limits(own, index, **variable):
    known = {
        **own.variables,
        "cover": Variable("cover", {}, **{"unit": "%", "area": "urban districts"} | variable),
    }
    noise = factors(replace(own, variables=known), index, [("*", "data", "1")])["data"]
    return noise.low.item(), noise.high.item()


def test_the_floor_of_a_variable_that_may_be_negative_is_its_own(own, flat_index):
    assert limits(own, flat_index("cover"), hard_min=-5, hard_max=50) == (-5, 50)


def test_a_limit_that_is_not_declared_is_none(own, flat_index):
    assert limits(own, flat_index("cover")) == (-np.inf, np.inf)
    people = {**own.variables, "people": Variable("people", {}, "10k persons", "prefecture")}
    noise = factors(replace(own, variables=people), flat_index("bed_rate"), [("*", "data", "1")])["data"]
    assert (noise.low.item(), noise.high.item()) == (-np.inf, np.inf)


def test_limits_are_told_in_the_unit_of_the_indicator(own, flat_index):
    # a ratio of at most 1 is 100%
    assert limits(own, flat_index("cover"), unit="ratio", hard_min=0.25, hard_max=1) == (25, 100)


def test_a_multiple_of_a_variable_has_as_many_times_its_limits(own, flat_index):
    twice = replace(own.indicators["cover"], factor=2)
    noise = factors(
        replace(own, indicators={**own.indicators, "cover": twice}), flat_index("cover"), [("*", "data", "1")]
    )["data"]
    assert (noise.low.item(), noise.high.item()) == (0, 200)


def test_noise_cuts_no_figure_of_the_demo_that_its_variable_can_be(catalogue, demo_figures, demo_cities):
    highest = pl.DataFrame(
        {
            "variable": list(catalogue.variables),
            "most": [each.hard_max for each in catalogue.variables.values()],
        },
        schema_overrides={"most": pl.Float64},
    )
    possible = demo_figures.join(highest, on="variable", how="left").filter(
        pl.col("most").is_null() | (pl.col("value") <= pl.col("most"))
    )
    scores = measure_index(
        possible.drop("most"),
        catalogue.indices["yearbook"],
        catalogue,
        cities=demo_cities,
        period=2012,
        runs=1,
    )
    noise = next(each for each in scores.uncertainty.factors if each.name == "data")
    known = scores.build.raw.is_known
    values = scores.build.raw.values
    assert ((values >= noise.low) & (values <= noise.high))[known].all()
