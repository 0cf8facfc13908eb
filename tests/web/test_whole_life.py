"""The whole life of a pilot over HTTP: call, application, review, selection, task book, reports, grade."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from urllib.parse import quote

import polars as pl
import pytest
from litestar.testing import TestClient

from life_of import PEOPLE, YEARS, at_the_end, in_the_log, live, states, town, with_plan
from pdf_text import text_of
from urbium.access import Grant, Role
from urbium.web import create_app
from urbium.web.rendering.drawing import Drawer

SIZES = [pytest.param((2, 2), id="quick"), pytest.param((100, 97), id="third round", marks=pytest.mark.long)]
"""Applications beside Aston's, and places; 101 and 97 are those of the third round of the reference."""


class Api:
    """Asks as somebody, by a token for the city that is asked about."""

    def __init__(self, programme, visitor, others) -> None:
        self.visitor, self.city_of = visitor, {}
        self.secrets = {
            (code, place): programme.people.token(
                programme.people.named(code), "test", Grant(Role(role), scope, place)
            )
            for code, (role, scope, where) in PEOPLE.items()
            for place in ([where, *map(town, range(others))] if scope == "city" else [where])
        }

    def ask(self, who, method, address, body=None, *, etag="", city="A"):
        place = city if who and PEOPLE[who][1] == "city" else who and PEOPLE[who][2]
        headers = {"Authorization": f"Bearer {self.secrets[who, place]}"} if who else {}
        headers |= {"If-Match": etag} if etag else {}
        return self.visitor.request(method, f"/api/{address}", json=body, headers=headers)

    def begin(self, who, plural, code, content, **place):
        self.city_of[code] = place.get("city") or self.city_of.get(place.get("parent"), "A")
        body = {"code": code, "content": content, **place}
        return self._content(code, self.ask(who, "POST", f"{plural}/begin", body, city=self.city_of[code]))

    def act(self, who, plural, code, action, **changes):
        city = self.city_of[code]
        etag = self.ask(who, "GET", f"{plural}/{code}", city=city).headers["etag"]
        answer = self.ask(
            who, "POST", f"{plural}/{code}/{action}", {"changes": changes}, etag=etag, city=city
        )
        return self._content(code, answer)

    def _content(self, code, answer):
        assert answer.status_code in (200, 201), (code, answer.text)
        return answer.json()["content"]

    def listed(self, who, plural, **asked):
        page = self.ask(
            who, "GET", f"{plural}?most=200&{'&'.join(f'{k}={quote(v)}' for k, v in asked.items())}"
        )
        return [(one["code"], one["state"]) for one in page.json()["items"]]


@pytest.fixture(scope="module", params=SIZES)
def size(request):
    return request.param


@pytest.fixture(scope="module")
def programme(towns, size):
    with with_plan(towns, others=size[0]) as programme:
        yield programme


@pytest.fixture(scope="module")
def api(programme, size):
    """Return the API after a pilot of Aston has gone from the call to its grade."""
    others, places = size
    app = create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)))
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as visitor:
        api = Api(programme, visitor, others)
        live(api, programme, others=others, places=places)
        yield api


def test_the_public_reads_what_came_of_it_and_nothing_else(api, size):
    others, places = size
    assert states(lambda plural: api.listed("", plural)) == at_the_end(others=others, places=places)


def test_the_task_book_holds_the_projects_of_the_plan(api, programme):
    tasks = api.ask("", "GET", "taskbooks/t1").json()["content"]["tasks"]
    built = programme.adopted("plan").table.filter(pl.col("city") == "A")
    assert {task["code"] for task in tasks} == set(built["project"])


def test_every_step_stands_in_the_log_and_the_store_is_whole(api, programme, size):
    entries, address = [], "log?most=500"
    while address:
        page = api.ask("olga", "GET", address.removeprefix("/api/")).json()
        entries += page["items"]
        address = page["next"]
    in_the_log([entry["what"] for entry in entries], others=size[0])
    assert [entry["seq"] for entry in entries] == programme.store.audit()["seq"].to_list()
    programme.store.verify()


def test_the_log_is_for_the_office_and_the_auditor(api):
    for who in ("", "carl", "sven", "pia", "eva"):
        assert api.ask(who, "GET", "log").status_code == 404


@pytest.mark.parametrize("step", ["application: admit", "round: decide", "report: accept", "grade: publish"])
def test_the_list_as_known_on_the_day_of_a_step_is_the_same_again(step, api, programme):
    """What was selected, and how it stood, is read from the versions themselves, not from the list."""
    log = programme.store.audit().filter(what=step)
    instant = log["at"][-1]
    newest = {}
    for code in {row.code for row in programme.store.dossiers.history("application", "a1")} | {
        one["code"] for one in api.ask("olga", "GET", "applications?most=200").json()["items"]
    }:
        versions = programme.store.dossiers.history("application", code)
        newest[code] = [one.state for one in versions if one.recorded_at <= instant][-1]
    known_on = instant.isoformat()
    assert dict(api.listed("olga", "applications", known_on=known_on)) == newest
    states_then = api.ask("olga", "GET", f"applications?known_on={quote(known_on)}").json()["states"]
    assert sum(states_then.values()) == len(newest)
    before = (log["at"][0] - timedelta(microseconds=1)).isoformat()
    assert dict(api.listed("olga", "applications", known_on=before)) != {} or step == "application: admit"


# --- the certificate ------------------------------------------------------------------------------------


def test_nobody_publishes_the_own_grade(api, programme):
    assert [(one.state, one.recorded_by) for one in programme.store.dossiers.history("grade", "g1")] == [
        ("proposed", "olga"), ("published", "oscar"),
    ]  # fmt: skip


def test_the_certificate_of_the_grade_is_fetched_and_its_code_verified_by_a_stranger(api):
    (listed,) = api.ask("", "GET", "certificates").json()
    pdf = api.visitor.get(listed["pdf"])
    assert (pdf.status_code, pdf.headers["content-type"]) == (200, "application/pdf")
    assert listed["check"] in text_of(pdf.content)
    verified = api.ask("", "GET", f"certificates/{listed['check'].lower()}").json()
    assert verified == listed | {"is_current": True}
    assert (listed["grade"], listed["title"], listed["stars"]) == ("g1", "Aston", 3)
    page = api.visitor.get(f"/verify/{listed['check']}")
    assert (page.status_code, "This certificate is valid" in page.text) == (200, True)


def test_a_code_that_was_changed_in_any_place_is_refused(api):
    (listed,) = api.ask("", "GET", "certificates").json()
    check = listed["check"]
    for at, letter in enumerate(check):
        other = "" if letter == "-" else "A" if letter != "A" else "B"
        answer = api.ask("", "GET", f"certificates/{check[:at]}{other}{check[at + 1 :]}")
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert api.visitor.get(f"/verify/{check[::-1]}").status_code == 404


def test_all_reports_are_on_the_years_of_the_task_book(api):
    assert [code for code, _ in api.listed("", "reports", parent="t1")] == [f"y{year}" for year in YEARS]
