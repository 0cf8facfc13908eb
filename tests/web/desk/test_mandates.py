"""The form of a mandate: codes are chosen, a return is typed in per cent, each fault stands at its field."""

import re

import pytest

from market_of_towns import MANDATE, PROJECT, act, trial
from urbium.errors import ForbiddenError, InputError


@pytest.fixture(scope="module")
def programme(towns):
    with trial(towns) as made:
        for code in ("partner", "office"):
            made.people.take_place(code)
        yield made


def sent(visitor, address, **typed):
    """Send a form of the page with what stands in it and what is typed."""
    page = visitor.get(address).text
    csrf = re.search(r'name="csrf" value="([^"]*)"', page)[1]
    return visitor.post("/desk/mandates/begin/send", data={"csrf": csrf, "ticks": "sent", **typed})


def test_nation_instruments_and_places_are_chosen_and_not_written_as_codes(as_somebody):
    form = as_somebody("partner").get("/desk/mandates/begin").text
    assert re.search(r'<select name="country".*?<option value="NLD">Netherlands</option>', form, re.DOTALL)
    assert 'name="places[0].value"' in form
    assert 'name="instruments[0].value"' in form
    assert not re.search(r'name="(countries|instruments|sectors|deliveries|currencies|places)"', form)


def test_every_fault_is_told_at_its_field_and_what_was_typed_stays(as_somebody):
    wrong = {"title": "Fund", "country": "NLD", "currency": "GBP", "return_asked": "500", "tenor": "-3"}
    ticks = {"places[0].name": "A", "places[0].value": "yes"}
    tickets = {"ticket_least": "9", "ticket_most": "5"}
    answer = sent(as_somebody("partner"), "/desk/mandates/begin", **wrong, **ticks, **tickets)
    assert answer.status_code == 422
    marked = re.findall(r'id="in-(\w+)" aria-invalid="true"', answer.text)
    assert set(marked) == {"return_asked", "tenor", "ticket_least"}
    assert re.search(r'name="return_asked" value="500"', answer.text)
    assert re.search(r'name="places\[0\].value" value="yes" checked', answer.text)


def test_a_return_is_typed_in_per_cent_and_what_is_missing_is_marked_on_the_page_of_the_draft(as_somebody):
    typed = {"title": "Fund of five per cent", "country": "NLD", "currency": "GBP", "return_asked": "5",
             "ticket_least": "0"}  # fmt: skip
    case = sent(as_somebody("partner"), "/desk/mandates/begin", **typed).text
    assert re.search(r'name="return_asked" value="5"', case)
    assert re.search(r'class="todo" id="wrong-ticket_least"', case)
    assert "What it says" not in case  # all of it stands in the form


def test_what_sharing_needs_and_that_it_is_final_is_said_before_it(as_somebody, programme):
    partner = programme.people.named("partner")
    form = as_somebody("partner").get("/desk/mandates/begin").text
    assert form.count("Needed before the mandate can be shared.") == 5
    programme.casework.begin(partner, "mandate", "final", MANDATE)
    final = "Once shared, a mandate can no longer be changed"
    assert final in as_somebody("partner").get("/desk/mandates/final").text
    act(programme, "partner", "mandate", "final", "share")
    assert final not in as_somebody("partner").get("/desk/mandates/final").text


def test_the_answer_of_the_office_stays_on_the_desk_of_who_asked_and_on_the_page(as_somebody, programme):
    partner = programme.people.named("partner")
    programme.casework.begin(partner, "mandate", "kept", MANDATE)
    act(programme, "partner", "mandate", "kept", "share")
    act(programme, "office", "mandate", "kept", "answer", answer="The centre of Bourne suits it.")
    act(programme, "partner", "mandate", "kept", "publish")
    day = programme.casework.history(partner, "mandate", "kept")[2].dossier.recorded_at
    for page in ("/desk", "/desk/mandates/kept"):
        for _ in range(2):
            shown = as_somebody("partner").get(page).text
            answer = re.search(r'<blockquote class="letter">.*?</blockquote>', shown, re.DOTALL)[0]
            assert "The centre of Bourne suits it." in answer
            assert f"{day:%Y-%m-%d}" in answer
            assert shown.count("The centre of Bourne suits it.") == 1
    assert "The centre of Bourne" not in as_somebody("office").get("/desk").text
    act(programme, "partner", "mandate", "kept", "close")
    assert "The centre of Bourne" not in as_somebody("partner").get("/desk").text


def test_the_office_publishes_its_own_mandates_and_nobody_elses(as_somebody, programme):
    partner, office = programme.people.named("partner"), programme.people.named("office")
    programme.casework.begin(partner, "mandate", "secret", MANDATE)
    act(programme, "partner", "mandate", "secret", "share")
    with pytest.raises(ForbiddenError):
        act(programme, "office", "mandate", "secret", "publish")
    assert "Publish for everyone" not in as_somebody("office").get("/desk/mandates/secret").text
    programme.casework.begin(office, "mandate", "from-the-post", MANDATE)
    act(programme, "office", "mandate", "from-the-post", "publish")


def test_an_investor_is_not_asked_for_what_only_the_office_enters_and_nothing_stands_filled_in_with_0(
    as_somebody,
):
    form = as_somebody("partner").get("/desk/mandates/begin").text
    assert re.search(r'name="ticket_least" value=""', form)
    assert not re.search(r'name="(is_example|source)"', form)
    assert "derived from the title" not in form
    assert 'name="is_example"' in as_somebody("office").get("/desk/mandates/begin").text
    partner = as_somebody("partner")
    typed = {
        "title": "Empty tickets",
        "country": "NLD",
        "currency": "GBP",
        "ticket_least": "",
        "ticket_most": "50",
    }
    case = sent(partner, "/desk/mandates/begin", **typed).text
    assert "0.00 to 50" not in case
    assert "Publish for everyone to read" in case


def test_an_amount_above_the_need_of_the_project_and_above_the_own_mandate_is_noted_but_not_refused(
    as_somebody, programme
):
    partner = programme.people.named("partner")
    offer = {"title": "Centre", "project": PROJECT, "delivery": "loan"}
    programme.casework.begin(programme.people.named("city"), "offer", "much", offer, city="B")
    act(programme, "office", "offer", "much", "publish")
    programme.casework.begin(partner, "mandate", "small", MANDATE)
    asks = {"title": "Much", "mandate": "small", "country": "NLD", "amount": 1e6, "currency": "GBP"}
    with pytest.raises(InputError, match="has not been shared"):
        programme.casework.begin(partner, "interest", "much", asks, parent="much")
    act(programme, "partner", "mandate", "small", "share")
    programme.casework.begin(partner, "interest", "much", asks, parent="much")
    notes = programme.casework.faults(partner, "interest", "much", "send")
    assert [one.severity for one in notes] == ["note", "note"]
    assert "the project seeks no more than GBP" in str(notes[0].message)
    assert "your mandate allows no more than GBP 90 million" in str(notes[1].message)
    act(programme, "partner", "interest", "much", "send")
    page = as_somebody("partner").get("/desk/interests/much").text
    assert ">small<" not in page, "its title, and not its code"


def test_the_mandate_of_another_investor_says_nothing_of_its_limits(as_somebody, programme):
    programme.casework.begin(programme.people.named("office"), "mandate", "theirs", MANDATE)
    asks = {"title": "Prying", "mandate": "theirs", "country": "NLD", "amount": 1e6, "currency": "GBP"}
    with pytest.raises(InputError) as refused:  # no project is named
        programme.casework.begin(programme.people.named("partner"), "interest", "prying", asks, city="B")
    assert "mandate" not in str(refused.value)


def test_a_largest_ticket_below_nothing_is_refused(as_somebody, programme):
    wrong = MANDATE | {"ticket_most": -5.0}
    with pytest.raises(InputError, match="is not a valid range"):
        programme.casework.begin(programme.people.named("partner"), "mandate", "below", wrong)


def test_who_writes_a_mandate_sees_what_matches_it_before_anybody_else_does(as_somebody, programme):
    partner = programme.people.named("partner")
    programme.casework.begin(partner, "mandate", "unshared", MANDATE)
    link = 'href="/market?mandate=unshared#suits"'
    assert link in as_somebody("partner").get("/desk/mandates/unshared").text
    market = as_somebody("partner").get("/market?mandate=unshared").text
    suits = market[market.index('id="suits"') : market.index('id="table"')]
    assert re.search(r"· Return of the project: [^<]+ · Cost evidence: <span class=\"badge", suits), (
        "what a match earns, and how well founded"
    )
    grades = {one.evidence for one in programme.market.suited("unshared", partner).prospects}
    said = suits[suits.index("Evidence for the costs:") : suits.index("</p>", suits.index("Evidence for"))]
    assert said.count("badge-") == len(grades), "of what matches, and not of all projects"
    for other in ("office", ""):
        assert as_somebody(other).get("/market?mandate=unshared").status_code == 404
    assert "unshared" not in as_somebody("partner").get("/market").text, "it is offered to nobody to choose"


def test_the_sectors_of_a_mandate_stand_with_the_solutions_of_each(as_somebody):
    form = as_somebody("partner").get("/desk/mandates/begin").text
    groups = re.findall(r'<details class="group".*?</details>', form, re.DOTALL)
    (sector,) = [one for one in groups if 'value="IOC"' in one][:1]
    ticked = re.findall(r'name="sectors\[\d+\]\.name" value="(\w+)"', sector)
    assert ticked[0].islower(), "the sector first"
    assert len(ticked) > 1


def test_a_project_larger_than_the_ticket_says_why_it_suits_and_leads_back_to_the_mandate(
    as_somebody, programme
):
    (project,) = (one for one in programme.market.pipeline().prospects if one.code == PROJECT)
    small = MANDATE | {
        "title": "Small",
        "ticket_least": project.sought / 8,
        "ticket_most": project.sought / 4,
    }
    programme.casework.begin(programme.people.named("partner"), "mandate", "small-ticket", small)
    page = as_somebody("partner").get("/market?mandate=small-ticket").text
    assert "more than the largest ticket: others pay the rest" in page
    assert 'href="/desk/mandates/small-ticket"' in page
    assert 'href="/market"' in as_somebody("partner").get("/desk").text.partition('id="due"')[2]
