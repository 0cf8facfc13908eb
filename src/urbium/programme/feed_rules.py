"""Rules of feeds and alerts: what is checked of them."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from urbium.errors import Fault
from urbium.model.dossiers import Dossier
from urbium.platform.feeds import FeedDossier, feed_faults
from urbium.programme.desk import Desk
from urbium.text import text

__all__ = ["FEEDS"]

_NOTHING: Final[dict[str, Any]] = {}


def _feed(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    """Check the content, and that no other open feed of the city brings the same type."""
    content = msgspec.convert(dossier.content, FeedDossier)
    faults = list(feed_faults(content))
    if not dossier.city:
        faults.append(
            Fault(
                "error",
                text("programme.feed.no_city", "a feed belongs to a city"),
                text("programme.feed.no_city.remedy", "name the city"),
                "feed",
                cell="city",
            )
        )
    others = [
        one.code
        for one in desk.dossiers("feed", city=dossier.city, state="open")
        if one.code != dossier.code
        and one.content["entity_type"] == content.entity_type
        and bool(one.content.get("is_example")) == content.is_example
    ]
    if others and dossier.city:
        faults.append(
            Fault(
                "error",
                text(
                    "programme.feed.twice",
                    "the open feed {other} of the city brings {type} already, and a figure has one source",
                    other=others[0], type=content.entity_type,
                ),
                text("programme.feed.twice.remedy", "close that one, or let it bring these sensors, too"),
                "feed",
                cell="entity_type",
            )
        )  # fmt: skip
    return faults


FEEDS: Final = ({"create": _feed, "change": _feed, "reopen": _feed}, _NOTHING)
"""The checks of feeds, and what else their steps change."""
