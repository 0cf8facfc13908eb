"""Files of a request for data on the desk: sent by its owner, taken by who asked; strangers."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from litestar.testing import TestClient

from catalogues_of import CITY, TREES
from people_of import actor, staffed
from urbium.platform.resources import DESCRIBED
from urbium.programme.platform.exchange import LARGEST
from urbium.web import create_app
from urbium.web.rendering.drawing import Drawer
from urbium.web.server.sessions import csrf_token

ASKED = {"title": "Trees", "body": "Rotterdam", "purpose": "p", "legal_basis": "l"}
LAST = (datetime.now(UTC).date() + timedelta(days=3)).isoformat()
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20 + b"IEND\xaeB`\x82"


@pytest.fixture(scope="module")
def programme():
    with staffed() as one:
        content = {name: value for name, value in msgspec.to_builtins(TREES).items() if name in DESCRIBED}
        case, olga, gus, sven = one.casework, actor(one, "olga"), actor(one, "gus"), actor(one, "sven")
        case.begin(olga, "resource", "trees", content, city=CITY)
        case.act(olga, "resource", "trees", "propose", version=1)
        case.act(sven, "resource", "trees", "publish", version=2)
        case.begin(gus, "data_request", "r1", ASKED, parent="trees")
        case.act(gus, "data_request", "r1", "send", version=1)
        case.act(sven, "data_request", "r1", "approve", {"until": LAST, "agreement": "covenant"}, version=2)
        yield one


@pytest.fixture(scope="module")
def secrets_of(programme):
    return {who: programme.people.take_place(who).secret for who in ("carl", "gus", "nora", "eva", "ada")}


class Browser:
    """Asks as somebody who has signed in, or as a stranger."""

    def __init__(self, client, secret):
        self._client, self.secret = client, secret

    def page(self, address):
        return self._client.get(address, headers=self._headers(), follow_redirects=False)

    def send(self, address, data=None, file=None, csrf=None):
        sent = {"csrf": csrf_token(self.secret) if csrf is None else csrf, **(data or {})}
        files = None if file is None else {"file": file}
        return self._client.post(
            address, data=sent, files=files, headers=self._headers(), follow_redirects=False
        )

    def _headers(self):
        return {"Cookie": f"urbium_session={self.secret}"} if self.secret else {}


@pytest.fixture(scope="module")
def as_(programme, secrets_of):
    app = create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)))
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield lambda who: Browser(client, secrets_of.get(who, ""))


def files(programme):
    return programme.casework.opened(actor(programme, "gus"), "data_request", "r1").dossier.content["files"]


def log(programme):
    return programme.casework.listed(actor(programme, "ada"), "delivery")


def test_a_file_goes_from_the_desk_of_its_owner_to_the_desk_of_who_asked(programme, as_):
    form = as_("carl").page("/desk/data-requests/r1").text
    assert 'action="/data-requests/r1/deliver"' in form
    assert "files[0]" not in form, "nobody types digests"
    answer = as_("carl").send(
        "/data-requests/r1/deliver", {"why": "as agreed"}, ("../trees.csv", b"id,height\n1,12\n")
    )
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk/data-requests/r1")
    (file,) = [one for one in files(programme) if one["name"] == "trees.csv"]
    assert file["media_type"] == "text/csv", "told by its content and name, and not by what is claimed"

    assert file["sha256"] in as_("gus").page("/desk/data-requests/r1").text
    before = len(log(programme))
    taken = as_("gus").send("/data-requests/r1/take", {"sha256": file["sha256"]})
    assert (taken.status_code, taken.content) == (200, b"id,height\n1,12\n")
    assert taken.headers["content-disposition"].startswith("attachment")
    assert "sandbox" in taken.headers["content-security-policy"]
    assert "no-store" in taken.headers["cache-control"]
    assert len(log(programme)) == before + 1


@pytest.mark.parametrize(
    ("file", "words"),
    [
        (("trees.csv", b"\x00\x01"), "its content does not match the extension .csv"),
        (("trees.json", b"<html></html>"), "its content does not match the extension .json"),
        (("trees.parquet", b"PAR1 and no more"), "its content does not match the extension .parquet"),
        (("trees.csv.exe", b"MZ"), "files of this type are not accepted"),
        (("trees.html", b"<script>alert(1)</script>"), "files of this type are not accepted"),
        (("trees.csv", b""), "the file is empty"),
        (None, "no file was sent"),
    ],
)
def test_a_file_that_is_not_what_it_is_called_is_refused_and_what_was_typed_stays(
    programme, as_, file, words
):
    before = files(programme)
    answer = as_("carl").send("/data-requests/r1/deliver", {"why": "because of article 5"}, file)
    assert answer.status_code == 422
    assert words in answer.text.lower() or words in answer.text
    assert 'value="because of article 5"' in answer.text
    assert 'aria-describedby="wrong-file"' in answer.text
    assert files(programme) == before


def test_a_file_is_taken_back_until_somebody_took_it(programme, as_):
    page, back = "/desk/data-requests/r1", "/data-requests/r1/take-back"
    for name in ("wrong.csv", "right.csv"):
        as_("carl").send("/data-requests/r1/deliver", {"why": "as agreed"}, (name, name.encode()))
    wrong, right = [one["sha256"] for one in files(programme)[-2:]]
    as_("gus").send("/data-requests/r1/take", {"sha256": right})
    assert "Remove wrong.csv? No one has taken it yet." in as_("carl").page(page).text
    assert "Remove right.csv?" not in as_("carl").page(page).text
    for who in ("gus", "nora"):
        assert as_(who).send(back, {"sha256": wrong}).status_code in (403, 404, 409)
    assert as_("carl").send(back, {"sha256": right}).status_code == 409
    assert as_("carl").send(back, {"sha256": wrong}).status_code == 303

    assert [one["sha256"] for one in files(programme)][-1] == right
    assert wrong not in {one["sha256"] for one in files(programme)}
    assert as_("gus").send("/data-requests/r1/take", {"sha256": wrong}).status_code == 404
    assert programme.store.audit()["why"][-1] == "removed: wrong.csv"


@pytest.mark.long
def test_a_file_that_is_too_large_is_refused(programme, as_):
    answer = as_("carl").send("/data-requests/r1/deliver", {"why": "x"}, ("trees.csv", b"1" * (LARGEST + 1)))
    assert answer.status_code == 422
    assert "52,428,800" in answer.text


@pytest.mark.parametrize("who", ["nora", "eva", "stranger"])
@pytest.mark.parametrize("step", ["deliver", "take"])
def test_who_is_of_neither_side_gets_what_is_got_of_a_request_that_does_not_exist(as_, who, step):
    answers = []
    for code in ("r1", "no-such"):
        data = {"sha256": "0" * 64} if step == "take" else {"why": ""}
        file = ("a.csv", b"1\n") if step == "deliver" else None
        answer = as_(who).send(f"/data-requests/{code}/{step}", data, file)
        answers.append((answer.status_code, re.sub(r"r1|no-such", "CODE", answer.text)))
    assert answers[0] == answers[1]
    assert answers[0][0] in (403, 404)


def test_the_auditor_reads_the_request_and_is_given_no_file(programme, as_):
    as_("carl").send("/data-requests/r1/deliver", {}, ("chart.png", PNG))
    digest = files(programme)[-1]["sha256"]
    assert "/data-requests/r1/take" not in as_("ada").page("/desk/data-requests/r1").text
    assert as_("ada").send("/data-requests/r1/take", {"sha256": digest}).status_code == 404


def test_a_form_of_another_session_hands_over_nothing_and_keeps_the_reason(programme, as_):
    before = files(programme)
    answer = as_("carl").send(
        "/data-requests/r1/deliver", {"why": "typed for long"}, ("b.csv", b"2\n"), csrf="other"
    )
    assert "typed for long" in answer.text
    assert files(programme) == before
    again = as_("carl").send("/data-requests/r1/deliver", {"why": "typed for long"})
    assert 'value="typed for long"' in again.text, "it is sent again without its file, and still not lost"


def test_a_program_hands_a_file_over_and_takes_it(programme, as_):
    people = programme.people
    carl, gus = (actor(programme, who) for who in ("carl", "gus"))
    tokens = {one.account: people.token(one, "test", one.grants[0]) for one in (carl, gus)}
    client = as_("stranger")._client
    head = {who: {"Authorization": f"Bearer {secret}"} for who, secret in tokens.items()}
    refused = client.post("/api/exchange/r1/files", files={"file": ("a.csv", b"\0")}, headers=head["carl"])
    assert refused.status_code == 422
    sent = client.post("/api/exchange/r1/files", files={"file": ("a.csv", b"4\n")}, headers=head["carl"])
    (digest,) = (one for one, name in sent.json()["files"].items() if name == "a.csv")
    assert client.get(f"/api/exchange/r1/files/{digest}", headers=head["gus"]).content == b"4\n"
    assert client.post(
        "/api/exchange/r1/files", files={"file": ("a.csv", b"4\n")}, headers=head["gus"]
    ).status_code == 403  # fmt: skip
