"""Screen: who stays in the comparison, by what is known, by zeros, or by request."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from urbium.errors import InputError
from urbium.measure.steps.screen import screen

NAN = float("nan")
VALUES = np.array(
    [
        [1.0, 2.0, 3.0, 4.0],
        [1.0, 2.0, NAN, NAN],
        [0.0, 0.0, 0.0, 4.0],
        [0.0, NAN, NAN, NAN],
        [NAN, NAN, NAN, NAN],
    ]
)
some = arrays(np.float64, (5, 4), elements=st.sampled_from([NAN, 0.0, 1.0]))


def mask(*rows: int) -> np.ndarray:
    return np.isin(np.arange(5), rows)


def test_without_a_rule_every_row_stays():
    found = screen(VALUES)
    assert found.is_in.all()
    assert found.reason.tolist() == [""] * 5


def test_availability_is_the_share_of_the_columns_that_are_known():
    assert screen(VALUES).availability.tolist() == [1, 0.5, 1, 0.25, 0]


def test_the_share_that_is_not_zero_counts_known_values_only():
    found = screen(VALUES).nonzero
    assert found[:4].tolist() == [1, 1, 0.25, 0]
    assert np.isnan(found[4])


def test_rows_that_know_too_little_go_out_and_the_limit_itself_is_enough():
    assert screen(VALUES, availability=0.5).is_in.tolist() == [True, True, True, False, False]


def test_a_limit_that_is_no_round_number_is_met_by_the_same_share():
    values = np.where(np.arange(49) < 44, 1.0, NAN)[None, :]
    assert screen(values, availability=44 / 49).is_in.all()
    assert screen(values, availability=1 - 5 / 49).is_in.all()
    assert not screen(values, availability=44.001 / 49).is_in.any()


def test_rows_with_too_many_zeros_go_out_and_a_row_without_values_has_none():
    assert screen(VALUES, nonzero=0.25).is_in.tolist() == [True, True, True, False, True]
    assert screen(VALUES, nonzero=0.26).is_in.tolist() == [True, True, False, False, True]


def test_with_both_rules_either_puts_a_row_out():
    found = screen(VALUES, availability=0.5, nonzero=0.5)
    assert found.is_in.tolist() == [True, True, False, False, False]


def test_the_reason_says_what_is_known_and_what_is_needed():
    found = screen(VALUES, availability=0.75, nonzero=0.5)
    assert found.reason.tolist() == [
        "",
        "known columns: 2 of 4, but 75% are required",
        "known values other than 0: 1 of 4, but 50% are required",
        (
            "known columns: 1 of 4, but 75% are required; "
            "known values other than 0: 0 of 1, but 50% are required"
        ),
        "known columns: 0 of 4, but 75% are required",
    ]


def test_a_row_may_be_kept_whatever_it_knows():
    found = screen(VALUES, availability=0.75, include=mask(0, 1))
    assert found.is_in.tolist() == [True, True, True, False, False]
    assert found.reason[0] == "kept on request"
    assert found.reason[1] == "kept on request: known columns: 2 of 4, but 75% are required"


def test_a_row_may_be_left_out_whatever_it_knows():
    found = screen(VALUES, availability=0.5, exclude=mask(0, 3))
    assert found.is_in.tolist() == [False, True, True, False, False]
    assert found.reason[0] == found.reason[3] == "left out on request"


def test_a_row_both_kept_and_left_out_is_refused():
    with pytest.raises(InputError, match="cannot be screened") as caught:
        screen(VALUES, include=mask(1, 2), exclude=mask(2, 3))
    assert [str(fault) for fault in caught.value.faults] == [
        "row 2 is both included and excluded; choose one"
    ]
    assert caught.value.faults[0].severity == "error"


@pytest.mark.parametrize("share", [-0.1, 1.1, NAN])
def test_a_limit_that_is_no_share_is_refused(share):
    with pytest.raises(InputError) as caught:
        screen(VALUES, availability=share, nonzero=share)
    assert {fault.severity for fault in caught.value.faults} == {"error"}
    assert [str(fault) for fault in caught.value.faults] == [
        f"availability {share} is not a share; enter a number from 0 to 1",
        f"nonzero {share} is not a share; enter a number from 0 to 1",
    ]


@pytest.mark.parametrize("share", [0, 1])
def test_the_limits_0_and_1_are_shares(share):
    assert screen(VALUES, availability=share, nonzero=share).is_in[0]


def test_no_rows_and_no_columns_are_nothing_to_raise_for():
    assert screen(np.zeros((0, 3)), availability=0.5).is_in.shape == (0,)
    assert screen(np.zeros((2, 0)), availability=0.5).is_in.tolist() == [False, False]


@settings(deadline=None)
@given(values=some, order=st.permutations(range(5)))
def test_the_order_of_the_rows_changes_nothing(values, order):
    here, there = (
        screen(values, availability=0.5, nonzero=0.4),
        screen(values[order], availability=0.5, nonzero=0.4),
    )
    assert here.is_in[order].tolist() == there.is_in.tolist()
    assert here.reason[order].tolist() == there.reason.tolist()


@settings(deadline=None)
@given(values=some)
def test_a_row_is_out_exactly_when_a_reason_is_given(values):
    found = screen(values, availability=0.5, nonzero=0.4)
    assert (found.reason == "").tolist() == found.is_in.tolist()
