"""Drafts as they are stored: what somebody has typed into the form of a dossier and has not sent.

A draft is its writer's alone, and no history: it goes when the form is sent, and after 90 days.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from urbium.store.audit_log import canonical
from urbium.store.part import StorePart
from urbium.store.queries import query
from urbium.store.schema import TABLES

_DRAFT = TABLES.tables["draft"]
_KEPT: Final = 90 * 24 * 3600 * 1_000_000


@dataclass(frozen=True, slots=True)
class Draft:
    """What was typed and not sent.

    Parameters
    ----------
    account : who typed it
    kind, code, version : the dossier, and its version that was seen
    fields : the inputs of the form with what stands in them
    saved : microseconds since 1970
    """

    account: str
    kind: str
    code: str
    version: int
    fields: Mapping[str, str]
    saved: int


class DraftStore(StorePart):
    """The drafts of a store."""

    def keep(self, draft: Draft) -> None:
        """Keep a draft in place of the one before; those of over 90 days ago are dropped."""
        row: dict[str, Any] = {name: getattr(draft, name) for name in Draft.__slots__}
        with self._database.writing() as connection:
            is_old = _DRAFT.c.saved < draft.saved - _KEPT
            connection.execute(
                _DRAFT.delete().where(sa.or_(sa.and_(*_of(draft.account, draft.kind, draft.code)), is_old))
            )
            query.add_rows(connection, "draft", [row | {"fields": canonical(dict(draft.fields))}])

    def one(self, account: str, kind: str, code: str) -> Draft | None:
        """Return what somebody has typed of a dossier; None where nothing is kept."""
        with self._database.reading() as connection:
            row = (
                connection.execute(sa.select(_DRAFT).where(*_of(account, kind, code)))
                .mappings()
                .one_or_none()
            )
        return None if row is None else Draft(**{**row, "fields": json.loads(row["fields"])})

    def drop(self, account: str, kind: str, code: str) -> None:
        """Drop what somebody has typed of a dossier."""
        with self._database.writing() as connection:
            connection.execute(_DRAFT.delete().where(*_of(account, kind, code)))


def _of(account: str, kind: str, code: str) -> tuple[sa.ColumnElement[bool], ...]:
    return _DRAFT.c.account == account, _DRAFT.c.kind == kind, _DRAFT.c.code == code
