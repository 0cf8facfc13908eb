"""Time zones of nations: the one there is, or that of the capital (``data/settings/time_zones.csv``).

Which zones a nation has, Unicode CLDR says; their names are those of the IANA time zone database.
"""

from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from urbium.errors import NotFoundError
from urbium.nations import nation
from urbium.packaged import packaged_rows
from urbium.text import text

UTC_ZONE = "UTC"
"""The zone of a programme of which nobody said where it is."""


def zone_of_nation(code: str) -> str:
    """Return the time zone of a nation's capital by the nation's code (ISO 3166); UTC where none is known.

    >>> zone_of_nation("VNM"), zone_of_nation("MEX"), zone_of_nation("")
    ('Asia/Ho_Chi_Minh', 'America/Mexico_City', 'UTC')
    """
    from babel.core import get_global  # noqa: PLC0415 - Babel loads when a nation is asked for

    if not code:
        return UTC_ZONE
    zones = get_global("territory_zones").get(nation(code).short, ())
    if len(zones) == 1:
        return str(zones[0])
    capitals = {row["nation"]: row["zone"] for row in packaged_rows("settings/time_zones")}
    return capitals.get(code, UTC_ZONE)


def check_zone(name: str) -> str:
    """Return the name of a zone of the IANA database; raise NotFoundError with the nearest otherwise.

    >>> check_zone("Africa/Casablanca")
    'Africa/Casablanca'
    """
    if name not in _zones():
        raise NotFoundError.named(text("time zone"), name, sorted(_zones()))
    return ZoneInfo(name).key


_zones = cache(available_timezones)
"""Looks through the files of the database, six hundred of them, once."""
