"""Signing in, who a request acts for, and changes that come from elsewhere."""

import re
import ssl
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.client import RemoteDisconnected
from ipaddress import ip_address
from types import SimpleNamespace
from urllib.error import URLError
from urllib.request import urlopen

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from litestar.exceptions import TooManyRequestsException
from litestar.testing import TestClient

from people_of import PASSWORD, staffed
from urbium.access import Grant, Role
from urbium.errors import ForbiddenError, InputError
from urbium.programme import open_programme
from urbium.programme.people.invitations import FOUNDER
from urbium.web import app as web_app
from urbium.web import create_app
from urbium.web.rendering.drawing import Drawer
from urbium.web.server.listening import tls_options
from urbium.web.server.sessions import Attempts


@pytest.fixture(scope="module")
def programme():
    with staffed() as programme:
        programme.people.accept(programme.people.invite_again(FOUNDER, "carl"), PASSWORD)
        yield programme


def visitor_of(programme, **options):
    app = create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)), **options)
    return TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False)


@pytest.fixture(scope="module")
def client(programme):
    with visitor_of(programme) as client:
        yield client


@pytest.fixture
def visitor(client):
    """Somebody whom nobody here has seen."""
    client.cookies.clear()
    client.app.state.attempts = Attempts(30)
    return client


def sign_in(visitor, password=PASSWORD, **more):
    return visitor.post(
        "/sign-in", data={"code": "carl", "password": password, **more}, follow_redirects=False
    )


def sign_in_with(visitor, headers):
    data = {"code": "carl", "password": PASSWORD}
    return visitor.post("/sign-in", data=data, headers=headers, follow_redirects=False)


def fault_at(name, page):
    """Return the text that describes what is wrong with an input."""
    assert re.search(rf'<input name="{name}"[^>]* aria-invalid="true" aria-describedby="wrong-{name}"', page)
    return re.search(rf'id="wrong-{name}">([^<]*)<', page)[1]


def csrf(visitor):
    return re.search(r'name="csrf" value="(\w+)"', visitor.get("/notice").text)[1]


def test_a_person_signs_in_and_out(visitor):
    answer = sign_in(visitor)
    assert (answer.status_code, answer.headers["location"]) == (303, "/desk")
    assert "HttpOnly; SameSite=Lax" in answer.headers["set-cookie"]
    assert ">Carl</a>" in visitor.get("/notice").text
    visitor.post("/sign-out", data={"csrf": csrf(visitor)})
    assert "/sign-in" in visitor.get("/notice").text


def test_a_wrong_password_shows_the_form_again_without_it(visitor):
    answer = sign_in(visitor, "not the right words")
    assert (answer.status_code, answer.headers["content-type"][:9]) == (403, "text/html")
    assert 'value="carl"' in answer.text
    assert "not the right words" not in answer.text
    assert fault_at("password", answer.text).startswith("The name, password or code is wrong")


@pytest.mark.parametrize("to", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:1"])
def test_after_signing_in_nobody_is_led_elsewhere(visitor, to):
    assert sign_in(visitor, to=to).headers["location"] == "/desk"


@pytest.mark.parametrize(
    "headers",
    [{"Sec-Fetch-Site": "cross-site"}, {"Sec-Fetch-Site": "same-site"}, {"Origin": "http://evil.example"}],
)
def test_a_change_sent_by_another_site_is_refused(visitor, headers):
    answer = visitor.post("/sign-in", data={"code": "carl", "password": PASSWORD}, headers=headers)
    assert answer.status_code == 403
    assert not visitor.cookies


def test_a_browser_that_hides_the_origin_but_says_the_site_is_served(visitor):
    answer = sign_in_with(visitor, {"Sec-Fetch-Site": "same-origin", "Origin": "null"})
    assert answer.status_code == 303


def test_a_form_of_another_session_is_refused(visitor):
    sign_in(visitor)
    assert visitor.post("/sign-out", data={"csrf": "0" * 40}).status_code == 403
    assert ">Carl</a>" in visitor.get("/notice").text


def test_a_page_of_a_person_is_kept_by_no_cache(visitor):
    sign_in(visitor)
    assert visitor.get("/notice").headers["cache-control"] == "private, no-store"


def test_a_token_that_opens_nothing_is_told_so(visitor):
    answer = visitor.post("/sign-in", data={}, headers={"Authorization": "Bearer nothing"})
    assert answer.status_code == 401


def test_a_token_acts_for_its_owner(programme, visitor):
    secret = programme.people.token(
        programme.people.named("carl"), "reports", Grant(Role.OFFICER, "city", "0503")
    )
    page = visitor.get("/notice", headers={"Authorization": f"Bearer {secret}"})
    assert ">Carl</a>" in page.text


def test_attempts_count_whichever_process_they_reach(programme):
    one, other = (Attempts(2, office=programme, kind="test") for _ in range(2))
    connection = SimpleNamespace(scope={"client": ("10.0.0.1", 1)})
    one.count(connection)
    other.count(connection)
    one.count(SimpleNamespace(scope={"client": ("10.0.0.2", 1)}))
    with pytest.raises(TooManyRequestsException):
        one.count(connection)


def test_attempts_are_forgotten_after_a_minute():
    clock = [0.0]
    attempts = Attempts(2, clock=lambda: clock[0])

    connection = SimpleNamespace(scope={"client": ("10.0.0.1", 1)})
    attempts.count(connection)
    attempts.count(connection)
    with pytest.raises(TooManyRequestsException):
        attempts.count(connection)
    clock[0] = 61.0
    attempts.count(connection)


def test_places_can_be_taken_in_the_demo_alone(programme, visitor):
    assert visitor.post("/demo/take-place", data={"code": "olga"}).status_code in (403, 404)
    with visitor_of(programme, is_demo=True) as demo:
        assert "View the demo as" in demo.get("/notice").text
        demo.post("/demo/take-place", data={"code": "olga"}, follow_redirects=False)
        assert ">Olga</a>" in demo.get("/notice").text
        left = demo.post("/demo/take-place", data={"code": "", "to": "/desk"}, follow_redirects=False)
        assert left.headers["location"] == "/"
        assert ">Olga</a>" not in demo.get("/notice").text


def test_an_invitation_is_accepted_on_its_page(programme, visitor):
    secret = programme.people.invite_again(FOUNDER, "sven")
    assert secret not in visitor.get("/invitation", params={"secret": secret}).text
    short = visitor.post("/invitation", data={"secret": secret, "password": "short"})
    assert (short.status_code, f'value="{secret}"' in short.text) == (422, True)
    assert fault_at("password", short.text).startswith("A password must have 12 to 256 characters")
    unknown = visitor.post("/invitation", data={"secret": "mistyped", "password": PASSWORD})
    assert (unknown.status_code, 'value="mistyped"' in unknown.text) == (404, True)
    assert fault_at("secret", unknown.text).startswith("This invitation is unknown")
    answer = visitor.post(
        "/invitation", data={"secret": secret, "password": PASSWORD}, follow_redirects=False
    )
    assert answer.headers["location"] == "/desk"


def test_the_secret_of_an_invitation_is_in_no_address_that_is_sent(programme, visitor):
    """The link has it behind #, which stays in the browser; sent all the same, it is not shown."""
    programme.people.take_place("olga")
    with visitor_of(programme, is_demo=True) as demo:
        demo.post("/demo/take-place", data={"code": "olga"})
        page = demo.post("/people/again", data={"code": "erik", "csrf": csrf(demo)}).text
    link = re.search(r">(http[^<]*/invitation[^<]*)<", page)[1]
    sent, _, secret = link.partition("#")
    assert sent.endswith("/invitation")
    assert len(secret) > 30
    assert "invitation.js" in visitor.get("/invitation").text
    assert secret not in visitor.get("/invitation", params={"secret": secret}).text


def test_a_public_address_is_not_served_where_nobody_can_sign_in(tmp_path, monkeypatch):
    monkeypatch.setattr(web_app, "_warm", lambda *_: None)
    monkeypatch.setattr(web_app.uvicorn, "run", lambda *_a, **_k: None)
    with staffed(tmp_path / "p.db"):
        pass
    with pytest.raises(InputError, match="no account can sign in"):
        web_app.serve(tmp_path / "p.db", host="0.0.0.0")
    with open_programme(tmp_path / "p.db") as programme:
        programme.people.accept(programme.people.invite_again(FOUNDER, "olga"), PASSWORD)
    web_app.serve(tmp_path / "p.db", host="0.0.0.0")
    with pytest.raises(InputError):
        web_app.serve(tmp_path / "p.db", host="0.0.0.0", is_demo=True)


def test_who_signs_in_again_ends_the_session_before(programme, visitor):
    sign_in(visitor)
    first = visitor.cookies["urbium_session"]
    sign_in(visitor)
    assert visitor.cookies["urbium_session"] != first
    assert programme.people.actor(first) is None


def test_a_secret_that_a_browser_brings_along_becomes_nobodys_session(programme, visitor):
    visitor.cookies.set("urbium_session", "chosen by somebody else")
    assert sign_in(visitor).status_code == 303
    assert programme.people.actor("chosen by somebody else") is None


# --- TLS ----------------------------------------------------------------------------------------------------


@pytest.fixture
def certificate(tmp_path):
    """A certificate of this machine and its key, as two files."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))]), critical=False)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    pem, plain = serialization.Encoding.PEM, serialization.NoEncryption()
    (tmp_path / "cert.pem").write_bytes(made.public_bytes(pem))
    (tmp_path / "key.pem").write_bytes(key.private_bytes(pem, serialization.PrivateFormat.PKCS8, plain))
    return tmp_path / "cert.pem", tmp_path / "key.pem"


def over_tls(programme, host="127.0.0.1", **more):
    app = create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)), hosts=[host], **more)
    return TestClient(app, base_url=f"https://{host}", raise_server_exceptions=False)


def test_by_tls_cookies_are_secure_and_of_this_host_alone(programme):
    with over_tls(programme) as visitor:
        cookies = sign_in(visitor).headers.get_list("set-cookie")
        assert len(cookies) == 2
        for cookie in cookies:
            assert re.match(r"__Host-urbium_(session|device)=", cookie)
            assert "Secure" in cookie
            assert "HttpOnly" in cookie
            assert "Path=/" in cookie
            assert "domain" not in cookie.lower()
        assert ">Carl</a>" in visitor.get("/notice").text


def test_by_tls_a_cookie_without_the_prefix_opens_nothing(programme):
    secret = programme.people.take_place("carl").secret
    with over_tls(programme) as visitor:
        assert ">Carl</a>" not in visitor.get("/notice", headers={"Cookie": f"urbium_session={secret}"}).text
        cookie = {"Cookie": f"__Host-urbium_session={secret}"}
        assert ">Carl</a>" in visitor.get("/notice", headers=cookie).text


@pytest.mark.parametrize("path", ["/", "/sign-in", "/nothing", "/static/none.css"])
def test_what_is_asked_for_by_tls_is_asked_for_so_from_now_on(programme, visitor, path):
    with over_tls(programme) as secure:
        lasts = int(secure.get(path).headers["strict-transport-security"].partition("=")[2])
    assert lasts >= 31_536_000  # a year
    assert "strict-transport-security" not in visitor.get(path).headers


def test_behind_a_proxy_the_address_of_the_programme_says_that_it_is_tls(tmp_path):
    with staffed(tmp_path / "p.db") as programme:
        programme.settings.change(by="t", reason="t", address="https://urbium.example.org")
        programme.people.accept(programme.people.invite_again(FOUNDER, "carl"), PASSWORD)
        app = create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)), hosts=["urbium.example.org"])
        with TestClient(app, base_url="http://urbium.example.org") as visitor:
            assert "__Host-urbium_session" in sign_in(visitor).headers["set-cookie"]
            assert "strict-transport-security" in visitor.get("/sign-in").headers
        with TestClient(app, base_url="http://127.0.0.1") as local:
            headers = {"X-Forwarded-Proto": "https", "X-Forwarded-Host": "urbium.example.org"}
            assert "strict-transport-security" not in local.get("/sign-in", headers=headers).headers


def test_a_server_with_a_certificate_speaks_nothing_older_than_tls_1_2(certificate):
    config = web_app.uvicorn.Config("none", **tls_options(*certificate))
    config.load_app = lambda: None
    config.load()
    assert config.ssl.minimum_version >= ssl.TLSVersion.TLSv1_2


def test_a_server_with_a_certificate_answers_by_tls_alone(programme, certificate):
    options = {"port": 0, "log_level": "critical", "lifespan": "off"} | tls_options(*certificate)
    app = create_app(programme, drawer=Drawer(ThreadPoolExecutor(1)))
    server = web_app.uvicorn.Server(web_app.uvicorn.Config(app, **options))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    trusted = ssl.create_default_context(cafile=certificate[0])
    try:
        with urlopen(f"https://127.0.0.1:{port}/sign-in", context=trusted) as answer:
            assert answer.headers["strict-transport-security"]
        with pytest.raises(URLError, match="certificate verify failed"):
            urlopen(f"https://127.0.0.1:{port}/sign-in")
        with pytest.raises((URLError, ConnectionError, RemoteDisconnected)):
            urlopen(f"http://127.0.0.1:{port}/sign-in")
    finally:
        server.should_exit = True
        thread.join(10)


@pytest.mark.parametrize("which", [(0, None), (None, 1), (1, 0)])
def test_a_certificate_without_its_key_is_refused(certificate, which):
    files = [None if place is None else certificate[place] for place in which]
    with pytest.raises(InputError, match="cannot be used"):
        tls_options(*files)


# --- devices ------------------------------------------------------------------------------------------------


def test_others_cannot_lock_out_a_browser_that_has_signed_in_before(programme):
    with visitor_of(programme) as own, visitor_of(programme) as other:
        sign_in(own)
        for _ in range(6):
            assert sign_in(other, "wrong").status_code == 403
        assert sign_in(other).status_code == 403
        assert sign_in(own).status_code == 303
    programme.store.accounts.forget_failures("carl")


def test_a_known_browser_is_locked_by_its_own_failures(programme):
    with visitor_of(programme) as own, visitor_of(programme) as other:
        sign_in(own)
        for _ in range(5):
            sign_in(own, "wrong")
        assert sign_in(own).status_code == 403
        assert sign_in(other).status_code == 303


def test_the_mark_of_a_browser_opens_nothing(programme, visitor):
    device = programme.people.sign_in("carl", PASSWORD).device
    assert programme.people.actor(device) is None
    visitor.cookies.set("urbium_session", device)
    assert ">Carl</a>" not in visitor.get("/notice").text


def test_the_mark_of_another_account_is_no_mark(programme):
    programme.people.accept(programme.people.invite_again(FOUNDER, "gus"), PASSWORD)
    device = programme.people.sign_in("gus", PASSWORD).device
    for _ in range(5):
        with pytest.raises(ForbiddenError):
            programme.people.sign_in("carl", "wrong", device=device)
    with pytest.raises(ForbiddenError):
        programme.people.sign_in("carl", PASSWORD, device=device)
    programme.store.accounts.forget_failures("carl")
