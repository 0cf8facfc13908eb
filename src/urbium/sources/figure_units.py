"""The units of figures: each value is brought to the unit of its variable, or its unit is refused.

One finding stands for all figures of a variable in one unit.
"""

from typing import Any

import polars as pl

from urbium.errors import nearest
from urbium.sources.context import Context
from urbium.sources.formats.grid import cell_name
from urbium.sources.spoken import variable_words
from urbium.text import coded
from urbium.text import text as sentence
from urbium.units import unit_words, units

_SHARES = ("share", "index")
"""What can be given in percent."""

_DIGITS_OF_A_FLOAT = 15
_MOST_SUGGESTIONS = 100


def convert_units(table: pl.DataFrame, sheet: str, context: Context, column: int | None) -> pl.DataFrame:
    """Return the figures in the units of their variables; those in another unit are left out, with a fault.

    Parameters
    ----------
    table : ``variable``, ``unit``, ``value``, ``is_percent``, ``row`` and ``column`` (counted from 0);
        figures without a variable or a value are kept, and their units are checked too
    column : the column of the units; None where there is none
    """
    scales = units()
    wanted = {name: variable.unit for name, variable in context.variables.items()}
    factor = {name: scale.factor for name, scale in scales.items()}
    kind = {name: scale.dimension for name, scale in scales.items()}
    table = table.with_columns(
        wanted=pl.col("variable").replace_strict(wanted, default=None, return_dtype=pl.String)
    ).with_columns(
        **{
            f"{part}_{end}": pl.col(name).replace_strict(values, default=None, return_dtype=type_)
            for end, name in (("own", "unit"), ("base", "wanted"))
            for part, values, type_ in (("factor", factor, pl.Float64), ("kind", kind, pl.String))
        }
    )
    table = _of_percents(table, sheet, context)
    groups = _groups(table.drop_nulls("unit"), column)
    is_unknown = pl.col("kind_own").is_null()
    is_other = pl.col("kind_own") != pl.col("kind_base")
    _say_unknown(groups.filter(is_unknown), sheet, context)
    _say_other(groups.filter(is_other), sheet, context)
    _say_converted(
        groups.filter(~is_unknown & ~is_other & (pl.col("unit") != pl.col("wanted"))), sheet, context
    )
    is_same = pl.col("factor_own") == pl.col("factor_base")
    converted = pl.col("value") * pl.col("factor_own") / pl.col("factor_base")
    return table.with_columns(
        value=pl.when(is_unknown | is_other).then(None).when(is_same).then("value").otherwise(converted),
        unit=pl.coalesce("wanted", "unit"),
    )


def _of_percents(table: pl.DataFrame, sheet: str, context: Context) -> pl.DataFrame:
    """Read a cell that shows 95% (and holds 0.95) as 95%; refuse it where no share is asked."""
    if not table["is_percent"].any():
        return table
    is_share = pl.col("kind_own").is_in(_SHARES)
    other = pl.col("is_percent") & ~is_share & pl.col("kind_own").is_not_null()
    wrong = table.filter(other).drop_nulls(["value", "variable"]).sort("row", "column")
    for row in context.capped("unit", wrong).iter_rows(named=True):
        context.fault(
            sheet,
            cell_name(row["row"], row["column"]),
            "unit",
            coded(
                "sources.percent.no_share",
                "the cell shows {share:.4g}%, but {variable} is measured in {unit}",
                share=100 * row["value"],
                variable=variable_words(context.variables, row["variable"]),
                unit=unit_words(row["unit"]),
            ),
            sentence("correct the figure, or the format of the cell"),
            variable=row["variable"],
        )
    shown = (pl.col("value") / pl.col("factor_own")).round_sig_figs(_DIGITS_OF_A_FLOAT)
    return table.filter(~other.fill_null(value=False)).with_columns(
        value=pl.when(pl.col("is_percent") & is_share).then(shown).otherwise("value")
    )


def _groups(table: pl.DataFrame, column: int | None) -> pl.DataFrame:
    """Return what is said of each variable and unit: how many figures, and where the first and last stand."""
    place = pl.col("column") if column is None else pl.lit(column, pl.UInt32)
    return table.group_by("variable", "unit", maintain_order=True).agg(
        pl.col("wanted", "kind_own", "kind_base").first(),
        count=pl.len(),
        top=pl.col("row").min(),
        bottom=pl.col("row").max(),
        left=pl.col("column").min(),
        right=pl.col("column").max(),
        row=pl.col("row").first(),
        place=place.first(),
    )


def _key(group: dict[str, Any]) -> dict[str, str]:
    return {"variable": group["variable"] or "", "value": group["unit"][:60]}


def _say_unknown(groups: pl.DataFrame, sheet: str, context: Context) -> None:
    scales = units()
    suggested = {given: nearest(given[:60], scales) for given in groups["unit"].unique()[:_MOST_SUGGESTIONS]}
    advice = sentence("write one of the units in the catalogue")
    for group in context.capped("unit", groups).iter_rows(named=True):
        given, wanted = group["unit"], group["wanted"]
        message = coded(
            "sources.unit.unknown",
            "{given!r} is not a known unit",
            "{given!r} is not a known unit ({count:,} figures)",
            given=given[:60],
            count=group["count"],
        )
        remedy = suggested.get(given, advice)
        if wanted is not None:
            remedy = sentence(
                "{name} is measured in {wanted!r}; write that unit",
                name=variable_words(context.variables, group["variable"]),
                wanted=unit_words(wanted),
            )
        context.fault(sheet, cell_name(group["row"], group["place"]), "unit", message, remedy, **_key(group))


def _say_other(groups: pl.DataFrame, sheet: str, context: Context) -> None:
    for group in context.capped("unit", groups).iter_rows(named=True):
        message = coded(
            "sources.unit.other_dimension",
            "{name} is given in {given!r}, which measures something other than {wanted!r}",
            "{name} is given in {given!r}, which measures something other than {wanted!r} "
            "({count:,} figures)",
            name=variable_words(context.variables, group["variable"]),
            given=unit_words(group["unit"]),
            wanted=unit_words(group["wanted"]),
            count=group["count"],
        )
        remedy = sentence("use {wanted!r} or a unit of the same kind", wanted=unit_words(group["wanted"]))
        context.fault(sheet, cell_name(group["row"], group["place"]), "unit", message, remedy, **_key(group))


def _say_converted(groups: pl.DataFrame, sheet: str, context: Context) -> None:
    for group in context.capped("unit-converted", groups).iter_rows(named=True):
        first, last = cell_name(group["top"], group["left"]), cell_name(group["bottom"], group["right"])
        message = coded(
            "sources.unit.converted",
            "{name} is given in {given!r} and was converted to {wanted!r}",
            "{name} is given in {given!r} and was converted to {wanted!r} ({count:,} figures)",
            name=variable_words(context.variables, group["variable"]),
            given=unit_words(group["unit"]),
            wanted=unit_words(group["wanted"]),
            count=group["count"],
        )
        context.fault(
            sheet,
            first if first == last else f"{first}:{last}",
            "unit-converted",
            message,
            sentence("nothing to do"),
            severity="note",
            **_key(group),
        )
