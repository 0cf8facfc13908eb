"""An investor asks about a project that nobody offers; the office has it on its desk and answers."""

import pytest

from market_of_towns import AGREEMENT, CITY, PROJECT, act, trial
from urbium.access import ANYBODY
from urbium.errors import ConflictError, InputError, NotFoundError

QUESTION = {"title": "Centre", "project": PROJECT, "questions": ["Who would own it?"]}


@pytest.fixture
def programme(towns):
    with trial(towns) as programme:
        yield programme


def ask(programme, who="partner", code="q1", city=CITY, **more):
    actor = programme.people.named(who)
    content = QUESTION | more
    return programme.casework.begin(actor, "interest", code, content, city=city, agreement=AGREEMENT).dossier


def waiting(programme, who):
    return [one.dossier.code for one in programme.casework.waiting(programme.people.named(who))]


def test_what_an_investor_asks_of_a_project_waits_on_the_desk_of_the_office(programme):
    assert ask(programme).state == "asked"
    assert waiting(programme, "office") == ["q1"]
    assert waiting(programme, "partner") == waiting(programme, "city") == []


def test_the_office_answers_and_the_investor_reads_the_answer(programme):
    ask(programme)
    with pytest.raises(InputError) as refused:
        act(programme, "office", "interest", "q1", "answer")
    assert "the answer is empty" in str(refused.value.faults[0].message)

    act(programme, "office", "interest", "q1", "answer", answer="The city would.")
    seen = programme.casework.opened(programme.people.named("partner"), "interest", "q1")
    assert (seen.dossier.state, seen.dossier.content["answer"]) == ("answered", "The city would.")
    assert waiting(programme, "office") == []


def test_others_see_neither_the_question_nor_that_there_is_one(programme):
    ask(programme)
    for actor in (ANYBODY, programme.people.named("other")):
        with pytest.raises(NotFoundError):
            programme.casework.opened(actor, "interest", "q1")
        assert programme.casework.listed(actor, "interest") == []


def test_a_question_opens_no_data_room(programme):
    ask(programme)
    with pytest.raises(ConflictError):
        act(programme, "office", "interest", "q1", "admit")
    assert not programme.market.room(programme.people.named("partner"), "q1").may_open


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"questions": []}, "there is neither a question nor an amount"),
        ({"project": "B:NONE"}, "'B:NONE' is not a project in the plan for this city"),
        ({"project": ""}, "'' is not a project in the plan for this city"),
        ({"city": "A"}, "'B:IOC' is not a project in the plan for this city"),
    ],
)
def test_a_question_of_nothing_is_refused_with_what_is_wrong(wrong, said, programme):
    with pytest.raises(InputError) as refused:
        ask(programme, **wrong)
    assert said in str(refused.value.faults[0].message)


def test_a_project_that_is_offered_is_answered_by_its_offer(programme):
    office = programme.people.named("office")
    programme.casework.begin(office, "offer", "o1", {"title": "Centre", "project": PROJECT}, city=CITY)
    act(programme, "office", "offer", "o1", "publish")
    with pytest.raises(InputError) as refused:
        ask(programme)
    assert "this project is already offered to investors" in str(refused.value.faults[0].message)
