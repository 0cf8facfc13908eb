"""The whole life of a pilot over HTTP: call, application, review, selection, task book, reports, grade."""

from concurrent.futures import ThreadPoolExecutor

import polars as pl
import pytest
from litestar.testing import TestClient

from pdf_text import text_of
from rounds_of import CRITERIA, PROJECT, complete_file
from urbium.access import Grant, Role
from urbium.model import City
from urbium.plan import Settings
from urbium.programme import new
from urbium.programme.people import FOUNDER
from urbium.web import create_app
from urbium.web.drawing import Drawer

PEOPLE = {
    "olga": ("office", "all", ""),
    "oscar": ("office", "all", ""),
    "carl": ("officer", "city", "A"),
    "sven": ("signatory", "city", "A"),
    "pia": ("province", "province", "Avon"),
    "eva": ("expert", "all", ""),
}
YEARS = (2020, 2021, 2022)
CORE = ("mohurd_1_3_1", "mohurd_1_3_2")
"""What no pilot of the reference programme has a star without: base database and platform in service."""


def with_plan(towns):
    """Return a programme of two towns with an adopted plan whose figures the targets are made of."""
    programme = new(":memory:", nation="GBR", currency="GBP", name="Trial")
    programme.register(
        cities=[
            City(code, {"en": name}, "municipality", province={"en": "Avon"})
            for code, name in (("A", "Aston"), ("B", "Bourne"))
        ],
        by="test",
        reason="towns",
    )
    figures = towns.rows(
        "city figure name value unit period none_at all_at need",
        ("A", "households", "Households", 100.0, "count", "2019", 200.0, 0.0, 0.5),
    )
    road = towns.towns_roadmap(with_people=False)
    told = pl.when(pl.col("city") == "A").then(pl.lit("households")).otherwise(pl.lit(""))
    road = road.replace(
        figures=figures,
        gaps=road.gaps.with_columns(figures=told),
        settings=Settings(price_year="2020", currency="GBP"),
    )
    plan = towns.towns_plan(with_people=False, roadmap=road)
    programme.adopt(plan, by="test", reason="a plan", accept_unproven=True)
    for code, (role, scope, where) in PEOPLE.items():
        grant = {"role": role, "scope": scope, "code": where}
        programme.people.invite(FOUNDER, code, {"display": code, "grants": [grant]})
        programme.people.take_place(code)
    return programme


class Api:
    """Asks as somebody, and keeps the version of each dossier as its last answer told."""

    def __init__(self, programme, visitor) -> None:
        self.visitor = visitor
        self.secrets = {
            code: programme.people.token(
                programme.people.named(code), "test", Grant(Role(role), scope, where)
            )
            for code, (role, scope, where) in PEOPLE.items()
        }
        self.etags = {}

    def ask(self, who, method, address, body=None, etag=""):
        headers = {"Authorization": f"Bearer {self.secrets[who]}"} if who else {}
        headers |= {"If-Match": etag} if etag else {}
        return self.visitor.request(method, f"/api/{address}", json=body, headers=headers)

    def begin(self, who, plural, code, **body):
        return self._done((plural, code), self.ask(who, "POST", f"{plural}/begin", {"code": code, **body}))

    def act(self, who, plural, code, action, **changes):
        etag = self.ask(who, "GET", f"{plural}/{code}").headers["etag"]
        answer = self.ask(who, "POST", f"{plural}/{code}/{action}", {"changes": changes}, etag)
        return self._done((plural, code), answer)

    def _done(self, place, answer):
        assert answer.status_code in (200, 201), (place, answer.text)
        return answer.json()


@pytest.fixture(scope="module")
def programme(towns):
    with with_plan(towns) as programme:
        yield programme


@pytest.fixture(scope="module")
def api(programme):
    """Return the API after a pilot of Aston has gone from the call to its grade."""
    app = create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)))
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as visitor:
        api = Api(programme, visitor)
        api.begin("olga", "rounds", "r1", content={"title": "First call", "rules": "china-2012"})
        api.act("oscar", "rounds", "r1", "publish")
        _select(api, programme)
        _contract(api)
        for year in YEARS:
            _report(api, year)
        _grade(api)
        yield api


def _select(api, programme):
    project = PROJECT | {
        "cost": 10.0,
        "sources": {"CITY": 10.0},
        "private": 0.0,
        "starts": 2020,
        "ends": 2021,
    }
    content = complete_file(programme, "Aston", projects=[project])
    api.begin("carl", "applications", "a1", content=content, city="A", parent="r1")
    api.act("carl", "applications", "a1", "complete")
    api.act("sven", "applications", "a1", "sign")
    api.act("pia", "applications", "a1", "recommend", recommendation="yes", province_report="checked")
    api.act("olga", "applications", "a1", "admit")
    api.act("olga", "rounds", "r1", "close")
    api.begin("olga", "reviews", "v1", parent="a1", owner="eva")
    api.act("eva", "reviews", "v1", "accept")
    api.act("eva", "reviews", "v1", "change", scores=dict.fromkeys(CRITERIA, 80.0))
    api.act("eva", "reviews", "v1", "hand_in")
    api.act("olga", "rounds", "r1", "propose")
    api.act("oscar", "rounds", "r1", "decide")


def _contract(api):
    book = api.begin("carl", "taskbooks", "t1", content={"title": "Aston"}, parent="a1")
    tasks = [task | {"body": "City works"} for task in book["content"]["tasks"]]
    api.act("carl", "taskbooks", "t1", "change", tasks=tasks)
    for who, action in (("carl", "submit"), ("sven", "sign"), ("pia", "review"), ("olga", "put_in_force")):
        api.act(who, "taskbooks", "t1", action)


def _report(api, year):
    code = f"y{year}"
    report = api.begin("carl", "reports", code, content={"title": str(year), "year": year}, parent="t1")
    done = [
        row | dict.fromkeys(("tendered", "contracted", "done", "spent"), row["planned"])
        for row in report["content"]["progress"]
    ]
    reached = [
        {"indicator": name, "value": value, "unit": unit, "source": "survey"}
        for name, value, unit in (("households", 170.0, "count"), *((name, 80.0, "score") for name in CORE))
    ]
    api.act("carl", "reports", code, "change", narrative="as planned", progress=done, reached=reached)
    for who, action in (("carl", "submit"), ("pia", "review"), ("olga", "accept")):
        api.act(who, "reports", code, action)


def _grade(api):
    api.begin("olga", "grades", "g1", content={"title": "Aston"}, parent="t1")
    etag = api.ask("olga", "GET", "grades/g1").headers["etag"]
    refused = api.ask("olga", "POST", "grades/g1/publish", {}, etag)
    assert (refused.status_code, api.ask("", "GET", "certificates").json()) == (403, [])  # four eyes
    api.act("oscar", "grades", "g1", "publish")


def test_the_public_reads_what_came_of_it_and_nothing_else(api):
    seen = {
        plural: [(one["code"], one["state"]) for one in api.ask("", "GET", plural).json()["items"]]
        for plural in ("rounds", "applications", "reviews", "taskbooks", "reports", "grades")
    }
    assert seen == {
        "rounds": [("r1", "decided")],
        "applications": [("a1", "selected")],
        "reviews": [],
        "taskbooks": [("t1", "in_force")],
        "reports": [(f"y{year}", "accepted") for year in YEARS],
        "grades": [("g1", "published")],
    }


def test_the_task_book_holds_the_projects_of_the_plan(api, programme):
    tasks = api.ask("", "GET", "taskbooks/t1").json()["content"]["tasks"]
    built = programme.adopted("plan").table.filter(pl.col("city") == "A")
    assert {task["code"] for task in tasks} == set(built["project"])


def test_every_step_stands_in_the_log_and_the_store_is_whole(api, programme):
    steps = programme.store.audit()["what"].to_list()
    for step in ("round: decide", "application: sign", "review: hand_in", "taskbook: put_in_force"):
        assert step in steps
    assert steps.count("report: accept") == len(YEARS)
    programme.store.verify()


def test_the_list_of_the_selected_as_known_on_a_day_is_the_same_again(api, programme):
    then = programme.store.last_change()
    office = programme.people.named("olga")
    before = [one.dossier for one in programme.casework.listed(office, "application")]
    api.begin("olga", "rounds", "r2", content={"title": "Second call"})
    assert [
        one.dossier for one in programme.casework.listed(office, "application", as_known_on=then)
    ] == before


# --- the certificate ------------------------------------------------------------------------------------


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
        other = "-" if letter == "-" else "A" if letter != "A" else "B"
        changed = (
            f"{check[:at]}{other}{check[at + 1 :]}" if other != "-" else f"{check[:at]}{check[at + 1 :]}0"
        )
        answer = api.ask("", "GET", f"certificates/{changed}")
        assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
    assert api.visitor.get(f"/verify/{check[::-1]}").status_code == 404
