"""Kept answers: the public is shown what was made once until it changes, and nobody else is shown that."""

import threading
from concurrent.futures import ThreadPoolExecutor, as_completed
from contextlib import contextmanager
from itertools import islice

import pytest
from litestar import HttpMethod, MediaType, Response, route
from litestar.testing import TestClient

import urbium
from urbium.access import Grant, Role
from urbium.model import City
from urbium.programme.people.invitations import FOUNDER
from urbium.reads import note_passing
from urbium.text import spoken
from urbium.web import create_app
from urbium.web.rendering.drawing import Drawer
from urbium.web.server import kept_answers
from urbium.web.server.kept_answers import KEPT, LARGE
from urbium.web.server.security import PUBLIC
from urbium.web.server.sessions import session


@pytest.fixture
def programme(tmp_path):
    with urbium.new(tmp_path / "kept.db") as made:
        made.register(cities=[City("A", {"en": "Aston"}, "prefecture")], by="ada", reason="a beginning")
        made.people.invite(FOUNDER, "olga", {"display": "Olga", "grants": [{"role": "office"}]})
        made.people.take_place("olga")
        yield made


class Probe:
    """A page that says whom it was made for and how many were made; a test may hold the next ones back."""

    def __init__(self):
        self.count, self.go, self.begun, self.is_passing, self.status = 0, threading.Event(), 0, False, 200
        self.go.set()

    def __call__(self) -> Response[str]:
        self.begun += 1
        self.go.wait(120)
        self.count += 1
        if self.is_passing:
            note_passing()
        said = f"{self.count} for {session().actor.account or 'the public'} in {spoken()}"
        body = f'<head></head><main id="main" class="wrap">{said}</main>{" " * 2000}'
        return Response(body, status_code=self.status, media_type=MediaType.HTML)


@contextmanager
def visited(programme, probe, patience=600.0, folder=None):
    app = create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)), patience=patience, folder=folder)
    for address, option in (("/probe", KEPT), ("/api/probe", LARGE)):

        def handler() -> Response[str]:
            return probe()

        methods = [HttpMethod.GET, HttpMethod.HEAD]
        app.register(route(address, http_method=methods, opt=PUBLIC | option, sync_to_thread=True)(handler))
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as visitor:
        yield visitor


@pytest.fixture
def probe():
    return Probe()


@pytest.fixture
def visitor(programme, probe):
    with visited(programme, probe) as client:
        yield client


def said(answer):
    return answer.text.partition("</main>")[0].rpartition(">")[2].strip()


def signed_in(programme):
    token = programme.people.token(programme.people.named("olga"), "test", Grant(Role.OFFICE))
    return {"Authorization": f"Bearer {token}"}


def change(programme):
    programme.register(cities=[City("B", {"en": "Bourne"}, "prefecture")], by="ada", reason="one more")


def waiting(probe, count):
    """Wait until so many answers are being made."""
    for _ in range(3000):
        if probe.begun >= count:
            return
        threading.Event().wait(0.01)
    raise AssertionError(probe.begun)


def test_many_readers_are_shown_what_was_made_once(visitor, probe):
    with ThreadPoolExecutor(8) as readers:
        answers = list(readers.map(lambda _: visitor.get("/probe"), range(8)))

    assert {said(answer) for answer in answers} == {"1 for the public in en"}


def test_a_change_of_the_register_makes_the_next_page(programme, visitor):
    visitor.get("/probe")
    change(programme)

    assert said(visitor.get("/probe")) == "2 for the public in en"


def test_a_draft_that_nobody_reads_for_the_page_leaves_it(programme, visitor):
    visitor.get("/probe")
    programme.casework.begin(programme.people.named("olga"), "round", "call", {"title": "Call"})

    assert said(visitor.get("/probe")) == "1 for the public in en"


def test_the_programme_shows_a_call_once_it_is_open(programme, visitor):
    before = visitor.get("/programme")
    olga = programme.people.named("olga")
    programme.people.invite(FOUNDER, "oscar", {"display": "Oscar", "grants": [{"role": "office"}]})
    programme.people.take_place("oscar")
    programme.casework.begin(olga, "round", "call", {"title": "Call of the North"})
    programme.casework.act(programme.people.named("oscar"), "round", "call", "publish", version=1)

    assert "Call of the North" not in before.text
    assert "Call of the North" in visitor.get("/programme").text


@pytest.mark.parametrize("is_first", [True, False])
def test_readers_of_different_rights_never_share_a_page(programme, visitor, is_first):
    headers = signed_in(programme)
    first, second = (headers, {}) if is_first else ({}, headers)
    answers = [visitor.get("/probe", headers=each) for each in (first, second, first)]
    shown = {bool(answer.request.headers.get("authorization")): answer for answer in answers}

    assert "for olga" in said(shown[True])
    assert "for the public" in said(shown[False])
    assert shown[True].headers["cache-control"] == "private, no-store"
    assert not {"etag", "age", "last-modified"} & {*shown[True].headers, *shown[False].headers}


def test_a_page_for_somebody_who_has_signed_in_is_made_each_time(programme, visitor):
    headers = signed_in(programme)

    assert said(visitor.get("/probe", headers=headers)) == "1 for olga in en"
    assert said(visitor.get("/probe", headers=headers)) == "2 for olga in en"


def test_a_token_that_opens_nothing_is_refused_though_the_page_is_kept(visitor):
    visitor.get("/probe")

    assert visitor.get("/probe", headers={"Authorization": "Bearer nothing"}).status_code == 401


def test_a_secret_in_the_address_is_refused_though_the_page_is_kept(visitor):
    visitor.get("/probe")

    assert visitor.get("/probe?token=secret").status_code == 403


def test_what_is_not_ready_yet_is_not_kept(visitor, probe):
    probe.is_passing = True
    visitor.get("/probe")
    probe.is_passing = False

    assert said(visitor.get("/probe")) == "2 for the public in en"


def test_a_failure_is_not_kept(visitor, probe):
    probe.status = 500
    visitor.get("/probe")
    probe.status = 200

    assert said(visitor.get("/probe")) == "2 for the public in en"


def test_what_is_absent_is_absent_each_time_and_says_so(visitor):
    answers = [visitor.get("/cities/Nowhere") for _ in range(2)]

    assert [answer.status_code for answer in answers] == [404, 404]
    assert "did you mean" in answers[1].text or "choose one of" in answers[1].text


def test_a_kept_page_is_sent_as_its_reader_takes_it(visitor):
    packed = visitor.get("/probe", headers={"accept-encoding": "gzip"})
    plain = visitor.get("/probe", headers={"accept-encoding": "identity"})
    head = visitor.head("/probe", headers={"accept-encoding": "identity"})

    assert packed.headers["content-encoding"] == "gzip"
    assert "content-encoding" not in plain.headers
    assert packed.text == plain.text
    assert (head.content, head.headers["content-length"]) == (b"", plain.headers["content-length"])


def test_after_a_change_the_last_page_is_shown_with_its_date_and_then_the_next(programme, probe):
    with visited(programme, probe, patience=0.05) as visitor:
        visitor.get("/probe")
        probe.go.clear()
        change(programme)
        last = visitor.get("/probe")
        again = visitor.get("/probe", headers={"accept-encoding": "identity"})
        waiting(probe, 2)
        probe.go.set()
        for _ in range(1000):
            if said(after := visitor.get("/probe")) != "1 for the public in en":
                break

    assert said(last) == said(again) == "1 for the public in en"
    assert '<p class="notice" role="status"><span data-waiting>As of ' in last.text
    assert (
        '<meta name="again" content="5"></head>' in last.text
    )  # it looks for the next page, and leads to it
    assert "This page is being updated" in again.text
    assert said(after) == "2 for the public in en"
    assert "As of" not in after.text
    assert probe.begun == 2


def test_a_page_is_made_again_where_what_it_shows_changes_while_it_is_made(programme, visitor, probe):
    """Else it would show half of what was before and half of what came after."""
    probe.go.clear()
    with ThreadPoolExecutor(1) as reader:
        waits = reader.submit(visitor.get, "/probe")
        waiting(probe, 1)
        change(programme)
        probe.go.set()

    assert said(waits.result()) == "2 for the public in en"


def test_a_program_waits_for_what_is_current_and_is_not_given_the_last(programme, probe):
    def answer() -> Response[dict[str, int]]:
        return Response({"count": (probe(), probe.count)[1]})

    with visited(programme, probe, patience=0.05) as visitor:
        visitor.app.register(
            route("/api/count", http_method="GET", opt=PUBLIC | KEPT, sync_to_thread=True)(answer)
        )
        visitor.get("/api/count")
        probe.go.clear()
        change(programme)
        with ThreadPoolExecutor(1) as program:
            waits = program.submit(visitor.get, "/api/count")
            waiting(probe, 2)
            probe.go.set()

    assert waits.result().json() == {"count": 2}


def test_too_many_large_answers_at_once_are_refused_kindly(visitor, probe):
    probe.go.clear()
    with ThreadPoolExecutor(8) as readers:
        asked = [readers.submit(visitor.get, f"/api/probe?of={number}") for number in range(8)]
        refused = [one.result() for one in islice(as_completed(asked), 4)]
        probe.go.set()
        answers = [one.result() for one in asked]

    assert {answer.status_code for answer in refused} == {503}
    assert sorted(answer.status_code for answer in answers) == [200] * 4 + [503] * 4
    assert refused[0].headers["retry-after"] == "5"
    assert refused[0].json()["type"] == "urn:urbium:busy"
    assert refused[0].json()["remedy"] == "try again in 5 seconds"


def test_pages_are_answered_while_large_answers_wait(visitor, probe):
    visitor.get("/notice")
    probe.go.clear()
    with ThreadPoolExecutor(4) as readers:
        asked = [readers.submit(visitor.get, f"/api/probe?of={number}") for number in range(4)]
        waiting(probe, 1)
        sources = visitor.get("/about/sources")
        probe.go.set()
        large = [one.result().status_code for one in asked]

    assert sources.status_code == 200
    assert large == [200] * 4


def test_a_page_that_takes_long_says_so_in_the_language_of_its_reader(programme, probe, monkeypatch):
    monkeypatch.setattr(kept_answers, "_LONGEST", 0.05)
    probe.go.clear()
    with visited(programme, probe, patience=0.01) as visitor:
        refused = visitor.get("/probe", headers={"Accept-Language": "zh"})
        probe.go.set()

    assert refused.status_code == 503
    assert "正在生成" in refused.text
    assert "longer than usual" not in refused.text


def test_a_page_that_takes_long_says_when_to_come_again_and_comes_by_itself(programme, probe, monkeypatch):
    monkeypatch.setattr(kept_answers, "_LONGEST", 0.05)
    probe.go.clear()
    with visited(programme, probe, patience=0.01) as visitor:
        refused = visitor.get("/probe")
        probe.go.set()

    assert refused.status_code == 503
    assert refused.headers["retry-after"] == "5"
    assert '<meta http-equiv="refresh" content="5">' in refused.text
    assert "<h1>This page is being prepared</h1>" in refused.text
    assert "this can take a few minutes" in refused.text
    assert '<a class="button" href="/probe">Try again</a>' in refused.text
    assert 'hreflang="zh"' in refused.text


def test_a_file_that_takes_long_is_waited_for_by_who_follows_a_link_to_it(programme, probe, monkeypatch):
    monkeypatch.setattr(kept_answers, "_LONGEST", 0.05)
    probe.go.clear()
    with visited(programme, probe, patience=0.01) as visitor:
        page = visitor.get("/api/probe", headers={"Accept": "text/html,*/*;q=0.8"})
        program = visitor.get("/api/probe", headers={"Accept": "*/*"})
        probe.go.set()

    assert page.status_code == program.status_code == 503
    assert '<meta name="again" content="5">' in page.text
    assert "<h1>This file is being prepared</h1>" in page.text
    assert '<div data-ready hidden role="status"><h1>The file is ready</h1>' in page.text
    assert '<a href="/">Go to the overview</a>' in page.text
    assert program.headers["content-type"] == "application/problem+json"


def test_what_was_not_asked_for_longest_leaves_when_there_is_no_room(visitor, monkeypatch):
    packed = visitor.get("/probe?of=first").headers["content-length"]
    monkeypatch.setattr(kept_answers, "_ROOM", 3 * int(packed))
    for name in ("second", "third", "fourth", "fifth"):
        visitor.get(f"/probe?of={name}")

    assert said(visitor.get("/probe?of=fifth")).startswith("5 ")
    assert said(visitor.get("/probe?of=first")).startswith("6 ")


# --- several processes of one server ----------------------------------------------------------------------


@pytest.fixture
def two(programme, probe, tmp_path):
    """Two processes of one server, and the folder in which they find what the other has kept."""
    with (
        visited(programme, probe, folder=tmp_path) as first,
        visited(programme, probe, folder=tmp_path) as second,
    ):
        yield first, second, tmp_path / "answers"


def test_a_page_that_one_process_made_is_shown_by_the_others(two):
    first, second, _ = two

    assert said(first.get("/probe")) == said(second.get("/probe")) == "1 for the public in en"


@pytest.mark.long
def test_after_a_change_the_page_of_before_is_shown_by_no_process(programme, two):
    first, second, _ = two
    second.get("/probe")
    change(programme)

    assert said(first.get("/probe")) == said(second.get("/probe")) == "2 for the public in en"


def test_nothing_of_somebody_who_has_signed_in_lies_where_processes_share(programme, two):
    first, second, folder = two
    headers = signed_in(programme)

    assert said(first.get("/probe", headers=headers)) == "1 for olga in en"
    assert list(folder.iterdir()) == []
    assert said(second.get("/probe")) == "2 for the public in en"
    assert said(first.get("/probe", headers=headers)) == "3 for olga in en"


def test_a_file_that_holds_no_answer_is_passed_over(two):
    first, second, folder = two
    first.get("/probe")
    next(folder.iterdir()).write_bytes(b"<p>not made here</p>")

    assert said(second.get("/probe")) == "2 for the public in en"


def test_what_there_is_no_room_for_leaves_the_shared_folder_too(two, monkeypatch):
    first, _, folder = two
    packed = first.get("/probe?of=first").headers["content-length"]
    monkeypatch.setattr(kept_answers, "_ROOM", 3 * int(packed))
    for name in ("second", "third", "fourth", "fifth"):
        first.get(f"/probe?of={name}")

    assert 1 <= len(list(folder.iterdir())) <= 3
