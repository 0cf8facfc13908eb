"""Each new version of data goes to the address of an approved subscription, logged once, and to no other."""

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from shutil import copy

import msgspec
import pytest

from catalogues_of import CITY, TREES
from people_of import actor, staffed
from receivers_of import receiver
from urbium.errors import InputError
from urbium.periods import date_of
from urbium.platform.resources import DESCRIBED
from urbium.programme import open_programme
from urbium.programme.base.settings import Settings
from urbium.programme.platform.exchange import Exchange

DAY = 24 * 3600 * 1_000_000
LAST = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()
NEW = b"id,height\n1,12\n"


@pytest.fixture
def heard():
    with receiver() as one:
        yield one


@pytest.fixture(scope="module")
def founded(tmp_path_factory):
    """Return the store of towns of which one has published its trees."""
    path = tmp_path_factory.mktemp("towns") / "towns.db"
    with staffed(path) as one:
        content = {name: value for name, value in msgspec.to_builtins(TREES).items() if name in DESCRIBED}
        one.casework.begin(actor(one, "olga"), "resource", "trees", content, city=CITY)
        published(one, version=1)
    return path


@pytest.fixture
def programme(founded, heard, tmp_path):
    with open_programme(copy(founded, tmp_path)) as one:
        one.settings.change(by="test", reason="test", outbound_hosts=[f"{heard.host} private"])
        yield one


def published(programme, *, version):
    programme.casework.act(actor(programme, "olga"), "resource", "trees", "propose", version=version)
    programme.casework.act(actor(programme, "sven"), "resource", "trees", "publish", version=version + 1)


def asked(programme, address, *, delivery="subscription", code="r1", who="gus"):
    """Somebody asks for the trees, to be sent to an address; the signatory of the owner approves."""
    case, asker = programme.casework, actor(programme, who)
    content = {
        "title": "Trees", "body": "Rotterdam", "purpose": "heat map", "legal_basis": "art. 5",
        "delivery": delivery, "address": address,
    }  # fmt: skip
    case.begin(asker, "data_request", code, content, parent="trees")
    case.act(asker, "data_request", code, "send", version=1)
    given = {"until": LAST, "agreement": "covenant 7"}
    case.act(actor(programme, "sven"), "data_request", code, "approve", given, version=2)


def delivered(programme, content=NEW, name="trees.csv"):
    programme.exchange.deliver(actor(programme, "carl"), "r1", name, content)


def log(programme):
    rows = programme.casework.listed(actor(programme, "ada"), "delivery")
    fields = ("account", "body", "way", "agreement", "title")
    return [tuple(one.dossier.content[name] for name in fields) for one in rows]


def letters(programme):
    return [one for one in programme.store.letters.listed("gus") if one.what == "push"]


def revised(programme, **changes):
    case, olga = programme.casework, actor(programme, "olga")
    version = case.opened(olga, "resource", "trees").dossier.version
    case.act(olga, "resource", "trees", "revise", version=version)
    case.act(olga, "resource", "trees", "change", changes, version=version + 1)
    published(programme, version=version + 2)


# --- what is sent ---------------------------------------------------------------------------------------


def test_a_file_that_is_handed_over_is_sent_with_its_digest_and_logged_under_its_agreement(programme, heard):
    asked(programme, heard.address)
    delivered(programme)

    assert programme.exchange.push() == {"sent": 1}
    ((headers, body),) = heard.messages
    assert (body, headers["content-type"]) == (NEW, "text/csv")
    digest = base64.b64encode(hashlib.sha256(NEW).digest()).decode()
    assert headers["content-digest"] == f"sha-256=:{digest}:"  # as RFC 9530 writes it
    assert "/api/data-requests/r1" in headers["link"]
    assert log(programme) == [("gus", "Rotterdam", "push", "covenant 7", "trees.csv")]
    assert programme.exchange.push() == {}


def test_the_catalogue_says_where_new_data_is_as_soon_as_it_is_listed(programme, heard):
    asked(programme, heard.address)
    revised(programme, version="1.3")
    programme.exchange.push()

    ((headers, body),) = heard.messages
    assert headers["content-type"] == "application/ld+json"
    (dataset,) = json.loads(body)["dcat:dataset"]
    assert dataset["dcat:version"] == "1.3"
    assert log(programme) == [("gus", "Rotterdam", "push", "covenant 7", "Trees")]


def test_a_word_that_is_corrected_in_the_catalogue_is_no_new_version_of_the_data(programme, heard):
    asked(programme, heard.address)
    revised(programme, description="Every tree of the city.")

    assert (programme.exchange.push(), heard.messages) == ({}, [])


def test_a_file_is_sent_once_however_many_follow(programme, heard):
    asked(programme, heard.address)
    delivered(programme)
    delivered(programme, b"id\n2\n", "more.csv")
    delivered(programme)
    programme.exchange.push()

    assert sorted(body for _, body in heard.messages) == sorted([NEW, b"id\n2\n"])


@pytest.mark.parametrize("delivery", ["file", "service"])
def test_who_asked_for_something_else_is_sent_nothing(programme, heard, delivery):
    asked(programme, heard.address, delivery=delivery)
    delivered(programme)
    revised(programme, version="1.3")

    assert (programme.exchange.push(), heard.messages) == ({}, [])


# --- while the approval holds ---------------------------------------------------------------------------


def act(programme, who, kind, code, action):
    version = programme.casework.opened(actor(programme, who), kind, code).dossier.version
    programme.casework.act(actor(programme, who), kind, code, action, version=version)


@pytest.mark.parametrize(
    "end",
    [
        ("sven", "data_request", "r1", "revoke"),
        ("gus", "data_request", "r1", "cancel"),
        ("sven", "resource", "trees", "retire"),
        ("olga", "resource", "trees", "revise"),
        ("olga", "account", "gus", "close"),
    ],
    ids=lambda end: " ".join(end[1::2]),
)
def test_nothing_that_waits_is_sent_once_the_approval_has_ended(programme, heard, end):
    programme.people.take_place("gus")
    asked(programme, heard.address)
    delivered(programme)
    act(programme, *end)

    assert programme.exchange.push() == {"dropped": 1}
    assert (heard.messages, log(programme)) == ([], [])


def test_the_last_day_of_an_approval_is_the_last_on_which_something_is_sent(programme, heard, monkeypatch):
    asked(programme, heard.address)
    delivered(programme)
    day_after = date_of(LAST) + timedelta(days=1)
    monkeypatch.setattr(Settings, "today", lambda _: day_after)

    assert (programme.exchange.push(), heard.messages) == ({"dropped": 1}, [])


def test_what_was_refused_is_not_tried_again_after_the_approval_was_withdrawn(programme, heard):
    asked(programme, heard.address)
    delivered(programme)
    heard.status = 503
    later = Exchange(programme._desk, programme.casework, clock=lambda: programme_time(programme) + DAY)
    assert programme.exchange.push() == {"waiting": 1}
    act(programme, "sven", "data_request", "r1", "revoke")

    assert later.push() == {"dropped": 1}
    assert len(heard.messages) == 1
    assert len(log(programme)) == 1


def programme_time(programme):
    return max(one.changed for one in letters(programme))


# --- again and again ------------------------------------------------------------------------------------


def test_what_is_not_taken_is_sent_again_under_the_same_name_and_logged_once(programme, heard):
    asked(programme, heard.address)
    delivered(programme)
    heard.status = 500
    programme.exchange.push()
    heard.status = 200
    assert programme.exchange.push() == {}, "it is not due yet"
    Exchange(programme._desk, programme.casework, clock=lambda: programme_time(programme) + DAY).push()

    assert len({headers["idempotency-key"] for headers, _ in heard.messages}) == 1
    assert [one.state for one in letters(programme)] == ["sent"]
    assert (len(heard.messages), len(log(programme))) == (2, 1)


def test_a_sender_that_is_too_late_notes_nothing_of_what_another_has_sent(programme, heard):
    asked(programme, heard.address)
    delivered(programme)
    now = programme_time(programme)
    late = programme.store.letters.lease("late", now=now, until=now + 1, pushes=True)
    Exchange(programme._desk, programme.casework, clock=lambda: now + DAY).push()

    assert not programme.store.letters.end(late, "failed", now=now + DAY)
    assert [one.state for one in letters(programme)] == ["sent"]


def test_letters_to_people_and_what_goes_to_machines_are_leased_apart(programme, heard):
    asked(programme, heard.address)
    delivered(programme)
    assert programme.store.letters.lease("mail", now=2**60, until=2**61) is None
    assert programme.store.letters.lease("push", now=2**60, until=2**61, pushes=True) is not None


def test_a_host_that_is_allowed_no_more_is_sent_nothing_and_the_office_sees_why(programme, heard):
    asked(programme, heard.address)
    delivered(programme)
    programme.settings.change(by="test", reason="test", outbound_hosts=["data.example.org"])

    assert (programme.exchange.push(), heard.messages) == ({"failed": 1}, [])
    (shown,) = programme.outbox.listed(actor(programme, "olga"))
    assert "does not allow" in shown.letter.failure
    assert not shown.is_shown, "the office does not read requests of others"


@pytest.mark.parametrize(
    "address", ["", "https://elsewhere.example.org/in", "http://data.example.org/in", "ftp://x", "inbox"]
)
def test_an_address_to_which_nothing_may_be_sent_is_refused_by_name(programme, address):
    programme.settings.change(by="test", reason="test", outbound_hosts=["data.example.org"])
    with pytest.raises(InputError) as refusal:
        asked(programme, address)
    assert [fault.cell for fault in refusal.value.faults] == ["address"]
