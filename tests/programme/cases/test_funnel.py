"""The whole funnel of a round: a call, 101 applications, experts, 97 selected, and the same list again."""

import msgspec
import pytest

from people_of import actor
from rounds_of import Way, called, complete_file, moved, reviewed
from urbium.access import ANYBODY
from urbium.model import City
from urbium.programme import new
from urbium.programme.people.invitations import FOUNDER

SIZES = [pytest.param((12, 8), id="quick"), pytest.param((101, 97), id="third round", marks=pytest.mark.long)]
"""Applications and places; 101 and 97 are those of the third round of the reference programme."""
PROVINCES, EXPERTS = 4, 12


@pytest.fixture(scope="module", params=SIZES)
def size(request):
    return request.param


@pytest.fixture(scope="module")
def funnel(size):
    applicants, places = size
    with new(":memory:", nation="NLD", currency="EUR", name="Proef") as programme:
        towns = [
            City(f"T{at:03}", {"en": f"Town {at}"}, "municipality", province={"en": f"Part {at % PROVINCES}"})
            for at in range(applicants)
        ]
        programme.register(cities=towns, by="test", reason="towns")
        invite = programme.people.invite
        for code in ("olga", "oscar"):
            invite(FOUNDER, code, {"display": code, "grants": [{"role": "office"}]})
        for code, role in (("carl", "officer"), ("sven", "signatory")):
            grants = [{"role": role, "scope": "city", "code": town.code} for town in towns]
            invite(FOUNDER, code, {"display": code, "grants": grants})
        parts = [{"role": "province", "scope": "province", "code": f"Part {at}"} for at in range(PROVINCES)]
        invite(FOUNDER, "pia", {"display": "pia", "grants": parts})
        for at in range(EXPERTS):
            invite(FOUNDER, f"e{at:02}", {"display": f"e{at}", "grants": [{"role": "expert"}]})
        called(programme, "third", quotas=[{"kind": "new", "most": places}])
        for at, town in enumerate(towns):
            content = complete_file(programme, f"Town {at}")
            Way(programme, "third", f"a{at:03}", content, city=town.code).admitted()
        moved(programme, "oscar", "third", "close")
        for one in programme.reviews.assign(actor(programme, "olga"), "third", each=1):
            at = int(one.dossier.parent[1:])
            reviewed(programme, one.dossier.code, one.dossier.owner, 40 + at / 2)
        moved(programme, "olga", "third", "propose")
        moved(programme, "oscar", "third", "decide")
        yield programme


def test_of_101_applications_97_are_selected(funnel, size):
    applicants, places = size
    counted = funnel.casework.count(actor(funnel, "olga"), "application")
    assert counted == {"declined": applicants - places, "selected": places}
    declined = funnel.casework.listed(actor(funnel, "carl"), "application", where={"state": "declined"})
    assert [one.dossier.code for one in declined] == ["a000", "a001", "a002", "a003"]


def test_the_list_as_known_then_is_the_same_again(funnel):
    then = funnel.store.last_change()
    before = [one.dossier.code for one in funnel.casework.listed(ANYBODY, "application")]
    funnel.casework.act(
        actor(funnel, "carl"), "application", "a000", "appeal", {"appeal": "counted wrongly"}, version=6
    )
    again = [one.dossier for one in funnel.casework.listed(
        actor(funnel, "olga"), "application", where={"state": "selected"}, as_known_on=then)]  # fmt: skip
    assert [one.code for one in again] == before
    states = {one.dossier.state for one in funnel.casework.listed(actor(funnel, "olga"), "application")}
    assert "appealed" in states


def test_the_audit_log_has_every_step(funnel, size):
    applicants, places = size
    log = funnel.store.audit()
    steps = log["what"].value_counts().rows_by_key("what")
    assert steps["application: sign"] == [(applicants,)]
    assert steps["review: hand_in"] == [(applicants,)]
    decided = log.filter(what="round: decide").row(0, named=True)
    entries = msgspec.json.decode(decided["after"])["dossiers"]
    assert sum(one["action"] == "select" for one in entries.values()) == places
    assert decided["who"] == "oscar"
    funnel.store.verify()


def test_the_register_counts_the_selected_as_pilots(funnel, size):
    _, places = size
    (count,) = funnel.pilots_register.counts()
    assert (count.round, count.kind, count.known, count.total) == ("third", "new", places, places)
    assert funnel.pilots().height == places
