"""Changes: what has changed since somebody was here last, or since a day, in a few lines."""

from datetime import timedelta
from typing import Any, Final

from urbium.access import Actor
from urbium.periods import instant
from urbium.programme import Programme

_MONTH: Final = timedelta(days=30)


def news_of(office: Programme, actor: Actor, since: str, address: str) -> dict[str, Any]:
    """Return what changed since a day, or since its reader signed in before; nothing where neither is known.

    Parameters
    ----------
    office, actor : the programme, and who reads
    since : a day, such as 2026-11-01; empty for the time of signing in before this one
    address : of the page, which shows the last month as well
    """
    zone = office.settings.zone()
    begin = instant(since, zone, ends_day=False) if since else office.news.last_visit(actor)
    return {
        "is_visit": not since,
        "day": begin and begin.astimezone(zone).date(),
        "changes": None if begin is None else office.news.since(actor, begin),
        "address": address,
        "month": (office.settings.today() - _MONTH).isoformat(),
    }
