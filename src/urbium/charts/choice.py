"""Choice: charts of plans beside each other, of what draws make of one, and of how one was searched for."""

import polars as pl

from urbium.charts.frame import Spec, known_rows, nominal, quantitative, specification
from urbium.charts.theme import ACCENT, CATEGORIES, FAINT, WARM
from urbium.text import Text, text

_ROOM = 0.05
"""What is left above and below the lines of a chart, as a share of their height."""


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
    across = quantitative(x, title=x_title or x, scale={"zero": False})
    up = quantitative(y, title=y_title or y, scale={"zero": False})
    tooltip = [quantitative(name, format=",.4~g") for name in (x, y, most)]
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
        "x": quantitative("worth", title=value_title, scale={"zero": False}),
        "y": quantitative("chance", title=text("Share of draws that reach this value (%)")),
        "color": nominal(
            "plan", title=None, scale={"domain": names, "range": list(CATEGORIES[: len(names)])}
        ),
        "strokeDash": nominal("plan", title=None, scale={"domain": names}),
    }
    mark = {"type": "line", "interpolate": "step-before", "strokeWidth": 2}
    return specification(rows, title, height=280, mark=mark, encoding=encoding)


def convergence(table: pl.DataFrame, *, unit: Text | str = "", title: str = "") -> Spec:
    """Draw how the best plan of a search and its bound come together, in steps over the seconds.

    Bounds far above the best plan are cut off: a search begins with one that says little.

    Parameters
    ----------
    table : rows with ``seconds``, ``gain`` of the best plan and ``most`` that any could gain; null while
        unknown
    unit : of the benefit

    >>> spec = convergence(pl.DataFrame({"seconds": [0.5, 2.0], "gain": [1.0, 3.0], "most": [None, 4.0]}))
    >>> [(row["seconds"], row["line"], row["value"]) for row in spec["data"]["values"]]
    [(0.5, 'Best plan', 1.0), (2.0, 'Best plan', 3.0), (2.0, 'Bound', 4.0)]
    """
    best, bound = text("Best plan"), text("Bound")
    lines = (("gain", best), ("most", bound))
    rows = pl.concat(
        known_rows(table, "seconds", column).select(
            pl.col("seconds").round(1), line=pl.lit(str(line)), value=pl.col(column).cast(pl.Float64())
        )
        for column, line in lines
    )
    low, best_gain, high = table["gain"].min(), table["gain"].max(), table["most"].max()
    ends = [value for value in (low, best_gain, high) if isinstance(value, int | float)] or [0.0, 1.0]
    top = min(max(ends), 2 * best_gain) if isinstance(best_gain, int | float) else max(ends)
    room = _ROOM * (top - min(ends))
    encoding = {
        "x": quantitative("seconds", title=text("Seconds")),
        "y": quantitative(
            "value",
            title=text("Plan benefit, {unit}", unit=unit) if unit else text("Plan benefit"),
            scale={"domain": [min(ends) - room, top + room], "nice": False},
        ),
        "color": nominal("line", title=None, scale={"domain": [best, bound], "range": [ACCENT, WARM]}),
        "tooltip": [
            nominal("line", title=text("line")),
            quantitative("seconds", title=text("seconds")),
            quantitative("value", format=",.5~g", title=text("benefit")),
        ],
    }  # fmt: skip
    mark = {"type": "line", "interpolate": "step-after", "strokeWidth": 2, "point": True, "clip": True}
    return specification(rows, title, height=260, mark=mark, encoding=encoding)
