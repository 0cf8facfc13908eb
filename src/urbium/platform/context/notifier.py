"""Notifier: sends what is told of changes, again and again until it is taken or has failed.

A change and what is told of it are stored together; a notification is sent under a lease, and its end counts
only under that lease. Its receiver may get it twice, with the same id, where a sender died meanwhile; it is
never lost. What its account may not read any more is dropped.
"""

import logging
import secrets
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Final

import msgspec

from urbium.clock import present
from urbium.errors import ForbiddenError, InputError, UrbiumError
from urbium.platform.context.subscriptions import Rules
from urbium.store import Notification, Store, Subscription
from urbium.store.queues.subscriptions import DROPPED, FAILED, SENT

_LEASE: Final = 30 * 1_000_000
_LOOK: Final = 0.25
"""Seconds between two looks for what another process wrote, or what is due again."""
_AT_ONCE: Final = 8
_LOG = logging.getLogger(__name__)
Send = Callable[[str, bytes, Mapping[str, str]], int]
"""Sends a body to an address with headers and returns the status of the answer."""


class Notifier:
    """Sends the notifications of a store.

    Parameters
    ----------
    store : where they are
    rules : of the subscriptions
    send : the way out
    clock : the present in microseconds since 1970
    """

    def __init__(
        self,
        store: Store,
        rules: Rules,
        send: Send,
        *,
        clock: Callable[[], int] = present,
    ) -> None:
        self._store, self._rules, self._send = store.context.subscriptions, rules, send
        self._clock = clock
        self._is_over, self._has_news = threading.Event(), threading.Event()

    def wake(self) -> None:
        """Look at once."""
        self._has_news.set()

    def stop(self) -> None:
        """Send nothing more."""
        self._is_over.set()
        self._has_news.set()

    def run(self) -> None:
        """Send until stopped."""
        with ThreadPoolExecutor(_AT_ONCE) as senders:
            while not self._is_over.is_set():
                try:
                    count = self.deliver(senders)
                except UrbiumError as error:  # the store cannot be reached for a while
                    _LOG.warning("no notification can be taken: %s", error)
                    count = 0
                if not count:
                    self._has_news.wait(_LOOK)
                    self._has_news.clear()

    def deliver(self, senders: ThreadPoolExecutor) -> int:
        """Send what is due now, some at once; return how many were tried."""
        now = self._clock()
        taken = self._store.lease(secrets.token_hex(8), now=now, until=now + _LEASE)
        list(senders.map(self._deliver, taken))
        return len(taken)

    def _deliver(self, notification: Notification) -> None:
        subscription = self._store.one(notification.subscription_id)
        if subscription is None or not self._may_be_told(subscription, notification):
            self._store.end(notification, DROPPED, now=self._clock(), failure="not to be told any more")
            return
        rule = self._rules.of(subscription.content)
        headers = {**rule.headers, "ngsild-tenant": subscription.tenant}
        try:
            status = self._send(rule.endpoint, notification.content.encode(), headers)
        except (ForbiddenError, InputError) as error:
            self._store.end(notification, FAILED, now=self._clock(), failure=str(error))
            return
        except UrbiumError as error:
            self._store.put_off(notification, now=self._clock(), failure=str(error))
            return
        if 200 <= status < 300:  # noqa: PLR2004 - of HTTP
            self._store.end(notification, SENT, now=self._clock())
        else:
            self._store.put_off(notification, now=self._clock(), failure=f"HTTP {status}")

    def _may_be_told(self, subscription: Subscription, notification: Notification) -> bool:
        """Say whether whoever subscribed may read now what is told of."""
        types = self._rules.readable(subscription)
        if types is None:
            return True
        names = self._rules.of(subscription.content).names
        for entity in msgspec.json.decode(notification.content)["data"]:
            short = entity["type"]
            if not types.issuperset(map(names.expand, [short] if isinstance(short, str) else short)):
                return False
        return True
