"""Words: the names of attributes, types and data sets of a place, each kept once, as a number."""

from collections.abc import Collection, Iterable, Mapping
from typing import Final

import sqlalchemy as sa

from urbium.store.database import Database
from urbium.store.part import StorePart
from urbium.store.queries import query
from urbium.store.queries import query_context as sql

TYPE: Final = "@type"
"""The attribute under which an entity is found by its types."""


class Words:
    """The numbers of names, as they were last read; one of a change that was undone is never kept here."""

    def __init__(self) -> None:
        self._numbers: dict[str, dict[str, int]] = {}

    def read(self, connection: sa.Connection, tenant: str) -> dict[str, int]:
        """Return the names of a tenant as they are committed, and remember them."""
        statement = "select code, id from context_word where tenant = ?"
        codes = {str(row[0]): int(row[1]) for row in sql.read(connection, statement, (tenant,))}
        self._numbers[tenant] = codes
        return codes

    def known(self, connection: sa.Connection, tenant: str, wanted: Collection[str]) -> Mapping[str, int]:
        """Return the names of a tenant; they are read again where one that is wanted is not remembered."""
        codes = self._numbers.get(tenant, {})
        return codes if all(one in codes for one in wanted) else self.read(connection, tenant)

    def added(self, connection: sa.Connection, tenant: str, wanted: Iterable[str]) -> Mapping[str, int]:
        """Return the number of each name, which is added where it is new.

        Names that another process added are read again.
        """
        codes = list(wanted)
        numbers = self._numbers.get(tenant, {})
        if all(code in numbers for code in codes):
            return numbers
        numbers = self.read(connection, tenant)
        fresh = sorted(code for code in codes if code not in numbers)
        first = (sql.scalar(connection, "select max(id) from context_word") or 0) + 1
        rows = [{"id": place, "tenant": tenant, "code": code} for place, code in enumerate(fresh, first)]
        query.add_rows(connection, "context_word", rows)
        return numbers | {str(row["code"]): place for place, row in enumerate(rows, first)}


class WordPart(StorePart):
    """Part of a store that keeps names by their numbers.

    Parameters
    ----------
    database : the open database of the store
    words : the numbers of names
    """

    def __init__(self, database: Database, words: Words) -> None:
        super().__init__(database)
        self._words = words
