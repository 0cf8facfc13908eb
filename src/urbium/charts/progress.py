"""Progress: the chart of what was planned, earned and spent by year."""

import polars as pl

from urbium.charts.frame import AMOUNT, Spec, known_rows, said, specification
from urbium.charts.theme import ACCENT, MUTED, WARM
from urbium.text import text

__all__ = ["progress_curve"]

_LINES = {
    "planned": text("chart.progress.planned", "planned (PV)"),
    "earned": text("chart.progress.earned", "earned (EV)"),
    "spent": text("chart.progress.spent", "spent (AC)"),
}
_YEARS: Spec = {"type": "ordinal", "title": None, "axis": {"labelAngle": 0, "labelOverlap": True}}
_MILLION = text("chart.million", "Million")


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
    long = pl.concat(
        [rows.select("year", amount=pl.col(name), line=pl.lit(said(words))) for name, words in _LINES.items()]
    ).drop_nulls("amount")
    names = [said(words) for words in _LINES.values()]
    encoding = {
        "x": {"field": "year", **_YEARS},
        "y": {"field": "amount", "type": "quantitative", "title": y_title, "axis": {"format": AMOUNT}},
        "color": {"field": "line", "type": "nominal", "title": None, "sort": names,
                  "scale": {"domain": names, "range": [MUTED, ACCENT, WARM]}},
        "strokeDash": {"field": "line", "type": "nominal", "sort": names, "legend": None},
        "tooltip": [
            {"field": "year", "type": "ordinal", "title": text("chart.year", "year")},
            {"field": "line", "type": "nominal", "title": text("chart.line", "line")},
            {"field": "amount", "type": "quantitative", "format": ",.2f", "title": y_title},
        ],
    }  # fmt: skip
    mark = {"type": "line", "point": True, "strokeWidth": 2.2}
    return specification(long, title, height=260, mark=mark, encoding=encoding, legend_below=True)
