"""Readiness is red where something is open without a reason, yellow with one, green where nothing is."""

import pytest

from urbium.market.readiness import DELIVERIES, Answer, questions_for, readiness
from urbium.packaged import packaged_rows


def answered(delivery, **other):
    """Return good answers to all questions of a delivery, but for those given."""
    good = {row["id"]: row["good"].split()[0] for row in questions_for(delivery)}
    return [Answer(question=name, answer=word) for name, word in {**good, **other}.items()]


@pytest.mark.parametrize("delivery", DELIVERIES)
def test_good_answers_are_green_in_every_mode(delivery):
    assert readiness(delivery, answered(delivery)) == ("green", [])


def test_land_that_is_not_there_is_red():
    colour, rows = readiness("grant", answered("grant", land="no"))
    assert colour == "red"
    assert "Land is secured: no. No reason is given." in [row.said for row in rows]


def test_what_is_open_with_a_reason_is_yellow():
    answers = [
        *answered("grant"),
        Answer(question="operator", answer="not_yet", reason="the tender closes in May"),
    ]
    assert readiness("grant", answers)[0] == "yellow"


def test_a_question_without_an_answer_is_red():
    assert readiness("grant", answered("grant")[1:])[0] == "red"


def test_a_grant_is_not_asked_for_a_revenue_model():
    asked = {row["id"] for row in questions_for("grant")}
    assert "revenue_model" not in asked
    assert "revenue_model" in {row["id"] for row in questions_for("ppp")}


def test_a_revenue_model_without_a_feasibility_report_contradicts_itself():
    reason = {"answer": "not_yet", "reason": "the report is written"}
    answers = [*answered("ppp"), Answer(question="feasibility", **reason)]
    rows = readiness("ppp", answers)[1]
    assert {"revenue_needs_feasibility", "approval_needs_feasibility"} <= {row.id for row in rows}
    assert readiness("ppp", answers)[0] == "red"


def test_nothing_answered_is_not_said():
    assert readiness("ppp", []) == ("", [])


def test_every_mode_that_a_question_names_is_one():
    rows = [*packaged_rows("market/questions"), *packaged_rows("market/consistency")]
    assert {mode for row in rows for mode in row["deliveries"].split()} <= set(DELIVERIES)
