"""City services: requests of citizens by Open311 GeoReport v2, and what becomes of them.

A city has them from two places, which are read and written as one. What citizens report here waits for the
city's desk (:mod:`urbium.programme.platform.problem_reports`); so does what is asked by Open311 of a service
that the desk takes. Of the services that its feed of service requests declares, a request arrives as a
message of that feed, like every live value; who asks stays in that message, which the city and the office
may read.
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
from urbium.programme.platform.problem_reports import (
    PUBLIC,
    STATES,
    ProblemReports,
    SentReport,
    absent,
    is_degrees,
)
from urbium.store import StoredRequest
from urbium.text import coded, text

_MOST: Final = 1000
_DAYS: Final = 90
"""The days, and the requests, that one question is answered for at most, as GeoReport v2 has it."""
_LONGEST: Final = 4000
_SECOND: Final = 1_000_000


class CityServices:
    """Requests of citizens, by Open311.

    Parameters
    ----------
    desk : what may be asked
    feeds : where requests come in
    reports : what citizens report here
    """

    def __init__(self, desk: Desk, feeds: Feeds, reports: ProblemReports) -> None:
        self._desk, self._feeds, self._reports = desk, feeds, reports
        self._store = desk.workspace.store

    def services(self, jurisdiction: str = "") -> list[dict[str, Any]]:
        """Return the services of a city that requests can be made of."""
        return list(self._services(self._city(jurisdiction)).values())

    def _services(self, city: str) -> dict[str, dict[str, Any]]:
        """Return the services of a city by code: those of its desk, then those that its feed declares."""
        feed = self._feed(city)
        rows = [(one.code, one.title, ", ".join(one.words), "") for one in self._reports.offered(city)]
        taken = {row[0] for row in rows}
        rows += [
            (one.code, one.name, one.keywords, one.group)
            for one in self._declared(feed)
            if one.code not in taken
        ]
        return {
            code: {
                "service_code": code, "service_name": name, "description": name, "metadata": False,
                "type": "realtime", "keywords": keywords, "group": group,
            }
            for code, name, keywords, group in rows
        }  # fmt: skip

    def definition(self, code: str, jurisdiction: str = "") -> dict[str, Any]:
        """Return the definition of a service; no further questions are asked of any."""
        services = self._services(self._city(jurisdiction))
        if code not in services:
            raise NotFoundError.named(text("service"), code, services)
        return {"service_code": code, "attributes": []}

    def requests(self, jurisdiction: str = "", **asked: str) -> list[dict[str, Any]]:
        """Return the requests that a question of GeoReport v2 asks for, the newest first, 1,000 at most.

        Parameters
        ----------
        jurisdiction : the code of the city; needed where several have service requests
        asked : ``service_request_id`` and ``service_code`` (several with commas), ``status``, ``start_date``
            and ``end_date``; of the last 90 days where no day is asked for
        """
        city = self._city(jurisdiction)
        feed = self._feed(city)
        ids = {one for one in asked.get("service_request_id", "").split(",") if one}
        if ids:
            rows = [row for id_ in sorted(ids)[:_MOST] if (row := self._one(city, id_)) is not None]
        else:
            rows = list(self._between(city, feed, asked))
        codes = {one for one in asked.get("service_code", "").split(",") if one}
        states = {one for one in asked.get("status", "").split(",") if one}
        shown = [
            row
            for row in rows
            if (not codes or row["service_code"] in codes) and (not states or row["status"] in states)
        ]
        return sorted(shown, key=lambda row: str(row["requested_datetime"]), reverse=True)[:_MOST]

    def request(self, id_: str, jurisdiction: str = "", *, has_history: bool = False) -> dict[str, Any]:
        """Return one request, with ``has_history`` its states, too; raise NotFoundError for none."""
        city = self._city(jurisdiction)
        row = self._one(city, id_)
        if row is None:
            raise absent(id_)
        if not has_history:
            return row
        stored = self._stored(self._feed(city), id_)
        if stored is None:
            states = [{"status": OPEN, "at": row["requested_datetime"]}]
            if row["status"] == CLOSED:
                states.append({"status": CLOSED, "at": row["updated_datetime"]})
        else:
            states = history(self._store, city, stored["id"], "status")
        return row | {"extended_attributes": {"status_history": states}}

    def ask(self, key: str, given: Mapping[str, str]) -> dict[str, Any]:
        """Take a request and return the token by which it is asked for; it is stored when this returns.

        Parameters
        ----------
        key : the api_key: the token of the city's feed of service requests
        given : the arguments of GeoReport v2

        Raises ForbiddenError for a key that opens nothing, InputError with every fault.
        """
        feed = self._feeds.of_token(key)
        if given.get("service_code") in {one.code for one in self._reports.offered(feed.city)}:
            return {"token": self._report(feed.city, given), "service_notice": "", "account_id": None}
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

    def _report(self, city: str, given: Mapping[str, str]) -> str:
        """Store a request of a service that the desk of a city takes, and return its secret."""
        contact = ", ".join(given[name] for name in PERSONAL if given.get(name))
        sent = SentReport(
            given["service_code"], given.get("description", ""), given.get("address_string", ""), contact,
            given.get("lat", ""), given.get("long", ""), is_far=True,  # a program cannot be asked back
        )  # fmt: skip
        return self._reports.report(city, sent)

    def of_token(self, token: str, jurisdiction: str = "") -> dict[str, Any]:
        """Return the number of a request by its token; empty while it is being taken in."""
        city = self._city(jurisdiction)
        feed = self._feed(city)
        message = self._store.inbox.one(feed.code, token) if feed is not None else None
        if message is None:
            request = self._reports.of_secret(token)
            is_public = request.state in PUBLIC and request.city == city
            return {"token": token, "service_request_id": request.id if is_public else ""}
        is_there = message.state in ("stored", "done")
        return {"token": token, "service_request_id": token if is_there else ""}

    def personal(self, actor: Actor, city: str, id_: str) -> dict[str, Any]:
        """Return who made a request, and in which words; for the people of the city and the office alone.

        It is kept for thirty days after the request was taken in.
        """
        self._demand(actor, city)
        message = self._store.inbox.one(self._needed_feed(city).code, id_)
        return json.loads(message.personal) if message is not None and message.personal else {}

    def close(self, actor: Actor, city: str, id_: str, *, notes: str = "") -> None:
        """Close a request, with what was done; it is noted when the message is worked in."""
        self._demand(actor, city)
        feed = self._needed_feed(city)
        row = self._stored(feed, id_)
        if row is None:
            raise absent(id_)
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

    def _feeds_open(self) -> dict[str, Dossier]:
        feeds = self._desk.dossiers("feed", state="open")
        return {one.city: one for one in reversed(feeds) if one.content["entity_type"] == REQUEST}

    def _feed(self, city: str) -> Dossier | None:
        """Return the open feed of service requests of a city; None where it has none."""
        return self._feeds_open().get(city)

    def _needed_feed(self, city: str) -> Dossier:
        feed = self._feed(self._city(city))
        if feed is None:
            raise _none_here(city)
        return feed

    def _city(self, jurisdiction: str) -> str:
        """Return the city that is meant: the named one, or the only one that takes requests."""
        cities = sorted({*self._feeds_open(), *self._reports.cities()})
        if jurisdiction:
            cities = [city for city in cities if city == jurisdiction]
        if not cities:
            raise _none_here(jurisdiction)
        if len(cities) > 1:
            raise InputError(
                coded("programme.request.which", "several cities accept service requests"),
                remedy=text("set jurisdiction_id to one of these: {cities:list}", cities=cities),
            )
        return cities[0]

    def _declared(self, feed: Dossier | None) -> list[ServiceKind]:
        if feed is None:
            return []
        return msgspec.convert(json.loads(feed.content["settings"]), TableLayout).services

    def _service(self, feed: Dossier, code: str) -> ServiceKind:
        services = {one.code: one for one in self._declared(feed)}
        if code not in services:
            raise NotFoundError.named(text("service"), code, services)
        return services[code]

    def _faults(self, feed: Dossier, given: Mapping[str, str]) -> Iterator[Fault]:
        codes = list(self._services(feed.city))
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
            if given.get(name) and not is_degrees(given[name], most):
                yield Fault("error", coded("programme.request.degrees",
                    "{name} must be a number of degrees from -{most:g} to {most:g}, not {value!r}",
                                          value=given[name], name=name, most=most),
                            text("use WGS 84 degrees"),
                            cell=name)  # fmt: skip
        for name, value in given.items():
            if len(value) > _LONGEST:
                yield Fault("error", coded("programme.request.long", "{name} is too long", name=name),
                            text("use at most {most:,} characters",
                                 most=_LONGEST),
                            cell=name)  # fmt: skip

    def _between(self, city: str, feed: Dossier | None, asked: Mapping[str, str]) -> Iterator[dict[str, Any]]:
        zone = self._desk.settings.zone() if feed is None else feed_of(feed.code, feed.content).zone
        now = datetime.fromtimestamp(self._feeds.clock() / _SECOND, UTC)
        end = moment(asked.get("end_date", ""), zone) or now
        start = moment(asked.get("start_date", ""), zone) or end - timedelta(days=_DAYS)
        if end - start > timedelta(days=_DAYS):
            start = end - timedelta(days=_DAYS)
        if feed is not None:
            yield from map(georeport, requests_between(self._store, city, start, end))
        for one in self._reports.public(city):
            if start <= _at(one.made) <= end:
                yield self._reported(one)

    def _one(self, city: str, id_: str) -> dict[str, Any] | None:
        """Return a request of a city, wherever it is from; None where everybody may not read it."""
        stored = self._stored(self._feed(city), id_)
        if stored is not None:
            return georeport(stored)
        try:
            return self._reported(self._reports.public_one(id_, city))
        except NotFoundError:
            return None

    def _reported(self, one: StoredRequest) -> dict[str, Any]:
        """Return a report as an answer of GeoReport v2: in the words that its city accepted."""
        zone, home = self._desk.settings.zone(), self._desk.settings().address
        made, due, changed = (
            _at(at).astimezone(zone).isoformat(timespec="seconds") for at in (one.made, one.due, one.changed)
        )
        picture = f"{home}/report/photographs/{one.id}" if home and one.is_photograph_public else None
        return {
            "service_request_id": one.id, "status": CLOSED if one.closed else OPEN,
            "status_notes": str(STATES[one.state]), "service_name": self._reports.service(one.service),
            "service_code": one.service, "agency_responsible": None, "requested_datetime": made,
            "updated_datetime": changed, "expected_datetime": due,
            "address": one.public_place or None, "description": one.public_words or None,
            "media_url": picture, "lat": one.latitude, "long": one.longitude,
        }  # fmt: skip

    def _stored(self, feed: Dossier | None, id_: str) -> Mapping[str, Any] | None:
        if feed is None:
            return None
        return request_named(self._store, feed.city, feed_of(feed.code, feed.content).name(id_))

    def _demand(self, actor: Actor, city: str) -> None:
        place = Dossier(kind="service_request", code=city, state="", content={}, city=city)
        if not allows(actor, "read", place):
            raise ForbiddenError(
                coded("programme.request.not_yours", "only the city's officers can see this"),
                remedy=text("sign in as one of them"),
            )


def _at(microseconds: int) -> datetime:
    return datetime.fromtimestamp(microseconds / _SECOND, UTC)


def _none_here(jurisdiction: str) -> NotFoundError:
    return NotFoundError(
        coded("programme.request.no_feed", "no city accepts service requests here"), place=jurisdiction,
        remedy=text("open a feed of the type ServiceRequest, or let the city accept reports"),
    )  # fmt: skip
