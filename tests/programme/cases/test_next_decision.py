"""The next decision of the whole programme: what waits comes before what has a day, and nobody sees more."""

from datetime import date

import pytest

from life_of import with_plan
from people_of import actor, staffed
from rounds_of import called
from urbium.access import ANYBODY


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
        'Next decision: the selection of "Soon", once applications close on 31 Mar 2099. Who decides: '
        "programme office."
    )
    assert (decision.kind, decision.code, decision.by) == ("round", "soon", date(2099, 3, 31))


def test_a_call_whose_last_day_has_passed_waits_for_its_selection(programme):
    called(programme, "soon", title="Soon", closes="2099-03-31")
    called(programme, "over", title="Over", closes="2020-03-31")
    assert said(programme) == (
        'Next decision: the selection of "Over", for which applications were due by 31 Mar 2020. Who '
        "decides: programme office; no day is set."
    )


def test_a_call_without_a_last_day_says_so(programme):
    called(programme, "ever", title="Ever")
    assert said(programme) == (
        'Next decision: the selection of "Ever", which is open and has no last day. Who decides: programme '
        "office."
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
