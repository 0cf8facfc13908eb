"""CSV text: tables as a spreadsheet opens them without running anything that stands in a cell.

A spreadsheet computes a cell that begins with ``=``, ``+``, ``-`` or ``@``, wherever its text came from. A
text that begins so is written with an apostrophe before it, as a person types it who wants a text; reading
takes the apostrophe away again, so that what was written and read is the same text. Numbers stay as they are.
"""

from typing import Any, Final

import polars as pl

WORKBOOK: Final[dict[str, Any]] = {
    "in_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}
"""The options of XlsxWriter by which a text stays a text."""

_RUNS = "^'*[=+\\-@\\t\\r\\n＝＋－＠]"
_MARKED = "^''*[=+\\-@\\t\\r\\n＝＋－＠]"
_HARMLESS = r"^[+\-]?(?:[0-9][0-9.,\u00A0 ]*(?:[eE][+\-]?[0-9]+)?\s?%?)?$"
_TEXTS = (pl.String, pl.Categorical, pl.Enum)


def as_csv(table: pl.DataFrame) -> str:
    """Return a table as CSV of which no text runs in a spreadsheet.

    >>> as_csv(pl.DataFrame({"note": ["=1+1", "-5", "it's"], "value": [-1.5, 2.0, 3.0]})).split()
    ['note,value', "'=1+1,-1.5", '-5,2.0', "it's,3.0"]

    References
    ----------
    OWASP: *CSV Injection* (the characters that begin a formula, their wide forms, tabulator and line ends).
    """
    texts = [name for name, kind in table.schema.items() if isinstance(kind, _TEXTS)]
    headings = pl.Series(table.columns, dtype=pl.String).to_frame("heading").select(plain(pl.col("heading")))
    written = table.with_columns(plain(pl.col(name).cast(pl.String)) for name in texts)
    return written.rename(dict(zip(table.columns, headings["heading"], strict=True))).write_csv()


def plain(column: pl.Expr) -> pl.Expr:
    """Return texts with an apostrophe before those that a spreadsheet would compute."""
    runs = column.str.contains(_RUNS) & ~column.str.contains(_HARMLESS)
    return pl.when(~runs).then(column).otherwise(pl.concat_str(pl.lit("'"), column))


def unmarked(column: pl.Expr) -> pl.Expr:
    """Return texts as they were before :func:`plain`."""
    text = column.str.slice(1)
    is_marked = column.str.contains(_MARKED) & ~text.str.contains(_HARMLESS)
    return pl.when(~is_marked).then(column).otherwise(text)
