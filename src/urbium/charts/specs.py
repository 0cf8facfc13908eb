"""Specifications: one pure function a kind of chart, from a table to a Vega-Lite mapping.

Here stand the charts of the register, the outlook and the plan; those of an index are in ``standing``
(its cities) and ``framework`` (the index itself).
"""

from collections.abc import Sequence
from typing import Final

import polars as pl

from urbium.charts.frame import (
    AMOUNT,
    NAMES,
    ROW,
    Spec,
    compact,
    known_rows,
    nominal,
    ordinal,
    quantitative,
    said,
    specification,
    stack_labels,
)
from urbium.charts.theme import ACCENT, INK, PAPER, RAMP, WARM
from urbium.packaged import words_of
from urbium.text import Text, text
from urbium.units import MoneySize, money_size

_SCORE = text("Score (0 to 100)")
_YEAR = text("year")
_OBSERVED = text("Observed")
_PROJECTED = text("Projected")
_TIPS: Final = words_of("column of a plan")
_LARGE = 1000
_TOTALS = 12
"""Years up to which each stack of bars has room for its sum."""
_LIMITS = ("low80", "high80", "low95", "high95")
_BANDS = {80: text("80% band"), 95: text("95% band")}


def ranking(
    table: pl.DataFrame,
    *,
    title: str = "",
    label: str = "name",
    value: str = "score",
    most: int = 30,
    value_title: str = _SCORE,
    figures: str = ",.1f",
    is_ordered: bool = False,
) -> Spec:
    """Draw the highest values as horizontal bars with their figures.

    Parameters
    ----------
    table : one row a thing, with the columns ``label`` and ``value``
    most : how many rows are drawn at most
    figures : the form of the figures, in the words of d3-format
    is_ordered : the rows keep their order, as classes of age do; otherwise the highest value comes first

    Raises InputError when a column is missing.

    >>> spec = ranking(pl.DataFrame({"name": ["Delft", "Gouda"], "score": [61.0, None]}))
    >>> [row["name"] for row in spec["data"]["values"]]
    ['Delft']
    """
    rows = known_rows(table, label, value)
    rows = (rows if is_ordered else rows.sort(value, descending=True)).head(most)
    order = nominal(label, sort=None, title=None, axis={"labelLimit": 220})
    length = quantitative(value, title=value_title, scale={"domainMin": 0})
    if figures == ",.0f":
        length["axis"] = {"tickMinStep": 1}
    tips = [
        nominal(label, title=text("name")),
        quantitative(value, format=figures, title=value_title),
    ]
    bar = {"mark": {"type": "bar", "color": ACCENT, "height": {"band": 0.62}}, "encoding": {"tooltip": tips}}
    figure = {
        "mark": {"type": "text", "align": "left", "dx": 5, "color": INK, "fontSize": 12},
        "encoding": {"text": quantitative(value, format=figures)},
    }
    finding = _highest(rows, label, value, value_title, is_ordered=is_ordered)
    encoding = {"y": order, "x": length}
    return specification(
        rows, title, finding=finding, height={"step": ROW}, encoding=encoding, layer=[bar, figure]
    )


def _highest(rows: pl.DataFrame, label: str, value: str, what: str, *, is_ordered: bool) -> Text | str:
    """Say which rows have the highest value, and of what; nothing where all have the same."""
    highest = rows.filter(pl.col(value) == pl.col(value).max())
    if highest.height == rows.height and rows.height != 1:
        return ""
    facts = {"names": highest[label].to_list(), "value": highest[value][0]}
    if is_ordered:
        return text("Most: {names:list} ({what}: {value:,.4g})", what=what, **facts)
    if what != _SCORE:
        return text("Highest: {names:list} ({what}: {value:,.4g})", what=what, **facts)
    if highest.height == 1:
        return text("Highest: {names:list}, {value:,.4g}", **facts)
    return text("Highest: {names:list}, {value:,.4g} each", **facts)


def fan(table: pl.DataFrame, *, title: str = "", y_title: str = text("Value")) -> Spec:
    """Draw what was observed, what is projected, and the bands within which it lies with 80% and 95%.

    Parameters
    ----------
    table : one row a year, with ``year``, ``value``, ``low80``, ``high80``, ``low95``, ``high95`` and
        ``kind`` (``observed`` or ``projected``); bands may be null
    """
    figures = known_rows(table, "year", "value", "kind").sort("year")
    titles, observed, projected = ({share: said(words) for share, words in _BANDS.items()}, said(_OBSERVED),
                                   said(_PROJECTED))  # fmt: skip
    last = figures.filter(pl.col("kind") == "observed").tail(1).select("year", low="value", high="value")
    bands = pl.concat(
        [
            figures.select("year", low=f"low{share}", high=f"high{share}", band=pl.lit(titles[share]))
            for share in (95, 80)
        ]
        + [last.with_columns(band=pl.lit(titles[share])) for share in (95, 80)],
        how="vertical_relaxed",
    )
    bands = bands.drop_nulls().unique(["year", "band"], keep="first")
    outer_first = pl.col("band") == titles[80]
    bands = bands.sort("year", outer_first)  # the inner band is drawn over the outer
    joined = _joined(figures).with_columns(
        pl.col("kind").replace({"observed": observed, "projected": projected})
    )
    year = quantitative(
        "year", title=None, axis={"format": "d", "grid": False}, scale={"zero": False, "nice": False}
    )
    band = {
        "data": {"values": bands.to_dicts()},
        "mark": {"type": "area", "opacity": 1},
        "encoding": {
            "x": year,
            "y": quantitative("low"),
            "y2": {"field": "high"},
            "color": nominal(
                "band", title=None, scale={"domain": [titles[95], titles[80]], "range": [RAMP[0], RAMP[1]]}
            ),
        },
    }  # fmt: skip
    line = {
        "data": {"values": joined.to_dicts()},
        "mark": {"type": "line", "color": RAMP[4], "strokeWidth": 2.2},
        "encoding": {
            "x": year,
            "y": quantitative("value", title=y_title, axis=compact()),
            "strokeDash": nominal(
                "kind", title=None, scale={"domain": [observed, projected], "range": [[1, 0], [6, 4]]}
            ),
        },
    }  # fmt: skip
    shape = ",.0f" if max(figures["value"], default=0) >= _LARGE else ",.1f"
    dots = {
        "data": {"values": figures.select("year", "value", "kind", *_LIMITS).to_dicts()},
        "mark": {"type": "point", "filled": True, "color": RAMP[4], "opacity": 1},
        "encoding": {
            "x": year,
            "y": quantitative("value"),
            "size": {"condition": {"test": "datum.kind === 'observed'", "value": 26}, "value": 0},
            "tooltip": [
                quantitative("year", format="d", title=_YEAR),
                quantitative("value", format=shape, title=y_title),
                quantitative("low80", format=shape, title=text("80% from")),
                quantitative("high80", format=shape, title=text("80% to")),
                quantitative("low95", format=shape, title=text("95% from")),
                quantitative("high95", format=shape, title=text("95% to")),
            ],
        },
    }
    return specification(
        None, title, finding=_course(figures, is_percent=y_title == "%"), height=300, layer=[band, line, dots]
    )


def _course(figures: pl.DataFrame, *, is_percent: bool) -> Text | str:
    """Say how a line goes on from its last observed value to its end."""
    then = figures.row(-1, named=True) if figures.height else None
    seen = figures.filter(kind="observed")
    if then is None or not seen.height or then["kind"] == "observed" or then["low80"] is None:
        return ""
    now = seen.row(-1, named=True)
    scale = 100 if is_percent else 1  # shares are stored in percent here
    ends = {"before": now["value"], "after": then["value"], "low": then["low80"], "high": then["high80"]}
    parts = {"since": now["year"], "year": then["year"]} | {name: end / scale for name, end in ends.items()}
    if is_percent:
        return text(
            "From {before:.0%} in {since} to {after:.0%} in {year} (80% band: {low:.0%} to {high:.0%})",
            **parts,
        )
    return text(
        "From {before:compact} in {since} to {after:compact} in {year} (80% band: {low:compact} to "
        "{high:compact})",
        **parts,
    )


def money(
    table: pl.DataFrame,
    *,
    title: str = "",
    currency: str = "",
    prices: str = "",
    y_title: str = "",
    by: str = "fund",
    by_title: str = text("fund"),
    amount: str = "amount",
    order: Sequence[str] = (),
) -> Spec:
    """Draw amounts by year as bars, stacked by who pays, or by what else they belong to (``by``).

    Parameters
    ----------
    table : rows with ``year``, ``by`` and ``amount``; several rows of a year and fund are summed
    currency : of which the amounts are millions, at the ``prices`` of a year where they are named
    y_title : what amounts are called that are no money
    order : the funds from the bottom of the stack up; those not named follow by name
    """
    rows = (
        known_rows(table, "year", by, amount)
        .group_by("year", by)
        .agg(pl.col(amount).sum())
        .filter(pl.col(amount) != 0)
        .sort("year", by)
    )
    millions = rows.group_by("year").agg(pl.col(amount).sum()).sort(amount, "year")
    size = MoneySize(y_title) if y_title else money_size(currency, millions[amount])
    rows = rows.with_columns(pl.col(amount) * size.factor)
    y_title = text("{unit}, prices of {prices}", unit=size.words, prices=prices) if prices else size.words
    names = [*order, *sorted(set(rows[by]) - set(order))]
    rows = rows.with_columns(place=pl.col(by).replace_strict(names, range(len(names)), return_dtype=pl.Int64))
    there = [name for name in names if name in set(rows[by])]
    colour = nominal(by, title=None, sort=names, scale={"domain": names}, legend={"values": there[::-1]})
    encoding = {
        "x": _year_axis(),
        "y": quantitative(amount, title=y_title, axis={"format": AMOUNT}),
        "color": colour,
        "order": quantitative("place"),
        "tooltip": [
            ordinal("year", title=_YEAR),
            nominal(by, title=by_title),
            quantitative(amount, format=size.form(0), title=y_title),
        ],
    }
    bars = {"mark": {"type": "bar", "stroke": PAPER, "strokeWidth": 1, "width": {"band": 0.72}},
            "encoding": {key: encoding.pop(key) for key in ("y", "color", "order", "tooltip")}}  # fmt: skip
    sums = rows.group_by("year").agg(pl.col(amount).sum()).sort("year")
    total = {
        "name": "wide_totals",
        "data": {"values": sums.to_dicts()},
        "mark": {"type": "text", "dy": -8, "fontSize": 11, "color": INK},
        "encoding": {"y": quantitative(amount),
                     "text": quantitative(amount, format=",.1f" if size.factor < 1 else ",.0f")},
    }  # fmt: skip
    is_positive = bool((rows[amount] > 0).all())
    layers = [bars, total] if 0 < sums.height <= _TOTALS and is_positive else [bars]
    if rows.height and is_positive:
        layers.append(stack_labels(rows, series=by, value=amount, order=names, height=280))
    finding: Text | str = ""
    if sums.height and is_positive:
        peak = sums.sort(amount, "year").row(-1, named=True)
        most = rows.filter(year=peak["year"]).sort(amount, by).row(-1, named=True)
        facts = {"year": peak["year"], "name": most[by], "share": most[amount] / peak[amount]}
        finding = (
            text(
                "Peak in {year}: {currency} {sum:millions}; largest part: {name} ({share:.0%})",
                currency=currency, sum=millions[amount][-1], **facts,
            )
            if currency
            else text(
                "Peak in {year}: {sum:,.4g} ({unit}); largest part: {name} ({share:.0%})",
                sum=peak[amount], unit=y_title, **facts,
            )
        )  # fmt: skip
    return specification(rows, title, finding=finding, height=280, encoding=encoding, layer=layers)


def timeline(table: pl.DataFrame, *, title: str = "", label: str = "solution", kind: str = "") -> Spec:
    """Draw projects as bars from their first to their last build year.

    Parameters
    ----------
    table : one row a project, with ``label``, ``start`` and ``finish`` (years, both included)
    kind : the column that colours the bars (for example the domain); none when empty
    """
    columns = [label, "start", "finish", *([kind] if kind else [])]
    rows = known_rows(table, *columns).sort("start", "finish", label).with_columns(end=pl.col("finish") + 1)
    years = list(range(min(rows["start"], default=0), max(rows["end"], default=0) + 1))
    start = quantitative(
        "start",
        title=None,
        axis={"format": "d", "values": years, "labelOverlap": True},
        scale={"zero": False, "nice": False},
    )
    encoding: Spec = {
        "y": nominal(label, sort=None, title=None, axis={"labelLimit": 300}),
        "x": start,
        "x2": {"field": "end"},
        "tooltip": [nominal(name, title=_TIPS.get(name, name)) for name in columns],
    }
    if kind:
        encoding["color"] = nominal(kind, title=None)
    mark = {"type": "bar", "cornerRadius": 3, "height": {"band": 0.6}, **({} if kind else {"color": ACCENT})}
    building = {year: ((rows["start"] <= year) & (rows["finish"] >= year)).sum() for year in years[:-1]}
    finding: Text | str = ""
    if rows.height:
        most = max(building.values())
        finding = text(
            "Construction peaks in {years:list}, with {most} of {count} projects under construction",
            years=[year for year, count in building.items() if count == most],
            most=most,
            count=rows.height,
        )
    return specification(rows, title, finding=finding, height={"step": ROW}, mark=mark, encoding=encoding)


def starts(table: pl.DataFrame, *, title: str = "", row: str = "solution", count: str = "projects") -> Spec:
    """Draw how many projects start in each year, one row a solution; each cell carries its figure.

    Parameters
    ----------
    table : rows with ``row``, ``year`` and ``count`` (how many start then)
    """
    rows = known_rows(table, row, "year", count).filter(pl.col(count) > 0)
    order = rows.group_by(row).agg(pl.col("year").min(), pl.col(count).sum()).sort("year", row)[row].to_list()
    years = rows["year"].to_list()
    every = list(range(min(years), max(years) + 1)) if years else []
    encoding = {
        "x": _year_axis(orient="top") | {"scale": {"domain": every}},
        "y": nominal(row, sort=order, title=None, axis=NAMES),
        "tooltip": [
            *(nominal(name, title=_TIPS.get(name, name)) for name in (row, "year")),
            quantitative(count, format=",d", title=_TIPS.get(count, count)),
        ],
    }
    dark = (max(rows[count].to_list(), default=0) or 1) * 0.3
    cell = {
        "mark": {"type": "rect", "stroke": PAPER, "strokeWidth": 2, "cornerRadius": 3},
        "encoding": {
            "color": quantitative(
                count, legend=None, scale={"range": list(RAMP), "type": "sqrt", "domainMin": 0}
            ),
        },
    }
    figure = {
        "mark": {"type": "text", "fontSize": 11},
        "encoding": {
            "text": quantitative(count),
            "color": {"condition": {"test": f"datum[{count!r}] > {dark}", "value": PAPER}, "value": INK},
        },
    }
    return specification(
        rows,
        title,
        height={"step": ROW},
        encoding=encoding,
        layer=[cell, figure],
        finding=_fullest(rows, count),
    )


def _fullest(rows: pl.DataFrame, count: str) -> Text | str:
    """Say in which year most is counted."""
    if rows.is_empty():
        return ""
    year, most = rows.group_by("year").agg(pl.col(count).sum()).sort(count, "year").row(-1)
    return text("Most in {year}: {count:,}", year=year, count=most)


def histogram(
    table: pl.DataFrame,
    *,
    title: str = "",
    value: str = "score",
    mark: float | None = None,
    value_title: str = _SCORE,
    count_title: str = text("Number of cities"),
) -> Spec:
    """Draw how often values occur, with one of them marked by a line.

    Parameters
    ----------
    table : one row a thing, with the column ``value``
    mark : the value that the line stands at
    count_title : what the axis of the counts says
    """
    rows = known_rows(table, value).select(value)
    bars = {
        "mark": {"type": "bar", "color": RAMP[1], "stroke": PAPER, "strokeWidth": 1},
        "encoding": {
            "x": quantitative(
                value,
                bin={"maxbins": 20},
                title=value_title,
                axis={"labelOverlap": True, "labelFlush": False},
            ),
            "y": {"aggregate": "count", "type": "quantitative", "title": count_title},
            "tooltip": [
                quantitative(value, bin={"maxbins": 20}, title=value_title),
                {"aggregate": "count", "type": "quantitative", "title": count_title},
            ],
        },
    }
    rule = {
        "data": {"values": [{"mark": mark}]},
        "mark": {"type": "rule", "color": WARM, "strokeWidth": 2.5},
        "encoding": {"x": quantitative("mark")},
    }
    finding: Text | str = ""
    if mark is None and rows.height:
        finding = text("{what}: half are below {median:,.3g}", what=value_title, median=rows[value].median())
    elif rows.height:
        below = rows[value] < mark
        finding = text("Below the line: {count:,} of {total:,}", count=below.sum(), total=rows.height)
    layers = [bars, *([rule] if mark is not None else [])]
    return specification(rows, title, finding=finding, height=200, layer=layers)


def _year_axis(orient: str = "bottom") -> Spec:
    axis = {"labelAngle": 0, "labelOverlap": True, "grid": False, "domain": False, "orient": orient}
    return ordinal("year", title=None, axis=axis)


def _joined(figures: pl.DataFrame) -> pl.DataFrame:
    """Begin the projected line at the last observed point, so that the two lines meet."""
    rows = figures.select("year", "value", "kind")
    last = rows.filter(pl.col("kind") == "observed").tail(1).with_columns(kind=pl.lit("projected"))
    return pl.concat([rows, last]).sort("year") if rows["kind"].n_unique() > 1 else rows
