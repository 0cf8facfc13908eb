"""Standing: charts of how cities stand in an index: ranks with their intervals, profiles, sides, years."""

import polars as pl

from urbium.charts.frame import ROW, Spec, known_rows, nominal, quantitative, said, specification, tips
from urbium.charts.theme import ACCENT, CATEGORIES, DIVERGING, FAINT, INK, MUTED, RAMP, TINT, WARM
from urbium.text import Text, say, text

_SCORE = text("Score (0 to 100)")
_MANY = 60  # rows from which they are drawn closer together
_CLOSE = 16
_ROOM = 25  # pixels above a row for its name, which the figures of the row do not reach


def rank_intervals(
    table: pl.DataFrame, *, title: str = "", label: str = "name", city: str = "", most: int | None = 30
) -> Spec:
    """Draw the rank of each city as a dot on the interval in which its rank lies, over bands of tiers.

    Parameters
    ----------
    table : one row a city, with ``city``, ``label``, ``rank``, ``rank_low``, ``rank_high`` and ``tier``
        (the last three may be null); ``region``, where it is there, tells cities of one name apart
    city : the code of the city that is marked
    most : how many rows are drawn at most, around the marked city or from the first; all when None

    Raises InputError when a column is missing.

    >>> names = {"city": ["1", "2"], "name": ["Delft", "Gouda"]}
    >>> ranks = {"rank": [1, 2], "rank_low": [1, 1], "rank_high": [2, 2], "tier": [1, 1]}
    >>> spec = rank_intervals(pl.DataFrame(names | ranks), most=1)
    >>> [row["name"] for row in spec["data"]["values"]]
    ['Delft']
    """
    ranked = known_rows(
        table, "city", label, "rank", needed=("rank_low", "rank_high", "tier")
    ).sort("rank", "city")  # fmt: skip
    is_first = pl.col("tier") != pl.col("tier").shift(1).fill_null(0)
    rows = window(_told_apart(ranked, label), city, most).select(
        "city", "name", "rank", "rank_low", "rank_high", "tier",
        band=(pl.col("tier").rank("dense") % 2).fill_null(0).cast(pl.Int64),
        head=pl.when(is_first).then("tier"),
        span=pl.format("{}–{}", "rank_low", "rank_high"),
    )  # fmt: skip
    groups = [None if tier is None else said(text("group {group}", group=tier)) for tier in rows["head"]]
    rows = rows.with_columns(pl.Series("head", groups, pl.String))
    picked = rows.filter(pl.col("city") == city)["name"].to_list()
    axis = {"labelLimit": 230, "labelColor": _if_named(picked, WARM, INK), "domain": False,
            "labelFontWeight": _if_named(picked, "bold", "normal"),
            "labelFontSize": 12 if rows.height <= _MANY else 11}  # fmt: skip
    place = nominal("name", sort=None, title=None, scale={"padding": 0, "domain": _names(rows)}, axis=axis)
    rank = quantitative(
        "rank",
        title=text("Rank (1 is best)"),
        scale={"zero": False, "nice": False, "domain": _reach(rows), "padding": 8},
        axis={"orient": "top", "tickMinStep": 1, "format": "d"},
    )
    colour = _picked(city, WARM, ACCENT)
    tips = [
        ("name", "title"),
        ("rank", text("rank")),
        ("span", text("in at least 90% of the runs")),
        ("tier", text("group")),
    ]
    band = {
        "transform": [{"filter": "datum.band === 1"}],
        "mark": {"type": "rect", "color": TINT, "opacity": 0.8},
        "encoding": {"x": {"value": 0}, "x2": {"value": "width"}},
    }
    interval = {
        "transform": [{"filter": "datum.rank_low !== null && datum.rank_high !== null"}],
        "mark": {"type": "rule", "strokeWidth": 7, "strokeCap": "round"},
        "encoding": {
            "x": rank | {"field": "rank_low"},
            "x2": {"field": "rank_high"},
            "color": _picked(city, DIVERGING[1], RAMP[1]),
        },
    }
    dot = {
        "mark": {"type": "point", "filled": True, "size": 54, "opacity": 1},
        "encoding": {"x": rank, "color": colour,
                     "tooltip": [{"field": field, "title": words} for field, words in tips]},
    }  # fmt: skip
    heads = {
        "transform": [{"filter": "datum.head !== null"}],
        "mark": {"type": "text", "align": "left", "dx": 6, "color": MUTED, "fontSize": 11},
        "encoding": {"x": {"value": "width"}, "text": {"field": "head"}},
    }
    return specification(
        rows,
        title,
        height={"step": ROW if rows.height <= _MANY else _CLOSE},
        encoding={"y": place},
        finding=_rank_said(rows.filter(city=city)),
        layer=[band, interval, dot, heads],
    )


def _rank_said(picked: pl.DataFrame) -> Text | str:
    """Say the rank of the marked city, with the interval in which it lies."""
    if picked.is_empty():
        return ""
    row = picked.row(0, named=True)
    if row["rank_low"] is None or row["rank_high"] is None:
        return text("{name}: rank {rank}", name=row["name"], rank=row["rank"])
    return text("{name}: rank {rank} ({low} to {high} in at least 90% of the runs)", name=row["name"],
                rank=row["rank"], low=row["rank_low"], high=row["rank_high"])  # fmt: skip


def pillar_profile(table: pl.DataFrame, *, title: str = "", city: str = text("This city")) -> Spec:
    """Draw the pillar scores of a city as dots over the middle half and the median of its peers.

    Parameters
    ----------
    table : one row a pillar, with ``name``, ``score``, ``low``, ``median`` and ``high`` (0 to 100): the
        quartiles of the peers; those and the score may be null
    city : what the dots are called

    Raises InputError when a column is missing.
    """
    rows = known_rows(table, "name", needed=("score", "low", "median", "high"))
    rows = rows.select("name", "score", "low", "median", "high")
    words = (
        str(say(city)),
        said(text("Median of the peers")),
        said(text("Middle half of the peers")),
    )
    kinds = {"domain": list(words), "range": [WARM, RAMP[4], RAMP[1]]}

    legend = {"symbolType": "square", "symbolOpacity": 1, "columns": 1}

    def called(place: int) -> Spec:
        return {
            "datum": words[place],
            "type": "nominal",
            "title": None,
            "scale": kinds,
            "legend": legend,
        }

    place = _place(rows, 220)
    ticks = {"values": [0, 25, 50, 75, 100]}
    axis = {"type": "quantitative", "title": _SCORE, "scale": {"domain": [0, 100]}, "axis": ticks}
    half = {
        "transform": [{"filter": "datum.low !== null && datum.high !== null"}],
        "mark": {"type": "bar", "height": {"band": 0.42}, "cornerRadius": 3},
        "encoding": {"x": axis | {"field": "low"}, "x2": {"field": "high"}, "color": called(2)},
    }
    middle = {
        "transform": [{"filter": "datum.median !== null"}],
        "mark": {"type": "tick", "thickness": 3, "height": {"band": 0.6}, "opacity": 1},
        "encoding": {"x": axis | {"field": "median"}, "color": called(1)},
    }
    scored = {"transform": [{"filter": "datum.score !== null"}]}
    dot = scored | {
        "mark": {"type": "point", "filled": True, "shape": "diamond", "size": 170, "opacity": 1},
        "encoding": {
            "x": axis | {"field": "score"},
            "color": called(0),
            "tooltip": tips(
                ("name", "title", ""),
                ("score", city, ".1f"),
                ("median", text("median"), ".1f"),
                ("low", text("first quartile"), ".1f"),
                ("high", text("third quartile"), ".1f"),
            ),
        },
    }
    figure = scored | {
        "mark": {"type": "text", "dy": -23, "color": INK, "fontSize": 12, "fontWeight": 600},
        "encoding": {"x": axis | {"field": "score"}, "text": {"field": "score", "format": ".0f"}},
    }
    missing = {
        "transform": [{"filter": "datum.score === null"}],
        "mark": {"type": "text", "align": "left", "dx": 4, "color": MUTED, "fontStyle": "italic"},
        "encoding": {"x": {"value": 0}, "text": {"value": text("no score")}},
    }
    layers = [half, middle, dot, figure, missing]
    above = rows.select("name", above=pl.col("score") - pl.col("median")).drop_nulls()
    parts = [
        text("{name} {points:+.1f}", name=name, points=points)
        for name, points in above.sort("above", "name", descending=[True, False]).iter_rows()
    ]
    finding: Text | str = ""
    if len(parts) > 1:
        finding = text("Points above or below the median of the peers: {parts:commas}", parts=parts)
    return specification(
        rows, title, finding=finding, height={"step": 56}, encoding={"y": place}, layer=layers,
        usermeta={"room": _ROOM},
    )  # fmt: skip


def pillars_compared(table: pl.DataFrame, *, order: list[str], cities: list[str], title: str = "") -> Spec:
    """Draw the pillar scores of a few cities as dots, one row a pillar, one colour a city.

    Parameters
    ----------
    table : one row a city and pillar, with ``name`` (of the pillar), ``place`` (of the city) and ``score``
    order, cities : the pillars from top to bottom, and the cities in the order of their colours

    Raises InputError when a column is missing.

    >>> rows = pl.DataFrame({"name": ["Economy"] * 2, "place": ["Delft", "Gouda"], "score": [40.0, 60.0]})
    >>> spec = pillars_compared(rows, order=["Economy"], cities=["Delft", "Gouda"])
    >>> [row["place"] for row in spec["data"]["values"]]
    ['Delft', 'Gouda']
    """
    rows = known_rows(table, "name", "place", "score").select("name", "place", "score")
    place = _place(rows, 220) | {"scale": {"domain": order}}
    score = quantitative("score", title=_SCORE, scale={"domain": [0, 100]})
    colour = nominal("place", title=None, scale={"domain": cities, "range": list(CATEGORIES[: len(cities)])})
    dot = {
        "mark": {"type": "point", "filled": True, "size": 170, "opacity": 0.9},
        "encoding": {
            "x": score,
            "color": colour,
            "shape": colour | {"scale": {"domain": cities}},
            "tooltip": tips(("place", "title", ""), ("name", text("field"), ""), ("score", _SCORE, ".1f")),
        },
    }
    return specification(rows, title, height={"step": 46}, encoding={"y": place}, layer=[dot])


def sides(table: pl.DataFrame, *, title: str = "") -> Spec:
    """Draw where a city stands best and worst: the share of the others that it is ahead of.

    Parameters
    ----------
    table : one row an indicator, best first, with ``name``, ``rank`` and ``of`` (how many are ranked); a bar
        to the right is ahead of more than half of the others, one to the left of less

    Raises InputError when a column is missing.

    >>> spec = sides(pl.DataFrame({"name": ["Beds", "Parks"], "rank": [1, 5], "of": [5, 5]}))
    >>> [row["ahead"] for row in spec["data"]["values"]]
    [100.0, 0.0]
    """
    rows = known_rows(table, "name", "rank", "of").filter(pl.col("of") > 1)
    rows = rows.unique("name", keep="first", maintain_order=True).select(
        "name",
        "rank",
        "of",
        ahead=100 * (pl.col("of") - pl.col("rank")) / (pl.col("of") - 1),
    )
    places = [
        said(text("{rank} of {count}", rank=rank, count=of)) for rank, of in rows.select("rank", "of").rows()
    ]
    rows = rows.with_columns(pl.Series("told", places, pl.String))
    place = _place(rows, 0) | {"axis": None}
    length = quantitative(
        "ahead",
        title=text("Share of the other cities that are behind (%)"),
        scale={"domain": [0, 100]},
        axis={"values": [0, 25, 50, 75, 100]},
    )
    is_strong = "datum.ahead >= 50"
    bar = {
        "mark": {"type": "bar", "height": 13, "yOffset": 9},
        "encoding": {
            "x": length, "x2": {"datum": 50},
            "color": {"condition": {"test": is_strong, "value": ACCENT}, "value": WARM},
            "tooltip": tips(("name", "title", ""), ("told", text("rank"), ""),
                             ("ahead", text("ahead of, %"), ".0f")),
        },
    }  # fmt: skip
    right, left = (
        {
            "transform": [{"filter": is_strong if to_right else f"!({is_strong})"}],
            "mark": {"type": "text", "align": "right" if to_right else "left",
                     "dx": -6 if to_right else 6, "dy": 9, "color": INK, "fontSize": 11},
            "encoding": {"x": {"datum": 50}, "text": {"field": "told"}},
        }
        for to_right in (True, False)
    )  # fmt: skip
    names = {
        "mark": {"type": "text", "align": "left", "dy": -8, "color": INK, "fontSize": 12},
        "encoding": {"x": {"value": 0}, "text": {"field": "name"}},
    }
    layers = [bar, right, left, names]
    finding: Text | str = ""
    if rows.height > 1:
        best, worst = rows.row(0, named=True), rows.row(-1, named=True)
        finding = text("Best: {best}; weakest: {worst}", best=best["name"], worst=worst["name"])
    return specification(
        rows, title, finding=finding, height={"step": 42}, encoding={"y": place}, layer=layers
    )


def score_years(table: pl.DataFrame, *, title: str = "", city: str = "") -> Spec:
    """Draw scores over the years, one line a name; that of the city stands out, and each names itself.

    Parameters
    ----------
    table : rows with ``name``, ``year`` and ``score`` (0 to 100; null where there is none)
    city : the name whose line stands out

    Raises InputError when a column is missing.
    """
    rows = known_rows(table, "name", "year", "score").select("name", "year", "score").sort("name", "year")
    is_own = f"datum.name === {city!r}"
    year = quantitative(
        "year",
        title=None,
        scale={"zero": False, "nice": False, "padding": 12},
        axis={"format": "d", "tickMinStep": 1, "grid": False},
    )
    score = quantitative("score", title=_SCORE, scale={"zero": False})
    colour = {"condition": {"test": is_own, "value": WARM}, "value": FAINT}
    line = {
        "mark": {"type": "line", "strokeWidth": 2.2},
        "encoding": {"color": nominal("name", legend=None, scale={"domain": _names(rows), "range": [
                                   WARM if name == city else FAINT for name in _names(rows)]})},
    }  # fmt: skip
    dot = {
        "mark": {"type": "point", "filled": True, "size": 40, "opacity": 1},
        "encoding": {
            "color": colour,
            "tooltip": tips(
                ("name", "title", ""),
                ("year", text("year"), "d"),
                ("score", text("score"), ".1f"),
            ),
        },
    }
    ends = {
        "data": {"values": rows.group_by("name", maintain_order=True).last().to_dicts()},
        "mark": {"type": "text", "align": "left", "dx": 8, "fontSize": 12},
        "encoding": {"text": {"field": "name"},
                     "color": {"condition": {"test": is_own, "value": WARM}, "value": MUTED}},
    }  # fmt: skip
    return specification(rows, title, height=240, encoding={"x": year, "y": score}, layer=[line, dot, ends])


def window(table: pl.DataFrame, city: str, most: int | None) -> pl.DataFrame:
    """Return at most ``most`` rows: those around the row of ``city`` when it is there, otherwise the first.

    >>> window(pl.DataFrame({"city": ["a", "b", "c", "d", "e"]}), "d", 3)["city"].to_list()
    ['c', 'd', 'e']
    """
    if most is None or table.height <= most:
        return table
    at = table.with_row_index("place").filter(pl.col("city") == city)["place"].to_list()
    first = max(0, min(at[0] - most // 2, table.height - most)) if at else 0
    return table.slice(first, most)


def _told_apart(table: pl.DataFrame, label: str) -> pl.DataFrame:
    """Name each row so that no two bear one name: by province where it is known, otherwise by code."""
    further = pl.col("region") if "region" in table.columns else pl.col("city")
    name = pl.lit(table[label])  # as it was, also where the column of that name is written anew
    named = table.with_columns(
        name=pl.when(name.is_duplicated()).then(pl.format("{} ({})", name, further)).otherwise(name)
    )
    again = pl.col("name")
    return named.with_columns(
        name=pl.when(again.is_duplicated()).then(pl.format("{} ({})", name, "city")).otherwise(again)
    )


def _reach(rows: pl.DataFrame) -> list[int]:
    """The best and the worst rank that is drawn; some span where nothing or one rank is."""
    ends = rows.select(
        low=pl.min_horizontal("rank", "rank_low").min(), high=pl.max_horizontal("rank", "rank_high").max()
    )
    low, high = ends.row(0)
    return [int(low or 1), max(int(high or 1), int(low or 1) + 1)]


def _place(rows: pl.DataFrame, limit: int) -> Spec:
    """The rows of a chart in their own order, whichever of them a layer leaves out."""
    return nominal("name", sort=None, title=None, scale={"domain": _names(rows)}, axis={"labelLimit": limit})


def _if_named(picked: list[str], then: str, otherwise: str) -> Spec | str:
    if not picked:
        return otherwise
    return {"condition": {"test": f"datum.value === {picked[0]!r}", "value": then}, "value": otherwise}


def _picked(city: str, then: str, otherwise: str) -> Spec:
    return {"condition": {"test": f"datum.city === {city!r}", "value": then}, "value": otherwise}


def _names(rows: pl.DataFrame) -> list[str]:
    return rows["name"].unique(maintain_order=True).to_list()
