"""Who sees what in which representation: every kind in every state, every field, every reader, every route.

Each text and number of a dossier is a canary, unique to the field, the kind, the state and the version. What
a reader may see is worked out here a second time from the rows of ``rights.csv``; an answer to a reader may
hold no other canary, and no count, code, link or mark that depends on what is hidden.
"""

import csv
import re
import statistics
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache
from itertools import count
from pathlib import Path
from types import SimpleNamespace

import msgspec
import polars as pl
import pytest
from litestar.routes import HTTPRoute
from litestar.testing import TestClient

import urbium
from people_of import staffed
from seeds import long_but
from urbium.access import Grant, Role
from urbium.model import Source
from urbium.model.dossiers import CIRCLES, Dossier, circles_of_fields
from urbium.pilot.steps import public_state
from urbium.programme.cases.kinds import KINDS
from urbium.programme.people.invitations import FOUNDER
from urbium.publish.open_data import FORMATS
from urbium.store import FileStamp, Letter
from urbium.web import create_app
from urbium.web.rendering.drawing import Drawer
from urbium.web.server.security import BY_POLICY, PUBLIC

DATA = Path(urbium.__file__).parent / "data" / "rules"
CITY, PROVINCE, OWNER = "0503", "Zuid-Holland", "eva"
READERS = {
    "": (),
    "olga": ("office", "all", ""),
    "carl": ("officer", "city", "0503"),
    "gus": ("officer", "city", "0599"),
    "sven": ("signatory", "city", "0503"),
    "pia": ("province", "province", "Zuid-Holland"),
    "nora": ("province", "province", "Utrecht"),
    "eva": ("expert", "all", ""),
    "erik": ("expert", "all", ""),
    "paul": ("partner", "agreement", "agreement-signed"),
    "ada": ("auditor", "all", ""),
}
"""Account, and its role and scope; the public has none."""
FEW = long_but(("", "carl"), READERS)
"""Every reader; in the quick run, the public and a city, of which each sees the least of its kind."""
PAST = "2020-01-01"
"""When everything that is promised is due: a day is no canary."""
PLAIN = {"due": PAST, "starts": 2020, "ends": 2021, "year": 2020, "currency": "EUR"}
"""Values of what can only be published as a year, a day or a currency: no canaries either."""
CANARY = re.compile(r"\bcnr\w+")
NUMBERS = count(7_100_001)  # seven digits that pages show whole
PARENTS = {
    "application": ("round", "round-decided"),
    "project": ("round", "round-draft"),
    "review": ("application", "application-admitted"),
    "taskbook": ("application", "application-selected"),
    "amendment": ("taskbook", "taskbook-in_force"),
    "report": ("taskbook", "taskbook-in_force"),
    "grade": ("taskbook", "taskbook-in_force"),
    "interest": ("offer", "offer-open"),
    "visit": ("interest", "interest-admitted"),
    "data_request": ("resource", "resource-published"),
    "delivery": ("data_request", "data_request-approved"),
    "alert": ("taskbook", "taskbook-in_force"),
    "city_letter": ("circular", "circular-released"),
    "comment": ("application", "application-selected"),
}

OF_CITY = (
    "application", "taskbook", "amendment", "report", "grade", "review", "resource", "harvest",
    "data_request", "delivery", "base_report", "city_letter", "comment", "alert",
)  # fmt: skip


@cache
def rows(table):
    with (DATA / table).open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


STATES = [(row["kind"], row["state"]) for row in rows("states.csv") if row["kind"] != "account"]
FIRST = {kind: next(state for of, state in STATES if of == kind) for kind, _ in reversed(STATES)}


class Canaries:
    """Contents of which every value is unique, and which field each belongs to."""

    def __init__(self, plain):
        self.plain = plain
        self.fields = {}
        self.numbers = {}

    def content(self, kind, state, version):
        values = {
            field.name: self.plain.get(field.name)
            or self.value(field.type, f"{kind}_{state}_{version}_{field.name}", (kind, field.name))
            for field in msgspec.structs.fields(KINDS[kind].content)
        }
        values |= {"rules": ""} if kind == "round" else {}  # a set that there is, or none
        return values | ({"year": 2020} if kind == "report" and state != "accepted" else {})  # what is due

    def value(self, kind, name, field):  # noqa: PLR0911 - one for each type
        info = kind if isinstance(kind, msgspec.inspect.Type) else msgspec.inspect.type_info(kind)
        while isinstance(info, msgspec.inspect.Metadata):
            info = info.type
        token = f"cnr{name}"
        match info:
            case msgspec.inspect.StrType() | msgspec.inspect.AnyType():
                self.fields[token] = field
                return token
            case msgspec.inspect.BoolType():
                return False
            case msgspec.inspect.LiteralType():
                return info.values[0]  # a word that everybody can read in the form tells nothing
            case msgspec.inspect.IntType() | msgspec.inspect.FloatType():
                number = next(NUMBERS)
                self.numbers[str(number)] = field
                return number
            case msgspec.inspect.ListType():
                return [self.value(info.item_type, name, field)]
            case msgspec.inspect.DictType():
                self.fields[token] = field
                return {token: self.value(info.value_type, name, field)}
            case msgspec.inspect.StructType():
                return {
                    one.encode_name: self.plain.get(one.encode_name) or self.value(one.type, name, field)
                    for one in info.fields
                }
            case msgspec.inspect.UnionType():
                return self.value(
                    next(one for one in info.types if not isinstance(one, msgspec.inspect.NoneType)),
                    name,
                    field,
                )
        raise AssertionError(f"a field of {field} has a type that no canary is made for: {info}")


@pytest.fixture(scope="module")
def house():
    with filled_house({"due": PAST, "evaluation_day": "12-31"}) as house:
        yield house


@pytest.fixture(scope="module")
def visitor(house):
    with visiting(house) as visitor:
        yield visitor


@contextmanager
def filled_house(plain):
    """Open a programme with a dossier of every kind in every state, of two versions each."""
    canaries, held = Canaries(plain), []
    with staffed() as programme:
        for kind, state in STATES:
            above = PARENTS.get(kind, ("", ""))
            is_of_city = kind in OF_CITY
            held.append(
                Dossier(
                    kind=kind,
                    code=f"{kind}-{state}",
                    state=FIRST[kind],
                    content=canaries.content(kind, state, 1),
                    city=CITY if is_of_city else "",
                    province=PROVINCE if is_of_city else "",
                    round="round-decided" if is_of_city else above[1] if kind == "project" else "",
                    parent=above[1],
                    parent_kind=above[0],
                    owner=OWNER if kind == "review" else "",
                )
            )
        store = programme.store.dossiers
        first = store.record(held, by="carl", what="fill", reason="canaries")
        held = [
            msgspec.structs.replace(
                one,
                state=one.code.removeprefix(f"{one.kind}-"),
                content=canaries.content(one.kind, one.code.removeprefix(f"{one.kind}-"), 2),
            )
            for one in first
        ]
        held_at = store.record(held, by="oscar", what="fill", reason="canaries")[0].recorded_at
        programme.people.invite(
            FOUNDER,
            "paul",
            {
                "display": "Paul",
                "grants": [{"role": "partner", "scope": "agreement", "code": "agreement-signed"}],
            },
        )
        for code in READERS:
            if code:
                programme.people.take_place(code)
        yield SimpleNamespace(
            programme=programme, canaries=canaries, held=held, first=first, held_at=held_at, shown={}
        )


@contextmanager
def visiting(house):
    app = create_app(house.programme, drawer=Drawer(ThreadPoolExecutor(1)))
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as visitor:
        yield visitor


@pytest.fixture(scope="module")
def ask(house, visitor):
    people = house.programme.people
    secrets = {
        code: people.token(people.named(code), "matrix", Grant(Role(grant[0]), *grant[1:]))
        for code, grant in READERS.items()
        if code
    }

    def asked(who, method, address, **more):
        headers = {"Authorization": f"Bearer {secrets[who]}"} if who else {}
        return visitor.request(
            method, address, headers=headers | more.pop("headers", {}), follow_redirects=False, **more
        )

    return asked


def circles(who, dossier):
    """Work out, from the rows alone, which circles a reader sees of a dossier."""
    opened = set()
    for row in rows("rights.csv"):
        if (row["kind"], row["action"]) != (dossier.kind, "read"):
            continue
        role, scope, code = READERS[who] or ("public", "", "")
        if row["role"] not in ("public", role) or (
            row["states"] and dossier.state not in row["states"].split()
        ):
            continue
        # reviews of all states but "withdrawn" hang on the admitted application alone
        is_assigned = who == OWNER and dossier.code == "application-admitted"
        holds = {
            "all": True,
            "city": dossier.city == code,
            "province": dossier.province == code,
            "agreement": code in (dossier.agreement, dossier.code if dossier.kind == "agreement" else None),
            "own": dossier.owner == who,
            "assigned": is_assigned,
            "accepted": is_assigned,
        }[row["where"]]
        if holds and (row["where"] in ("all", "own", "assigned", "accepted") or row["where"] == scope):
            opened |= set(row["circles"].split())
    return opened


def shown_to(who, house):
    """Return what is worked out once for each reader."""
    if who not in house.shown:
        house.shown[who] = _shown_to(who, house)
    return house.shown[who]


def _shown_to(who, house):
    """Return the canaries that a reader may see anywhere, and the dossiers that it may open."""
    may, seen = set(), {}
    for newest, oldest in zip(house.held, house.first, strict=True):
        if not circles(who, newest):
            continue
        seen[newest.kind, newest.code] = newest
        for version in (newest, oldest):
            open_to = circles(who, version)
            may |= {
                token
                for token in CANARY.findall(str(version.content))
                + re.findall(r"\b71\d{5}\b", str(version.content))
                if KINDS[version.kind].circles[
                    (house.canaries.fields.get(token) or house.canaries.numbers[token])[1]
                ]
                in open_to
            }
    return may, seen


def canaries_in(answer, house):
    is_packed = b"\0" in answer.content  # in a PDF or an archive, words stand by chance alone
    text = ("" if is_packed else answer.text) + str(dict(answer.headers))
    # whole words: the id of a request is drawn at random, and ends with one of these digits at times
    numbers = set(re.findall(r"(?<![\w.])71\d{5}\b", text.replace(",", ""))) & set(house.canaries.numbers)
    return set(CANARY.findall(text)) | numbers


def routes(app):
    """Return every address of the app with its methods."""
    return [
        (route.path_format, sorted(route.methods), route.route_handlers)
        for route in app.routes
        if isinstance(route, HTTPRoute)
    ]


def rule_of(handlers):
    """Return the rule of those who read an address."""
    return next((one.opt.get("access") for one in handlers if "GET" in one.http_methods), None)


def filled(path, dossier):
    """Return an address filled in for a dossier; a part that the matrix does not know fails."""
    plural = KINDS[dossier.kind].plural
    known = {
        "kind": plural,
        "code": dossier.code,
        "action": "change",
        "version": "1",
        "what": "score",
        "name": "scores",
        "file": "cities.csv",
        "path": "none.css",
        "place": dossier.city or "none",
        "rest": "Things",
        "id": "none",
        "solution": "none",
        "by": "sector",
        "ending": "html",
        "entry": "1",
        "key": "none",
        "sha256": "0" * 64,
        "secret": "none",
        "step": "accept",
    }
    return re.sub(r"{(\w+)}", lambda part: known[part[1]], path)


def is_of(path, dossier):
    """Say whether an address is about dossiers of the kind."""
    plural = KINDS[dossier.kind].plural
    return (
        "{kind}" in path
        or path.startswith((f"/api/{plural}/", f"/desk/{plural}/"))
        or path == f"/api/{plural}"
    )


def test_every_route_has_a_rule_and_every_part_of_its_address_is_known_here(visitor, house):
    for path, methods, handlers in routes(visitor.app):
        filled(path, house.held[0])
        for handler in handlers:
            rule = handler.opt.get("access")
            if set(handler.http_methods) != {"OPTIONS"}:
                assert rule in (PUBLIC["access"], BY_POLICY["access"]), (path, methods)


def test_every_field_of_every_kind_belongs_to_a_circle():
    for kind in KINDS.values():
        assert set(circles_of_fields(kind.content).values()) <= set(CIRCLES)


@pytest.mark.parametrize("who", long_but(("",), READERS))
def test_no_answer_of_any_route_holds_what_its_reader_may_not_see(who, house, visitor, ask):
    may, seen = shown_to(who, house)
    cells = Counter()
    for path, methods, handlers in routes(visitor.app):
        if "GET" not in methods or path.startswith("/static"):
            continue
        of = [one for one in house.held if is_of(path, one)]
        if not of and who and rule_of(handlers) == PUBLIC["access"]:
            continue  # what everybody may read is made without knowing who asks: the public asks for it
        for address, dossier in {filled(path, one): one for one in of or [house.held[0]]}.items():
            answer = ask(who, "GET", address)
            assert canaries_in(answer, house) <= may, (path, dossier.code)
            if "data-copy=" in answer.text:
                listed = ask(who, "GET", f"{address}?format=csv")
                assert canaries_in(listed, house) <= may, (path, "csv")
            cells[path] += 1
            if not of or "{code}" not in path or not path.startswith(("/api/", "/desk/")):
                continue
            if not who and path.startswith("/desk/"):  # whatever there is, the public is led to sign in
                assert answer.status_code == 303, (path, dossier.code)
                continue
            is_seen = (dossier.kind, dossier.code) in seen
            assert answer.status_code == (200 if is_seen else 404), (path, dossier.code)
    assert cells.total() > len(house.held)


@pytest.mark.parametrize("who", READERS, ids=lambda who: who or "public")
def test_what_a_reader_may_see_is_shown_by_the_api(who, house, ask):
    _, seen = shown_to(who, house)
    for dossier in seen.values():
        row = KINDS[dossier.kind]
        content = ask(who, "GET", f"/api/{row.plural}/{dossier.code}").json()["content"]
        assert {row.circles[name] for name in content} <= circles(who, dossier)
        assert set(content) == {
            name for name, circle in row.circles.items() if circle in circles(who, dossier)
        }


@pytest.mark.parametrize("who", READERS, ids=lambda who: who or "public")
def test_what_is_gathered_of_several_dossiers_is_gathered_of_those_that_the_reader_sees(who, house, ask):
    """Alarms are told to who sees the task book as a party; commitments and certificates as to everybody."""
    _, seen = shown_to(who, house)
    book, deal = (
        seen.get(name) for name in (("taskbook", "taskbook-in_force"), ("agreement", "agreement-signed"))
    )
    alarmed = {row["taskbook"] for row in ask(who, "GET", "/api/alarms").json()}
    assert alarmed == ({book.code} if book and "parties" in circles(who, book) else set())
    due = {row["agreement"] for row in ask(who, "GET", "/api/commitments").json()}
    assert due == ({deal.code} if deal else set())
    graded = {row["grade"] for row in ask(who, "GET", "/api/certificates").json()}
    assert graded == {"grade-published", "grade-final"}
    for address in ("/desk/alarms", "/desk/commitments"):
        assert ask(who, "GET", address).status_code == (200 if who else 303)


def test_a_filter_of_alarms_finds_nothing_that_is_hidden(house, ask):
    for who in READERS:
        told = ask(who, "GET", "/api/alarms").json()
        assert ask(who, "GET", "/api/alarms?taskbook=taskbook-in_force").json() == told
        assert ask(who, "GET", f"/api/alarms?city={CITY}").json() == told
        assert ask(who, "GET", "/api/alarms?taskbook=taskbook-draft").json() == []


@pytest.mark.parametrize("who", FEW)
def test_lists_counts_and_filters_know_only_what_the_reader_is_told(who, house, ask):
    _, seen = shown_to(who, house)
    for kind, row in KINDS.items():
        if kind == "account":
            continue
        told = {
            code: public_state(kind, one.state) if circles(who, one) == {"open"} else one.state
            for (of, code), one in seen.items()
            if of == kind
        }
        page = ask(who, "GET", f"/api/{row.plural}").json()
        assert sorted(told) == [one["code"] for one in page["items"]]
        assert page["states"] == dict(sorted(Counter(told.values()).items()))
        assert {one["code"]: one["state"] for one in page["items"]} == told
        for state in (state for of, state in STATES if of == kind):
            page = ask(who, "GET", f"/api/{row.plural}?state={state}").json()
            assert [one["code"] for one in page["items"]] == sorted(c for c, s in told.items() if s == state)
            assert sum(page["states"].values()) == len(page["items"])
        codes, address = [], f"/api/{row.plural}?most=1"
        while address:
            page = ask(who, "GET", address).json()
            codes += [one["code"] for one in page["items"]]
            address = page["next"]
        assert codes == sorted(told)


@pytest.mark.parametrize("who", FEW)
def test_lists_as_known_on_an_instant_hold_no_more_than_the_reader_may_see_today(who, house, ask):
    may, seen = shown_to(who, house)
    for then in (house.first[0].recorded_at, house.held_at):
        for row in KINDS.values():
            answer = ask(who, "GET", f"/api/{row.plural}", params={"known_on": then.isoformat()})
            assert canaries_in(answer, house) <= may
            codes = {one["code"] for one in answer.json()["items"] if one["kind"] != "account"}
            assert codes <= {code for _, code in seen}
            assert sum(answer.json()["states"].values()) == len(answer.json()["items"])


@pytest.mark.parametrize("who", FEW)
def test_no_answer_names_a_dossier_that_is_hidden(who, house, ask):
    _, seen = shown_to(who, house)
    shown = {code for _, code in seen} | {who, ""}
    for dossier in seen.values():
        base = f"/api/{KINDS[dossier.kind].plural}/{dossier.code}"
        answers = [ask(who, "GET", base).json(), *ask(who, "GET", f"{base}/history").json()]
        older = [ask(who, "GET", f"{base}?version={number}") for number in (1, 2, 3)]
        answers += [one.json() for one in older if one.status_code == 200]
        for one in answers:
            pointers = {one[name] for name in ("round", "parent", "agreement")}
            assert pointers <= shown
            assert one["owner"] in shown or who in ("olga", "ada")


@pytest.mark.parametrize("who", FEW)
def test_no_filter_finds_by_a_name_that_is_not_shown(who, house, ask):
    _, seen = shown_to(who, house)
    names = {(one.kind, one.code) for one in house.held}
    for kind, row in KINDS.items():
        for pointer in ("round", "parent", "owner", "agreement"):
            for target in {getattr(one, pointer) for one in house.held if one.kind == kind} - {""}:
                page = ask(who, "GET", f"/api/{row.plural}?{pointer}={target}").json()
                assert all(one[pointer] == target for one in page["items"])
                hidden = any(code == target for _, code in names) and not any(c == target for _, c in seen)
                if hidden:
                    assert (page["items"], page["states"]) == ([], {})


@pytest.mark.parametrize("who", FEW)
def test_a_step_with_what_is_hidden_answers_as_with_what_is_absent(who, house, ask):
    _, seen = shown_to(who, house)
    for dossier in house.held:
        if (dossier.kind, dossier.code) in seen:
            continue
        base = f"/api/{KINDS[dossier.kind].plural}"
        for action, headers in (
            ("change", {"If-Match": '"2"'}),
            ("nonsense", {"If-Match": '"2"'}),
            ("change", {}),
        ):
            hidden, absent = (
                ask(who, "POST", f"{base}/{code}/{action}", json={}, headers=headers)
                for code in (dossier.code, "no-such-one")
            )
            assert plain(hidden, dossier.code) == plain(absent, "no-such-one")


def plain(answer, code):
    """Return an answer without the code that was asked for."""
    headers = {
        name: value
        for name, value in answer.headers.items()
        if name not in ("date", "content-length", "x-request-id")
    }
    return answer.status_code, answer.text.replace(code, "CODE"), headers


def guessed(house, ask, number, who="gus"):
    """Ask for codes near real ones; return the seconds of hidden and of absent ones."""
    _, seen = shown_to(who, house)
    hidden = [one for one in house.held if (one.kind, one.code) not in seen]
    seconds = {"hidden": [], "absent": []}
    for place in range(number):
        dossier = hidden[place % len(hidden)]
        code = f"{dossier.code}{place}" if place % 3 else dossier.code
        began = time.perf_counter()
        answer = ask(who, "GET", f"/api/{KINDS[dossier.kind].plural}/{code}")
        seconds["absent" if place % 3 else "hidden"].append(time.perf_counter() - began)
        other = ask(who, "GET", f"/api/{KINDS[dossier.kind].plural}/no-such-one")
        assert plain(answer, code) == plain(other, "no-such-one")
    return seconds


def test_a_guessed_code_reveals_nothing(house, ask):
    guessed(house, ask, 60)


@pytest.mark.release
def test_ten_thousand_guessed_codes_reveal_nothing_not_even_by_the_time_they_take(house, ask):
    seconds = guessed(house, ask, 10_000)
    hidden, absent = (statistics.median(seconds[which]) for which in ("hidden", "absent"))
    assert abs(hidden - absent) < 0.25 * absent + 0.001


# --- e-mail -------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def mailed(house):
    """Return what tells every kind of letter about every dossier to a reader, and those that were sent."""
    return cache(lambda who: letters_to(who, house.programme, house.held) if who else ([], {}))


def letters_to(who, programme, held):
    carried = {}
    version = programme.casework.opened(FOUNDER, "account", who).dossier.version
    address = {"email": f"{who}@example.org"}
    programme.casework.act(FOUNDER, "account", who, "change", address, version=version)
    asked = [
        Letter(f"{what}-{who}-{one.kind}-{one.code}", what, who, one.kind, one.code, 1, about)
        for one in held
        for what, about in {
            "decision": {},
            "waits": {},
            "report": {"year": 2026, "due": "2026-12-31"},
        }.items()
        if what != "report" or one.kind == "taskbook"
    ]
    programme.store.letters.add(asked)

    class Box:
        def carry(self, letter):
            carried[str(letter["Message-ID"])[1:].partition("@")[0]] = letter

    programme.outbox.send(Box(), sender="urbium@example.org")
    return asked, carried


@pytest.mark.parametrize("who", FEW)
def test_no_letter_holds_what_its_receiver_may_not_see_when_it_is_sent(who, house, mailed):
    may, seen = shown_to(who, house)
    asked, carried = mailed(who)
    for letter in asked:
        mail = carried.get(letter.id)
        if mail is None:
            continue
        written = mail.get_content() + str(mail["Subject"])
        said = SimpleNamespace(text=written, content=written.encode(), headers=dict(mail.items()))
        assert (letter.kind, letter.code) in seen, letter
        assert canaries_in(said, house) <= may, letter
        shown = {code for _, code in seen}
        assert not [one.code for one in house.held if one.code in said.text.split() and one.code not in shown]


@pytest.mark.parametrize("who", [one for one in FEW if one.values != ("",)])
def test_a_letter_of_a_decision_is_sent_of_all_that_its_receiver_may_see_and_of_nothing_else(
    who, house, mailed
):
    _, seen = shown_to(who, house)
    asked, carried = mailed(who)
    decided = [one for one in asked if one.what == "decision"]
    assert {(one.kind, one.code) for one in decided if one.id in carried} == set(seen)


@pytest.mark.parametrize("who", FEW)
def test_the_list_of_letters_names_no_dossier_that_is_hidden(who, house, mailed, ask):
    _, seen = shown_to(who, house)
    mailed(who)
    page = ask(who, "GET", "/letters")
    named = set(re.findall(r"/desk/([\w-]+)/([\w.-]+)\"", page.text))
    assert {code for _, code in named} <= {code for _, code in seen}
    assert bool(named) == (page.status_code == 200)
    assert who or page.status_code == 303


# --- the leaks of others -----------------------------------------------------------------------------------


def test_a_score_moves_nothing_for_who_may_not_see_it(house, ask):
    """Pretalx issue 611 and HotCRP: lists sorted by a score, or with its mean, told it to other reviewers."""
    codes = [one["code"] for one in ask("eva", "GET", "/api/reviews").json()["items"]]
    assert codes == sorted(codes)
    assert ask("erik", "GET", "/api/reviews").json() == {"items": [], "states": {}, "next": ""}
    for name in ("sort", "order", "order_by", "score"):
        assert ask("eva", "GET", f"/api/reviews?{name}=scores").json()["items"][0]["code"] == codes[0]


@pytest.mark.parametrize("who", ["", "carl", "sven", "gus", "erik", "pia"])
def test_who_reviews_is_not_told_by_counts_names_or_children(who, house, ask):
    """HotCRP issues 426 and 348, OpenReview 351: numbers of reviews and names in history named reviewers."""
    for address in ("/api/reviews", "/api/reviews?owner=eva", "/api/reviews?parent=application-admitted"):
        assert ask(who, "GET", address).json() == {"items": [], "states": {}, "next": ""}
    page = ask(who, "GET", "/desk/applications/application-admitted").text
    assert "review-" not in page
    assert "Eva" not in page


def test_a_search_finds_nobody_by_what_is_hidden(house, ask):
    """OpenReview, November 2025: profiles were found by their group. HotCRP issue 135: hidden tags."""
    for who in READERS:
        answer = ask(who, "GET", "/api/accounts?round=round-decided")
        assert who in ("olga", "ada") or "eva" not in answer.text


def test_who_worked_on_it_is_in_no_history_that_the_public_reads(house, ask):
    """Pretalx issue 649: the history on the dashboard named the authors of blind submissions."""
    for kind, state in (("round", "decided"), ("application", "selected"), ("grade", "final")):
        answer = ask("", "GET", f"/api/{KINDS[kind].plural}/{kind}-{state}/history")
        assert answer.status_code == 200
        assert all((one["recorded_by"], one["owner"]) == ("", "") for one in answer.json())


def test_addresses_are_in_no_answer_to_the_public(house, ask):
    """Pretalx issue 493: e-mail addresses of speakers in the API."""
    assert ask("", "GET", "/api/accounts").json() == {"items": [], "states": {}, "next": ""}


@pytest.mark.parametrize("state", ["draft", "complete", "admitted", "declined"])
def test_what_is_not_announced_yet_is_in_no_feed_export_or_older_version(state, house, ask):
    """Pretalx: unreleased schedules by their version; PyGotham 228: slots before the schedule was out."""
    for address in ("", "/history", "?version=1", "?version=2"):
        assert ask("", "GET", f"/api/applications/application-{state}{address}").status_code == 404
    for address in (
        "/downloads/cities.csv",
        "/downloads/projects.csv",
        "/downloads/faults.csv",
        "/api/summary",
    ):
        assert not canaries_in(ask("", "GET", address), house)


def test_an_attached_file_has_no_address_that_can_be_guessed(house, ask):
    """HotCRP CVE-2026-23878, pretix CVE-2026-9712: documents by number, exports by an id, for everybody."""
    digest = house.programme.store.dossiers.keep_attachment(
        b"cnrattached", "text/plain", by="carl", reason="a document"
    )
    for who in ("", "gus", "erik"):
        for address in (
            f"/attachments/{digest}",
            f"/api/attachments/{digest}",
            f"/downloads/{digest}",
            f"/desk/applications/application-draft/attachments/{digest}",
            f"/api/applications/application-draft/attachments/{digest}",
        ):
            answer = ask(who, "GET", address)
            assert (answer.status_code, "cnrattached" in answer.text) == (404, False)


def test_a_text_is_never_markup_or_a_formula(house, ask):
    """HotCRP CVE-2026-25156 (script in what was attached) and CVE-2026-23836 (formulas that were run)."""
    title = "<script>alert(1)</script>{{7*7}}"
    ask("olga", "POST", "/api/organisations/begin", json={"code": "markup", "content": {"title": title}})
    page = ask("olga", "GET", "/desk/organisations/markup").text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;{{7*7}}" in page


# --- what every answer carries ------------------------------------------------------------------------------


def test_no_other_origin_is_let_in(visitor):
    answer = visitor.get("/api/rounds", headers={"Origin": "http://evil.example"})
    assert not [name for name in answer.headers if name.startswith("access-control-")]


@pytest.mark.long  # asks for every address once more
def test_no_address_changes_anything_by_reading(house, visitor, ask):
    before = house.programme.store.audit().height
    for path, methods, _ in routes(visitor.app):
        if "GET" in methods and not path.startswith("/static"):
            ask("olga", "GET", filled(path, house.held[0]))
    assert house.programme.store.audit().height == before


def test_every_text_says_its_letters(house, visitor, ask):
    for path in ("/", "/desk", "/api/rounds", "/api/rounds/none", "/downloads/cities.csv", "/sign-in"):
        kind = ask("olga", "GET", path).headers["content-type"]
        assert "charset=utf-8" in kind or "json" in kind  # JSON is UTF-8 by its standard (RFC 8259)


def test_passwords_are_typed_unseen_and_may_be_pasted(visitor):
    for address in ("/sign-in", "/invitation?secret=x"):
        fields = re.findall(r"<input[^>]*password[^>]*>", visitor.get(address).text)
        assert fields
        assert all('type="password"' in field and "onpaste" not in field for field in fields)


def test_no_format_of_a_publication_holds_what_the_public_may_not_see():
    """Every file of every format: of dossiers only canaries of the public, and of figures nothing suspect."""
    with filled_house(PLAIN) as house, visiting(house) as visitor:
        may, _ = shown_to("", house)
        publication = published(house.programme)
        files = visitor.get(f"/api/publications/{publication.id}").json()["files"]
        addresses = [file["address"] for file in files]
        assert {file["name"] for file in files} == {
            row.file
            for row in FORMATS.values()
            if row.table not in ("scores", "outlook")  # of which none is adopted
        }
        items = [f"/ogc/collections/{name}/items?limit=1000" for name in ("places", "projects")]
        pages = ["/publications", f"/publications/{publication.id}", "/ogc", "/ogc/collections"]
        shown = set()
        for address in (*addresses, *items, *pages):
            answer = visitor.get(address)
            assert answer.status_code == 200, address
            tokens = set(CANARY.findall(answer.text))
            amounts = set(re.findall(r"(?<![\w.])71\d{5}(?=0{6}\b|\b)", answer.text)) & set(
                house.canaries.numbers
            )
            assert tokens | amounts <= may, address
            assert not re.search(r"8765432|\b(olga|oscar|carl|eva)\b", answer.text, re.IGNORECASE), address
            shown |= tokens | amounts
        assert {house.canaries.fields[one] for one in shown if one in house.canaries.fields} >= {
            ("taskbook", "tasks"), ("taskbook", "targets"), ("report", "reached"),
        }  # fmt: skip


def published(programme):
    """Publish the house with one figure that is public, and one that is suspect."""
    programme.register(sources=[Source("cbs", "Statistics", "People")], by="olga", reason="a source")
    row = {
        "city": "0503", "variable": "population_agglomeration", "period": "2015", "value": 4321.0,
        "unit": "persons", "area": "agglomeration", "status": "reported", "quality": "measured",
        "source": "cbs", "file": "cnrfile.csv", "sheet": "", "cell": "", "reason": "cnrwhy",
    }  # fmt: skip
    table = pl.DataFrame([row, row | {"period": "2016", "value": 8765432.0, "status": "suspect"}])
    stamp = FileStamp("cnrfile.csv", "0" * 64)
    programme.store.record(table, by="olga", reason="cnrwhy", file=stamp)
    return programme.publish(by="olga")
