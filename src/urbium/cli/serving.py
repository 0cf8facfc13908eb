"""Serving: the pages of a programme at an address of this machine, until somebody stops it."""

import os
import signal
import socket
import subprocess
import sys
import threading
import webbrowser
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from ipaddress import ip_address
from pathlib import Path

from urbium.cli.show import tell
from urbium.errors import ConflictError, InputError
from urbium.text import text

__all__ = ["check_free", "serve_until_stopped"]

_PORTS = 65536
_WORKERS = 64


def serve_until_stopped(
    database: str,
    host: str,
    port: int,
    browser: str,
    allow: Sequence[str] = (),
    *,
    catalogue: Path | None = None,
    planner: Sequence[str] = (),
    is_demo: bool = False,
    workers: int = 1,
    letters: Path | None = None,
    certificate: Path | None = None,
    key: Path | None = None,
) -> None:
    """Serve the pages of a programme, once it is clear that the address is free.

    Parameters
    ----------
    database, host, port, allow, catalogue, workers, letters, certificate, key : as in
        :func:`urbium.web.serve`
    browser : ``none`` opens none
    planner : arguments of the ``urbium`` command that makes the programme's plan meanwhile; none when empty
    is_demo : whether readers may take the place of the demo's people
    """
    from urbium.web import serve as serve_pages

    check_free(host, port)
    if not 0 < workers <= _WORKERS:
        raise InputError(
            text("cli.serve.workers", "{count:d} processes cannot answer", count=workers),
            remedy=text("cli.serve.workers_remedy", "give from 1 to {most:d}", most=_WORKERS),
        )
    address = f"{'https' if certificate else 'http'}://{host}:{port}"
    tell(text("cli.serve.at", "urbium serves at {address} (Ctrl-C stops)", address=address))
    if not _is_of_this_machine(host) and not certificate:
        tell(
            text(
                "cli.serve.open",
                "everybody who reaches {host} can read the pages, and nothing is encrypted: put a server "
                "with TLS before it, give --certificate and --key, or serve on 127.0.0.1",
                host=host,
            )
        )
    if browser not in {"none", ""}:
        threading.Timer(1.0, webbrowser.open, [address]).start()
    with _beside(planner) as is_planning:
        serve_pages(
            database,
            host=host,
            port=port,
            hosts=allow,
            catalogue=catalogue,
            is_planning=is_planning,
            is_demo=is_demo,
            workers=workers,
            letters=letters,
            certificate=certificate,
            key=key,
        )


@contextmanager
def _beside(planner: Sequence[str]) -> Iterator[Callable[[], bool]]:
    """Run a command of urbium that makes a plan; yields what says whether it still runs, and ends it at last.

    It is a process of its own, so that pages are answered while it searches, and out of reach of Ctrl-C.
    """
    if not planner:
        yield lambda: False
        return
    tell(text("cli.serve.planning", "the plan is being made; the pages show it when it is ready"))
    process = subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-m", "urbium", *planner],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    is_over = threading.Event()
    threading.Thread(target=_tell_end, args=(process, is_over), daemon=True).start()
    try:
        yield lambda: process.poll() is None
    finally:
        is_over.set()
        with suppress(ProcessLookupError):  # it has ended
            os.killpg(process.pid, signal.SIGKILL)  # with the processes that it started
        process.wait()


def _tell_end(process: subprocess.Popen[bytes], is_over: threading.Event) -> None:
    code = process.wait()
    if is_over.is_set():
        return
    if code:
        tell(
            text(
                "cli.serve.no_plan",
                "no plan was made (exit code {number:d}); see why with urbium demo --no-serve",
                number=code,
            )
        )
    else:
        tell(text("cli.serve.planned", "the plan is ready"))


def _is_of_this_machine(host: str) -> bool:
    """Say whether only this machine can reach an address."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def check_free(host: str, port: int) -> None:
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
