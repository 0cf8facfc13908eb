"""Source files: the files from which figures were stored, and the sources of what stands in them.

A file itself is kept as an attachment (:mod:`urbium.store.dossiers`), and only where somebody asked for that.
"""

from datetime import datetime

import polars as pl

from urbium.store.audit_log import microseconds
from urbium.store.loads import FileStamp
from urbium.store.part import StorePart
from urbium.store.queries import query


class SourceFileStore(StorePart):
    """The source files of a store."""

    def stamp(self, name: str, recorded_at: datetime) -> FileStamp | None:
        """Return the file in which a figure stands; None where several are called so and none is its own.

        Parameters
        ----------
        name, recorded_at : of the file, and when this version of the figure was stored
        """
        with self._database.reading() as connection:
            loads = query.load_rows(connection).filter(pl.col("file") == name)
        of_version = loads.filter(pl.col("at") == microseconds(recorded_at))
        stamps = (loads if of_version.is_empty() else of_version)["sha256"].unique()
        return FileStamp(name, stamps[0]) if stamps.len() == 1 else None

    def named(self, sha256: str) -> FileStamp | None:
        """Return the file of figures that has a digest, as it was called last; None where none has."""
        with self._database.reading() as connection:
            loads = query.load_rows(connection).filter(pl.col("sha256") == sha256)
        return FileStamp(loads["file"][-1], sha256) if loads.height else None

    def sources(self, sha256: str) -> list[str]:
        """Return the ids of the sources of every figure that was stored from a file."""
        with self._database.reading() as connection:
            return query.sources_of_file(connection, sha256)

    def is_kept(self, sha256: str) -> bool:
        """Say whether the file itself is kept."""
        with self._database.reading() as connection:
            return query.has_attachment(connection, sha256)
