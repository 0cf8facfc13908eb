"""Live upkeep: what is done with live values once they were kept whole for long enough (ADR 0139).

Days that are over are packed, those that are old are thinned or dropped, and messages that were taken in go,
all by the rows of ``rules/live_retention.csv``.
"""

from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from urbium.platform.absorbing import short_name
from urbium.platform.entities import zone_of
from urbium.platform.feeds import tenant_of
from urbium.platform.retention import DAY, cuts, row_for, rules_of
from urbium.programme.cases.desk import Desk
from urbium.programme.platform.feeds import Feeds
from urbium.store import Kept
from urbium.store.context.blocks import DAY as BY_THE_DAY
from urbium.store.context.blocks import HOUR as BY_THE_HOUR

_LOOK: Final = "live upkeep"
"""Under which name it is noted when the past was last tidied; no code of a feed holds a blank."""
_HOUR: Final = 3_600_000_000


@dataclass(frozen=True, slots=True)
class Tidied:
    """What was done: values packed, days thinned and dropped, and messages dropped."""

    packed: int = 0
    thinned: int = 0
    dropped: int = 0
    messages: int = 0


class LiveUpkeep:
    """The upkeep of the live values of a programme."""

    def __init__(self, desk: Desk, feeds: Feeds) -> None:
        self._desk, self._feeds = desk, feeds
        self._store = desk.workspace.store

    def tidy(self) -> Tidied:
        """Drop messages that were taken in; once a day, an hour after its beginning (UTC), tidy the past."""
        now = self._feeds.clock()
        messages = self._empty_inbox(now)
        due = (now // DAY + 1) * DAY + _HOUR
        if not self._store.inbox.begin_look(_LOOK, now=now, until=due):
            return Tidied(messages=messages)
        past = self._store.context.past
        packed = past.pack(now=now)
        thinned = dropped = 0
        for kept in past.kept():
            days = self._thin(kept, now)
            thinned, dropped = thinned + days[0], dropped + days[1]
        return Tidied(packed, thinned, dropped, messages)

    def _thin(self, kept: Kept, now: int) -> tuple[int, int]:
        """Return how many days of an attribute were thinned and dropped."""
        past, catalogue = self._store.context.past, self._desk.workspace.catalogue
        kinds, attribute = [short_name(one) for one in kept.types], short_name(kept.attribute)
        row = row_for(catalogue.live_retention.values(), kinds, attribute)
        rules = rules_of(catalogue.live.values(), [*catalogue.live_attributes.values()], kinds, attribute)
        at = cuts(row, now=now, rules=rules, zones=self._zones(kept.tenant, kinds))
        thinned = sum(
            past.thin(kept, step, before=before, packed_before=at.settled)
            for step, before in ((BY_THE_DAY, at.daily), (BY_THE_HOUR, at.hourly))
            if before is not None
        )
        if at.dropped is None:
            return thinned, 0
        return thinned, past.drop(kept, before=at.dropped, packed_before=at.settled)

    def _zones(self, tenant: str, kinds: list[str]) -> list[ZoneInfo]:
        """Return the zones of the feeds of a place that bring entities of some types; UTC without any."""
        zones = {
            one.content["zone"]
            for one in self._desk.dossiers("feed")
            if tenant_of(one) == tenant and one.content["entity_type"] in kinds
        }
        return [zone_of(one) for one in sorted(zones or {"UTC"})]

    def _empty_inbox(self, now: int) -> int:
        rows = self._desk.workspace.catalogue.live_retention.values()
        kinds = {one.code: one.content["entity_type"] for one in self._desk.dossiers("feed")}
        return sum(
            self._store.inbox.drop_old(feed, before=now - int(days * DAY))
            for feed in self._store.inbox.feeds()
            for days in [row_for(rows, [kinds.get(feed, "")]).message_days]
            if days is not None
        )
