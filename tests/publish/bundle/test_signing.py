import base64
import hashlib
import pickle
import shutil
import subprocess
import threading

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from urbium.errors import InputError
from urbium.publish.bundle.signing import check_signature, fingerprint, key_file, pins, signing_key


def test_the_key_is_made_on_first_use_for_its_owner_only(tmp_path):
    place = tmp_path / "deep" / "signing.pem"

    key = signing_key(place)

    assert place.stat().st_mode & 0o777 == 0o600
    assert place.parent.stat().st_mode & 0o777 == 0o700
    assert [each.name for each in place.parent.iterdir()] == ["signing.pem"]
    assert signing_key(place).fingerprint == key.fingerprint


def test_two_keys_have_two_fingerprints(tmp_path):
    assert signing_key(tmp_path / "a").fingerprint != signing_key(tmp_path / "b").fingerprint


def test_many_that_ask_first_at_once_get_one_key(tmp_path):
    found = []
    start = threading.Barrier(8)

    def ask():
        start.wait()
        found.append(signing_key(tmp_path / "signing.pem").fingerprint)

    threads = [threading.Thread(target=ask) for _ in range(8)]
    [each.start() for each in threads]
    [each.join() for each in threads]

    assert len(found) == 8
    assert len(set(found)) == 1


def test_the_fingerprint_is_the_digest_of_the_raw_public_key(key):
    raw = base64.b64decode("".join(key.public.decode().splitlines()[1:-1]))[-32:]  # the end of the DER

    assert key.fingerprint == hashlib.sha256(raw).hexdigest()
    Ed25519PublicKey.from_public_bytes(raw).verify(key.sign(b"digest"), b"digest")


def test_the_key_shows_nothing_of_its_private_half(key, tmp_path):
    assert repr(key) == f"SigningKey {key.fingerprint}"
    assert "PRIVATE" not in f"{key!r} {key} {vars(key)}"
    with pytest.raises(TypeError):
        pickle.dumps(key)


def test_the_environment_names_the_key_file(monkeypatch, tmp_path):
    monkeypatch.setenv("URBIUM_KEY", str(tmp_path / "own.pem"))

    signing_key()

    assert (tmp_path / "own.pem").is_file()


def test_the_key_lies_among_the_settings_otherwise(monkeypatch, tmp_path):
    monkeypatch.delenv("URBIUM_KEY", raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert key_file() == tmp_path / "urbium" / "signing.pem"

    monkeypatch.delenv("XDG_CONFIG_HOME")
    monkeypatch.setenv("HOME", str(tmp_path))
    assert key_file() == tmp_path / ".config" / "urbium" / "signing.pem"


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o660, 0o620])
def test_a_key_that_others_may_read_is_refused(tmp_path, mode):
    place = tmp_path / "signing.pem"
    signing_key(place)
    place.chmod(mode)

    with pytest.raises(InputError, match="users other than its owner") as error:
        signing_key(place)
    assert error.value.remedy == "chmod 600 signing.pem"


def encoded(private, encryption=None):
    return private.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, encryption or NoEncryption())


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"no key",
        encoded(generate_private_key(65537, 2048)),
        encoded(Ed25519PrivateKey.generate(), BestAvailableEncryption(b"secret")),
    ],
    ids=["empty", "text", "rsa", "locked"],
)
def test_another_kind_of_key_is_refused(tmp_path, content):
    place = tmp_path / "signing.pem"
    place.write_bytes(content)
    place.chmod(0o600)

    with pytest.raises(InputError, match="not an Ed25519 key, or it has a password"):
        signing_key(place)


def test_a_folder_is_no_key_file(tmp_path):
    with pytest.raises(InputError, match="key file cannot be used"):
        signing_key(tmp_path)


def test_a_signature_fits_its_digest_and_key_only(key, tmp_path):
    signature = key.sign(b"digest")

    check_signature(key.public, b"digest", signature)
    for public, digest, signed in (
        (key.public, b"digesT", signature),
        (key.public, b"digest", signature[:-1] + bytes([signature[-1] ^ 1])),
        (key.public, b"digest", b""),
        (signing_key(tmp_path / "other").public, b"digest", signature),
    ):
        with pytest.raises(InputError, match="signature does not match"):
            check_signature(public, digest, signed)


@pytest.mark.skipif(
    shutil.which("openssl") is None, reason="openssl is absent: no second opinion on a signature"
)
def test_openssl_confirms_a_signature(key, tmp_path):
    for name, content in (("signer.pem", key.public), ("digest", b"x" * 32), ("sig", key.sign(b"x" * 32))):
        (tmp_path / name).write_bytes(content)
    command = "openssl pkeyutl -verify -pubin -inkey signer.pem -rawin -in digest -sigfile sig"

    done = subprocess.run(command.split(), cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.stdout.strip() == "Signature Verified Successfully"


def test_a_public_key_is_written_in_one_way_only(key):
    for text in (key.public + b"\n", key.public.replace(b"\n", b"\r\n"), b"x" + key.public):
        with pytest.raises(InputError, match=r"not encoded as required|not an Ed25519 key"):
            fingerprint(text)


def test_a_public_key_of_another_kind_is_refused():
    public = generate_private_key(65537, 2048).public_key()

    with pytest.raises(InputError, match="not an Ed25519 key"):
        fingerprint(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))


def test_fingerprints_are_read_as_people_write_them():
    assert pins(["AB" * 32, " ".join(["cd"] * 32)]) == {"ab" * 32, "cd" * 32}
    assert pins([]) == frozenset()


@pytest.mark.parametrize("text", ["", "ab" * 31, "ab" * 33, "xy" * 32])
def test_a_part_of_a_fingerprint_is_none(text):
    with pytest.raises(InputError, match="is not a fingerprint"):
        pins([text])
