"""The catalogue over HTTP: what is published is sent, what is not is nowhere; data goes out by rule."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from litestar.testing import TestClient

from catalogues_of import CITY, TREES
from people_of import actor, staffed
from urbium.access import Grant, Role
from urbium.platform.dcat import read_catalogue
from urbium.platform.resources import DESCRIBED
from urbium.web import create_app
from urbium.web.rendering.drawing import Drawer


@pytest.fixture(scope="module")
def programme():
    with staffed() as one:
        case, olga = one.casework, actor(one, "olga")
        for name, rights in (("trees", "PUBLIC"), ("secret", "NON_PUBLIC")):
            said = msgspec.structs.replace(TREES, identifier=name, title=name.title(), access_rights=rights)
            content = {
                field: value for field, value in msgspec.to_builtins(said).items() if field in DESCRIBED
            }
            case.begin(olga, "resource", name, content, city=CITY)
        case.act(olga, "resource", "secret", "share", version=1)
        case.act(olga, "resource", "trees", "propose", version=1)
        case.act(actor(one, "sven"), "resource", "trees", "publish", version=2)
        one.people.take_place("gus")
        yield one


@pytest.fixture(scope="module")
def client(programme):
    app = create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)))
    with TestClient(app, base_url="http://127.0.0.1") as one:
        yield one


def test_the_published_catalogue_is_dcat_and_is_not_sent_twice(client):
    answer = client.get("/catalogue.jsonld")
    assert answer.headers["content-type"].startswith("application/ld+json")
    assert [(city, one.title) for city, one in read_catalogue(answer.content)] == [(CITY, "Trees")]
    again = client.get("/catalogue.jsonld", headers={"If-None-Match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "address",
    ["/resources", "/api/catalogue", "/catalogue.jsonld", "/api/catalogue/cities", "/resources?city=0503"],
)
def test_what_is_not_public_stands_nowhere(client, address):
    answer = client.get(address)
    assert answer.status_code == 200
    assert "ecret" not in answer.text


def test_nothing_tells_a_hidden_resource_from_one_that_is_not_there(client):
    hidden, absent = (client.get(f"/resources/{code}") for code in ("secret", "absent"))
    assert (hidden.status_code, absent.status_code) == (404, 404)
    assert hidden.text.replace("secret", "") == absent.text.replace("absent", "")


def test_the_page_of_a_resource_says_how_complete_and_how_late_it_is(client):
    page = client.get("/resources/trees").text
    assert "100% of the fields" in page
    assert "it was due on 9 Jan 2026" in page


def test_the_city_shows_its_catalogue(client):
    assert "1 resource is published" in client.get(f"/cities/{CITY}/services").text


def test_a_filter_that_finds_nothing_says_so(client):
    assert "No resource matches." in client.get("/resources?q=nothing").text


def token(programme, who, role, scope):
    secret = programme.people.token(actor(programme, who), "test", Grant(role, *scope))
    return {"Authorization": f"Bearer {secret}"}


def test_data_goes_out_over_http_to_who_asked_and_a_service_asks_whether_a_key_holds(programme, client):
    gus = token(programme, "gus", Role.OFFICER, ("city", "0599"))
    asked = {"title": "Trees", "body": "Rotterdam", "purpose": "p", "legal_basis": "l", "delivery": "service"}
    case = programme.casework
    case.begin(actor(programme, "gus"), "data_request", "r1", asked, parent="trees")
    case.act(actor(programme, "gus"), "data_request", "r1", "send", version=1)
    last = (datetime.now(UTC).date() + timedelta(days=3)).isoformat()
    case.act(actor(programme, "sven"), "data_request", "r1", "approve", {"until": last}, version=2)
    sight = programme.exchange.deliver(actor(programme, "carl"), "r1", "a.csv", b"1")
    digest = sight.dossier.content["files"][0]["sha256"]
    assert client.get(f"/api/exchange/r1/files/{digest}").status_code == 404
    assert client.get(f"/api/exchange/r1/files/{digest}", headers=gus).content == b"1"
    key = client.post("/api/exchange/r1/key", headers=gus).json()["key"]
    assert client.post("/api/exchange/introspect", json={"token": key}).json()["active"] is True
    assert client.post("/api/exchange/introspect", json={"token": "x"}).json() == {"active": False}


def test_a_difference_is_told_to_nobody_who_has_not_signed_in(client):
    assert client.get(f"/api/catalogue/differences?city={CITY}").json() == []
    assert client.get("/api/catalogue/harvests").json() == []


def test_the_page_of_harvests_shows_what_the_reader_may_see_and_asks_strangers_to_sign_in(programme, client):
    assert client.get("/desk/reconciliation", follow_redirects=False).status_code == 303
    page = client.get(
        "/desk/reconciliation?city=0503", headers=token(programme, "gus", Role.OFFICER, ("city", "0599"))
    )
    assert "There are no differences that you may see." in page.text
