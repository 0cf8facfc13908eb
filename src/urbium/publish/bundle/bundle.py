"""Bundle: a measurement in one file that anybody can run again, and that tells when it was changed.

A bundle holds what went in (observations, cities, declared rows), what came out (tables, and how the score
of each city came about, down to the cells), and a signed manifest with the digest of each. Verifying computes
all of it again from the raw figures with the urbium at hand, and compares bit for bit; what a bundle says of
its results is never believed. See ADR 0005.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from urbium.errors import Fault, InputError, NotFoundError
from urbium.files import write_whole
from urbium.measure import Scores
from urbium.publish.bundle.container import Member, inflate, pack, unpack_any
from urbium.publish.bundle.contents import (
    SIGNED,
    Run,
    computed,
    contents_of,
    read_contents,
    results,
    reworded,
    run_of,
)
from urbium.publish.bundle.plain_records import Reader, read_json, write_json
from urbium.publish.bundle.signing import SigningKey, check_signature, fingerprint, pins
from urbium.publish.bundle.verification import KEYS, Verification, compare, versions
from urbium.sources.formats.size_limits import MAX_PACKED_BYTES
from urbium.text import coded, text

_EDITION: Final = 1
_MANIFEST, _SIGNATURE, _SIGNER = "manifest.json", "manifest.sig", "signer.pem"
_STORED: Final = (_MANIFEST, _SIGNATURE, _SIGNER)
MEMBERS: Final = (*_STORED, *SIGNED)
"""What a bundle holds: the manifest, its signature and the public key, and what the manifest signs."""

_LONGEST_MANIFEST: Final = 10_000_000
_LONGEST_SHOWN: Final = 120
_KINDS: Final[Mapping[str, type]] = MappingProxyType(
    {
        "about": str,
        "bundle": int,
        "columns": dict,
        "index": str,
        "members": dict,
        "run": dict,
        "settings": dict,
        "signer": str,
        "versions": dict,
    }
)
_AGAIN: Final = text("ask the sender for the file again")


@dataclass(frozen=True, slots=True)
class BundleReceipt:
    """What was written: the file, its digest and size, and the fingerprint of the key that signed it."""

    path: Path
    sha256: str
    size: int
    signer: str
    about: str

    def __str__(self) -> str:
        return text(
            "{about}: {path} ({size:.2f} MB), signed by {signer}",
            about=self.about,
            path=str(self.path),
            size=self.size / 1e6,
            signer=self.signer,
        ).render()


def write_bundle(scores: Scores, path: str | Path, *, key: SigningKey) -> BundleReceipt:
    """Write scores as a signed file that recomputes itself; the same scores and key give the same bytes.

    Parameters
    ----------
    scores : what :func:`urbium.measure.measure_index` returned
    path : the file to write; one that is there is replaced, whole
    key : see :func:`urbium.publish.bundle.signing.signing_key`

    Raises
    ------
    InputError : the scores are not those that their own observations give (such as those of a panel, or with
        a value changed by hand), or they are too large for one file

    References
    ----------
    RFC 8032 (Ed25519); FIPS 180-4 (SHA-256).
    """
    content, columns = contents_of(scores)
    packed = {name: Member.of(part) for name, part in content.items()}
    manifest = write_json(
        {
            "about": repr(scores),
            "bundle": _EDITION,
            "index": scores.index.id,
            "members": {name: _entry(content[name], packed[name]) for name in SIGNED},
            "run": asdict(run_of(scores)),
            "settings": json.loads(json.dumps(dict(scores.settings), default=str)),
            "signer": key.fingerprint,
            "versions": versions(),
            "columns": columns,
        }
    )
    signature = key.sign(hashlib.sha256(manifest).digest())
    for name, part in zip(_STORED, (manifest, signature, key.public), strict=True):
        packed[name] = Member.of(part, is_stored=True)
    raw = pack(packed)
    target = write_whole(path, raw)
    return BundleReceipt(target, hashlib.sha256(raw).hexdigest(), len(raw), key.fingerprint, repr(scores))


def verify_bundle(path: str | Path, *, trusted: Iterable[str] = ()) -> Verification:
    """Compute a bundle once more from its raw figures, and say whether every number is the same, bit for bit.

    Parameters
    ----------
    path : the file; it is hostile until shown otherwise
    trusted : fingerprints of the keys that may have signed it; any key may when there is none

    Returns
    -------
    Verification
        Who signed it, whether the numbers are the same, and where they are not. It never says whether the raw
        figures are true.

    Raises
    ------
    NotFoundError : there is no such file
    InputError : the file is no bundle, a member was changed in any byte, it holds anything else, is signed by
        another key than the trusted, or cannot be computed; with the member named
    """
    place = Path(path)
    if not place.is_file():
        raise NotFoundError(
            coded("bundle.no_such_file", "there is no such file"),
            place=str(place),
            remedy=text("check the name"),
        )
    allowed = pins(trusted)
    with _placed(place.name):
        raw = place.read_bytes() if place.stat().st_size <= MAX_PACKED_BYTES else bytes(MAX_PACKED_BYTES + 1)
        members, is_as_written = unpack_any(raw, names=MEMBERS)
        manifest, signer = _manifest(members)
        if allowed and signer not in allowed:
            raise InputError(
                coded(
                    "bundle.other_signer",
                    "it is signed by {signer}, which is not one of the keys you trust",
                    signer=signer,
                ),
                remedy=text("obtain the fingerprint from the signer through another channel"),
            )
        content = {name: _whole(name, members[name], manifest["members"]) for name in SIGNED}
        is_as_written = is_as_written and _is_packed_as_signed(members, manifest["members"])
        declared, tables = read_contents(content, manifest["columns"])
        again = computed(declared, tables, _run(manifest["run"]))
        theirs = {name: tables[f"{name}.csv"] for name in KEYS}
        cells, differences, other_words = compare(theirs, results(again))
        words = (*other_words, *reworded(again, content))
    return Verification(
        table=differences,
        settings=MappingProxyType(manifest["settings"]),
        about=_shown(repr(again)),
        signer=signer,
        is_trusted=signer in allowed,
        cells=cells,
        figures=again.used.height,
        theirs=MappingProxyType({_shown(name): _shown(text) for name, text in manifest["versions"].items()}),
        ours=MappingProxyType(versions()),
        other_units=declared.other_units,
        reworded=words,
        is_repacked=not is_as_written,
    )


# Writing


def _entry(content: bytes, member: Member) -> dict[str, Any]:
    return {
        "bytes": len(content),
        "packed_sha256": hashlib.sha256(member.packed).hexdigest(),
        "sha256": hashlib.sha256(content).hexdigest(),
    }


# Reading


@contextmanager
def _placed(name: str) -> Iterator[None]:
    """Let every refusal name the file."""
    try:
        yield
    except InputError as error:
        place = ", ".join(part for part in (name, error.place) if part)
        raise InputError(
            error.message, place=place, remedy=error.remedy or _AGAIN, faults=error.faults
        ) from error


def _manifest(members: Mapping[str, Member]) -> tuple[dict[str, Any], str]:
    """Return the manifest and the fingerprint of its signer; raise InputError when it is not as signed."""
    for name in _STORED:
        if members[name].size > _LONGEST_MANIFEST:
            raise InputError(
                coded("bundle.member_too_long", "the member {name!r} is too long", name=name),
                remedy=_AGAIN,
            )
    written, signature, public = (inflate(name, members[name]) for name in _STORED)
    check_signature(public, hashlib.sha256(written).digest(), signature)
    signer = fingerprint(public)
    manifest = read_json(written, place=_MANIFEST)
    kinds = {name: type(value) for name, value in manifest.items()} if isinstance(manifest, dict) else {}
    if kinds.get("bundle") is int and manifest["bundle"] > _EDITION:
        raise InputError(
            coded(
                "bundle.edition",
                "the bundle is in edition {edition} of the format",
                edition=manifest["bundle"],
            ),
            remedy=text("use a later version of urbium"),
        )
    faults = [
        Fault(
            "error",
            coded("bundle.manifest_kind", "{name} is not of the type {kind}", name=name, kind=kind.__name__),
            "",
        )
        for name, kind in _KINDS.items()
        if kinds.get(name) is not kind
    ]
    if faults or write_json(manifest) != written:
        raise InputError(
            coded("bundle.no_manifest", "this is not the manifest of a bundle"),
            place=_MANIFEST,
            faults=faults,
        )
    if manifest["signer"] != signer:
        raise InputError(
            coded(
                "bundle.signer_differs",
                "the manifest names the signer {named}, but the key belongs to {signer}",
                named=manifest["signer"][:64],
                signer=signer,
            )
        )
    return manifest, signer


def _whole(name: str, member: Member, entries: Mapping[str, Any]) -> bytes:
    """Return the content of a member; raise InputError unless it is, to the byte, what was signed."""
    content, entry = inflate(name, member), entries.get(name)
    signed = _entry(content, member)
    if not isinstance(entry, dict) or any(entry.get(key) != signed[key] for key in ("bytes", "sha256")):
        raise InputError(
            coded(
                "bundle.member_changed",
                "the member {name!r} has been changed: it does not match the signed manifest",
                name=name,
            )
        )
    return content


def _is_packed_as_signed(members: Mapping[str, Member], entries: Mapping[str, Any]) -> bool:
    """Return whether each member is packed to the same bytes as by who signed it."""
    return all(members[name].method == 0 for name in _STORED) and all(
        hashlib.sha256(members[name].packed).hexdigest() == entries[name].get("packed_sha256")
        for name in SIGNED
    )


def _run(given: Mapping[str, Any]) -> Run:
    read = Reader()
    run = read.record(Run, given, "run")
    if run is None:
        raise InputError(
            coded("bundle.no_manifest", "this is not the manifest of a bundle"),
            place=_MANIFEST,
            faults=read.faults,
        )
    return run


def _shown(given: object) -> str:
    """Return a text from a bundle as it may be shown on a terminal: short, and without control characters."""
    return "".join(letter for letter in str(given)[:_LONGEST_SHOWN] if letter.isprintable())
