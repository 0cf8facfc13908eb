"""Certificates: the grade of a pilot as a tagged PDF (PDF/UA-1) or for Word, with where it is verified.

The same grade gives the same bytes: a PDF is dated by the version of the grade. In a language whose official
documents have a layout the certificate is one of them.
"""

import base64
import hashlib
import io
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from urbium.columns import headings
from urbium.publish.documents import official
from urbium.publish.documents.document import Document, Drawing, Official, Section, Table
from urbium.publish.documents.files import content
from urbium.publish.documents.typesetting import typeset
from urbium.text import spoken, text

_TEMPLATE: Final = Path(__file__).with_name("certificate.typ")
_LETTERS: Final = 20
_QR: Final = 25.0
"""The width of the QR code, in mm."""


@dataclass(frozen=True, slots=True)
class Certified:
    """What a certificate says.

    Parameters
    ----------
    code, version : of the grade
    programme, pilot : what they are called
    level : what the grade is called
    stars : how many; 0 for none
    points : 0 to 100
    rule : the set of rules
    parts : title, weight, met (0 to 1) and points of each part; they add up to the points
    at : when the version of the grade was stored
    """

    code: str
    version: int
    programme: str
    pilot: str
    level: str
    stars: int
    points: float
    rule: str
    parts: Sequence[tuple[str, float, float, float]]
    at: datetime


def check_code(code: str, version: int, content: Mapping[str, Any]) -> str:
    """Return the code by which a certificate is verified: a digest of the grade and its version.

    Parameters
    ----------
    code, version : of the grade
    content : what the public sees of it

    >>> check_code("g", 2, {"stars": 3}) == check_code("g", 3, {"stars": 3})
    False
    """
    whole = json.dumps([code, version, dict(content)], sort_keys=True, ensure_ascii=False)
    letters = base64.b32encode(hashlib.sha256(whole.encode()).digest()).decode()[:_LETTERS]
    return "-".join(letters[at : at + 5] for at in range(0, _LETTERS, 5))


def certificate(grade: Certified, *, check: str, address: str, ending: str = "pdf") -> bytes:
    """Return the certificate of a grade as a file.

    Parameters
    ----------
    grade : what it says
    check : its code (:func:`check_code`)
    address : where a reader verifies it
    ending : ``pdf`` or ``docx``

    Raises InputError when no font that is there has the letters of its text, NotFoundError for an ending that
    no document has.
    """
    said = _said(grade, check, address)
    if ending == "pdf" and spoken() not in official.LANGUAGES:
        return typeset(_TEMPLATE, said, created=grade.at, place=grade.code)
    return content(_document(grade, said), ending)


def _document(grade: Certified, said: Mapping[str, Any]) -> Document:
    """Return the certificate as an official document: issued by the office, numbered as the grade."""
    parts = Table(said["headings"], said["parts"], numbers=frozenset({1, 2, 3}), says_basis=True)
    proof = Table(headings("address", "code"), [(said["address"], said["check_code"])])
    return Document(
        name=grade.code,
        title=said["title"],
        programme=grade.programme,
        created=grade.at,
        language=spoken(),
        sections=[
            Section("", [text("{pilot}: {level}", pilot=grade.pilot, level=grade.level), said["sentence"]]),
            Section("", [parts] if grade.parts else []),
            Section("", [said["check_sentence"], proof, Drawing(said["qr"], said["qr_alt"], _QR)]),
        ],
        official=Official(issuer=grade.programme, number=grade.code, signed=grade.at.date(), has_head=False),
    )


def _said(grade: Certified, check: str, address: str) -> dict[str, Any]:
    """Return every word of the certificate, in the language that is spoken."""
    sentence = text(
        "{pilot} was accepted against its task book and reached {points:,.2f} of 100 points under the "
        "rule {rule}, as certified by version {version} of grade {name}, dated {day:date}.",
        pilot=grade.pilot,
        points=grade.points,
        rule=grade.rule,
        version=grade.version,
        name=grade.code,
        day=grade.at.date(),
    )
    return {
        "language": spoken(),
        "title": text("Certificate").render(),
        "programme": grade.programme,
        "pilot": grade.pilot,
        "level": grade.level,
        "sentence": sentence.render(),
        "parts_title": text("Composition of the grade").render(),
        "headings": [word.render() for word in headings("part", "weight", "met", "points")],
        "parts": [_row(part) for part in grade.parts],
        "check_title": text("Verification").render(),
        "check_sentence": text(
            "This address shows whether the certificate is genuine and still valid. It must show this code:"
        ).render(),
        "address": address,
        "check_code": check,
        "qr": _qr(address),
        "qr_alt": text("QR code for the verification address, {address}", address=address).render(),
        "footer": text("Grade {name}, check code {check}", name=grade.code, check=check).render(),
    }


def _row(part: tuple[str, float, float, float]) -> list[str]:
    title, weight, met, points = part
    figures = (
        text("{value:,.2f}", value=weight),
        text("{value:.1%}", value=met),
        text("{value:,.2f}", value=points),
    )
    return [title, *(figure.render() for figure in figures)]


def _qr(address: str) -> str:
    import segno  # noqa: PLC0415 - only certificates need it

    drawn = io.BytesIO()
    segno.make(address, error="m").save(drawn, kind="svg", xmldecl=False, scale=4)
    return drawn.getvalue().decode()
