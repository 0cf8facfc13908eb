"""Choice: charts of plans beside each other: what one aim costs in another, and what draws make of a plan."""

import polars as pl

from urbium.charts.frame import Spec, known_rows, specification
from urbium.charts.theme import ACCENT, CATEGORIES, FAINT
from urbium.text import text


def tradeoff(
    table: pl.DataFrame, *, x: str, y: str, most: str, title: str = "", x_title: str = "", y_title: str = ""
) -> Spec:
    """Draw plans as points between two aims, each with a bar up to what a better plan could at most reach.

    Parameters
    ----------
    table : one row a plan, with the columns ``x``, ``y`` and ``most`` (the bound of ``y``)

    >>> rows = pl.DataFrame({"capital": [1.0, 2.0], "worth": [3.0, 5.0], "bound": [3.0, 5.5]})
    >>> spec = tradeoff(rows, x="capital", y="worth", most="bound")
    >>> [layer["mark"]["type"] for layer in spec["layer"]]
    ['line', 'rule', 'point']
    """
    rows = known_rows(table, x, y, most).select(x, y, most).sort(x)
    across = {"field": x, "type": "quantitative", "title": x_title or x, "scale": {"zero": False}}
    up = {"field": y, "type": "quantitative", "title": y_title or y, "scale": {"zero": False}}
    tooltip = [{"field": name, "type": "quantitative", "format": ",.4~g"} for name in (x, y, most)]
    line = {"mark": {"type": "line", "color": FAINT, "strokeDash": [4, 3]}, "encoding": {"y": up}}
    bar = {
        "mark": {"type": "rule", "color": ACCENT, "strokeWidth": 2},
        "encoding": {"y": up, "y2": {"field": most}},
    }
    point = {
        "mark": {"type": "point", "filled": True, "size": 60, "color": ACCENT, "opacity": 1},
        "encoding": {"y": up, "tooltip": tooltip},
    }
    return specification(rows, title, height=300, encoding={"x": across}, layer=[line, bar, point])


def chances(table: pl.DataFrame, *, title: str = "", value_title: str = text("Plan benefit")) -> Spec:
    """Draw with what chance each plan is worth at least so much, as one falling line a plan.

    Parameters
    ----------
    table : rows with ``plan`` (its name) and ``worth``, one for each draw

    >>> spec = chances(pl.DataFrame({"plan": ["best", "best"], "worth": [2.0, 1.0]}))
    >>> [(row["worth"], row["chance"]) for row in spec["data"]["values"]]
    [(1.0, 100.0), (2.0, 50.0)]
    """
    rows = known_rows(table, "plan", "worth").sort("plan", "worth")
    rank = pl.int_range(pl.len()).over("plan")
    rows = rows.select("plan", "worth", chance=100 * (1 - rank / pl.len().over("plan")))
    names = rows["plan"].unique(maintain_order=True).to_list()
    encoding = {
        "x": {"field": "worth", "type": "quantitative", "title": value_title, "scale": {"zero": False}},
        "y": {
            "field": "chance",
            "type": "quantitative",
            "title": text("Share of the draws that reach it (%)"),
        },
        "color": {
            "field": "plan",
            "type": "nominal",
            "title": None,
            "scale": {"domain": names, "range": list(CATEGORIES[: len(names)])},
        },
        "strokeDash": {"field": "plan", "type": "nominal", "title": None, "scale": {"domain": names}},
    }
    mark = {"type": "line", "interpolate": "step-before", "strokeWidth": 2}
    return specification(rows, title, height=280, mark=mark, encoding=encoding)
