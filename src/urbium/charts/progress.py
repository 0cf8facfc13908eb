"""Progress: charts of what was planned, earned and spent by year, and of a city beside its comparison."""

from collections.abc import Mapping

import polars as pl

from urbium.charts.frame import AMOUNT, Spec, known_rows, said, specification
from urbium.charts.theme import ACCENT, MUTED, WARM
from urbium.text import Text, text

_LINES = {
    "planned": text("planned (PV)"),
    "earned": text("earned (EV)"),
    "spent": text("spent (AC)"),
}
_COMPARED = {
    "observed": text("observed"),
    "synthetic": text("mean of the compared cities"),
}
_YEARS: Spec = {"type": "ordinal", "title": None, "axis": {"labelAngle": 0, "labelOverlap": True}}
_MILLION = text("Million")


def progress_curve(table: pl.DataFrame, *, title: str = "", y_title: str = _MILLION) -> Spec:
    """Draw what was planned, earned and spent by the end of each year, as lines.

    Parameters
    ----------
    table : rows with ``year``, ``planned``, ``earned`` and ``spent`` (null where it is not known yet)

    >>> lines = {"planned": [1.0, 2.0], "earned": [1.0, None], "spent": [2.0, None]}
    >>> rows = pl.DataFrame({"year": [2020, 2021], **lines})
    >>> len(progress_curve(rows)["data"]["values"])
    4
    """
    rows = known_rows(table, "year", "planned", needed=("earned", "spent"))
    return _lines(rows, _LINES, [MUTED, ACCENT, WARM], title, y_title)


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
    return _lines(rows, _COMPARED, [ACCENT, MUTED], title, y_title, from_zero=False)


def _lines(
    rows: pl.DataFrame,
    lines: Mapping[str, Text],
    colours: list[str],
    title: str,
    y_title: str,
    *,
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
        "detail": {"field": "stretch", "type": "nominal"},
        "y": {"field": "amount", "type": "quantitative", "title": y_title, "axis": {"format": AMOUNT},
              "scale": {"zero": from_zero}},
        "color": {"field": "line", "type": "nominal", "title": None, "sort": names,
                  "scale": {"domain": names, "range": colours}},
        "strokeDash": {"field": "line", "type": "nominal", "sort": names, "legend": None},
        "tooltip": [
            {"field": "year", "type": "ordinal", "title": text("year")},
            {"field": "line", "type": "nominal", "title": text("line")},
            {"field": "amount", "type": "quantitative", "format": ",.2f", "title": y_title},
        ],
    }  # fmt: skip
    mark = {"type": "line", "point": True, "strokeWidth": 2.2}
    return specification(long, title, height=260, mark=mark, encoding=encoding, legend_below=True)
