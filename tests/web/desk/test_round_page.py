"""The page of a round: how its applications stand, and who reviews them, for the office alone."""

import re
from html import unescape

import pytest

from pdf_text import text_of
from people_of import actor, staffed
from rounds_of import CRITERIA, Way, called, complete_file
from urbium.errors import InputError
from urbium.text import say, text

ROUND, ASSIGN = "/desk/rounds/r", "/rounds/r/assign"
TITLES = {"a": "Delft", "b": "Delft East"}
SCORES = {("a", "eva"): 80.0, ("a", "erik"): 40.0, ("b", "eva"): 60.0, ("b", "erik"): 50.0}


@pytest.fixture(scope="module")
def programme():
    with staffed() as programme:
        called(programme, "r", title="Pilots of 2031", quotas=[{"kind": "new", "most": 1, "province": ""}])
        for code, title in TITLES.items():
            Way(programme, "r", code, complete_file(programme, title)).admitted()
        yield programme


def sent(page):
    """Return the hidden fields of the form that confirms an assignment."""
    form = next(one for one in re.findall(r"<form.*?</form>", page, re.DOTALL) if "/assign/send" in one)
    return dict(re.findall(r'name="(\w+)" value="([^"]*)"', form))


def test_1_experts_are_assigned_as_the_page_showed_and_not_otherwise(programme, as_somebody):
    office = as_somebody("olga")
    task = '<a href="/rounds/r/assign" translate="no">Assign experts to 2 applications for Pilots of 2031</a>'
    assert task in office.get("/desk").text
    assert (
        '<a class="button" href="/rounds/r/assign">Assign experts</a>'
        in office.get("/desk/applications/a").text
    )
    of_three = office.get(f"{ASSIGN}?each=3").text
    assert "Assign 4 reviews" in of_three
    assert "2 reviews would still have no expert" in of_three
    page = office.get(f"{ASSIGN}?each=2").text
    assert "Assign 4 reviews" in page
    assert "Conflicts of interest" in page
    assert 'href="/desk/reviews/begin?parent=a"' in page
    assert 'value="eva"' in office.get("/desk/reviews/begin?parent=a").text
    shown = sent(page)
    moved = office.post(f"{ASSIGN}/send", data=shown | {"pairs": "a|eva"}, follow_redirects=False)
    assert moved.status_code == 409
    assert "he assignment has changed since it was shown" in moved.text
    assert programme.store.dossiers.listed("review", []) == []
    done = office.post(f"{ASSIGN}/send", data=shown, follow_redirects=False)
    assert (done.status_code, done.headers["location"]) == (303, f"{ROUND}#standing")
    assert '<p class="notice" role="status">4 reviews have been assigned.</p>' in office.get(ROUND).text
    after = office.get(f"{ASSIGN}?each=2").text
    assert "Each application has at least 2 of the 3 reviews; more experts are needed for the rest." in after
    assert '<a href="/people?role=expert#invite">Invite an expert</a>' in after
    assert "have been assigned" not in as_somebody("oscar").get(ROUND).text
    desk = as_somebody("olga").get("/desk").text
    assert task not in desk
    assert (
        '<a href="/people?role=expert#invite" translate="no">Invite an expert: '
        "2 applications for Pilots of 2031 have too few, and no one is left to ask</a>"
    ) in desk, "it waits while one is lacking"
    assert "2 applications have fewer experts than that." in as_somebody("olga").get(ROUND).text


def test_2_too_few_experts_are_said_of_each_application(as_somebody):
    page = as_somebody("olga").get(f"{ASSIGN}?each=3").text
    assert page.count("1 more expert is needed") == len(TITLES)
    assert "2 reviews would still have no expert" in page
    assert "The rules of the call (national pilot smart cities of 2012) ask for 3 reviews of each" in page
    assert '<a href="/people?role=expert#invite">Invite an expert</a>' in page
    assert "/assign/send" not in page
    assert "All reviews of all applications have been assigned" not in page


def test_2_as_many_reviews_are_proposed_as_every_application_can_get(as_somebody):
    page = as_somebody("olga").get(ASSIGN).text
    assert '<input name="each" value="2"' in page
    assert "experts without a conflict of interest for only 2." in page, "nothing is left to propose"
    assert "would still have no expert" not in page


def test_2_the_desk_asks_all_experts_of_the_one_round_and_from_there_one_by_one(as_somebody):
    office = as_somebody("olga")
    asked = office.get("/desk/reviews/begin", follow_redirects=False)
    assert (asked.status_code, asked.headers["location"]) == (303, ASSIGN)
    assert "/desk/reviews/begin?parent=a" not in office.get(ASSIGN).text, "both have been asked"
    assert "No more experts can be asked" in office.get("/desk/reviews/begin?parent=a").text


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
        visitor, page = as_somebody(expert), f"/desk/reviews/{code}"
        asked = visitor.get(page).text
        assert "A conflict of interest is any tie that could sway your judgement" in asked
        assert "if you have a tie to one of them, you can still declare a conflict" in asked
        assert "A development outline has been completed." in asked, "what an application must meet"
        assert 'href="/programme/rounds/r"' in asked
        assert "Water meters" not in asked
        programme.casework.act(actor(programme, expert), "review", code, "accept", version=1)
        shown = visitor.get(page).text
        assert "Water meters" in shown
        assert ">checked<" in shown
        assert "Goals that fit the city" in shown
        assert "Handing in is final" in shown
        assert "You will not see the points of other experts, even after the decision" in shown
        names = dict(re.findall(r'name="(scores\[\d\]\.name)" value="(\w+)"', shown))
        scores = {name.replace(".name", ".value"): str(score) for name in names}
        csrf = re.search(r'name="csrf" value="(\w+)"', shown)[1]
        form = {"csrf": csrf, "version": "2", "action": "change", "then": "hand_in", "to_applicant": "Good."}
        why = {"reasons[0].name": CRITERIA[0], "reasons[0].value": f"{expert}: the goals are clear."}
        first, second, *others = scores
        faulty = scores | {first: "good", second: "120"}
        wrong = visitor.post(f"{page}/act", data=form | names | why | faulty).text
        assert "write points from 0 to 100" in wrong
        named = unescape(visitor.post(f"{page}/act", data=form | names | why | {second: "120"}).text)
        assert "The step 'hand in' is not possible yet" in named
        assert named.count("It has not been scored") == len(scores) - 1
        for name, value in faulty.items():  # refused whole; all that was typed stays, each fault at its input
            (field,) = re.findall(rf'<input name="{re.escape(name)}"[^>]*>', wrong)
            assert f'value="{value}"' in field
            assert ('aria-invalid="true"' in field) == (name not in others)
        assert f"{expert}: the goals are clear." in wrong
        assert "1200000" not in wrong
        assert "Nothing has been saved in the case yet." in wrong
        assert f"{expert}: the goals are clear." in visitor.get(page).text, "it stays in the form"
        sent = form | names | scores | why
        assert visitor.post(f"{page}/act", data=sent, follow_redirects=False).status_code == 303
        after = visitor.get(page).text
        assert '<p class="notice" role="status">Done. Current status: handed in.</p>' in after
        assert "Done. Current status" not in visitor.get(page).text
        assert "auditors; for the city, once the decision is made, the points with a written reason" in after
        assert f"Weighted by the criteria: <strong>{score:g}</strong> of 100." in after
        assert "cannot be sent back to you.</strong>" in after
        assert "You will not see the points of other experts, even after the decision" in after
        assert "the goals are clear" in after
        stored = programme.store.dossiers.one("review", code)
        assert (stored.state, stored.content["scores"]) == ("handed_in", dict.fromkeys(CRITERIA, score))


def test_5_the_office_sees_points_with_the_dots_of_the_experts_ranks_and_the_share_of_weightings(as_somebody):
    page = as_somebody("olga").get(ROUND).text
    panel = page[page.index('id="standing"') : page.index("What it says")]
    assert "Reviews received: 4 of 6 expected." in panel
    assert 'href="/programme/rounds/r"' in page
    assert "A development outline has been completed." in page
    assert panel.count("<circle cx") == len(SCORES)
    assert "mean 60; Erik 40 and Eva 80" in panel
    assert "40 points apart" in panel
    assert panel.count("not certain") == 3, "in both rows, and in the sentence that explains it"
    assert panel.index("Delft") < panel.index("Delft East")
    assert ">proposed: selected<" in panel
    assert ">proposed: not selected<" in panel
    assert re.search(
        r"</strong> Expected for each application: 3; experts have been asked for 4 in all\. "
        r"2 applications have fewer experts than that\. "
        r"Points and ranks are provisional until all reviews are in\.\s+"
        r"(How far t|T)he experts agree",
        panel,
    )
    assert "Delft is selected and Delft East is not, though only 5 points separate them" in panel
    assert "Explain this in the reason for the selection." in panel
    assert f'<a href="{ASSIGN}">Who reviews what, and each expert\'s load</a>' in panel
    assert "100%" in panel
    assert "The adjusted ranks rest on 2 applications that several experts reviewed." in panel
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
        assert re.search(r"Pilotsof2031.*Stepstaken.*Signandsend.*UTC.*Sven", said[who], re.DOTALL)
        assert re.search(r"[0-9a-f]{64}", said[who])
    assert "checked" in said["pia"]  # the report of the province
    assert "checked" not in said["carl"]
    assert as_somebody("gus").get("/copies/applications/a").status_code == 404
    assert as_somebody("").get("/copies/applications/a", follow_redirects=False).status_code == 303


def test_8_after_the_decision_the_page_still_says_how_the_applications_stood(programme, as_somebody):
    for action, version, reason in (("close", 2, ""), ("propose", 3, "Delft was far ahead.")):
        programme.casework.act(actor(programme, "olga"), "round", "r", action, version=version, reason=reason)
    decider = as_somebody("oscar").get(ROUND).text
    assert "Delft was far ahead." in decider[decider.index('id="prepared"') : decider.index('id="steps"')]
    proposal = decider[decider.index("Proposed selection") :]
    assert proposal.index(">Delft<") < proposal.index(">Delft East<"), "by rank, and by name"
    for who, is_told in (("carl", False), ("eva", False), ("oscar", True)):
        page = as_somebody(who).get(ROUND).text
        assert ("Delft was far ahead." in page) == is_told
        assert "Next step: propose the selection" not in page, "that it was proposed is for the office alone"
    for who in ("olga", "oscar"):
        shown = as_somebody(who).get(ROUND).text
        assert f'<a href="{ASSIGN}">Who reviews what, and each expert\'s load</a>' in shown
        readable = as_somebody(who).get(ASSIGN).text
        assert "<h1>Who reviews what</h1>" in readable
        assert "Erik, Eva" in readable
        for past in ("To be assigned", "/assign/send", "Ask one expert", "would still have no expert"):
            assert past not in readable
    programme.casework.act(actor(programme, "oscar"), "round", "r", "decide", version=4)
    assert "Erik, Eva" in as_somebody("olga").get(ASSIGN).text, "after the decision, too"
    assert "Delft was far ahead." in as_somebody("ada").get(ROUND).text
    told = as_somebody("carl").get("/desk/applications/a").text
    assert "80 of 100 points: eva: the goals are clear." in told
    assert "40 of 100 points: erik: the goals are clear." in told
    page = as_somebody("oscar").get(ROUND).text
    panel = page[page.index('id="standing"') :]
    assert panel.count("<circle cx") == len(SCORES)
    assert ">not selected<" in panel
    assert "Applications by points</h2>" in panel
    assert "Assign experts" not in panel
    assert "Explain this in the reason" not in panel, "it has been decided"
    for code, result in (("a", "selected"), ("b", "not selected")):
        listed = programme.casework.listed(actor(programme, "eva"), "review", where={"parent": code})
        shown = as_somebody("eva").get(f"/desk/reviews/{listed[0].dossier.code}").text
        assert f"Result: {result}. Experts can read an application in full only until the decision." in shown
        assert f"{TITLES[code]} · Eva" in shown
        assert "Water meters" not in shown
        assert "if you learn of a conflict of interest now, tell the programme office" in shown
        assert "Declare a conflict" not in shown


def test_8_a_call_that_was_closed_early_says_when_and_not_the_day_that_it_announced(programme, as_somebody):
    called(programme, "early", title="Closed early", closes="2199-06-30")
    office = actor(programme, "olga")
    programme.casework.act(office, "round", "early", "close", version=2, reason="the money is spent")
    today = say(text("{day:date}", day=programme.settings.today()))
    said = f"closed early, on {today}; announced for 30 Jun 2199"
    for who, address in (
        ("", "/programme"), ("", "/programme/rounds/early"), ("olga", "/desk/rounds/early"),
    ):  # fmt: skip
        assert said in as_somebody(who).get(address).text, address


def test_8_what_a_proposal_will_be_refused_for_is_said_before(programme, as_somebody):
    called(programme, "few", title="Too few reviews")
    for code in ("few-a", "few-b"):
        Way(programme, "few", code, complete_file(programme, f"Delft {code}")).admitted()
    office = actor(programme, "olga")
    programme.casework.begin(office, "review", "few-r", {}, parent="few-a", owner="eva")
    programme.casework.act(office, "round", "few", "close", version=2, reason="enough")
    page = as_somebody("oscar").get("/desk/rounds/few").text
    listed = unescape(page[page.index("<h3>Not possible yet</h3>") : page.index("<h3>To consider</h3>")])
    assert listed.count("No review of the application from Delft has been handed in") == 2
    assert (
        "The review of the application from Delft by Eva has not been handed in: waiting for the expert"
    ) in listed
    assert "of 3 expected" not in listed, "which refuses nothing"


def test_9_a_call_of_a_later_day_says_so_and_takes_nothing_before(programme, as_somebody):
    called(programme, "later", title="Call of a later year", opens="2199-03-01", closes="2199-06-30")
    for address in ("/desk/rounds/later", "/programme/rounds/later", "/programme"):
        assert "ublished; opens on 1 Mar 2199" in as_somebody("olga").get(address).text
    public = as_somebody("").get("/programme/rounds/later").text
    assert "No application can be started now: the round opens on 1 Mar 2199." in public
    assert "/desk/applications/begin" not in public
    content = complete_file(programme, "Early")
    with pytest.raises(InputError) as refused:
        programme.casework.begin(
            actor(programme, "carl"), "application", "early", content, city="0503", parent="later"
        )
    assert [(str(one.message), str(one.remedy)) for one in refused.value.faults][:1] == [
        ("the round opens on 1 Mar 2199", "come back on that day")
    ]
    assert "later" not in re.findall(
        r'<option value="([^"]*)"', as_somebody("carl").get("/desk/applications/begin").text
    )
    listed = as_somebody("olga").get("/desk/rounds").text
    assert re.search(r"in_state=open[^>]*><span[^>]*>\d+ published<", listed)


def test_9_the_page_of_a_call_says_how_to_apply_and_the_first_page_leads_to_it(programme, as_somebody):
    called(programme, "now", title="Call of this year", closes="2199-06-30")
    public = as_somebody("").get("/programme/rounds/now").text
    assert "30 Jun 2199" in public or "2199-06-30" in public
    assert 'href="/desk/applications/begin?parent=now"' in public
    assert "The answers to up to 15 questions on the form; some questions depend on others" in public
    for heading in ("Conditions", "What to hand in", "How applications are judged", "How to apply"):
        assert f"<h2>{heading}</h2>" in public
    assert "Goals that fit the city" in public
    for code in ("china-2012", *(f">{one}<" for one in CRITERIA)):
        assert code not in public
    called(programme, "soon", title="Call of this month", closes="2198-06-30")
    link = '<li><a href="/programme/rounds/{}"><span translate="no">Call of this {}</span></a> · {}</li>'
    for page in ("/", "/programme"):
        shown = as_somebody("").get(page).text
        month = shown.index(link.format("soon", "month", "Last day to apply: 30 Jun 2198"))
        assert month < shown.index(link.format("now", "year", "Last day to apply: 30 Jun 2199"))


def test_9_a_review_that_its_expert_withdrew_keeps_its_city_and_says_that_it_is_final(programme, as_somebody):
    called(programme, "left", title="One who left")
    Way(programme, "left", "left-a", complete_file(programme, "Delft South")).admitted()
    programme.casework.begin(actor(programme, "olga"), "review", "left-1", {}, parent="left-a", owner="eva")
    assert "Delft South · Eva" in as_somebody("eva").get("/desk/reviews/left-1").text
    tie = {"conflict": "my sister works there"}
    programme.casework.act(actor(programme, "eva"), "review", "left-1", "decline", tie, version=1)
    page = as_somebody("eva").get("/desk/reviews/left-1").text
    assert "Delft · Eva</h1>" in page
    assert "This is final. The programme office can see it, and there is nothing left for you to do." in page
    assert "This is final." not in as_somebody("olga").get("/desk/reviews/left-1").text
