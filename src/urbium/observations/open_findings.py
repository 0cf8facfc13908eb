"""Findings that are still open: what they say of a figure holds for the figure that is stored today."""

from typing import Final

import polars as pl

from urbium.model import Status

_FIGURE: Final = ("file", "city", "variable", "period")
_TOLD: Final = (*_FIGURE, "sheet", "cell", "rule", "message")
_COLUMN: Final = ("file", "variable")


def open_findings(findings: pl.DataFrame, history: pl.DataFrame, current: pl.DataFrame) -> pl.DataFrame:
    """Return the findings without those about figures that were suspect and are so no longer.

    A finding about one figure is closed when that figure of its file was suspect, and the figure in its place
    today is not a suspect one of that file; one about a whole column, when none of its figures is suspect any
    more. What was found twice, in two versions of a file, is listed once.

    Parameters
    ----------
    findings : with file, city, variable and period, empty or null where a finding names none
    history : every version of the observations
    current : the observations of today

    >>> figure = {"file": "a.csv", "city": "1", "variable": "gdp", "period": "2012"}
    >>> found = pl.DataFrame([figure | {"message": "ten times that of 2011"}])
    >>> before, after = (pl.DataFrame([figure | {"status": status}]) for status in ("suspect", "accepted"))
    >>> open_findings(found, before, before).height
    1
    >>> open_findings(found, pl.concat([before, after]), after).height
    0
    """
    numbered = findings.with_row_index("_row")
    is_single = pl.all_horizontal(pl.col(name).fill_null("") != "" for name in ("city", "variable", "period"))
    is_column = ~is_single & (pl.col("variable").fill_null("") != "")
    closed: list[int] = []
    for of_kind, key in ((is_single, _FIGURE), (is_column, _COLUMN)):
        once, now = (
            table.filter(pl.col("status") == Status.SUSPECT.value).select(key).unique()
            for table in (history, current)
        )
        rows = numbered.filter(of_kind)
        closed += rows.join(once, on=key, how="semi").join(now, on=key, how="anti")["_row"].to_list()
    still = numbered.filter(~pl.col("_row").is_in(closed))
    twice = (
        still.filter(is_single)
        .with_columns(_last=pl.col("_row").max().over(name for name in _TOLD if name in still.columns))
        .filter(pl.col("_row") != pl.col("_last"))
    )
    return still.join(twice, on="_row", how="anti", maintain_order="left").drop("_row")
