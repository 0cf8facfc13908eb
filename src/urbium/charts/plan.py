"""Plan: the charts of a plan: how far it is, what it uses of budgets and people, two plans side by side."""

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
from urbium.charts.theme import INK, PAPER, RAMP, WARM
from urbium.text import Text, say, text
from urbium.units import money_size

_PHASES = (
    text("Completed earlier"),
    text("Under construction"),
    text("Not started"),
)
_PHASE_FILLS = (RAMP[4], RAMP[2], RAMP[0])


def phases(table: pl.DataFrame, *, title: str = "") -> Spec:
    """Draw how far all projects are in each year: finished before it, being built in it, not begun.

    Parameters
    ----------
    table : one row a year, with ``year``, ``building`` (in it), ``finishes`` (at its end) and ``finished``
        (by its end)
    """
    rows = known_rows(table, "year", "building", "finishes", "finished").sort("year")
    before = pl.col("finished") - pl.col("finishes")
    total = rows.select((before + pl.col("building")).max()).item() or 0
    phase_titles = [said(phase) for phase in _PHASES]
    long = pl.concat(
        [
            rows.select("year", phase=pl.lit(phase), projects=count.cast(pl.Int64), place=pl.lit(place))
            for place, (phase, count) in enumerate(
                zip(
                    phase_titles,
                    (before, pl.col("building"), total - before - pl.col("building")),
                    strict=True,
                )
            )
        ]
    ).filter(pl.col("projects") > 0)
    colour = nominal(
        "phase",
        title=None,
        sort=None,
        legend={"values": phase_titles[::-1]},
        scale={"domain": list(_PHASES), "range": list(_PHASE_FILLS)},
    )
    encoding = {
        "x": _years(),
        "y": quantitative("projects", title=text("Projects"), axis={"format": ",d"}),
        "color": colour,
        "order": quantitative("place"),
        "tooltip": [
            ordinal("year", title=text("year")),
            nominal("phase", title=text("phase")),
            quantitative("projects", format=",d", title=text("projects")),
        ],
    }
    mark = {"type": "bar", "stroke": PAPER, "strokeWidth": 1, "width": {"band": 0.72}}
    finding: Text | str = ""
    if total:
        most = rows["building"].max()
        reached = rows.filter(2 * pl.col("finished") >= total)
        half = pl.concat([reached, rows.tail(1)]).row(0, named=True)
        finding = text(
            "Construction peaks in {years:list}, with {building:,} of {total:,} projects under "
            "construction; {share:.0%} of all projects are completed by the end of {half}",
            years=rows.filter(building=most)["year"].sort().to_list(),
            building=most,
            total=total,
            share=half["finished"] / total,
            half=half["year"],
        )
    return specification(long, title, finding=finding, height=220, mark=mark, encoding=encoding)


def budgets(
    table: pl.DataFrame,
    *,
    title: str = "",
    currency: str = "",
    full: float = 1.0,
) -> Spec:
    """Draw what is spent of a budget in each year: the budget behind, what is spent before it, and the share.

    Parameters
    ----------
    table : one row a year, with ``year``, ``budget``, ``spent`` and ``share`` (0 to 1; may be null)
    currency : of which the amounts are millions
    full : the share from which on a budget is marked as used up
    """
    rows = known_rows(table, "year", "budget", "spent", needed=("share",)).sort("year")
    rows = rows.with_columns(top=pl.max_horizontal("budget", "spent"))
    size = money_size(currency, rows["top"])
    rows = rows.with_columns(pl.col("budget", "spent", "top") * size.factor)
    tips = [
        ordinal("year", title=text("year")),
        quantitative("budget", format=size.form(0), title=text("budget")),
        quantitative("spent", format=size.form(0), title=text("spent")),
        quantitative("share", format=".1%", title=text("used")),
    ]
    axis = {"type": "quantitative", "title": size.words, "axis": {"format": AMOUNT}}
    behind = {
        "mark": {"type": "bar", "color": RAMP[0], "width": {"band": 0.8}},
        "encoding": {"y": {"field": "budget", **axis}, "tooltip": tips},
    }
    before = {
        "mark": {"type": "bar", "width": {"band": 0.5}},
        "encoding": {
            "y": {"field": "spent", **axis},
            "tooltip": tips,
            "color": {"condition": {"test": f"datum.share >= {full}", "value": WARM}, "value": RAMP[3]},
        },
    }
    figures = {
        "transform": [{"filter": "isValid(datum.share)"}],
        "mark": {"type": "text", "dy": -7, "fontSize": 11, "color": INK},
        "encoding": {
            "y": {"field": "top", **axis},
            "text": quantitative("share", format=".0%"),
        },
    }
    used = rows.drop_nulls("share").sort("share", "year", descending=[False, True])
    finding: Text | str = ""
    if used.height:
        peak = used.row(-1, named=True)
        finding = text(
            "From {first} to {last}, use of the budget is highest in {year}: {share:.0%}",
            first=used["year"].min(), last=used["year"].max(), year=peak["year"], share=peak["share"]
        )  # fmt: skip
    layers = [behind, before, figures]
    return specification(rows, title, finding=finding, height=220, encoding={"x": _years()}, layer=layers)


def shares(
    table: pl.DataFrame,
    *,
    title: str = "",
    row: str = "occupation",
    share_title: str = text("used"),
    full: float = 1.0,
) -> Spec:
    """Draw a share for each row and year as cells that carry their figure; full ones are marked.

    Parameters
    ----------
    table : rows with ``row``, ``year`` and ``share`` (0 to 1, or above)
    full : the share from which on a cell is marked
    """
    rows = known_rows(table, row, "year", "share").sort(row, "year")
    encoding = {
        "x": _years(orient="top"),
        "y": nominal(row, sort=None, title=None, axis=NAMES),
        "tooltip": [
            nominal(row, title=text("name")),
            ordinal("year", title=text("year")),
            quantitative("share", format=".1%", title=share_title),
        ],
    }
    cell = {
        "mark": {"type": "rect", "stroke": PAPER, "strokeWidth": 2, "cornerRadius": 3},
        "encoding": {
            "color": quantitative(
                "share", condition={"test": f"datum.share >= {full}", "value": WARM}, legend=None,
                scale={"range": list(RAMP), "domain": [0, 1], "clamp": True},
            )
        },
    }  # fmt: skip
    figures = {
        "mark": {"type": "text", "fontSize": 11},
        "encoding": {
            "text": quantitative("share", format=".0%"),
            "color": {"condition": {"test": "datum.share > 0.55", "value": PAPER}, "value": INK},
        },
    }
    finding: Text | str = ""
    if rows.height:
        most = rows.sort("share", maintain_order=True).row(-1, named=True)
        finding = text("Highest: {name}, {share:.0%} in {year}", name=most[row], share=most["share"],
                       year=most["year"])  # fmt: skip
    return specification(
        rows, title, finding=finding, height={"step": ROW}, encoding=encoding, layer=[cell, figures]
    )


def two_plans(
    table: pl.DataFrame,
    names: tuple[str, str],
    *,
    title: str = "",
    currency: str = "",
) -> Spec:
    """Draw the capital of two plans by year, as bars side by side.

    Parameters
    ----------
    table : one row a year, with ``year``, ``capital_a`` and ``capital_b``
    names : what the two are called
    currency : of which the amounts are millions
    """
    rows = known_rows(table, "year", "capital_a", "capital_b").sort("year")
    size = money_size(currency, [*rows["capital_a"], *rows["capital_b"]])
    first, second = (str(say(name)) for name in names)
    if first == second:
        first, second = text("{name} (a)", name=first).render(), text("{name} (b)", name=second).render()
    long = pl.concat(
        [
            rows.select("year", plan=pl.lit(name), amount=pl.col(column) * size.factor, place=pl.lit(place))
            for place, (name, column) in enumerate(((first, "capital_a"), (second, "capital_b")))
        ]
    )
    domain = [first, second]
    encoding = {
        "x": _years(),
        "xOffset": nominal("plan", sort=domain),
        "y": quantitative("amount", title=size.words, axis={"format": AMOUNT}),
        "color": nominal("plan", title=None, sort=domain, scale={"domain": domain, "range": [RAMP[3], WARM]}),
        "tooltip": [
            ordinal("year", title=text("year")),
            nominal("plan", title=text("plan")),
            quantitative("amount", format=size.form(0), title=size.words),
        ],
    }  # fmt: skip
    mark = {"type": "bar", "cornerRadiusEnd": 2}
    finding = text(
        "Over all years: {first} {sum_first:millions}, {second} {sum_second:millions}",
        first=first,
        sum_first=rows["capital_a"].sum(),
        second=second,
        sum_second=rows["capital_b"].sum(),
    )
    return specification(long, title, finding=finding, height=260, mark=mark, encoding=encoding)


def _years(orient: str = "bottom") -> Spec:
    axis = {
        "labelAngle": 0, "labelOverlap": True, "labelSeparation": 8, "grid": False, "domain": False,
        "orient": orient,
    }  # fmt: skip
    return ordinal("year", title=None, axis=axis)
