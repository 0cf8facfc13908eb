"""Listening: what the server is told of certificates, and of proxies before it."""

import ssl
from collections.abc import Callable, Sequence
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from urbium.errors import InputError
from urbium.text import coded, text


def proxy_options(proxies: Sequence[str]) -> dict[str, Any]:
    """Return what the server is told of proxies before it: of none, unless they are declared.

    Of the addresses that a chain of declared proxies names, the nearest that is not one of them counts.
    Raises InputError for what is not an address or a network.

    >>> proxy_options(["10.0.0.0/8"])
    {'proxy_headers': True, 'forwarded_allow_ips': '10.0.0.0/8'}
    """
    for proxy in proxies:
        try:
            ip_network(proxy)
        except ValueError as error:
            raise InputError(
                coded("web.serve.proxy", "{proxy!r} is not the address of a proxy", proxy=proxy),
                remedy=text("enter an address such as 127.0.0.1, or a network such as 10.0.0.0/8"),
            ) from error
    return {"proxy_headers": bool(proxies), "forwarded_allow_ips": ",".join(proxies)}


def _speaking_tls_1_2(_: object, as_asked: Callable[[], ssl.SSLContext]) -> ssl.SSLContext:
    """Refuse what is older than TLS 1.2; Debian's Python leaves the bound to the system's configuration."""
    context = as_asked()
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    return context


def tls_options(certificate: Path | None, key: Path | None) -> dict[str, Any]:
    """Return what the server is told of a certificate; the oldest that it speaks then is TLS 1.2.

    Raises InputError when the files do not belong together, or one is missing.
    """
    if certificate is None and key is None:
        return {}
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(certificate or "", key)
    except (OSError, ValueError) as error:  # the errors of ssl are of the first kind
        raise InputError(
            coded("web.serve.certificate", "the certificate and its key cannot be used"),
            place=str(certificate or key),
            remedy=text("supply both as PEM files that belong together: --certificate, --key"),
        ) from error
    return {"ssl_certfile": certificate, "ssl_keyfile": key, "ssl_context_factory": _speaking_tls_1_2}
