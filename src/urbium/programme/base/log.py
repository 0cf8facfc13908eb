"""Log: who changed what, when and why, for those who may read it."""

from datetime import UTC, datetime

import polars as pl

from urbium.access import Actor, clauses
from urbium.errors import NotFoundError
from urbium.programme.base.workspace import Workspace
from urbium.text import coded, text

_COLUMNS = ("seq", "at", "who", "what", "why", "hash")


class Log:
    """Who changed what, when and why."""

    def __init__(self, workspace: Workspace) -> None:
        self._store = workspace.store

    def entries(
        self, actor: Actor, *, who: str = "", since: datetime | None = None, until: datetime | None = None
    ) -> pl.DataFrame:
        """Return the entries of the log, the first one first; NotFoundError for who may not read it.

        Parameters
        ----------
        actor : who reads
        who : entries of this account alone
        since, until : entries of these instants and of those between alone

        Returns
        -------
        Columns seq, at, who, what, why and hash (sha256, sealed with the entry before).
        """
        if not clauses(actor, "audit", "read"):
            raise NotFoundError(
                coded("programme.log.absent", "there is no log that you are allowed to read"),
                remedy=text("ask the programme office or an auditor"),
            )
        at = pl.col("at")
        conditions = [
            *([pl.col("who") == who] if who else []),
            *([at >= since.astimezone(UTC)] if since else []),
            *([at <= until.astimezone(UTC)] if until else []),
        ]
        return self._store.audit().select(_COLUMNS).filter(conditions or [pl.lit(value=True)])
