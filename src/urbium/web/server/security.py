"""Security: what every response carries, which hosts are served, and that a route starts closed."""

import logging
from collections.abc import Iterable
from ipaddress import ip_address
from typing import Final
from urllib.parse import urlsplit

from litestar import Response
from litestar.connection import ASGIConnection
from litestar.enums import ScopeType
from litestar.exceptions import PermissionDeniedException
from litestar.handlers import BaseRouteHandler
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

ACCESS = "access"
PUBLIC: dict[str, str] = {ACCESS: "public read"}
"""The rule of a route that anybody may read: ``@get(..., opt=PUBLIC)``."""

_ELSEWHERE: Final = "elsewhere"
OPEN: dict[str, str] = PUBLIC | {_ELSEWHERE: "yes"}
"""The rule of a route whose answers pages of any other site may read, too; they ask without a session."""

BY_POLICY: dict[str, str] = {ACCESS: "by policy"}
"""The rule of a route that asks the policy of rights for every dossier it shows or changes."""

HEADERS: dict[str, str] = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
"""The headers of every response: nothing is loaded, framed or sent anywhere else."""

REPORT: Final = "/report"
"""The form of a citizen; it alone, and what it is sent to, may ask a browser where it is."""
_PERMISSIONS: Final = "Permissions-Policy"
_ASKING: Final = frozenset({REPORT, f"{REPORT}/send"})
_PLACE = {_PERMISSIONS: HEADERS[_PERMISSIONS].replace("geolocation=()", "geolocation=(self)")}

_TO_ALL = {"Access-Control-Allow-Origin": "*", "Cross-Origin-Resource-Policy": "cross-origin"}

FRAMED: dict[str, bool] = {"framed": True}
"""The option of the one route whose answers others may frame: those that are whole say by whom themselves."""
FRAMED_POLICY = (
    "default-src 'none'; style-src 'self'; img-src 'self'; font-src 'self'; form-action 'none'; "
    "base-uri 'none'"
)
"""The policy of its answers, to which they add ``frame-ancestors``."""
_FRAMING = ("Content-Security-Policy", "X-Frame-Options")
_WHOLE = 200

_LOG = logging.getLogger(__name__)
_STRICT, _FOR_TWO_YEARS = "Strict-Transport-Security", "max-age=63072000"
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def deny_unless_granted(connection: ASGIConnection, handler: BaseRouteHandler) -> None:  # type: ignore[type-arg]
    """Deny a route that grants nothing; the app holds this guard, so a new route starts closed."""
    rule = handler.opt.get(ACCESS)
    if rule == BY_POLICY[ACCESS]:
        return
    if rule != PUBLIC[ACCESS] or connection.scope.get("method") not in {"GET", "HEAD"}:
        raise PermissionDeniedException("no rule opens this address")


class Transport:
    """Says what was asked for by TLS.

    A request came by TLS when its connection did (that to a declared proxy counts, see
    :func:`urbium.web.app.serve`), or when it asks for the host of the programme's address and that is one of
    https: a proxy that is not declared is known by its host, and not by headers, which others could add, too.

    Parameters
    ----------
    address : where the pages are reached; empty when nobody has said
    """

    def __init__(self, address: str) -> None:
        self._address = urlsplit(address.lower())

    def is_secure(self, scope: Scope) -> bool:
        """Say whether a request came by TLS."""
        if scope["scheme"] == "https":
            return True
        named = next((value for name, value in scope["headers"] if name == b"host"), b"")
        is_ours = named.decode("latin-1").lower() == self._address.netloc
        return is_ours and self._address.scheme == "https"


async def add_headers(message: Message, scope: Scope) -> None:
    """Put :data:`HEADERS` on a response as it is sent: on every one, errors and refusals included.

    What was asked for by TLS says besides that it is asked for by TLS alone from now on.
    """
    if message["type"] == "http.response.start":
        transport: Transport = scope["app"].state.transport
        lasting = {_STRICT: _FOR_TWO_YEARS} if transport.is_secure(scope) else {}
        handler, place = scope.get("route_handler"), _PLACE if scope["path"] in _ASKING else {}
        is_framed = message["status"] == _WHOLE and handler is not None and handler.opt.get("framed")
        kept = {name: value for name, value in HEADERS.items() if not is_framed or name not in _FRAMING}
        is_open = handler is not None and handler.opt.get(_ELSEWHERE)
        named = (kept | lasting | place | (_TO_ALL if is_open else {})).items()
        headers = [(name.lower().encode(), value.encode()) for name, value in named]
        message["headers"] = [*message["headers"], *headers]


class HostCheck(ASGIMiddleware):
    """Serve only requests that name a known host, so that no foreign page reaches a local server by DNS.

    ``localhost`` and its addresses are names of this machine for those who ask from it, and for nobody else.

    Parameters
    ----------
    hosts : names served besides those of this machine itself
    has_proxy : whether a proxy is declared, whose word on where requests come from is taken
    """

    scopes = (ScopeType.HTTP,)

    def __init__(self, hosts: Iterable[str] = (), *, has_proxy: bool = False) -> None:
        self._is_silent_on_proxies = has_proxy
        self.named = {host.strip().strip("[]").lower() for host in hosts}
        self.hosts = _LOOPBACK | self.named

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        """Pass the request on, or answer 421."""
        if not self._is_silent_on_proxies and any(name == b"x-forwarded-for" for name, _ in scope["headers"]):
            self._is_silent_on_proxies = True  # once is enough
            _LOG.warning(
                "A request came by a proxy that is not declared: all who come by it are counted as one "
                "address when they sign in. Serve with --proxy ADDRESS, the address of the proxy."
            )
        named = next((value for name, value in scope["headers"] if name == b"host"), b"")
        host = host_name(named.decode("latin-1"))
        if host in self.hosts and (host in self.named or not _is_far(scope)):
            await next_app(scope, receive, send)
            return
        refusal = Response(
            "This server does not answer to that host name. Open it by http://127.0.0.1 on its own machine, "
            "or start it with --allow NAME, where NAME is the name or address in the browser's address line.",
            status_code=421,
            media_type="text/plain",
        )
        await refusal.to_asgi_response(app=None, request=scope["app"].request_class(scope))(
            scope, receive, send
        )


def _is_far(scope: Scope) -> bool:
    """Say whether a request comes from another machine, which cannot mean this one by ``localhost``."""
    client = scope.get("client")
    try:
        return client is not None and not ip_address(client[0].partition("%")[0]).is_loopback
    except ValueError:  # no address of a network: a socket of this machine
        return False


def is_loopback(host: str) -> bool:
    """Say whether an address to listen at is reached from this machine alone."""
    return host in _LOOPBACK


def host_name(header: str) -> str:
    """Return the host in a Host header without its port.

    >>> [host_name(text) for text in ("localhost:8000", "[::1]:8000", "127.0.0.1")]
    ['localhost', '::1', '127.0.0.1']
    """
    text = header.strip().lower()
    if text.startswith("["):
        return text[1:].partition("]")[0]
    return text.partition(":")[0]
