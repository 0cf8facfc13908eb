"""Serving: the demo, or a programme, as pages at an address of this machine, until somebody stops it."""

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
from typing import Annotated, Literal

from cyclopts import Parameter

from urbium.cli.show import COMMON, Common, Flag, Language, say_written, steps, tell
from urbium.errors import ConflictError, InputError, NotFoundError
from urbium.extras import needs
from urbium.files import write_whole
from urbium.text import ENGLISH, coded, text

_COMMAND = (
    "import sys; from urbium.processes import end_with_starter; end_with_starter(); "
    "from urbium.cli import main; main(sys.argv[1:])"
)
"""The command ``urbium`` as a process that ends with the one that started it."""

_PORTS = 65536
_WORKERS = 64


def demo(
    *,
    database: Annotated[str, Parameter(name=["--database", "-d"])] = "",
    example: str = "",
    files: Path | None = None,
    host: str = "127.0.0.1",
    port: int = 8000,
    browser: str = "auto",
    serve: Annotated[bool, Parameter(name="--serve", negative="--no-serve")] = True,
    language: Language = ENGLISH,  # noqa: ARG001 - read by main, for errors too
) -> None:
    """Build the demo, or an example of another nation, and serve its pages while the plan is being made.

    Parameters
    ----------
    database
        Where the programme is kept; it is built the first time and reopened after that. By default,
        demo.db, or a file named after the example.
    example
        An example instead of the demo: mexico, europe or india.
    files
        The folder with the files that an example needs and that urbium is not allowed to distribute.
    host
        The address to serve on.
    port
        The port to serve on.
    browser
        auto opens a browser; none does not.
    serve
        Serve the pages as soon as the cities are scored and projected; with --no-serve, stop when the plan
        has been made.
    language
        The language of the answer, such as zh.
    """
    from urbium.examples.countries import open_example
    from urbium.examples.demo import ask_for_plan_without_loans, open_demo

    database = database or f"{example or 'demo'}.db"
    if serve:
        needs("server")
        check_free(host, port)
    with steps() as step:
        if example:
            built = open_example(example, database, files=files, on_step=step, with_plan=not serve)
        else:
            address = f"http://{host}:{port}"
            built = open_demo(database, on_step=step, with_plan=not serve, address=address)
        with built as programme:
            is_published = bool(example or programme.open_data.listed())  # what the demo makes last
            is_whole = programme.workspace.is_adopted("plan") and is_published
            if not serve and not example and programme.plans().is_empty():
                ask_for_plan_without_loans(programme)
    if serve:
        which = ["--example", example] if example else []
        rest = (
            []
            if is_whole
            else ["demo", "--no-serve", "--database", database, "--host", host, "--port", str(port), *which]
        )
        letters = None if "://" in database else Path(f"{database}-letters")
        serve_until_stopped(database, host, port, browser, planner=rest, is_demo=True, letters=letters)


def client(
    file: Path,
    /,
    *,
    language: Language = ENGLISH,  # noqa: ARG001 - read by main, for errors too
) -> None:
    """Write the typed Python client of the API as one file that needs nothing but Python.

    Parameters
    ----------
    file
        The file to write, such as urbium_client.py.
    """
    from urbium.clients.source import client_source, description

    say_written(write_whole(file, client_source(description()).encode()))


def mcp(
    address: str = "http://127.0.0.1:8000",
    /,
    *,
    token_file: Path | None = None,
    language: Language = ENGLISH,  # noqa: ARG001 - read by main, for errors too
) -> None:
    """Let an assistant query a served programme with tools of the Model Context Protocol, on standard input.

    The assistant can read, but never changes anything. It sees what the owner of its token sees.

    Parameters
    ----------
    address
        The address at which the programme is served.
    token_file
        A file that holds the token of an account; without one, the assistant sees only what everyone may
        see.
    """
    from urbium.clients.assistant import Tools, answer

    if token_file is not None and not token_file.is_file():
        raise NotFoundError(
            coded("cli.mcp.no_token", "there is no such file"), place=str(token_file),
            remedy=text("name the file that contains the token, or leave the option out")
        )  # fmt: skip
    answer(Tools(address, token_file.read_text(encoding="utf-8").strip() if token_file else ""))


def serve(
    *,
    host: str = "127.0.0.1",
    port: int = 8000,
    allow: Annotated[list[str] | None, Parameter(consume_multiple=True)] = None,
    browser: str = "none",
    workers: int = 1,
    certificate: Path | None = None,
    key: Path | None = None,
    proxy: Annotated[list[str] | None, Parameter(consume_multiple=True)] = None,
    log: Literal["text", "json"] = "text",
    access_log: Flag = False,
    token: str = "",
    common: Common = COMMON,
) -> None:
    """Serve the pages and the API of a programme.

    Parameters
    ----------
    host
        The address on which to serve.
    port
        The port on which to serve.
    allow
        Additional host names under which the pages may be requested.
    browser
        auto opens a browser.
    workers
        How many processes serve requests.
    certificate
        The certificate (PEM, with its chain) for TLS, unless another server handles it.
    key
        The key of the certificate (PEM).
    proxy
        The address of a reverse proxy, such as 127.0.0.1, or a network: the client addresses it reports are
        trusted. If none is given, everyone who signs in through a proxy counts as coming from the same
        address.
    log
        json writes each line of the log as JSON, with the id of its request.
    access_log
        Write a line for each request: method, address (with names and search terms removed), status, seconds,
        bytes.
    token
        Print a token with which programs can read and change the context store (/ngsi-ld/v1) of this place
        (code or name) for 90 days. For a token limited to certain entity types, use urbium account token.
    """
    if token:
        from urbium.cli.opening import opened

        check_free(host, port)
        with opened(common) as programme:
            tell(text("token of {place}: {secret}", place=token,
                      secret=programme.context.token(token)))  # fmt: skip
    serve_until_stopped(
        common.database, host, port, browser, allow or [], catalogue=common.catalogue, workers=workers,
        certificate=certificate, key=key, proxies=proxy or [], is_json_log=log == "json",
        has_access_log=access_log,
    )  # fmt: skip


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
    proxies: Sequence[str] = (),
    is_json_log: bool = False,
    has_access_log: bool = False,
) -> None:
    """Serve the pages of a programme, once it is clear that the address is free.

    Parameters
    ----------
    database, host, port, allow, catalogue, workers, letters, certificate, key, proxies, is_json_log,
    has_access_log : as in :func:`urbium.web.serve`
    browser : ``none`` opens none
    planner : arguments of the ``urbium`` command that makes the programme's plan meanwhile; none when empty
    is_demo : whether readers may take the place of the demo's people
    """
    from urbium.web import serve as serve_pages

    check_free(host, port)
    if not 0 < workers <= _WORKERS:
        raise InputError(
            coded("cli.serve.workers", "{count:d} is not a valid number of processes", count=workers),
            remedy=text("enter a number from 1 to {most:d}", most=_WORKERS),
        )
    address = f"{'https' if certificate else 'http'}://{host}:{port}"
    tell(coded("cli.serve.at", "urbium is serving at {address} (Ctrl-C to stop)", address=address))
    if not _is_of_this_machine(host) and not certificate:
        tell(
            text(
                "anyone who can reach {host} can read the pages, and nothing is encrypted: put a "
                "server with TLS in front of it, set --certificate and --key, or serve on 127.0.0.1",
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
            proxies=proxies,
            is_json_log=is_json_log,
            has_access_log=has_access_log,
        )


@contextmanager
def _beside(planner: Sequence[str]) -> Iterator[Callable[[], bool]]:
    """Run a command of urbium that makes a plan; yields what says whether it still runs, and ends it at last.

    It is a process of its own, so that pages are answered while it searches, and out of reach of Ctrl-C.
    """
    if not planner:
        yield lambda: False
        return
    tell(coded("cli.serve.planning", "the plan is being made; the pages will show it when it is ready"))
    process = subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-c", _COMMAND, *planner],
        stdin=subprocess.PIPE,  # held open as long as this process lives
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
        if process.stdin is not None:
            process.stdin.close()


def _tell_end(process: subprocess.Popen[bytes], is_over: threading.Event) -> None:
    code = process.wait()
    if is_over.is_set():
        return
    if code:
        tell(
            coded(
                "cli.serve.no_plan",
                "no plan was made (exit code {number:d}); see why with urbium demo --no-serve",
                number=code,
            )
        )
    else:
        tell(text("the plan is ready"))


def _is_of_this_machine(host: str) -> bool:
    """Say whether only this machine can reach an address."""
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


def check_free(host: str, port: int) -> None:
    """Raise ConflictError when somebody else listens there, InputError when it is not a port or host."""
    place = f"{host}:{port}"
    if not 0 < port < _PORTS:
        raise InputError(
            coded("cli.serve.port", "{port:d} is not a port", port=port),
            remedy=text("enter a number from 1 to {most:d}", most=_PORTS - 1),
        )
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except socket.gaierror as error:
            raise InputError(
                coded("cli.serve.host", "there is no such host"),
                place=place,
                remedy=text("use an address of this machine"),
            ) from error
        except OSError as error:
            raise ConflictError(
                coded("cli.serve.taken", "this address cannot be used ({reason})", reason=error.strerror),
                place=place,
                remedy=text("choose another with --port"),
            ) from error
