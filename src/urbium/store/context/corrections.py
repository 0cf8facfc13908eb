"""Corrections: what somebody deletes or changes of the past of an entity, packed or not (ADR 0085).

The audit log says who did it and of what, and not what the values were: they may be deleted because nobody
is to know them. Figures that were made of it stay as they were recorded: they are observations of their own.
"""

from collections.abc import Mapping
from typing import Any, Final

import sqlalchemy as sa

from urbium.store import audit_log
from urbium.store.context import blocks
from urbium.store.context.blocks import DAY_LENGTH, Block
from urbium.store.context.past import Instance, write_block
from urbium.store.context.words import WordPart
from urbium.store.queries import query_context as sql

_TABLES: Final = ("attribute_instance", "instance_block")
_WHY: Final = "NGSI-LD"
"""An interface for programs, which give no reason: the log says by which one it came."""


class CorrectionStore(WordPart):
    """Corrections of the past of the entities of all places of a store."""

    def forget(
        self, tenant: str, entity: int, attribute: str | None = None, dataset: str | None = None, *, by: str
    ) -> bool:
        """Delete the past of an entity, of an attribute of it, or of a data set; False where there is none.

        Parameters
        ----------
        by : who deletes it
        attribute : its full name; None for all
        dataset : its id, empty for values without one; None for all
        """
        conditions, parameters = "entity_id = ?", [entity]
        with self._database.writing() as connection:
            codes = {"": 0} | self._words.read(connection, tenant)
            for column, name in (("attribute_id", attribute), ("dataset_id", dataset)):
                if name is not None:
                    conditions += f" and {column} = ?"
                    parameters.append(codes.get(name, -1))
            statements = (f"delete from {table} where {conditions}" for table in _TABLES)  # noqa: S608
            is_gone = sum([sql.count_written(connection, one, parameters) for one in statements]) > 0
            if is_gone:
                part = {"attribute": attribute, "dataset": dataset}
                _note(connection, "delete past", by, entity, part)
            return is_gone

    def replace(self, tenant: str, entity: int, old: Instance, new: Instance | None, *, by: str) -> bool:
        """Put an instance in the place of another one of its instant, or delete it (None).

        False, and nothing is done, where it is not there any more.
        """
        with self._database.writing() as connection:
            codes = {"": 0} | self._words.read(connection, tenant)
            series = (entity, codes[old.attribute], codes[old.dataset])
            statement = (
                "delete from attribute_instance where entity_id = ? and attribute_id = ? and dataset_id = ? "
                "and observed = ? and value = ?"
            )
            is_row = sql.count_written(connection, statement, (*series, old.observed, old.text)) > 0
            is_packed = _unpack(connection, (*series, old.observed // DAY_LENGTH), old)
            if new is not None and (is_row or is_packed):
                row = (*series[:2], new.observed, series[2], new.digest, new.recorded, new.number, new.value)
                sql.put(connection, "attribute_instance", [row], newest="recorded")
            if is_row or is_packed:
                part = {"attribute": old.attribute, "dataset": old.dataset, "observed": old.observed}
                _note(connection, "correct past" if new else "delete past", by, entity, part)
            return is_row or is_packed


def _note(connection: sa.Connection, what: str, by: str, entity: int, part: Mapping[str, Any]) -> None:
    """Enter into the audit log who deleted or changed which part of a past (None: all of it)."""
    ((place, uri),) = sql.read(connection, "select tenant, uri from entity where id = ?", [entity])
    of = {"place": place, "entity": uri, **part}
    audit_log.append(connection, who=by, what=what, why=_WHY, before=of, after={})


def _unpack(connection: sa.Connection, key: tuple[int, ...], old: Instance) -> bool:
    """Take an instance out of the block of its day; False where it is not in there."""
    of_day = "instance_block where entity_id = ? and attribute_id = ? and dataset_id = ? and day = ?"
    for step, packed, content in sql.read(connection, f"select step, packed, content from {of_day}", key):  # noqa: S608
        entries = list(blocks.unpacked(content))
        left = [one for one in entries if (one.observed, one.text) != (old.observed, old.text)]
        if len(left) == len(entries):
            return False
        if left:
            write_block(connection, key, Block(step, left), packed)
        else:
            sql.write_rows(connection, f"delete from {of_day}", [key])  # noqa: S608
        return True
    return False
