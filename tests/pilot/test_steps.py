"""Steps and states are rows: each has a title that people read, and leads from states that there are."""

import pytest

from urbium.errors import ConflictError
from urbium.pilot.calls.rulesets import rule_sets
from urbium.pilot.steps import state, states_of, step, steps


def test_every_step_has_a_title_and_leads_from_states_of_its_kind_to_one():
    every = [one for rules in ("", *rule_sets()) for one in steps(rules).values()]

    assert all(isinstance(one.title, str) and one.title for one in every)
    assert [
        (one.kind, one.action, name)
        for one in every
        for name in (*one.before, one.after)
        if name and name not in states_of(one.kind)
    ] == []


def test_a_step_and_a_state_are_called_by_their_titles():
    assert step("round", "publish").title == "publish the call"
    assert state("round", "proposed").title == "selection proposed"


def test_a_step_that_the_rules_do_not_have_is_refused_by_its_name():
    with pytest.raises(
        ConflictError, match="round: there is no step 'undo' for this kind of dossier; open the dossier"
    ):
        step("round", "undo")


def test_only_a_draft_is_let_out_and_what_was_handed_over_is_decided_on():
    assert step("round", "publish").lets_out("draft")
    assert not step("resource", "publish").lets_out("proposed")
    assert not step("base_report", "accept").lets_out("submitted")
