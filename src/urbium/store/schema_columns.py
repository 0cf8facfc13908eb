"""Columns of the schema: what tables are declared with, and under which names their constraints stand."""

from sqlalchemy import Column, ForeignKey, Integer, MetaData, Text

TABLES = MetaData(
    naming_convention={
        "pk": "%(table_name)s_pk",
        "fk": "%(table_name)s_%(column_0_name)s_fk",
        "uq": "%(table_name)s_%(column_0_N_name)s_uq",
        "ix": "%(table_name)s_%(column_0_N_name)s_ix",
        "ck": "%(table_name)s_%(constraint_name)s_ck",
    }
)
"""All tables."""


def number_column(name: str, target: str | None = None, *, null: bool = False) -> Column[int]:
    """Return a column of whole numbers, pointing at ``target`` (table.column) when it is given."""
    if target is None:
        return Column(name, Integer, nullable=null)
    return Column(name, Integer, ForeignKey(target), nullable=null)


def text_column(name: str, *, null: bool = False) -> Column[str]:
    """Return a column of texts."""
    return Column(name, Text, nullable=null)


def key_column(name: str = "id") -> Column[int]:
    """Return the column of a primary key that is numbered by the code."""
    return Column(name, Integer, primary_key=True, autoincrement=False)
