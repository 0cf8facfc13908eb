"""Signing: the key a programme signs its bundles with, and the check of a signature by anybody.

The private key lies in one file that only its owner may read. It is made on first use, and it is never
written anywhere else: not into a store, a bundle, a log or a message. The public key travels with what it
signed; its fingerprint is what people tell one another by another way.
"""

import hashlib
import os
import re
import stat
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from urbium.errors import InputError
from urbium.text import coded
from urbium.text import text as sentence

_LONGEST: Final = 4096
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO
_FINGERPRINT: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class SigningKey:
    """A private key that signs, and shows nothing of itself but its public half.

    Attributes
    ----------
    public : the public key, as the text (PEM) that travels with a signature
    """

    _private: Ed25519PrivateKey = field(repr=False, compare=False)
    public: bytes = field(repr=False)

    @property
    def fingerprint(self) -> str:
        """64 hexadecimal digits by which the key is known."""
        return fingerprint(self.public)

    def sign(self, digest: bytes) -> bytes:
        """Return the signature (64 bytes) of a digest (RFC 8032, Ed25519)."""
        return self._private.sign(digest)

    def __repr__(self) -> str:
        return f"SigningKey {self.fingerprint}"


def key_file() -> Path:
    """Return where the key lies: URBIUM_KEY, or ``urbium/signing.pem`` among the user's settings (XDG)."""
    named = os.environ.get("URBIUM_KEY")
    if named:
        return Path(named)
    settings = os.environ.get("XDG_CONFIG_HOME")
    return (Path(settings) if settings else Path.home() / ".config") / "urbium" / "signing.pem"


def signing_key(path: Path | None = None) -> SigningKey:
    """Return the key in a file, :func:`key_file` when none is named; make it when there is no such file.

    Raises
    ------
    InputError : the file is no Ed25519 key, or others than its owner may read it, or it cannot be written
    """
    place = key_file() if path is None else path
    try:
        if not place.exists():
            _make(place)
        return _read(place)
    except OSError as error:
        raise InputError(
            coded("bundle.key.unusable", "the key file cannot be used: {reason}", reason=error.strerror),
            place=str(place),
            remedy=sentence("name another key file with URBIUM_KEY, or correct the permissions"),
        ) from error


def fingerprint(public: bytes) -> str:
    """Return the SHA-256 of the 32 bytes of a public key given as PEM, in hexadecimal.

    Raises InputError when it is not an Ed25519 key, written as this module writes it.
    """
    return hashlib.sha256(_public(public).public_bytes(Encoding.Raw, PublicFormat.Raw)).hexdigest()


def check_signature(public: bytes, digest: bytes, signature: bytes) -> None:
    """Raise InputError unless ``signature`` is that of ``digest`` by the key ``public`` (PEM)."""
    try:
        _public(public).verify(signature, digest)
    except InvalidSignature as error:
        raise InputError(
            coded(
                "bundle.key.signature",
                "the signature does not match: the content or the signature was changed",
            ),
            remedy=sentence("ask the sender for the file again"),
        ) from error


def pins(trusted: Iterable[str]) -> frozenset[str]:
    """Return fingerprints as people write them (spaces, colons, capitals) in one form.

    Raises InputError for one that is not whole: a part of a fingerprint can be had for another key.

    >>> pins(["AB:" * 31 + "AB"]) == {"ab" * 32}
    True
    """
    written = {re.sub(r"[\s:]", "", given).lower(): given for given in trusted}
    wrong = [text for clean, text in written.items() if not _FINGERPRINT.fullmatch(clean)]
    if wrong:
        raise InputError(
            coded("bundle.key.fingerprint", "{given!r} is not a fingerprint", given=wrong[0]),
            remedy=sentence("enter all 64 hexadecimal digits"),
        )
    return frozenset(written)


def _make(place: Path) -> None:
    """Write a new key whole and at once, readable by its owner only; leave one that is there meanwhile."""
    text = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=place.parent)  # mode 0600
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(name, place)
        except FileExistsError:
            return
    finally:
        Path(name).unlink()


def _read(place: Path) -> SigningKey:
    with place.open("rb") as file:
        if os.name == "posix" and stat.S_IMODE(os.fstat(file.fileno()).st_mode) & _OTHERS:
            raise InputError(
                coded("bundle.key.readable_by_others", "users other than its owner can read the key"),
                place=str(place),
                remedy=f"chmod 600 {place.name}",
            )
        text = file.read(_LONGEST)
    try:
        private = load_pem_private_key(text, password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        private = None
    if not isinstance(private, Ed25519PrivateKey):
        raise InputError(
            coded("bundle.key.no_private_key", "this is not an Ed25519 key, or it has a password"),
            place=str(place),
            remedy=sentence("name the right file"),
        )
    public = private.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    return SigningKey(private, public)


def _public(text: bytes) -> Ed25519PublicKey:
    try:
        key = load_pem_public_key(text)
    except (ValueError, UnsupportedAlgorithm):
        key = None
    is_own = isinstance(key, Ed25519PublicKey)
    if (
        not isinstance(key, Ed25519PublicKey)
        or key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo) != text
    ):
        reason = (
            coded("bundle.key.rewritten", "the public key is not encoded as required for signing")
            if is_own
            else coded("bundle.key.no_public_key", "the public key is not an Ed25519 key")
        )
        raise InputError(reason, remedy=sentence("ask the sender for the file again"))
    return key
