"""Attempts: what was tried how often of late, counted together by every process that has the store open.

Who tried is kept as a digest, for as long as it is counted. See ADR 0134.
"""

import json
from collections.abc import Mapping

import sqlalchemy as sa

from urbium.store.audit_log import sha256
from urbium.store.part import StorePart
from urbium.store.queries import query
from urbium.store.schema import TABLES

_ATTEMPT = TABLES.tables["attempt"]


class AttemptStore(StorePart):
    """The attempts of a store."""

    def count(self, kind: str, bounds: Mapping[str, int], *, now: int, since: int) -> bool:
        """Note an attempt, and say whether there were too many.

        Parameters
        ----------
        kind : what is tried
        bounds : who tries, by each name that counts, and how often at most
        now, since : microseconds since 1970; attempts up to the second are forgotten
        """
        columns = _ATTEMPT.c
        most = {sha256(f"{kind}\n{name}"): bound for name, bound in bounds.items()}
        with self._database.writing() as connection:
            connection.execute(_ATTEMPT.delete().where(columns.kind == kind, columns.last <= since))
            rows = connection.execute(sa.select(columns.who, columns.times).where(columns.who.in_(most)))
            before = {row.who: json.loads(row.times) for row in rows}
            times = {
                who: [*(at for at in before.get(who, []) if at > since), now][-bound - 1 :]
                for who, bound in most.items()
            }
            connection.execute(_ATTEMPT.delete().where(columns.who.in_(most)))
            kept = [
                {"who": who, "kind": kind, "last": now, "times": json.dumps(some)}
                for who, some in times.items()
            ]
            query.add_rows(connection, "attempt", kept)
        return any(len(times[who]) > bound for who, bound in most.items())
