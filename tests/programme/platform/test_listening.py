"""Listening: a broker that is not ours (mosquitto) loses nothing between itself and the store."""

import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from paho.mqtt import publish

import urbium
from feeds_of import open_feed
from people_of import actor, staffed
from urbium.errors import ConflictError
from urbium.platform import outbound
from urbium.platform.absorbing import newest_values
from urbium.programme.platform import listening

BROKER = shutil.which("mosquitto", path="/usr/sbin:/usr/bin:/usr/local/sbin:/opt/homebrew/sbin")
LOGIN = "city:secret"
ROWS = {"topics": [{"topic": "air/{station}", "numbers": {"NO2": "no2"}, "at": "at"}]}

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(BROKER is None, reason="mosquitto is not there (Debian: mosquitto)"),
]


def make(path):
    with staffed(str(path)) as one:
        one.people.take_place("carl")


@pytest.fixture
def port():
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


@pytest.fixture
def programme(once, tmp_path, port, monkeypatch):
    monkeypatch.setenv("URBIUM_MQTT_AIR", LOGIN)
    monkeypatch.setattr(listening, "_QUIET", 0.5)
    with urbium.open(once(tmp_path / "listening.db", make)) as one:
        one.settings.change(by="t", reason="t", outbound_hosts=[f"localhost:{port} private"])
        open_feed(
            one, "air", "AirQualityObserved", ROWS,
            connector="mqtt", zone="UTC", address=f"mqtt://localhost:{port}",
        )  # fmt: skip
        yield one


@contextmanager
def broker(folder, port, *lines):
    """Run a broker in which one user with a password may do everything."""
    folder.mkdir(exist_ok=True)
    user, password = LOGIN.split(":")
    subprocess.run(
        ["mosquitto_passwd", "-b", "-c", folder / "users", user, password], check=True, capture_output=True
    )
    config = [f"listener {port} localhost", "user root", f"password_file {folder / 'users'}", *lines]
    config += ["persistence true", f"persistence_location {folder}/"]
    (folder / "conf").write_text("\n".join(config) + "\n", encoding="utf-8")
    with subprocess.Popen([BROKER, "-c", folder / "conf"], stderr=subprocess.DEVNULL) as process:
        for _ in range(100):
            try:
                socket.create_connection(("localhost", port), 1).close()
                break
            except OSError:
                time.sleep(0.05)
        try:
            yield
        finally:
            process.terminate()


def send(port, *payloads, **more):
    user, password = LOGIN.split(":")
    messages = [(f"air/{place}", payload, 1, False) for place, payload in enumerate(payloads)]
    auth = {"username": user, "password": password}
    publish.multiple(messages, "localhost", port, auth=auth, **more)


def sent(value, minute=0):
    return f'{{"no2": {value}, "at": "2026-03-01T08:{minute:02}:00Z"}}'


def values(programme):
    return [one.number for one in newest_values(programme.store, "0503", "AirQualityObserved", "NO2")]


def look(programme):
    (one,) = programme.feeds.listed(actor(programme, "olga"))
    return one.health


def test_what_is_published_is_stored_and_what_cannot_be_read_is_put_aside(programme, port, tmp_path):
    with broker(tmp_path / "broker", port):
        programme.live.run(until_idle=True)  # the broker keeps from now on what is sent to it
        send(port, sent(20), sent(21), "rain", '{"at": "2026-03-01T08:00:00Z"}')
        programme.live.run(until_idle=True)

    assert values(programme) == [20, 21]
    assert look(programme).counts["aside"] == 2
    reasons = " ".join(str(one["reason"]) for one in programme.feeds.aside(actor(programme, "carl"), "air"))
    assert "not JSON" in reasons
    assert "none of the values" in reasons


def test_what_the_store_did_not_take_stays_with_the_broker(programme, port, tmp_path, monkeypatch):
    add, tried = programme.store.inbox.add, []

    def busy(rows):
        if rows and not tried:
            tried.append(len(rows))
            raise ConflictError("someone else is writing")
        return add(rows)

    monkeypatch.setattr(programme.store.inbox, "add", busy)
    with broker(tmp_path / "broker", port):
        programme.live.run(until_idle=True)
        send(port, *(sent(value) for value in range(50)))
        programme.live.run(until_idle=True)
        time.sleep(1.1)
        programme.live.run(until_idle=True)

    assert tried
    assert sorted(values(programme)) == list(range(50))


def test_a_broker_that_was_away_is_heard_again_with_what_was_sent_before_it_went(programme, port, tmp_path):
    with broker(tmp_path / "broker", port):
        programme.live.run(until_idle=True)
        send(port, sent(20))
    programme.live.run(until_idle=True)
    assert "broker" in look(programme).failure

    with broker(tmp_path / "broker", port):
        programme.live.run(until_idle=True)
    assert values(programme) == [20]
    assert look(programme).failure == ""


def test_a_wrong_password_is_said(programme, port, tmp_path, monkeypatch):
    monkeypatch.setenv("URBIUM_MQTT_AIR", "city:wrong")
    with broker(tmp_path / "broker", port):
        programme.live.run(until_idle=True)

    assert "refused" in look(programme).failure


def certified(folder):
    """Write a key and a certificate of this machine, which is its own authority."""
    folder.mkdir()
    key, now = ec.generate_private_key(ec.SECP256R1()), datetime.now(UTC)
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "localhost")])
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
        .serial_number(7).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )  # fmt: skip
    form = serialization.PrivateFormat.PKCS8
    pem = serialization.Encoding.PEM
    (folder / "key").write_bytes(key.private_bytes(pem, form, serialization.NoEncryption()))
    (folder / "certificate").write_bytes(certificate.public_bytes(pem))


@pytest.mark.parametrize("is_trusted", [True, False])
def test_tls_proves_the_broker(programme, port, tmp_path, monkeypatch, is_trusted):
    folder = tmp_path / "broker"
    certified(folder)
    if is_trusted:
        monkeypatch.setenv("SSL_CERT_FILE", str(folder / "certificate"))
    outbound._tls.cache_clear()
    carl = actor(programme, "carl")
    programme.casework.act(carl, "feed", "air", "change", {"address": f"mqtts://localhost:{port}"}, version=2)
    programme.casework.act(actor(programme, "olga"), "feed", "air", "accept", version=3)
    with broker(folder, port, f"certfile {folder / 'certificate'}", f"keyfile {folder / 'key'}"):
        programme.live.run(until_idle=True)
        send(port, sent(20), tls={"ca_certs": str(folder / "certificate")})
        programme.live.run(until_idle=True)
    outbound._tls.cache_clear()

    assert values(programme) == ([20] if is_trusted else [])
    assert ("broker" in look(programme).failure) is not is_trusted
