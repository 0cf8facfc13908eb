"""The desk: a person's pages work without scripts, keep what was typed, and show only what is his."""

import csv
import re
from datetime import date

import msgspec
import pytest
from litestar.testing import TestClient

from people_of import PASSWORD, actor, staffed
from rounds_of import FORM, Way, called, complete_file
from urbium.access import ANYBODY, rights
from urbium.catalogue import DATA
from urbium.programme.cases.kinds import KINDS
from urbium.programme.people.invitations import FOUNDER
from urbium.web.desk.beginning import OF_CITY
from urbium.web.desk.cards import BEGUN_BY_ITSELF
from urbium.web.desk.due import due_counter
from urbium.web.desk.forms import record_class
from urbium.web.rendering.amounts import grouped


@pytest.fixture(scope="module")
def programme():
    with staffed() as programme:
        yield programme


def send(visitor, address, page, **fields):
    """Send a form of a page with its hidden fields."""
    hidden = dict(re.findall(r'type="hidden" name="(csrf|version)" value="(\w+)"', visitor.get(page).text))
    return visitor.post(address, data=hidden | fields, follow_redirects=False)


@pytest.fixture
def call(as_somebody, request):
    """Return the code of an open call, begun and published on the pages."""
    return opened_call(as_somebody, f"call-{request.node.name[:40].replace('_', '-')}")


def opened_call(as_somebody, code, **content):
    """Begin and publish a call on the pages."""
    begin, page, content = (
        "/desk/rounds/begin",
        f"/desk/rounds/{code}",
        {"title": "Call of the year"} | content,
    )
    sent = send(as_somebody("olga"), f"{begin}/send", begin, code=code, **content)
    assert sent.headers["location"] == page
    assert send(as_somebody("oscar"), f"{page}/act", page, action="publish").status_code == 303
    return code


def test_nobody_else_is_asked_for_a_remark_of_the_office_and_none_is_lost_by_a_change(programme, as_somebody):
    page, content = "/desk/base-reports/remarked", {"title": "P", "note": "ask again"}
    assert 'name="note"' not in as_somebody("carl").get("/desk/base-reports/begin").text
    programme.casework.begin(actor(programme, "carl"), "base_report", "remarked", content, city="0503")
    city = as_somebody("carl")
    fields = dict(re.findall(r'<input name="(\w+)"[^>]*value="([^"]*)"', city.get(page).text))
    send(city, f"{page}/act", page, action="change", ticks="yes", **fields | {"title": "People"})
    newest = programme.store.dossiers.one("base_report", "remarked").content
    assert (newest["title"], newest["note"]) == ("People", "ask again")


def test_who_has_not_signed_in_is_led_to_the_form_and_back(app):
    with TestClient(app, base_url="http://127.0.0.1") as visitor:
        answer = visitor.get("/desk", follow_redirects=False)
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in?to=/desk")


def test_a_city_applies_and_its_signatory_finds_it_waiting(as_somebody, call):
    code = f"a-{call}"
    city = as_somebody("carl")
    send(
        city,
        "/desk/applications/begin/send",
        "/desk/applications/begin",
        code=code,
        parent=call,
        city="0503",
        title="Delft applies",
    )
    page = f"/desk/applications/{code}"
    assert send(city, f"{page}/act", page, action="complete").status_code == 303
    desk = as_somebody("sven").get("/desk")
    assert desk.headers["content-type"].startswith("text/html")
    assert "Delft applies" in desk.text
    assert "Delft applies" not in as_somebody("gus").get("/desk").text


def test_what_was_typed_stays_when_it_is_refused(as_somebody, call):
    city = as_somebody("carl")
    answer = send(
        city, "/desk/applications/begin/send", "/desk/applications/begin",
        code="wrong code", parent=call, city="0503", title="Delft <b>applies</b>",
    )  # fmt: skip
    assert answer.status_code == 422
    assert "Delft &lt;b&gt;applies&lt;/b&gt;" in answer.text
    assert "cannot be a code" in answer.text


def test_a_page_of_an_older_version_is_told_so_and_stores_nothing(as_somebody, call):
    code, city = f"b-{call}", as_somebody("carl")
    send(
        city,
        "/desk/applications/begin/send",
        "/desk/applications/begin",
        code=code,
        parent=call,
        city="0503",
        title="First",
    )
    page = f"/desk/applications/{code}"
    send(city, f"{page}/act", page, action="change", title="Second")
    csrf = re.search(r'name="csrf" value="(\w+)"', city.get(page).text)[1]
    late = city.post(f"{page}/act", data={"csrf": csrf, "version": "1", "action": "change", "title": "Third"})
    assert (late.status_code, late.headers["content-type"][:9]) == (409, "text/html")
    assert "Someone else has changed it" in late.text
    assert 'value="Third"' in late.text
    assert "Second" in city.get(page).text


def test_what_is_not_ones_own_is_not_there(as_somebody, call):
    code = f"c-{call}"
    send(
        as_somebody("carl"),
        "/desk/applications/begin/send",
        "/desk/applications/begin",
        code=code,
        parent=call,
        city="0503",
        title="Own",
    )
    for who in ("gus", "nora", "eva"):
        assert as_somebody(who).get(f"/desk/applications/{code}").status_code == 404
    assert as_somebody("carl").get("/desk/reviews/begin").status_code == 404


ROWS = {
    "criteria[0].code": "aim",
    "criteria[0].title": "Aim",
    "criteria[0].weight": "60",
    "criteria[1].code": "money",
    "criteria[1].title": "Money",
    "criteria[1].weight": "40",
    "criteria[2].code": "",
    "criteria[2].title": "",
    "criteria[2].weight": "",
}


def test_records_are_typed_in_rows_and_empty_rows_are_none(as_somebody, programme):
    office = as_somebody("olga")
    send(office, "/desk/rounds/begin/send", "/desk/rounds/begin", code="rows", title="Rows", **ROWS)
    page = office.get("/desk/rounds/rows").text
    assert 'name="criteria[1].title" value="Money"' in page
    assert 'name="criteria[4].code"' in page  # three empty ones follow the two
    stored = programme.store.dossiers.one("round", "rows").content["criteria"]
    assert stored == [
        {"code": "aim", "title": "Aim", "weight": 60.0, "meaning": ""},
        {"code": "money", "title": "Money", "weight": 40.0, "meaning": ""},
    ]


def test_what_cannot_be_read_in_a_row_stands_at_its_input_and_stays(as_somebody, request):
    office = as_somebody("olga")
    send(office, "/desk/rounds/begin/send", "/desk/rounds/begin", code="rows-wrong", title="Rows", **ROWS)
    wrong = ROWS | {"criteria[1].weight": "much", "action": "change", "title": "Rows"}
    answer = send(office, "/desk/rounds/rows-wrong/act", "/desk/rounds/rows-wrong", **wrong)
    assert answer.status_code == 422
    link = '<a href="#in-criteria[1].weight" translate="no">Criteria of the review, Money, Weight</a>'
    assert f"{link}: &#39;much&#39; is not a number" in answer.text
    at_its_input = (
        r'name="criteria\[1\].weight" value="much"[^>]*id="in-criteria\[1\].weight" aria-invalid="true"'
    )
    assert re.search(at_its_input, answer.text)


def test_a_list_that_is_emptied_is_empty(as_somebody, programme):
    office = as_somebody("olga")
    send(office, "/desk/rounds/begin/send", "/desk/rounds/begin", code="rows-none", title="Rows", **ROWS)
    emptied = dict.fromkeys(ROWS, "") | {"action": "change"}
    send(office, "/desk/rounds/rows-none/act", "/desk/rounds/rows-none", **emptied)
    assert programme.store.dossiers.one("round", "rows-none").content["criteria"] == []


def test_a_dossier_is_shown_in_words_and_in_the_order_of_its_class(as_somebody, call):
    city, code = as_somebody("carl"), f"w-{call}"
    send(
        city, "/desk/applications/begin/send", "/desk/applications/begin", code=code, parent=call,
        city="0503", title="Delft applies", kind="widened",
        **{"projects[0].code": "P1", "projects[0].title": "Tram", "projects[0].cost": "1200000",
           "projects[0].sources": "city = 1000000; bank = 200000", "projects[0].land": "yes",
           "projects[0].clearances": "not_yet",
           "projects[0].starts": "2027"},
    )  # fmt: skip
    page = as_somebody("sven").get(f"/desk/applications/{code}").text
    said = page[page.index("What it says") : page.index("Steps taken")]
    assert "not_needed" not in said
    assert "is_test" not in said
    assert "A trial" not in said
    assert said.index("widened pilot") < said.index("Key projects")
    assert ">Delft applies</h1>" in page
    assert "Land is secured" in said
    assert "EUR 1,200,000" in said
    assert "2027" in said
    assert "bank: EUR 200,000; city: EUR 1,000,000" in said


def test_every_field_of_every_kind_is_called_something():
    with (DATA / "rules" / "fields.csv").open(encoding="utf-8", newline="") as lines:
        described = {(row["kind"], row["field"]) for row in csv.DictReader(lines) if row["title_en"].strip()}
    nameless = [
        f"{kind.name},{name}"
        for kind in KINDS.values()
        for field in msgspec.structs.fields(kind.content)
        for name in [field.name, *(f"{field.name}.{one}" for one in columns(field))]
        if not {(kind.name, name), ("", name)} & described
    ]
    assert nameless == []


def columns(field):
    record = record_class(field.type)
    return [] if record is None else [one.name for one in msgspec.structs.fields(record)]


def test_what_was_typed_is_kept_when_the_session_has_ended(as_somebody, programme, call):
    code = f"k-{call}"
    city = as_somebody("carl")
    form = {"code": code, "parent": call, "city": "0503", "title": "Typed\nlong", "csrf": "of before"}
    programme.people.sign_out(city.cookies["urbium_session"])
    lost = city.post("/desk/applications/begin/send", data=form)
    assert (lost.status_code, lost.headers["content-type"][:9]) == (403, "text/html")
    kept = dict(re.findall(r'type="hidden" name="([\w.]+)" value="([^"]*)"', lost.text))
    assert kept["to"] == "/desk/applications/begin/send"
    assert kept["kept.title"] == "Typed\nlong"
    assert "of before" not in lost.text
    programme.people.accept(programme.people.invite_again(FOUNDER, "carl"), PASSWORD)
    signed = city.post("/sign-in", data=kept | {"code": "carl", "password": PASSWORD})
    assert PASSWORD not in signed.text
    again = dict(re.findall(r'type="hidden" name="([\w.]+)" value="([^"]*)"', signed.text))
    assert 'action="/desk/applications/begin/send"' in signed.text
    sent = city.post("/desk/applications/begin/send", data=again, follow_redirects=False)
    assert sent.headers["location"] == f"/desk/applications/{code}"


@pytest.mark.parametrize("to", ["https://evil.example/desk/", "//evil.example", "/sign-out", "/desk//evil"])
def test_what_was_kept_is_sent_nowhere_but_to_the_desk(as_somebody, programme, to):
    visitor = as_somebody("")
    programme.people.accept(programme.people.invite_again(FOUNDER, "gus"), PASSWORD)
    data = {"code": "gus", "password": PASSWORD, "to": to, "kept.title": "secret words"}
    answer = visitor.post("/sign-in", data=data, follow_redirects=False)
    assert answer.status_code == 303
    assert "secret words" not in answer.text


def test_a_form_of_another_session_is_asked_again_and_stores_nothing(as_somebody, programme, call):
    city, code = as_somebody("carl"), f"o-{call}"
    form = {"code": code, "parent": call, "city": "0503", "title": "T", "csrf": "0" * 40}
    answer = city.post("/desk/applications/begin/send", data=form)
    assert "Nothing was lost" in answer.text
    assert programme.store.dossiers.one("application", code) is None


def test_who_prepared_a_step_is_told_that_somebody_else_takes_it(as_somebody, programme):
    send(
        as_somebody("olga"),
        "/desk/rounds/begin/send",
        "/desk/rounds/begin",
        code="eyes",
        title="Eyes",
        closes="2099-12-31",
    )
    page = as_somebody("olga").get("/desk/rounds/eyes").text
    said = page.index("can also take the step &#39;publish the call&#39;. The step is for: Oscar.")
    assert said < page.index("The case is on their desk now.") < page.index("data-draft=")
    begun = as_somebody("olga").get("/desk/rounds/begin").text
    assert "must be taken by someone other than the person who prepares the case" in begun
    assert (
        'href="/desk/rounds/eyes"'
        not in as_somebody("olga").get("/desk").text.split("Everything that you")[0]
    )
    assert (
        'href="/desk/rounds/eyes"' in as_somebody("oscar").get("/desk").text.split("Everything that you")[0]
    )


def test_the_second_person_reads_what_is_to_be_decided_and_finds_the_step_open(as_somebody, programme):
    whole = {"opens": "2031-01-01", "closes": "2031-02-01", "conditions": "A plan"}
    begin, page = "/desk/rounds/begin", "/desk/rounds/second"
    send(as_somebody("olga"), f"{begin}/send", begin, code="second", title="Second", **whole)
    first, second = (as_somebody(who).get(page).text for who in ("olga", "oscar"))
    step = r'<details class="step"( open)?><summary translate="no">Publish'
    assert re.search(step, first) is None
    assert re.search(step, second)[1] == " open"
    assert second.index("What it says") < second.index('id="steps"') < second.index('name="conditions"')
    assert "<summary>Change it</summary>" in second
    assert "<summary>Change it</summary>" not in first


def test_a_file_is_attached_and_read_by_who_sees_the_application_alone(as_somebody):
    call = opened_call(as_somebody, "call-with-documents", rules="china-2012")
    city, code = as_somebody("carl"), f"f-{call}"
    send(
        city, "/desk/applications/begin/send", "/desk/applications/begin", code=code, parent=call,
        city="0503", title="With a file",
    )  # fmt: skip
    page, at = f"/desk/applications/{code}", f"/attachments/applications/{code}"
    shown = city.get(page).text
    csrf = re.search(r'name="csrf" value="(\w+)"', shown)[1]
    document = re.search(r'<select name="document".*?<option value="(\w+)"', shown)[1]
    data = {"csrf": csrf, "version": "1", "document": document}
    files = {"file": ("../out line.txt", b"two pumps", "text/html")}
    sent = city.post(f"{at}/send", data=data, files=files, follow_redirects=False)
    assert sent.headers["location"] == f"{page}#files"
    address = re.search(rf'href="({at}/[^"]+)"', city.get(page).text)[1]
    answer = city.get(address)
    assert answer.content == b"two pumps"
    assert answer.headers["content-type"].startswith("text/plain")
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert "sandbox" in answer.headers["content-security-policy"]
    for who in ("gus", "nora", ""):
        assert as_somebody(who).get(address).status_code in (303, 404)
    city = as_somebody("carl")
    csrf = re.search(r'name="csrf" value="(\w+)"', city.get(page).text)[1]
    data |= {"csrf": csrf, "version": "2"}
    bad = city.post(f"{at}/send", data=data, files={"file": ("run.exe", b"MZ", "x/y")})
    assert bad.status_code == 422
    odd = city.post(f"{at}/send", data=data | {"document": "plan\0"}, files=files)
    assert odd.status_code == 422
    assert 'name="document" translate="no" id="in-document" aria-invalid="true"' in odd.text
    shown = city.get(page).text
    assert "Remove out line.txt?" in shown
    gone = {"csrf": csrf, "version": "2", "document": document, "name": "out line.txt"}
    stale = city.post(f"{at}/remove", data=gone | {"version": "1"}, follow_redirects=False)
    assert stale.status_code == 409
    assert "out line.txt" in stale.text
    sent = city.post(f"{at}/remove", data=gone, follow_redirects=False)
    assert sent.headers["location"] == f"{page}#files"
    assert "out line.txt" not in city.get(page).text
    assert city.get(address).status_code == 404


def test_the_questions_of_a_round_are_asked_by_their_words(as_somebody, programme):
    office = as_somebody("olga")
    send(
        office,
        "/desk/rounds/begin/send",
        "/desk/rounds/begin",
        code="asks",
        title="Asks",
        rules="china-2012",
        closes="2099-12-31",
    )
    send(as_somebody("oscar"), "/desk/rounds/asks/act", "/desk/rounds/asks", action="publish")
    city = as_somebody("carl")
    begun = send(
        city, "/desk/applications/begin/send", "/desk/applications/begin", code="asked", parent="asks",
        city="0503", title="Asked",
    )  # fmt: skip
    assert begun.headers["location"] == "/desk/applications/asked"
    page = city.get("/desk/applications/asked").text
    assert "Level of the place" in page
    rows = dict(re.findall(r'name="(answers\[\d+\]\.name)" value="(\w+)"', page))
    number = {name: key for key, name in rows.items()}
    answers = {
        key.replace(".name", ".value"): value
        for name, value in (("level", "town"), ("in_plan", "yes"), ("begins", "2027"))
        for key in [number[name]]
    }
    send(city, "/desk/applications/asked/act", "/desk/applications/asked", action="change", **rows, **answers)
    stored = programme.store.dossiers.one("application", "asked").content["answers"]
    assert {name: stored[name] for name in ("level", "in_plan", "begins")} == {
        "level": "town",
        "in_plan": True,
        "begins": 2027,
    }
    said = city.get("/desk/applications/asked").text
    assert "Which plan" in said  # asked, now that there is one
    assert 'value="2027"' in said


def test_solutions_in_service_are_ticked_by_name_and_kept_by_code(as_somebody, programme):
    carl, call = actor(programme, "carl"), called(programme, "serving")
    page = "/desk/applications/served"
    programme.casework.begin(carl, "application", "served", {"title": "S"}, city="0503", parent=call)
    city = as_somebody("carl")
    shown = city.get(page).text
    offered = dict(re.findall(r'name="(answers\[\d+\]\.value\[\d+\])\.name" value="(\w+)"', shown))
    assert set(offered.values()) == set(programme.catalogue.solutions)
    row = next(iter(offered)).partition(".")[0]
    keys = {f"{place}.name": code for place, code in offered.items()} | {f"{row}.name": "in_service"}
    ticked = {f"{place}.value": "yes" for place, code in offered.items() if code in ("LED_SL", "IOC")}
    send(city, f"{page}/act", page, action="change", ticks="sent", **keys, **ticked)

    answers = programme.store.dossiers.one("application", "served").content["answers"]
    assert sorted(answers["in_service"]) == ["IOC", "LED_SL"]
    assert city.get(page).text.count('value="yes" checked') == 2
    read = as_somebody("sven").get(page).text
    assert "Smart street lighting" in read
    assert "LED_SL" not in read


def test_the_version_of_the_form_is_for_programs_and_stands_on_no_page(as_somebody, programme):
    carl, call = actor(programme, "carl"), called(programme, "formal")
    content = {"title": "Delft asks", "kind": "new"}
    begun = programme.casework.begin(carl, "application", "formed", content, city="0503", parent=call)
    assert begun.dossier.content["form"]
    for who in ("carl", "ada"):
        page = as_somebody(who).get("/desk/applications/formed").text
        assert begun.dossier.content["form"] not in page
        assert 'name="form"' not in page


def test_what_is_wrong_with_a_new_round_is_said_with_the_title_of_its_field(as_somebody):
    office = as_somebody("olga")
    answer = send(office, "/desk/rounds/begin/send", "/desk/rounds/begin", title="Spring", opens="1 March")
    assert answer.status_code == 422
    link = '<a href="#in-opens" translate="no">Opens on</a>: this is not a date'
    assert link in answer.text


def test_nobody_types_the_code_of_a_criterion_and_it_stays_when_the_criterion_is_renamed(
    as_somebody, programme
):
    office, begin = as_somebody("olga"), "/desk/rounds/begin"
    form = office.get(begin).text
    assert 'type="hidden" name="criteria[0].code"' in form
    heads = form.split('name="criteria[0].code"')[0].rpartition("<thead>")[2]
    assert re.findall(r">(Code|Criterion|Weight|required)<", heads) == [
        "Criterion", "required", "Weight", "required",
    ]  # fmt: skip
    typed = {
        "criteria[0].title": "Benefit for people", "criteria[0].weight": "50",
        "criteria[1].title": "创新", "criteria[1].weight": "30",
        "criteria[2].title": "Benefit for people", "criteria[2].weight": "20",
    }  # fmt: skip
    send(office, f"{begin}/send", begin, code="uncoded", title="Uncoded", ticks="sent", **typed)
    page = "/desk/rounds/uncoded"
    codes = re.findall(r'name="(criteria\[\d\].code)" value="([^"]+)"', office.get(page).text)
    assert [code for _, code in codes] == ["benefit-for-people", "criteria-2", "benefit-for-people-2"]
    renamed = dict(codes) | typed | {"criteria[0].title": "Benefit"}
    send(office, f"{page}/act", page, action="change", title="Uncoded", ticks="sent", **renamed)
    criteria = programme.store.dossiers.one("round", "uncoded").content["criteria"]
    assert (criteria[0]["code"], criteria[0]["title"]) == ("benefit-for-people", "Benefit")


def test_a_number_that_a_row_cannot_do_without_is_asked_for_at_its_input(as_somebody):
    begin = "/desk/rounds/begin"
    typed = {"title": "Weightless", "ticks": "sent", "criteria[0].title": "Benefit"}
    answer = send(as_somebody("olga"), f"{begin}/send", begin, **typed)
    assert answer.status_code == 422
    assert 'id="wrong-criteria[0].weight"' in answer.text


def test_the_set_of_rules_of_a_round_is_chosen_among_those_there_are(as_somebody):
    page = as_somebody("olga").get("/desk/rounds/begin").text
    assert '<option value="eu-contract">climate city contract</option>' in page
    assert '<option value="" selected>the rules common to all rounds</option>' in page


def test_the_page_of_an_open_call_leads_to_the_beginning_of_an_application(as_somebody, call):
    begin = f"/desk/applications/begin?parent={call}"
    city = as_somebody("carl")
    assert f'href="{begin}"' in city.get(f"/desk/rounds/{call}").text
    assert f'<option value="{call}" selected' in city.get(begin).text
    assert f'href="{begin}"' not in as_somebody("pia").get(f"/desk/rounds/{call}").text


def test_a_form_whose_parent_is_not_there_says_so(as_somebody):
    assert "This cannot be created now" in as_somebody("carl").get("/desk/taskbooks/begin").text


def test_a_form_asks_for_the_city_of_whatever_a_city_begins_by_itself():
    of_cities = {row.kind for row in rights() if row.role == "officer" and row.action == "create"}
    alone = {name for name in of_cities if not KINDS[name].parents}
    assert alone >= {"offer", "feed"}
    assert alone - BEGUN_BY_ITSELF <= OF_CITY


def test_money_by_source_is_a_small_table_with_the_names_of_the_sources(as_somebody, programme, call):
    city, code = as_somebody("carl"), f"m-{call}"
    begin, page = "/desk/applications/begin", f"/desk/applications/{code}"
    send(city, f"{begin}/send", begin, code=code, parent=call, city="0503", title="Delft")
    row = {"projects[0].code": "P1", "projects[0].title": "Tram", "projects[0].cost": "1 200 000",
           "projects[0].sources[0].name": "CITY", "projects[0].sources[0].value": "1 000 000",
           "projects[0].sources[1].name": "BANK", "projects[0].sources[1].value": "200000"}  # fmt: skip
    sent = send(city, f"{page}/act", page, action="change", title="Delft", **row)
    assert sent.status_code == 303
    (project,) = programme.store.dossiers.one("application", code).content["projects"]
    assert (project["cost"], project["sources"]) == (1_200_000, {"BANK": 200_000, "CITY": 1_000_000})
    shown = city.get(page).text
    assert 'value="1 000 000" class="number"' in shown
    assert '<option value="CITY" selected>City budget</option>' in shown
    wrong = row | {"projects[0].sources[1].value": "much", "projects[0].cost": "dear"}
    refused = send(city, f"{page}/act", page, action="change", title="Delft", **wrong).text
    assert 'href="#in-projects[0].sources"' in refused
    assert 'href="#in-projects[0].cost"' in refused
    assert 'name="projects[0].sources[1].value" value="much"' in refused


def test_a_day_is_chosen_from_a_calendar_and_what_is_not_a_day_stays_as_it_was_typed(as_somebody):
    begin = "/desk/rounds/begin"
    office = as_somebody("olga")
    assert '<input name="opens" value="" type="date">' in office.get(begin).text
    refused = send(office, f"{begin}/send", begin, title="Spring", opens="1 March", closes="2027-06-30").text
    assert 'name="opens" value="1 March"' in refused
    assert 'name="closes" value="2027-06-30" type="date"' in refused


def test_the_second_button_stores_what_was_typed_and_takes_the_step(as_somebody, programme, call):
    city, code = as_somebody("carl"), f"t-{call}"
    begin, page = "/desk/applications/begin", f"/desk/applications/{code}"
    send(city, f"{begin}/send", begin, code=code, parent=call, city="0503", title="Delft")
    done = send(city, f"{page}/act", page, action="change", title="Delft on Schie", then="complete")
    assert done.status_code == 303
    stored = programme.store.dossiers.one("application", code)
    assert (stored.content["title"], stored.state) == ("Delft on Schie", "complete")


def test_a_step_that_is_refused_keeps_what_was_typed_and_says_everything_at_once(as_somebody, programme):
    called(programme, "strict")
    city, page = as_somebody("carl"), "/desk/applications/strict-1"
    begin = "/desk/applications/begin"
    send(city, f"{begin}/send", begin, code="strict-1", parent="strict", city="0503", title="Delft")
    missing = len(re.findall('class="todo"', city.get(page).text))
    assert missing
    refused = send(city, f"{page}/act", page, action="change", title="Delft again", then="complete")
    assert refused.status_code == 422
    assert "has a fault" in refused.text
    assert len(re.findall('class="wrong"', refused.text)) == missing
    assert programme.store.dossiers.one("application", "strict-1").content["title"] == "Delft again"


def test_what_cannot_be_read_is_said_together_with_what_is_missing(as_somebody, programme):
    called(programme, "strict-too")
    city, page = as_somebody("carl"), "/desk/applications/strict-2"
    begin = "/desk/applications/begin"
    send(city, f"{begin}/send", begin, code="strict-2", parent="strict-too", city="0503", title="Delft")
    names = dict(re.findall(r'name="(answers\[\d+\]\.name)" value="(\w+)"', city.get(page).text))
    people = next(name for name, code in names.items() if code == "people")
    typed = names | {people.replace(".name", ".value"): "many"}
    refused = send(city, f"{page}/act", page, action="change", title="Delft", then="complete", **typed).text
    assert "&#39;many&#39; is not a number" in refused
    assert "Not answered" in refused


def test_the_desk_says_what_is_to_be_done_by_when(as_somebody, programme):
    code = opened_call(as_somebody, "call-with-a-day", closes="2099-06-30")
    begin = "/desk/applications/begin"
    city = as_somebody("carl")
    send(city, f"{begin}/send", begin, code="with-a-day", parent=code, city="0503", title="Delft by June")
    page = city.get("/desk").text
    task = page[page.index('href="/desk/applications/with-a-day"') :].partition("</li>")[0]
    assert "Finish the application from Delft" in task
    assert 'by <time translate="no">30 Jun 2099</time>' in task
    assert '<a href="/cities/0503">My city: Delft</a>' in page
    assert page.count('class="tasks"') == 1
    due = due_counter(programme)
    assert f"To do ({due(actor(programme, 'carl'))})" in page
    assert due(ANYBODY) == 0


def test_what_waits_is_counted_again_when_something_changes_and_on_the_next_day(
    programme, as_somebody, monkeypatch
):
    call, (carl, sven) = (
        opened_call(as_somebody, "counted"),
        (actor(programme, who) for who in ("carl", "sven")),
    )
    due, waiting, counts = due_counter(programme), programme.casework.waiting, []
    monkeypatch.setattr(programme.casework, "waiting", lambda who: counts.append(who) or waiting(who))
    before = due(sven)
    assert (due(sven), len(counts)) == (before, 1)

    content = {"title": "Delft applies"}
    programme.casework.begin(carl, "application", "counted", content, parent=call, city="0503")
    programme.casework.act(carl, "application", "counted", "complete", version=1)
    assert (due(sven), len(counts)) == (before + 1, 2)

    monkeypatch.setattr(programme.settings, "today", lambda: date(2199, 1, 1))
    assert (due(sven), len(counts)) == (before + 1, 3)


def test_a_number_of_thousands_of_digits_is_shown_as_it_was_typed():
    assert grouped("9" * 5000) == "9" * 5000
    assert grouped("20000000") == "20 000 000"


def test_a_city_finds_the_calls_it_has_not_applied_for_and_reads_what_they_ask(programme, as_somebody):
    called(programme, "to-answer", title="Call to answer", closes="2199-06-30")
    carl, listed = as_somebody("carl"), 'href="/desk/applications/begin?parent=to-answer"'
    assert listed in carl.get("/desk").text
    assert "Last day to apply: 30 Jun 2199" in carl.get("/desk").text
    form = carl.get("/desk/applications/begin?parent=to-answer").text
    terms = form[
        form.index("Conditions and criteria of the call") : form.index(
            'action="/desk/applications/begin/send"'
        )
    ]
    assert "A development outline has been completed." in terms
    assert "Goals that fit the city" in terms
    Way(programme, "to-answer", "answered", complete_file(programme, "Delft")).act("carl", "complete")
    assert listed not in as_somebody("carl").get("/desk").text
    assert listed in as_somebody("gus").get("/desk").text
    signing = as_somebody("sven").get("/desk/applications/answered").text
    assert "you confirm on behalf of the city that the application is complete and correct" in signing
    assert "Conditions and criteria of the call" in signing


def test_a_call_that_was_closed_early_says_so_to_everybody(programme, as_somebody):
    called(programme, "hurried", title="Hurried", closes="2199-06-30")
    office = as_somebody("olga")
    page = office.get("/desk/rounds/hurried").text
    assert "The call promises to take applications until 30 Jun 2199" in page
    form = {"csrf": re.search(r'name="csrf" value="(\w+)"', page)[1], "version": "2", "action": "close"}
    assert "needs a reason" in office.post("/desk/rounds/hurried/act", data=form).text
    why = form | {"why": "the money is spent"}
    assert office.post("/desk/rounds/hurried/act", data=why, follow_redirects=False).status_code == 303
    public = as_somebody("").get("/programme/rounds/hurried").text
    assert "The call was closed early, on " in public
    assert "applications had been due by 30 Jun 2199" in public


def test_an_application_that_its_call_shut_out_is_due_for_nobody_and_says_so(programme, as_somebody):
    called(programme, "shut", title="Shut call", closes="2199-06-30")
    way = Way(programme, "shut", "shut-out", complete_file(programme, "Shut Delft"))
    way.act("carl", "complete")
    way.act("sven", "sign")
    task = "/desk/applications/shut-out"
    assert task in as_somebody("pia").get("/desk").text
    olga = actor(programme, "olga")
    for version, action in ((2, "close"), (3, "propose")):
        programme.casework.act(olga, "round", "shut", action, version=version, reason="in a hurry")
    assert task not in as_somebody("pia").get("/desk").text
    for who in ("pia", "sven"):
        page = as_somebody(who).get(task).text
        assert "this application was not admitted to the review" in page
        assert not re.findall("Next step:|Last day to apply|Recommend", page)
    assert ">Withdraw</button>" in page


def test_a_part_that_is_partly_filled_in_names_what_is_empty(programme, as_somebody):
    called(programme, "partly")
    left = {code: answer for code, answer in FORM.items() if code != "plan_name"}
    whole = complete_file(programme, "Partly") | {"answers": left | {"in_plan": False}}
    programme.casework.begin(
        actor(programme, "carl"), "application", "partly-a", whole, city="0503", parent="partly"
    )
    page = as_somebody("carl").get("/desk/applications/partly-a").text
    parts = page[page.index('aria-label="Parts of the form"') : page.index("<form", page.index("Parts of"))]
    for part in parts.split("</li>"):
        assert ("partly filled in" in part) == ("optional, still empty: " in part)
    assert "partly filled in" in parts


def test_a_row_more_is_asked_for_before_anything_is_stored_and_what_was_typed_stays(as_somebody, programme):
    begin = "/desk/rounds/begin"
    rows = {f"criteria[{at}].title": f"Criterion {at}" for at in range(3)}
    page = send(as_somebody("olga"), f"{begin}/send", begin, more="criteria", code="longer", title="", **rows)
    assert page.status_code == 200
    assert all(f'value="{title}"' in page.text for title in rows.values())
    assert re.search(r'name="criteria\[3\]\.\w+"[^>]* autofocus', page.text)
    assert page.text.count('aria-invalid="true"') == 0
    assert programme.store.dossiers.one("round", "longer") is None


def test_a_row_more_of_a_case_stores_nothing_either(as_somebody, programme, call):
    page = "/desk/applications/rowed"
    programme.casework.begin(
        actor(programme, "carl"), "application", "rowed", {"title": "R"}, parent=call, city="0503"
    )
    rows = {f"projects[{at}].title": f"Project {at}" for at in range(3)}
    shown = send(as_somebody("carl"), f"{page}/act", page, action="change", more="projects", **rows)
    assert shown.status_code == 200
    assert 'name="projects[5].title"' in shown.text
    assert programme.store.dossiers.one("application", "rowed").content["projects"] == []


def test_who_would_prepare_a_case_by_a_change_is_warned_and_a_case_that_all_prepared_can_be_discarded(
    as_somebody, programme
):
    begin, page = "/desk/rounds/begin", "/desk/rounds/stuck"
    send(as_somebody("olga"), f"{begin}/send", begin, code="stuck", title="Stuck", closes="2099-12-31")
    assert "No one else could take it then." in as_somebody("oscar").get(page).text
    cases = programme.casework
    cases.act(programme.people.named("oscar"), "round", "stuck", "change", {"title": "Stuck!"}, version=1)
    for code in ("olga", "oscar"):
        shown = as_somebody(code).get(page).text
        assert "everyone who may take it has prepared the case" in shown
        assert "The case is on their desk now." not in shown
    send(as_somebody("olga"), f"{page}/act", page, action="discard")
    assert programme.store.dossiers.one("round", "stuck").state == "discarded"


def test_a_call_without_a_last_day_is_on_no_desk_until_it_has_one(as_somebody, programme):
    begin, page = "/desk/rounds/begin", "/desk/rounds/endless"
    send(as_somebody("olga"), f"{begin}/send", begin, code="endless", title="Endless")
    assert "The case appears on their desk once nothing is missing." in as_somebody("olga").get(page).text
    waiting = [one.dossier.code for one in programme.casework.waiting(programme.people.named("oscar"))]
    assert "endless" not in waiting
