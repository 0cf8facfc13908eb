"""Plan book: a plan as an Excel workbook that a minister can read and a researcher can compute with.

It begins with the plan in words, what each sheet holds and what must be kept in mind; then comes a sheet for
each table. Nothing in it is a formula, and a figure that is not known is an empty cell.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from importlib import metadata
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import polars as pl

from urbium.catalogue import Catalogue
from urbium.finance.plan_debt import PlanDebt
from urbium.finance.signed_money import SignedMoney
from urbium.model import Source
from urbium.plan import Plan, summary
from urbium.plan.result.proof import gap_words
from urbium.publish.books.band_columns import Listing
from urbium.publish.books.book_head import (
    NEVER,
    ReadMeLine,
    check_ending,
    headed,
    reading,
    setting_lines,
    write_book,
)
from urbium.publish.books.plan_lists import SHEETS, listings
from urbium.publish.books.plan_names import NamedPlan, money
from urbium.publish.books.sheet_names import sheet_name
from urbium.publish.books.sheets import Book, Column, Head, Line, SheetDrawing
from urbium.text import Text, say, text

_COLOURS: Final = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#8C6D1F", "#5C5C8A")
_DARK, _MIDDLE = "#083F58", "#58A3BA"

_CAVEATS: Final = (
    text("A plan is only as good as its inputs: assumed costs, needs and budgets are marked as assumptions."),
    text(
        "The plan benefit and the gap answer only the question that this plan was made for. A "
        "different budget or different weights would be a different question."
    ),
    text("The gap shows how good the search was, not how certain the figures are."),
)


def write_plan(
    path: str | Path,
    plan: Plan,
    *,
    cities: pl.DataFrame,
    catalogue: Catalogue,
    sources: Mapping[str, Source] = MappingProxyType({}),
    debt: PlanDebt | None = None,
    signed: SignedMoney | None = None,
    created: datetime = NEVER,
) -> Path:
    """Write a plan as an Excel workbook; the same plan gives the same bytes.

    Parameters
    ----------
    path : the file to write, ending in .xlsx; one that is there is replaced, whole
    plan : what is written
    cities : code, names and names of provinces of the cities
    catalogue : the declared solutions, effects and funds
    sources : by id; those of the catalogue unless given
    debt, signed : what is owed of the plan, and what of its money is signed
    created : the date the document bears

    Raises InputError when the name does not end in .xlsx, or the file cannot be written.
    """
    check_ending(path)
    content = plan_book(
        plan, cities=cities, catalogue=catalogue, sources=sources, debt=debt, signed=signed, created=created
    )
    return write_book(path, content)


def plan_book(
    plan: Plan,
    *,
    cities: pl.DataFrame,
    catalogue: Catalogue,
    sources: Mapping[str, Source] = MappingProxyType({}),
    debt: PlanDebt | None = None,
    signed: SignedMoney | None = None,
    created: datetime = NEVER,
) -> bytes:
    """Return the bytes of the workbook; parameters as in :func:`write_plan`."""
    named = NamedPlan(plan, cities, catalogue, sources or catalogue.sources, debt, signed)
    title = str(say(text("Plan {first}-{last}", first=plan.start_years[0], last=plan.start_years[-1])))
    book = Book(title, created)
    tables = listings(named)
    book.page("Read me", title, [_said(line) for line in _read_me(named, tables)])
    for sheet in SHEETS:
        if sheet.name not in tables:
            continue
        table = tables[sheet.name]
        if sheet.has_bars:
            book.table(sheet.name, table.title, table.note, _with_bars(table), fixed=table.fixed)
        else:
            book.rows(sheet.name, table.title, table.note, table.table, table.heads, fixed=table.fixed)
    if not plan.table.is_empty():
        book.draw("Years", _drawn_years(tables["Years"]))
        book.draw("Money", _drawn_money(tables["Money"]))
    return book.content()


def _said(line: ReadMeLine) -> ReadMeLine:
    """Return a line in the language that is spoken."""
    label, words, fill = line
    return str(say(label)), str(say(words)), fill


def _read_me(named: NamedPlan, tables: Mapping[str, Listing]) -> Iterator[ReadMeLine]:
    """Yield what the plan is in words, what each sheet holds, and what must be kept in mind."""
    plan = named.plan
    yield from (
        (about, sentence, "")
        for about, sentence in summary(
            plan, names=named.names, solutions=named.titles, standards=named.standards
        )
    )
    yield from headed(text("Contents of each sheet"))
    for sheet in SHEETS:
        is_there = sheet.name in tables
        yield sheet_name(sheet.name), sheet.holds if is_there else sheet.absent, "" if is_there else "missing"
    yield from headed(text("How to read it"))
    yield from reading("plan")
    yield from headed(text("Points to note"))
    yield from (("", words, "") for words in _CAVEATS)
    yield from headed(text("Quality of the plan in figures"))
    yield from _proven(plan)
    yield from headed(text("How the plan was made"))
    yield text("Made by"), f"urbium {metadata.version('urbium')}", ""
    yield from setting_lines({**plan.settings, "currency": money(plan).words}, worded=plan.roadmap.words)


def _proven(plan: Plan) -> Iterator[ReadMeLine]:
    yield text("Proven gap, from the solver"), _gap(plan.gap), ""
    recomputed = text("Gap recomputed without the solver")
    yield recomputed, _gap(plan.gap_recomputed), ""
    yield text("Independent check"), _checked(plan), ""


def _gap(gap: float | None) -> Text:
    return gap_words(gap)


def _checked(plan: Plan) -> Text:
    count = len(plan.certificate.checks)
    if plan.certificate.is_valid:
        return text("passed ({count} checks against the raw tables, see Proof)", count=count)
    return text(
        "FAILED, do not use this plan ({count} checks against the raw tables, see Proof)",
        count=count
    )  # fmt: skip


def _with_bars(listing: Listing) -> list[Column]:
    """The overview with a bar in each year's cell, all on one scale."""
    years = [head.column for head in listing.heads if head.column.isdigit()]
    counts = listing.table.select(pl.max_horizontal(years).max()).item() if years else None
    most = float(counts or 1)
    return [_column(listing.table, head, most if head.column in years else None) for head in listing.heads]


def _column(table: pl.DataFrame, head: Head, most: float | None) -> Column:
    bars: dict[str, Any] = {} if most is None else {"has_bars": True, "low": 0.0, "high": most}
    return Column(head.title, table[head.column].to_list(), head.form, head.width, **bars)


# Charts


def _drawn_years(listing: Listing) -> SheetDrawing:
    """Projects being built and finished, year by year."""
    place = {head.column: at for at, head in enumerate(listing.heads)}
    return SheetDrawing(
        kind={"type": "column"},
        title=str(say(text("Projects under construction, and projects completed by year end"))),
        lines=(
            Line(
                listing.heads[place["building"]].title,
                place["building"],
                {"fill": {"color": _MIDDLE}, "gap": 60},
            ),
            Line(listing.heads[place["finished"]].title, place["finished"], {"fill": {"color": _DARK}}),
        ),
        along=place["year"],
        rows=(0, listing.table.height - 1),
        at=len(listing.heads) + 1,
        x_axis={"name": str(say(text("Year")))},
        y_axis={
            "name": str(say(text("Projects"))),
            "num_format": "#,##0",
            "major_gridlines": {"visible": True},
        },
    )


def _drawn_money(listing: Listing) -> SheetDrawing:
    """Money by year, stacked by who pays."""
    payers = [(at, head) for at, head in enumerate(listing.heads) if head.column not in ("year", "total")]
    lines = [
        Line(head.title, at, {"fill": {"color": _COLOURS[turn % len(_COLOURS)]}, "gap": 60})
        for turn, (at, head) in enumerate(payers)
    ]
    return SheetDrawing(
        kind={"type": "column", "subtype": "stacked"},
        title=listing.title,
        lines=lines,
        along=0,
        rows=(0, listing.table.height - 1),
        at=len(listing.heads) + 1,
        x_axis={"name": str(say(text("Year")))},
        y_axis={"num_format": "#,##0", "major_gridlines": {"visible": True}},
    )
