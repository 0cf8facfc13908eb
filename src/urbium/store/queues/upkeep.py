"""Upkeep: when something was last done for a store that changes nothing in it, such as a backup."""

from datetime import datetime
from typing import Final

import sqlalchemy as sa

from urbium.clock import present
from urbium.store.audit_log import instant
from urbium.store.part import StorePart
from urbium.store.queries import query
from urbium.store.schema import TABLES

BACKUP: Final = "backup"
_UPKEEP = TABLES.tables["upkeep"]


class UpkeepStore(StorePart):
    """When what was done for a store."""

    def note(self, what: str) -> None:
        """Note that something is done; nothing is where the store may only be read."""
        if self._database.is_read_only:
            return
        with self._database.writing() as connection:
            connection.execute(_UPKEEP.delete().where(_UPKEEP.c.what == what))
            query.add_rows(connection, "upkeep", [{"what": what, "at": present()}])

    def last(self, what: str) -> datetime | None:
        """Return when something was last done (UTC); None where it never was."""
        with self._database.reading() as connection:
            at = connection.scalar(sa.select(_UPKEEP.c.at).where(_UPKEEP.c.what == what))
        return None if at is None else instant(at)
