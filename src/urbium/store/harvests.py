"""Harvests as they are stored: how far the harvest of each catalogue is, and what was seen there last.

These tables are no history: what a harvest changes is a version of a dossier with its entry. They say by
digest what need not be read again, and by run what a whole harvest did not see any more. Instants are
microseconds since 1970.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa

from urbium.store.audit_log import canonical
from urbium.store.part import StorePart
from urbium.store.queries import query
from urbium.store.schema import TABLES

_RUN, _SEEN = TABLES.tables["harvest_run"], TABLES.tables["harvested"]


@dataclass(frozen=True, slots=True)
class HarvestRun:
    """The newest run of a harvest.

    Parameters
    ----------
    source : the code of the harvested catalogue
    run : the name of the run
    cursor : where its next page begins
    mark : what tells a changed document from the one read last (an ETag)
    started, finished : when it began, and when it ended; 0 while it is at work or was interrupted
    outcome : what came of it: counts, or what failed
    """

    source: str
    run: str
    started: int
    cursor: int = 0
    mark: str = ""
    finished: int = 0
    outcome: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Sighting:
    """What was seen of a resource: its identifier at the source, its dossier, the digest of what was said."""

    identifier: str
    code: str
    digest: str


class HarvestStore(StorePart):
    """The harvests of a store."""

    def runs(self) -> dict[str, HarvestRun]:
        """Return the newest run of every harvested catalogue, by its code."""
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(_RUN)).mappings().all()
        return {
            row["source"]: HarvestRun(**dict(row) | {"outcome": json.loads(row["outcome"])}) for row in rows
        }

    def seen(self, source: str) -> dict[str, Sighting]:
        """Return what was seen of a catalogue, by identifier."""
        return {one.identifier: one for one in self._sightings(_SEEN.c.source == source)}

    def unseen(self, run: HarvestRun) -> list[Sighting]:
        """Return what an earlier run saw and this one has not."""
        return self._sightings(sa.and_(_SEEN.c.source == run.source, _SEEN.c.run != run.run))

    def _sightings(self, condition: sa.ColumnElement[bool]) -> list[Sighting]:
        with self._database.reading() as connection:
            rows = connection.execute(
                sa.select(_SEEN.c.identifier, _SEEN.c.code, _SEEN.c.digest).where(condition)
            ).all()
        return [Sighting(*row) for row in rows]

    def keep(self, run: HarvestRun) -> None:
        """Store how far a run is."""
        row = {name: getattr(run, name) for name in HarvestRun.__slots__}
        with self._database.writing() as connection:
            connection.execute(_RUN.delete().where(_RUN.c.source == run.source))
            query.add_rows(connection, "harvest_run", [row | {"outcome": canonical(dict(run.outcome))}])

    def note(self, run: HarvestRun, sightings: Iterable[Sighting]) -> None:
        """Store what a run has seen."""
        rows = {
            one.identifier: {"source": run.source, "run": run.run}
            | {name: getattr(one, name) for name in Sighting.__slots__}
            for one in sightings
        }
        with self._database.writing() as connection:
            self._drop(connection, run.source, rows)
            query.add_rows(connection, "harvested", list(rows.values()))

    def forget(self, run: HarvestRun, identifiers: Iterable[str]) -> None:
        """Drop what is gone at its source."""
        with self._database.writing() as connection:
            self._drop(connection, run.source, identifiers)

    @staticmethod
    def _drop(connection: sa.Connection, source: str, identifiers: Iterable[str]) -> None:
        rows = [{"of": source, "name": one} for one in identifiers]
        if rows:
            condition = sa.and_(
                _SEEN.c.source == sa.bindparam("of"), _SEEN.c.identifier == sa.bindparam("name")
            )
            connection.execute(_SEEN.delete().where(condition), rows)
