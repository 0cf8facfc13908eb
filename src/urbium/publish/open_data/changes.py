"""Changes: what of each table was added, changed or withdrawn between two publications.

Rows are the same one when their key is; what only one of them has a column for is not compared.
"""

from typing import Final

import polars as pl

from urbium.publish.open_data.record import TABLES, OpenData

CHANGE: Final = "change"
"""The column that says of a row what it is: added, withdrawn, or the same row before and after."""


def changed_rows(before: OpenData, after: OpenData) -> dict[str, pl.DataFrame]:
    """Return by table the rows that are not in both publications alike, each with what it is.

    Parameters
    ----------
    before, after : the earlier publication, and the later one
    """
    return {name: _changed(name, before.tables[name], after.tables[name]) for name in TABLES}


def counts(rows: pl.DataFrame) -> dict[str, int]:
    """Return how many rows there are, and how many of the table were added, changed and withdrawn."""
    kinds = dict(rows.group_by(CHANGE).len().iter_rows())
    return {
        "rows": rows.height, "added": kinds.get("added", 0), "changed": kinds.get("after", 0),
        "withdrawn": kinds.get("withdrawn", 0),
    }  # fmt: skip


def _changed(name: str, old: pl.DataFrame, new: pl.DataFrame) -> pl.DataFrame:
    key, shared = list(TABLES[name].key), [column for column in new.columns if column in old.columns]
    old, new = old.select(shared), new.select(shared)

    def without(rows: pl.DataFrame, others: pl.DataFrame, on: list[str]) -> pl.DataFrame:
        return rows.join(others, on=on, how="anti", nulls_equal=True, maintain_order="left")

    def known(rows: pl.DataFrame, others: pl.DataFrame) -> pl.DataFrame:
        return rows.join(others, on=key, how="semi", nulls_equal=True, maintain_order="left")

    parts = {
        "added": without(new, old, key),
        "withdrawn": without(old, new, key),
        "before": known(without(old, new, shared), new),
        "after": known(without(new, old, shared), old),
    }
    rows = pl.concat([part.select(pl.lit(kind).alias(CHANGE), *shared) for kind, part in parts.items()])
    return rows.sort(*key, CHANGE, descending=[False] * len(key) + [True], maintain_order=True)
