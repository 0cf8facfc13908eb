"""Workbook: a measurement as Excel, every stage on a sheet of its own, for people who read no code.

The ranking comes first, then what it was made of, then how each step changed the values, and last where every
figure comes from and what is missing.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from urbium.columns import heading, short_title
from urbium.errors import InputError
from urbium.files import write_whole
from urbium.measure import Scores
from urbium.measure.means import way_words
from urbium.measure.steps.registry import steps_said
from urbium.measure.weighting.registry import weighting_words
from urbium.packaged import packaged_rows
from urbium.publish.books.band_columns import filled
from urbium.publish.books.book_head import setting_lines
from urbium.publish.books.scores_desk import SHARE, Desk
from urbium.publish.books.scores_evidence import write_cells, write_missing, write_sources, write_weights
from urbium.publish.books.scores_stages import leaf_title, left_out, list_stages, matrix_columns
from urbium.publish.books.sheet_names import sheet_name
from urbium.publish.books.sheets import FILLS, Column, Mark, number_form
from urbium.text import coded, declared, named, text, texts
from urbium.units import unit

_HUNDREDTHS: Final = "#,##0.00"
_INDEX: Final = text("Index")
_YEAR: Final = text("Year")
_DOUBT: Final = ("rank_low", "rank_high", "tier")
_OWN: Final = ("city", "score", "rank", "coverage", "points", "points_coverage", "reason", *_DOUBT)
_SAID: Final = ("index", "period", "cities", "steps", "aggregate", "availability", "maximum_age")


def write_workbook(scores: Scores, path: str | Path) -> Path:
    """Write every stage of a measurement as an Excel workbook; the same scores give the same bytes.

    Parameters
    ----------
    scores : what :func:`urbium.measure.measure_index` returned
    path : the file to write, ending in .xlsx; one that is there is replaced, whole

    Returns
    -------
    Path
        The file. Its sheets are About, Ranking, Pillars, Indicators, one for each step, Normalised, Weights,
        Missing, Cells, Kept out and Sources.

    Raises
    ------
    InputError : the name does not end in .xlsx
    """
    if Path(path).suffix.lower() != ".xlsx":
        raise InputError(
            coded("book.not_xlsx", "a workbook is an .xlsx file"),
            place=str(path),
            remedy=text("use a name that ends in .xlsx"),
        )
    return write_whole(path, _content(Desk(scores)))


def _content(desk: Desk) -> bytes:
    """Write all sheets and return the bytes of the workbook."""
    rows = packaged_rows("documents/workbook_sheets")
    sheets = [(row["sheet"], row["holds_en"]) for row in rows if row["book"] == "scores"]
    steps = [(stage.sheet, stage.words) for stage in list_stages(desk.scores)]
    listed = [*sheets[:3], *steps, *sheets[3:]]  # the steps behind the measured values
    desk.book.page("About", desk.title, list(_about(desk, listed)))
    _write_ranking(desk)
    _write_pillars(desk)
    _write_indicators(desk)
    for stage in list_stages(desk.scores):
        city, code = desk.who()
        city = replace(city, marks=left_out(stage, desk.codes))
        columns = [city, code, *matrix_columns(desk.scores, stage, desk.codes)]
        desk.book.table(stage.sheet, stage.title, stage.note, columns, fixed=2)
    write_weights(desk)
    write_missing(desk)
    write_cells(
        desk,
        "Cells",
        desk.scores.used,
        text("Figures from which the scores were computed, as reported."),
        coded("book.scores.cells.title", "{title}: cells", title=desk.title),
    )
    write_cells(
        desk,
        "Kept out",
        desk.scores.withheld,
        text("Unused figures: suspect, too old, or projected."),
        coded("book.scores.kept_out.title", "{title}: kept out", title=desk.title),
    )
    write_sources(desk)
    return desk.book.content()


def _about(desk: Desk, listed: list[tuple[str, str]]) -> Iterator[tuple[str, str, str]]:
    """Yield what the workbook is: index, method, sheets, colours, assumptions."""
    scores, index = desk.scores, desk.scores.index
    ranked = scores.table["rank"].count()
    yield _INDEX, text("{name} ({code})", name=named(index.name, index.id), code=index.id), ""
    yield _YEAR, str(scores.period), ""
    without = scores.table.height - ranked
    cities = text(
        "{measured:,} measured, {scored:,} with a score, {without:,} without a score",
        measured=scores.table.height,
        scored=ranked,
        without=without,
    )
    yield text("Cities"), cities, ""
    none = text("none")
    yield text("Steps"), steps_said(index.steps) if index.steps else none, ""
    means = text("{means:commas} (lowest level first)", means=list(map(way_words, index.aggregate)))
    yield text("Aggregation"), means, ""
    yield text("Weighting"), weighting_words(index), ""
    needed = text("{share:.0%} of the indicators must be known", share=index.availability)
    yield text("Required for a score"), needed, ""
    age = texts(
        "up to {count} year before {year}",
        "up to {count} years before {year}",
        count=index.maximum_age,
        year=scores.period,
    )
    yield text("Age of figures"), age, ""
    yield (
        text("Made by"),
        text("urbium {version}", version=metadata.version("urbium")),
        "",
    )
    yield from setting_lines(scores.settings, besides=_SAID)
    yield "", "", ""
    yield text("Sheets"), "", ""
    yield from ((sheet_name(name), text("{words}.", words=words), "") for name, words in listed)
    yield "", "", ""
    yield text("Colours"), "", ""
    yield from (("", words, fill) for fill, (_, words) in FILLS.items())
    yield "", "", ""
    yield text("Assumptions and remarks"), declared(index.note), ""
    for note in scores.notes:
        yield "", note, ""
    for leaf in desk.leaves():
        if leaf.note:
            yield named(leaf.name, leaf.id), declared(leaf.note), ""


def _write_ranking(desk: Desk) -> None:
    """The ranking, with whatever columns of doubt the scores carry."""
    table = desk.scores.table
    regions = [desk.regions.get(code) for code in desk.codes]
    more = [
        Column(short_title(name), table[name].to_list(), _HUNDREDTHS if kind.is_float() else "")
        for name, kind in table.schema.items()
        if name not in _OWN and not kind.is_nested()
    ]
    columns = [
        filled("rank", table["rank"].to_list()),
        *desk.who(),
        *([filled("province", regions)] if desk.regions else []),
        desk.bars(heading("score"), table["score"].to_list(), width=18),
        *(filled(name, table[name].to_list()) for name in _DOUBT if name in table.columns),
        *more,
        filled("coverage", table["coverage"].to_list(), has_bars=True, low=0, high=1),
    ]
    if table["points"].count():
        columns += [filled(name, table[name].to_list()) for name in ("points", "points_coverage")]
    columns.append(filled("scores.reason", [desk.scores.said(reason) for reason in table["reason"]]))
    note = text(
        "Best first. The narrower the range, the more certain the rank. Scores are based on known indicators."
    )
    desk.book.table("Ranking", desk.title, note, columns, fixed=3)


def _write_pillars(desk: Desk) -> None:
    """The scores of every inner node, a column each."""
    layout = desk.scores.build.layout
    rows = {(row["city"], row["node"]): row for row in desk.scores.pillars.iter_rows(named=True)}
    columns = desk.who()
    for place in layout.inner:
        node = layout.nodes[place]
        name = named(node.name, node.id).render()
        of_node = [rows[code, node.id] for code in desk.codes]
        columns.append(desk.bars(text("{pillar}: score", pillar=name), [row["score"] for row in of_node]))
        columns.append(
            Column(
                text("{pillar}: known (share)", pillar=name),
                [row["coverage"] for row in of_node],
                SHARE,
                11,
            )
        )
    note = text("Scores of each pillar, and the share of its indicators that are known.")
    desk.book.table(
        "Pillars",
        coded("book.scores.pillars.title", "{title}: pillars", title=desk.title),
        note,
        columns,
        fixed=2,
    )


def _write_indicators(desk: Desk) -> None:
    """The values as measured, with what stood in and what was kept out coloured."""
    rows = {(row["city"], row["indicator"]): row for row in desk.scores.indicators.iter_rows(named=True)}
    columns = desk.who()
    for leaf in desk.leaves():
        of_leaf = [rows[code, leaf.id] for code in desk.codes]
        values = [row["value"] for row in of_leaf]
        marks = {place: mark for place, row in enumerate(of_leaf) if (mark := _mark(desk, row))}
        form = number_form(unit(leaf.unit).dimension, values)
        columns.append(Column(leaf_title(leaf), values, form, 15, marks=marks))
    note = text("Values in their own units, before any step; an empty cell means unknown (see Missing).")
    desk.book.table(
        "Indicators",
        coded("book.scores.indicators.title", "{title}: indicators as measured", title=desk.title),
        note,
        columns,
        fixed=2,
    )


def _mark(desk: Desk, row: Mapping[str, Any]) -> Mark | None:
    """How an indicator of a city is coloured."""
    if row["proxy"]:
        other = desk.catalogue.indicators[row["proxy"]]
        name = named(other.name, other.id).render()
        return Mark("proxy", text("{indicator} is used as a proxy", indicator=name))
    if row["value"] is None:
        is_suspect = row["status"] == "suspect"
        return Mark("suspect", desk.scores.said(row["reason"])) if is_suspect else Mark("missing")
    return None
