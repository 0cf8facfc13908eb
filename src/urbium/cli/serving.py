"""Serving: the pages of a programme at an address of this machine, until somebody stops it."""

import socket
import sys
import threading
import webbrowser
from collections.abc import Sequence
from pathlib import Path

from urbium.errors import ConflictError, InputError

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
    print(f"urbium serves at http://{host}:{port} (Ctrl-C stops)", file=sys.stderr)
    if browser not in {"none", ""}:
        threading.Timer(1.0, webbrowser.open, [f"http://{host}:{port}"]).start()
    serve_pages(database, host=host, port=port, hosts=allow, catalogue=catalogue)


def _check_free(host: str, port: int) -> None:
    """Raise ConflictError when somebody else listens there, InputError when it is no port or host."""
    place = f"{host}:{port}"
    if not 0 < port < _PORTS:
        raise InputError(f"{port} is not a port", remedy=f"give one from 1 to {_PORTS - 1}")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except socket.gaierror as error:
            raise InputError(
                "there is no such host", place=place, remedy="give an address of yours"
            ) from error
        except OSError as error:
            raise ConflictError(
                f"cannot serve there ({error.strerror})", place=place, remedy="choose another with --port"
            ) from error
