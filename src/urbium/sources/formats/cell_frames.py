"""Rows of cells as columns: numbers where a column holds nothing else, texts where it does.

What each cell of a column of texts was is kept beside it: a number that stands among texts is a number still,
and no sign that parts the digits of a text means anything in it. The rows come one after the other and are
turned block by block, so that a cell is a Python object for a moment only.
"""

import itertools
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import Any, Final

import polars as pl

from urbium.sources.formats.grid import CellKind, Grid, plain_text

_ROWS_AT_ONCE = 10_000
_KIND: Final = pl.Enum(CellKind)


class ShownDate(str):
    """A date as its cell shows it: a year, a month, or the day in full (ISO)."""

    __slots__ = ()


def grid_of(sheet: str, rows: Iterable[list[Any]], **noted: Any) -> Grid:  # noqa: ANN401 - fields of Grid
    """Return rows (from the first row of the sheet on) as a sheet; ``noted`` are the other fields of a grid.

    Numbers stay numbers in a column of numbers; else they are texts as a person would type them, as are dates
    (ISO) and truth values. An empty cell is null.

    >>> grid = grid_of("Water", [["City", "Use"], ["Delft", 812.345], ["Gouda", "14.002,6"]])
    >>> grid.row(1), grid.kind(1).to_list()
    (['Delft', '812.345'], ['text', 'number', 'text'])
    """
    remaining = iter(rows)
    blocks, kinds = list[pl.DataFrame](), list[dict[str, pl.Series]]()
    while block := list(itertools.islice(remaining, _ROWS_AT_ONCE)):
        width = max(1, *(len(cells) for cells in block))
        columns = ([cells[i] if i < len(cells) else None for cells in block] for i in range(width))
        pairs = [_column(str(i), column) for i, column in enumerate(columns)]
        blocks.append(pl.DataFrame([cells for cells, _ in pairs]))
        kinds.append({cells.name: of_cells for cells, of_cells in pairs if of_cells is not None})
    if not blocks:
        return Grid(sheet, pl.DataFrame(), **noted)
    frame = _joined(blocks)
    mixed = {name for of_block in kinds for name in of_block} | {
        name
        for block in blocks
        for name, kind in block.schema.items()
        if kind == pl.Float64 and frame.schema[name] == pl.String and block[name].count()
    }
    return Grid(
        sheet, frame, kinds=pl.DataFrame([_kinds(name, blocks, kinds) for name in sorted(mixed)]), **noted
    )


def _kinds(name: str, blocks: list[pl.DataFrame], kinds: list[dict[str, pl.Series]]) -> pl.Series:
    """Return what each cell of a column holds, from blocks of which some hold one kind only."""
    parts = []
    for block, of_block in zip(blocks, kinds, strict=True):
        if name in of_block:
            parts.append(of_block[name])
        else:
            cells = (
                block[name] if name in block.columns else pl.Series([None] * block.height, dtype=pl.String)
            )
            kind = CellKind.NUMBER if cells.dtype == pl.Float64 else CellKind.TEXT
            parts.append(pl.select(pl.when(cells.is_not_null()).then(pl.lit(kind, _KIND))).to_series())
    return pl.concat([part.rename(name) for part in parts])


def _joined(blocks: list[pl.DataFrame]) -> pl.DataFrame:
    """Return the blocks below each other; a column with a text in any of them is one of texts."""
    names = max((block.columns for block in blocks), key=len)
    texts = {name for block in blocks for name, kind in block.schema.items() if kind == pl.String}
    return pl.concat(
        [
            block.with_columns(
                _as_text(block[name]) for name in texts if block.schema.get(name) == pl.Float64
            )
            for block in blocks
        ],
        how="diagonal",
    ).select(names)


def _as_text(numbers: pl.Series) -> pl.Series:
    texts = [None if value is None else plain_text(value) for value in numbers]
    return pl.Series(numbers.name, texts, dtype=pl.String)


def _column(name: str, cells: list[Any]) -> tuple[pl.Series, pl.Series | None]:
    """Return a column, Float64 where all filled cells are numbers, else String; and kinds of mixed cells."""
    values = [None if cell is None or cell == "" else cell for cell in cells]
    types = {type(value) for value in values} - {type(None)}
    if types <= {float, int}:
        return pl.Series(name, values, dtype=pl.Float64, strict=False), None
    texts = [None if value is None else _text(value) for value in values]
    if types == {str}:
        return pl.Series(name, texts, dtype=pl.String), None
    kinds = [None if value is None else _kind(value) for value in values]
    return pl.Series(name, texts, dtype=pl.String), pl.Series(name, kinds, dtype=_KIND)


def _kind(value: object) -> CellKind:
    if isinstance(value, bool):
        return CellKind.TRUTH
    if isinstance(value, int | float):
        return CellKind.NUMBER
    return CellKind.DATE if isinstance(value, date | time | timedelta | ShownDate) else CellKind.TEXT


def _text(value: object) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    return plain_text(value)
