"""Finance: the charts of an appraisal: money by year and line, value by rate, what moves the value most."""

import polars as pl

from urbium.charts.frame import (
    AMOUNT,
    NAMES,
    ROW,
    Spec,
    known_rows,
    nominal,
    ordinal,
    quantitative,
    said,
    specification,
)
from urbium.charts.theme import PAPER, RAMP, WARM
from urbium.text import Text, text
from urbium.units import money_size

_YEAR = text("year")
_ENDS = (text("Low figure"), text("High figure"))


def cash_flow(table: pl.DataFrame, *, title: str = "", currency: str = "", basis: Text | None = None) -> Spec:
    """Draw money by year as stacked bars: what is paid below zero, what is received above.

    Parameters
    ----------
    table : rows with ``year``, ``line`` and ``amount``, the lines in the order of the stack
    currency : of which the amounts are millions
    basis : currency and prices in words

    >>> rows = pl.DataFrame({"year": [2016, 2017], "line": ["to build", "inflows"], "amount": [-2.0, 1.0]})
    >>> cash_flow(rows)["mark"]["type"]
    'bar'
    """
    rows = known_rows(table, "year", "line", "amount").filter(pl.col("amount") != 0)
    size = money_size(currency, rows["amount"], basis=basis)
    rows = rows.with_columns(pl.col("amount") * size.factor)
    names = rows["line"].unique(maintain_order=True).to_list()
    encoding = {
        "x": ordinal("year", title=None, axis={"labelAngle": 0, "labelOverlap": True}),
        "y": quantitative("amount", title=size.words, axis={"format": AMOUNT}),
        "color": nominal("line", title=None, sort=names, scale={"domain": names}),
        "tooltip": [
            ordinal("year", title=_YEAR),
            nominal("line", title=text("line")),
            quantitative("amount", format=size.form(1), title=size.words),
        ],
    }
    mark = {"type": "bar", "stroke": PAPER, "strokeWidth": 1, "width": {"band": 0.72}}
    return specification(rows, title, height=280, mark=mark, encoding=encoding)


def tornado(
    table: pl.DataFrame,
    *,
    planned: float,
    title: str = "",
    currency: str = "",
    basis: Text | None = None,
) -> Spec:
    """Draw how far each assumption moves a value from what is planned, the largest move first.

    Parameters
    ----------
    table : rows with ``assumption``, ``low`` and ``high`` (the value at the low and at the high figure of it)
    planned : the value with every assumption as planned
    currency : of which the values are millions
    basis : currency and prices in words

    >>> rows = pl.DataFrame({"assumption": ["cost"], "low": [3.0], "high": [-1.0]})
    >>> [row["value"] for row in tornado(rows, planned=1.0)["data"]["values"]]
    [3.0, -1.0]
    """
    rows = known_rows(table, "assumption", "low", "high")
    rows = rows.sort((pl.col("high") - pl.col("low")).abs(), descending=True, maintain_order=True)
    names = rows["assumption"].to_list()
    size = money_size(currency, [planned, *rows["low"], *rows["high"]], basis=basis)
    low, high = (said(end) for end in _ENDS)
    long = pl.concat(
        [
            rows.select("assumption", value=pl.col(end) * size.factor, end=pl.lit(title),
                        planned=pl.lit(size.of(planned)))
            for end, title in (("low", low), ("high", high))
        ]
    )  # fmt: skip
    encoding = {
        "y": nominal("assumption", sort=names, title=None, axis=NAMES),
        "x": quantitative("planned", title=size.words, scale={"zero": False}, axis={"format": AMOUNT}),
        "x2": {"field": "value"},
        "color": nominal("end", title=None, scale={"domain": [low, high], "range": [RAMP[2], WARM]}),
        "tooltip": [
            nominal("assumption", title=text("assumption")),
            nominal("end", title=text("figure")),
            quantitative("value", format=size.form(1), title=size.words),
        ],
    }  # fmt: skip
    height = ROW * max(len(names), 1)
    return specification(long, title, height=height, mark={"type": "bar"}, encoding=encoding)
