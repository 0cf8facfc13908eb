"""News: what changed since an instant, as its reader may see it and not as it is."""

from datetime import UTC, datetime

import pytest

from people_of import actor, staffed
from urbium.access import ANYBODY

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


@pytest.fixture
def programme():
    with staffed() as programme:
        cases = programme.casework
        cases.begin(actor(programme, "olga"), "round", "call", {"title": "Call of the year"})
        cases.begin(
            actor(programme, "carl"), "base_report", "b1", {"title": "Hidden", "database": "d"}, city="0503"
        )
        yield programme


def told(programme, who, since=LONG_AGO, **more):
    reader = actor(programme, who) if who else ANYBODY
    return [(str(one.said.render()), one.address) for one in programme.news.since(reader, since, **more)]


def test_everybody_is_told_what_is_public_in_the_words_of_the_public(programme):
    assert told(programme, "") == []
    programme.casework.act(actor(programme, "oscar"), "round", "call", "publish", version=1)
    assert told(programme, "") == [
        ("Call of the year (round): open for applications", "/programme/rounds/call")
    ]
    assert told(programme, "", datetime(2999, 1, 1, tzinfo=UTC)) == []


def test_a_person_is_told_how_others_moved_the_cases_that_it_sees(programme):
    assert told(programme, "sven") == [
        ("Hidden (report on base data): being drafted", "/desk/base-reports/b1")
    ]
    assert [told(programme, who) for who in ("carl", "gus", "pia", "eva")] == [[], [], [], []]
    assert [said for said, _ in told(programme, "oscar")] == ["Call of the year (round): being drafted"]


def test_at_most_so_much_is_told_the_newest_first(programme):
    for number in range(12):
        programme.casework.begin(actor(programme, "olga"), "round", f"r{number}", {"title": f"Call {number}"})
    said = [line for line, _ in told(programme, "oscar", most=3)]
    assert said == [f"Call {number} (round): being drafted" for number in (11, 10, 9)]


def test_the_last_visit_is_the_sign_in_before_this_one(programme):
    carl = actor(programme, "carl")
    assert programme.news.last_visit(ANYBODY) is programme.news.last_visit(carl) is None
    programme.people.take_place("carl")
    assert programme.news.last_visit(carl) is None
    programme.people.take_place("carl")
    assert programme.news.last_visit(carl) < datetime.now(UTC)


def test_of_many_letters_that_were_sent_the_answers_alone_are_news(programme):
    letter = {"title": "To all", "text": "Words.", "to": "all"}
    programme.casework.begin(actor(programme, "olga"), "circular", "c1", letter)
    programme.casework.act(actor(programme, "oscar"), "circular", "c1", "release", version=1)
    programme.casework.act(
        actor(programme, "carl"), "city_letter", "c1-0503", "answer", {"answer": "Yes."}, version=1
    )
    letters = [address for _, address in told(programme, "olga") if "city-letters" in address]
    assert letters == ["/desk/city-letters/c1-0503"]
