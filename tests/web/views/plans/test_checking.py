"""The certificate of a plan is made beside the pages, in another process, and kept by the plan."""

import pickle
import threading

from urbium.web.views.plans import checking
from urbium.web.views.plans.checking import checked


class Slow:
    """A plan whose check ends when it is told to."""

    def __init__(self):
        self.may_end = threading.Event()
        self.checks = 0

    @property
    def certificate(self):
        self.may_end.wait(20)
        self.checks += 1
        return "whole"


def test_while_a_plan_is_checked_there_is_no_certificate_and_nobody_waits():
    made = Slow()
    assert checked(made, patience=0) is None
    made.may_end.set()
    assert checked(made, patience=20) == "whole"


def test_a_plan_is_checked_in_another_process_and_keeps_its_certificate(towns):
    made, here = towns.towns_plan(), towns.towns_plan().certificate
    found = checked(made, patience=60)

    assert found.checks == here.checks
    assert vars(made)["certificate"] is found


class Meddling:
    """What adds to a thing while it is pickled, as a thread does that computes something at first sight."""

    def __init__(self, thing):
        self.thing = thing

    def __reduce__(self):
        vars(self.thing)[f"late{len(vars(self.thing))}"] = 1
        return (str, ())


def test_a_plan_can_be_handed_over_while_a_page_computes_something_of_it(towns):
    made = towns.towns_plan()
    for thing in (made, made.roadmap):
        vars(thing)["early"] = Meddling(thing)

    assert pickle.loads(pickle.dumps(made)).start_years == made.start_years


def test_when_the_other_process_dies_the_plan_is_checked_here(towns, monkeypatch):
    def died(_plan):
        raise EOFError

    monkeypatch.setattr(checking, "_elsewhere", died)

    assert checked(towns.towns_plan(), patience=60).checks
