"""Experts and their reviews: conflicts found, blind scoring, assignment, agreement and ranking."""

import pytest

from people_of import actor, staffed
from rounds_of import CRITERIA, Way, called, complete_file, reviewed
from urbium.errors import ForbiddenError, InfeasibleError, InputError, NotFoundError
from urbium.programme.cases.kinds import KINDS
from urbium.programme.people.invitations import FOUNDER

EXPERTS = {
    "same-body": {"body": "COUNCIL "},
    "same-city": {"city": "0503"},
    "same-province": {"province": "Zuid-Holland"},
    "coworker": {},
    "free-1": {"body": "University", "province": "Utrecht"},
    "free-2": {"expertise": ["mobility"]},
}


@pytest.fixture(scope="module")
def programme():
    with staffed() as programme:
        expert = {"role": "expert", "scope": "all", "code": ""}
        office = {"role": "office", "scope": "all", "code": ""}
        for code, more in EXPERTS.items():
            grants = (
                [expert, {"role": "officer", "scope": "city", "code": "0344"}]
                if code == "coworker"
                else [expert]
            )
            programme.people.invite(FOUNDER, code, {"display": code, "grants": grants} | more)
        programme.people.invite(FOUNDER, "carl2", {"display": "Carl", "grants": [
            {"role": "officer", "scope": "city", "code": code} for code in ("0503", "0344")
        ]})  # fmt: skip
        programme.people.invite(FOUNDER, "otto", {"display": "Otto", "grants": [office]})
        called(programme, "r-earlier")
        Way(programme, "r-earlier", "earlier", {"title": "Utrecht"}, city="0344", who="coworker").act(
            "carl2", "change", kind="widened"
        )
        called(programme, "r-review")
        for code, title in (("rev-a", "Delft"), ("rev-b", "Delft East"), ("rev-c", "Delft West")):
            Way(programme, "r-review", code, complete_file(programme, title)).admitted()
        yield programme


def assigned(programme, expert, application="rev-a", code=""):
    return programme.casework.begin(
        actor(programme, "olga"),
        "review",
        code or f"{application}.{expert}",
        {},
        parent=application,
        owner=expert,
    )


@pytest.mark.parametrize(
    ("expert", "words"),
    [
        ("same-body", "works for the same body: COUNCIL"),
        ("same-city", "works in the same city"),
        ("same-province", "also works in Zuid-Holland"),
        ("coworker", "has worked with carl2"),
        ("carl", "is not an expert"),
    ],
)
def test_a_conflict_of_interest_is_found(programme, expert, words):
    with pytest.raises(InputError) as refused:
        assigned(programme, expert)
    assert any(words in fault.message for fault in refused.value.faults)


def test_a_review_is_blind_whole_and_within_bounds(programme):
    assigned(programme, "eva", "rev-c", "blind-1")
    assigned(programme, "erik", "rev-c", "blind-2")
    cases, eva = programme.casework, actor(programme, "eva")
    cases.act(eva, "review", "blind-1", "accept", version=1)
    for scores, where in (({"plan": 101}, "scores!plan"), ({"luck": 5}, "scores!luck")):
        with pytest.raises(InputError) as refused:
            cases.act(eva, "review", "blind-1", "change", {"scores": scores}, version=2)
        assert [fault.where for fault in refused.value.faults] == [where]
    cases.act(eva, "review", "blind-1", "change", {"scores": {"plan": 60}}, version=2)
    with pytest.raises(InputError) as refused:
        cases.act(eva, "review", "blind-1", "hand_in", version=3)
    assert {fault.cell for fault in refused.value.faults} == set(CRITERIA) - {"plan"}
    cases.act(eva, "review", "blind-1", "change", {"scores": dict.fromkeys(CRITERIA, 60)}, version=3)
    cases.act(eva, "review", "blind-1", "hand_in", version=4)
    for reader, other in (("eva", "blind-2"), ("erik", "blind-1"), ("carl", "blind-1"), ("pia", "blind-1")):
        with pytest.raises(NotFoundError):
            cases.opened(actor(programme, reader), "review", other)
    assert [one.dossier.code for one in cases.listed(eva, "review")] == ["blind-1"]
    with pytest.raises(InputError, match="not possible yet"):
        cases.act(actor(programme, "erik"), "review", "blind-2", "decline", {"conflict": ""}, version=1)
    cases.act(actor(programme, "erik"), "review", "blind-2", "decline", {"conflict": "a friend"}, version=1)


def test_who_declared_a_conflict_is_not_asked_again_and_the_office_is_told_that_an_expert_is_missing(
    programme,
):
    office = actor(programme, "olga")
    field = programme.reviews.field(office, "r-review")

    assert [str(reason) for reason in field.conflicts["rev-c", "erik"]] == [
        "has declared a conflict (a friend)"
    ]
    assert "erik" not in field.free("rev-c")
    assert programme.reviews.unassigned(office)["r-review"] == 3


def test_an_expert_reads_the_report_of_the_province_on_what_is_to_be_reviewed_and_on_nothing_else(programme):
    assigned(programme, "erik", "rev-b", "reads")
    programme.casework.act(actor(programme, "erik"), "review", "reads", "accept", version=1)
    report = programme.store.dossiers.one("application", "rev-b").content["province_report"]
    erik = actor(programme, "erik")
    assert report
    assert (
        programme.casework.opened(erik, "application", "rev-b").dossier.content["province_report"] == report
    )
    with pytest.raises(NotFoundError):
        programme.casework.opened(actor(programme, "free-2"), "application", "rev-b")
    programme.casework.act(actor(programme, "olga"), "review", "reads", "withdraw", version=2)


def test_a_conflict_learnt_of_after_handing_in_withdraws_the_review_and_its_points_no_longer_count(programme):
    cases, late, office = programme.casework, actor(programme, "free-2"), actor(programme, "olga")
    assigned(programme, "free-2", "rev-b", "late")
    cases.act(late, "review", "late", "accept", version=1)
    cases.act(late, "review", "late", "change", {"scores": dict.fromkeys(CRITERIA, 60)}, version=2)
    cases.act(late, "review", "late", "hand_in", version=3)
    assert ("rev-b", "free-2") in programme.reviews.standing(office, "r-review").judgement.points
    cases.act(late, "review", "late", "decline", {"conflict": "a cousin works there"}, version=4)
    assert ("rev-b", "free-2") not in programme.reviews.standing(office, "r-review").judgement.points


def test_who_works_for_the_city_after_the_assignment_does_not_begin(programme):
    programme.people.invite(FOUNDER, "mover", {"display": "Mover", "grants": [
        {"role": "expert", "scope": "all", "code": ""}]})  # fmt: skip
    assigned(programme, "mover", "rev-b", "moves")
    programme.casework.act(
        actor(programme, "olga"), "account", "mover", "change", {"city": "0503"}, version=1
    )
    with pytest.raises(InputError, match="not possible yet"):
        programme.casework.act(actor(programme, "mover"), "review", "moves", "accept", version=1)
    programme.casework.act(actor(programme, "olga"), "review", "moves", "withdraw", version=1)


def test_experts_are_assigned_without_conflicts_and_what_is_there_stays(programme):
    office = actor(programme, "olga")
    with pytest.raises(ForbiddenError):
        programme.reviews.assign(actor(programme, "eva"), "r-review")
    with pytest.raises(InfeasibleError) as refused:
        programme.reviews.assignment(office, "r-review", each=5)
    assert {fault.cell for fault in refused.value.faults} >= {"rev-a"}
    before = {(one.dossier.parent, one.dossier.owner) for one in programme.casework.listed(office, "review")}
    begun = programme.reviews.assign(office, "r-review", each=2)
    pairs = {(one.dossier.parent, one.dossier.owner) for one in begun}
    assert not pairs & before
    assert {expert for _, expert in pairs} <= {"free-1", "free-2", "eva", "erik"}
    assert not programme.reviews.assignment(office, "r-review", each=2)
    scores = {"rev-a": 80.0, "rev-b": 50.0, "rev-c": 60.0}
    for one in begun:
        shift = 10.0 if one.dossier.owner == "free-1" else 0.0
        reviewed(programme, one.dossier.code, one.dossier.owner, scores[one.dossier.parent] + shift)


def test_the_ranking_is_seen_by_the_office_with_agreement_and_other_weights(programme):
    standing = programme.reviews.standing(actor(programme, "otto"), "r-review")
    assert standing.table["application"].to_list() == ["rev-a", "rev-c", "rev-b"]
    assert standing.table["is_selected"].all()
    assert standing.judgement.agreement.alpha.value > 0.5
    for who in ("eva", "carl", "pia"):
        with pytest.raises(ForbiddenError):
            programme.reviews.standing(actor(programme, who), "r-review")


def test_no_field_of_an_application_is_in_the_circle_that_experts_have_before_they_accept():
    assert "private" not in KINDS["application"].circles.values()
