"""``kill -9`` while new versions of data are sent: each arrives, by one name, and is logged once."""

import os
import random
import signal
import subprocess
import sys
import threading
from collections import Counter
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from catalogues_of import CITY, TREES
from people_of import actor, staffed
from receivers_of import receiver
from seeds import a_few_of
from urbium.clock import present
from urbium.platform.resources import DESCRIBED
from urbium.programme import open_programme
from urbium.programme.platform.exchange import Exchange

FILES = 5
SENDER = """
import sys
from urbium.programme import open_programme

with open_programme(sys.argv[1]) as programme:
    programme.exchange.push()
"""
LAST = (datetime.now(UTC).date() + timedelta(days=3)).isoformat()
HOUR = 3600 * 1_000_000


def handed_over(address, heard):
    """Approve a subscription to the trees of a town, and hand files over."""
    with staffed(address) as programme:
        programme.settings.change(by="test", reason="test", outbound_hosts=[f"{heard.host} private"])
        case, olga, gus, sven, carl = (
            programme.casework,
            *(actor(programme, who) for who in ("olga", "gus", "sven", "carl")),
        )
        content = {name: value for name, value in msgspec.to_builtins(TREES).items() if name in DESCRIBED}
        case.begin(olga, "resource", "trees", content, city=CITY)
        case.act(olga, "resource", "trees", "propose", version=1)
        case.act(sven, "resource", "trees", "publish", version=2)
        asked = {"body": "Rotterdam", "purpose": "p", "legal_basis": "l", "title": "Trees"}
        asked |= {"delivery": "subscription", "address": heard.address}
        case.begin(gus, "data_request", "r1", asked, parent="trees")
        case.act(gus, "data_request", "r1", "send", version=1)
        case.act(sven, "data_request", "r1", "approve", {"until": LAST}, version=2)
        for number in range(FILES):
            programme.exchange.deliver(carl, "r1", f"trees{number}.csv", f"id\n{number}\n".encode())


def killed(address, heard, draw):
    """Send, and kill the sender while one message is with its receiver or soon after."""
    reached, last, dies_before_the_answer = threading.Event(), draw.randint(1, FILES), draw.random() < 0.5
    with subprocess.Popen([sys.executable, "-c", SENDER, address]) as sender:

        def heard_one():
            if len(heard.messages) >= last and not reached.is_set():
                if dies_before_the_answer:
                    os.kill(sender.pid, signal.SIGKILL)
                reached.set()

        heard.on_message = heard_one
        assert reached.wait(60), "the sender has sent nothing"
        threading.Event().wait(draw.uniform(0.0, 0.02))
        os.kill(sender.pid, signal.SIGKILL)
    heard.on_message = lambda: None


@pytest.mark.long  # starts a process for each of many kills: a minute of processor
@pytest.mark.parametrize("seed", a_few_of(range(30), 1))
def test_what_is_sent_while_its_sender_is_killed_arrives_by_one_name_and_is_logged_once(address, seed):
    draw = random.Random(seed)
    with receiver() as heard:
        handed_over(address, heard)
        killed(address, heard, draw)
        with open_programme(address) as programme:
            Exchange(programme._desk, programme.casework, clock=lambda: present() + HOUR).push()
            ends = Counter(one.state for one in programme.store.letters.listed("gus") if one.what == "push")
            entries = programme.casework.listed(actor(programme, "ada"), "delivery")
            programme.store.verify()
        names = {body: headers["idempotency-key"] for headers, body in heard.messages}

    assert ends == {"sent": FILES}
    assert set(names) == {f"id\n{number}\n".encode() for number in range(FILES)}
    assert all(names[body] == headers["idempotency-key"] for headers, body in heard.messages)
    assert sorted(one.dossier.content["title"] for one in entries) == [f"trees{n}.csv" for n in range(FILES)]
