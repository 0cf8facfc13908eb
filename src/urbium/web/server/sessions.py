"""Sessions: who asks, told by a cookie or a token; and that a change comes from our own pages."""

import hashlib
import hmac
import threading
import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

from anyio import to_thread
from litestar import Request
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.enums import ScopeType
from litestar.exceptions import NotAuthorizedException, PermissionDeniedException, TooManyRequestsException
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from urbium.access import ANYBODY, Actor
from urbium.programme import Programme
from urbium.programme.people.invitations import SECOND, SESSION, SESSION_LONGEST
from urbium.programme.people.people import FEED, TOKEN
from urbium.text import Text, text
from urbium.web.rendering.language import SECRETS
from urbium.web.server.security import Transport, host_name

COOKIE, DEVICE_COOKIE = "urbium_session", "urbium_device"
TRY_COOKIE: Final = "urbium_try"
_PREFIX: Final = "__Host-"
"""Begins the name of a cookie that a browser takes by TLS alone, and from this host alone (RFC 6265bis)."""
_DEVICE_LASTS: Final = 365 * 24 * 3600
CSRF_FIELD, CSRF_HEADER = "csrf", "x-csrf-token"
_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
_BEARER: Final = "bearer "
_TOGETHER: Final = 10
"""How many times as many attempts one address has at all things together as at one."""


@dataclass(frozen=True, slots=True)
class Session:
    """Who asks.

    Parameters
    ----------
    actor : who, and in which roles
    secret : of the session or token; empty for somebody who has not signed in
    is_token : whether a program asks with a token, and no browser by itself
    language : in which the person reads; empty where none was chosen, and for a program, which names its own
    """

    actor: Actor = ANYBODY
    secret: str = ""
    is_token: bool = False
    language: str = ""


_NOBODY: Final = Session()
_session: ContextVar[Session] = ContextVar("session", default=_NOBODY)


def session() -> Session:
    """Return who asks, while a request is answered."""
    return _session.get()


class Sessions(ASGIMiddleware):
    """Find out who asks before a request is answered, and let no shared cache keep what a person is shown.

    Parameters
    ----------
    office : the programme whose people these are
    """

    scopes = (ScopeType.HTTP,)

    def __init__(self, office: Programme) -> None:
        self._people = office.people

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Answer as the person or program that asks."""
        request: Request[Any, Any, Any] = scope["app"].request_class(scope)
        authorization = request.headers.get("authorization", "")
        is_token = authorization.lower().startswith(_BEARER)
        kept = request.cookies.get(cookie_name(COOKIE, is_secure=is_secure(request)), "")
        secret = authorization[len(_BEARER) :].strip() if is_token else kept
        asks = _NOBODY
        if secret:
            kinds = (TOKEN, FEED) if is_token else (SESSION,)  # a cookie makes no person of a program
            actor = await to_thread.run_sync(self._people.actor, secret, kinds)
            if actor is not None:
                reads = "" if is_token else await to_thread.run_sync(self._people.language, actor.account)
                asks = Session(actor, secret, is_token, reads)
        scope["state"]["refused_token"] = is_token and not asks.secret

        async def send_privately(message: Message) -> None:
            if asks.secret and message["type"] == "http.response.start":
                headers = [pair for pair in message["headers"] if pair[0].lower() != b"cache-control"]
                message["headers"] = [*headers, (b"cache-control", b"private, no-store")]
            await send(message)

        token = _session.set(asks)
        try:
            await next_app(scope, receive, send_privately)
        finally:
            _session.reset(token)


def is_secure(connection: ASGIConnection[Any, Any, Any, Any]) -> bool:
    """Say whether a request came by TLS."""
    transport: Transport = connection.app.state.transport
    return transport.is_secure(connection.scope)


def cookie_name(name: str, *, is_secure: bool) -> str:
    """Return what a cookie is called: by TLS with a prefix, so that no other host and no plain page sets it.

    >>> cookie_name(COOKIE, is_secure=True)
    '__Host-urbium_session'
    """
    return f"{_PREFIX}{name}" if is_secure else name


def device_secret(request: Request[Any, Any, Any]) -> str:
    """Return the secret by which a browser is known again; empty for one that nobody has signed in with."""
    return request.cookies.get(cookie_name(DEVICE_COOKIE, is_secure=is_secure(request)), "")


def device_cookies(request: Request[Any, Any, Any], secret: str) -> list[Cookie]:
    """Return the cookie by which a browser is known again; none without a secret."""
    if not secret:
        return []
    secure = is_secure(request)
    name = cookie_name(DEVICE_COOKIE, is_secure=secure)
    return [
        Cookie(
            name, value=secret, path="/", max_age=_DEVICE_LASTS, httponly=True, samesite="lax", secure=secure
        )
    ]


def check_origin(connection: ASGIConnection[Any, Any, Any, Any]) -> None:
    """Refuse a change that another site's page sends, a token that opens nothing, and a secret in an address.

    A browser says where a request comes from (``Sec-Fetch-Site``, ``Origin``); a program with a token is not
    driven by a foreign page.
    """
    if connection.scope["state"].get("refused_token"):
        raise NotAuthorizedException(
            text("this token is not valid: it has expired, or its owner has not accepted the invitation")
        )
    if not SECRETS.isdisjoint(connection.query_params):
        raise PermissionDeniedException(
            text(
                "a secret in an address remains in logs: replace the secret, and send the new one "
                "in a header or in the body"
            )
        )
    if connection.scope.get("method") in _SAFE or session().is_token:
        return
    site, origin = connection.headers.get("sec-fetch-site"), connection.headers.get("origin", "")
    if (
        site is None
    ):  # an old browser, or no browser at all; a page without a referrer names the origin "null"
        host = host_name(connection.headers.get("host", ""))
        site = "cross-site" if origin and host_name(origin.partition("://")[2]) != host else "same-origin"
    if site not in {"same-origin", "none"}:
        raise PermissionDeniedException(text("this change was sent from a page of another site"))
    given = connection.headers.get(CSRF_HEADER)
    if given is not None and not hmac.compare_digest(given, csrf_token()):
        raise PermissionDeniedException(text("this page belongs to another session"))


def check_person(connection: ASGIConnection[Any, Any, Any, Any]) -> None:
    """Refuse a token on the pages of a person's own account: it could make ways in that outlast it."""
    if session().is_token and connection.scope["path"].startswith("/account"):
        raise PermissionDeniedException(text("a token cannot be used to manage its owner's account"))


def check_form(data: Mapping[str, str]) -> None:
    """Refuse a form of a signed-in person that was not made for this session."""
    if session().secret and not is_form_of_session(data):
        raise PermissionDeniedException(text("this page belongs to another session"))


def is_form_of_session(data: Mapping[str, str]) -> bool:
    """Say whether a form was made for this session."""
    return hmac.compare_digest(data.get(CSRF_FIELD, "").encode(), csrf_token().encode())


def csrf_token(secret: str | None = None) -> str:
    """Return what a form of a session must send along: of this one unless its secret is given.

    It is empty for somebody who has not signed in.
    """
    secret = session().secret if secret is None else secret
    return hashlib.sha256(f"form {secret}".encode()).hexdigest()[:40] if secret else ""


def session_cookie(secret: str, *, is_secure: bool) -> str:
    """Return the header that sets (or, without a secret, clears) the cookie of a session."""
    secure = "; Secure" if is_secure else ""
    age = SESSION_LONGEST // SECOND if secret else 0
    name = cookie_name(COOKIE, is_secure=is_secure)
    return f"{name}={secret}; Path=/; Max-Age={age}; HttpOnly; SameSite=Lax{secure}"


def _key(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


_WAIT: Final = text("too many attempts from this address; wait a minute")


class Attempts:
    """How often somebody may try, in a minute, from one address, whatever a request claims.

    What is tried is counted apart, so that others who share the address, behind a proxy or in an office, do
    not use up somebody's attempts; all of it together is bounded more widely.

    Parameters
    ----------
    most : attempts at one thing in ``seconds``; ten times as many at all things together
    clock : the present in seconds since 1970
    office, kind : the programme in whose store all processes count, and what these attempts are called there;
        counted in this process alone when left out
    refusal : what is said where there were too many
    """

    def __init__(
        self,
        most: int,
        seconds: float = 60.0,
        clock: Callable[[], float] = time.time,
        *,
        office: Programme | None = None,
        kind: str = "",
        refusal: Text = _WAIT,
    ) -> None:
        self._refusal = refusal
        self._most, self._seconds, self._clock = most, seconds, clock
        self._office, self._kind = office, kind
        self._lock = threading.Lock()
        self._here: dict[str, list[float]] = {}

    def count(
        self, connection: ASGIConnection[Any, Any, Any, Any], what: str = "", *, browser: str = ""
    ) -> None:
        """Note an attempt; raise TooManyRequestsException when there were too many.

        The address is that of the connection, or what a declared proxy says of it.

        Parameters
        ----------
        connection : where it comes from
        what : what is tried: the name of an account; all things together when left out
        browser : the secret of a browser that is known: nobody else's attempts are counted against it
        """
        client = connection.scope.get("client")
        address = client[0] if client else ""
        if browser:
            bounds = {_key("browser", browser): self._most}
        else:
            bounds = {address: self._most * (_TOGETHER if what else 1)}
            bounds |= {_key(address, what): self._most} if what else {}
        now = self._clock()
        if self._office is None:
            is_over = self._count_here(bounds, now)
        else:
            micros, past = int(now * SECOND), int((now - self._seconds) * SECOND)
            is_over = self._office.store.attempts.count(self._kind, bounds, now=micros, since=past)
        if is_over:
            raise TooManyRequestsException(self._refusal)

    def _count_here(self, bounds: Mapping[str, int], now: float) -> bool:
        with self._lock:
            late = {who: [at for at in some if at > now - self._seconds] for who, some in self._here.items()}
            self._here = {who: some for who, some in late.items() if some}
            for key, most in bounds.items():
                self._here[key] = [*self._here.get(key, []), now][-most - 1 :]
            return any(len(self._here[key]) > most for key, most in bounds.items())
