"""Market books: the one page of a project or a bundle as a workbook; the same sheet gives the same bytes."""

from collections.abc import Sequence

from urbium.market.sheets import GRADE_WORDS, Sheet
from urbium.publish.books.book_head import NEVER
from urbium.publish.books.sheets import Book, Column
from urbium.publish.documents.project_page import (
    COVER,
    FIGURE_HEADINGS,
    FIGURES,
    FLOWS,
    KINDS,
    PROFILE,
    PROFILE_HEADINGS,
    PROJECT_HEADINGS,
    PROJECTS,
    cover_headings,
    flow_headings,
    lists,
)
from urbium.text import Text, paragraph, say, text
from urbium.units import size_of


def sheet_book(sheet: Sheet) -> bytes:
    """Return the same as a workbook: what is said, then key figures and money by year as tables."""
    book = Book(str(say(sheet.title)), NEVER)
    lines: list[tuple[str, str, str]] = [
        ("", sheet.first_line, ""),
        ("", sheet.place, ""),
        *([("", sheet.what, "")] if sheet.what else []),
    ]
    none = text("none that is declared")
    for title, part in lists(sheet):
        lines += [("", "", ""), (title, "" if part else none, "")]
        lines += [("", line, "") for line in part]
    book.page("Read me", sheet.title, [(str(say(a)), str(say(b)), c) for a, b, c in lines])
    first = str(say(sheet.first_line))
    rows = sheet.figures
    heads = _said(FIGURE_HEADINGS)
    book.table(
        "Figures",
        str(say(FIGURES)),
        first,
        [
            Column(heads[0], [str(say(one.label)) for one in rows], width=28),
            Column(heads[1], [str(say(one.value)) for one in rows], width=60),
            Column(heads[2], [str(say(one.evidence)) for one in rows], width=24),
        ],
    )
    if sheet.projects:
        heads = _said(PROJECT_HEADINGS)
        columns = zip(*sheet.projects, strict=True)
        book.table(
            "Projects",
            str(say(PROJECTS)),
            first,
            [
                Column(head, [str(say(cell)) for cell in cells], width=40)
                for head, cells in zip(heads, columns, strict=True)
            ],
        )
    if sheet.flows:
        size = size_of(sheet.unit, ())
        heads = _said(flow_headings(size.words))
        book.table(
            "Money",
            str(say(FLOWS)),
            first,
            [
                Column(heads[0], [one.year for one in sheet.flows], "0"),
                Column(heads[1], [str(say(KINDS.get(one.kind, one.kind))) for one in sheet.flows], width=24),
                Column(heads[2], [size.of(one.amount) for one in sheet.flows], "#,##0.00", width=40),
                Column(heads[3], [str(say(GRADE_WORDS[one.evidence])) for one in sheet.flows], width=24),
            ],
        )
    if sheet.profile:
        heads = _said(PROFILE_HEADINGS)
        rates, values = (list(cells) for cells in zip(*(_said(row) for row in sheet.profile), strict=True))
        book.table(
            "Value",
            str(say(PROFILE)),
            first,
            [Column(heads[0], rates, width=24), Column(heads[1], values, width=60)],
        )
    if sheet.cover:
        size = size_of(sheet.cover_unit, ())
        heads = _said(cover_headings(size.words))
        years, service, owed, dscr, llcr = (list(cells) for cells in zip(*sheet.cover, strict=True))
        book.table(
            "Cover",
            str(say(COVER)),
            str(say(paragraph(sheet.cover_notes))),
            [
                Column(heads[0], years, "0"),
                Column(heads[1], [size.of(amount) for amount in service], "#,##0.00", width=30),
                Column(heads[2], [size.of(amount) for amount in owed], "#,##0.00", width=30),
                Column(heads[3], [str(say(cell)) for cell in dscr], width=26),
                Column(heads[4], [str(say(cell)) for cell in llcr], width=26),
            ],
        )
    return book.content()


def _said(words: Sequence[Text]) -> list[str]:
    return [str(say(word)) for word in words]
