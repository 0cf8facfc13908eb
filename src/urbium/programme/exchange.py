"""Exchange of a programme: data that is handed out on requests that its owner approved, each time logged.

Whether an approval holds is asked in the change that writes the log, so nothing goes out after it has expired
or was withdrawn. A key for a service is shown once; the service asks here whether it holds (RFC 7662).
"""

import hashlib
import secrets
import time
from datetime import date
from typing import Any, Final

import msgspec

from urbium.access import Actor
from urbium.errors import ForbiddenError, InputError, NotFoundError
from urbium.model.dossiers import Dossier
from urbium.platform.exchange import DataRequest, Delivery, why_closed
from urbium.programme.casework import Casework, Seen
from urbium.programme.desk import Desk
from urbium.programme.figures import check_name
from urbium.programme.platform_rules import today
from urbium.store import Ticket
from urbium.text import text

__all__ = ["Exchange"]

_KEY: Final = "exchange"
_DAY: Final = 24 * 3600 * 1_000_000
_LARGEST: Final = 50 * 1024 * 1024
"""Bytes of a file that is handed over."""


class Exchange:
    """Requests for data, and what is handed out on them.

    Parameters
    ----------
    desk : what may be asked
    casework : what actors see and do
    """

    def __init__(self, desk: Desk, casework: Casework) -> None:
        self._desk, self._casework = desk, casework
        self._store = desk.workspace.store

    def deliver(self, actor: Actor, code: str, name: str, content: bytes, *, media_type: str = "") -> Seen:
        """Hand a file over on an approved request: keep it, and enter it in the request.

        Raises what the step ``deliver`` refuses, and InputError for a file that is too large.
        """
        name = check_name(name)
        if len(content) > _LARGEST:
            raise InputError(
                text("programme.exchange.large", "a file of over 50 MB is not handed over here"),
                place=name,
                remedy=text("programme.exchange.large.remedy", "hand over a key for a service instead"),
            )
        sight = self._casework.opened(actor, "data_request", code)
        kind = media_type or "application/octet-stream"
        with self._store.together():
            digest = self._store.dossiers.keep_attachment(content, kind, by=actor.account, reason=code)
            file = {"sha256": digest, "name": name, "media_type": kind, "size": len(content)}
            files = [one for one in sight.dossier.content["files"] if one["sha256"] != digest]
            return self._casework.act(
                actor, "data_request", code, "deliver", {"files": [*files, file]},
                version=sight.dossier.version,
            )  # fmt: skip

    def file(self, actor: Actor, code: str, sha256: str) -> tuple[str, str, bytes]:
        """Return name, media type and content of a file of an approved request, after it is logged.

        Raises NotFoundError where the actor did not make the request or there is no such file,
        ForbiddenError where the approval holds no more.
        """
        with self._store.together():
            request = self._open(actor, code)
            files = {one.sha256: one for one in _request(request).files}
            kept = self._store.dossiers.attachment(sha256) if sha256 in files else None
            if kept is None:
                raise NotFoundError(
                    text("programme.exchange.absent", "this request has no such file"), place=code
                )
            self._log(request, title=files[sha256].name, way="file", sha256=sha256)
            return files[sha256].name, files[sha256].media_type, kept[0]

    def key(self, actor: Actor, code: str) -> str:
        """Return a new key for the service of an approved request; it is shown once, and earlier ones end."""
        with self._store.together():
            request = self._open(actor, code)
            if _request(request).delivery != "service":
                raise InputError(
                    text("programme.exchange.no_key", "the request asks for no key"),
                    place=code,
                    remedy=text("programme.exchange.no_key.remedy", "ask for a service in a new request"),
                )
            accounts, secret, now = self._store.accounts, secrets.token_urlsafe(32), time.time_ns() // 1000
            earlier = accounts.tickets(actor.account, _KEY)
            accounts.drop(*(digest for digest, one in earlier.items() if one.content["request"] == code))
            last = date.fromisoformat(_request(request).until)
            expires = now + ((last - today()).days + 1) * _DAY
            ticket = Ticket(_KEY, actor.account, now, expires, 0, {"request": code})
            accounts.add_ticket(_digest(secret), ticket, what="hand out key", reason=code)
            self._log(request, title=_request(request).title, way="key")
            return secret

    def introspect(self, secret: str) -> dict[str, Any]:
        """Say to a service whether a key holds now, for which resource, until when; each use is logged."""
        with self._store.together():
            ticket = self._store.accounts.ticket(_digest(secret), _KEY)
            request = self._desk.dossier("data_request", str(ticket.content["request"])) if ticket else None
            if request is None or self._why_closed(request) is not None:
                return {"active": False}
            about = self._desk.dossier("resource", request.parent)
            content = _request(request)
            self._log(request, title=content.title, way="use")
            return {
                "active": True,
                "sub": content.body,
                "scope": "" if about is None else about.content["identifier"] or about.code,
                "exp": content.until,
                "conditions": content.conditions,
            }

    def _open(self, actor: Actor, code: str) -> Dossier:
        """Return a request of the actor on which data may be handed out now."""
        sight = self._casework.opened(actor, "data_request", code)
        request = self._desk.dossier("data_request", sight.dossier.code)
        if request is None or not actor.account or request.owner != actor.account:
            raise NotFoundError(
                text("programme.exchange.not_yours", "only who asked for data is given it"), place=code
            )
        why = self._why_closed(request)
        if why is not None:
            raise ForbiddenError(
                why,
                place=code,
                remedy=text("programme.exchange.closed.remedy", "ask its owner, or send a new request"),
            )
        return request

    def _why_closed(self, request: Dossier) -> Any:  # noqa: ANN401 - Text or None
        about = self._desk.dossier("resource", request.parent)
        account = self._desk.dossier("account", request.owner)
        if account is None or account.state == "closed":
            return text("programme.exchange.account", "the account that asked is closed")
        return why_closed(request.state, _request(request), about.state if about else "", today())

    def _log(self, request: Dossier, *, title: str, way: str, sha256: str = "") -> None:
        content = _request(request)
        entry = Delivery(
            title=title, account=request.owner, body=content.body, way=way, sha256=sha256,
            agreement=content.agreement,
        )  # fmt: skip
        dossier = Dossier(
            kind="delivery", code=f"{request.code[:60]}.{secrets.token_hex(8)}", state="logged",
            content=msgspec.to_builtins(entry), city=request.city, province=request.province,
            parent=request.code, parent_kind="data_request", owner=request.owner,
        )  # fmt: skip
        self._store.dossiers.record([dossier], by=request.owner, what="hand out data", reason=request.code)


def _request(dossier: Dossier) -> DataRequest:
    return msgspec.convert(dossier.content, DataRequest)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
