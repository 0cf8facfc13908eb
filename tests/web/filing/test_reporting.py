"""Reporting over HTTP: the form of a citizen, the page of its author, the desk of a city, and Open311."""

import io
import re
from dataclasses import replace
from html import unescape
from urllib.parse import urlsplit

import pytest
from PIL import Image

import urbium
from feeds_of import NEW_YORK, open_feed
from people_of import actor, staffed
from reports_of import reported, take, take_reports
from urbium.access import Grant, Role

SENT = {
    "city": "0503", "service": "road", "description": "cnr-description", "place": "cnr-place",
    "contact": "cnr-contact", "point": "geo:52.01234,4.35678;u=20",
}  # fmt: skip
HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>'\""


def make(path):
    with staffed(str(path)) as one:
        take_reports(one)
        open_feed(one, "r", "ServiceRequest", NEW_YORK, connector="open311", zone="Europe/Amsterdam")
        one.settings.change(by="test", reason="a test", address="https://proef.example")
        for code in ("carl", "gus", "olga"):
            one.people.take_place(code)


@pytest.fixture
def programme(once, tmp_path):
    with urbium.open(once(tmp_path / "reports.db", make)) as one:
        yield one


@pytest.fixture
def client(programme, open_client):
    with open_client(programme) as visitor:
        yield visitor


@pytest.fixture
def as_officer(client, programme):
    """Return what asks as an officer, and sends the forms of the page that was asked for last."""
    tokens, csrf = {}, {}

    def ask(method, address, who="carl", city="0503", **more):
        if who not in tokens:
            grant = Grant(Role.OFFICER, "city", city)
            tokens[who] = programme.people.token(actor(programme, who), "t", grant)
        if "data" in more:
            more["data"] = csrf[who] | more["data"]
        headers = {"Authorization": f"Bearer {tokens[who]}"}
        answer = client.request(method, address, headers=headers, follow_redirects=False, **more)
        hidden = re.findall(r'name="(csrf|changed)" value="(\w+)"', answer.text)
        csrf[who] = csrf.get(who, {}) | dict(hidden)
        return answer

    return ask


def photograph():
    made, exif = io.BytesIO(), Image.Exif()
    exif[0x013B] = "cnr-camera"
    Image.new("RGB", (80, 60), "blue").save(made, "JPEG", exif=exif)
    return made.getvalue()


def send(client, *, file=None, **more):
    files = (
        {"photograph": ("p.jpg", file or b"", "image/jpeg")}
        if file is not None
        else {"photograph": ("", b"")}
    )
    return client.post("/report/send", data=SENT | more, files=files, follow_redirects=False)


def test_a_report_with_a_photograph_is_sent_and_its_author_reads_how_it_stands(client, programme):
    answer = send(client, file=photograph())
    assert answer.status_code == 303
    address = answer.headers["location"]
    shown = client.get(address)
    assert "Received" in shown.text
    assert "Your report and the photograph have arrived." in shown.text
    assert re.search(rf'<input readonly value="https?://[^"]*{re.escape(address)}"', shown.text)
    for told in ("cnr-description", "cnr-place", "52.01234, 4.35678"):
        assert told in shown.text
    assert "cnr-contact" not in shown.text
    assert "cnr-camera" not in shown.text
    assert "noindex" in shown.text
    assert "<title>Your report · " in shown.text
    assert re.search(r"Sent</dt><dd[^>]*>\d.*To be solved by</dt><dd[^>]*>\d", shown.text, re.DOTALL)
    (one,) = programme.problem_reports.listed(actor(programme, "carl"))
    assert one.has_photograph
    assert f">{one.id}</dd>" in shown.text
    assert b"cnr-camera" not in programme.problem_reports.photograph(actor(programme, "carl"), one.id)


def test_the_page_of_a_report_is_kept_by_no_cache_and_no_other_address_opens_it(client, programme):
    address = send(client).headers["location"]
    assert "no-store" in client.get(address).headers["cache-control"]
    assert client.get(address[:-1]).status_code == 404
    (one,) = programme.problem_reports.listed(actor(programme, "carl"))
    assert client.get(f"/report/{one.id}").status_code == 404


def test_by_its_reference_everybody_reads_how_a_report_stands_and_nothing_that_was_written(client, programme):
    send(client)
    (one,) = programme.problem_reports.listed(actor(programme, "carl"))
    shown = client.get("/report", params={"reference": f" {one.id.upper()} "}).text
    assert re.search(rf"Report {one.id} \([^)]+\): Received", shown, re.IGNORECASE)
    assert "cnr-" not in shown
    assert "No report has the reference 0000000000." in client.get("/report?reference=0000000000").text


def test_a_place_far_from_the_city_is_asked_back_and_taken_once_confirmed(client, programme):
    here = replace(programme.city("0503"), latitude=52.01, longitude=4.36)
    programme.register(cities=[here], by="test", reason="to know where it lies")
    asked = send(client, point="52.5,5.5")
    assert asked.status_code == 422
    assert re.search(r"9\d km from the middle of Delft", asked.text)
    assert 'name="is_far"' in asked.text
    assert 'name="is_far"' not in client.get("/report?city=0503").text
    assert send(client, point="52.5,5.5", is_far="yes").status_code == 303
    assert send(client, point="31.3,118.4", is_far="yes").status_code == 422


def test_what_was_done_is_published_in_the_words_that_the_city_writes_for_everybody(client, programme):
    send(client)
    (one,) = programme.problem_reports.listed(actor(programme, "carl"))
    take(programme, one.id, "accept", answer="")
    take(programme, one.id, "finish", public_words="The hole was filled.", answer="Dear cnr-name: done.")
    for page in (f"/report?reference={one.id}", "/cities/0503/citizens"):
        shown = client.get(page).text
        assert "The hole was filled." in shown
        assert "cnr-name" not in shown


def test_what_is_wrong_is_said_at_its_field_and_what_was_typed_stays(client):
    answer = send(client, description="  ", place="", point="the bridge")
    assert answer.status_code == 422
    assert 'value="cnr-contact"' in answer.text
    for name in ("description", "place", "point"):
        assert f'id="wrong-{name}"' in answer.text


def test_coordinates_are_asked_for_as_those_of_the_city_and_taken_with_the_longitude_first(client, programme):
    refused = send(client, point="the bridge").text
    (example,) = re.findall(r"two numbers, such as ([^<]*?)\. After", refused)
    assert (
        f"write latitude and longitude, such as {example}, or leave this empty" in unescape(refused).lower()
    )
    send(client, point="118.4295, 31.3526")
    (one,) = programme.problem_reports.listed(actor(programme, "carl"))
    assert (one.latitude, one.longitude) == (31.3526, 118.4295)


def test_only_who_chose_a_photograph_is_asked_for_it_again(client):
    assert "Choose the photograph again" in send(client, place="", point="x", file=photograph()).text
    assert "Choose the photograph again" not in send(client, place="", point="x").text


def test_a_file_that_is_not_a_photograph_is_refused_and_nothing_is_stored(client, programme):
    for file in (b"<svg onload='alert(1)'/>", b"\xff\xd8\xff<svg/>", b"%PDF-1.7"):
        answer = send(client, file=file)
        assert answer.status_code == 422
        assert 'id="wrong-photograph"' in answer.text
    assert programme.store.requests.count(None) == 0


def test_a_program_that_fills_the_field_nobody_sees_is_refused(client, programme):
    assert send(client, website="https://spam.example").status_code == 422
    assert programme.store.requests.count(None) == 0


def test_a_page_of_another_site_sends_nothing(client, programme):
    answer = client.post("/report/send", data=SENT, headers={"Origin": "https://evil.example"})
    assert answer.status_code == 403
    assert programme.store.requests.count(None) == 0


def test_one_address_sends_so_many_reports_a_day_to_a_city_and_no_more(client, programme):
    client.app.state.reports._most = 2
    assert [send(client).status_code for _ in range(3)] == [303, 303, 429]
    assert programme.store.requests.count(None) == 2


def test_markup_that_was_sent_is_text_on_every_page(client, programme, as_officer):
    answer = send(client, description=HOSTILE, place=HOSTILE, contact=HOSTILE, service=HOSTILE)
    assert HOSTILE not in answer.text
    address = send(client, description=HOSTILE, place=HOSTILE, contact=HOSTILE).headers["location"]
    (one,) = programme.problem_reports.listed(actor(programme, "carl"))
    desk = as_officer("GET", f"/desk/problems/{one.id}").text
    take(programme, one.id, "accept", public_words=HOSTILE, public_place=HOSTILE, answer=HOSTILE)
    public = client.get("/cities/0503/citizens").text
    for page in (desk, public, client.get(address).text):
        assert "&lt;script&gt;alert(1)" in page
        assert "<script>alert(1)" not in page
        assert "<img src=x" not in page


def test_a_photograph_is_shown_to_everybody_only_after_the_city_said_so(client, programme, as_officer):
    send(client, file=photograph())
    (one,) = programme.problem_reports.listed(actor(programme, "carl"))
    public, own = f"/report/photographs/{one.id}", f"/desk/problems/{one.id}/photograph"
    assert client.get(public).status_code == 404
    assert client.get(own, follow_redirects=False).status_code == 303
    assert as_officer("GET", own, "gus", "0599").status_code == 404
    shown = as_officer("GET", own)
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
    assert "sandbox" in shown.headers["content-security-policy"]
    take(programme, one.id, "accept")
    assert client.get(public).status_code == 404
    _, other = reported(programme)
    assert client.get(f"/report/photographs/{other}").status_code == 404


def test_an_accepted_photograph_is_on_the_page_of_the_city_and_in_open311(client, programme):
    send(client, file=photograph())
    (one,) = programme.problem_reports.listed(actor(programme, "carl"))
    take(programme, one.id, "accept", is_photograph_public="yes")
    assert f"/report/photographs/{one.id}" in client.get("/cities/0503/citizens").text
    (row,) = client.get("/open311/v2/requests.json?jurisdiction_id=0503").json()
    assert row["media_url"] == f"https://proef.example/report/photographs/{one.id}"
    assert client.get(urlsplit(row["media_url"]).path).content.startswith(b"\xff\xd8\xff")


def test_the_page_of_the_city_shows_what_was_accepted_as_soon_as_it_was(client, programme):
    _, id_ = reported(programme)
    before = client.get("/cities/0503/citizens").text
    take(programme, id_, "accept")
    after = client.get("/cities/0503/citizens").text
    assert ("a hole" in before, "a hole" in after) == (False, True)
    assert "cnr-" not in after


def test_an_officer_takes_a_report_from_the_list_to_done_without_scripts(client, programme, as_officer):
    address = send(client).headers["location"]
    listed = as_officer("GET", "/desk/problems").text
    (to,) = set(re.findall(r'href="(/desk/problems/[0-9a-f]+)"', listed))
    as_officer("GET", to)
    for step, said in (
        ("assign", {"officer": "carl"}),
        ("accept", {"public_words": "a hole", "public_place": "Markt"}),
        ("begin", {}),
        ("finish", {"answer": "it is filled"}),
    ):
        assert as_officer("POST", f"{to}/{step}", data=said).headers["location"] == to
        as_officer("GET", to)
    shown = client.get(address).text
    assert "Done" in shown
    assert "it is filled" in shown
    assert "a hole" in as_officer("GET", to).text


def test_the_desk_of_a_city_is_not_for_another_city_nor_for_strangers(client, programme, as_officer):
    _, id_ = reported(programme)
    for address in ("/desk/problems", f"/desk/problems/{id_}", f"/desk/problems/{id_}/photograph"):
        for answer in (client.get(address), as_officer("GET", address, "gus", "0599")):
            assert "cnr-" not in answer.text
            assert "damaged road" not in answer.text.partition('id="choose"')[0]
    as_officer("GET", "/desk/problems", "gus", "0599")
    sent = {"changed": "1", "answer": "no", "officer": "gus"}
    for step in ("refuse", "accept", "assign", "dance"):
        answer = as_officer("POST", f"/desk/problems/{id_}/{step}", "gus", "0599", data=sent)
        assert answer.status_code == 404
    taken = {"city": "0503", "why": "mine"}
    assert as_officer("POST", "/desk/problems/choose", "gus", "0599", data=taken).status_code == 403
    assert programme.problem_reports.offered("0503")


def test_an_officer_says_what_can_be_reported_without_scripts(client, programme, as_officer):
    as_officer("GET", "/desk/problems")
    sent = {"city": "0503", "why": "a test", "takes.waste": "yes"}
    assert as_officer("POST", "/desk/problems/choose", data=sent).status_code == 303
    assert [one.code for one in programme.problem_reports.offered("0503")] == ["waste"]
    assert as_officer("POST", "/desk/problems/choose", data=sent | {"why": " "}).status_code == 422


def test_a_report_by_open311_waits_at_the_same_desk_and_is_read_by_open311(client, programme):
    key = programme.feeds.token(actor(programme, "carl"), "r")
    given = {"api_key": key, "jurisdiction_id": "0503", "service_code": "road", "lat": "52.01234",
             "long": "4.35678", "address_string": "cnr-place", "description": "cnr-description",
             "email": "cnr-email", "phone": "cnr-phone"}  # fmt: skip
    answer = client.post("/open311/v2/requests.json", data=given)
    assert answer.status_code == 201
    token = answer.json()[0]["token"]
    assert client.get(f"/open311/v2/tokens/{token}.json").json()[0]["service_request_id"] == ""
    assert client.get("/open311/v2/requests.json").json() == []
    (one,) = programme.problem_reports.listed(actor(programme, "carl"))
    assert {"cnr-email", "cnr-phone"} <= set(one.contact.split(", "))
    take(programme, one.id, "accept")
    assert client.get(f"/open311/v2/tokens/{token}.json").json()[0]["service_request_id"] == one.id
    (row,) = client.get(f"/open311/v2/requests/{one.id}.json?jurisdiction_id=0503").json()
    assert (row["status"], row["address"], row["lat"], row["long"]) == ("open", "Markt", 52.012, 4.357)
    take(programme, one.id, "finish")
    (row,) = client.get("/open311/v2/requests.json?status=closed").json()
    assert row["service_request_id"] == one.id
    (row,) = client.get(f"/open311/v2/requests/{one.id}.json?extensions=true").json()
    assert [state["status"] for state in row["extended_attributes"]["status_history"]] == ["open", "closed"]
    assert "cnr-" not in str(row)
    assert client.get("/open311/v2/requests.xml").text.count("<service_request_id>") == 1


def test_the_services_are_those_of_the_desk_and_of_the_feed(client):
    services = client.get("/open311/v2/services.json?jurisdiction_id=0503").json()
    assert [one["service_code"] for one in services] == ["street_light", "road", "pothole"]


def test_a_search_leads_to_the_only_city_or_to_the_form_of_a_problem(client):
    for words, to in (
        ("street lamp", "/report?kind=street_light"),
        ("Street lamps", "/report?kind=street_light"),
        ("pothole", "/report?kind=road"),
        ("report a problem", "/report"),
        ("Delft", "/cities/0503"),
        ("no such thing", "/cities?q=no+such+thing"),
    ):
        answer = client.get("/cities/find", params={"q": words}, follow_redirects=False)
        assert answer.headers["location"] == to, words


def test_the_form_asks_for_the_city_where_several_take_reports(client, programme):
    take_reports(programme, "0599", "gus")
    first = client.get("/report?kind=road").text
    assert 'name="description"' not in first
    assert "Rotterdam" in first
    assert 'value="road" selected' in client.get("/report?city=0599&kind=road").text
    assert "does not accept reports" in client.get("/report?city=0344").text


def test_where_one_city_takes_reports_the_form_says_that_no_other_does(client):
    first = client.get("/report").text
    assert "So far, only Delft accepts reports here" in first
    assert 'name="description"' not in first  # whoever comes from the menu may live elsewhere
    assert 'name="description"' in client.get("/report?city=0503").text


def test_only_the_form_of_a_report_may_ask_a_browser_where_it_is(client):
    headers = {path: client.get(path).headers["permissions-policy"] for path in ("/report", "/cities/0503")}
    assert "geolocation=(self)" in headers["/report"]
    assert "geolocation=()" in headers["/cities/0503"]


def test_the_door_take_part_leads_to_the_form(client):
    assert 'href="/report"' in client.get("/programme").text
    assert 'href="/report?city=0503"' in client.get("/cities/0503/citizens").text
