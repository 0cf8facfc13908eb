"""The comparison of two plans: a difference that is shown is that of the figures beside it."""

import pytest

from urbium.web.views.plans.plan_compare import _shown


@pytest.mark.parametrize(
    ("figure", "a", "b", "digits", "shown"),
    [
        ("gap", 0.001812, 0.001899, 3, ("0.182", "0.190", "0.008")),
        ("gap", 0.001865, 0.00802, 2, ("0.19", "0.81", "0.62")),
        ("gap", 0.0019, 0.0332, 2, ("0.19", "3.32", "3.13")),
        ("gap", 0.0019, 0.0019, 2, ("0.19", "0.19", "0.00")),
        ("closed", 0.09814, 0.09806, 3, ("9.814", "9.806", "-0.008")),
        ("closed", 0.0981, 0.0836, 2, ("9.81", "8.36", "-1.45")),
        ("closed", 0.0981, 0.0981, 2, ("9.81", "9.81", "0.00")),
    ],
)
def test_shares_have_the_digits_that_tell_them_apart(figure, a, b, digits, shown):
    row = _shown({"figure": figure, "a": a, "b": b, "difference": b - a})
    assert row["digits"] == digits
    assert tuple(f"{100 * row[name]:.{digits}f}" for name in ("a", "b", "difference")) == shown


def test_a_gap_that_is_not_known_has_no_difference():
    assert _shown({"figure": "gap", "a": None, "b": 0.1, "difference": None})["digits"] == 2
