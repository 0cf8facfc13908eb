"""Evidence: the sheets of a measurement that say what it was made of and where every figure comes from."""

from typing import Any, Final

import polars as pl

from urbium.model import Indicator
from urbium.observations.in_force import LACKS
from urbium.publish.books.scores_desk import Desk
from urbium.publish.books.sheets import Column
from urbium.text import Text, text, texts

__all__ = ["write_cells", "write_missing", "write_sources", "write_weights"]

_CELLS: Final = {
    "period": text("book.scores.cell.period", "Period"),
    "value": text("book.scores.cell.value", "Value"),
    "unit": text("book.scores.cell.unit", "Unit"),
    "area": text("book.scores.cell.boundary", "Boundary"),
    "status": text("book.scores.cell.status", "Status"),
    "quality": text("book.scores.cell.quality_grade", "Quality grade"),
    "source": text("book.scores.cell.source_see_sources", "Source (see Sources)"),
    "file": text("book.scores.cell.file", "File"),
    "sheet": text("book.scores.cell.sheet", "Sheet"),
    "cell": text("book.scores.cell.cell", "Cell"),
    "recorded_by": text("book.scores.cell.recorded_by", "Recorded by"),
    "recorded_at": text("book.scores.cell.recorded_at_utc", "Recorded at (UTC)"),
    "reason": text("book.scores.cell.reason_given", "Reason given"),
}


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
        1: text("book.scores.higher", "higher is better"),
        -1: text("book.scores.lower", "lower is better"),
        0: text("book.scores.no_direction", "without direction"),
    }
    named = {node.id: node.name.get("en", node.id) for node in nodes}

    def post(end: str, *, holder: bool = False) -> list[Any]:
        rows = [posts.get(node.id, {}) for node in nodes]
        return [desk.names.get(row.get(f"{end}_city") or "", "") if holder else row.get(end) for row in rows]

    columns = [
        Column(
            text("book.scores.part_of_the_index", "Part of the index"),
            [named[node.id] for node in nodes],
            width=40,
        ),
        Column(text("book.scores.id", "Id"), [node.id for node in nodes], width=24),
        Column(
            text("book.scores.belongs_to", "Belongs to"),
            [named.get(node.parent, "") for node in nodes],
            width=24,
        ),
        Column(text("book.scores.weight_within_it_share", "Weight within it (share)"), within, "0.0%"),
        Column(
            text("book.scores.weight_in_the_whole_index_share", "Weight in the whole index (share)"),
            whole,
            "0.0%",
            has_bars=True,
        ),
        Column(
            text("book.scores.direction", "Direction"),
            [ways[leaf.direction] if leaf else "" for leaf in leaves],
            width=18,
        ),
        Column(text("book.scores.unit", "Unit"), [leaf.unit if leaf else "" for leaf in leaves], width=22),
        Column(
            text("book.scores.computed_as", "Computed as"),
            [_formula(desk, leaf) if leaf else "" for leaf in leaves],
            width=60,
        ),
        Column(
            text("book.scores.lowest_among_the_scored", "Lowest among the scored"),
            post("low"),
            "#,##0.00##",
            15,
        ),
        Column(text("book.scores.lowest_held_by", "Lowest held by"), post("low", holder=True), width=16),
        Column(
            text("book.scores.highest_among_the_scored", "Highest among the scored"),
            post("high"),
            "#,##0.00##",
            15,
        ),
        Column(text("book.scores.highest_held_by", "Highest held by"), post("high", holder=True), width=16),
        Column(
            text("book.scores.benchmark", "Benchmark"),
            [leaf.benchmark if leaf else None for leaf in leaves],
            "#,##0.00##",
        ),
        Column(
            text("book.scores.standard", "Standard"),
            [f"{leaf.standard} {leaf.edition}" if leaf else "" for leaf in leaves],
            width=18,
        ),
    ]
    note = text(
        "book.scores.weights.note",
        "Where a part is not known, the weights of the known parts are scaled to sum to one.",
    )
    desk.book.table(
        "Weights",
        text("book.scores.weights.title", "{title}: weights and formulas", title=desk.title),
        note,
        columns,
    )


def _formula(desk: Desk, indicator: Indicator) -> Text:
    """The formula in the names of the variables."""

    def joined(part: tuple[tuple[str, int], ...]) -> str:
        variables = desk.catalogue.variables
        named = [f"{'+' if sign > 0 else '-'} {variables[name].name.get('en', name)}" for name, sign in part]
        terms = " ".join(named).removeprefix("+ ")
        return f"({terms})" if len(part) > 1 else terms

    factor = "" if indicator.factor == 1 else f"{indicator.factor:.10g} x "
    above = f"{factor}{joined(indicator.numerator)}"
    if not indicator.denominator:
        return text("book.scores.sum", "{above}", above=above)
    return text(
        "book.scores.ratio",
        "{above} / {below}, in base units",
        above=above,
        below=joined(indicator.denominator),
    )


def write_missing(desk: Desk) -> None:
    """Every value that is not known, why, and what was filled in for it."""
    lacking = desk.scores.indicators.filter(pl.col("value").is_null())
    order = {code: place for place, code in enumerate(desk.codes)}
    rows = sorted(lacking.iter_rows(named=True), key=lambda row: order[row["city"]])
    named = {leaf.id: leaf.name.get("en", leaf.id) for leaf in desk.leaves()}
    columns = [
        *desk.who([row["city"] for row in rows]),
        Column(
            text("book.scores.indicator", "Indicator"),
            [named[row["indicator"]] for row in rows],
            width=42,
        ),
        Column(text("book.scores.state", "State"), [row["status"] for row in rows], width=10),
        Column(text("book.scores.why", "Why"), [desk.scores.said(row["reason"]) for row in rows], width=70),
        Column(
            text("book.scores.filled_in_with", "Filled in with"),
            [row["entered"] for row in rows],
            "#,##0.00##",
            15,
        ),
        Column(text("book.scores.unit", "Unit"), [row["unit"] for row in rows], width=22),
    ]
    note = texts(
        "book.scores.missing.note",
        "{count} value is missing.",
        "{count:,} values are missing; reporting them would raise the coverage of these cities.",
        count=len(rows),
    )
    desk.book.table(
        "Missing",
        text("book.scores.missing.title", "{title}: missing values", title=desk.title),
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
        Column(
            text("book.scores.variable", "Variable"),
            [variable.name.get("en", variable.id) for variable in variables],
            width=42,
        ),
        Column(text("book.scores.variable_id", "Variable id"), ordered["variable"].to_list(), width=24),
    ]
    for name, heading in _CELLS.items():
        if name == "recorded_at":
            instants = [
                instant.isoformat(" ", "seconds")[:19] if instant else "" for instant in ordered[name]
            ]
            columns.append(Column(heading, instants, width=20))
        else:
            form = "#,##0.########" if name == "value" else ""
            columns.append(Column(heading, ordered[name].to_list(), form, 18))
    if "why" in ordered.columns:
        columns.insert(
            4,
            Column(
                text("book.scores.why_it_was_not_used", "Why it was not used"),
                [_lack(why) for why in ordered["why"]],
                width=36,
            ),
        )
    desk.book.table(sheet, title, note, columns, fixed=2)


def _lack(why: str) -> str:
    """Return the message of what a withheld figure lacks."""
    return next((lack for lack in LACKS if lack == why), why)


def write_sources(desk: Desk) -> None:
    """Who published the figures, under what licence, and how many were used."""
    both = pl.concat([desk.scores.used.select("source"), desk.scores.withheld.select("source")])
    names = sorted({name or "" for name in both["source"]})
    used: dict[str, int] = dict(desk.scores.used["source"].fill_null("").value_counts().iter_rows())
    publishers = [desk.scores.sources.get(name) for name in names]
    parts = {
        "publisher": text("book.scores.publisher", "Publisher"),
        "title": text("book.scores.source_title", "Title"),
        "year": text("book.scores.edition", "Year or edition"),
        "licence": text("book.scores.licence", "Licence"),
        "origin": text("book.scores.address", "Address"),
        "note": text("book.scores.remark", "Remark"),
    }
    columns = [
        Column(
            text("book.scores.source", "Source"),
            [name or text("book.scores.not_stated", "not stated") for name in names],
            width=16,
        ),
        *(
            Column(title, [getattr(source, part) if source else "" for source in publishers], width=40)
            for part, title in parts.items()
        ),
        Column(
            text("book.scores.figures_used", "Figures used"),
            [used.get(name, 0) for name in names],
            "#,##0",
        ),
    ]
    note = text(
        "book.scores.sources.note",
        "Figures are quoted with their publisher; check the licence before passing them on.",
    )
    desk.book.table(
        "Sources", text("book.scores.sources.title", "{title}: sources", title=desk.title), note, columns
    )
