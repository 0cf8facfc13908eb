"""Comments: whom each is for, who sees it, and that none tells of a case which its reader does not see."""

import msgspec
import pytest

from people_of import PEOPLE, actor, staffed
from urbium.access import ANYBODY
from urbium.errors import ForbiddenError, InputError, NotFoundError

REPORT = {"title": "People", "database": "population", "as_of": "2025-01-01"}


@pytest.fixture
def programme():
    with staffed() as programme:
        cases, carl = programme.casework, actor(programme, "carl")
        cases.begin(carl, "base_report", "b1", REPORT, city="0503")
        yield programme


def write(programme, who, to, code, **where):
    where = where or {"parent": "b1", "parent_kind": "base_report"}
    content = {"text": f"words {code}", "to": to, "about": where.pop("about", "")}
    return programme.casework.begin(actor(programme, who), "comment", code, content, **where).dossier


def seen_by(programme):
    people = {who: actor(programme, who) for who in PEOPLE} | {"": ANYBODY}
    return {
        who: {one.dossier.code for one in programme.casework.listed(person, "comment")}
        for who, person in people.items()
    }


def of_figure(about="figure?name=gdp"):
    return {"city": "0503", "about": about}


def test_every_role_sees_what_is_for_it_and_nothing_else(programme):
    write(programme, "olga", "for_city", "to-city", **of_figure())
    write(programme, "olga", "internal", "inside", **of_figure())
    write(programme, "carl", "for_office", "to-office", **of_figure())
    shared = {"to-city", "to-office"}
    assert seen_by(programme) == {who: set() for who in [*PEOPLE, ""]} | {
        "olga": {*shared, "inside"}, "oscar": {*shared, "inside"}, "ada": {*shared, "inside"},
        "carl": shared, "sven": shared,
    }  # fmt: skip
    for code, closer, action in (
        ("to-city", "sven", "close"), ("to-office", "oscar", "close"), ("inside", "oscar", "file"),
    ):  # fmt: skip
        programme.casework.act(actor(programme, closer), "comment", code, action, version=1)
    assert "inside" not in seen_by(programme)["carl"] | seen_by(programme)["sven"]
    done = programme.casework.opened(actor(programme, "olga"), "comment", "to-city").dossier
    assert (done.state, done.recorded_by) == ("done", "sven")


def test_an_open_comment_waits_on_the_desk_of_whom_it_is_for(programme):
    write(programme, "olga", "for_city", "to-city", **of_figure())
    waiting = {
        who: [
            one.dossier.code
            for one in programme.casework.waiting(actor(programme, who))
            if one.dossier.kind == "comment"
        ]
        for who in PEOPLE
    }
    assert {who for who, codes in waiting.items() if codes} == {"carl", "sven"}


def test_no_comment_is_for_the_office_while_it_does_not_see_the_case(programme):
    with pytest.raises(InputError) as refused:
        write(programme, "carl", "for_office", "early")
    assert [fault.cell for fault in refused.value.faults] == ["to"]
    report = programme.store.dossiers.one("base_report", "b1")
    sent = msgspec.structs.replace(report, state="submitted", action="submit")
    programme.store.dossiers.record([sent], by="sven", what="base_report: submit", reason="a test")
    assert write(programme, "carl", "for_office", "later").parent == "b1"


def test_no_comment_is_for_a_city_on_a_case_that_it_does_not_see(programme):
    olga = actor(programme, "olga")
    programme.casework.begin(
        olga, "mandate", "m1", {"title": "A mandate", "country": "NLD", "currency": "EUR"}
    )
    with pytest.raises(InputError):
        write(programme, "olga", "for_city", "leak", parent="m1", parent_kind="mandate")
    write(programme, "olga", "internal", "inside", parent="m1", parent_kind="mandate")


def test_a_city_writes_neither_to_itself_nor_for_the_office_alone_nor_on_another_city(programme):
    for to in ("for_city", "internal"):
        with pytest.raises(InputError):
            write(programme, "carl", to, f"c-{to}", **of_figure())
    with pytest.raises(ForbiddenError):
        write(programme, "gus", "for_office", "foreign", **of_figure())
    for who in ("pia", "eva", "ada"):
        with pytest.raises((ForbiddenError, InputError)):
            write(programme, who, "for_office", f"by-{who}", **of_figure())


def test_nobody_closes_what_is_for_another(programme):
    write(programme, "olga", "for_city", "to-city", **of_figure())
    with pytest.raises(ForbiddenError):
        programme.casework.act(actor(programme, "oscar"), "comment", "to-city", "close", version=1)
    with pytest.raises(NotFoundError):
        programme.casework.act(actor(programme, "gus"), "comment", "to-city", "close", version=1)
    programme.casework.act(actor(programme, "oscar"), "comment", "to-city", "withdraw", version=1)


def test_a_comment_says_what_it_is_on_and_something(programme):
    with pytest.raises(InputError) as refused:
        programme.casework.begin(actor(programme, "olga"), "comment", "c1", {"text": " ", "to": "internal"})
    assert {fault.cell for fault in refused.value.faults} == {"text", "about"}


def test_comments_are_in_the_log_and_called_by_how_they_begin(programme):
    dossier = write(programme, "olga", "internal", "c1", **of_figure())
    assert (dossier.content["title"], dossier.state) == ("words c1", "internal")
    newest = programme.log.entries(actor(programme, "ada"))["what"].to_list()[-1]
    assert newest == "comment: create"
