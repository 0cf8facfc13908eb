"""Adoptions: what one person of the office proposes is adopted, as it was then, by another one alone."""

import pytest

from life_of import with_plan
from people_of import actor
from urbium.errors import ForbiddenError, InputError
from urbium.programme.worker import do

NOW = 10**18  # later than every clock


@pytest.fixture
def programme(towns):
    with with_plan(towns) as programme:
        yield programme


@pytest.fixture
def other(programme, towns):
    """A plan that is not the adopted one."""
    road = towns.towns_roadmap()
    less = road.replace(budgets=road.budgets.with_columns(amount=road.budgets["amount"] / 2))
    return programme.plan(less, work_limit=5)


def act(programme, who, sight, action, **changes):
    dossier = sight.dossier
    return programme.casework.act(
        actor(programme, who), "adoption", dossier.code, action, changes, version=dossier.version
    )


def test_who_proposes_does_not_adopt_and_another_person_does(programme, other):
    before = programme.adopted("plan").gain
    sight = programme.adoptions.propose(actor(programme, "olga"), other, title="less", note="cheaper")
    assert programme.adopted("plan").gain == before
    assert sight.dossier.content["about"] == repr(other)
    with pytest.raises(ForbiddenError, match="someone other than the person who prepared it"):
        act(programme, "olga", sight, "adopt")

    assert act(programme, "oscar", sight, "adopt", answer="agreed").dossier.state == "adopted"
    assert programme.adopted("plan").gain == pytest.approx(other.gain)
    audit = programme.store.audit().filter(what="keep adopted")
    assert audit["who"][-1] == "oscar"
    assert "agreed" in audit["why"][-1]


def test_what_waits_for_a_second_person_waits_for_the_others_alone(programme, other):
    sight = programme.adoptions.propose(actor(programme, "olga"), other)
    waiting = {
        who: [one.dossier.code for one in programme.casework.waiting(actor(programme, who))]
        for who in ("olga", "oscar")
    }
    assert waiting == {"olga": [], "oscar": [sight.dossier.code]}


def test_what_is_refused_is_not_adopted_and_can_be_proposed_again(programme, other):
    before = programme.adopted("plan").gain
    sight = programme.adoptions.propose(actor(programme, "olga"), other)
    act(programme, "oscar", sight, "decline", answer="too little")
    again = programme.adoptions.propose(actor(programme, "olga"), other)
    assert programme.adopted("plan").gain == before
    assert again.dossier.code != sight.dossier.code


def test_what_is_adopted_is_what_was_proposed_whatever_was_proposed_since(programme, other, towns):
    sight = programme.adoptions.propose(actor(programme, "olga"), other)
    programme.adoptions.propose(actor(programme, "olga"), towns.towns_plan(), accept_unproven=True)
    act(programme, "oscar", sight, "adopt")
    assert programme.adopted("plan").gain == pytest.approx(other.gain)


@pytest.mark.parametrize("who", ["carl", "sven", "pia", "eva"])
def test_nobody_but_the_office_proposes_and_nothing_is_kept_of_a_try(programme, other, who):
    with pytest.raises(ForbiddenError):
        programme.adoptions.propose(actor(programme, who), other)
    assert programme.workspace.proposed("plan", 1) is None


def test_a_number_under_which_nothing_was_kept_cannot_be_proposed(programme):
    with pytest.raises(InputError) as refused:
        programme.casework.begin(
            actor(programme, "olga"), "adoption", "x", {"title": "x", "stage": "plan", "number": 7}
        )
    assert [fault.cell for fault in refused.value.faults] == ["number"]


def test_a_job_of_one_person_proposes_and_adopts_nothing(programme, towns, monkeypatch):
    monkeypatch.setattr(programme.plans, "roadmap", lambda **_: towns.towns_roadmap())
    before = programme.workspace.adopted_number("plan")
    olga = actor(programme, "olga")
    asked = {"years": "2020-2022", "budget": "9 m GBP/year", "work_limit": 5}
    with pytest.raises(InputError, match="adopt: this field does not exist"):
        programme.jobs.begin(olga, "plan", asked | {"adopt": True})
    job = programme.jobs.begin(olga, "plan", asked | {"propose": True, "reason": "good"})
    programme.store.jobs.lease("w", now=NOW, until=NOW + 1)
    do(programme, job.id, "w")
    code = programme.jobs.opened(olga, job.id).answer["adoption"]
    sight = programme.casework.opened(olga, "adoption", code)
    assert (sight.dossier.state, sight.dossier.content["note"]) == ("proposed", "good")
    assert programme.workspace.adopted_number("plan") == before
