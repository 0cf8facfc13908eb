"""Plan book: a plan as an Excel workbook that a minister can read and a researcher can compute with.

It begins with the plan in words, what each sheet holds and what must be kept in mind; then comes a sheet for
each table. Nothing in it is a formula, and a figure that is not known is an empty cell.
"""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import polars as pl

from urbium.catalogue import Catalogue
from urbium.errors import InputError
from urbium.files import write_whole
from urbium.model import Source
from urbium.plan import Plan, summary
from urbium.publish.books.band_columns import Listing
from urbium.publish.books.plan_lists import CONTENTS, listings
from urbium.publish.books.plan_names import Told
from urbium.publish.books.sheets import Book, Column, Drawing, Head, Line

__all__ = ["plan_book", "write_plan"]

_NEVER: Final = datetime(1980, 1, 1, tzinfo=UTC)
_COLOURS: Final = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#8C6D1F", "#5C5C8A")
_DARK, _MIDDLE = "#083F58", "#58A3BA"
_READING: Final = (
    ("Amounts", "Millions of the currency named in the heading, at the prices named on each sheet."),
    ("Shares", "Stored from 0 to 1 and shown in %."),
    ("Worth", "The plan's aim: gaps to targets closed, weighted by indicator and people, later years less."),
    ("Gap", "By how much the best possible plan could at most be better than this one: proven."),
    ("Evidence", "Published by a source, derived from published figures, or an assumption of the programme."),
    ("Empty cell", "Not known, or not limited: never zero."),
)  # fmt: skip
_CAVEATS: Final = (
    "A plan is as good as what goes in: costs, needs and budgets that are assumed are marked so.",
    "Worth and gap are of this plan's question. Another budget or other weights are another question.",
    "The gap says how good the search was, not how sure the figures are.",
)  # fmt: skip


def write_plan(
    path: str | Path,
    plan: Plan,
    *,
    cities: pl.DataFrame,
    catalogue: Catalogue,
    sources: Mapping[str, Source] = MappingProxyType({}),
    created: datetime = _NEVER,
) -> Path:
    """Write a plan as an Excel workbook; the same plan gives the same bytes.

    Parameters
    ----------
    path : the file to write, ending in .xlsx; one that is there is replaced, whole
    plan : what is written
    cities : code, name_en and province_en of the cities
    catalogue : the declared solutions, effects and funds
    sources : by id; those of the catalogue unless given
    created : the date the document bears

    Raises InputError when the name does not end in .xlsx, or the file cannot be written.
    """
    if Path(path).suffix.lower() != ".xlsx":
        raise InputError("a workbook is an .xlsx file", place=str(path), remedy="end the name in .xlsx")
    content = plan_book(plan, cities=cities, catalogue=catalogue, sources=sources, created=created)
    try:
        return write_whole(path, content)
    except OSError as error:
        raise InputError(
            f"the workbook cannot be written: {error.strerror or error}",
            place=str(path),
            remedy="choose a folder that is there and may be written to, and close the file where it is open",
        ) from error


def plan_book(
    plan: Plan,
    *,
    cities: pl.DataFrame,
    catalogue: Catalogue,
    sources: Mapping[str, Source] = MappingProxyType({}),
    created: datetime = _NEVER,
) -> bytes:
    """Return the bytes of the workbook; parameters as in :func:`write_plan`."""
    told = Told(plan, cities, catalogue, sources or catalogue.sources)
    title = f"Plan {plan.years[0]}-{plan.years[-1]}"
    book = Book(title, created)
    made = listings(told)
    book.page("Read me", title, list(_read_me(told, made)))
    for name, each in made.items():
        if name == "What when":
            book.table(name, each.title, each.note, _with_bars(each), fixed=each.fixed)
        else:
            book.rows(name, each.title, each.note, each.table, each.heads, fixed=each.fixed)
    if not plan.table.is_empty():
        book.draw("Years", _drawn_years(made["Years"]))
        book.draw("Money", _drawn_money(made["Money"]))
    return book.content()


def _read_me(told: Told, made: Mapping[str, Listing]) -> Iterator[tuple[str, str, str]]:
    """Yield what the plan is in words, what each sheet holds, and what must be kept in mind."""
    plan = told.plan
    yield from ((about, sentence, "") for about, sentence in summary(plan, names=told.names))
    yield from _headed("What each sheet holds")
    for name, words in CONTENTS.items():
        if name in made:
            yield name, f"{words[:1].upper()}{words[1:]}.", ""
        else:
            yield name, f"Not there: {_absent(name)}.", "missing"
    yield from _headed("How to read it")
    yield from ((label, words, "") for label, words in _READING)
    yield from _headed("What must be kept in mind")
    yield from (("", words, "") for words in _CAVEATS)
    yield from _headed("How good it is, in figures")
    yield from _proven(plan)
    yield from _headed("How it was made")
    yield "Made by", f"urbium {metadata.version('urbium')}", ""
    for name, value in sorted(plan.settings.items()):
        if isinstance(value, str | int | float) and value != "":
            yield name.replace("_", " ").capitalize(), str(value), ""


def _absent(name: str) -> str:
    reasons = {
        "People": "this plan was made without limits on people",
        "Shortfalls": "no standard or fairness is missed, and no limit is overrun",
    }
    return reasons.get(name, "the plan has nothing of it")


def _proven(plan: Plan) -> Iterator[tuple[str, str, str]]:
    certificate = plan.certificate
    gaps = {"Proven gap, by the solver": plan.gap, "Gap recomputed without the solver": plan.gap_recomputed}
    yield "Worth of this plan", f"{plan.objective:,.4f}", ""
    yield "No plan can be worth more than", f"{plan.bound:,.4f}", ""
    for label, gap in gaps.items():
        yield label, "not known" if gap is None or gap == float("inf") else f"{gap:.3%}", ""
    outcome = "holds" if certificate.is_valid else "FAILS: do not use this plan"
    yield "Certificate", f"{outcome} ({len(certificate.checks)} checks from the raw tables, see Proof)", ""


def _headed(title: str) -> Iterator[tuple[str, str, str]]:
    yield "", "", ""
    yield title, "", ""


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


def _drawn_years(listing: Listing) -> Drawing:
    """Projects being built and finished, year by year."""
    place = {head.column: at for at, head in enumerate(listing.heads)}
    return Drawing(
        kind={"type": "column"},
        title="Projects being built, and finished by the end of the year",
        lines=(
            Line("Being built in the year", place["building"], {"fill": {"color": _MIDDLE}, "gap": 60}),
            Line("Finished by its end", place["finished"], {"fill": {"color": _DARK}}),
        ),
        along=place["year"],
        rows=(0, listing.table.height - 1),
        at=len(listing.heads) + 1,
        x_axis={"name": "Year"},
        y_axis={"name": "Projects", "num_format": "#,##0", "major_gridlines": {"visible": True}},
    )


def _drawn_money(listing: Listing) -> Drawing:
    """Money by year, stacked by who pays."""
    payers = [(at, head) for at, head in enumerate(listing.heads) if head.column not in ("year", "total")]
    lines = [
        Line(head.title, at, {"fill": {"color": _COLOURS[turn % len(_COLOURS)]}, "gap": 60})
        for turn, (at, head) in enumerate(payers)
    ]
    return Drawing(
        kind={"type": "column", "subtype": "stacked"},
        title=listing.title,
        lines=lines,
        along=0,
        rows=(0, listing.table.height - 1),
        at=len(listing.heads) + 1,
        x_axis={"name": "Year"},
        y_axis={"num_format": "#,##0", "major_gridlines": {"visible": True}},
    )
