"""Problem reports: what citizens report to a city, and what becomes of it.

Nobody has to sign in to report. Whoever does reads how the report stands by a secret address; its words, its
photograph and how to reach its author are for the people of the city and the office alone. Everybody reads
what the city accepts, in the words that it accepts, with the place rounded.
"""

import math
import re
import secrets
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from urbium.access import Actor, allows, clauses, demand
from urbium.clock import present
from urbium.errors import Fault, InputError, NotFoundError
from urbium.model import City
from urbium.model.dossiers import Dossier
from urbium.model.platform import CityService
from urbium.packaged import words_of
from urbium.platform.context.places import over_sphere
from urbium.platform.photographs import plain_photograph
from urbium.programme.cases.desk import Desk
from urbium.store import StoredRequest as StoredRequest  # noqa: PLC0414 - what pages are given
from urbium.store.accounts import digest_of
from urbium.text import Text, coded, text

RECEIVED, ACCEPTED, REFUSED, BEGUN, DONE = "received", "accepted", "refused", "begun", "done"
STATES: Final[Mapping[str, Text]] = words_of("state of a problem")
"""What the states of a report are called."""
PUBLIC: Final = (ACCEPTED, BEGUN, DONE)
"""The states in which everybody reads what the city has accepted of a report."""
_OPEN: Final = (RECEIVED, ACCEPTED, BEGUN)
_KIND: Final = "service_request"
_DAY: Final = 24 * 3600 * 1_000_000
_LONGEST: Final = 2000
_A_DAY: Final = 300
"""Reports that a city takes within a day."""
_POINT: Final = re.compile(r"(?:geo:)?(-?[0-9.]+)(?:\s*[,;\uff0c]\s*|\s+)(-?[0-9.]+)(?:[;?].*)?")
_KILOMETRE: Final = 1000.0
_FAR: Final = 50.0
"""Kilometres from the middle of a city beyond which the author of a report is asked whether the place is
right (an assumption: few cities reach farther, and most neighbours lie beyond)."""
_FARTHEST: Final = 1000.0
"""Kilometres within which all of any city lies (an assumption): a place beyond it is a slip."""
FAR: Final = "programme.report.far"
"""The code of what is said of a place far from its city."""
_DIGITS: Final = 3
"""Decimal places of a public place in degrees: about 100 m."""


@dataclass(frozen=True, slots=True)
class Step:
    """A step of a city: its name on a button, in which states it can be taken, and where it leads."""

    title: Text
    before: tuple[str, ...]
    after: str


STEPS: Final[Mapping[str, Step]] = {
    "accept": Step(text("Accept"), (RECEIVED,), ACCEPTED),
    "begin": Step(text("Begin work"), (ACCEPTED,), BEGUN),
    "finish": Step(text("Done"), (ACCEPTED, BEGUN), DONE),
    "refuse": Step(text("Take no action"), _OPEN, REFUSED),
}
"""What a city can do with a report."""


@dataclass(frozen=True, slots=True)
class SentReport:
    """What a citizen sends.

    Parameters
    ----------
    service : the code of what is reported
    description, place, contact : in the words of the citizen; the last may be empty
    latitude, longitude : in degrees as they were typed; empty for none
    photograph : a file; empty for none
    is_far : whether the author has said that a place far from the middle of the city is right
    """

    service: str
    description: str = ""
    place: str = ""
    contact: str = ""
    latitude: str = ""
    longitude: str = ""
    photograph: bytes = b""
    is_far: bool = False


class ProblemReports:
    """Problems that citizens report, and what cities make of them."""

    def __init__(self, desk: Desk, *, clock: Callable[[], int] = present) -> None:
        self._desk, self.clock = desk, clock
        self._store = desk.workspace.store.requests

    # --- what can be reported ---------------------------------------------------------------------------

    def possible(self, city: str) -> list[CityService]:
        """Return what a city can take reports of: of a solution, where it is at work by the adopted plan."""
        services = self._desk.workspace.catalogue.city_services.values()
        at_work = self._at_work(city) if any(one.solution for one in services) else set()
        return [one for one in services if not one.solution or one.solution in at_work]

    def _at_work(self, city: str) -> set[str]:
        plan = self._desk.workspace.adopted("plan")
        if plan is None:
            return set()
        finished = pl.col("finish") < self._desk.today().year
        return set(plan.table.filter(finished, pl.col("city") == city)["solution"])

    def offered(self, city: str) -> list[CityService]:
        """Return what can be reported to a city now; nothing where it takes no reports."""
        chosen = self._store.desks().get(city, ())
        declared = self._desk.workspace.catalogue.city_services
        return [declared[code] for code in chosen if code in declared]

    def cities(self) -> list[str]:
        """Return the codes of the cities that take reports."""
        return list(self._store.desks())

    def service(self, code: str) -> str:
        """Return what a kind of problem is called; its code where it is declared no more."""
        declared = self._desk.workspace.catalogue.city_services.get(code)
        return code if declared is None else declared.title

    def choose(self, actor: Actor, city: str, services: list[str], *, reason: str) -> None:
        """Say what can be reported to a city from now on; nothing closes it to reports.

        Raises ForbiddenError unless the city is the actor's, NotFoundError for a kind that it cannot take.
        """
        place = self._desk.city(city).code
        demand(actor, "choose", _right(place))
        possible = {one.code for one in self.possible(place)}
        for code in services:
            if code not in possible:
                raise NotFoundError.named(text("kind of problem"), code, possible)
        ordered = [one.code for one in self.possible(place) if one.code in services]
        self._store.set_desk(place, ordered, by=actor.account, reason=reason)

    # --- reporting --------------------------------------------------------------------------------------

    def report(self, city: str, sent: SentReport) -> str:
        """Store a report and return the secret by which its author reads how it stands.

        Raises InputError with every fault, and where the city has taken as many today as it takes a day.
        """
        place = self._desk.city(city).code
        faults = list(self._faults(place, sent))
        if faults:
            raise InputError(
                coded("programme.report.faults", "the report cannot be sent in its current form"),
                faults=faults,
                remedy=text("correct what is listed, and send it again"),
            )
        now = self.clock()
        if self._store.count([place], since=now - _DAY) >= _A_DAY:
            raise InputError(
                coded("programme.report.many", "this city has received too many reports today"),
                remedy=text("send it again tomorrow; call the emergency number if there is danger"),
            )
        photograph = plain_photograph(sent.photograph) if sent.photograph else None
        secret = secrets.token_urlsafe(18)
        days = self._desk.workspace.catalogue.city_services[sent.service].days
        request = StoredRequest(
            id=secrets.token_hex(5), digest=digest_of(secret), city=place, service=sent.service,
            state=RECEIVED, made=now, due=now + days * _DAY, place=sent.place.strip(),
            description=sent.description.strip(), contact=sent.contact.strip(),
            latitude=float(sent.latitude) if sent.latitude else None,
            longitude=float(sent.longitude) if sent.longitude else None,
        )  # fmt: skip
        self._store.add(request, photograph)
        return secret

    def _faults(self, city: str, sent: SentReport) -> Iterator[Fault]:
        if sent.service not in {one.code for one in self.offered(city)}:
            message = coded("programme.report.service", "this city does not accept this kind of report")
            yield Fault("error", message, text("choose a different kind of problem"), cell="service")
        if not sent.description.strip():
            message = coded("programme.report.nothing", "the report does not say what is wrong")
            yield Fault("error", message, text("describe it in a few words"), cell="description")
        if not sent.place.strip() and not (sent.latitude and sent.longitude):
            message = coded("programme.report.nowhere", "please say where it is")
            yield Fault("error", message, text("write the address, or describe the place"), cell="place")
        is_half = bool(sent.latitude) != bool(sent.longitude)
        ends = ((sent.latitude, 90.0), (sent.longitude, 180.0))
        if is_half or any(value and not is_degrees(value, most) for value, most in ends):
            message = coded("programme.report.degrees", "these are not coordinates in degrees")
            remedy = text(
                "write latitude and longitude, such as {example}, or leave this empty",
                example=example_point(self._desk.city(city)),
            )
            yield Fault("error", message, remedy, cell="point")
        elif sent.latitude and (kilometres := self._away(city, sent)) > (_FARTHEST if sent.is_far else _FAR):
            message = coded(
                "programme.report.far",
                "this place is {kilometres:,.0f} km from the middle of {city}",
                kilometres=kilometres,
                city=self._desk.city(city).title,
            )
            remedy = (
                text("check the order and the signs of the two numbers")
                if kilometres > _FARTHEST
                else text("correct the two numbers, or confirm that they are right")
            )
            yield Fault("error", message, remedy, cell="point")
        for name in ("description", "place", "contact"):
            if len(getattr(sent, name)) > _LONGEST or "\0" in getattr(sent, name):
                message = coded(
                    "programme.report.long", "this is too long, or contains characters that are not text"
                )
                yield Fault(
                    "error", message, text("use at most {most:,} characters", most=_LONGEST), cell=name
                )

    def _away(self, city: str, sent: SentReport) -> float:
        """Return how far a place is from the middle of a city in kilometres; 0 where that is not known."""
        place = self._desk.city(city)
        if place.latitude is None or place.longitude is None:
            return 0.0
        there = (float(sent.longitude), float(sent.latitude))
        return over_sphere((place.longitude, place.latitude), there) / _KILOMETRE

    def of_secret(self, secret: str) -> StoredRequest:
        """Return a report to its author; raise NotFoundError where no report has this secret."""
        request = self._store.one(digest=digest_of(secret)) if secret else None
        if request is None:
            raise NotFoundError(
                coded("programme.report.secret", "there is no report at this address"),
                remedy=text("check that you have the whole address"),
            )
        return request

    def of_reference(self, reference: str) -> StoredRequest | None:
        """Return which report has a reference, without what was written in it; None for none."""
        request = self._store.one(id=reference)
        return None if request is None else _for_everybody(request)

    # --- what everybody reads ---------------------------------------------------------------------------

    def public(self, city: str, *, most: int = 1000) -> list[StoredRequest]:
        """Return what a city has accepted, the newest first, as everybody reads it."""
        return [_for_everybody(one) for one in self._store.listed(cities=[city], states=PUBLIC, most=most)]

    def public_one(self, id: str, city: str = "") -> StoredRequest:  # noqa: A002 - as it is called
        """Return a report as everybody reads it; raise NotFoundError where nobody may."""
        request = self._store.one(id=id)
        if request is None or request.state not in PUBLIC or city not in ("", request.city):
            raise absent(id)
        return _for_everybody(request)

    def public_photograph(self, id: str) -> bytes:  # noqa: A002 - as it is called
        """Return a photograph that the city shows to everybody; raise NotFoundError for any other."""
        content = self._store.photograph(id) if self.public_one(id).is_photograph_public else None
        if content is None:
            raise absent(id)
        return content

    # --- the desk of a city -----------------------------------------------------------------------------

    def places(self, actor: Actor, action: str = "read") -> list[str] | None:
        """Return the cities whose reports an actor may read, or do something else to; None for all."""
        rows = [(one.place, one.value) for one in clauses(actor, _KIND, action)]
        return None if ("all", "") in rows else [value for place, value in rows if place == "city"]

    def listed(self, actor: Actor, *, is_open: bool = True) -> list[StoredRequest]:
        """Return the reports that an actor may read: those that wait, by urgency, or the closed."""
        rows = self._store.listed(cities=self.places(actor), states=_OPEN if is_open else (DONE, REFUSED))
        return sorted(rows, key=lambda one: (one.state != RECEIVED, one.due)) if is_open else rows

    def waiting(self, actor: Actor) -> int:
        """Return how many reports nobody of a city has looked at yet that wait for an actor."""
        return self._store.count(self.places(actor, "accept"), state=RECEIVED)

    def opened(self, actor: Actor, id: str) -> StoredRequest:  # noqa: A002 - as it is called
        """Return a report whole; raise NotFoundError unless it is of the actor's city."""
        request = self._store.one(id=id)
        if request is None or not allows(actor, "read", _right(request.city, request.state)):
            raise absent(id)
        return request

    def photograph(self, actor: Actor, id: str) -> bytes:  # noqa: A002 - as it is called
        """Return the photograph of a report to its city; raise NotFoundError where there is none."""
        content = self._store.photograph(self.opened(actor, id).id)
        if content is None:
            raise absent(id)
        return content

    def steps(self, actor: Actor, request: StoredRequest) -> dict[str, Step]:
        """Return what an actor can do with a report now."""
        right = _right(request.city, request.state)
        return {
            name: step
            for name, step in STEPS.items()
            if request.state in step.before and allows(actor, name, right)
        }

    def act(self, actor: Actor, id: str, action: str, sent: Mapping[str, str], *, changed: int) -> None:  # noqa: A002
        """Take a step with a report.

        Parameters
        ----------
        id, action : which report, and a step of :data:`STEPS`
        sent : ``answer`` to its author; of the step accept ``public_words``, ``public_place`` and
            ``is_photograph_public`` (anything: everybody may see it); of the step finish ``public_words``,
            which tell everybody what was done
        changed : of the report as it was seen

        Raises NotFoundError, InputError, or ConflictError where somebody else was faster.
        """
        request = self.opened(actor, id)
        step = self.steps(actor, request).get(action)
        if step is None or request.changed != changed:
            raise _passed(id)
        answer = sent.get("answer", "").strip()[:_LONGEST]
        changes: dict[str, Any] = {"state": step.after, "answer": answer or request.answer}
        if action == "accept":
            changes |= {
                name: sent.get(name, "").strip()[:_LONGEST] for name in ("public_words", "public_place")
            }
            changes["is_photograph_public"] = int(bool(sent.get("is_photograph_public")))
        elif "public_words" in sent and step.after == DONE:
            changes["public_words"] = sent["public_words"].strip()[:_LONGEST]
        if step.after in (DONE, REFUSED):
            if not answer:
                raise InputError(
                    coded(
                        "programme.report.no_answer",
                        "the answer does not tell the sender the reason, or what was done",
                    ),
                    remedy=text("write it in a few words"),
                    field="answer",
                )
            changes["closed"] = self.clock()
        self._decide(actor, request, changes, action)

    def assign(self, actor: Actor, id: str, officer: str, *, changed: int) -> None:  # noqa: A002 - as it is called
        """Say who works on a report; nobody where ``officer`` is empty."""
        request = self.opened(actor, id)
        demand(actor, "assign", _right(request.city, request.state))
        if officer and officer not in self.officers(request.city):
            raise NotFoundError.named(text("officer"), officer, self.officers(request.city))
        if request.changed != changed or request.state not in _OPEN:
            raise _passed(id)
        self._decide(actor, request, {"officer": officer}, "assign")

    def officers(self, city: str) -> dict[str, str]:
        """Return the officers of a city: what each is called, by account."""
        return {
            one.code: str(one.content["display"])
            for one in self._desk.dossiers("account")
            if one.state != "closed"
            and any(row["role"] == "officer" and row.get("code") == city for row in one.content["grants"])
        }

    def _decide(self, actor: Actor, request: StoredRequest, changes: dict[str, Any], what: str) -> None:
        self._store.decide(request, changes, now=self.clock(), by=actor.account, what=what,
                           reason=f"{what}: {request.id}")  # fmt: skip


def _for_everybody(request: StoredRequest) -> StoredRequest:
    """Return a report without what its author sent, and with its place rounded."""
    latitude, longitude = (
        None if value is None else round(value, _DIGITS) for value in (request.latitude, request.longitude)
    )
    return StoredRequest(
        id=request.id, digest="", city=request.city, service=request.service, state=request.state,
        made=request.made, due=request.due, changed=request.changed, closed=request.closed,
        latitude=latitude, longitude=longitude, has_photograph=request.has_photograph,
        is_photograph_public=request.is_photograph_public, public_words=request.public_words,
        public_place=request.public_place,
    )  # fmt: skip


def point_of(written: str) -> tuple[str, str]:
    """Return latitude and longitude as they are written or pasted; the whole first where it is no pair.

    Some maps give the longitude first: where only that makes a place, it is taken so.

    >>> point_of("31.352, 118.375"), point_of("geo:31.352,118.375;u=35"), point_of("118.375，31.352")
    (('31.352', '118.375'), ('31.352', '118.375'), ('31.352', '118.375'))
    >>> point_of("the bridge")
    ('the bridge', '')
    """
    pair = _POINT.fullmatch(written.strip())
    if pair is None:
        return written.strip(), ""
    is_turned = is_degrees(pair[2], 90) and is_degrees(pair[1], 180) and not is_degrees(pair[1], 90)
    return (pair[2], pair[1]) if is_turned else (pair[1], pair[2])


def example_point(place: City | None) -> str:
    """Return coordinates as an example of how they are written: the middle of a city, where that is known.

    >>> delft = City("0503", {"en": "Delft"}, "city", latitude=52.01, longitude=4.3571)
    >>> example_point(delft), example_point(None)
    ('52.0100, 4.3571', '48.2083, 16.3731')
    """
    if place is None or place.latitude is None or place.longitude is None:
        return "48.2083, 16.3731"
    return f"{place.latitude:.4f}, {place.longitude:.4f}"


def is_degrees(written: str, most: float) -> bool:
    """Say whether a text is a number of degrees.

    >>> is_degrees("48.2", 90), is_degrees("nan", 90), is_degrees("91", 90)
    (True, False, False)
    """
    try:
        return math.isfinite(float(written)) and abs(float(written)) <= most
    except ValueError:
        return False


def _right(city: str, state: str = "") -> Dossier:
    """Return what the policy of rights is asked of for the reports of a city."""
    return Dossier(kind=_KIND, code=city, state=state, content={}, city=city)


def absent(id: str) -> NotFoundError:  # noqa: A002 - as it is called
    """Return the refusal of a number that no request has."""
    return NotFoundError(
        coded("programme.request.absent", "there is no request {name!r}", name=id),
        remedy=text("check its number and the city; new requests take a moment to appear"),
    )


def _passed(id: str) -> InputError:  # noqa: A002 - as it is called
    return InputError(
        coded("programme.report.passed", "this step is no longer possible"), place=id,
        remedy=text("check the current state of the report"),
    )  # fmt: skip
