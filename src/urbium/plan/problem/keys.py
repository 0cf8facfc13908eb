"""What a rule about a roadmap yields, and how its rows are named."""

from collections.abc import Mapping
from typing import Any

from urbium.errors import Fault
from urbium.plan.problem.tables import DECLARED

KEYS: Mapping[str, list[str]] = {name: list(table.key) for name, table in DECLARED.items()}
"""The columns that name a row of each table: no two rows have the same."""


def fault(rule: str, table: str, key: object, message: str, remedy: str) -> Fault:
    """Return an error at a row, or a column, of a table."""
    return Fault("error", message, remedy, rule=rule, sheet=table, cell=str(key))


def key_of(table: str, row: Mapping[str, Any]) -> str:
    """Return the name of a row: the values of its key."""
    return ", ".join(str(row[column]) for column in KEYS[table])
