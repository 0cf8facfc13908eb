"""CAP: an alert as the Common Alerting Protocol 1.2 of OASIS (2010) has it, and a list of alerts as Atom.

The elements, their order and their words are those of the standard, section 3.2; what it does not have is not
written.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from xml.etree import ElementTree as ET

NAMESPACE: Final = "urn:oasis:names:tc:emergency:cap:1.2"
_ATOM: Final = "http://www.w3.org/2005/Atom"


@dataclass(frozen=True, slots=True)
class CapAlert:
    """What an alert says.

    Parameters
    ----------
    code : its name; no blank, comma, ``<`` or ``&`` stands in it
    sent : when it was sent
    kind : ``Alert``, or ``Cancel`` where it is over; that names the alert that it ends
    references : sender, name and instant of the alert that is ended
    event, headline, description, instruction : in words
    area : the place, in words; latitude and longitude in degrees where they are known
    category : ``Env``, ``Transport``, ``Infra`` or ``Other``
    language : of the words (RFC 3066)
    """

    code: str
    sent: datetime
    kind: str
    event: str
    headline: str
    description: str
    area: str
    instruction: str = ""
    references: str = ""
    category: str = "Other"
    language: str = "en"
    place: tuple[float, float] | None = None


def cap(alert: CapAlert, *, sender: str, status: str = "Actual") -> bytes:
    """Return an alert as CAP 1.2.

    Parameters
    ----------
    sender : who sends it: a domain or an address of e-mail, without blanks
    status : ``Actual``, or ``Exercise`` where it is of a demonstration
    """
    ET.register_namespace("", NAMESPACE)
    top = ET.Element(f"{{{NAMESPACE}}}alert")
    _add(top, ("identifier", alert.code), ("sender", sender), ("sent", _instant(alert.sent)),
         ("status", status), ("msgType", alert.kind), ("scope", "Public"),
         ("references", alert.references))  # fmt: skip
    info = ET.SubElement(top, f"{{{NAMESPACE}}}info")
    _add(info, ("language", alert.language), ("category", alert.category), ("event", alert.event),
         ("urgency", "Past" if alert.kind == "Cancel" else "Future"), ("severity", "Minor"),
         ("certainty", "Observed"), ("headline", alert.headline[:160]), ("description", alert.description),
         ("instruction", alert.instruction))  # fmt: skip
    area = ET.SubElement(info, f"{{{NAMESPACE}}}area")
    _add(area, ("areaDesc", alert.area))
    if alert.place is not None:
        _add(area, ("circle", f"{alert.place[0]:.5f},{alert.place[1]:.5f} 0"))
    return bytes(ET.tostring(top, encoding="utf-8", xml_declaration=True))


def atom(alerts: Iterable[CapAlert], *, title: str, address: str, updated: datetime) -> bytes:
    """Return a feed of Atom (RFC 4287) whose entries lead to alerts of CAP.

    ``address`` is where it stands.
    """
    ET.register_namespace("", _ATOM)
    top = ET.Element(f"{{{_ATOM}}}feed")
    for name, value in (("id", address), ("title", title), ("updated", _instant(updated))):
        ET.SubElement(top, f"{{{_ATOM}}}{name}").text = value
    ET.SubElement(top, f"{{{_ATOM}}}link", rel="self", href=address)
    author = ET.SubElement(top, f"{{{_ATOM}}}author")
    ET.SubElement(author, f"{{{_ATOM}}}name").text = title
    for alert in alerts:
        entry = ET.SubElement(top, f"{{{_ATOM}}}entry")
        at = f"{address.rpartition('/')[0]}/{alert.code}.xml"
        for name, value in (("id", at), ("title", alert.headline), ("updated", _instant(alert.sent)),
                            ("summary", alert.description)):  # fmt: skip
            ET.SubElement(entry, f"{{{_ATOM}}}{name}").text = value
        ET.SubElement(entry, f"{{{_ATOM}}}link", href=at, type="application/cap+xml")
    return bytes(ET.tostring(top, encoding="utf-8", xml_declaration=True))


def _add(top: ET.Element, *values: tuple[str, str]) -> None:
    for name, value in values:
        if value:
            ET.SubElement(top, f"{{{NAMESPACE}}}{name}").text = value


def _instant(at: datetime) -> str:
    """Return an instant as CAP writes it: seconds, and an offset that is never the letter Z.

    >>> _instant(datetime(2026, 3, 1, 12, tzinfo=UTC))
    '2026-03-01T12:00:00-00:00'
    """
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S-00:00")
