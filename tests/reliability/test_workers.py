"""Several processes answer for one server: who is known to one is known to all, and nothing counts twice."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from people_of import PASSWORD, actor, staffed
from urbium.access import Grant, Role

pytestmark = pytest.mark.long
WRITERS, CHANGES = 8, 5
TOKEN = "of the operator"
ATTEMPTS = 30
"""Attempts to sign in, in a minute, from one address."""


@contextmanager
def served(address):
    """Serve a programme by two processes; yield where."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
    command = [sys.executable, "-m", "urbium", "serve", "--database", address, "--port", str(port)]
    environment = os.environ | {"URBIUM_METRICS_TOKEN": TOKEN}
    with subprocess.Popen([*command, "--workers", "2"], stdout=subprocess.DEVNULL, env=environment) as server:
        try:
            base = f"http://127.0.0.1:{port}"
            wait_for(lambda: httpx.get(f"{base}/notice").status_code == 200)
            yield base, server.pid
        finally:
            server.terminate()


def wait_for(is_so, seconds=120):
    until = time.monotonic() + seconds
    while True:
        try:
            if is_so():
                return
        except httpx.HTTPError:
            pass
        assert time.monotonic() < until, f"not so after {seconds} s"
        time.sleep(0.2)


def at_once(number, ask):
    """Ask so often by connections of their own, which the processes share among them."""
    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(ask, range(number)))


def test_sessions_changes_attempts_and_jobs_are_one_whoever_answers(address):
    with staffed(address) as programme:
        programme.people.set_password("olga", PASSWORD, by="test", reason="test")
        olga = programme.people.take_place("olga")
        token = programme.people.token(olga.actor, "test", Grant(Role.OFFICE))
        programme.casework.begin(olga.actor, "organisation", "one", {"title": "0"})
        with served(address) as (base, server):
            check_session(base)
            check_attempts(base)
            check_killed(base, server)
            check_changes(base, {"Authorization": f"Bearer {token}"})
            check_jobs(base, {"Authorization": f"Bearer {token}"}, programme)
        assert (
            programme.casework.opened(actor(programme, "olga"), "organisation", "one").dossier.version == 41
        )
        programme.store.verify()


def check_session(base):
    answer = httpx.post(f"{base}/sign-in", data={"code": "olga", "password": PASSWORD})
    cookies = {"urbium_session": answer.cookies["urbium_session"]}
    pages = at_once(24, lambda _: httpx.get(f"{base}/desk", cookies=cookies))
    assert Counter(page.status_code for page in pages) == {200: 24}


def check_changes(base, headers):
    """Everybody adds one to the same record, again and again; what somebody else changed is read again."""

    def add_some(_):
        address, count = f"{base}/api/organisations/one", 0
        while count < CHANGES:
            one = httpx.get(address, headers=headers)
            title = str(int(one.json()["content"]["title"]) + 1)
            mark = headers | {"If-Match": one.headers["etag"]}
            answer = httpx.post(f"{address}/change", json={"changes": {"title": title}}, headers=mark)
            assert answer.status_code in {200, 409, 412}, answer.text
            count += answer.status_code == 200

    at_once(WRITERS, add_some)
    one = httpx.get(f"{base}/api/organisations/one", headers=headers).json()
    assert (one["content"]["title"], one["version"]) == (str(WRITERS * CHANGES), WRITERS * CHANGES + 1)


def check_attempts(base):
    """Of forty-one attempts thirty are read; were they counted by process, none would be refused."""
    wrong = {"code": "nobody", "password": "not the right words"}
    answers = Counter(
        at_once(41, lambda _: httpx.post(f"{base}/sign-in", data=wrong, timeout=60).status_code)
    )
    assert answers[429] >= 41 - ATTEMPTS
    assert answers.total() == answers[429] + answers[403]


def counted(base):
    """Return how often a page was answered, as whichever process is asked says."""
    answer = httpx.get(f"{base}/metrics", headers={"Authorization": f"Bearer {TOKEN}"}, timeout=60)
    line = re.search(
        r'^urbium_requests_total\{.*route="/notice",status="200"\} (\S+)', answer.text, re.MULTILINE
    )
    return float(line[1])


def check_killed(base, server):
    """Both processes count together; one that is killed is started again, and what it had counted stays."""
    at_once(20, lambda _: httpx.get(f"{base}/notice", timeout=60))
    before = {counted(base) for _ in range(8)}
    children = Path(f"/proc/{server}/task/{server}/children").read_text(encoding="utf-8").split()
    answering = [
        int(pid) for pid in children if "spawn_main" in Path(f"/proc/{pid}/cmdline").read_text("utf-8")
    ]
    os.kill(answering[0], signal.SIGKILL)
    wait_for(lambda: httpx.get(f"{base}/notice", timeout=60).status_code == 200)
    wait_for(
        lambda: (
            len(Path(f"/proc/{server}/task/{server}/children").read_text("utf-8").split()) == len(children)
        )
    )

    assert len(answering) == 2
    assert len(before) == 1
    assert min(before) >= 20
    assert counted(base) > max(before)


def check_jobs(base, headers, programme):
    """Jobs that are asked for of any process are each begun and done once."""
    asking = {"kind": "export", "request": {}}
    asked = at_once(3, lambda _: httpx.post(f"{base}/api/jobs/begin", json=asking, headers=headers))
    names = [answer.json()["id"] for answer in asked]
    wait_for(lambda: all(programme.store.jobs.one(name).has_ended for name in names))
    jobs = [programme.store.jobs.one(name) for name in names]
    assert [(job.state, job.attempts) for job in jobs] == [("done", 1)] * 3
