"""Serving: the pages of a programme at an address of this machine, until somebody stops it."""

import socket
import threading
import webbrowser
from collections.abc import Sequence
from pathlib import Path

from urbium.cli.show import tell
from urbium.errors import ConflictError, InputError
from urbium.text import text

__all__ = ["serve_until_stopped"]

_PORTS = 65536


def serve_until_stopped(
    database: str,
    host: str,
    port: int,
    browser: str,
    allow: Sequence[str] = (),
    *,
    catalogue: Path | None = None,
) -> None:
    """Serve the pages of a programme, once it is clear that the address is free."""
    from urbium.web import serve as serve_pages

    _check_free(host, port)
    tell(
        text(
            "cli.serve.at",
            "urbium serves at {address} (Ctrl-C stops)",
            address=f"http://{host}:{port}",
        )
    )
    if browser not in {"none", ""}:
        threading.Timer(1.0, webbrowser.open, [f"http://{host}:{port}"]).start()
    serve_pages(database, host=host, port=port, hosts=allow, catalogue=catalogue)


def _check_free(host: str, port: int) -> None:
    """Raise ConflictError when somebody else listens there, InputError when it is no port or host."""
    place = f"{host}:{port}"
    if not 0 < port < _PORTS:
        raise InputError(
            text("cli.serve.port", "{port:d} is not a port", port=port),
            remedy=text("cli.serve.port_remedy", "give one from 1 to {most:d}", most=_PORTS - 1),
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except socket.gaierror as error:
            raise InputError(
                text("cli.serve.host", "there is no such host"),
                place=place,
                remedy=text("cli.serve.host_remedy", "give an address of this machine"),
            ) from error
        except OSError as error:
            raise ConflictError(
                text("cli.serve.taken", "cannot serve there ({reason})", reason=error.strerror),
                place=place,
                remedy=text("cli.serve.taken_remedy", "choose another with --port"),
            ) from error
