"""Notifications: sent until they are taken or have failed, each by one sender, and never lost."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from urbium.errors import ForbiddenError, UnavailableError
from urbium.platform.context import Context
from urbium.platform.context.names import Contexts
from urbium.platform.context.notifier import Notifier
from urbium.platform.context.subscriptions import Rules
from urbium.store import Store, Subscription
from urbium.store.queues.leases import PATIENCE

ATTEMPTS = PATIENCE["notification"].attempts
CONTENT = (
    '{"type":"Subscription","entities":[{"type":"Spot"}],'
    '"notification":{"endpoint":{"uri":"https://listener.example.org"}}}'
)


class Clock:
    """A clock that is set."""

    now = 1_800_000_000_000_000

    def __call__(self):
        return self.now


class Listener:
    """Answers what it is told to answer, and keeps what it was sent."""

    def __init__(self):
        self.answers, self.bodies = [], []

    def __call__(self, url, body, headers):
        self.bodies.append(body)
        answer = self.answers.pop(0) if self.answers else 204
        if isinstance(answer, Exception):
            raise answer
        return answer


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def listener():
    return Listener()


@pytest.fixture
def store():
    with Store.open(":memory:", create=True) as opened:
        opened.context.subscriptions.put(Subscription("urn:x:s", "0503", "ann", CONTENT, 1))
        yield opened


@pytest.fixture
def deliver(store, listener, clock):
    notifier = Notifier(store, Rules(Contexts()), listener, clock=clock)
    with ThreadPoolExecutor(2) as senders:
        yield lambda: notifier.deliver(senders)


def change(store, clock, number=1):
    Context(store, "0503", clock=clock).upsert([{"id": "urn:x:1", "type": "Spot", "free": number}])


def states(store):
    return dict(store.context.subscriptions.count("urn:x:s"))


def test_a_notification_that_is_not_taken_is_tried_again_later_with_the_same_body(
    store, clock, listener, deliver
):
    listener.answers = [500, UnavailableError("away"), 204]
    change(store, clock)

    assert deliver() == 1
    assert deliver() == 0, "not before it is due"
    clock.now += 1_000_000
    assert deliver() == 1
    clock.now += 4_000_000
    assert deliver() == 1
    assert states(store) == {"sent": 1}
    assert len(set(listener.bodies)) == 1
    assert store.context.subscriptions.one("urn:x:s").sent == 1


def test_after_its_last_attempt_a_notification_has_failed(store, clock, listener, deliver):
    listener.answers = [500] * 20
    change(store, clock)
    for _ in range(ATTEMPTS + 2):
        deliver()
        clock.now += 4**ATTEMPTS * 1_000_000

    assert states(store) == {"failed": 1}
    assert len(listener.bodies) == ATTEMPTS


def test_a_host_that_is_not_allowed_is_not_tried_again(store, clock, listener, deliver):
    listener.answers = [ForbiddenError("not allowed")]
    change(store, clock)
    deliver()

    assert states(store) == {"failed": 1}


def test_what_a_dead_sender_took_is_sent_by_another(store, clock, listener, deliver):
    change(store, clock)
    [taken] = store.context.subscriptions.lease("dead", now=clock.now, until=clock.now + 1_000_000)

    assert deliver() == 0
    clock.now += 2_000_000
    assert deliver() == 1
    assert not store.context.subscriptions.end(taken, "failed", now=clock.now), "it is another's now"
    assert states(store) == {"sent": 1}


def test_of_many_senders_each_notification_is_one_s(store, clock, listener):
    for number in range(30):
        change(store, clock, number)
        clock.now += 1
    notifiers = [Notifier(store, Rules(Contexts()), listener, clock=clock) for _ in range(4)]

    def work(notifier):
        with ThreadPoolExecutor(2) as senders:
            while notifier.deliver(senders):
                pass

    with ThreadPoolExecutor(4) as crowd:
        list(crowd.map(work, notifiers))

    assert states(store) == {"sent": 30}
    assert len(listener.bodies) == len(set(listener.bodies)) == 30
