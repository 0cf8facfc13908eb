"""Circulars: a second person releases a letter to many cities, each of which reads and answers its own."""

from dataclasses import replace

import msgspec
import pytest

from people_of import actor, staffed
from urbium.errors import ConflictError, ForbiddenError, InputError, NotFoundError
from urbium.pilot.circulars import Circular
from urbium.programme.cases.rules.circular_rules import cities_of

LETTER = {"title": "Figures of the year", "text": "Dear colleagues,\n\nplease send them.", "to": "all"}


@pytest.fixture
def programme():
    with staffed() as programme:
        yield programme


def released(programme, code="c1", **content):
    cases = programme.casework
    cases.begin(actor(programme, "olga"), "circular", code, LETTER | content)
    return cases.act(actor(programme, "oscar"), "circular", code, "release", version=1)


def letters(programme, code):
    return {one.dossier.city: one for one in programme.casework.listed(actor(programme, code), "city_letter")}


def test_who_wrote_a_letter_to_many_cities_does_not_release_it(programme):
    programme.casework.begin(actor(programme, "olga"), "circular", "c1", LETTER)
    with pytest.raises(ForbiddenError, match="someone other than the person who prepared it"):
        programme.casework.act(actor(programme, "olga"), "circular", "c1", "release", version=1)
    assert letters(programme, "olga") == {}


def test_a_released_letter_reaches_every_city_and_each_sees_its_own(programme):
    released(programme)
    assert set(letters(programme, "olga")) == {"0503", "0599", "0344"}
    assert set(letters(programme, "carl")) == set(letters(programme, "sven")) == {"0503"}
    assert letters(programme, "carl")["0503"].dossier.parent == ""  # the circular itself is the office's
    assert [letters(programme, who) for who in ("pia", "eva")] == [{}, {}]
    with pytest.raises(NotFoundError):
        programme.casework.opened(actor(programme, "carl"), "circular", "c1")


@pytest.mark.parametrize(
    ("choice", "cities"),
    [
        ({"to": "all"}, ["0344", "0503", "0599"]),
        ({"to": "province", "province": "Zuid-Holland"}, ["0503", "0599"]),
        ({"to": "chosen", "cities": ["Delft", "0344", " "]}, ["0344", "0503"]),
        ({"to": "chosen", "cities": ["Delft、0344"]}, ["0344", "0503"]),
        ({"to": "call", "call": "call"}, []),
        ({"to": "report"}, []),
    ],
)
def test_cities_are_chosen_by_a_filter_or_by_hand(programme, choice, cities):
    assert cities_of(programme._desk, msgspec.convert(LETTER | choice, Circular)) == cities


def test_a_city_that_was_dissolved_gets_no_letter_to_all_of_its_province(programme):
    gone = replace(programme.city("0599"), valid_to="2011-08")
    programme.register(cities=[gone], by="test", reason="dissolved")
    for choice in ({"to": "all"}, {"to": "province", "province": "Zuid-Holland"}):
        assert "0599" not in cities_of(programme._desk, msgspec.convert(LETTER | choice, Circular))


@pytest.mark.parametrize(
    ("content", "field"),
    [
        ({"text": " "}, "text"),
        ({"answer_by": "2020-01-01"}, "answer_by"),
        ({"answer_by": "soon"}, "answer_by"),
        ({"to": "province", "province": "Atlantis"}, "province"),
        ({"to": "chosen", "cities": ["Atlantis"]}, "cities"),
        ({"to": "chosen"}, "cities"),
        ({"to": "report"}, "to"),
    ],
)
def test_a_letter_that_cannot_go_out_says_where_it_is_wrong(programme, content, field):
    with pytest.raises(InputError) as refused:
        released(programme, **content)
    assert [fault.cell for fault in refused.value.faults] == [field]


def test_a_way_of_choosing_that_there_is_not_is_refused_as_it_is_written(programme):
    with pytest.raises(InputError):
        programme.casework.begin(actor(programme, "olga"), "circular", "c1", LETTER | {"to": "everywhere"})


def test_a_letter_with_a_day_waits_on_the_desk_until_it_is_answered(programme):
    released(programme, answer_by="2999-01-01")
    cases, carl = programme.casework, actor(programme, "carl")
    read = cases.act(carl, "city_letter", "c1-0503", "acknowledge", version=1)
    assert (read.dossier.state, [one.dossier.code for one in cases.waiting(carl)]) == ("awaited", ["c1-0503"])
    assert programme.contracts.due_by(read).year == 2999
    with pytest.raises(InputError):
        cases.act(carl, "city_letter", "c1-0503", "answer", {"answer": " "}, version=2)
    cases.act(carl, "city_letter", "c1-0503", "answer", {"answer": "On Monday."}, version=2)
    assert (cases.waiting(carl), letters(programme, "olga")["0503"].dossier.content["answer"]) == (
        [],
        "On Monday.",
    )


def test_a_letter_without_a_day_is_done_when_it_is_read_and_may_still_be_answered(programme):
    released(programme)
    cases, carl = programme.casework, actor(programme, "carl")
    read = cases.act(carl, "city_letter", "c1-0503", "acknowledge", version=1)
    assert (read.dossier.state, cases.waiting(carl)) == ("read", [])
    cases.act(carl, "city_letter", "c1-0503", "reply", {"answer": "Thank you."}, version=2)
    assert letters(programme, "olga")["0503"].dossier.state == "answered"


def test_nobody_answers_for_another_city(programme):
    released(programme)
    with pytest.raises(NotFoundError):
        programme.casework.act(actor(programme, "gus"), "city_letter", "c1-0503", "acknowledge", version=1)
    with pytest.raises(ForbiddenError):
        programme.casework.act(actor(programme, "olga"), "city_letter", "c1-0503", "acknowledge", version=1)


def test_a_letter_to_one_city_needs_no_second_person_and_is_hidden_until_it_is_sent(programme):
    cases, olga = programme.casework, actor(programme, "olga")
    cases.begin(olga, "city_letter", "l1", {"title": "A word", "text": "Please call."}, city="0599")
    assert letters(programme, "gus") == {}
    cases.act(olga, "city_letter", "l1", "send", version=1)
    assert set(letters(programme, "gus")) == {"0599"}
    with pytest.raises(ConflictError):
        cases.act(olga, "city_letter", "l1", "discard", version=2)


def test_people_of_a_city_are_written_to_by_e_mail_and_no_others(programme):
    olga = actor(programme, "olga")
    for code in ("carl", "gus", "pia"):
        stored = programme.casework.opened(olga, "account", code).dossier
        changed = msgspec.structs.replace(
            stored,
            state="active",
            action="activate",
            content={**stored.content, "email": f"{code}@example.org"},
        )
        programme.store.dossiers.record([changed], by="test", what="account: activate", reason="a test")
    released(programme, to="chosen", cities=["Delft"])
    written = [one for one in programme.store.letters.listed(None) if one.kind == "city_letter"]
    assert [(one.account, one.what, one.code) for one in written] == [("carl", "waits", "c1-0503")]


@pytest.mark.parametrize(
    ("named", "to"),
    [
        ({"province": "Utrecht"}, "province"),
        ({"call": "call"}, "call"),
        ({"cities": ["Delft"]}, "chosen"),
        ({"province": "Utrecht", "cities": ["Delft"]}, "chosen"),
    ],
)
def test_a_letter_goes_to_the_only_place_that_is_named(programme, named, to):
    letter = {"title": "Figures", "text": "Please send them."} | named
    begun = programme.casework.begin(actor(programme, "olga"), "circular", "c1", letter)
    assert begun.dossier.content["to"] == to
