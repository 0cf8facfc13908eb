"""Secrets of programs that are sent again: revoked, too old, elsewhere, in an address, in another header.

Each is refused as if it had never been, and the log of the server says that somebody was refused, not how.
"""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count

import msgspec
import pytest
from litestar.testing import TestClient

from catalogues_of import CITY, TREES
from feeds_of import PLAIN, open_feed
from people_of import actor, staffed
from urbium.access import Grant, Role
from urbium.clock import present
from urbium.errors import UrbiumError
from urbium.platform.resources import DESCRIBED
from urbium.programme.base.settings import Settings
from urbium.web import create_app
from urbium.web.rendering.drawing import Drawer

NUMBERS = count()
DAY = 24 * 3600 * 1_000_000
REQUEST = {"service_code": "pothole", "lat": "52.0", "long": "4.36", "description": "hole"}
NEW_YORK = {"services": [{"code": "pothole", "name": "Pothole"}]}


@pytest.fixture(scope="module")
def programme():
    with staffed() as one:
        open_feed(one, "air", "AirQualityObserved", PLAIN, connector="notified")
        open_feed(one, "noise", "NoiseLevelObserved", PLAIN, connector="notified")
        open_feed(one, "r", "ServiceRequest", NEW_YORK, connector="open311", zone="Europe/Amsterdam")
        content = {name: value for name, value in msgspec.to_builtins(TREES).items() if name in DESCRIBED}
        one.casework.begin(actor(one, "olga"), "resource", "trees", content, city=CITY)
        one.casework.act(actor(one, "olga"), "resource", "trees", "propose", version=1)
        one.casework.act(actor(one, "sven"), "resource", "trees", "publish", version=2)
        one.people.take_place("carl")
        one.people.take_place("gus")
        yield one


@pytest.fixture(scope="module")
def client(programme):
    app = create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)))
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as visitor:
        yield visitor


class Feed:
    """The token by which a source sends messages."""

    def give(self, programme):
        return programme.feeds.token(actor(programme, "carl"), "air", days=1)

    def use(self, client, secret, *, feed="air", number=0, **sent):
        body = b'{"type":"Notification","data":[]}' + b" " * number
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        return client.post(
            f"/api/feeds/{feed}/messages", content=body, headers=headers | sent.get("headers", {}),
            params=sent.get("params"),
        ).status_code  # fmt: skip

    def revoke(self, programme):
        programme.feeds.revoke(actor(programme, "carl"), "air")

    def expire(self, programme):
        for noun, name in ((programme.feeds, "clock"), (programme.people, "_clock")):
            self._patch.setattr(noun, name, lambda: present() + 2 * DAY)


class Open311(Feed):
    """The api_key by which service requests are sent."""

    def give(self, programme):
        return programme.feeds.token(actor(programme, "carl"), "r", days=1)

    def use(self, client, secret, *, feed="r", **sent):
        form = REQUEST | ({"api_key": secret} if secret else {})
        return client.post(
            "/open311/v2/requests.json", data=form, headers=sent.get("headers"), params=sent.get("params")
        ).status_code

    def revoke(self, programme):
        programme.feeds.revoke(actor(programme, "carl"), "r")


class Token:
    """The token of a person's program, for the context store of a city."""

    def give(self, programme):
        carl = actor(programme, "carl")
        return programme.people.token(carl, "t", Grant(Role.OFFICER, "city", CITY), days=1)

    def use(self, client, secret, **sent):
        headers = {"Authorization": f"Bearer {secret}"} if secret else {}
        return client.get(
            "/ngsi-ld/v1/types", headers=headers | sent.get("headers", {}), params=sent.get("params")
        ).status_code

    def revoke(self, programme):
        carl = actor(programme, "carl")
        for key in programme.people.tokens(carl):
            programme.people.revoke(carl, key)

    def expire(self, programme):
        self._patch.setattr(programme.people, "_clock", lambda: present() + 2 * DAY)


class Key:
    """The key of a service, on an approved request for data."""

    def give(self, programme):
        case, gus, self._code = programme.casework, actor(programme, "gus"), f"r{next(NUMBERS)}"
        asked = {"title": "Trees", "body": "b", "purpose": "p", "legal_basis": "l", "delivery": "service"}
        case.begin(gus, "data_request", self._code, asked, parent="trees")
        case.act(gus, "data_request", self._code, "send", version=1)
        last = {"until": (datetime.now(UTC).date() + timedelta(days=3)).isoformat()}
        case.act(actor(programme, "sven"), "data_request", self._code, "approve", last, version=2)
        return programme.exchange.key(gus, self._code)

    def use(self, client, secret, **sent):
        answer = client.post(
            "/api/exchange/introspect", json={"token": secret}, headers=sent.get("headers"),
            params=sent.get("params"),
        )  # fmt: skip
        is_active = answer.status_code == 200 and answer.json()["active"]
        return 200 if is_active else 403

    def revoke(self, programme):
        programme.casework.act(actor(programme, "sven"), "data_request", self._code, "revoke", version=3)

    def expire(self, programme):
        after = datetime.now(UTC).date() + timedelta(days=9)
        self._patch.setattr(Settings, "today", lambda _: after)


SECRETS = {one.__name__.lower(): one for one in (Feed, Open311, Token, Key)}


@pytest.fixture(params=SECRETS)
def kind(request, monkeypatch):
    one = SECRETS[request.param]()
    one._patch = monkeypatch
    return one


def refused(client, kind, secret, caplog, **sent):
    """Say whether a secret is refused, and that the log says so without the secret."""
    caplog.clear()
    status = kind.use(client, secret, **sent)
    said = "\n".join(record.getMessage() for record in caplog.records if record.name.startswith("urbium"))
    is_logged = "refused: 4" in said or status == 404
    lines = caplog.text
    given = [secret, *map(str, sent.get("params", {}).values())]
    assert not any(one and one in said for one in given), "the log holds a secret"
    assert is_logged, lines
    return status in {401, 403, 404}


def test_a_secret_that_holds_is_taken(client, programme, kind):
    assert kind.use(client, kind.give(programme)) in {200, 201, 202}


@pytest.mark.parametrize("end", ["revoke", "expire"])
def test_a_secret_that_was_revoked_or_is_too_old_opens_nothing_when_it_is_sent_again(
    client, programme, kind, caplog, end
):
    secret = kind.give(programme)
    assert kind.use(client, secret) < 300
    getattr(kind, end)(programme)
    assert refused(client, kind, secret, caplog, number=1)


@pytest.mark.parametrize("name", ["access_token", "api_key", "token"])
def test_a_secret_in_an_address_is_refused_even_with_the_right_one_in_its_place(
    client, programme, kind, caplog, name
):
    secret = kind.give(programme)
    assert refused(client, kind, "", caplog, params={name: secret})
    assert refused(client, kind, secret, caplog, params={name: secret})
    assert kind.use(client, secret, number=2) < 300


@pytest.mark.parametrize(
    "headers",
    [
        {"Cookie": "urbium_session={}"}, {"X-Api-Key": "{}"}, {"Authorization": "Basic {}"},
        {"Authorization": "Token {}"}, {"Proxy-Authorization": "Bearer {}"},
    ],
    ids=str,
)  # fmt: skip
def test_a_secret_in_another_header_opens_nothing(client, programme, kind, caplog, headers):
    secret = kind.give(programme)
    sent = {name: value.format(secret) for name, value in headers.items()}
    assert refused(client, kind, "", caplog, headers=sent)


@pytest.mark.parametrize(
    ("given", "other"),
    [
        (one, other)
        for one in SECRETS
        for other in SECRETS
        if one != other and {one, other} != {"feed", "open311"}
    ],
)
def test_a_secret_of_one_kind_opens_nothing_of_another(client, programme, caplog, given, other):
    assert refused(client, SECRETS[other](), SECRETS[given]().give(programme), caplog)


def test_the_token_of_a_feed_is_refused_by_every_other_feed(client, programme, caplog):
    feed = Feed()
    secret = feed.give(programme)
    assert refused(client, feed, secret, caplog, feed="noise")
    assert refused(client, feed, secret, caplog, feed="r")
    assert refused(client, feed, secret, caplog, feed="none")
    assert Open311().use(client, secret) == 404, "it opens a feed of its city that takes no service requests"


def test_the_session_of_a_person_is_no_token_of_a_program(client, programme, caplog):
    session = programme.people.take_place("carl").secret
    assert refused(client, Token(), session, caplog)


def test_an_invitation_opens_an_account_once(programme):
    secret = programme.people.invite_again(actor(programme, "olga"), "eva")
    programme.people.accept(secret, "four plain words here")
    with pytest.raises(UrbiumError, match="used or expired"):
        programme.people.accept(secret, "four other words here")


def test_a_feed_that_is_closed_and_a_giver_whose_account_is_closed_end_its_token(client, programme, caplog):
    feed, request = Feed(), Open311()
    sent, asked = feed.give(programme), request.give(programme)
    programme.casework.act(actor(programme, "carl"), "feed", "air", "close", version=2)
    assert refused(client, feed, sent, caplog)
    version = programme.casework.opened(actor(programme, "olga"), "account", "carl").dossier.version
    programme.casework.act(actor(programme, "olga"), "account", "carl", "close", version=version)
    assert refused(client, request, asked, caplog)
