"""Calls and their selection: declared rules, two people for a selection, nothing seen before, appeals."""

import pytest

from people_of import actor, staffed
from rounds_of import Way, called, complete_file, moved, reviewed
from urbium.access import ANYBODY
from urbium.errors import ForbiddenError, InputError, NotFoundError
from urbium.programme.people.invitations import FOUNDER


@pytest.fixture(scope="module")
def programme():
    with staffed() as programme:
        grants = [{"role": "office", "scope": "all", "code": ""}]
        programme.people.invite(FOUNDER, "otto", {"display": "Otto", "grants": grants})
        yield programme


def places_of(error) -> set[str]:
    return {fault.cell for fault in error.value.faults}


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({"rules": "mars-2040"}, "rules"),
        ({"opens": "2026-02-30"}, "opens"),
        ({"opens": "2026-05-01", "closes": "2026-04-01"}, "closes"),
        ({"evaluation_day": "13-31"}, "evaluation_day"),
        ({"criteria": [{"code": "a", "title": "A", "weight": 60}]}, "criteria"),
        ({"quotas": [{"kind": "huge", "most": 3}]}, "quotas"),
        ({"quotas": [{"kind": "new", "most": 3}, {"kind": "new", "most": 4}]}, "quotas"),
        ({"declared": [{"kind": "new", "total": 90, "source": ""}]}, "declared"),
    ],
)
def test_a_round_that_contradicts_itself_is_refused_with_the_field(programme, content, field):
    with pytest.raises(InputError) as refused:
        programme.casework.begin(actor(programme, "olga"), "round", "r-wrong", {"title": "x"} | content)
    assert places_of(refused) == {field}


def test_the_form_of_a_round_is_that_of_its_rules_with_its_own_criteria(programme):
    called(programme, "r-form", criteria=[{"code": "one", "title": "One", "weight": 100}])
    form = programme.applications.form(ANYBODY, "r-form")
    assert [one.code for one in form.criteria] == ["one"]
    assert [one.code for one in form.documents if one.by == "city" and not one.is_structured] == [
        "outline", "plan", "financing",
    ]  # fmt: skip
    with pytest.raises(NotFoundError):
        programme.applications.form(ANYBODY, "r-none")


@pytest.fixture(scope="module")
def selection(programme):
    """Two applications, one place: proposed by Olga, decided by Oscar."""
    called(programme, "r-two", quotas=[{"kind": "new", "most": 1}])
    for code, title in (("two-a", "Delft"), ("two-b", "Delft Harbour")):
        Way(programme, "r-two", code, complete_file(programme, title)).admitted()
    cases, office = programme.casework, actor(programme, "olga")
    for number, code in enumerate(("two-a", "two-b")):
        cases.begin(office, "review", f"v-{number}", {}, parent=code, owner="eva")
    moved(programme, "oscar", "r-two", "close")
    with pytest.raises(InputError) as refused:
        moved(programme, "olga", "r-two", "propose")
    assert places_of(refused) == {"two-a", "two-b", "v-0", "v-1"}
    for number, score in enumerate((60.0, 80.0)):
        reviewed(programme, f"v-{number}", "eva", score, remark=f"points {score:g}")
    return moved(programme, "olga", "r-two", "propose")


def test_a_proposed_selection_is_seen_by_the_office_alone(programme, selection):
    proposed = selection.dossier.content["selection"]
    assert {code: one["decision"] for code, one in proposed.items()} == {
        "two-a": "declined",
        "two-b": "selected",
    }
    assert "the 1 place for new pilots is taken" in proposed["two-a"]["reason"]
    for who in ("carl", "sven", "pia", "eva", "nora"):
        sight = programme.casework.opened(actor(programme, who), "round", "r-two")
        assert ("selection" in sight.dossier.content, sight.dossier.state) == (False, "closed")
        assert {one.dossier.state for one in programme.casework.listed(actor(programme, who), "application",
                where={"round": "r-two"})} <= {"admitted"}  # fmt: skip


def test_who_proposed_does_not_decide_and_nobody_selects_beside_the_round(programme, selection):
    with pytest.raises(ForbiddenError, match=r"someone (else|other)"):
        moved(programme, "olga", "r-two", "decide")
    with pytest.raises(ForbiddenError, match="you may not do"):
        programme.casework.act(actor(programme, "oscar"), "application", "two-b", "select", version=5)


def test_deciding_selects_and_declines_in_one_entry_and_an_appeal_needs_a_third_person(programme, selection):
    entries = programme.store.audit().height
    moved(programme, "oscar", "r-two", "decide")
    assert programme.store.audit().height == entries + 1
    public = [one.dossier.code for one in programme.casework.listed(ANYBODY, "application")]
    assert public == ["two-b"]
    city = programme.casework.opened(actor(programme, "carl"), "application", "two-a").dossier
    assert (city.state, city.content["feedback"]) == ("declined", ["points 60"])
    assert "two-b" not in city.content["reasons"]
    reviewed = programme.casework.opened(actor(programme, "eva"), "application", "two-a").dossier
    assert (reviewed.state, set(reviewed.content)) == ("declined", {"title", "kind"})  # others wrote the rest
    public_too = programme.casework.opened(actor(programme, "eva"), "application", "two-b").dossier
    assert set(public_too.content) == {"title", "kind"}
    appeal = programme.casework.act(
        actor(programme, "carl"),
        "application",
        "two-a",
        "appeal",
        {"appeal": "the meters"},
        version=city.version,
    ).dossier
    for who in ("oscar", "olga"):
        with pytest.raises(ForbiddenError, match=r"someone (else|other)"):
            programme.casework.act(
                actor(programme, who), "application", "two-a", "allow", {"reasons": "they are right"},
                version=appeal.version,
            )  # fmt: skip
    allowed = programme.casework.act(
        actor(programme, "otto"), "application", "two-a", "allow", {"reasons": "they are right"},
        version=appeal.version,
    ).dossier  # fmt: skip
    assert (allowed.state, allowed.content["decision"]) == ("selected", "selected")
    programme.store.verify()


def test_who_reviewed_neither_decides_the_selection_nor_an_appeal_of_it(programme):
    roles = [{"role": role, "scope": "all", "code": ""} for role in ("office", "expert")]
    programme.people.invite(FOUNDER, "vera", {"display": "Vera", "grants": roles})
    called(programme, "r-judge", quotas=[{"kind": "new", "most": 1}])
    for code, expert, score in (("judge-a", "vera", 40.0), ("judge-b", "eva", 90.0)):
        Way(programme, "r-judge", code, complete_file(programme, code)).admitted()
        review = f"v-{code}"
        programme.casework.begin(actor(programme, "olga"), "review", review, {}, parent=code, owner=expert)
        reviewed(programme, review, expert, score)
    moved(programme, "olga", "r-judge", "close")
    sight = moved(programme, "olga", "r-judge", "propose")
    decide = next(one for one in sight.actions if one.action == "decide")
    assert [
        programme.casework.may_take(actor(programme, who), sight, decide) for who in ("vera", "otto")
    ] == [False, True]
    with pytest.raises(ForbiddenError, match=r"someone (else|other)") as refused:
        moved(programme, "vera", "r-judge", "decide")
    assert refused.value.place == "review v-judge-a"
    moved(programme, "oscar", "r-judge", "decide")

    carl, declined = actor(programme, "carl"), "judge-a"
    version = programme.casework.opened(carl, "application", declined).dossier.version
    programme.casework.act(carl, "application", declined, "appeal", {"appeal": "the meters"}, version=version)
    for action in ("allow", "refuse"):
        with pytest.raises(ForbiddenError, match=r"someone (else|other)"):
            programme.casework.act(
                actor(programme, "vera"), "application", declined, action, {"reasons": "mine"},
                version=version + 1,
            )  # fmt: skip


def test_a_selection_by_hand_keeps_quotas_and_gives_reasons(programme):
    called(programme, "r-hand", quotas=[{"kind": "new", "most": 0}])
    Way(programme, "r-hand", "hand-a", complete_file(programme, "Delft")).admitted()
    moved(programme, "oscar", "r-hand", "close")
    by_hand = {
        "hand-a": {"decision": "selected", "reason": " "},
        "ghost": {"decision": "declined", "reason": "x"},
    }
    with pytest.raises(InputError) as refused:
        moved(programme, "olga", "r-hand", "propose", selection=by_hand)
    assert places_of(refused) == {"ghost", "hand-a", "new"}
    told = {"hand-a": {"decision": "declined", "reason": "no money this year"}}
    assert moved(programme, "olga", "r-hand", "propose", selection=told).dossier.state == "proposed"
    again = moved(programme, "olga", "r-hand", "reconsider").dossier
    assert again.content["selection"] == {}


def test_closing_a_call_before_its_day_says_who_is_shut_out_and_needs_a_reason(programme):
    called(programme, "r-early", closes="2199-06-30")
    sent = Way(programme, "r-early", "early-a", complete_file(programme, "Early Delft"))
    sent.act("carl", "complete")
    sent.act("sven", "sign")
    olga = actor(programme, "olga")
    with pytest.raises(InputError, match="needs a reason") as refused:
        moved(programme, "olga", "r-early", "close")
    assert [(one.severity, one.cell) for one in refused.value.faults] == [
        ("warning", "closes"), ("note", "early-a"),
    ]  # fmt: skip
    assert "30 Jun 2199" in str(refused.value.faults[0].message)
    programme.casework.act(olga, "round", "r-early", "close", version=2, reason="the money is spent")


def test_a_proposal_that_leaves_out_what_was_handed_in_needs_a_reason(programme):
    called(programme, "r-out")
    Way(programme, "r-out", "out-a", complete_file(programme, "Delft in")).admitted()
    sent = Way(programme, "r-out", "out-b", complete_file(programme, "Delft out"))
    sent.act("carl", "complete")
    sent.act("sven", "sign")
    moved(programme, "olga", "r-out", "close")
    told = {"out-a": {"decision": "selected", "reason": "good"}}
    with pytest.raises(InputError, match="needs a reason") as refused:
        moved(programme, "olga", "r-out", "propose", selection=told)
    assert [(one.severity, one.cell) for one in refused.value.faults] == [
        ("warning", "out-b"), ("note", "out-a"),
    ]  # fmt: skip
    assert "0 of 3 expected" in str(refused.value.faults[1].message)
