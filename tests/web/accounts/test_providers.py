"""Signing in by an OpenID provider, against a small one on this machine that can be told to lie."""

import base64
import hashlib
import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from joserfc import jwt
from joserfc.jwk import RSAKey

from people_of import PEOPLE, staffed
from urbium.access import Role
from urbium.errors import InputError
from urbium.programme.people import providers
from urbium.programme.people.invitations import FOUNDER

CLIENT = "urbium-client"


class Answers(BaseHTTPRequestHandler):
    def log_message(self, *_):
        """Say nothing."""

    def _say(self, content):
        body = json.dumps(content).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_GET(self):
        provider = self.server.provider
        if self.path == "/.well-known/openid-configuration":
            at = provider.address
            self._say({
                "issuer": provider.issuer or at, "authorization_endpoint": f"{at}/authorize",
                "token_endpoint": f"{at}/token", "jwks_uri": f"{at}/keys",
            })  # fmt: skip
        else:
            self._say({"keys": [provider.key.as_dict(private=False)]})

    def do_POST(self):
        provider = self.server.provider
        asked = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        challenge = base64.urlsafe_b64encode(hashlib.sha256(asked["code_verifier"][0].encode()).digest())
        is_right = (
            asked["code"] == ["a-code"] and challenge.decode().rstrip("=") == provider.asked["code_challenge"]
        )
        if not is_right:
            self._say({"error": "invalid_grant"})
            return
        self._say({"access_token": "x", "token_type": "Bearer", "id_token": provider.token()})


class Provider:
    """An OpenID provider; ``claims``, ``key`` and ``algorithm`` are what it signs, and with what."""

    def __init__(self, server):
        self.address = f"http://127.0.0.1:{server.server_address[1]}"
        self.issuer = ""
        self.key = self.signs_with = RSAKey.generate_key(2048, parameters={"kid": "1"})
        self.claims = {}
        self.asked = {}

    def token(self):
        now = int(time.time())
        claims = {
            "iss": self.address, "aud": CLIENT, "iat": now, "exp": now + 60, "nonce": self.asked["nonce"],
            "sub": "s-1", "email": "Carl@Example.org", "email_verified": True,
        }  # fmt: skip
        return jwt.encode({"alg": "RS256", "kid": "1"}, claims | self.claims, self.signs_with)


@pytest.fixture
def provider():
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        server.provider = Provider(server)
        threading.Thread(target=server.serve_forever, args=[0.01], daemon=True).start()
        yield server.provider
        server.shutdown()


@pytest.fixture
def programme(provider):
    with staffed() as programme:
        programme.settings.change(by="test", reason="test", provider=provider.address, client=CLIENT)
        for code, email in (
            ("carl", "carl@example.org"),
            ("sven", "shared@example.org"),
            ("pia", "shared@example.org"),
        ):
            version = programme.casework.opened(FOUNDER, "account", code).dossier.version
            programme.casework.act(FOUNDER, "account", code, "change", {"email": email}, version=version)
        yield programme


@pytest.fixture
def visitor(programme, open_client):
    with open_client(programme) as visitor:
        yield visitor


def begun(visitor, provider, to="/desk"):
    """Go to the provider as a browser does, and return what it was asked."""
    answer = visitor.get("/sign-in/provider", params={"to": to}, follow_redirects=False)
    where = urlsplit(answer.headers["location"])
    assert f"{where.scheme}://{where.netloc}" == provider.address
    provider.asked = {name: value[0] for name, value in parse_qs(where.query).items()}
    return provider.asked


def back(visitor, state, code="a-code"):
    return visitor.get(
        "/sign-in/provider/back", params={"state": state, "code": code}, follow_redirects=False
    )


def signed_in(visitor, provider, to="/desk"):
    return back(visitor, begun(visitor, provider, to)["state"])


def test_who_has_the_verified_address_comes_in_with_the_roles_of_the_account(programme, provider, visitor):
    asked = begun(visitor, provider, "/account")
    assert (asked["response_type"], asked["code_challenge_method"]) == ("code", "S256")
    assert {"state", "nonce", "code_challenge"} <= set(asked)
    answer = back(visitor, asked["state"])
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    actor = programme.people.actor(visitor.cookies["urbium_session"])
    assert (actor.account, {grant.role for grant in actor.grants}) == ("carl", {Role.OFFICER})


def test_the_page_offers_it_where_it_is_set_up_alone(programme, visitor):
    assert "/sign-in/provider" in visitor.get("/sign-in").text
    programme.settings.change(by="test", reason="test", provider="")
    assert "/sign-in/provider" not in visitor.get("/sign-in").text


def test_without_the_extra_it_is_said_what_to_install(monkeypatch, visitor):
    monkeypatch.setattr(providers, "is_installed", lambda _: False)
    assert "/sign-in/provider" not in visitor.get("/sign-in").text
    answer = visitor.get("/sign-in/provider", follow_redirects=False)
    assert answer.status_code == 409
    assert "urbium[oidc]" in answer.text


def test_a_known_subject_is_the_same_account_whatever_its_address_is_then(programme, provider, visitor):
    signed_in(visitor, provider)
    provider.claims = {"email": "other@example.org", "email_verified": False}
    assert signed_in(visitor, provider).status_code == 303
    assert programme.people.actor(visitor.cookies["urbium_session"]).account == "carl"


def test_what_is_not_to_this_try_or_is_of_no_account_lets_nobody_in(programme, provider, visitor):
    for provider.claims in (
        {"email": "nobody@example.org"},
        {"email_verified": False},
        {"email_verified": "true"},
        {"email": ""},
        {"email": "shared@example.org"},
        {"nonce": "another"},
        {"nonce": None},
        {"aud": "another-client"},
        {"iss": "https://id.example.org"},
        {"exp": 1_000_000_000},
        {"sub": None},
    ):
        answer = signed_in(visitor, provider)
        assert (answer.status_code, "urbium_session" in visitor.cookies) == (403, False), provider.claims
    assert programme.people.codes() == sorted(PEOPLE)


def test_an_answer_signed_by_another_key_lets_nobody_in(provider, visitor):
    provider.signs_with = RSAKey.generate_key(2048, parameters={"kid": "1"})
    assert signed_in(visitor, provider).status_code == 403


def test_an_answer_to_another_browser_lets_nobody_in(programme, provider, visitor):
    state = begun(visitor, provider)["state"]
    assert back(visitor, state + "x").status_code == 403
    visitor.cookies.clear()
    assert back(visitor, state).status_code == 403
    assert back(visitor, "").status_code == 403


def test_an_answer_counts_once(provider, visitor):
    state = begun(visitor, provider)["state"]
    assert back(visitor, state).status_code == 303
    assert back(visitor, state).status_code == 403


def test_a_wrong_code_lets_nobody_in(provider, visitor):
    assert back(visitor, begun(visitor, provider)["state"], code="another").status_code == 403


def test_a_closed_account_stays_closed(programme, provider, visitor):
    signed_in(visitor, provider)
    version = programme.casework.opened(FOUNDER, "account", "carl").dossier.version
    programme.casework.act(FOUNDER, "account", "carl", "close", version=version)
    visitor.cookies.clear()
    assert signed_in(visitor, provider).status_code == 403


def test_a_provider_that_calls_itself_otherwise_or_is_silent_is_not_believed(provider, visitor):
    provider.issuer = "https://id.example.org"
    assert visitor.get("/sign-in/provider", follow_redirects=False).status_code == 503


def test_nobody_is_led_elsewhere_afterwards(provider, visitor):
    answer = signed_in(visitor, provider, "//evil.example")
    assert answer.headers["location"] == "/desk"


@pytest.mark.parametrize(
    "wrong", ["http://id.example.org", "id.example.org", "ftp://id.example.org", "https://"]
)
def test_a_provider_without_tls_is_refused(programme, wrong):
    with pytest.raises(InputError, match="not a provider"):
        programme.settings.change(by="test", reason="test", provider=wrong)
