"""What a rule about a roadmap yields, and how its rows are named."""

from collections.abc import Mapping
from typing import Any

import polars as pl

from urbium.errors import Fault

__all__ = ["KEYS", "Tables", "fault", "key_of"]

Tables = Mapping[str, pl.DataFrame]

KEYS: Mapping[str, list[str]] = {
    "cities": ["city"],
    "indicators": ["indicator"],
    "projects": ["project"],
    "outlays": ["project", "year"],
    "prerequisites": ["project", "requires"],
    "exclusions": ["group", "project"],
    "alternatives": ["group", "project"],
    "effects": ["project", "indicator"],
    "gaps": ["city", "indicator"],
    "curve": ["segment"],
    "funds": ["fund"],
    "fund_shares": ["project", "fund"],
    "budgets": ["place", "year"],
    "fund_limits": ["fund", "year"],
    "start_limits": ["place", "year"],
    "occupations": ["occupation"],
    "pools": ["place", "occupation", "year"],
    "staff": ["project", "occupation"],
    "teaching": ["project", "occupation"],
    "training": ["occupation"],
    "standards": ["standard"],
    "covers": ["standard", "project"],
    "fairness": ["rule", "place"],
    "omitted": ["city", "solution"],
}
"""The columns that name a row of each table: no two rows have the same."""


def fault(rule: str, table: str, key: object, message: str, remedy: str) -> Fault:
    """Return an error at a row, or a column, of a table."""
    return Fault("error", message, remedy, rule=rule, sheet=table, cell=str(key))


def key_of(table: str, row: Mapping[str, Any]) -> str:
    """Return the name of a row: the values of its key."""
    return ", ".join(str(row[column]) for column in KEYS[table])
