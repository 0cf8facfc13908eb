"""Live operations over HTTP: messages of feeds, Open311 as its specification has it, CAP, the page."""

import re
from datetime import UTC, datetime
from xml.etree import ElementTree as ET

import pytest

import urbium
from feeds_of import NEW_YORK, PLAIN, hourly, open_feed
from people_of import actor, staffed
from urbium.access import Grant, Role
from urbium.errors import ForbiddenError
from urbium.platform.service_requests import PERSONAL

ASKED = {
    "service_code": "pothole", "address_string": "Markt 1", "lat": "52.0", "long": "4.36",
    "description": "cnr-description", "email": "cnr-email@x.example", "first_name": "cnr-first",
    "last_name": "cnr-last", "phone": "cnr-phone", "device_id": "cnr-device", "account_id": "cnr-account",
    "media_url": "https://cnr-media.example",
}  # fmt: skip


def make(path):
    with staffed(str(path)) as one:
        open_feed(one, "air", "AirQualityObserved", PLAIN, connector="notified")
        open_feed(one, "r", "ServiceRequest", NEW_YORK, connector="open311", zone="Europe/Amsterdam")
        one.people.take_place("carl")
        one.people.take_place("gus")


@pytest.fixture
def programme(once, tmp_path):
    with urbium.open(once(tmp_path / "operations.db", make)) as one:
        yield one


@pytest.fixture
def client(programme, open_client):
    with open_client(programme) as visitor:
        yield visitor


def secret(programme, code):
    return programme.feeds.token(actor(programme, "carl"), code)


def post(client, token, body, code="air", **headers):
    headers = {"Authorization": f"Bearer {token}", **headers}
    return client.post(f"/api/feeds/{code}/messages", content=body, headers=headers)


def asked(client, programme, **more):
    given = {
        name: value for name, value in ({"api_key": secret(programme, "r")} | ASKED | more).items() if value
    }
    return client.post("/open311/v2/requests.json", data=given)


# --- messages of feeds ---------------------------------------------------------------------------------


def test_a_message_is_acknowledged_when_it_is_stored_and_known_when_it_comes_again(client, programme):
    token = secret(programme, "air")
    answers = [post(client, token, hourly([1.0])) for _ in range(2)]
    assert [(one.status_code, one.json()) for one in answers] == [
        (202, {"is_new": True}),
        (202, {"is_new": False}),
    ]
    assert programme.store.inbox.health()["air"].counts == {"waiting": 1}


def test_a_message_without_the_token_of_its_feed_is_refused(client, programme):
    of_a_person = programme.people.token(actor(programme, "carl"), "t", Grant(Role.OFFICER, "city", "0503"))
    for token, status in (("", 403), ("wrong", 401), (of_a_person, 403), (secret(programme, "r"), 403)):
        answer = client.post(
            "/api/feeds/air/messages",
            content=hourly([1.0]),
            headers={"Authorization": f"Bearer {token}"} if token else {},
        )
        assert answer.status_code == status, token
        assert answer.headers["content-type"].startswith("application/problem+json")
    assert programme.store.inbox.health() == {}


def test_the_token_of_a_feed_opens_nothing_else(client, programme):
    headers = {"Authorization": f"Bearer {secret(programme, 'air')}"}
    public, with_token = client.get("/api/feeds"), client.get("/api/feeds", headers=headers)
    assert (public.status_code, public.text) == (with_token.status_code, with_token.text)
    assert client.get("/api/jobs", headers=headers).json()["items"] == []


def test_a_message_that_is_too_large_or_no_json_is_refused_whole(client, programme):
    token = secret(programme, "air")
    assert post(client, token, b" " * 1_000_001).status_code == 413
    assert post(client, token, b"{").status_code == 422
    assert programme.store.inbox.health() == {}


def test_who_sends_too_often_is_told_to_wait(client, programme):
    client.app.state.arrivals._most = 2
    token = secret(programme, "air")
    assert [post(client, token, hourly([float(at)])).status_code for at in range(3)] == [202, 202, 429]


# --- Open311 GeoReport v2, by its specification (wiki.open311.org/GeoReport_v2) ------------------------


def test_services_are_listed_as_the_specification_has_them(client):
    (service,) = client.get("/open311/v2/services.json").json()
    assert set(service) == {
        "service_code",
        "service_name",
        "description",
        "metadata",
        "type",
        "keywords",
        "group",
    }
    assert service["type"] in ("realtime", "batch", "blackbox")
    top = ET.fromstring(client.get("/open311/v2/services.xml").content)
    assert [one.tag for one in top] == ["service"]
    assert top.find("service/service_code").text == "pothole"
    assert client.get("/open311/v2/services/pothole.json").json()[0]["service_code"] == "pothole"


def test_a_request_is_asked_for_by_its_token_until_it_has_a_number(client, programme):
    answer = asked(client, programme)
    assert answer.status_code == 201
    (token,) = (row["token"] for row in answer.json())
    assert client.get(f"/open311/v2/tokens/{token}.json").json()[0]["service_request_id"] == ""
    programme.live.run(until_idle=True)
    number = client.get(f"/open311/v2/tokens/{token}.json").json()[0]["service_request_id"]
    (row,) = client.get(f"/open311/v2/requests/{number}.json").json()
    assert set(row) >= {
        "service_request_id", "status", "service_name", "service_code", "requested_datetime",
        "updated_datetime",
        "address", "lat", "long",
    }  # fmt: skip
    assert (row["status"], row["lat"], row["long"]) == ("open", 52.0, 4.36)
    assert datetime.fromisoformat(row["expected_datetime"]) > datetime.fromisoformat(
        row["requested_datetime"]
    )


def test_requests_are_found_by_number_service_status_and_day(client, programme):
    for _ in range(2):
        asked(client, programme)
    programme.live.run(until_idle=True)
    rows = client.get("/open311/v2/requests.json").json()
    assert len(rows) == 2
    number = rows[0]["service_request_id"]

    def count(query):
        return len(client.get(f"/open311/v2/requests.json?{query}").json())

    assert [
        count(f"service_request_id={number}"), count("service_code=pothole,lamp"), count("service_code=lamp"),
        count("status=open"), count("status=closed"), count("start_date=2020-01-01&end_date=2020-02-01"),
        count("jurisdiction_id=0503"),
    ] == [1, 2, 0, 2, 0, 0, 2]  # fmt: skip


def test_what_is_wrong_with_a_request_is_told_as_the_specification_tells_errors(client, programme):
    for more, status in (
        ({"service_code": "lamp"}, 422), ({"address_string": "", "lat": ""}, 422), ({"lat": "north"}, 422),
        ({"lat": "95"}, 422), ({"api_key": "wrong"}, 403), ({"address_string": "x" * 4001}, 422),
    ):  # fmt: skip
        answer = asked(client, programme, **more)
        assert (answer.status_code, set(answer.json()[0])) == (status, {"code", "description"}), more
    assert programme.store.inbox.health() == {}


def test_what_is_not_there_is_told_in_both_forms(client):
    assert client.get("/open311/v2/requests/no.json").json()[0]["code"] == 404
    assert ET.fromstring(client.get("/open311/v2/requests/no.xml").content).tag == "errors"
    assert client.get("/open311/v2/services.yaml").status_code == 404


def test_who_asked_and_in_which_words_stands_nowhere_but_for_the_citys_people(client, programme):
    (token,) = (row["token"] for row in asked(client, programme).json())
    programme.live.run(until_idle=True)
    addresses = [
        "/operations", "/api/operations", "/open311/v2/requests.json",
        f"/open311/v2/requests/{token}.json?extensions=true",
        f"/open311/v2/requests/{token}.xml", f"/open311/v2/tokens/{token}.json", "/alerts/feed.atom", "/",
        "/cities/0503", "/api/feeds/r",
    ]  # fmt: skip
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert not re.search("cnr-", answer.text), address
    assert 'href="http://127.0.0.1/alerts/feed.atom"' in client.get("/alerts/feed.atom").text
    stored = programme.store.context.named("0503", [f"urn:ngsi-ld:ServiceRequest:r:{token}"])
    assert "cnr-" not in next(iter(stored.values())).document
    assert "cnr-" not in programme.store.audit().write_csv()
    personal = programme.city_services.personal(actor(programme, "carl"), "0503", token)
    assert set(personal) == {*PERSONAL, "description", "media_url"}
    for who in ("gus", "eva", "sven", "pia"):
        with pytest.raises(ForbiddenError):
            programme.city_services.personal(actor(programme, who), "0503", token)


# --- the page and the API ------------------------------------------------------------------------------


def test_the_page_has_a_table_beside_each_chart_and_reads_itself_again_without_scripts(client, programme):
    begins = datetime(2026, 3, 1, tzinfo=UTC)
    post(client, secret(programme, "air"), hourly([4.0] * 744, begins=begins))
    asked(client, programme)
    programme.live.run(until_idle=True)
    page = client.get("/operations?every=30").text
    assert '<meta http-equiv="refresh" content="30">' in page
    assert 'http-equiv="refresh"' not in client.get("/operations").text
    sections = re.findall(r'<section class="panel" id="([\w-]+)">(.*?)</section>', page, re.DOTALL)
    assert {"alerts", "figures", "requests", "feeds", "sensors", "live-map"} == {name for name, _ in sections}
    for name, content in sections:
        assert 'class="chart"' not in content or "<table" in content, name


def test_a_bare_programme_says_how_to_open_a_feed(open_client, bare):
    with open_client(bare) as visitor:
        assert "urbium feeds open" in visitor.get("/operations").text


def test_the_api_says_what_goes_on(client, programme):
    post(client, secret(programme, "air"), hourly([4.0] * 744))
    programme.live.run(until_idle=True)
    answer = client.get("/api/operations?city=Delft").json()
    assert {one["feed"]: one["done"] for one in answer["feeds"]} == {"air": 1, "r": 0}
    assert {one["variable"]: one["value"] for one in answer["figures"]} == {
        "no2_hourly_p98": 4.0, "no2_monthly_mean": 4.0,
    }  # fmt: skip
    (alert,) = answer["alerts"]
    assert (alert["state"], alert["sensors"], alert["indicator"]) == ("raised", ["a"], "")
