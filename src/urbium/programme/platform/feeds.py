"""Feeds: where live values come from, tokens that let sources send, and the looks at sources that are asked.

A message is acknowledged when it is stored, and not before; what becomes of it is the work of
:mod:`urbium.programme.platform.live`.
"""

import json
import secrets
import socket
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import chain
from itertools import count as numbers_from
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from urbium.access import Actor, allows
from urbium.clock import present
from urbium.errors import Fault, ForbiddenError, InputError, NotFoundError, UnavailableError, UrbiumError
from urbium.files import write_whole
from urbium.model import Source
from urbium.model.dossiers import Dossier
from urbium.platform.connectors.mqtt import Line, Published
from urbium.platform.connectors.over_http import subscription
from urbium.platform.connectors.registry import CONNECTORS
from urbium.platform.entities import Batch, Entity, moved, written
from urbium.platform.feeds import feed_of, source_of
from urbium.platform.messages import check_message, key_of, packed_entities, sent_at
from urbium.platform.outbound import AllowedHosts, connected, fetch
from urbium.programme.cases.casework import Casework
from urbium.programme.cases.desk import Desk
from urbium.programme.people.people import FEED
from urbium.store import FeedHealth, Message, Ticket
from urbium.store.accounts import digest_of
from urbium.text import Text, coded, packed, text, unpacked
from urbium.text.advice import advice

_KIND: Final = "feed"
_DAY: Final = 24 * 3600 * 1_000_000
_SECOND: Final = 1_000_000
_LEASE: Final = 300 * _SECOND
_LARGEST_ANSWER: Final = 50_000_000
_PATIENCE: Final = 30.0
_LOST: Final = text("processing was started three times and failed each time")
_AT_ONCE: Final = 500
"""Entities in one message of a connector."""


@dataclass(frozen=True, slots=True)
class FeedLook:
    """A feed as somebody sees it, and how it is.

    Parameters
    ----------
    dossier : with only the fields that the reader may see
    health : its messages and its source; None where nothing is known of it
    lag : seconds since its last message; None where none ever came
    is_silent : whether that is longer than it may be
    may_see_reasons : whether the reader is of its city or of the office, and is told why something failed
    """

    dossier: Dossier
    health: FeedHealth | None
    lag: float | None
    is_silent: bool
    may_see_reasons: bool


class Feeds:
    """Where live values come from: how feeds are, their tokens, and what they send."""

    def __init__(self, desk: Desk, casework: Casework, *, clock: Callable[[], int] = present) -> None:
        self._desk, self._casework, self.clock = desk, casework, clock
        self._store = desk.workspace.store

    # --- seen -------------------------------------------------------------------------------------------

    def listed(self, actor: Actor, *, city: str = "") -> list[FeedLook]:
        """Return the feeds that an actor may see, with how they are."""
        health, now = self._store.inbox.health(), self.clock()
        looks = []
        for sight in self._casework.listed(actor, _KIND, where={"city": city} if city else None):
            one = health.get(sight.dossier.code)
            lag = (now - one.received) / _SECOND if one is not None and one.received else None
            silent_after = sight.dossier.content["silent_after"]
            is_silent = sight.dossier.state == "open" and (lag is None or lag > silent_after)
            looks.append(FeedLook(sight.dossier, one, lag, is_silent, "parties" in sight.circles))
        return looks

    def aside(self, actor: Actor, code: str) -> list[dict[str, Any]]:
        """Return the messages of a feed that were put aside, with the reason, for its city and the office."""
        self._demand(actor, code)
        return [
            {
                "id": one.id,
                "received": datetime.fromtimestamp(one.received / _SECOND, UTC),
                "reason": unpacked(json.loads(one.reason)) if one.reason else _LOST,
            }
            for one in self._store.inbox.in_state("aside", feed=code)
        ]

    def retry(self, actor: Actor, code: str) -> int:
        """Let messages that were put aside be tried again, once the feed is mended; return how many."""
        self._demand(actor, code)
        return self._store.inbox.retry(code)

    # --- tokens -----------------------------------------------------------------------------------------

    def token(self, actor: Actor, code: str, *, days: int = 90) -> str:
        """Return the secret by which the source of a feed sends; those given before open nothing any more.

        Raises ForbiddenError unless the feed is the actor's to change, InputError for more than 365 days.
        """
        dossier = self._demand(actor, code)
        if not 1 <= days <= 365:  # noqa: PLR2004 - a year
            raise InputError(
                coded("programme.feed.days", "a token cannot be valid for {days} days", days=days),
                remedy=text("enter 1 to 365 days"),
            )
        secret, now = secrets.token_urlsafe(32), self.clock()
        content = {"feed": code, "city": dossier.city}
        ticket = Ticket(FEED, actor.account, now, now + days * _DAY, now, content)
        with self._store.together():
            self._store.accounts.end_of(FEED, code, by=actor.account)
            self._store.accounts.add_ticket(
                digest_of(secret), ticket, what="feed: token", reason=f"token of feed {code}"
            )
        return secret

    def revoke(self, actor: Actor, code: str) -> int:
        """Let no token of a feed open anything any more; return how many there were."""
        self._demand(actor, code)
        return self._store.accounts.end_of(FEED, code, by=actor.account)

    def subscribe(self, actor: Actor, code: str, *, days: int = 90) -> None:
        """Ask the NGSI-LD broker of a feed to notify this programme, with a token of the feed.

        Raises ForbiddenError, InputError where nobody has said where the pages are reached or what is asked,
        UnavailableError where the broker does not take the subscription; the token opens nothing then.
        """
        dossier, here = self._demand(actor, code), self._desk.settings().address
        if not here or not dossier.content["address"]:
            raise InputError(
                coded(
                    "programme.feed.no_receiver", "the address of the feed, or of the programme, is unknown"
                ),
                place=f"feed {code}",
                remedy=advice(
                    text("set both; to set the address of the programme: urbium settings --address ADDRESS"),
                    text(
                        "enter the address of the feed, and ask whoever looks after the server to set "
                        "the programme's address"
                    ),
                ),
            )
        secret = self.token(actor, code, days=days)
        wanted = subscription(
            feed_of(code, dossier.content), f"{here}/api/feeds/{quote(code)}/messages", secret
        )
        answer = fetch(
            f"{dossier.content['address']}/v1/subscriptions", allowed=self._allowed(), limit=_LARGEST_ANSWER,
            timeout=_PATIENCE, method="POST", headers={"Content-Type": "application/json"},
            body=json.dumps(wanted).encode(),
        )  # fmt: skip
        if answer.status != 201:  # noqa: PLR2004 - HTTP
            self.revoke(actor, code)
            raise _no_answer(answer.status)

    def of_token(self, secret: str, code: str = "") -> Dossier:
        """Return the feed that a token opens; raise ForbiddenError where it opens none, or another."""
        ticket = self._store.accounts.ticket(digest_of(secret), FEED) if secret else None
        dossier = None
        if ticket is not None and ticket.expires > self.clock() and code in ("", ticket.content["feed"]):
            dossier = self._desk.dossier(_KIND, str(ticket.content["feed"]))
        if dossier is None or dossier.state != "open":
            raise ForbiddenError(
                coded(
                    "programme.feed.token",
                    "this token does not give access to any feed, or it gives access to a different one",
                ),
                remedy=text(
                    "ask the city for a token for the feed (urbium feeds token), and ask whether the "
                    "feed is open"
                ),
            )
        return dossier

    # --- arriving ---------------------------------------------------------------------------------------

    def receive(self, secret: str, code: str, body: bytes, *, key: str = "") -> bool:
        """Store a message of a feed; when this returns it is kept. False where it was there already.

        Parameters
        ----------
        secret, code : the token of the source, and the feed
        body : JSON of up to 1 MB; see :mod:`urbium.platform.messages`
        key : by which the sender knows the message; its digest when left out

        Raises ForbiddenError, InputError.
        """
        dossier = self.of_token(secret, code)
        now = self.clock()
        sent = sent_at(check_message(body), now)
        return self.keep(dossier, body, key=key or key_of(body), sent=sent) > 0

    def keep(self, feed: Dossier, body: bytes, *, key: str, sent: int, personal: str = "") -> int:
        """Store a message of a feed whose sender is known; return 1, or 0 where it was there already."""
        message = Message(
            feed.code, feed.city, key, self.clock(), body.decode(), sent=sent, personal=personal
        )
        return self._store.inbox.add([message])

    def bring(self, feed: Dossier, batch: Batch, *, sent: str = "") -> int:
        """Store what a connector read as messages; return how many were new."""
        pieces = [
            batch.entities[first : first + _AT_ONCE] for first in range(0, len(batch.entities), _AT_ONCE)
        ]
        return sum(self._bring(feed, piece, sent) for piece in pieces)

    def _bring(self, feed: Dossier, entities: Sequence[Entity], sent: str) -> int:
        body = packed_entities(entities, sent or moved(entities[-1]) or written_now(self.clock()))
        return self.keep(feed, body, key=key_of(body), sent=sent_at(json.loads(body), self.clock()))

    def replay(
        self, code: str, path: Path, *, speed: float, wait: Callable[[float], object], most: int = 0
    ) -> Iterator[tuple[str, int]]:
        """Send what a recorded file holds as a live feed; yield the instant and entities of each message.

        Parameters
        ----------
        code, path : a feed, and a file that its connector reads
        speed : how many seconds of the recording pass in a second; 0 waits for nothing
        wait : waits so many seconds
        most : messages, at most; all where it is 0

        What was recorded within one second of the replay is one message.
        """
        dossier, batch = self.read_file(code, path)
        self.note(dossier.code, batch.findings)
        before: datetime | None = None
        for count, (at, piece) in enumerate(_windows(batch.entities, speed or 3600.0)):
            if most and count >= most:
                return
            if speed and before is not None:
                wait((at - before).total_seconds() / speed)
            before = at
            self._bring(dossier, piece, written(at))
            yield written(at), len(piece)

    # --- looking at sources -----------------------------------------------------------------------------

    def read_file(self, code: str, path: Path) -> tuple[Dossier, Batch]:
        """Read a file as the connector of a feed does; raise InputError where it reads no files."""
        dossier = self.opened(code)
        connector = CONNECTORS[dossier.content["connector"]]
        if connector.file is None:
            raise InputError(
                coded("programme.feed.no_file", "feeds of this kind do not read files"),
                place=code,
                remedy=text("urbium itself reads the source of this feed: do not send files"),
            )
        return dossier, connector.file(path, feed_of(code, dossier.content))

    def look(self) -> int:
        """Ask every source that is due and return how many messages came; one that fails is asked later."""
        return sum(self._look(one) for one in self._sources(is_heard=False))

    def _sources(self, *, is_heard: bool) -> Iterator[Dossier]:
        """Yield the open feeds whose source is listened to, or those whose source is asked."""
        for one in self._desk.dossiers(_KIND, state="open"):
            listens = CONNECTORS[one.content["connector"]].listen is not None
            if one.content["address"] and listens is is_heard:
                yield one

    def heard(self) -> dict[str, Dossier]:
        """Return the open feeds whose source is listened to, by their codes."""
        return {one.code: one for one in self._sources(is_heard=True)}

    def listen(self, feed: Dossier, goes_on: Callable[[], bool], told: Callable[[int], None]) -> None:
        """Hear what the source of a feed sends and store it, before it is acknowledged there.

        Parameters
        ----------
        feed : whose source is listened to
        goes_on : asked about once a second; listening ends where it says no
        told : called with the number of new messages, and with 0 once the source is heard

        Raises UrbiumError where the source does not answer, or the store cannot be written to: what was not
        acknowledged is sent again.
        """

        def hear(messages: Sequence[Published]) -> None:
            now = self.clock()
            rows = [
                Message(feed.code, feed.city, one.key, now, one.body(written_now(now)).decode(), sent=now)
                for one in messages
            ]
            told(self._store.inbox.add(rows))

        def open_socket(address: str) -> socket.socket:
            return connected(address, allowed=self._allowed(), timeout=_PATIENCE)

        line = Line(
            feed.content["address"], feed_of(feed.code, feed.content), feed.city, open_socket, hear, goes_on
        )
        if listen := CONNECTORS[feed.content["connector"]].listen:
            listen(line)

    def note_failure(self, code: str, error: UrbiumError | None) -> None:
        """Keep why the source of a feed is not heard; None: it is."""
        now, failure = self.clock(), "" if error is None else json.dumps(packed(error.whole))
        worker = self._store.inbox.begin_look(code, now=now, until=now)
        self._store.inbox.end_look(code, worker, now=now, due=now, failure=failure, findings="")

    def _look(self, feed: Dossier) -> int:
        now = self.clock()
        worker = self._store.inbox.begin_look(feed.code, now=now, until=now + _LEASE)
        if not worker:
            return 0
        count, failure, findings = 0, "", ""
        try:
            ask = CONNECTORS[feed.content["connector"]].address
            if ask is not None:
                batch = ask(feed.content["address"], feed_of(feed.code, feed.content), self._get)
                count, findings = self.bring(feed, batch), said_findings(batch.findings)
        except UrbiumError as error:
            failure = json.dumps(packed(error.whole))
        except (KeyError, TypeError, ValueError) as error:  # an answer of another shape than its standard's
            failure = json.dumps(packed(_other_shape(str(error))))
        due = now + feed.content["every"] * _SECOND
        self._store.inbox.end_look(feed.code, worker, now=now, due=due, failure=failure, findings=findings)
        return count

    def _get(self, address: str) -> bytes:
        answer = fetch(address, allowed=self._allowed(), limit=_LARGEST_ANSWER, timeout=_PATIENCE)
        if answer.status != 200:  # noqa: PLR2004 - HTTP
            raise _no_answer(answer.status)
        return answer.body

    def _allowed(self) -> AllowedHosts:
        return AllowedHosts.read(self._desk.settings().outbound_hosts)

    def sweep(self, folder: Path) -> Iterator[tuple[str, int, str]]:
        """Take the files of a drop folder, ``FOLDER/<feed>/<file>``; yield file, messages and why it failed.

        What was read is moved to ``taken``; what was refused to ``quarantine``, with the reason beside it.
        Raises NotFoundError when there is no such folder.
        """
        if not folder.is_dir():
            raise NotFoundError(
                coded("programme.feed.no_folder", "there is no such folder"),
                place=str(folder),
                remedy=text("create it, with a folder inside it for each feed"),
            )
        for path in sorted(folder.glob("*/*")):
            if not path.is_file() or path.name.startswith("."):
                continue
            try:
                feed, batch = self.read_file(path.parent.name, path)
                count, failure = self.bring(feed, batch), ""
                self.note(feed.code, batch.findings)
            except UrbiumError as error:
                count, failure = 0, str(error)
            target = _free(path.parent / ("quarantine" if failure else "taken") / path.name)
            target.parent.mkdir(exist_ok=True)
            path.rename(target)
            if failure:
                write_whole(target.with_name(f"{target.name}.txt"), f"{failure}\n".encode())
            yield f"{path.parent.name}/{path.name}", count, failure

    def note(self, code: str, findings: Sequence[Fault]) -> None:
        """Keep what is wrong in the source of a feed, until it is looked at again."""
        now = self.clock()
        worker = self._store.inbox.begin_look(code, now=now, until=now)
        self._store.inbox.end_look(
            code, worker, now=now, due=now, failure="", findings=said_findings(findings)
        )

    # --- sources of figures -----------------------------------------------------------------------------

    def register_source(self, feed: Dossier, *, by: str) -> str:
        """Register the source of a feed's figures, where it is not yet, and return its id."""
        content, id_ = feed.content, source_of(feed.code)
        source = Source(
            id_, content["publisher"] or content["title"], content["title"], licence=content["licence"],
            origin=f"feed {feed.code} ({content['connector']})", note=content["entity_type"],
        )  # fmt: skip
        self._desk.register(sources=[source], by=by, reason=f"source of feed {feed.code}")
        return id_

    def opened(self, code: str) -> Dossier:
        """Return a feed by its code; raise NotFoundError where there is none."""
        dossier = self._desk.dossier(_KIND, code)
        if dossier is None:
            names = [one.code for one in self._desk.dossiers(_KIND)]
            raise NotFoundError.named(text("feed"), code, names)
        return dossier

    def _demand(self, actor: Actor, code: str) -> Dossier:
        """Return a feed that is the actor's to change; raise NotFoundError or ForbiddenError."""
        self._casework.opened(actor, _KIND, code)
        dossier = self.opened(code)
        if not allows(actor, "change", dossier):
            raise ForbiddenError(
                coded("programme.feed.not_yours", "this feed does not belong to you, or is closed"),
                place=f"feed {code}",
                remedy=text("ask an officer of the city to which it belongs"),
            )
        return dossier


def _windows(entities: Sequence[Entity], seconds: float) -> Iterator[tuple[datetime, list[Entity]]]:
    """Yield entities in their order, those of each span of so many seconds together, 500 at most."""
    piece: list[Entity] = []
    begun = datetime(1970, 1, 1, tzinfo=UTC)
    for one in entities:
        at = datetime.fromisoformat(moved(one) or "1970-01-01T00:00:00Z")
        if piece and ((at - begun).total_seconds() >= seconds or len(piece) >= _AT_ONCE):
            yield begun, piece
            piece = []
        begun = begun if piece else at
        piece.append(one)
    if piece:
        yield begun, piece


def said_findings(findings: Sequence[Fault]) -> str:
    """Return findings as they are kept: each with its codes and parameters, as JSON."""
    rows: list[Mapping[str, Any]] = [
        {"rule": one.rule, "cell": one.cell, "message": packed(_said(one.message))} for one in findings[:50]
    ]
    return json.dumps(rows) if rows else ""


def _said(message: str) -> Text:
    return message if isinstance(message, Text) else coded("programme.feed.said", "{said}", said=message)


def written_now(now: int) -> str:
    """Return an instant in microseconds since 1970 as NGSI-LD writes it."""
    return written(datetime.fromtimestamp(now / _SECOND, UTC))


def _no_answer(status: int) -> UnavailableError:
    return UnavailableError(
        coded("programme.feed.status", "the source answered with status {status:d}", status=status),
        remedy=text("check the address of the feed"),
    )


def _other_shape(words: str) -> Text:
    return coded(
        "programme.feed.shape", "the source's response does not follow its standard ({words})",
        words=words[:120]
    )  # fmt: skip


def _free(path: Path) -> Path:
    """Return the path, or one with a number in its name where a file of before is there."""
    names = chain([path], (path.with_stem(f"{path.stem}-{number}") for number in numbers_from(2)))
    return next(name for name in names if not name.exists())
