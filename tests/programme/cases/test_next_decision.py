"""The next decision of the whole programme: what waits comes before what has a day, and nobody sees more."""

from datetime import date

import pytest

from life_of import with_plan
from people_of import actor, staffed
from rounds_of import called
from urbium.access import ANYBODY
from urbium.pilot.calls.calls import round_faults
from urbium.pilot.calls.rounds import Round


@pytest.fixture
def programme():
    with staffed() as programme:
        yield programme


def said(programme, who=ANYBODY):
    return str(programme.next_decision.of(who).said)


def test_without_any_record_no_decision_is_due(programme):
    assert said(programme).startswith("Next decision: none is due.")


def test_the_open_call_that_closes_first_is_decided_next(programme):
    called(programme, "late", title="Late", closes="2099-06-30")
    called(programme, "soon", title="Soon", closes="2099-03-31")
    decision = programme.next_decision.of(ANYBODY)
    assert str(decision.said) == (
        'Next decision: the selection for "Soon". Applications close on 31 Mar 2099. No date has been set '
        "for the decision. Who decides: programme office."
    )
    assert (decision.kind, decision.code, decision.by) == ("round", "soon", date(2099, 3, 31))


def test_a_call_with_a_day_for_its_decision_is_decided_by_that_day(programme):
    called(programme, "dated", title="Dated", closes="2098-03-31", decision_by="2098-06-30")
    decision = programme.next_decision.of(ANYBODY)
    assert "The selection must be decided by 30 Jun 2098. Who decides: programme office." in decision.said
    assert decision.by == date(2098, 6, 30)
    faults = [*round_faults(Round(title="X", closes="2098-03-31", decision_by="2098-03-30"))]
    assert [fault.cell for fault in faults] == ["decision_by"]


def test_a_call_whose_last_day_has_passed_waits_for_its_selection(programme):
    called(programme, "soon", title="Soon", closes="2099-03-31")
    called(programme, "over", title="Over", closes="2020-03-31")
    assert said(programme) == (
        'Next decision: the selection for "Over". Applications were due by 31 Mar 2020. No date has been set '
        "for the decision. Who decides: programme office."
    )


def test_a_call_without_a_last_day_says_so(programme):
    called(programme, "ever", title="Ever")
    assert said(programme) == (
        'Next decision: the selection for "Ever". No closing date for applications has been set. '
        "No date has been set for the decision. Who decides: programme office."
    )


def test_a_proposed_plan_comes_first_for_who_sees_it_and_strangers_are_told_nothing_of_it(towns):
    with with_plan(towns) as programme:
        before = said(programme)
        plan = programme.plan(towns.towns_roadmap(), work_limit=5)
        programme.adoptions.propose(actor(programme, "olga"), plan, title="Less")
        day = programme.settings.today()
        assert said(programme) == before
        told = said(programme, actor(programme, "oscar"))
    assert told.startswith('Next decision: whether to adopt "Less", proposed on ')
    assert str(day.year) in told
    assert told.endswith("Who decides: a second person (programme office).")


def test_a_call_that_is_an_example_is_no_next_decision(programme):
    called(programme, "made-up", title="Made up", closes="2099-03-31", is_example=True)
    assert said(programme).startswith("Next decision: none is due. Examples aside, ")
