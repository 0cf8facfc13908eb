"""Exchange: requests for data between bodies, what was approved until when, and the log of deliveries."""

from datetime import date
from typing import Final

import msgspec

from urbium.model.dossiers import Parties
from urbium.platform.resources import day_of
from urbium.text import Text, coded

DELIVERIES: Final = ("file", "service", "subscription")
"""How data can be handed over: files, a key for a service, or each new version sent to an address."""


class SharedFile(msgspec.Struct, frozen=True, kw_only=True):
    """A file that is handed over: what it is called, its media type, its size in bytes, its digest."""

    name: str
    media_type: str = "application/octet-stream"
    size: int | None = None
    sha256: str


class DataRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A request of a body for the data of a resource.

    Attributes
    ----------
    title, body : what it is called, and the body that asks
    purpose, legal_basis : what for, and by which right
    delivery : one of :data:`DELIVERIES`
    address : where new versions are sent to, of a subscription
    wanted_until : until when it is needed (ISO 8601)
    conditions, until, agreement : of the approval: what must be kept, its last day, what it rests on
    answer : why it was approved, refused or withdrawn
    files : what is handed over
    """

    title: Parties[str]
    body: Parties[str] = ""
    purpose: Parties[str] = ""
    legal_basis: Parties[str] = ""
    delivery: Parties[str] = "file"
    address: Parties[str] = ""
    wanted_until: Parties[str] = ""
    conditions: Parties[list[str]] = []
    until: Parties[str] = ""
    agreement: Parties[str] = ""
    answer: Parties[str] = ""
    files: Parties[list[SharedFile]] = []


class Delivery(msgspec.Struct, frozen=True, kw_only=True):
    """That data was handed out: an entry of the log, which is never changed.

    Attributes
    ----------
    title : what was handed out
    account, body : to whom
    way : ``file``, ``key`` (for a service), ``use`` (the service asked whether the key holds) or ``push``
        (a new version was sent to the address of the request)
    sha256 : of a file
    agreement : under which it was
    """

    title: Parties[str]
    account: Parties[str] = ""
    body: Parties[str] = ""
    way: Parties[str] = "file"
    sha256: Parties[str] = ""
    agreement: Parties[str] = ""


def why_closed(state: str, request: DataRequest, resource_state: str, on: date) -> Text | None:
    """Say why nothing is handed out to a request on a day; None where it may be.

    Parameters
    ----------
    state, request : of the request, as it is now
    resource_state : of the resource it is about
    on : the day
    """
    if state != "approved":
        return coded("platform.exchange.state", "the request has not been approved, or is no longer approved")
    last = day_of(request.until)
    if last is None or last < on:
        return coded("platform.exchange.expired", "the approval has expired")
    if resource_state not in ("published", "shared", "gone"):
        return coded("platform.exchange.resource", "the owner no longer offers the resource")
    return None
