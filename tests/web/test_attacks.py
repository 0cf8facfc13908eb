"""Attacks on a real server: what one clever insider, a token holder or a stranger tries over HTTP."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from attacks_on import served
from people_of import PASSWORD, actor, staffed
from urbium.access import Grant, Role
from urbium.programme.people.invitations import FOUNDER

OFFICE = {"role": "office", "scope": "all", "code": ""}
WRONG = {"code": "nobody", "password": "not the right words"}
ENTITIES = "/ngsi-ld/v1/entities"


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    """Serve a programme of two of the office, a signatory and an officer; yield where, and the programme."""
    store = tmp_path_factory.mktemp("attacked") / "store.db"
    with staffed(store) as programme:
        for code in ("olga", "oscar", "carl", "sven"):
            programme.people.accept(programme.people.invite_again(FOUNDER, code), PASSWORD)
        with served(store) as base:
            yield base, programme


@pytest.fixture
def tokens(house):
    _, programme = house
    grants = {"olga": Grant(Role.OFFICE), "carl": Grant(Role.OFFICER, "city", "0503")}
    return {
        code: {"Authorization": f"Bearer {programme.people.token(actor(programme, code), 'attack', grant)}"}
        for code, grant in grants.items()
    }


def sign_in(base, code="carl", password=PASSWORD, **headers):
    return httpx.post(
        f"{base}/sign-in", data={"code": code, "password": password}, headers=headers, timeout=60
    )


# --- one clever person of the office ---------------------------------------------------------------------


def test_one_of_the_office_makes_no_second_office_over_http(house, tokens):
    base, programme = house
    body = {"code": "puppet", "content": {"display": "P", "grants": [OFFICE]}}

    refused = httpx.post(f"{base}/api/accounts/begin", json=body, headers=tokens["olga"], timeout=60)
    assert (refused.status_code, "puppet" in programme.people.codes()) == (403, False)


@pytest.mark.parametrize("code", ["olga", "sven", "ada"])
def test_one_of_the_office_changes_no_roles_or_address_of_who_decides(house, tokens, code):
    base, programme = house
    before = programme.store.dossiers.one("account", code)
    for changes in ({"grants": [OFFICE, {"role": "expert"}]}, {"email": "olga@example.org"}):
        refused = httpx.post(
            f"{base}/api/accounts/{code}/change",
            json={"changes": changes},
            headers=tokens["olga"] | {"If-Match": f'"{before.version}"'},
            timeout=60,
        )
        assert refused.status_code == 403, refused.text
    assert programme.store.dossiers.one("account", code) == before


def test_no_page_shows_the_secret_of_an_invitation_of_who_decides(house):
    base, _ = house
    with httpx.Client(base_url=base, timeout=60) as olga:
        olga.post("/sign-in", data={"code": "olga", "password": PASSWORD})
        csrf = olga.get("/people").text.partition('name="csrf" value="')[2].partition('"')[0]
        renewed = olga.post("/people/again", data={"csrf": csrf, "code": "sven"})
        form = {"csrf": csrf, "code": "pup", "display": "Pup", "role": "auditor", "email": "p@example.org"}
        invited = olga.post("/people/invite", data=form)
    assert (renewed.status_code, invited.status_code) == (403, 200)
    assert "/invitation#" not in renewed.text + invited.text


def test_who_reads_an_invitation_off_the_screen_accepts_nothing_in_its_name(house, tokens):
    base, programme = house
    with httpx.Client(base_url=base, timeout=60) as olga:
        olga.post("/sign-in", data={"code": "olga", "password": PASSWORD})
        csrf = olga.get("/people").text.partition('name="csrf" value="')[2].partition('"')[0]
        form = {"csrf": csrf, "code": "tamar", "display": "Tamar", "role": "officer", "where": "0599"}
        shown = olga.post("/people/invite", data=form).text
    programme.people.accept(shown.partition("/invitation#")[2].partition("<")[0], PASSWORD)
    grant = Grant(Role.OFFICER, "city", "0599")
    token = programme.people.token(actor(programme, "tamar"), "attack", grant)
    rows = b"city,variable,period,value,unit\n0599,green_cover_rate,2020,31,%\n"
    sent = httpx.post(
        f"{base}/api/figures/load", files={"file": ("f.csv", rows)}, data={"reason": "attack"},
        headers={"Authorization": f"Bearer {token}"}, timeout=60,
    )  # fmt: skip
    submission = sent.json()["submission"]

    refused = httpx.post(
        f"{base}/api/submissions/{submission}/accept", json={"changes": {}, "reason": "fine"},
        headers=tokens["olga"] | {"If-Match": '"1"'}, timeout=60,
    )  # fmt: skip
    assert (refused.status_code, "the invitation for tamar" in refused.json()["detail"]) == (403, True)
    assert programme.store.dossiers.one("submission", submission).state == "submitted"


# --- who asks ---------------------------------------------------------------------------------------------


def test_attempts_are_counted_by_connection_whatever_headers_claim(house):
    base, _ = house

    def attempt(n):
        headers = {"X-Forwarded-For": f"10.9.8.{n}"}
        return httpx.post(f"{base}/sign-in", data=WRONG, headers=headers, timeout=60).status_code

    with ThreadPoolExecutor(12) as threads:  # every refusal waits a quarter of a second
        assert Counter(threads.map(attempt, range(36))) == {403: 30, 429: 6}
    # and others' failures, from the same address, keep nobody out
    assert sign_in(base).status_code == 303


def test_no_header_claims_tls(house):
    base, _ = house
    answer = sign_in(base, **{"X-Forwarded-Proto": "https"})
    assert "strict-transport-security" not in answer.headers
    assert "Secure" not in answer.headers["set-cookie"]


@pytest.mark.long
def test_a_declared_proxy_says_who_asks_and_the_nearest_that_is_not_declared_counts(house, tmp_path):
    _, programme = house
    with served(programme.store._database.place, "--proxy", "127.0.0.1") as base:

        def attempts(number, chain):
            return Counter(
                httpx.post(f"{base}/sign-in", data=WRONG, headers={"X-Forwarded-For": chain(n)}).status_code
                for n in range(number)
            )

        assert attempts(32, lambda n: f"10.0.0.{n}") == {403: 32}
        assert attempts(32, lambda n: f"10.0.0.{n}, 10.1.1.1") == {403: 30, 429: 2}


def test_a_token_ends_with_a_new_password(house, tokens):
    base, programme = house
    address = f"{base}/api/accounts"
    assert "sven" in httpx.get(address, headers=tokens["olga"], timeout=60).text
    programme.people.set_password("olga", "another long password", by="olga", reason="changed")
    programme.people.set_password("olga", PASSWORD, by="olga", reason="changed")

    assert "sven" not in httpx.get(address, headers=tokens["olga"], timeout=60).text


@pytest.mark.parametrize(
    "headers",
    [{"Origin": "http://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}],
    ids=["origin", "fetch metadata", "no referrer"],
)
def test_a_change_from_another_site_is_refused(house, headers):
    assert sign_in(house[0], **headers).status_code == 403


# --- bodies ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"id": "urn:x:\xff\xfe", "type": "T"}', 400),
        (b"[" * 100_000, 400),
        (b'{"id": "urn:x:1", "type": "T", "a": ' + b"9" * 5_000 + b"}", 400),
    ],
    ids=["not UTF-8", "deep", "a number of 5,000 digits"],
)
def test_a_malformed_body_is_refused_in_words(house, tokens, body, status):
    headers = tokens["carl"] | {"Content-Type": "application/json", "NGSILD-Tenant": "0503"}
    answer = httpx.post(house[0] + ENTITIES, content=body, headers=headers, timeout=60)
    assert answer.status_code == status, answer.text
    assert answer.json()["title"]


@pytest.mark.parametrize("parts", [1, 14])
def test_a_context_of_too_many_terms_is_refused(house, tokens, parts):
    terms = {f"t{n}": f"https://x.example/{n}" for n in range(20_001 // parts + 1)}
    body = {"id": "urn:x:1", "type": "T", "@context": [terms] * parts}
    headers = tokens["carl"] | {"Content-Type": "application/ld+json", "NGSILD-Tenant": "0503"}
    answer = httpx.post(house[0] + ENTITIES, json=body, headers=headers, timeout=60)
    assert (answer.status_code, "more than 20,000" in answer.text) == (400, True)


@pytest.mark.parametrize(
    ("address", "form"),
    [
        ("/desk/accounts/carl/act", {"action": "close", "version": "9" * 5_000}),
        ("/account/tokens", {"title": "x", "grant": "0", "days": "9" * 5_000}),
        ("/account/tokens", {"title": "x", "grant": "9" * 5_000, "days": "1"}),
        ("/people/close", {"code": "carl", "action": "close", "version": "9" * 5_000}),
    ],
)
def test_a_number_of_5000_digits_in_a_form_is_refused_in_words(house, address, form):
    with httpx.Client(base_url=house[0], timeout=60) as olga:
        olga.post("/sign-in", data={"code": "olga", "password": PASSWORD})
        csrf = olga.get("/people").text.partition('name="csrf" value="')[2].partition('"')[0]
        assert olga.post(address, data=form | {"csrf": csrf}).status_code in (409, 422)


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("mandates", {"title": "x" * 300_000}),
        ("mandates", {"title": "M", "countries": ["NLD"] * 50_000}),
        ("mandates", {"title": "M", "return_asked": -1e308}),
        ("mandates", {"title": "a\u202eb"}),
        ("organisations", {"title": "a\u0000b"}),
    ],
)
def test_contents_beyond_their_limits_are_refused(house, tokens, kind, content):
    body = {"code": "odd", "content": content}
    answer = httpx.post(f"{house[0]}/api/{kind}/begin", json=body, headers=tokens["olga"], timeout=60)
    assert answer.status_code == 422, answer.text


@pytest.mark.parametrize("address", ["file:///etc/passwd", "http://169.254.169.254/", "http://[fe80::1]/"])
def test_an_address_that_nobody_may_ask_is_not_stored(house, tokens, address):
    body = {"code": "odd", "content": {"title": "Odd", "address": address}, "city": "0503"}
    answer = httpx.post(f"{house[0]}/api/harvests/begin", json=body, headers=tokens["olga"], timeout=60)
    assert answer.status_code == 422, answer.text


@pytest.mark.parametrize("extra", ["state", "owner", "recorded_by", "grants"])
def test_fields_that_no_form_has_are_refused(house, tokens, extra):
    body = {"code": "mass", "content": {"title": "Mass", extra: "office"}}
    answer = httpx.post(f"{house[0]}/api/organisations/begin", json=body, headers=tokens["olga"], timeout=60)
    assert answer.status_code == 422


@pytest.mark.long
def test_the_store_verifies_after_all_of_this(house):
    assert house[1].store.verify().seq
