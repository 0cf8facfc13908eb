"""Rules of feeds and alerts: what is checked of them, and when a feed needs the programme office.

What sensors send becomes figures that count at once. So the programme office accepts a feed before it
receives anything: when a city opens it, and when the city changes what it brings, or whence.
"""

from collections.abc import Sequence
from typing import Final

import msgspec

from urbium.access import Role
from urbium.errors import Fault
from urbium.model.dossiers import Dossier
from urbium.platform.feeds import FeedDossier, feed_faults
from urbium.programme.cases.desk import Desk
from urbium.programme.cases.rules.account_rules import OPERATOR, is_of
from urbium.text import coded, text

_WHENCE: Final = ("connector", "entity_type", "address")
"""What of a feed says whose values it brings, and of what."""


def _feed(desk: Desk, dossier: Dossier) -> Sequence[Fault]:
    """Check the content, and that no other open feed of the city brings the same type."""
    content = dossier.content_as(FeedDossier)
    faults = list(feed_faults(content))
    if not dossier.city:
        faults.append(
            Fault(
                "error",
                coded("programme.feed.no_city", "a feed must belong to a city"),
                text("name the city"),
                "feed",
                cell="city",
            )
        )
    others = [
        one.code
        for one in desk.dossiers("feed", city=dossier.city, state=["proposed", "open"])
        if one.code != dossier.code
        and one.content["entity_type"] == content.entity_type
        and bool(one.content.get("is_example")) == content.is_example
    ]
    if others and dossier.city:
        faults.append(
            Fault(
                "error",
                coded(
                    "programme.feed.twice",
                    "the city's open feed {other} already supplies {type}, and a figure can have "
                        "only one source",
                    other=others[0], type=content.entity_type
                ),
                text("close that feed, or let it supply these sensors as well"),
                "feed",
                cell="entity_type",
            )
        )  # fmt: skip
    return faults


def _admitted(desk: Desk, dossier: Dossier) -> Sequence[Dossier]:
    """Open a feed at once where the office opens it, or nothing of it becomes a figure."""
    account = desk.dossier("account", dossier.recorded_by)
    is_of_office = dossier.recorded_by == OPERATOR or (account is not None and is_of(Role.OFFICE, account))
    before, state = desk.dossier("feed", dossier.code), "proposed"
    if is_of_office or dossier.content["is_example"]:
        state = "open"
    elif dossier.action == "change" and before is not None:
        is_same = all(before.content[name] == dossier.content[name] for name in _WHENCE)
        state = before.state if is_same else "proposed"
    return [msgspec.structs.replace(dossier, state=state)]


FEEDS: Final = (
    {"create": _feed, "accept": _feed, "change": _feed, "reopen": _feed},
    {"create": _admitted, "change": _admitted, "reopen": _admitted},
)
"""The checks of feeds, and what else their steps change."""
