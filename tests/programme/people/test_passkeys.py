"""Passkeys, with an authenticator in software (WebAuthn level 2, sections 6.1, 6.5.1 and 7)."""

import base64
import hashlib
import json
import struct

import cbor2
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from people_of import actor, staffed
from urbium.errors import ConflictError, ForbiddenError
from urbium.programme.people import passkeys as passkeys_module
from urbium.programme.people.invitations import FOUNDER
from urbium.programme.people.passkeys import Passkeys, Site

SITE = Site("http://localhost:8000")
PRESENT, UNLOCKED, ATTESTED = 1, 4, 64
MINUTE = 60_000_000


def text(content):
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


class Device:
    """An authenticator with one key."""

    def __init__(self):
        self.key = ec.generate_private_key(ec.SECP256R1())
        self.id = hashlib.sha256(str(id(self)).encode()).digest()
        self.count = 0
        self.flags = PRESENT | UNLOCKED

    def _data(self, site, more=b"", flags=0):
        self.count += 1
        hashed = hashlib.sha256(site.name.encode()).digest()
        return hashed + struct.pack(">BI", self.flags | flags, self.count) + more

    def _said(self, kind, options, site):
        said = {
            "type": f"webauthn.{kind}",
            "challenge": json.loads(options)["challenge"],
            "origin": site.origin,
        }
        return json.dumps(said).encode()

    def _answer(self, **response):
        return json.dumps(
            {"id": text(self.id), "rawId": text(self.id), "type": "public-key", "clientExtensionResults": {},
             "response": {name: text(value) for name, value in response.items()}}
        )  # fmt: skip

    def make(self, options, site=SITE):
        numbers = self.key.public_key().public_numbers()
        x, y = (number.to_bytes(32, "big") for number in (numbers.x, numbers.y))
        public = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y})  # RFC 9053: EC2, ES256, P-256
        attested = b"\0" * 16 + struct.pack(">H", len(self.id)) + self.id + public
        data = self._data(site, attested, ATTESTED)
        return self._answer(
            clientDataJSON=self._said("create", options, site),
            attestationObject=cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data}),
        )

    def answer(self, options, site=SITE):
        said, data = self._said("get", options, site), self._data(site)
        signed = self.key.sign(data + hashlib.sha256(said).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(clientDataJSON=said, authenticatorData=data, signature=signed, userHandle=b"x")


@pytest.fixture(scope="module")
def programme():
    with staffed() as programme:
        programme.people.take_place("carl")
        yield programme


@pytest.fixture
def clock():
    return [1_800_000_000_000_000]


@pytest.fixture
def passkeys(programme, clock):
    made = Passkeys(programme._desk, programme.people, clock=lambda: clock[0])
    yield made
    carl = actor(programme, "carl")
    for key in made.listed(carl):
        made.remove(carl, key)


@pytest.fixture
def device(programme, passkeys):
    device = Device()
    keep(programme, passkeys, device)
    return device


def keep(programme, passkeys, device, *, session="s", site=SITE, who="carl", kept_in="s"):
    carl = actor(programme, who)
    options, challenge = passkeys.creation(carl, SITE, session)
    made = device.make(options, site)
    passkeys.keep(carl, made, challenge=challenge, site=SITE, session=kept_in, title="laptop")
    return made, challenge


def come_in(passkeys, device, site=SITE):
    options, challenge = passkeys.request(SITE)
    return passkeys.sign_in(device.answer(options, site), challenge=challenge, site=SITE)


def test_whose_passkey_answers_comes_in(programme, passkeys, device):
    signed = come_in(passkeys, device)
    assert signed.actor.account == "carl"
    assert programme.people.actor(signed.secret).account == "carl"
    assert list(passkeys.listed(actor(programme, "carl")).values()) == ["laptop"]
    assert programme.store.audit()["what"].to_list().count("add passkey") >= 1


def test_a_challenge_counts_once(passkeys, device):
    options, challenge = passkeys.request(SITE)
    answer = device.answer(options)
    assert passkeys.sign_in(answer, challenge=challenge, site=SITE)
    with pytest.raises(ForbiddenError):
        passkeys.sign_in(answer, challenge=challenge, site=SITE)
    with pytest.raises(ForbiddenError):
        passkeys.sign_in(device.answer(options), challenge=challenge, site=SITE)


def test_a_challenge_of_another_browser_counts_for_nobody(passkeys, device):
    options, _ = passkeys.request(SITE)
    _, other = passkeys.request(SITE)
    for challenge in (other, "", "nonsense", "A" * 75):
        with pytest.raises(ForbiddenError):
            passkeys.sign_in(device.answer(options), challenge=challenge, site=SITE)


def test_a_challenge_lasts_five_minutes(passkeys, device, clock):
    options, challenge = passkeys.request(SITE)
    answer = device.answer(options)
    clock[0] += 6 * MINUTE
    with pytest.raises(ForbiddenError):
        passkeys.sign_in(answer, challenge=challenge, site=SITE)


def test_a_passkey_is_made_in_the_session_that_asked_for_it(programme, passkeys):
    with pytest.raises(ForbiddenError):
        keep(programme, passkeys, Device(), session="s", kept_in="another")


def test_a_challenge_for_signing_in_makes_no_passkey(programme, passkeys):
    options, challenge = passkeys.request(SITE)
    with pytest.raises(ForbiddenError):
        passkeys.keep(
            actor(programme, "carl"),
            Device().make(options),
            challenge=challenge,
            site=SITE,
            session="s",
            title="",
        )


def test_another_site_is_answered_by_nobody(programme, passkeys, device):
    evil = Site("http://evil.example")
    with pytest.raises(ForbiddenError):
        come_in(passkeys, device, evil)
    with pytest.raises(ForbiddenError):
        keep(programme, passkeys, Device(), site=evil)


def test_a_copied_passkey_whose_counter_does_not_go_on_is_refused(passkeys, device):
    come_in(passkeys, device)
    device.count -= 1
    with pytest.raises(ForbiddenError):
        come_in(passkeys, device)
    assert come_in(passkeys, device).actor.account == "carl"


def test_a_device_that_was_not_unlocked_lets_nobody_in(programme, passkeys, device):
    device.flags = PRESENT
    with pytest.raises(ForbiddenError):
        come_in(passkeys, device)
    other = Device()
    other.flags = PRESENT
    with pytest.raises(ForbiddenError):
        keep(programme, passkeys, other)


def test_another_key_or_a_removed_one_lets_nobody_in(programme, passkeys, device):
    right, device.key = device.key, ec.generate_private_key(ec.SECP256R1())
    with pytest.raises(ForbiddenError):
        come_in(passkeys, device)
    device.key = right
    carl = actor(programme, "carl")
    passkeys.remove(carl, next(iter(passkeys.listed(carl))))
    with pytest.raises(ForbiddenError):
        come_in(passkeys, device)


def test_a_passkey_is_nobody_elses_too(programme, passkeys, device):
    programme.people.take_place("gus")
    with pytest.raises(ForbiddenError):
        keep(programme, passkeys, device, who="gus")


@pytest.mark.parametrize("nonsense", ["", "{}", "[]", "null", '{"rawId": 5}', '{"rawId": "AAAA"}', "\x00"])
def test_what_is_no_answer_is_refused(passkeys, nonsense):
    _, challenge = passkeys.request(SITE)
    with pytest.raises(ForbiddenError):
        passkeys.sign_in(nonsense, challenge=challenge, site=SITE)


def test_a_closed_account_loses_its_passkeys(programme, passkeys):
    programme.people.invite(FOUNDER, "dora", {"display": "Dora"})
    programme.people.take_place("dora")
    device = Device()
    keep(programme, passkeys, device, who="dora")
    version = programme.casework.opened(FOUNDER, "account", "dora").dossier.version
    programme.casework.act(FOUNDER, "account", "dora", "close", version=version)
    with pytest.raises(ForbiddenError):
        come_in(passkeys, device)


def test_the_store_holds_no_secret_of_a_passkey(programme, passkeys, device):
    (ticket,) = programme.store.accounts.tickets("carl", "passkey").values()
    assert set(ticket.content) == {"title", "id", "public_key", "sign_count"}


def test_without_the_extra_it_is_said_what_to_install(monkeypatch, passkeys):
    monkeypatch.setattr(passkeys_module, "is_installed", lambda _: False)
    assert not passkeys.is_offered
    with pytest.raises(ConflictError, match=r"urbium\[passkeys\]"):
        passkeys.request(SITE)
