"""Kept heads: the last entry of a programme's audit log, signed, to be kept where nobody can change it.

A file of plain JSON: what is said of the log, the public key, and the signature of both. ``urbium verify
--head`` checks the signature and that the log still has this entry.

See ADR 0060.
"""

import base64
import hashlib
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

from urbium.errors import InputError
from urbium.publish.bundle.signing import SigningKey, check_signature, fingerprint, pins
from urbium.store import Head
from urbium.text import coded, text

_KIND: Final = "urbium-head-1"
_LONGEST: Final = 16_384


def said_of(head: Head) -> dict[str, Any]:
    """Return what a kept head says of a log."""
    return {
        "kind": _KIND,
        "entry": head.seq,
        "at": head.at,
        "instant": head.instant.isoformat(),
        "hash": head.hash,
    }


def signed_head(head: Head, key: SigningKey) -> dict[str, Any]:
    """Return a head as the document that is kept: entry, instant, hash, public key, signature."""
    document = {**said_of(head), "public_key": key.public.decode()}
    signature = base64.b64encode(key.sign(_digest(document))).decode()
    return {**document, "signed_by": key.fingerprint, "signature": signature}


def read_head(path: Path, *, trusted: Iterable[str] = ()) -> Head:
    """Return a head that was kept; ``trusted`` are fingerprints of keys that may have signed it.

    Raises InputError when it is no such file, was changed, or was signed by another key.
    """
    try:
        with path.open("rb") as file:
            document = dict(json.loads(file.read(_LONGEST)))
        signed = {name: document[name] for name in ("kind", "entry", "at", "instant", "hash", "public_key")}
        public, signature = (
            document["public_key"].encode(),
            base64.b64decode(document["signature"], validate=True),
        )
        head = Head(int(document["entry"]), int(document["at"]), str(document["hash"]))
        is_ours = document["kind"] == _KIND
    except OSError as error:
        raise InputError(
            coded("publish.head.unread", "the file cannot be read: {reason}", reason=error.strerror),
            place=str(path),
        ) from error
    except (ValueError, TypeError, LookupError, AttributeError, RecursionError):
        is_ours = False
    if not is_ours:
        raise InputError(
            coded("publish.head.none", "this is not the head of an audit log"),
            place=str(path),
            remedy=text("use a file written by urbium verify --save head.json"),
        )
    check_signature(public, _digest(signed), signature)
    allowed = pins(trusted)
    if allowed and fingerprint(public) not in allowed:
        raise InputError(
            coded(
                "publish.head.stranger",
                "the head was signed by {digest}, which is not trusted",
                digest=fingerprint(public),
            ),
            place=str(path),
            remedy=text("use the file that the programme office signed"),
        )
    return head


def _digest(document: dict[str, Any]) -> bytes:
    said = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(said.encode()).digest()
