"""Prefix: the pages below a path, where the programme's address has one (https://example.org/towns).

Everything inside speaks of addresses as if it stood at the root. Here, at the border, a path loses the prefix
and an answer gets it: where it leads, its cookies, the addresses in its pages. A proxy may pass the path on
whole or without its prefix. See ADR 0133.
"""

import re
from collections.abc import Iterable
from typing import Any, Final
from urllib.parse import urlsplit

from litestar.connection import ASGIConnection
from litestar.types import Message, Scope, Send

from urbium.web.server.sessions import is_secure

_ADDRESSES: Final = re.compile(
    r"(\s(?:(?:xlink:)?href|src|action|formaction|data-(?:chart|copy|draft|events|options|vega|what-if))=\""
    r"|\"signal\": ?\"')/(?!/)"
)
"""What comes before an address of ours in a page: an attribute, or the words of a live chart."""
_OF_HOST, _OF_PATH = b"__Host-", b"__Secure-"
"""How the names of cookies by TLS begin: a browser takes the first for the whole of a host alone."""
_AT_ROOT: Final = re.compile(rb"; *path=/(?=;|$)", re.IGNORECASE)


def prefix_of(address: str) -> str:
    """Return the path below which the pages of an address stand; empty for the root of a host.

    >>> prefix_of("https://example.org/towns"), prefix_of("https://towns.example.org")
    ('/towns', '')
    """
    return urlsplit(address).path.rstrip("/")


def origin(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """Return the address, without a slash at its end, at which a request reached the pages."""
    scheme = "https" if is_secure(connection) else connection.scope["scheme"]
    return f"{scheme}://{connection.url.netloc}{connection.app.state.prefix}"


def placed(page: str, prefix: str) -> str:
    """Return a page of ours with its addresses below a prefix.

    >>> placed('<a href="/cities">Cities</a> <a href="//example.org">', "/towns")
    '<a href="/towns/cities">Cities</a> <a href="//example.org">'
    """
    return _ADDRESSES.sub(rf"\g<1>{prefix}/", page) if prefix else page


def inside(scope: Scope, prefix: str) -> Scope:
    """Return a request as if it had been sent to the root."""
    path = scope["path"]
    changed: dict[str, Any] = {}
    if path == prefix or path.startswith(f"{prefix}/"):
        raw = scope.get("raw_path") or path.encode()
        changed = {"path": path[len(prefix) :] or "/", "raw_path": raw[len(prefix) :] or b"/"}
    headers = [
        (name, value.replace(_OF_PATH, _OF_HOST) if name == b"cookie" else value)
        for name, value in scope["headers"]
    ]
    return {**scope, **changed, "headers": headers}  # type: ignore[return-value]


def outside(send: Send, prefix: str) -> Send:
    """Return what sends an answer with the prefix in its headers."""
    at = prefix.encode()

    async def send_below(message: Message) -> None:
        if message["type"] == "http.response.start":
            message["headers"] = [*_placed_headers(message["headers"], at)]
        await send(message)

    return send_below


def _placed_headers(headers: Iterable[tuple[bytes, bytes]], prefix: bytes) -> Iterable[tuple[bytes, bytes]]:
    for name, value in headers:
        match name.lower():
            case b"location" | b"content-location" if value.startswith(b"/") and value[1:2] != b"/":
                yield name, prefix + value
            case b"link":
                yield name, value.replace(b"</", b"<" + prefix + b"/")
            case b"set-cookie":
                below = _AT_ROOT.sub(b"; Path=" + prefix, value)
                yield name, below.replace(_OF_HOST, _OF_PATH, 1) if value.startswith(_OF_HOST) else below
            case _:
                yield name, value
