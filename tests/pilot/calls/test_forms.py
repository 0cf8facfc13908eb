"""Answers to the questions of a round are of their type and within the bounds that its rules declare."""

import pytest

from urbium.pilot.calls.forms import answer_faults
from urbium.pilot.calls.rulesets import rule_set


def faults(rules, **answers):
    return [
        f"{fault.cell}: {fault.message}; {fault.remedy}"
        for fault in answer_faults(rule_set(rules).questions, answers, is_whole=False)
    ]


@pytest.mark.parametrize(
    ("rules", "question", "allowed", "refused", "remedy"),
    [
        ("china-2012", "creation_years", (3, 5), (2, 6), "enter 3 to 5"),
        ("eu-contract", "residual", (0.0, 100.0), (-0.5, 100.5), "enter 0 to 100"),
        ("india-mission", "people", (1, 10**7), (0,), "enter at least 1"),
    ],
)
def test_a_number_is_within_the_bounds_of_its_question(rules, question, allowed, refused, remedy):
    assert [fault for answer in allowed for fault in faults(rules, **{question: answer})] == []
    for answer in refused:
        (fault,) = faults(rules, **{question: answer})
        assert f"{answer} is outside the possible range; {remedy}" in fault
