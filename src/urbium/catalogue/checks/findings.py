"""Findings: what a rule of the catalogue finds wrong, with the table, the row and the column it is about."""

from urbium.errors import Fault

At = tuple[str, str, str]
"""Where a row says something: its table, its key, and the column."""


def found(at: At, message: str, remedy: str, rule: str) -> Fault:
    """Return a fault of a declared row; whoever knows where the row stands puts file and cell in its place.

    >>> found(("norms", "beds.2010", "low"), "it is negative", "give a figure above zero", "norm").where
    'norms!low'
    """
    table, key, column = at
    return Fault("error", message, remedy, rule, sheet=table, cell=column, value=key)
