"""Exchange of a programme: data that is handed out on requests that its owner approved, each time logged.

Whether an approval holds is asked in the change that writes the log, so nothing goes out after it has expired
or was withdrawn. A key for a service is shown once; the service asks here whether it holds (RFC 7662). New
versions go to the address of a request by the one door out, under a lease, until they are taken.
See ADR 0084.
"""

import base64
import hashlib
import secrets
from collections import Counter
from collections.abc import Callable
from datetime import date
from typing import Any, Final

import msgspec

from urbium.access import Actor
from urbium.clock import present
from urbium.errors import ConflictError, ForbiddenError, InputError, NotFoundError, UrbiumError
from urbium.model.dossiers import Dossier
from urbium.periods import end_of_day
from urbium.pilot.attachments import DATA_TYPES, checked_attachment
from urbium.platform.entities import microseconds
from urbium.platform.exchange import DataRequest, Delivery, why_closed
from urbium.platform.outbound import AllowedHosts, fetch
from urbium.programme.cases.casework import Casework
from urbium.programme.cases.desk import Desk
from urbium.programme.cases.sight import Seen
from urbium.programme.platform.resources import catalogue_of
from urbium.store import Letter, Ticket
from urbium.store.accounts import digest_of
from urbium.text import coded, text

_KEY: Final = "exchange"
LARGEST: Final = 50 * 1024 * 1024
"""Bytes of a file that is handed over."""
_LEASE: Final = 300 * 1_000_000
"""Microseconds for which what is sent is one sender's; longer than sending may take."""
_PATIENCE: Final = 60.0
_LARGEST_ANSWER: Final = 100_000


class Exchange:
    """Data that is handed out on approved requests."""

    def __init__(self, desk: Desk, casework: Casework, *, clock: Callable[[], int] = present) -> None:
        self._desk, self._casework, self._clock = desk, casework, clock
        self._store = desk.workspace.store

    def deliver(self, actor: Actor, code: str, name: str, content: bytes, *, reason: str = "") -> Seen:
        """Hand a file over on an approved request: keep it, and enter it in the request.

        Raises what the step ``deliver`` refuses, and InputError for a file that is too large, or whose
        content is not of the type that its name says.
        """
        sight = self._casework.opened(actor, "data_request", code)
        file = checked_attachment(name, content, types=DATA_TYPES, most=LARGEST)
        shared = {"sha256": file.sha256, "name": file.name, "media_type": file.media_type, "size": file.size}
        files = [one for one in sight.dossier.content["files"] if one["sha256"] != file.sha256]
        with self._store.together():
            self._store.dossiers.keep_attachment(content, file.media_type, by=actor.account, reason=code)
            return self._casework.act(
                actor, "data_request", code, "deliver", {"files": [*files, shared]},
                version=sight.dossier.version, reason=reason,
            )  # fmt: skip

    def take_back(self, actor: Actor, code: str, sha256: str) -> Seen:
        """Take back a file that was handed over and that nobody has taken yet.

        Raises what the step ``deliver`` refuses, NotFoundError where there is no such file, ConflictError for
        one that was taken.
        """
        with self._store.together():
            sight = self._casework.opened(actor, "data_request", code)
            name, _, _ = self._kept(sight.dossier, sha256)
            if sha256 in self.taken(code):
                raise ConflictError(
                    coded(
                        "programme.exchange.taken", "the file {name!r} has already been downloaded", name=name
                    ),
                    place=code,
                    remedy=text("withdraw the approval, and ask for the file to be deleted"),
                )
            left = [one for one in sight.dossier.content["files"] if one["sha256"] != sha256]
            return self._casework.act(
                actor, "data_request", code, "deliver", {"files": left},
                version=sight.dossier.version, reason=f"removed: {name}",
            )  # fmt: skip

    def taken(self, code: str) -> set[str]:
        """Return the files of a request that have left, by digest."""
        return {str(one.content["sha256"]) for one in self._desk.dossiers("delivery", parent=code)}

    def file(self, actor: Actor, code: str, sha256: str) -> tuple[str, str, bytes]:
        """Return name, media type and content of a file of an approved request, after it is logged.

        Raises NotFoundError where the actor did not make the request or there is no such file,
        ForbiddenError where the approval holds no more.
        """
        with self._store.together():
            request = self._open(actor, code)
            name, media_type, content = self._kept(request, sha256)
            self._log(request, title=name, way="file", sha256=sha256)
            return name, media_type, content

    def key(self, actor: Actor, code: str) -> str:
        """Return a new key for the service of an approved request; it is shown once, and earlier ones end."""
        with self._store.together():
            request = self._open(actor, code)
            if request.content_as(DataRequest).delivery != "service":
                raise InputError(
                    coded(
                        "programme.exchange.no_key", "this request was not for a service, so there is no key"
                    ),
                    place=code,
                    remedy=text("send a new request for a key for the service"),
                )
            accounts, secret, now = self._store.accounts, secrets.token_urlsafe(32), self._clock()
            earlier = accounts.tickets(actor.account, _KEY)
            ended = [digest for digest, one in earlier.items() if one.content["request"] == code]
            accounts.end(actor.account, ended, by=actor.account, what="end key", reason=code)
            last = date.fromisoformat(request.content_as(DataRequest).until)
            expires = microseconds(end_of_day(last, self._desk.settings.zone()))
            ticket = Ticket(_KEY, actor.account, now, expires, 0, {"request": code})
            accounts.add_ticket(digest_of(secret), ticket, what="hand out key", reason=code)
            self._log(request, title=request.content_as(DataRequest).title, way="key")
            return secret

    def introspect(self, secret: str) -> dict[str, Any]:
        """Say to a service whether a key holds now, for which resource, until when; each use is logged."""
        with self._store.together():
            ticket = self._store.accounts.ticket(digest_of(secret), _KEY)
            request = self._desk.dossier("data_request", str(ticket.content["request"])) if ticket else None
            if request is None or self._why_closed(request) is not None:
                return {"active": False}
            about = self._desk.dossier("resource", request.parent)
            content = request.content_as(DataRequest)
            self._log(request, title=content.title, way="use")
            return {
                "active": True,
                "sub": content.body,
                "scope": "" if about is None else about.content["identifier"] or about.code,
                "exp": content.until,
                "conditions": content.conditions,
            }

    # --- sent to an address -----------------------------------------------------------------------------

    def push(self) -> dict[str, int]:
        """Send every new version that is due to the address of its request; return how many ended how.

        What is not taken is tried again later, as letters are. Several senders at once share what is due.
        """
        outcomes: Counter[str] = Counter()
        letters = self._store.letters
        while True:
            now = self._clock()
            letter = letters.lease(secrets.token_hex(8), now=now, until=now + _LEASE, pushes=True)
            if letter is None:
                return dict(outcomes)
            outcomes[self._pushed(letter)] += 1

    def _pushed(self, letter: Letter) -> str:
        """Send a new version and return how that ended: sent, dropped, waiting or failed."""
        letters = self._store.letters
        try:
            address, media_type, content = self._released(letter)
        except (ForbiddenError, NotFoundError) as refusal:
            letters.end(letter, "dropped", now=self._clock(), failure=str(refusal))
            return "dropped"
        digest = base64.b64encode(hashlib.sha256(content).digest()).decode()
        headers = {
            "Content-Type": media_type,
            "Content-Digest": f"sha-256=:{digest}:",
            "Idempotency-Key": letter.id,
            "Link": f'<{self._desk.settings().address}/api/data-requests/{letter.code}>; rel="about"',
        }
        try:
            answer = fetch(
                address, allowed=AllowedHosts.read(self._desk.settings().outbound_hosts),
                limit=_LARGEST_ANSWER, timeout=_PATIENCE, headers=headers, method="POST", body=content,
            )  # fmt: skip
        except (ForbiddenError, InputError) as refusal:
            letters.end(letter, "failed", now=self._clock(), failure=str(refusal))
            return "failed"
        except UrbiumError as error:
            failure = str(error)
        else:
            if 200 <= answer.status < 300:  # noqa: PLR2004 - of HTTP
                letters.end(letter, "sent", now=self._clock())
                return "sent"
            failure = f"HTTP {answer.status}"
        letters.put_off(letter, now=self._clock(), failure=failure)
        return "waiting"

    def _released(self, letter: Letter) -> tuple[str, str, bytes]:
        """Return address, media type and content of a new version, in the change that logs it once.

        Raises ForbiddenError where the approval holds no more, NotFoundError where there is nothing to send.
        """
        with self._store.together():
            request = self._desk.dossier("data_request", letter.code)
            why = None if request is None else self._why_closed(request)
            if request is None or why is not None:
                raise ForbiddenError(why or coded("programme.exchange.gone", "this request does not exist"))
            sha256 = str(letter.about.get("sha256", ""))
            if sha256:
                title, media_type, content = self._kept(request, sha256)
            else:
                title, media_type = str(request.content["title"]), "application/ld+json"
                resources = self._desk.dossiers("resource", code=request.parent)
                content = catalogue_of(self._desk, resources).encode()
            self._log(request, title=title, way="push", sha256=sha256, once=letter.id)
            return request.content_as(DataRequest).address, media_type, content

    # --- inside -----------------------------------------------------------------------------------------

    def _kept(self, request: Dossier, sha256: str) -> tuple[str, str, bytes]:
        """Return name, media type and content of a file of a request; NotFoundError where there is none."""
        files = {one.sha256: one for one in request.content_as(DataRequest).files}
        kept = self._store.dossiers.attachment(sha256) if sha256 in files else None
        if kept is None:
            raise NotFoundError(
                coded("programme.exchange.absent", "this file is not part of this request"),
                place=request.code,
            )
        return files[sha256].name, files[sha256].media_type, kept[0]

    def _open(self, actor: Actor, code: str) -> Dossier:
        """Return a request of the actor on which data may be handed out now."""
        sight = self._casework.opened(actor, "data_request", code)
        request = self._desk.dossier("data_request", sight.dossier.code)
        if request is None or not actor.account or request.owner != actor.account:
            raise NotFoundError(
                coded(
                    "programme.exchange.not_yours", "the data is given only to the person who requested it"
                ),
                place=code,
            )
        why = self._why_closed(request)
        if why is not None:
            raise ForbiddenError(
                why,
                place=code,
                remedy=text("ask the owner of the data, or send a new request"),
            )
        return request

    def _why_closed(self, request: Dossier) -> Any:  # noqa: ANN401 - Text or None
        about = self._desk.dossier("resource", request.parent)
        account = self._desk.dossier("account", request.owner)
        if account is None or account.state == "closed":
            return coded("programme.exchange.account", "the account that made the request is closed")
        return why_closed(
            request.state, request.content_as(DataRequest), about.state if about else "", self._desk.today()
        )

    def _log(self, request: Dossier, *, title: str, way: str, sha256: str = "", once: str = "") -> None:
        """Enter that data is handed out; what ``once`` names is entered once."""
        code = f"{request.code[:60]}.{once[:16] or secrets.token_hex(8)}"
        if once and self._desk.dossier("delivery", code) is not None:
            return
        content = request.content_as(DataRequest)
        entry = Delivery(
            title=title, account=request.owner, body=content.body, way=way, sha256=sha256,
            agreement=content.agreement,
        )  # fmt: skip
        dossier = Dossier(
            kind="delivery", code=code, state="logged",
            content=msgspec.to_builtins(entry), city=request.city, province=request.province,
            parent=request.code, parent_kind="data_request", owner=request.owner,
        )  # fmt: skip
        self._store.dossiers.record([dossier], by=request.owner, what="hand out data", reason=request.code)
