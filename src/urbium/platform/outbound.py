"""The one door out: a request to another machine, at a host that the programme allows and at no other.

A name is resolved once; every address it has is judged, and the connection goes to a judged address, while
the name stays what TLS and the other machine see. Redirects are not followed, proxies of the environment are
not asked, and size and time have limits. What is said of a refusal names the host and the path, never the
query or a header: these may hold secrets.
"""

import ipaddress
import logging
import re
import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from types import MappingProxyType
from typing import Any, Final
from urllib.parse import SplitResult, urlsplit

import httpcore

from urbium.errors import ForbiddenError, InputError, UnavailableError
from urbium.text import coded, text
from urbium.text.advice import Advice, advice

logging.getLogger("httpcore").setLevel(logging.INFO)  # its lines for debugging hold headers
_PORTS: Final[Mapping[str, int]] = {"http": 80, "https": 443}
_BROKERS: Final[Mapping[str, int]] = {"mqtt": 1883, "mqtts": 8883}
_METHODS: Final = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_METADATA: Final = frozenset(
    ipaddress.ip_address(address)
    for address in ("168.63.129.16", "192.0.0.192", "100.100.100.200", "169.254.169.254", "fd00:ec2::254")
)
"""Where the machines of cloud providers tell secrets to whoever asks: never an address of a city."""
_NAT64: Final = ipaddress.ip_network("64:ff9b::/96")
_PRIVATE: Final = "private"


@dataclass(frozen=True, slots=True)
class AllowedHost:
    """A host that may be asked.

    Parameters
    ----------
    name : its name, or its address
    port : the one port that may be asked; None for the usual one of http and https
    is_private : whether it may lie at an address of a private network or of this machine
    """

    name: str
    port: int | None = None
    is_private: bool = False


@dataclass(frozen=True, slots=True)
class AllowedHosts:
    """The hosts that may be asked, and no others."""

    hosts: tuple[AllowedHost, ...] = ()

    @classmethod
    def read(cls, rows: Iterable[str]) -> "AllowedHosts":
        """Return the hosts of rows as settings hold them: ``host``, ``host:port``, each with ``private``.

        Raises InputError for a row that is none of these.

        >>> AllowedHosts.read(["data.example.org", "127.0.0.1:8000 private"]).hosts[1].is_private
        True
        """
        return cls(tuple(_read_host(row) for row in rows))

    def demand(self, url: str) -> AllowedHost:
        """Return the row that allows an address.

        Raises InputError for what is no address of the web, ForbiddenError for one of another host.
        """
        parts, name, port = _parts(url)
        return self.at(name, port, parts.scheme)

    def at(self, name: str, port: int, scheme: str) -> AllowedHost:
        """Return the row that allows a host at a port; raise ForbiddenError when none does."""
        usual = {**_PORTS, **_BROKERS}[scheme]
        for host in self.hosts:
            if host.name == name and port == (usual if host.port is None else host.port):
                return host
        raise ForbiddenError(
            coded("platform.outbound.host", "this programme does not allow requests to this host"),
            place=f"{name}:{port}",
            remedy=host_advice(),
        )


def host_advice() -> Advice:
    """Return what to do about a host to which the programme sends nothing."""
    return advice(
        text("ask the programme office to allow the host: urbium settings --outbound-host HOST"),
        text("ask the programme office to allow the host in the settings of the programme"),
        "outbound_hosts",
    )


def check_address(url: str) -> None:
    """Raise InputError for what is no address of the web, or names a machine that nobody may ask.

    Where the host is a name, its addresses are judged whenever it is asked.

    >>> check_address("https://data.example.org/catalog")
    """
    _, name, _ = _parts(url)
    try:
        address = ipaddress.ip_address(name)
    except ValueError:
        return
    if not _is_allowed(str(address), is_private=True):
        raise InputError(
            coded("platform.outbound.never", "no request is ever sent to this address"),
            place=name,
            remedy=text("enter the name of the host that publishes the data"),
        )


@dataclass(frozen=True, slots=True, repr=False)
class Response:
    """What another machine answered.

    Parameters
    ----------
    status : the status of HTTP; a redirect is an answer like any other
    headers : by name in lower case
    body : as it was sent
    """

    status: int
    headers: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    body: bytes = b""

    def __repr__(self) -> str:
        """Return status and size: headers and body may hold secrets."""
        return f"Response({self.status}, {len(self.body):,} bytes)"


def fetch(
    url: str,
    *,
    allowed: AllowedHosts,
    limit: int,
    timeout: float,
    headers: Mapping[str, str] | None = None,
    method: str = "GET",
    body: bytes | None = None,
) -> Response:
    """Send one request to an allowed host and return the answer, whatever its status is.

    Parameters
    ----------
    url : an address of http or https, without a user name
    allowed : the hosts that may be asked
    limit : the greatest answer, in bytes
    timeout : the longest that all of it may take, in seconds
    headers, method, body : what is sent

    Raises
    ------
    InputError : the address is no plain address of http or https, a header is not plain, or the answer is
        greater than the limit
    ForbiddenError : the host is not allowed, or lies at an address that is not
    UnavailableError : the host is not found, does not answer in time, or not by HTTP
    """
    parts, name, port = _parts(url)
    place = f"{parts.scheme}://{parts.netloc}{parts.path}"
    host = allowed.at(name, port, parts.scheme)
    if method not in _METHODS:
        raise _no_address(place)
    backend = _Pinned(host, deadline=time.monotonic() + timeout)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    sent = {"accept-encoding": "identity", **{key.lower(): value for key, value in (headers or {}).items()}}
    sent |= {"host": parts.netloc, **({} if body is None else {"content-length": str(len(body))})}
    try:
        with httpcore.ConnectionPool(
            ssl_context=_tls() if parts.scheme == "https" else None, network_backend=backend
        ) as pool:
            address = httpcore.URL(scheme=parts.scheme, host=name, port=port, target=target)
            request = httpcore.Request(
                method, address, headers=list(sent.items()), content=body, extensions=backend.timeouts()
            )
            return _received(pool, request, limit)
    except _TooLargeError:
        raise InputError(
            coded(
                "platform.outbound.size",
                "the response exceeds the {limit:,} bytes that can be read",
                limit=limit,
            ),
            place=place,
            remedy=text("request less data at a time, in pages"),
        ) from None
    except (httpcore.LocalProtocolError, UnicodeEncodeError):
        raise _no_address(place) from None
    except (
        httpcore.NetworkError,
        httpcore.TimeoutException,
        httpcore.ProtocolError,
        httpcore.UnsupportedProtocol,
    ):
        raise _unreachable(place) from None


def connected(url: str, *, allowed: AllowedHosts, timeout: float) -> socket.socket:
    """Connect to an allowed broker: ``mqtts://host``; ``mqtt://`` within a private network alone.

    Raises InputError, ForbiddenError, UnavailableError.
    """
    parts, name, port = _parts(url, _BROKERS)
    place = f"{parts.scheme}://{parts.netloc}"
    host = allowed.at(name, port, parts.scheme)
    if parts.scheme == "mqtt" and not host.is_private:
        raise ForbiddenError(
            coded(
                "platform.outbound.plain", "a broker outside a private network can be reached only over TLS"
            ),
            place=place,
            remedy=text("write mqtts:// in place of mqtt://"),
        )
    try:
        for address in _addresses(host, name, port):
            with suppress(OSError):  # also of TLS: the name is not proven
                connection = socket.create_connection((address, port), timeout)
                is_plain = parts.scheme == "mqtt"
                return connection if is_plain else _tls().wrap_socket(connection, server_hostname=name)
    except httpcore.ConnectError:
        pass
    raise UnavailableError(
        coded("platform.outbound.broker", "the broker cannot be reached"),
        place=place,
        remedy=text("try again later, or check with the operator"),
    )


def _received(pool: httpcore.ConnectionPool, request: httpcore.Request, limit: int) -> Response:
    answer = pool.handle_request(request)
    try:
        content = bytearray()
        for chunk in answer.iter_stream():
            content += chunk
            if len(content) > limit:
                raise _TooLargeError
    finally:
        answer.close()
    names = {key.decode("latin-1").lower(): value.decode("latin-1") for key, value in answer.headers}
    return Response(answer.status, MappingProxyType(names), bytes(content))


class _TooLargeError(Exception):
    """The answer is greater than its limit."""


class _Pinned(httpcore.SyncBackend):
    """Connects to an address of the host that was judged, and ends everything at the deadline."""

    def __init__(self, host: AllowedHost, *, deadline: float) -> None:
        self._host, self._deadline = host, deadline

    def left(self) -> float:
        """Return the seconds that are left; raise ReadTimeout where there are none."""
        seconds = self._deadline - time.monotonic()
        if seconds <= 0:
            raise httpcore.ReadTimeout
        return seconds

    def timeouts(self) -> dict[str, Any]:
        return {"timeout": dict.fromkeys(("connect", "read", "write", "pool"), self.left())}

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,  # noqa: ARG002 - the deadline holds
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        failure: Exception = httpcore.ConnectError()
        for address in _addresses(self._host, host, port):
            try:
                stream = super().connect_tcp(address, port, self.left(), local_address, socket_options)
            except httpcore.ConnectError as error:
                failure = error
            else:
                return _Timed(stream, self)
        raise failure


class _Timed(httpcore.NetworkStream):
    """A connection that ends at the deadline, however slowly the other side sends."""

    def __init__(self, stream: httpcore.NetworkStream, backend: _Pinned) -> None:
        self._stream, self._backend = stream, backend

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:  # noqa: ARG002
        return self._stream.read(max_bytes, self._backend.left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:  # noqa: ARG002
        self._stream.write(buffer, self._backend.left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,  # noqa: ARG002
    ) -> httpcore.NetworkStream:
        return _Timed(
            self._stream.start_tls(ssl_context, server_hostname, self._backend.left()), self._backend
        )

    def get_extra_info(self, info: str) -> Any:  # noqa: ANN401 - as httpcore has it
        return self._stream.get_extra_info(info)


def _addresses(host: AllowedHost, name: str, port: int) -> list[str]:
    """Return every address of a name, resolved once; raise ForbiddenError where one may not be asked."""
    try:
        rows = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise httpcore.ConnectError from None
    addresses = list(dict.fromkeys(str(row[4][0]) for row in rows))
    if not all(_is_allowed(address, is_private=host.is_private) for address in addresses):
        raise ForbiddenError(
            coded(
                "platform.outbound.address",
                "the host's address is private, belongs to this machine or is not an internet address",
            ),
            place=f"{name}:{port}",
            remedy=advice(
                text(
                    "if this is intended, the office can allow it: urbium settings --outbound-host '{host} "
                    "private'",
                    host=name,
                ),
                text(
                    "if this is intended, ask the programme office to allow it in the settings of the "
                    "programme: {host} private",
                    host=name,
                ),
                "outbound_hosts",
            ),
        )
    return addresses


def _is_allowed(address: str, *, is_private: bool) -> bool:
    """Say whether an address may be asked; one that wraps another is judged as the one inside."""
    if "%" in address:  # a zone: of this link
        return False
    inner = _unwrapped(ipaddress.ip_address(address))
    if inner in _METADATA or inner.is_multicast or inner.is_unspecified or inner.is_link_local:
        return False
    if is_private and (inner.is_loopback or inner.is_private or inner.is_global):
        return not inner.is_reserved
    return inner.is_global and not inner.is_reserved


def _unwrapped(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    """Return the address of version 4 inside one of version 6 (mapped, 6to4, Teredo, NAT64), else itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or (address.teredo or (None, None))[1] or address


def _parts(url: str, ports: Mapping[str, int] = _PORTS) -> tuple[SplitResult, str, int]:
    """Return an address in its parts, its host as names are compared, and its port."""
    is_plain = url.isascii() and url.isprintable() and not set(url) & set(' \\<>"^`{|}')
    try:
        parts = urlsplit(url if is_plain else "")
        scheme = parts.scheme if parts.scheme in ports else "none"
        return parts, _name(parts), ports[scheme] if parts.port is None else parts.port
    except (ValueError, KeyError):
        raise _no_address("") from None


def _name(parts: SplitResult) -> str:
    """Return the host of an address as names are compared; raise ValueError for none, and for a user name."""
    name = "" if "@" in parts.netloc else (parts.hostname or "").rstrip(".")
    if ":" in name:
        return str(ipaddress.IPv6Address(name))
    ascii_name = name.encode("idna").decode("ascii").lower()
    if not re.fullmatch(r"[a-z0-9_-]+(\.[a-z0-9_-]+)*", ascii_name):
        raise ValueError
    return ascii_name


def _read_host(row: str) -> AllowedHost:
    host, _, word = row.strip().partition(" ")
    try:
        parts = urlsplit(f"//{host}")
        name = _name(parts)
        if word in ("", _PRIVATE) and parts.netloc == host:
            return AllowedHost(name, parts.port, is_private=bool(word))
    except ValueError:
        pass
    raise InputError(
        coded("platform.outbound.row", "{row!r} is not a host that can be allowed", row=row),
        remedy=text(
            "write a host, with its port and the word private if needed, such as data.example.org "
            "or 10.0.0.5:8080 private"
        ),
    )


@cache
def _tls() -> ssl.SSLContext:
    return ssl.create_default_context()


def _no_address(place: str) -> InputError:
    return InputError(
        coded("platform.outbound.url", "this is not a plain http or https request, so it was not sent"),
        place=place,
        remedy=text(
            "write the address as https://host/path, without a user name, and each header on its own line"
        ),
    )


def _unreachable(place: str) -> UnavailableError:
    return UnavailableError(
        coded(
            "platform.outbound.silent",
            "the other server did not respond in time, or its response was not HTTP",
        ),
        place=place,
        remedy=text("try again later, or check with the operator"),
    )
