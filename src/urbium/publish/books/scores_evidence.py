"""Evidence: the sheets of a measurement that say what it was made of and where every figure comes from."""

from typing import Any, Final

import polars as pl

from urbium.columns import column
from urbium.measure.indicators import formula_words
from urbium.observations.in_force import say_lack
from urbium.publish.books.band_columns import filled
from urbium.publish.books.scores_desk import Desk
from urbium.text import Text, coded, declared, named, text, texts

_CELLS: Final = (
    "period", "value", "unit", "area", "status", "quality", "source", "file", "sheet", "cell", "recorded_by",
    "recorded_at", "cells.reason",
)  # fmt: skip


def write_weights(desk: Desk) -> None:
    """The tree with weights, formulas and goalposts, from the root down."""
    layout, nodes = desk.scores.build.layout, desk.scores.build.layout.nodes
    posts = {row["indicator"]: row for row in desk.scores.goalposts.iter_rows(named=True)}
    within, whole = [1.0] * len(nodes), [1.0] * len(nodes)
    for place, children in enumerate(layout.children):
        total = sum(nodes[child].weight for child in children)
        for child in children:
            within[child] = nodes[child].weight / total if total else 0.0
            whole[child] = whole[place] * within[child]
    leaves = [
        desk.catalogue.indicators.get(node.id) if not layout.children[place] else None
        for place, node in enumerate(nodes)
    ]
    ways = {
        1: text("higher is better"),
        -1: text("lower is better"),
        0: text("without direction"),
    }
    titles = {node.id: named(node.name, node.id).render() for node in nodes}
    variables = desk.catalogue.variables

    def post(end: str, *, holder: bool = False) -> list[Any]:
        rows = [posts.get(node.id, {}) for node in nodes]
        return [desk.names.get(row.get(f"{end}_city") or "", "") if holder else row.get(end) for row in rows]

    columns = [
        filled("node", [titles[node.id] for node in nodes]),
        filled("id", [node.id for node in nodes]),
        filled("parent", [titles.get(node.parent, "") for node in nodes]),
        filled("within", within),
        filled("effective_weight", whole, has_bars=True),
        filled("direction", [ways[leaf.direction] if leaf else "" for leaf in leaves]),
        filled("unit", [leaf.unit if leaf else "" for leaf in leaves]),
        filled("formula", [formula_words(leaf, variables) if leaf else "" for leaf in leaves]),
        filled("weights.low", post("low")),
        filled("low_city", post("low", holder=True)),
        filled("weights.high", post("high")),
        filled("high_city", post("high", holder=True)),
        filled("benchmark", [leaf.benchmark if leaf else None for leaf in leaves]),
        filled("standard", [f"{leaf.standard} {leaf.edition}" if leaf else "" for leaf in leaves]),
    ]
    note = text("Where a part is unknown, the weights of the known parts are rescaled to sum to one.")
    desk.book.table(
        "Weights",
        coded("book.scores.weights.title", "{title}: weights and formulas", title=desk.title),
        note,
        columns,
    )


def write_missing(desk: Desk) -> None:
    """Every value that is not known, why, and what was filled in for it."""
    lacking = desk.scores.indicators.filter(pl.col("value").is_null())
    order = {code: place for place, code in enumerate(desk.codes)}
    rows = sorted(lacking.iter_rows(named=True), key=lambda row: order[row["city"]])
    titles = {leaf.id: named(leaf.name, leaf.id).render() for leaf in desk.leaves()}
    columns = [
        *desk.who([row["city"] for row in rows]),
        filled("indicator", [titles[row["indicator"]] for row in rows]),
        filled("state", [row["status"] for row in rows]),
        filled("why", [desk.scores.said(row["reason"]) for row in rows]),
        filled("entered", [row["entered"] for row in rows]),
        filled("unit", [row["unit"] for row in rows]),
    ]
    note = texts(
        "{count} value is missing; reporting it would raise the coverage of this city.",
        "{count:,} values are missing; reporting them would raise the coverage of the cities listed.",
        count=len(rows),
    )
    desk.book.table(
        "Missing",
        coded("book.scores.missing.title", "{title}: missing values", title=desk.title),
        note,
        columns,
        fixed=2,
    )


def write_cells(desk: Desk, sheet: str, table: pl.DataFrame, note: Text, title: Text) -> None:
    """Observations with the cells they came from."""
    ordered = table.sort("city", "variable", "period", "area", "source", nulls_last=True)
    variables = [desk.catalogue.variables[name] for name in ordered["variable"]]
    columns = [
        *desk.who(ordered["city"].to_list()),
        filled("variable", [named(variable.name, variable.id).render() for variable in variables]),
        filled("code.variable", ordered["variable"].to_list()),
    ]
    if "why" in ordered.columns:
        columns.append(filled("why_not", [say_lack(why) for why in ordered["why"]]))
    for key in _CELLS:
        cells = ordered[column(key).name].to_list()
        if key == "recorded_at":
            cells = [instant.isoformat(" ", "seconds")[:19] if instant else "" for instant in cells]
        columns.append(filled(key, cells))
    desk.book.table(sheet, title, note, columns, fixed=2)


def write_sources(desk: Desk) -> None:
    """Who published the figures, under what licence, and how many were used."""
    both = pl.concat([desk.scores.used.select("source"), desk.scores.withheld.select("source")])
    names = sorted({name or "" for name in both["source"]})
    used: dict[str, int] = dict(desk.scores.used["source"].fill_null("").value_counts().iter_rows())
    publishers = [desk.scores.sources.get(name) for name in names]
    parts = ("publisher", "sources.title", "sources.year", "licence", "origin")
    columns = [
        filled("sources.id", [name or text("not stated") for name in names]),
        *(
            filled(key, [getattr(source, column(key).name) if source else "" for source in publishers])
            for key in parts
        ),
        filled("note", [declared(source.note) if source else "" for source in publishers]),
        filled("sources.figures", [used.get(name, 0) for name in names]),
    ]
    note = text("Figures are quoted with their publisher; check the licence before passing them on.")
    desk.book.table(
        "Sources", coded("book.scores.sources.title", "{title}: sources", title=desk.title), note, columns
    )
