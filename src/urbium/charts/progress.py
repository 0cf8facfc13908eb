"""Progress: charts of what was planned, earned and spent by year, and of a city beside its comparison."""

from collections.abc import Mapping
from typing import Final

import polars as pl

from urbium.charts.frame import (
    AMOUNT,
    Spec,
    end_labels,
    known_rows,
    nominal,
    ordinal,
    quantitative,
    said,
    specification,
)
from urbium.charts.theme import ACCENT, FAINT, WARM
from urbium.packaged import words_of
from urbium.text import Text, text
from urbium.units import money_size

_LINES: Final = words_of("line of progress")
_COMPARED = words_of("line of a comparison")
_YEARS: Spec = {"type": "ordinal", "title": None, "axis": {"labelAngle": 0, "labelOverlap": True}}


def progress_curve(table: pl.DataFrame, *, title: str = "", currency: str = "") -> Spec:
    """Draw what was planned, earned and spent by the end of each year, as lines.

    Parameters
    ----------
    table : rows with ``year``, ``planned``, ``earned`` and ``spent`` (null where it is not known yet)
    currency : of which the amounts are millions

    >>> lines = {"planned": [1.0, 2.0], "earned": [1.0, None], "spent": [2.0, None]}
    >>> rows = pl.DataFrame({"year": [2020, 2021], **lines})
    >>> len(progress_curve(rows)["data"]["values"])
    4
    """
    rows = known_rows(table, "year", "planned", needed=("earned", "spent"))
    size = money_size(currency, rows["planned"])
    finding: Text | str = ""
    if (done := rows.drop_nulls(["earned", "spent"]).sort("year")).height:
        last = done.row(-1, named=True)
        finding = text(
            "By the end of {year}: {planned:,.4g} planned, {earned:,.4g} earned, {spent:,.4g} spent ({unit})",
            year=last["year"], unit=size.words, **{name: size.of(last[name]) for name in _LINES},
        )  # fmt: skip
    rows = rows.with_columns(pl.col(*_LINES) * size.factor)
    return _lines(rows, _LINES, [FAINT, ACCENT, WARM], title, size.words, finding=finding)


def comparison_curve(table: pl.DataFrame, *, title: str = "", y_title: str = "") -> Spec:
    """Draw a city and the mean of the cities that it is compared with, by year.

    Parameters
    ----------
    table : rows with ``year``, ``observed`` and ``synthetic``

    >>> rows = pl.DataFrame({"year": [2020, 2021], "observed": [1.0, 3.0], "synthetic": [1.0, 2.0]})
    >>> len(comparison_curve(rows)["data"]["values"])
    4
    """
    rows = known_rows(table, "year", "observed", "synthetic")
    finding: Text | str = ""
    if rows.height:
        last = rows.sort("year").row(-1, named=True)
        finding = text("In {year}: {observed:,.4g} observed, {synthetic:,.4g} in the comparison cities",
                       **{name: last[name] for name in ("year", "observed", "synthetic")})  # fmt: skip
    return _lines(rows, _COMPARED, [ACCENT, FAINT], title, y_title, finding=finding, from_zero=False)


def _lines(
    rows: pl.DataFrame,
    lines: Mapping[str, Text],
    colours: list[str],
    title: str,
    y_title: str,
    *,
    finding: Text | str,
    from_zero: bool = True,
) -> Spec:
    """Draw a line for each column; years without figures keep their place, and no line leads across them."""
    stretch = (pl.col("year").diff() > 1).fill_null(value=False).cum_sum()
    rows = rows.sort("year").with_columns(stretch=stretch)
    long = pl.concat(
        [
            rows.select("year", "stretch", amount=pl.col(name), line=pl.lit(said(words)))
            for name, words in lines.items()
        ]
    ).drop_nulls("amount")
    names = [said(words) for words in lines.values()]
    years = rows["year"].to_list()
    span = [*range(years[0], years[-1] + 1)] if years else []
    encoding = {
        "x": {"field": "year", **_YEARS, "scale": {"domain": span}},
        "y": quantitative("amount", title=y_title, axis={"format": AMOUNT}, scale={"zero": from_zero}),
        "color": nominal("line", title=None, sort=names, scale={"domain": names, "range": colours}),
        "detail": nominal("stretch"),
        "strokeDash": nominal("line", sort=names, legend=None),
        "tooltip": [
            ordinal("year", title=text("year")),
            nominal("line", title=text("line")),
            quantitative("amount", format=",.2f", title=y_title),
        ],
    }  # fmt: skip
    lines_drawn = {"mark": {"type": "line", "point": True, "strokeWidth": 2.2},
                   "encoding": {key: encoding[key] for key in encoding if key != "x"}}  # fmt: skip
    reach = [0.0, *long["amount"]] if from_zero else ()
    ends = end_labels(long, series="line", value="amount", height=260, reach=reach)
    return specification(
        long, title, finding=finding, height=260, encoding={"x": encoding["x"]}, layer=[lines_drawn, ends]
    )
