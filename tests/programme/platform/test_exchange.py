"""Data goes out on an approved request alone, to who asked, until it ends or is withdrawn; it is logged."""

from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from catalogues_of import CITY, TREES
from people_of import actor, staffed
from urbium.access import ANYBODY
from urbium.errors import ForbiddenError, InputError, NotFoundError
from urbium.periods import date_of
from urbium.platform.resources import DESCRIBED
from urbium.programme.base.settings import Settings

ASKED = {"title": "Trees for Rotterdam", "body": "Rotterdam", "purpose": "heat map", "legal_basis": "art. 5"}
LAST = (datetime.now(UTC).date() + timedelta(days=30)).isoformat()


@pytest.fixture
def programme():
    with staffed() as one:
        case, olga = one.casework, actor(one, "olga")
        content = {name: value for name, value in msgspec.to_builtins(TREES).items() if name in DESCRIBED}
        case.begin(olga, "resource", "trees", content, city=CITY)
        case.act(olga, "resource", "trees", "propose", version=1)
        case.act(actor(one, "sven"), "resource", "trees", "publish", version=2)
        yield one


def approved(programme, **asked):
    """An officer of another city asks, and the signatory of the owner approves."""
    case, gus = programme.casework, actor(programme, "gus")
    case.begin(gus, "data_request", "r1", ASKED | asked, parent="trees")
    case.act(gus, "data_request", "r1", "send", version=1)
    given = {"until": LAST, "conditions": ["no names"], "agreement": "covenant 7"}
    return case.act(actor(programme, "sven"), "data_request", "r1", "approve", given, version=2)


def delivered(programme):
    approved(programme)
    sight = programme.exchange.deliver(actor(programme, "carl"), "r1", "trees.csv", b"a,b\n")
    return sight.dossier.content["files"][0]["sha256"]


def log(programme, who):
    rows = programme.casework.listed(actor(programme, who) if who else ANYBODY, "delivery")
    return [
        (one.dossier.content["account"], one.dossier.content["way"], one.dossier.content["agreement"])
        for one in rows
    ]


def test_who_asked_gets_the_file_and_the_log_says_who_got_what_under_which_agreement(programme):
    digest = delivered(programme)
    name, media_type, content = programme.exchange.file(actor(programme, "gus"), "r1", digest)
    assert (name, media_type, content) == ("trees.csv", "text/csv", b"a,b\n")
    assert log(programme, "sven") == [("gus", "file", "covenant 7")]


@pytest.mark.parametrize(
    ("who", "count"), [("gus", 1), ("carl", 1), ("ada", 1), ("olga", 0), ("pia", 0), ("", 0)]
)
def test_the_log_is_read_by_both_sides_and_the_auditor_alone(programme, who, count):
    programme.exchange.file(actor(programme, "gus"), "r1", delivered(programme))
    assert len(log(programme, who)) == count


@pytest.mark.parametrize("who", ["carl", "sven", "ada", "olga"])
def test_nobody_but_who_asked_is_given_the_file(programme, who):
    digest = delivered(programme)
    with pytest.raises(NotFoundError):
        programme.exchange.file(actor(programme, who), "r1", digest)
    assert log(programme, "ada") == []


def test_an_approval_that_was_withdrawn_stops_delivery_at_once(programme):
    digest = delivered(programme)
    version = programme.casework.opened(actor(programme, "sven"), "data_request", "r1").dossier.version
    programme.casework.act(
        actor(programme, "sven"), "data_request", "r1", "revoke", {"answer": "misuse"}, version=version
    )
    with pytest.raises(ForbiddenError, match="not been approved"):
        programme.exchange.file(actor(programme, "gus"), "r1", digest)


def test_an_approval_holds_on_its_last_day_and_not_on_the_next(programme, monkeypatch):
    digest = delivered(programme)
    last = date_of(LAST)
    monkeypatch.setattr(Settings, "today", lambda _: last)
    programme.exchange.file(actor(programme, "gus"), "r1", digest)
    monkeypatch.setattr(Settings, "today", lambda _: last + timedelta(days=1))
    with pytest.raises(ForbiddenError, match="expired"):
        programme.exchange.file(actor(programme, "gus"), "r1", digest)
    assert len(log(programme, "ada")) == 1


def test_a_resource_that_is_taken_out_of_the_catalogue_is_handed_out_no_more(programme):
    digest = delivered(programme)
    programme.casework.act(actor(programme, "sven"), "resource", "trees", "retire", version=3)
    with pytest.raises(ForbiddenError):
        programme.exchange.file(actor(programme, "gus"), "r1", digest)


def test_the_account_that_asked_gets_nothing_once_it_is_closed(programme):
    digest, gus = delivered(programme), actor(programme, "gus")
    version = programme.casework.opened(actor(programme, "olga"), "account", "gus").dossier.version
    programme.people.take_place("gus")
    version = programme.casework.opened(actor(programme, "olga"), "account", "gus").dossier.version
    programme.casework.act(actor(programme, "olga"), "account", "gus", "close", version=version)
    with pytest.raises(ForbiddenError):
        programme.exchange.file(gus, "r1", digest)


def test_a_key_holds_until_the_approval_is_withdrawn_and_each_use_is_logged(programme):
    approved(programme, delivery="service")
    programme.people.take_place("gus")
    key = programme.exchange.key(actor(programme, "gus"), "r1")
    answer = programme.exchange.introspect(key)
    assert answer == {
        "active": True,
        "sub": "Rotterdam",
        "scope": "trees",
        "exp": LAST,
        "conditions": ["no names"],
    }
    assert [way for _, way, _ in sorted(log(programme, "gus"))] == ["key", "use"]
    programme.casework.act(actor(programme, "sven"), "data_request", "r1", "revoke", version=3)
    assert programme.exchange.introspect(key) == {"active": False}
    assert programme.exchange.introspect("guessed") == {"active": False}
    assert len(log(programme, "gus")) == 2


def test_a_new_key_ends_the_one_before(programme):
    approved(programme, delivery="service")
    programme.people.take_place("gus")
    first, second = (programme.exchange.key(actor(programme, "gus"), "r1") for _ in range(2))
    assert [programme.exchange.introspect(one)["active"] for one in (first, second)] == [False, True]


def test_who_asks_says_for_what_and_by_which_right(programme):
    case, gus = programme.casework, actor(programme, "gus")
    case.begin(gus, "data_request", "r1", {"title": "Trees"}, parent="trees")
    with pytest.raises(InputError) as refusal:
        case.act(gus, "data_request", "r1", "send", version=1)
    assert {fault.cell for fault in refusal.value.faults} == {"body", "purpose", "legal_basis"}


def test_the_office_and_other_cities_see_no_request_of_others(programme):
    approved(programme)
    for who in ("olga", "pia", "nora"):
        assert programme.casework.listed(actor(programme, who), "data_request") == []


def test_nobody_writes_into_the_log_by_hand(programme):
    approved(programme)
    with pytest.raises(ForbiddenError):
        programme.casework.begin(actor(programme, "gus"), "delivery", "d", {"title": "x"}, parent="r1")
