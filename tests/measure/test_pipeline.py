"""Steps in a row: what each leaves, for which indicators, and what is refused."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seeds import tries
from urbium.errors import InputError
from urbium.measure.aggregate import tree
from urbium.measure.matrix import matrix
from urbium.measure.pipeline import Method, build, prepare
from urbium.measure.steps.registry import STEPS
from urbium.model import Choice, Index, IndexNode

NAN = np.nan


def layout(width):
    root = IndexNode("root", "", 1.0, {})
    leaves = [IndexNode(f"i{place}", "root", 1 / width, {}) for place in range(width)]
    return tree(Index("root", {}, (root, *leaves), (), (), 0, 0))


def raw(values, **known):
    array = np.array(values, dtype=float)
    return matrix(array, columns=tuple(f"i{place}" for place in range(array.shape[1])), **known)


def method(steps, aggregate="arithmetic", availability=0.0):
    return Method(Choice.row(steps), Choice.row(aggregate), availability)


def root(values, steps, *, availability=0.0, **known):
    state = raw(values, **known)
    return build(state, layout(len(state.columns)), method(steps, availability=availability)).root.tolist()


def test_a_screen_without_a_share_asks_for_the_availability_of_the_index():
    found = root([[1, 1], [2, NAN], [5, 3]], "screen > min-max", availability=0.6)
    assert found == pytest.approx([0, NAN, 100], nan_ok=True)


def test_a_screen_with_a_share_asks_for_that_one():
    found = root([[1, 1], [2, NAN], [5, 3]], "screen(availability=0.5) > min-max", availability=0)
    assert found == pytest.approx([0, 25, 100])


def test_a_city_screened_out_is_in_no_later_stage():
    stages = prepare(
        raw([[1, 1], [9, NAN], [5, 3]]), method("screen(availability=1) > impute-mean > min-max")
    )
    assert np.isnan(stages[-1].matrix.values[1]).all()
    assert stages[-1].matrix.is_in.tolist() == [True, False, True]


def test_a_city_screened_out_by_some_indicators_is_out_in_all():
    found = root([[1, 1], [9, NAN], [5, 3]], "screen(availability=1, only=i1) > min-max")
    assert found == pytest.approx([0, NAN, 100], nan_ok=True)


def test_a_city_may_be_forced_in_and_another_out():
    found = root(
        [[1, 1], [9, NAN], [5, 3]], "screen(availability=1, include=1, exclude=2) > min-max", availability=0
    )
    assert found == pytest.approx([0, 100, NAN], nan_ok=True)


def test_a_step_may_be_for_one_indicator_only():
    stages = prepare(raw([[1, 1], [4, 4], [9, 9]]), method("log(only=i1) > min-max"))
    entered = stages[0].matrix.values
    assert entered[:, 0].tolist() == [1, 4, 9]
    assert entered[:, 1].tolist() != [1, 4, 9]


def test_a_step_may_be_for_all_indicators_except_some():
    stages = prepare(raw([[1, 1, 1], [4, 4, 4]]), method("log(except=i0|i2) > min-max"))
    entered = stages[0].matrix.values
    assert entered[:, [0, 2]].tolist() == [[1, 1], [4, 4]]
    assert entered[1, 1] != 4


def test_indicators_may_be_normalised_each_in_its_way():
    found = root([[1, 10], [2, 20], [5, 60]], "min-max(only=i0) > rank(only=i1)")
    assert found == pytest.approx([(0 + 1) / 2, (25 + 2) / 2, (100 + 3) / 2])


def test_an_indicator_left_unnormalised_is_refused_by_name():
    with pytest.raises(InputError, match="i1 unnormalised"):
        root([[1, 1], [2, 2]], "min-max(only=i0)")


def test_every_fault_of_the_steps_is_named():
    with pytest.raises(InputError) as caught:
        root([[1, 1], [2, 2]], "min-mux > winsorise(limits=3) > min-max(only=j0)")
    told = [fault.message for fault in caught.value.faults]
    assert told == [
        "there is no step 'min-mux'",
        "the step winsorise has no parameter 'limits'",
        "min-max(only=j0): no indicator 'j0' is measured",
    ]
    assert "min-max" in caught.value.faults[0].remedy


def test_goalposts_without_an_upper_end_are_refused_by_the_name_of_the_indicator():
    with pytest.raises(InputError, match="there are no goalposts for") as caught:
        root([[1], [2]], "goalposts(low=1)")
    assert "=0|100, low then high" in caught.value.remedy


@pytest.mark.parametrize(
    ("step", "told"),
    [
        ("denominate", "does not state by"),
        ("min-max(low=few)", "low must be a number"),
    ],
)
def test_a_parameter_that_is_missing_or_of_another_kind_is_named(step, told):
    with pytest.raises(InputError) as caught:
        root([[1], [2]], step)
    assert told in caught.value.faults[0].message


@pytest.mark.parametrize("way", ["", "arithmetic(power=2)", "mean"])
def test_a_wrong_way_to_aggregate_is_refused_before_anything_is_computed(way):
    with pytest.raises(InputError, match="cannot be computed"):
        prepare(raw([[1], [2]]), method("min-max", way))


def test_an_unknown_grouping_is_refused():
    with pytest.raises(InputError, match="no grouping 'size'"):
        root([[1, 1], [2, 2]], "impute-mean(group=size) > min-max")


def test_values_are_imputed_within_groups():
    groups = {"side": np.array(["a", "a", "b"], dtype=object)}
    stages = prepare(raw([[NAN], [4], [8]], groups=groups), method("impute-mean(group=side) > min-max"))
    assert stages[0].matrix.values[:, 0].tolist() == [4, 4, 8]


def test_an_indicator_is_divided_by_a_named_quantity():
    people = {"people": np.array([2.0, 4.0])}
    stages = prepare(
        raw([[10], [10]], denominators=people), method("denominate(by=people, factor=2) > min-max")
    )
    assert stages[0].matrix.values[:, 0].tolist() == [10, 5]


def test_an_unknown_denominator_is_refused():
    with pytest.raises(InputError, match="no denominator 'area'"):
        root([[1], [2]], "denominate(by=area) > min-max")


def test_the_reference_city_is_named_by_its_code():
    known = {"rows": ("x", "y", "z")}
    assert root([[2], [4], [6]], "distance-to-reference(row=y)", **known)[1] == pytest.approx(1)
    with pytest.raises(InputError, match="reference 'q' is not measured"):
        root([[2], [4]], "distance-to-reference(row=q)")


def test_points_become_quarters_of_a_hundred():
    targets = np.array([100.0])
    assert root([[100], [70], [10]], "points", targets=targets) == pytest.approx([100, 75, 25])


def test_the_coverage_counts_what_was_reported_not_what_was_imputed():
    state = raw([[1, NAN], [2, 2], [3, 3]])
    found = build(state, layout(2), method("impute-mean > min-max", availability=1.0))
    assert found.coverage[:, 0].tolist() == [0.5, 1, 1]
    assert found.root[0] == pytest.approx((0 + 50) / 2)


def test_silence_may_count_as_the_lowest():
    assert root([[1, NAN], [2, 2], [3, 3]], "min-max > impute-lowest") == pytest.approx([0, 25, 100])


def test_the_last_stage_before_normalising_is_what_entered():
    found = build(raw([[1, NAN], [2, 2], [3, 4]]), layout(2), method("impute-mean > min-max > impute-lowest"))
    assert found.entered.values[0].tolist() == [1, 3]


def test_other_weights_replace_the_declared_ones():
    state = raw([[0, 0], [100, 50], [50, 100]])
    found = build(state, layout(2), method("min-max"), weights=np.array([1.0, 3.0, 1.0]))
    assert found.root == pytest.approx([0, 87.5, 62.5])


def test_a_method_reads_as_it_is_written():
    assert str(method("screen > min-max", "geometric > arithmetic", 0.6)) == (
        "screen > min-max; geometric > arithmetic; share of indicators that must be known 0.6"
    )


cells = st.one_of(st.none(), st.integers(-50, 50))


@settings(deadline=None, max_examples=tries(60))
@given(
    values=st.lists(st.lists(cells, min_size=3, max_size=3), min_size=1, max_size=6),
    step=st.sampled_from(sorted(set(STEPS) - {"denominate", "distance-to-reference", "goalposts"})),
)
def test_missing_values_never_raise(values, step):
    table = [[NAN if cell is None else cell for cell in row] for row in values]
    state = raw(table, targets=np.array([3.0, 10.0, -2.0]))
    found = build(state, layout(3), method(f"{step} > min-max", availability=0.4))
    assert found.root.shape == (len(values),)


@settings(deadline=None)
@given(order=st.permutations(range(5)))
def test_the_order_of_the_cities_does_not_matter(order):
    values = np.array([[1, 9, NAN], [2, NAN, 4], [8, 3, 1], [5, 5, 5], [NAN, 2, 7]])
    steps = "impute-median > winsorise(limit=1) > z-score"
    straight = root(values, steps)
    assert root(values[list(order)], steps) == pytest.approx([straight[place] for place in order])
