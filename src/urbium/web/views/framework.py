"""Framework: the page of an index: its ranking, what it is made of, how its parts move together, what-if."""

from collections.abc import Container, Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlencode

import polars as pl

from urbium import charts
from urbium.model import Index
from urbium.packaged import words_of
from urbium.programme import Programme
from urbium.programme.base.method import in_words, mean_options, normalising_options
from urbium.text import Text, meant, named, text, texts
from urbium.text.naming import by_language
from urbium.web.rendering.drawing import Drawer, Drawing
from urbium.web.rendering.parameters import FromDrawer, FromOffice, Given, OfCity, Segment, Word
from urbium.web.rendering.words import number
from urbium.web.views.analysis import analysed, column
from urbium.web.views.frames import NAMES, named_cities
from urbium.web.views.index import RankChanges, analysis, best, index_of, moved, scores_of, standings
from urbium.web.views.licences import ranking_title, terms
from urbium.web.views.whatif import asked, changes, controls, said

SHOWN: Final[Mapping[str, Text]] = words_of("shown cities")
"""Which cities the chart of ranks may show."""

RELATIONS: Final[Mapping[str, Text]] = words_of("relation of definitions")
"""What may have become of an indicator in the next edition of its standard."""

_MOST = 20
_BEST = 10


@dataclass(frozen=True, slots=True)
class IndexQuery:
    """Which cities the chart shows, around which one, and what is to be otherwise."""

    show: str = "top"
    city: str = ""
    given: Mapping[str, str] = field(default_factory=dict)


def indices(office: FromOffice) -> dict[str, Any]:
    """Gather the list of declared indices; the adopted one says so."""
    scores = office.adopted("scores")
    rows = [
        {
            "id": index.id,
            "name": named(index.name, index.id).render(),
            "indicators": len(index.indicators),
            "pillars": len(_children(index)[_root(index)]),
            "standard": index.standard,
            "note": index.note,
            "period": scores.period if scores is not None and scores.index.id == index.id else None,
        }
        for index in office.catalogue.indices.values()
    ]
    return {"indices": sorted(rows, key=lambda row: (row["period"] is None, row["name"]))}


def framework(
    office: FromOffice,
    drawer: FromDrawer,
    given: Given,
    name: Segment,
    *,
    show: Word = "top",
    code: OfCity = "",
) -> dict[str, Any]:
    """Gather the page of an index; without adopted scores it shows what the index is made of."""
    query = IndexQuery(show, code, given)
    index = index_of(office, name)
    scores = scores_of(office, index)
    wanted = asked(index, query.given)
    parts = analysis(office) if scores is not None else None
    nodes = _nodes(office, index, scores, parts)
    context: dict[str, Any] = {
        "index": index,
        "title": named(index.name, index.id).render(),
        "steps": in_words(index if scores is None else scores.index),
        "period": None,
        "scores": None,
        "controls": controls(index, wanted),
        "ways": {name: step.option for name, step in normalising_options().items()},
        "means": mean_options(),
        "wanted": wanted,
        "figures": [
            (node.id, named(node.name, node.id).render())
            for node in index.nodes
            if node.id in index.indicators
        ],
        "query": urlencode(wanted.query),
        "nodes": nodes,
        "editions": _editions(office, index),
        "sunburst": drawer.draw(charts.sunburst(pl.DataFrame(nodes, infer_schema_length=None))),
        "greyed": sum(1 for row in nodes if row["remark"]),
        "correlations": None,
        "statistics": [],
        "columns": [],
    }
    if scores is None:
        return context
    return (
        context
        | _ranked(office, drawer, scores, query, changes(index, wanted))
        | analysed(drawer, index, parts)
    )


def record(office: Programme, name: str) -> dict[str, Any]:
    """Return an index for programs: its tree with effective weights, its rules, and its adopted ranking."""
    declared = index_of(office, name)
    scores = scores_of(office, declared)
    index = declared if scores is None else scores.index
    parts = analysis(office) if scores is not None else None
    return {
        "id": index.id,
        "name": dict(index.name),
        "period": None if scores is None else scores.period,
        "steps": [str(step) for step in index.steps],
        "aggregate": [str(way) for way in index.aggregate],
        "availability": index.availability,
        "maximum_age": index.maximum_age,
        "note": index.note,
        "nodes": [
            {key: row[key] for key in ("node", "parent", "name", "declared", "weight", "remark")}
            for row in _nodes(office, index, scores, parts)
        ],
        "cities": [] if scores is None else standings(scores).to_dicts(),
    }


def _editions(office: Programme, index: Index) -> list[dict[str, Any]]:
    """Return what became of each indicator of a standard in its next edition, as its crosswalk says."""
    rows = office.catalogue.editions.filter(standard=index.standard)
    return [
        {
            "old": _of_edition(row, "old"),
            "new": _of_edition(row, "new"),
            "relation": RELATIONS.get(row["relation"], row["relation"]),
            "note": row["note"],
            "evidence": row["evidence"],
        }
        for row in rows.iter_rows(named=True)
    ]


def _of_edition(row: Mapping[str, str], side: str) -> str:
    """Return an indicator as its edition names it; empty where that edition has none."""
    names = named(by_language(row, f"{side}_name"))
    return f"{row[f'{side}_edition']} {row[side]} {names.render()}" if row[side] else ""


# The ranking, as declared and as changed


def places(table: pl.DataFrame) -> dict[str, str]:
    """Return what cities are called in a form, by code: the name, or the code where two share a name."""
    called = pl.when(pl.col("name").is_unique()).then("name").otherwise("city")
    return dict(table.select("city", called.alias("called")).sort("called").iter_rows())


def _ranked(
    office: Programme,
    drawer: Drawer,
    scores: Any,  # noqa: ANN401 - the scores' own class
    query: IndexQuery,
    change: RankChanges,
) -> dict[str, Any]:
    names = named_cities(office).select("city", *NAMES)
    table = standings(scores).join(names, on="city", how="left", maintain_order="left")
    after = moved(office, change) if change.is_made else None
    show = query.show if query.show in SHOWN else "top"
    city = office.city(query.city).code if query.city.strip() else ""
    return {
        "scores": scores,
        "period": scores.period,
        "terms": terms(office, ranking_title(office), f"/indices/{scores.index.id}", "scores"),
        "notes": scores.notes,
        "cards": _cards(table, scores.index),
        "rows": [row | {"reason": scores.said(row["reason"])} for row in _rows(table, after)],
        "places": places(table),
        "is_changed": change.is_made,
        "said": "" if after is None else said(after, office.register.names()),
        "shown": SHOWN,
        "show": show,
        "city": query.city.strip(),
        "ranks": _ranks(drawer, table, show, city),
        "ranks_said": _ranks_said(table),
        "best": _best(office),
        "has_intervals": table["rank_low"].count() > 0,
    }  # fmt: skip


def _ranks(drawer: Drawer, table: pl.DataFrame, show: str, city: str) -> Drawing | None:
    """The chart of ranks: the first, those around a city, or all; None when no city has a rank."""
    if not table["rank"].count():
        return None
    marked = "" if show == "top" else city
    return drawer.draw(charts.rank_intervals(table, city=marked, most=None if show == "all" else _MOST))


def _rows(table: pl.DataFrame, after: pl.DataFrame | None) -> list[dict[str, Any]]:
    """The rows of the ranking, by the changed rank where something is changed."""
    if after is None:
        table = table.with_columns(
            new=pl.col("rank"), new_score=pl.col("score"), change=pl.lit(None, pl.Int64)
        )
    else:
        new = after.select("city", new="rank", new_score="score", change="change")
        table = table.join(new, on="city", how="left", maintain_order="left")
    return table.sort("new", "rank", "city", nulls_last=True).to_dicts()


def _cards(table: pl.DataFrame, index: Index) -> list[dict[str, str]]:
    scored = table.drop_nulls("rank")
    groups = table["tier"].drop_nulls().n_unique()
    width = (table["rank_high"].cast(pl.Float64) - table["rank_low"]).median()
    cards: list[dict[str, str]] = [
        {
            "figure": number(scored.height),
            "what": text("cities with a score"),
            "note": text("of {count:,}", count=table.height),
            "to": "#ranking",
        },
        {
            "figure": number(len(index.indicators)),
            "what": text("indicators"),
            "note": text("in {count} pillars", count=len(_children(index)[_root(index)])),
            "to": "#framework",
        },
    ]
    if groups and isinstance(width, float):
        cards += [
            {
                "figure": number(groups),
                "what": texts("group", "groups", count=groups),
                "note": text("of cities whose ranks cannot be told apart"),
                "to": "#intervals",
            },
            {
                "figure": number(width, 0),
                "what": meant("of a rank", "places"),
                "note": text("median width of a rank interval"),
                "to": "#intervals",
            },
        ]
    return cards


def _best(office: Programme) -> dict[str, Any] | None:
    """Which cities may be the best, the likeliest first, and how many more may be."""
    chosen = best(office, _BEST)
    if chosen is None:
        return None
    likely = chosen.table.filter(pl.col("first") > 0).sort("first", "rank", descending=[True, False])
    return {
        "count": _BEST,
        "rows": likely.head(_MOST).to_dicts(),
        "may_be": int(chosen.table["may_be"].sum()),
        "confidence": chosen.confidence,
    }


def _ranks_said(table: pl.DataFrame) -> Text:
    """What the chart of ranks shows, how many ranks are certain, and how many dots lie beside their bars."""
    scored = table.drop_nulls(["rank", "rank_low", "rank_high"])
    if scored.is_empty():
        return text(
            "Each dot is the rank of a city. No uncertainty analysis was run, so no interval is drawn."
        )
    certain = scored.filter(pl.col("rank_high") - pl.col("rank_low") <= 1).height
    beside = scored.filter(~pl.col("rank").is_between("rank_low", "rank_high")).height
    shown = text(
        "Each dot is the rank of a city, each bar the interval in which the rank lies in at least 90% of "
        "the runs with other reasonable choices, whatever values missing figures take. Cities that keep "
        "their rank to within one place: {certain} of {count}. Shaded and plain bands are groups of cities "
        "whose ranks cannot be told apart, missing figures left aside.",
        certain=certain,
        count=scored.height,
    )
    first = texts(
        "The first group has {count} city.",
        "The first group has {count} cities.",
        count=scored.filter(pl.col("tier") == 1).height,
    )
    remark = text(
        "A dot outside its bar ({count} here) marks a rank that most other choices of method do not "
        "reproduce.",
        count=beside,
    )
    return text("{shown} {first} {remark}", shown=shown, first=first,
                remark=remark if beside else "")  # fmt: skip


# What the index is made of


def _nodes(office: Programme, index: Index, scores: Any, parts: Any) -> list[dict[str, Any]]:  # noqa: ANN401 - results' own classes
    """The nodes from the root down, each below its parent, with declared and effective weight and remark."""
    below = _children(index)
    wholes = {parent: sum(node.weight for node in members) for parent, members in below.items()}
    effective = column(getattr(parts, "effective_weights", None), "node", "effective_weight")
    removal = column(getattr(parts, "removal", None), "node", "mean_change")
    remarks = _remarks(office, index, scores)
    rows: list[dict[str, Any]] = []

    def lay(parent: str, whole: float, depth: int) -> None:
        for node in below.get(parent, []):
            share = node.weight / wholes[parent] if wholes[parent] else 0.0
            weight = effective.get(node.id)
            rows.append(
                {
                    "node": node.id,
                    "parent": node.parent,
                    "name": named(node.name, node.id).render(),
                    "depth": depth,
                    "is_leaf": node.id not in below,
                    "declared": share,
                    "weight": whole * share if weight is None else weight,
                    "remark": remarks.get(node.id, ""),
                    "removal": removal.get(node.id),
                }
            )
            lay(node.id, whole * share, depth + 1)

    lay("", 1.0, 0)
    return _with_counted(rows, remarks)


def _with_counted(rows: list[dict[str, Any]], remarks: Container[str]) -> list[dict[str, Any]]:
    """Add the weight that counts: a node without any figure leaves its own to the others of its parent."""
    counts = {row["node"] for row in rows if row["is_leaf"] and row["node"] not in remarks}
    for row in reversed(rows):
        if row["node"] in counts:
            counts.add(row["parent"])
    beside: dict[str, float] = {}
    for row in rows:
        beside[row["parent"]] = beside.get(row["parent"], 0.0) + row["weight"] * (row["node"] in counts)
    counted = {"": 1.0}
    for row in rows:
        share = row["weight"] / beside[row["parent"]] if row["node"] in counts else 0.0
        counted[row["node"]] = row["counted"] = counted[row["parent"]] * share
    return rows


def _remarks(office: Programme, index: Index, scores: Any) -> dict[str, str]:  # noqa: ANN401 - the scores' own class
    """Why an indicator does not count: no direction, no figure, or figures that are all alike."""
    declared = (office.catalogue if scores is None else scores.catalogue).indicators
    remarks: dict[str, str] = {
        name: text("no direction: neither more nor less is better")
        for name in index.indicators
        if name in declared and declared[name].direction == 0
    }
    if scores is None:
        return remarks
    counted = scores.indicators.group_by("indicator").agg(
        pl.col("value").count(), kept=pl.col("normalised").count()
    )
    for row in counted.iter_rows(named=True):
        if row["kept"] == 0:
            remarks.setdefault(
                row["indicator"],
                text("no city has a figure")
                if row["value"] == 0
                else text("does not distinguish between the cities"),
            )
    return remarks


def _children(index: Index) -> dict[str, list[Any]]:
    below: dict[str, list[Any]] = {}
    for node in index.nodes:
        below.setdefault(node.parent, []).append(node)
    return below


def _root(index: Index) -> str:
    return next(node.id for node in index.nodes if not node.parent)
