"""Letters to cities, comments, what is typed and kept, and what changed: on the pages, without scripts."""

import io
import re
from concurrent.futures import ThreadPoolExecutor

import docx
import pytest
from litestar.testing import TestClient

from pdf_text import text_of
from people_of import actor, staffed
from urbium.access import ANYBODY
from urbium.errors import NotFoundError
from urbium.pilot.steps import step
from urbium.programme.cases.kinds import KINDS
from urbium.web import create_app
from urbium.web.desk.correspondence import thread_of_figure
from urbium.web.desk.due import task_words
from urbium.web.desk.forms import fields_of
from urbium.web.rendering.drawing import Drawer

LETTER = {"title": "Figures of the year", "text": "Dear <b>colleagues</b>,\n\nplease send them.", "to": "all"}


@pytest.fixture(scope="module")
def programme():
    with staffed() as programme:
        yield programme


def hidden(page, action):
    """Return the hidden fields of the form of a page that is sent to an address."""
    form = page[page.index(f'action="{action}"') :]
    return dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form[: form.index("</form>")]))


def send(visitor, page, address, **fields):
    data = hidden(visitor.get(page).text, address) | fields
    return visitor.post(address, data=data, follow_redirects=False)


def test_a_task_and_its_button_have_one_verb_for_sending_a_letter():
    for kind, action in (("circular", "release"), ("city_letter", "send")):
        title = step(kind, action).title
        assert task_words(kind, action, title, "Yearly").startswith(title.capitalize())


# --- letters ------------------------------------------------------------------------------------------------


def test_a_letter_is_seen_as_a_city_will_see_it_before_it_goes_out_and_its_answers_after(
    programme, as_somebody
):
    page = "/desk/circulars/yearly"
    sent = send(
        as_somebody("olga"), "/desk/circulars/begin", "/desk/circulars/begin/send", code="yearly", **LETTER
    )
    assert sent.headers["location"] == page
    draft = as_somebody("olga").get(page).text
    assert "Goes to 3 cities" in draft
    assert "As Utrecht will see it" in draft
    assert "In 3 of these cities, no one has an account yet" in draft
    without = draft.split("no one has an account yet")[1].split("</details>")[0]
    assert all(city in without for city in ("Delft", "Utrecht"))
    assert "&lt;b&gt;colleagues&lt;/b&gt;" in draft
    assert "<b>colleagues" not in draft
    assert "Two people are needed" in draft
    assert "The case is on their desk now." in draft
    assert re.search(r"<label>.*?>Subject</span>", draft)
    assert send(as_somebody("oscar"), page, f"{page}/act", action="release").status_code == 303
    letter = "/desk/city-letters/yearly-0503"
    desk = as_somebody("carl").get("/desk").text
    assert f'<a href="{letter}" translate="no">Read the letter “Figures of the year”</a>' in desk
    assert send(
        as_somebody("carl"), letter, f"{letter}/act", action="answer", answer="<i>Monday</i>"
    ).is_redirect
    after = as_somebody("olga").get(page).text
    assert "&lt;i&gt;Monday&lt;/i&gt;" in after
    assert "Answered (1)" in after
    assert "Not read yet (2)" in after
    assert "In 2 of these cities, no one has an account yet" in after
    assert as_somebody("gus").get(letter).status_code == 404
    assert 'href="/papers/city-letters/yearly-0503?format=docx"' in as_somebody("carl").get(letter).text


def test_a_letter_is_an_official_document_for_who_sees_it_and_for_nobody_else(programme, as_somebody):
    paper = "/papers/city-letters/yearly-0503"
    pdf = as_somebody("carl").get(paper)
    assert (pdf.status_code, pdf.headers["content-type"]) == (200, "application/pdf")
    assert "pleasesendthem." in text_of(pdf.content)
    word = docx.Document(io.BytesIO(as_somebody("carl").get(f"{paper}?format=docx").content))
    assert "Figures of the year" in [one.text for one in word.paragraphs]
    assert as_somebody("gus").get(paper).status_code == 404
    assert as_somebody("").get(paper, follow_redirects=False).status_code == 303
    assert as_somebody("olga").get("/papers/circulars/yearly").status_code == 200
    assert as_somebody("olga").get(f"{paper}?format=odt").status_code == 404
    with pytest.raises(NotFoundError, match="kind of official document"):
        programme.documents.paper("round", "r")


def test_a_letter_names_every_city_that_is_none_to_who_writes_it(as_somebody):
    page = "/desk/circulars/some"
    chosen = {"to": "chosen", "cities": "Delft\nUtrech\nAtlantis"}
    sent = send(
        as_somebody("olga"),
        "/desk/circulars/begin",
        "/desk/circulars/begin/send",
        code="some",
        **LETTER | chosen,
    )
    assert sent.headers["location"] == page
    draft = as_somebody("olga").get(page).text
    assert re.search(r"Saved\. \d+ entr(y|ies) still needs? to be filled in or corrected\.", draft)
    at_field = re.search(r'id="wrong-cities">(.*?)</small>', draft)[1]
    assert "Utrech" in at_field
    assert "Atlantis" in at_field
    goes_to = draft[draft.index('<ul class="notice refused">') :]
    assert goes_to.index("Utrech") < goes_to.index("Atlantis") < goes_to.index("</ul>")
    assert "The case is on their desk now." not in draft
    parts = draft[
        draft.index('class="panel parts"') : draft.index("</nav>", draft.index('class="panel parts"'))
    ]
    assert "to do: 2</span>" in parts
    assert "Send" in as_somebody("oscar").get(page).text
    assert "Release" not in as_somebody("oscar").get(page).text


def test_the_office_alone_is_offered_to_write_to_a_city(as_somebody):
    link = "/desk/city-letters/begin?city=0503"
    assert link in as_somebody("olga").get("/cities/0503").text
    for other in ("carl", "ada", ""):
        assert link not in as_somebody(other).get("/cities/0503").text
    form = as_somebody("olga").get(f"{link}&title=Alarm").text
    assert '<option value="0503" selected>Delft</option>' in form
    assert 'name="title" value="Alarm"' in form
    assert 'name="parent"' not in form


# --- comments -----------------------------------------------------------------------------------------------


@pytest.fixture
def case(programme, request):
    """Return the page of a case that the office and the city see."""
    code = f"r-{request.node.name[5:30].replace('_', '-').strip('-')}"
    resource = {"title": "Sensors"}
    programme.casework.begin(actor(programme, "carl"), "resource", code, resource, city="0503")
    return f"/desk/resources/{code}"


def test_a_comment_for_the_city_is_read_there_as_text_and_closed_by_name_and_day(as_somebody, case):
    office = as_somebody("olga")
    assert send(office, case, "/comments/send", text="<script>x</script>", to="for_city").is_redirect
    assert send(office, case, "/comments/send", text="Among us.", to="internal").is_redirect
    city = as_somebody("carl")
    seen = city.get(case).text
    assert "&lt;script&gt;x&lt;/script&gt;" in seen
    assert "<script>x" not in seen
    assert "Among us." not in seen
    assert f'href="{case}#comments"' in city.get("/desk").text
    close = re.search(r'action="(/comments/[\w-]+/close)"', seen)[1]
    assert send(city, case, close, action="close").headers["location"] == f"{case}#comments"
    assert re.search(r"Closed by Carl on \d", as_somebody("olga").get(case).text)
    assert "/comments/send" not in as_somebody("pia").get(case).text


def test_a_comment_that_is_refused_stays_in_its_field(as_somebody, case):
    refused = send(as_somebody("carl"), case, "/comments/send", text="Not for us", to="internal")
    assert refused.status_code == 422
    assert "Not for us</textarea>" in refused.text


def test_a_figure_has_its_own_comments_and_the_public_sees_none(programme, as_somebody):
    city = as_somebody("carl")
    csrf = hidden(city.get("/account").text, "/account/sessions/end")["csrf"]
    fields = {
        "csrf": csrf,
        "city": "0503",
        "about": "figure?name=gdp",
        "text": "It differs.",
        "to": "for_office",
    }
    sent = city.post("/comments/send", data=fields, follow_redirects=False)
    assert sent.headers["location"] == "/cities/0503/explain/figure?name=gdp#comments"
    threads = {
        who: thread_of_figure(programme, actor(programme, who) if who else ANYBODY, "0503", "figure?name=gdp")
        for who in ("carl", "olga", "gus", "pia", "eva", "")
    }
    assert {who for who, thread in threads.items() if thread} == {"carl", "olga"}
    assert threads["olga"]["open"][0]["text"] == "It differs."
    assert thread_of_figure(programme, actor(programme, "olga"), "0503", "figure?name=area")["open"] == []


# --- what is typed ------------------------------------------------------------------------------------------


@pytest.fixture
def call(programme, request):
    code = f"call-{request.node.name[5:30].replace('_', '-').strip('-')}"
    programme.casework.begin(actor(programme, "olga"), "round", code, {"title": "Call"})
    return f"/desk/rounds/{code}"


def typed(visitor, call, **fields):
    data = hidden(visitor.get(call).text, f"{call}/act") | fields
    return visitor.post(f"{call}/draft", data=data, follow_redirects=False)


def test_what_is_typed_is_kept_unchecked_and_stands_in_the_form_until_it_is_sent(as_somebody, call):
    office = as_somebody("olga")
    kept = typed(office, call, title="Half a ti", opens="not a day")
    assert re.fullmatch(r"Saved at \d\d:\d\d", kept.text)
    page = office.get(call).text
    assert 'name="title" value="Half a ti"' in page
    assert "is in the form" in page
    assert "Half a ti" not in as_somebody("oscar").get(call).text
    office = as_somebody("olga")
    assert send(office, call, f"{call}/act", title="A title", ticks="sent").is_redirect
    assert "is in the form" not in office.get(call).text


def test_what_another_person_stored_meanwhile_is_not_overwritten_and_what_was_typed_is_shown(
    as_somebody, call
):
    office = as_somebody("olga")
    seen = hidden(office.get(call).text, f"{call}/act")
    assert typed(office, call, title="Mine").status_code == 200
    assert send(
        as_somebody("oscar"), call, f"{call}/act", action="change", title="Theirs", ticks="sent"
    ).is_redirect
    office = as_somebody("olga")
    fresh = hidden(office.get(call).text, f"{call}/act")["csrf"]
    late = office.post(f"{call}/draft", data=seen | {"csrf": fresh, "title": "Mine, longer"})
    assert (late.status_code, late.text[:35]) == (409, "Not saved: someone else has changed")
    page = office.get(call).text
    assert 'name="title" value="Theirs"' in page
    assert "<dd>Mine</dd>" in page
    assert "has not overwritten their changes" in page
    assert send(office, call, f"{call}/draft", discard="yes").is_redirect
    assert "<dd>Mine</dd>" not in office.get(call).text


def test_a_draft_of_another_session_is_not_kept(as_somebody, call, programme):
    office = as_somebody("olga")
    data = hidden(office.get(call).text, f"{call}/act") | {"title": "Typed"}
    programme.people.sign_out(office.cookies["urbium_session"])
    lost = office.post(f"{call}/draft", data=data)
    assert lost.status_code == 403
    assert 'name="kept.title" value="Typed"' in lost.text
    assert "Typed" not in as_somebody("olga").get(call).text


def test_a_box_that_was_unticked_stays_so_where_the_form_is_shown_again():
    content, stored, names = KINDS["round"].content, {"is_example": True}, frozenset({"is_example"})
    boxes = [fields_of("round", content, names, stored, typed) for typed in ({}, {"ticks": "sent"})]
    assert [field.value for (field,) in boxes] == ["yes", ""]


# --- what changed -------------------------------------------------------------------------------------------


def test_guests_are_told_what_changed_since_a_day_of_what_is_public(programme, call):
    code = call.rpartition("/")[2]
    app = create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)))
    with TestClient(app, base_url="http://127.0.0.1") as guest:
        assert "What changed in the last 30 days" in guest.get("/").text
        assert code not in guest.get("/?since=2020-01-01").text
        programme.casework.act(actor(programme, "oscar"), "round", code, "publish", version=1)
        page = guest.get("/?since=2020-01-01").text
        assert f'<a href="/programme/rounds/{code}"' in page
        assert guest.get("/?since=soon").status_code == 422


def test_people_are_told_what_changed_since_they_signed_in_before(as_somebody):
    as_somebody("ada")
    assert "Changed since you signed in on" in as_somebody("ada").get("/desk").text
    assert "Changed since 1 Jan 2020" in as_somebody("ada").get("/desk?since=2020-01-01").text
