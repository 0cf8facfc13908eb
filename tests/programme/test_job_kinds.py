"""Kinds of long work: what is wrong with a request is said at once, and what a plan's job keeps."""

import pytest

from life_of import with_plan
from people_of import actor
from urbium.errors import ConflictError, ForbiddenError, InputError
from urbium.plan_rules import Choices
from urbium.programme.worker import do

NOW = 10**18  # later than every clock
ASKED = {"years": "2020-2022", "budget": "20 m GBP/year", "work_limit": 5}


@pytest.fixture(scope="module")
def programme(towns):
    with with_plan(towns) as programme:
        yield programme


@pytest.fixture
def chosen(programme, towns, monkeypatch):
    """Let the roadmap be that of the two towns, and return what was chosen for it."""
    seen = []

    def roadmap(**given):
        seen.append(given["choices"])
        return towns.towns_roadmap()

    monkeypatch.setattr(programme.plans, "roadmap", roadmap)
    return seen


def done(programme, who, kind, asked, *, is_stopped=False):
    begun = programme.jobs.begin(actor(programme, who), kind, asked)
    assert programme.store.jobs.lease("w", now=NOW, until=NOW + 1).id == begun.id
    if is_stopped:
        programme.jobs.stop(actor(programme, who), begun.id)
    do(programme, begun.id, "w")
    return programme.jobs.opened(actor(programme, who), begun.id)


def test_a_plan_is_kept_by_name_with_how_its_search_went(programme, chosen):
    job = done(programme, "olga", "plan", ASKED | {"name": "of olga", "reason": "a try"})
    assert (job.state, job.answer["name"], job.answer["version"]) == ("done", "of olga", 1)
    assert programme.plan_called("of olga").gain == pytest.approx(job.answer["gain"])
    seconds = [point[0] for point in job.answer["trace"]]
    assert seconds == sorted(seconds)
    assert job.answer["trace"][-1][1:] == [job.answer["gain"], job.answer["most"]]
    assert "is_adopted" not in job.answer


def test_a_plan_without_a_name_is_kept_all_the_same(programme, chosen):
    assert done(programme, "olga", "plan", ASKED).answer["name"] == "plan 2020-2022"


def test_what_is_chosen_for_a_plan_reaches_its_roadmap(programme, chosen):
    more = {
        "must": [{"solution": "IOC", "city": "Aston"}, {"solution": "EGOV"}],
        "must_not": [{"solution": "EGOV", "city": "B"}],
        "weights": {"safety": 0.5},
        "funds": {"BANK": 10},
    }
    done(programme, "olga", "plan", ASKED | more)
    assert chosen == [
        Choices(
            must=("Aston:IOC", "EGOV"), must_not=("B:EGOV",), weights={"safety": 0.5}, funds={"BANK": 10.0}
        )
    ]


def test_a_search_that_is_stopped_keeps_the_best_plan_that_it_has(programme, chosen):
    job = done(programme, "olga", "plan", ASKED | {"name": "stopped"}, is_stopped=True)
    plan = programme.plan_called("stopped")
    assert (job.state, plan.settings["ended_by"]) == ("done", "stop")
    assert plan.table.height > 0
    assert plan.certificate.is_valid


def test_a_plan_that_cannot_be_adopted_is_kept_and_the_answer_says_why_it_is_not_proposed(programme, chosen):
    asked = ASKED | {"name": "unproven", "propose": True}
    job = done(programme, "olga", "plan", asked, is_stopped=True)
    assert job.state == "done"
    assert "no useful bound" in job.answer["unproposed"]
    assert "adoption" not in job.answer
    assert programme.plan_called("unproven").table.height > 0


def test_only_a_search_can_be_stopped_and_only_by_who_may_cancel_it(programme):
    begun = programme.jobs.begin(actor(programme, "olga"), "export", {})
    with pytest.raises(ConflictError, match="no interim result that could be kept"):
        programme.jobs.stop(actor(programme, "oscar"), begun.id)
    programme.jobs.cancel(actor(programme, "oscar"), begun.id)
    with pytest.raises(ForbiddenError):
        programme.jobs.begin(actor(programme, "carl"), "publish", {})


@pytest.mark.parametrize(
    ("kind", "asked", "places"),
    [
        ("plan", {}, ["years", "budget"]),
        ("plan", {"years": "20", "budget": "much", "gap": 7}, ["gap", "years", "budget"]),
        ("plan", ASKED | {"name": "adopted", "begin": "nowhere"}, ["name", "begin"]),
        ("plan", ASKED | {"without": ["peace"], "weights": {"air": 0.5}}, ["without", "weights.air"]),
        ("plan", ASKED | {"weights": {"safety": 0.6, "water": 0.6}}, ["weights"]),
        ("plan", ASKED | {"funds": {"BANKS": 1}}, ["funds.BANKS"]),
        (
            "plan",
            ASKED | {"must": [{"solution": "IOX", "city": "Astin"}]},
            ["must.1.solution", "must.1.city"],
        ),
        ("measure", {"index": "no-such"}, ["period", "index"]),
        ("forecast", {"what": "weather", "to": 2035}, ["what"]),
        ("replan", {}, ["today"]),
        ("publish", {"path": "/etc"}, ["path"]),
    ],
)
def test_everything_that_is_wrong_with_a_request_is_said_at_once_and_where(programme, kind, asked, places):
    with pytest.raises(InputError) as refused:
        programme.jobs.begin(actor(programme, "olga"), kind, asked)
    assert [fault.cell for fault in refused.value.faults] == places
