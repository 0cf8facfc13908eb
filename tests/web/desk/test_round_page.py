"""The page of a round: how its applications stand, and who reviews them, for the office alone."""

import re

import pytest

from pdf_text import text_of
from people_of import actor, staffed
from rounds_of import CRITERIA, Way, called, complete_file

ROUND, ASSIGN = "/desk/rounds/r", "/rounds/r/assign"
TITLES = {"a": "Delft", "b": "Delft East"}
SCORES = {("a", "eva"): 80.0, ("a", "erik"): 40.0, ("b", "eva"): 60.0, ("b", "erik"): 50.0}


@pytest.fixture(scope="module")
def programme():
    with staffed() as programme:
        called(programme, "r", quotas=[{"kind": "new", "most": 1, "province": ""}])
        for code, title in TITLES.items():
            Way(programme, "r", code, complete_file(programme, title)).admitted()
        yield programme


def sent(page):
    """Return the hidden fields of the form that confirms an assignment."""
    form = next(one for one in re.findall(r"<form.*?</form>", page, re.DOTALL) if "/assign/send" in one)
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))


def test_1_experts_are_assigned_as_the_page_showed_and_not_otherwise(programme, as_somebody):
    office = as_somebody("olga")
    page = office.get(f"{ASSIGN}?each=2").text
    assert "Assign these 4 reviews" in page
    assert "Conflicts of interest" in page
    shown = sent(page)
    moved = office.post(f"{ASSIGN}/send", data=shown | {"pairs": "a|eva"}, follow_redirects=False)
    assert moved.status_code == 409
    assert "not the one that was shown any more" in moved.text
    assert programme.store.dossiers.listed("review", []) == []
    done = office.post(f"{ASSIGN}/send", data=shown, follow_redirects=False)
    assert (done.status_code, done.headers["location"]) == (303, f"{ROUND}#standing")
    assert "Every application has its reviews" in office.get(f"{ASSIGN}?each=2").text


def test_2_too_few_experts_are_said_of_each_application(as_somebody):
    page = as_somebody("olga").get(f"{ASSIGN}?each=3").text
    assert page.count("1 expert is missing") == len(TITLES)
    assert "/assign/send" not in page


@pytest.mark.parametrize("who", ["eva", "carl", "pia", "ada"])
def test_3_nobody_but_the_office_assigns(as_somebody, who):
    visitor = as_somebody(who)
    assert visitor.get(ASSIGN).status_code == 403
    csrf = re.search(r'name="csrf" value="(\w+)"', visitor.get("/account").text)[1]
    assert visitor.post(f"{ASSIGN}/send", data={"csrf": csrf, "pairs": ""}).status_code == 403


def test_4_a_review_shows_the_application_beside_criteria_that_are_explained(programme, as_somebody):
    codes = {
        (one.parent, one.owner): one.code
        for one in [sight.dossier for sight in programme.casework.listed(actor(programme, "olga"), "review")]
    }
    for (parent, expert), score in SCORES.items():
        code = codes[parent, expert]
        programme.casework.act(actor(programme, expert), "review", code, "accept", version=1)
        visitor, page = as_somebody(expert), f"/desk/reviews/{code}"
        shown = visitor.get(page).text
        assert "Water meters" in shown
        assert ">checked<" in shown
        assert "Goals that fit the city" in shown
        names = dict(re.findall(r'name="(scores\[\d\]\.name)" value="(\w+)"', shown))
        scores = {name.replace(".name", ".value"): str(score) for name in names}
        csrf = re.search(r'name="csrf" value="(\w+)"', shown)[1]
        form = {"csrf": csrf, "version": "2", "action": "change", "then": "hand_in", "to_applicant": "Good."}
        assert (
            visitor.post(f"{page}/act", data=form | names | scores, follow_redirects=False).status_code == 303
        )
        stored = programme.store.dossiers.one("review", code)
        assert (stored.state, stored.content["scores"]) == ("handed_in", dict.fromkeys(CRITERIA, score))


def test_5_the_office_sees_points_with_the_dots_of_the_experts_ranks_and_the_share_of_weightings(as_somebody):
    page = as_somebody("olga").get(ROUND).text
    panel = page[page.index('id="standing"') : page.index("What it says")]
    assert "4 of 4 reviews are in" in panel
    assert panel.count("<circle cx") == len(SCORES)
    assert "mean 60.0; Erik 40.0 and Eva 80.0" in panel
    assert "40 points apart" in panel
    assert panel.index("Delft") < panel.index("Delft East")
    assert ">selected<" in panel
    assert ">not selected<" in panel
    assert "100 %" in panel
    auditor = as_somebody("ada").get(ROUND).text
    assert 'id="standing"' in auditor
    assert ASSIGN not in auditor


@pytest.mark.parametrize("who", ["eva", "carl", "sven", "pia", ""])
def test_6_experts_cities_and_provinces_see_no_ranking(as_somebody, who):
    visitor = as_somebody(who)
    for address in (ROUND, "/programme/rounds/r"):
        page = visitor.get(address).text
        assert 'id="standing"' not in page
        assert 'class="dots"' not in page
        assert "Erik 40" not in page


def test_7_who_sees_an_application_saves_a_copy_of_what_it_sees(as_somebody):
    said = {}
    for who in ("carl", "pia"):
        answer = as_somebody(who).get("/copies/applications/a")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "application/pdf")
        said[who] = text_of(answer.content)
        assert "Watermeters" in said[who]
    assert "checked" in said["pia"]  # the report of the province
    assert "checked" not in said["carl"]
    assert as_somebody("gus").get("/copies/applications/a").status_code == 404
    assert as_somebody("").get("/copies/applications/a", follow_redirects=False).status_code == 303


def test_8_after_the_decision_the_page_still_says_how_the_applications_stood(programme, as_somebody):
    for who, action, version in (("olga", "close", 2), ("olga", "propose", 3), ("oscar", "decide", 4)):
        programme.casework.act(actor(programme, who), "round", "r", action, version=version)
    page = as_somebody("oscar").get(ROUND).text
    panel = page[page.index('id="standing"') :]
    assert panel.count("<circle cx") == len(SCORES)
    assert ">not selected<" in panel
    assert "Assign experts" not in panel
