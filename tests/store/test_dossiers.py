"""Dossiers in the store: one rule of rights as a condition of lists and as the check of one."""

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from seeds import tries
from urbium.access import Actor, Clause, Grant, Role, allows, clauses, rights
from urbium.errors import ConflictError, InputError
from urbium.model import City
from urbium.model.dossiers import Dossier
from urbium.pilot.calls.rulesets import rule_sets
from urbium.pilot.steps import steps
from urbium.programme.platform import problem_reports
from urbium.store import Store

CITIES = {"0503": "Zuid-Holland", "0599": "Zuid-Holland", "0344": "Utrecht"}
EVERYTHING = (Clause(frozenset(), "all", "", frozenset()),)
KINDS = ("application", "review", "agreement", "taskbook", "amendment", "report", "grade", "round", "account")

BY_CONTENT = {
    "city_letter": {"awaited"},
    "comment": {"for_city", "for_office"},
    "interest": {"asked"},
    "service_request": problem_reports.STATES,
}
"""States that no step leads to by itself: they depend on what is said, or are of no dossier."""


def states(kind):
    reached = {step.after for step in steps().values() if step.kind == kind and step.after}
    return sorted(reached)


def dossier(kind, code, state, **belongs):
    return Dossier(kind=kind, code=code, state=state, content={}, **belongs)


@pytest.fixture(scope="module")
def store():
    """Return a store with a dossier of every kind, state and city, and reviews of some applications."""
    with Store.open(":memory:", create=True) as store:
        store.add_cities(
            [
                City(code, {"en": code}, "municipality", province={"en": name})
                for code, name in CITIES.items()
            ],
            by="test",
            reason="towns",
        )
        store.dossiers.record(
            [dossier("account", code, "active") for code in ("ann", "ben", "eva")],
            by="t",
            what="x",
            reason="y",
        )
        store.dossiers.record(
            [
                dossier(kind, f"{kind}-{state}-{city}", state, city=city, province=province)
                for kind in KINDS
                if kind not in ("account", "review")
                for state in states(kind)
                for city, province in CITIES.items()
            ],
            by="t",
            what="x",
            reason="y",
        )
        store.dossiers.record(
            [
                dossier("review", f"v-{number}", state, parent=one.code, parent_kind="application", owner=who)
                for number, (one, state, who) in enumerate(
                    (one, state, who)
                    for one in store.dossiers.listed("application", EVERYTHING, where={"city": "0503"})
                    for state, who in (("accepted", "eva"), ("withdrawn", "ann"), ("assigned", "ben"))
                )
            ],
            by="t",
            what="x",
            reason="y",
        )
        yield store


@pytest.fixture(scope="module")
def owners(store):
    """Return the dossiers of each kind, with the accounts that own a child of each."""
    return {
        kind: [
            (one, store.dossiers.owners_of_children(one)) for one in store.dossiers.listed(kind, EVERYTHING)
        ]
        for kind in KINDS
    }


AGREEMENTS = ("mou", "agreement-draft-0503", "agreement-proposed-0599", "agreement-signed-0344")

grants = st.lists(
    st.one_of(
        st.sampled_from([Role.OFFICE, Role.AUDITOR, Role.EXPERT]).map(Grant),
        st.builds(
            Grant,
            st.sampled_from([Role.OFFICER, Role.SIGNATORY]),
            st.just("city"),
            st.sampled_from([*CITIES, "9999"]),
        ),
        st.builds(
            Grant, st.just(Role.PROVINCE), st.just("province"), st.sampled_from(["Utrecht", "Drenthe"])
        ),
        st.builds(Grant, st.just(Role.PARTNER), st.just("agreement"), st.sampled_from(AGREEMENTS)),
    ),
    max_size=3,
)


@settings(max_examples=tries(40), deadline=None)
@given(account=st.sampled_from(["", "ann", "ben", "eva"]), given_grants=grants, kind=st.sampled_from(KINDS))
def test_a_list_shows_exactly_what_the_check_of_each_allows(store, owners, account, given_grants, kind):
    actor = Actor(account, tuple(given_grants))
    for action in {right.action for right in rights() if right.kind == kind}:
        listed = {one.code for one in store.dossiers.listed(kind, clauses(actor, kind, action))}
        allowed = {one.code for one, assigned in owners[kind] if allows(actor, action, one, assigned)}
        assert listed == allowed


@pytest.mark.parametrize("kind", ["agreement", "taskbook"])
@pytest.mark.parametrize("code", AGREEMENTS)
def test_an_agreement_lies_in_itself_and_other_dossiers_in_the_one_they_name(store, kind, code):
    clause = Clause(frozenset(), "agreement", code, frozenset())
    if store.dossiers.one("taskbook", f"of-{code}") is None and store.dossiers.one("agreement", code):
        one = dossier("taskbook", f"of-{code}", "draft", agreement=code)
        store.dossiers.record([one], by="t", what="x", reason="y")
    listed = {one.code for one in store.dossiers.listed(kind, [clause])}
    held = {one.code for one in store.dossiers.listed(kind, EVERYTHING) if clause.holds(one)}
    wanted = {"agreement": code, "taskbook": f"of-{code}"}[kind]
    assert listed == held == ({wanted} if code != "mou" else set())


def test_without_a_right_a_list_is_empty(store):
    assert store.dossiers.listed("application", ()) == []
    assert store.dossiers.count("application", ()) == {}


def test_pages_of_a_list_follow_each_other_without_gap_or_repeat(store):
    whole = [one.code for one in store.dossiers.listed("application", EVERYTHING)]
    pages, after = [], ""
    while page := store.dossiers.listed("application", EVERYTHING, after=after, most=7):
        pages += [one.code for one in page]
        after = page[-1].code
    assert pages == whole == sorted(whole)


def test_a_change_of_many_is_stored_whole_or_not_at_all(store):
    entries = store.audit().height
    new, stale = dossier("round", "r-new", "draft"), dossier("round", "round-open-0503", "closed")
    with pytest.raises(ConflictError):
        store.dossiers.record([new, stale], by="t", what="x", reason="y")
    assert store.dossiers.one("round", "r-new") is None
    assert store.audit().height == entries


def test_what_it_belongs_to_must_be_there_and_all_that_is_missing_is_named(store):
    with pytest.raises(InputError) as error:
        store.dossiers.record(
            [dossier("grade", "g", "proposed", city="1", round="r", owner="nobody")],
            by="t",
            what="x",
            reason="y",
        )
    assert {str(fault.message) for fault in error.value.faults} == {
        "there is no city 1", "there is no round r", "there is no account nobody",
    }  # fmt: skip


def test_the_same_again_makes_no_version(store):
    (first,) = store.dossiers.record([dossier("round", "r-same", "draft")], by="t", what="x", reason="y")
    (again,) = store.dossiers.record([first], by="t", what="x", reason="y")
    assert again.version == first.version == 1
    changed = msgspec.structs.replace(first, state="open")
    assert store.dossiers.record([changed], by="t", what="x", reason="y")[0].version == 2
    assert [one.state for one in store.dossiers.history("round", "r-same")] == ["draft", "open"]


def test_an_attached_file_is_kept_once_under_its_hash(store):
    digest = store.dossiers.keep_attachment(b"plan", "text/plain", by="t", reason="y")
    entries = store.audit().height
    assert store.dossiers.keep_attachment(b"plan", "text/plain", by="t", reason="y") == digest
    assert store.audit().height == entries
    assert store.dossiers.attachment(digest) == (b"plan", "text/plain")
    store.verify()


def test_every_right_is_of_a_step_or_of_reading():
    actions = {(step.kind, step.action) for rules in ("", *rule_sets()) for step in steps(rules).values()}
    others = {
        (right.kind, right.action)
        for right in rights()
        if right.action != "read"
        and right.kind not in ("audit", "entity", "figures", "job", "outline", "service_request", "setting")
    }
    assert others <= actions
    made = {
        ("account", "activate"), ("application", "select"), ("application", "decline"), ("taskbook", "amend"),
        ("delivery", "create"), ("resource", "harvest"), ("resource", "vanish"),
    }  # fmt: skip
    assert actions - others <= made


def test_every_state_of_a_right_is_reached_by_a_step():
    for right in rights():
        reached = {*states(right.kind), *BY_CONTENT.get(right.kind, ())}
        assert not right.states or right.states <= reached, right
