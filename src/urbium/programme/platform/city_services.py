"""City services: requests of citizens by Open311 GeoReport v2, and what becomes of them.

A request arrives as a message of its city's feed of service requests, like every live value; who asks
stays in that message, which the city and the office may read, and goes nowhere else.
"""

import json
import secrets
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec

from urbium.access import Actor, allows
from urbium.errors import Fault, ForbiddenError, InputError, NotFoundError, nearest
from urbium.model.dossiers import Dossier
from urbium.platform.absorbing import history, request_named, requests_between
from urbium.platform.connectors.table import ServiceKind, TableLayout
from urbium.platform.entities import entity, moment
from urbium.platform.feeds import feed_of
from urbium.platform.messages import key_of, packed_entities
from urbium.platform.service_requests import (
    CLOSED,
    OPEN,
    PERSONAL,
    ServiceRequest,
    georeport,
    request_entities,
)
from urbium.platform.service_requests import TYPE as REQUEST
from urbium.programme.cases.desk import Desk
from urbium.programme.platform.feeds import Feeds
from urbium.text import coded, text

_MOST: Final = 1000
_DAYS: Final = 90
"""The days, and the requests, that one question is answered for at most, as GeoReport v2 has it."""
_LONGEST: Final = 4000
_SECOND: Final = 1_000_000


class CityServices:
    """The service requests of the cities of a programme.

    Parameters
    ----------
    desk : what may be asked
    feeds : where requests come in
    """

    def __init__(self, desk: Desk, feeds: Feeds) -> None:
        self._desk, self._feeds = desk, feeds
        self._store = desk.workspace.store

    def services(self, jurisdiction: str = "") -> list[dict[str, Any]]:
        """Return the services of a city that requests can be made of; those that its feed declares."""
        return [
            {
                "service_code": one.code, "service_name": one.name, "description": one.description,
                "metadata": False, "type": "realtime", "keywords": one.keywords, "group": one.group,
            }
            for one in self._declared(self._feed(jurisdiction))
        ]  # fmt: skip

    def definition(self, code: str, jurisdiction: str = "") -> dict[str, Any]:
        """Return the definition of a service; no further questions are asked of any."""
        self._service(self._feed(jurisdiction), code)
        return {"service_code": code, "attributes": []}

    def requests(self, jurisdiction: str = "", **asked: str) -> list[dict[str, Any]]:
        """Return the requests that a question of GeoReport v2 asks for, the newest first, 1,000 at most.

        Parameters
        ----------
        jurisdiction : the code of the city; needed where several have service requests
        asked : ``service_request_id`` and ``service_code`` (several with commas), ``status``, ``start_date``
            and ``end_date``; of the last 90 days where no day is asked for
        """
        feed = self._feed(jurisdiction)
        ids = {one for one in asked.get("service_request_id", "").split(",") if one}
        if ids:
            rows = [row for id_ in sorted(ids)[:_MOST] if (row := self._stored(feed, id_)) is not None]
        else:
            rows = list(self._between(feed, asked))
        codes = {one for one in asked.get("service_code", "").split(",") if one}
        states = {one for one in asked.get("status", "").split(",") if one}
        shown = [
            georeport(row)
            for row in rows
            if (not codes or row.get("serviceCode") in codes) and (not states or row.get("status") in states)
        ]
        return sorted(shown, key=lambda row: str(row["requested_datetime"]), reverse=True)[:_MOST]

    def request(self, id_: str, jurisdiction: str = "", *, has_history: bool = False) -> dict[str, Any]:
        """Return one request, with ``has_history`` its states, too; raise NotFoundError for none."""
        feed = self._feed(jurisdiction)
        row = self._stored(feed, id_)
        if row is None:
            raise _absent(id_)
        if not has_history:
            return georeport(row)
        states = history(self._store, feed.city, row["id"], "status")
        return georeport(row) | {"extended_attributes": {"status_history": states}}

    def ask(self, key: str, given: Mapping[str, str]) -> dict[str, Any]:
        """Take a request and return the token by which it is asked for; it is stored when this returns.

        Parameters
        ----------
        key : the api_key: the token of the city's feed of service requests
        given : the arguments of GeoReport v2

        Raises ForbiddenError for a key that opens nothing, InputError with every fault.
        """
        feed = self._feeds.of_token(key)
        faults = list(self._faults(feed, given))
        if faults:
            raise InputError(
                coded("programme.request.faults", "the request cannot be accepted"),
                faults=faults,
                remedy=text("correct what is listed, and submit it again"),
            )
        service = self._service(feed, given["service_code"])
        named = feed_of(feed.code, feed.content)
        now = datetime.fromtimestamp(self._feeds.clock() / _SECOND, UTC).astimezone(named.zone)
        id_ = secrets.token_hex(8)
        place = (
            (float(given["long"]), float(given["lat"])) if given.get("lat") and given.get("long") else None
        )
        request = ServiceRequest(
            id=id_, service=service.name, code=service.code, status=OPEN, requested=now,
            expected=None if service.days is None else now + timedelta(days=service.days),
            address=given.get("address_string", "")[:_LONGEST], place=place,
        )  # fmt: skip
        personal = {name: given[name] for name in (*PERSONAL, "description", "media_url") if given.get(name)}
        body = packed_entities(list(request_entities(named, request)), now.isoformat())
        self._feeds.keep(feed, body, key=id_, sent=self._feeds.clock(), personal=json.dumps(personal))
        return {"token": id_, "service_notice": "", "account_id": None}

    def of_token(self, token: str, jurisdiction: str = "") -> dict[str, Any]:
        """Return the number of a request by its token; empty while it is being taken in."""
        feed = self._feed(jurisdiction)
        message = self._store.inbox.one(feed.code, token)
        if message is None:
            raise _absent(token)
        is_there = message.state in ("stored", "done")
        return {"token": token, "service_request_id": token if is_there else ""}

    def personal(self, actor: Actor, city: str, id_: str) -> dict[str, Any]:
        """Return who made a request, and in which words; for the people of the city and the office alone.

        It is kept for thirty days after the request was taken in.
        """
        self._demand(actor, city)
        message = self._store.inbox.one(self._feed(city).code, id_)
        return json.loads(message.personal) if message is not None and message.personal else {}

    def close(self, actor: Actor, city: str, id_: str, *, notes: str = "") -> None:
        """Close a request, with what was done; it is noted when the message is worked in."""
        self._demand(actor, city)
        feed = self._feed(city)
        row = self._stored(feed, id_)
        if row is None:
            raise _absent(id_)
        named = feed_of(feed.code, feed.content)
        now = datetime.fromtimestamp(self._feeds.clock() / _SECOND, UTC).astimezone(named.zone)
        expected = moment(str(row.get("expectedAt", "")), named.zone)
        request = ServiceRequest(
            id=id_, service=str(row.get("serviceName")), status=CLOSED, closed=now, expected=expected,
            requested=datetime.fromisoformat(row["requestedAt"]),
        )  # fmt: skip
        _, *closing = request_entities(named, request)
        noted = entity(named, id_, now, {"statusNotes": notes[:_LONGEST] or None})
        body = packed_entities([noted, *closing], now.isoformat())
        self._feeds.keep(feed, body, key=key_of(body), sent=self._feeds.clock())

    # --- feeds of service requests ----------------------------------------------------------------------

    def _feed(self, jurisdiction: str) -> Dossier:
        where = {"city": jurisdiction} if jurisdiction else {}
        feeds = [
            one for one in self._desk.dossiers("feed", state="open", **where)
            if one.content["entity_type"] == REQUEST
        ]  # fmt: skip
        if not feeds:
            raise NotFoundError(
                coded("programme.request.no_feed", "no city takes service requests here"),
                place=jurisdiction,
                remedy=text("open a feed of the type ServiceRequest"),
            )
        if len(feeds) > 1:
            cities = sorted(one.city for one in feeds)
            raise InputError(
                coded("programme.request.which", "several cities take service requests"),
                remedy=text("give jurisdiction_id: {cities:list}", cities=cities),
            )
        return feeds[0]

    def _declared(self, feed: Dossier) -> list[ServiceKind]:
        return msgspec.convert(json.loads(feed.content["settings"]), TableLayout).services

    def _service(self, feed: Dossier, code: str) -> ServiceKind:
        services = {one.code: one for one in self._declared(feed)}
        if code not in services:
            raise NotFoundError.named(text("service"), code, services)
        return services[code]

    def _faults(self, feed: Dossier, given: Mapping[str, str]) -> Iterator[Fault]:
        codes = [one.code for one in self._declared(feed)]
        if given.get("service_code", "") not in codes:
            message = coded("programme.request.service", "there is no service {name!r}",
                           name=given.get("service_code", ""))  # fmt: skip
            yield Fault("error", message, nearest(given.get("service_code", ""), codes), cell="service_code")
        is_placed = bool(given.get("lat")) and bool(given.get("long"))
        if not is_placed and not given.get("address_string"):
            yield Fault("error", coded("programme.request.nowhere", "the request does not name a place"),
                        text("supply lat and long, or address_string"),
                        cell="lat")  # fmt: skip
        for name, most in (("lat", 90.0), ("long", 180.0)):
            if given.get(name) and not _is_degrees(given[name], most):
                yield Fault("error", coded("programme.request.degrees",
                    "{value!r} is not a {name} in degrees",
                                          value=given[name], name=name),
                            text("use WGS 84 degrees"),
                            cell=name)  # fmt: skip
        for name, value in given.items():
            if len(value) > _LONGEST:
                yield Fault("error", coded("programme.request.long", "{name} is too long", name=name),
                            text("use at most {most:,} characters",
                                 most=_LONGEST),
                            cell=name)  # fmt: skip

    def _between(self, feed: Dossier, asked: Mapping[str, str]) -> Iterator[Mapping[str, Any]]:
        zone = feed_of(feed.code, feed.content).zone
        now = datetime.fromtimestamp(self._feeds.clock() / _SECOND, UTC)
        end = moment(asked.get("end_date", ""), zone) or now
        start = moment(asked.get("start_date", ""), zone) or end - timedelta(days=_DAYS)
        if end - start > timedelta(days=_DAYS):
            start = end - timedelta(days=_DAYS)
        yield from requests_between(self._store, feed.city, start, end)

    def _stored(self, feed: Dossier, id_: str) -> Mapping[str, Any] | None:
        return request_named(self._store, feed.city, feed_of(feed.code, feed.content).name(id_))

    def _demand(self, actor: Actor, city: str) -> None:
        place = Dossier(kind="service_request", code=city, state="", content={}, city=city)
        if not allows(actor, "read", place):
            raise ForbiddenError(
                coded("programme.request.not_yours", "this is for the city's officers"),
                remedy=text("sign in as one of them"),
            )


def _is_degrees(written: str, most: float) -> bool:
    try:
        return abs(float(written)) <= most
    except ValueError:
        return False


def _absent(id_: str) -> NotFoundError:
    return NotFoundError(
        coded("programme.request.absent", "there is no request {name!r}", name=id_),
        remedy=text("check its number and the city; new ones take a moment to appear"),
    )
