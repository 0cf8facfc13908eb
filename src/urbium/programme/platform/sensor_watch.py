"""Sensor watch: which sensors of the feeds are silent or stuck, and one alert a feed while any is (ADR 0086).

What an attribute's sensors may do is declared (``rules/live_attributes.csv``); silence, where nothing is
declared, is that of the feed.
"""

from collections.abc import Iterator
from typing import Final

from urbium.errors import ConflictError
from urbium.model.dossiers import Dossier
from urbium.platform.absorbing import newest_values
from urbium.platform.feeds import tenant_of
from urbium.platform.sensors import Sensor, SensorState, names_of, sensors
from urbium.programme.cases.casework import Casework
from urbium.programme.cases.desk import Desk
from urbium.programme.people.invitations import FOUNDER
from urbium.programme.platform.feeds import Feeds

_LOOK: Final = "sensors"
_HOUR: Final = 3_600_000_000
_NAMED: Final = 20
"""So many sensors an alert names."""


class SensorWatch:
    """Which sensors of the feeds of a programme do not work."""

    def __init__(self, desk: Desk, casework: Casework, feeds: Feeds) -> None:
        self._desk, self._casework, self._feeds = desk, casework, feeds
        self._store = desk.workspace.store

    def of_feed(self, feed: Dossier) -> Iterator[Sensor]:
        """Yield how each sensor of a feed is, by the attributes that are declared of its type."""
        declared = self._desk.workspace.catalogue.live_attributes.values()
        kind, now = feed.content["entity_type"], self._feeds.clock()
        silent_after = feed.content["silent_after"] / 3600
        for one in declared:
            for name in names_of(one.attribute, declared, kind) if one.entity_type == kind else ():
                rows = newest_values(self._store, tenant_of(feed), kind, name)
                yield from sensors(rows, one, now=now, silent_after=silent_after)

    def watch(self) -> tuple[int, int]:
        """Raise an alert of a feed of which a sensor does not work, end one of which all do; return how many.

        Each feed is looked at once an hour: no message says that a sensor is silent. Of feeds that are
        examples nobody is alarmed.
        """
        raised = ended = 0
        for feed in self._desk.dossiers("feed", state="open"):
            if feed.content.get("is_example"):
                continue
            now = self._feeds.clock()
            name = f"{feed.code} {_LOOK}"  # no code of a feed holds a blank
            if self._store.inbox.begin_look(name, now=now, until=now + _HOUR):
                changed = self._watch(feed)
                raised, ended = raised + (changed > 0), ended + (changed < 0)
        return raised, ended

    def _watch(self, feed: Dossier) -> int:
        """Return 1 where an alert was raised, -1 where one was ended, and 0 where nothing has changed."""
        wrong = [one for one in self.of_feed(feed) if one.state is not SensorState.WORKS]
        alerts = self._desk.dossiers("alert", parent=feed.code)
        standing = next((one for one in alerts if one.state != "over"), None)
        if bool(wrong) == (standing is not None):
            return 0
        try:
            if standing is not None:
                self._casework.act(FOUNDER, "alert", standing.code, "end", {}, version=standing.version)
                return -1
            names = sorted({one.uri.rpartition(":")[2] for one in wrong})[:_NAMED]
            content = {"title": feed.content["title"], "sensors": names}
            code = f"{feed.code}-sensors"[:70] + f"-{len(alerts) + 1}"
            self._casework.begin(FOUNDER, "alert", code, content, parent=feed.code)
        except ConflictError:  # another worker saw it first
            return 0
        return 1
