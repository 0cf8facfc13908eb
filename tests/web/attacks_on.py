"""A served programme for attacks: one real server, asked by requests that no page of ours sends."""

import socket
import subprocess
import sys
import time
from contextlib import contextmanager

import httpx


@contextmanager
def served(store, *options):
    """Serve a store by a process of its own; yield where."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    command = [sys.executable, "-m", "urbium", "serve", "--database", str(store), "--port", str(port)]
    with subprocess.Popen(
        [*command, *options], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        base, until = f"http://127.0.0.1:{port}", time.monotonic() + 180
        try:
            while not answers(base):
                assert server.poll() is None, "the server has ended"
                assert time.monotonic() < until, "the server does not start"
                time.sleep(0.3)
            yield base
        finally:
            server.terminate()


def answers(base):
    try:
        return httpx.get(f"{base}/sign-in").status_code == 200
    except httpx.HTTPError:
        return False
