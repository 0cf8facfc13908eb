"""Context of places: who may read and change the things of which place, and who is told of changes.

A place is a tenant. What somebody may do is asked of the policy of rights; a place that somebody may not
read is not there, and neither are things of a type that the policy does not open.
"""

import hashlib
import secrets
import threading
import time
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import quote, urlsplit

import msgspec

from urbium.access import ANYBODY, Actor, Grant, Role, clauses
from urbium.errors import ConflictError, ForbiddenError, InputError, NotFoundError, UrbiumError
from urbium.platform.context import Context, rebuild_index
from urbium.platform.context.changes import written
from urbium.platform.context.entities import is_name
from urbium.platform.context.names import Contexts, ContextUnavailableError, context_of
from urbium.platform.context.notifier import Notifier
from urbium.platform.context.subscriptions import Rules, read_rule, told
from urbium.platform.outbound import AllowedHosts, fetch, host_advice
from urbium.programme.people.invitations import FOUNDER
from urbium.store import Subscription
from urbium.text import coded, text

if TYPE_CHECKING:
    from urbium.programme.base.register import Register
    from urbium.programme.base.settings import Settings
    from urbium.programme.base.workspace import Workspace
    from urbium.programme.people.people import People

_KIND: Final = "entity"
_LARGEST: Final = 1_000_000
_PATIENCE: Final = 5.0
_TOLD: Final = ("read", "subscribe")
"""What whoever is told of changes must be allowed to do."""
_PREFIX: Final = "token "
"""Begins the account of a subscription that a token has made; the digest of its secret follows."""
_KEPT_AT: Final = "/ngsi-ld/v1/jsonldContexts/"
_DIGEST: Final = 32
_FRESH: Final = 86_400_000_000
"""Microseconds for which a context that was fetched is not asked for again."""


class TenantError(NotFoundError):
    """There is no such place for whoever asks."""


class PlacesContext:
    """The things of places as entities, now and over time, and who is told of changes."""

    def __init__(
        self, workspace: "Workspace", settings: "Settings", register: "Register", people: "People"
    ) -> None:
        self._store, self._settings, self._register = workspace.store, settings, register
        self._workspace, self._people = workspace, people
        self.contexts = Contexts(self._kept, self._fetched)
        self.rules = Rules(self.contexts, self._told_types)
        self.notifier = Notifier(self._store, self.rules, self._send)

    def at(self, actor: Actor, place: str, action: str) -> Context:
        """Return the context of a place for somebody who does something with it.

        Parameters
        ----------
        actor : who
        place : its code; empty for the one that the actor is of
        action : ``read``, ``change`` or ``subscribe``

        Raises TenantError for a place that is not there for the actor, ForbiddenError for something that the
        actor may not do there.
        """
        place = place or self._own(actor)
        readable = self._types(actor, place, "read")
        if readable == frozenset():
            raise _no_place()
        allowed = readable if action == "read" else self._types(actor, place, action)
        if allowed == frozenset():
            raise ForbiddenError(
                coded("programme.context.forbidden", "you do not have permission to do this here"),
                remedy=text("use a token of one of this place's officers"),
            )
        return Context(
            self._store,
            place,
            contexts=self.contexts,
            rules=self.rules,
            told=self.notifier.wake,
            readable=readable,
            writable=frozenset() if action == "read" else allowed,
            by=actor.account,
        )

    def _own(self, actor: Actor) -> str:
        """Return the place of an actor that has only one, or of a programme that has only one."""
        places = {grant.code for grant in actor.grants if grant.scope == "city"}
        if not places and any(grant.scope == "all" for grant in actor.grants):
            places = set(self._provinces())
        if len(places) != 1:
            raise _no_place()
        return places.pop()

    def _types(self, actor: Actor, place: str, action: str) -> frozenset[str] | None:
        """Return the full names of the types that an actor may do something with; None for all."""
        types: set[str] = set()
        province = self._provinces().get(place)
        for clause in clauses(actor, _KIND, action) if province is not None else ():
            where = {"city": place, "province": province, "all": clause.value}
            if where.get(clause.place) == clause.value:
                named = self.full_types(clause.states)
                if not named and not clause.types:
                    return None
                types |= named & clause.types if named and clause.types else named | clause.types
        return frozenset(types)

    def narrowed(self, grant: Grant, types: Iterable[str]) -> Grant:
        """Return a role as it opens entities of some types alone, at its place; the role itself without any.

        Raises InputError for what is no name of a type, and for a role that reads no entities.
        """
        bound = replace(grant, types=self.full_types(types))
        if bound.types and not clauses(Actor(grants=(bound,)), _KIND, "read"):
            raise InputError(
                coded("programme.context.no_types", "this role may not read entities"),
                remedy=text("choose a different role, or omit the types"),
                field="types",
            )
        return bound

    def full_types(self, types: Iterable[str]) -> frozenset[str]:
        """Return the full names of types; raise InputError for what is no name of a type."""
        wrong = [one for one in types if not is_name(one)]
        if wrong:
            raise InputError(
                coded("programme.context.types", "not type names: {names:list}", names=wrong),
                remedy=text("write each type as a name such as AirQualityObserved, or as a full address"),
                field="types",
            )
        return frozenset(map(self.contexts.names().expand, types))

    def short_type(self, name: str) -> str:
        """Return the short name of a type, as it is without a context of others."""
        return self.contexts.names().compact(name)

    def _provinces(self) -> dict[str, str]:
        """Return the province of every place of the register, as a grant names it."""

        def read() -> dict[str, str]:
            return {row["code"]: row["province_en"] or "" for row in self._register.places().to_dicts()}

        return self._workspace.once("provinces of places", read)

    def token(self, place: str, *, types: Iterable[str] = (), days: int = 90) -> str:
        """Return the secret of a token by which programs read and change the things of a place.

        It is of an account of its own, an officer's of this place; the account is made where it is missing.
        It opens things of some types alone where they are named.
        Raises NotFoundError where there is no such place.
        """
        code = self._register.city(place).code
        account, grant = f"context-{code}".lower(), Grant(Role.OFFICER, "city", code)
        if account not in self._people.codes():
            row = {"role": grant.role, "scope": grant.scope, "code": code}
            self._people.invite(
                FOUNDER, account, {"display": account, "grants": [row]}, reason="context store"
            )
        self._people.take_up(account)
        bound = self.narrowed(grant, types)
        return self._people.token(self._people.named(account), "context store", bound, days=days)

    # --- contexts of others -----------------------------------------------------------------------------

    def keep_context(self, tenant: str, content: str) -> str:
        """Keep a context that a place sent, and return the path by which documents name it."""
        digest = hashlib.sha256(content.encode()).hexdigest()[:_DIGEST]
        path = f"{_KEPT_AT}{digest}.{quote(tenant)}"
        self._store.context.add_context(path, content, time.time_ns() // 1000)
        return path

    def kept_contexts(self, tenant: str) -> dict[str, str]:
        """Return the paths of the contexts that a place keeps here, and when each was sent."""
        rows = self._store.context.contexts_after(_KEPT_AT, _DIGEST, f".{quote(tenant)}")
        return {path: written(made) for path, made in rows}

    def kept_context(self, tenant: str, path: str) -> tuple[str, str]:
        """Return a context that a place keeps under a path, and when it was sent.

        Raises NotFoundError where there is none.
        """
        row = self._store.context.context_since(path) if path.endswith(f".{quote(tenant)}") else None
        if row is None:
            raise NotFoundError(
                coded("programme.context.no_context", "this place does not store this context"),
                remedy=text("list the contexts that it stores"),
            )
        return row[0], written(row[1])

    def drop_context(self, tenant: str, path: str) -> None:
        """Forget a context that a place keeps; raise NotFoundError where there is none."""
        self.kept_context(tenant, path)
        self._store.context.drop_context(path)
        self.contexts.forget()

    def fetch_again(self, url: str) -> None:
        """Fetch a context anew; what is kept of it stays where that fails, which raises as fetching does."""
        self._fetched(url)
        self.contexts.forget()

    def _kept(self, url: str) -> str | None:
        """Return the context that is kept of an address; one that was fetched is asked for again by day."""
        at = url.find(_KEPT_AT)
        row = self._store.context.context_since(url if at < 0 else url[at:])
        if row is None or at >= 0 or time.time_ns() // 1000 - row[1] < _FRESH:
            return None if row is None else row[0]
        try:
            return self._fetched(url)
        except UrbiumError:
            self._store.context.add_context(url, row[0], time.time_ns() // 1000)
            return row[0]

    def _fetched(self, url: str) -> str:
        """Return a context from an allowed host, and keep it.

        Raises ContextUnavailableError where it cannot be had, InputError where it is no context.
        """
        try:
            answer = fetch(url, allowed=self._allowed(), limit=_LARGEST, timeout=_PATIENCE)
        except UrbiumError as error:
            raise _unavailable(url, error.message) from error
        if answer.status != 200:  # noqa: PLR2004 - of HTTP
            why = text("its host answered {status}", status=str(answer.status))
            raise _unavailable(url, why)
        content = answer.body.decode(errors="replace")
        context_of(content, url)
        self._store.context.add_context(url, content, time.time_ns() // 1000)
        return content

    def _allowed(self) -> AllowedHosts:
        return AllowedHosts.read(self._settings().outbound_hosts)

    # --- who is told ------------------------------------------------------------------------------------

    def _send(self, url: str, body: bytes, headers: Mapping[str, str]) -> int:
        answer = fetch(
            url, allowed=self._allowed(), limit=_LARGEST, timeout=_PATIENCE, headers=headers,
            method="POST", body=body,
        )  # fmt: skip
        return answer.status

    def subscribe(self, actor: Actor, tenant: str, sent: Mapping[str, Any]) -> str:
        """Keep a subscription of an actor, and return its id; one that a token has made ends with the token.

        Raises InputError for one that is wrong, ConflictError where there is one of its id.
        """
        id_ = str(sent.get("id") or f"urn:ngsi-ld:Subscription:{secrets.token_hex(16)}")
        self._check(sent)
        if self._store.context.subscriptions.one(id_) is not None:
            raise ConflictError(
                coded("programme.context.subscribed", "there is already a subscription with this id"),
                place="id",
                remedy=text("omit the id, or choose another"),
            )
        self._store.context.subscriptions.put(
            Subscription(id_, tenant, _bearer(actor), _json(sent), time.time_ns() // 1000)
        )
        return id_

    def change_subscription(self, actor: Actor, tenant: str, id_: str, sent: Mapping[str, Any]) -> None:
        """Change members of a subscription; from now on it is of whoever changed it."""
        before = self._subscription(actor, tenant, id_)
        content = {**msgspec.json.decode(before.content), **sent}
        self._check(content)
        kept = replace(before, account=_bearer(actor), content=_json(content))
        self._store.context.subscriptions.put(kept)

    def subscriptions(self, actor: Actor, tenant: str, id_: str | None = None) -> list[dict[str, Any]]:
        """Return the subscriptions of a place that an actor may see as they are sent, or the one of an id."""
        now = time.time_ns() // 1000
        return [told(one, self.rules, now) for one in self._visible(actor, tenant, id_)]

    def unsubscribe(self, actor: Actor, tenant: str, id_: str) -> None:
        """End a subscription; raise NotFoundError where there is none."""
        self._store.context.subscriptions.drop(tenant, self._subscription(actor, tenant, id_).id)

    def _visible(self, actor: Actor, tenant: str, id_: str | None) -> list[Subscription]:
        """Return the subscriptions of a place; to who is narrowed to some types, the own ones alone."""
        rows = self._store.context.subscriptions.of(tenant, id_)
        if all(self._types(actor, tenant, action) is None for action in _TOLD):
            return rows
        return [one for one in rows if one.account == _bearer(actor)]

    def _subscription(self, actor: Actor, tenant: str, id_: str) -> Subscription:
        rows = self._visible(actor, tenant, id_)
        if not rows:
            raise NotFoundError(
                coded("programme.context.no_subscription", "there is no subscription with this id"),
                remedy=text("list the available ones"),
            )
        return rows[0]

    def _check(self, sent: Mapping[str, Any]) -> None:
        """Raise InputError for a subscription that is wrong, or tells a host that is not allowed."""
        endpoint = urlsplit(read_rule(sent, self.contexts).endpoint)
        if not {endpoint.hostname} & {host.name for host in self._allowed().hosts}:
            raise InputError(
                coded("programme.context.endpoint", "this programme sends nothing to this host"),
                place="notification.endpoint.uri",
                remedy=host_advice(),
            )

    def _told_types(self, subscription: Subscription) -> frozenset[str] | None:
        """Return the types of which a subscription may tell now: those that who made it may read."""
        digest = subscription.account.removeprefix(_PREFIX)
        try:
            is_of_token = digest != subscription.account
            actor = self._people.actor_of(digest) if is_of_token else self._people.named(digest)
        except UrbiumError:
            actor = None
        allowed = [self._types(actor or ANYBODY, subscription.tenant, action) for action in _TOLD]
        narrowed = [types for types in allowed if types is not None]
        return frozenset.intersection(*narrowed) if narrowed else None

    def run_notifier(self) -> threading.Thread:
        """Send notifications in a thread of its own, until its :meth:`Notifier.stop`."""
        rebuild_index(self._store)
        thread = threading.Thread(target=self.notifier.run, daemon=True)
        thread.start()
        return thread


def _bearer(actor: Actor) -> str:
    """Return who is told by a subscription: the account, or the token by its digest."""
    return _PREFIX + actor.token if actor.token else actor.account


def _unavailable(url: str, why: str) -> ContextUnavailableError:
    return ContextUnavailableError(
        coded("programme.context.unavailable", "this context cannot be fetched: {why}", why=why),
        place=url,
        remedy=text(
            "ask the programme office to allow the host; or send the context to {path}, or include it inline",
            path=_KEPT_AT,
        ),
    )


def _json(content: object) -> str:
    return msgspec.json.encode(content).decode()


def _no_place() -> TenantError:
    return TenantError(
        coded(
            "programme.context.no_place", "this place does not exist, or you do not have permission to see it"
        ),
        remedy=text("name a place by its code in the header NGSILD-Tenant, and send one of its tokens"),
    )
