"""Market sheets: the one page of a project or a bundle as a tagged PDF (PDF/UA-1) and as a workbook.

The same sheet gives the same bytes. A sheet that does not fit on one page is refused, and never cut.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from urbium.errors import InputError
from urbium.finance.market.sheets import GRADE_WORDS, Sheet
from urbium.publish.books.book_head import NEVER
from urbium.publish.books.sheets import Book, Column
from urbium.text import Text, say, spoken, text

__all__ = ["sheet_book", "sheet_pdf"]

_TEMPLATE: Final = Path(__file__).with_name("sheet.typ")
_FONT: Final = "Libertinus Serif"
_OTHER_FONTS: Final = ("Noto Sans CJK SC", "Noto Serif CJK SC", "WenQuanYi Zen Hei", "DejaVu Sans")
_LATIN: Final = 0x24F
_MOST_PROJECTS: Final = 16
_MOST_YEARS: Final = 8
_SIZES: Final = (8.5, 7.5, 6.5)
"""Sizes of letters in points: the first that lets all stand on one page is taken."""


def sheet_pdf(sheet: Sheet, *, programme: str, created: datetime = NEVER) -> bytes:
    """Return the page of a project or bundle as PDF.

    Parameters
    ----------
    sheet : what it says
    programme : what the programme is called
    created : the date the document bears

    Raises InputError when it does not fit on one page, or no font that is there has the letters of its text.
    """
    import typst  # noqa: PLC0415 - loads a compiler, and only pages of the market and certificates need it

    words = _words(sheet, programme)
    whole = json.dumps(words, ensure_ascii=False)
    is_plain = all(ord(letter) <= _LATIN or letter in "–—’“”" for letter in whole)
    words["fonts"] = [_FONT] if is_plain else [_FONT, *_OTHER_FONTS]
    refusals = []
    for size in _SIZES:
        words["size"] = size
        try:
            return bytes(
                typst.compile(
                    _template(),
                    format="pdf",
                    ignore_system_fonts=is_plain,
                    sys_inputs={"said": json.dumps(words, ensure_ascii=False)},
                    pdf_standards=["ua-1"],
                    timestamp=int(created.timestamp()),
                )
            )
        except typst.TypstError as error:
            refusals.append(error.message)
    raise InputError(
        text("publish.sheet.refused", "the page cannot be written: {error}", error=refusals[-1]),
        place=sheet.code,
        remedy=text(
            "publish.sheet.refused.remedy",
            "shorten titles and risks, or install a font that has all letters of them",
        ),
    )


def sheet_book(sheet: Sheet, *, created: datetime = NEVER) -> bytes:
    """Return the same as a workbook: what is said, then key figures and money by year as tables."""
    book = Book(str(say(sheet.title)), created)
    lines: list[tuple[str, str, str]] = [("", sheet.first_line, ""), ("", sheet.place, "")]
    for part in _parts(sheet):
        lines += [("", "", ""), (part["title"], "" if part["lines"] else part["none"], "")]
        lines += [("", line, "") for line in part["lines"]]
    book.page("Read me", sheet.title, [(str(say(a)), str(say(b)), c) for a, b, c in lines])
    first = str(say(sheet.first_line))
    rows = sheet.figures
    heads = _said(_FIGURE_HEADINGS)
    book.table(
        "Figures",
        _heading(_FIGURES),
        first,
        [
            Column(heads[0], [str(say(one.label)) for one in rows], width=28),
            Column(heads[1], [str(say(one.value)) for one in rows], width=60),
            Column(heads[2], [str(say(one.evidence)) for one in rows], width=24),
        ],
    )
    if sheet.projects:
        heads = _said(_PROJECT_HEADINGS)
        columns = zip(*sheet.projects, strict=True)
        book.table(
            "Projects",
            _heading(_PROJECTS),
            first,
            [
                Column(head, [str(say(cell)) for cell in cells], width=40)
                for head, cells in zip(heads, columns, strict=True)
            ],
        )
    if sheet.flows:
        heads = _flow_headings(sheet)
        book.table(
            "Money",
            _heading(_FLOWS),
            first,
            [
                Column(heads[0], [one.year for one in sheet.flows], "0"),
                Column(heads[1], [str(say(_KINDS.get(one.kind, one.kind))) for one in sheet.flows], width=24),
                Column(heads[2], [one.amount for one in sheet.flows], "#,##0.00", width=40),
                Column(heads[3], [str(say(GRADE_WORDS[one.evidence])) for one in sheet.flows], width=24),
            ],
        )
    if sheet.profile:
        heads = _said(_PROFILE_HEADINGS)
        rates, values = (list(cells) for cells in zip(*(_said(row) for row in sheet.profile), strict=True))
        pair = [Column(heads[0], rates, width=24), Column(heads[1], values, width=60)]
        book.table("Value", _heading(_PROFILE), first, pair)
    if sheet.cover:
        heads = _cover_headings(sheet)
        year, service, owed, dscr, llcr = (list(cells) for cells in zip(*sheet.cover, strict=True))
        book.table(
            "Cover",
            _heading(_COVER),
            first,
            [
                Column(heads[0], year, "0"),
                Column(heads[1], service, "#,##0.00", width=30),
                Column(heads[2], owed, "#,##0.00", width=30),
                Column(heads[3], [str(say(cell)) for cell in dscr], width=26),
                Column(heads[4], [str(say(cell)) for cell in llcr], width=26),
            ],
        )
    return book.content()


_PROFILE = text("publish.sheet.profile", "Net present value by discount rate, real")
_COVER = text("publish.sheet.cover", "Cover of debt by year, nominal")
_PROFILE_HEADINGS: Final = (
    text("publish.sheet.rate", "Discount rate a year"),
    text("publish.sheet.npv", "Net present value"),
)
_FIGURES = text("publish.sheet.figures", "Key figures")
_PROJECTS = text("publish.sheet.projects", "Projects")
_FLOWS = text("publish.sheet.flows", "Cash flows")
_FIGURE_HEADINGS: Final = (
    text("publish.sheet.figure", "Figure"),
    text("publish.sheet.value", "Value"),
    text("publish.sheet.evidence", "Evidence"),
)
_PROJECT_HEADINGS: Final = (
    text("publish.sheet.city", "City"),
    text("publish.sheet.project", "Project"),
    text("publish.sheet.sought", "Sought"),
)
_KINDS: Final = {
    "capital": text("publish.sheet.kind.capital", "to build"),
    "operation": text("publish.sheet.kind.operation", "to run"),
    "replacement": text("publish.sheet.kind.replacement", "replacement"),
    "inflow": text("publish.sheet.kind.inflow", "inflow"),
    "tax": text("publish.sheet.kind.tax", "taxes"),
}


def _heading(words: Text) -> str:
    return str(say(words))


def _said(words: Sequence[Text]) -> list[str]:
    return [str(say(word)) for word in words]


def _flow_headings(sheet: Sheet) -> list[str]:
    amount = text("publish.sheet.amount", "Amount ({unit})", unit=sheet.unit)
    return _said(
        [
            text("publish.sheet.year", "Year"),
            text("publish.sheet.kind", "Kind"),
            amount,
            text("publish.sheet.evidence", "Evidence"),
        ]
    )


def _cover_headings(sheet: Sheet) -> list[str]:
    return _said(
        [
            text("publish.sheet.year", "Year"),
            text("publish.sheet.service", "Debt service ({unit})", unit=sheet.cover_unit),
            text("publish.sheet.owed", "Owed before it ({unit})", unit=sheet.cover_unit),
            text("publish.sheet.dscr", "Debt service cover (DSCR)"),
            text("publish.sheet.llcr", "Loan life cover (LLCR)"),
        ]
    )


def _parts(sheet: Sheet) -> list[dict[str, Any]]:
    """Return the lists of the page, each with what is said where it is empty."""
    none = text("publish.sheet.none", "none that is declared")
    return [
        {"title": str(say(title)), "lines": [str(say(line)) for line in lines], "none": str(say(none))}
        for title, lines in (
            (text("publish.sheet.gains", "Effect on indicators"), sheet.gains),
            (text("publish.sheet.risks", "Risks"), sheet.risks),
            (
                text("publish.sheet.standards", "Standards"),
                [", ".join(sheet.standards)] if sheet.standards else [],
            ),
            (text("publish.sheet.readiness", "Readiness"), sheet.readiness),
            (text("publish.sheet.notes", "Where the figures are from"), sheet.notes),
        )
    ]


def _words(sheet: Sheet, programme: str) -> dict[str, Any]:
    """Return every word of the page, in the language that is spoken."""
    return {
        "language": spoken(),
        "programme": programme,
        "title": sheet.title,
        "first_line": str(say(sheet.first_line)),
        "place": str(say(sheet.place)),
        "figures_title": _heading(_FIGURES),
        "figure_headings": _said(_FIGURE_HEADINGS),
        "figures": [_said([one.label, one.value, one.evidence]) for one in sheet.figures],
        "projects_title": _heading(_PROJECTS),
        "project_headings": _said(_PROJECT_HEADINGS),
        "projects": _listed(sheet),
        "flows_title": _heading(_FLOWS),
        "flow_headings": _flow_headings(sheet),
        "flows": [
            [
                str(one.year),
                str(say(_KINDS.get(one.kind, one.kind))),
                _amount(one.amount),
                str(say(GRADE_WORDS[one.evidence])),
            ]
            for one in sheet.flows
        ],
        "profile_title": _heading(_PROFILE),
        "profile_headings": _said(_PROFILE_HEADINGS),
        "profile": [_said(row) for row in sheet.profile],
        "cover_title": _cover_title(sheet),
        "cover_headings": _cover_headings(sheet),
        "cover": [
            [str(year), *(_amount(value) for value in (service, owed)), str(say(dscr)), str(say(llcr))]
            for year, service, owed, dscr, llcr in sheet.cover[:: _every(sheet)]
        ],
        "no_flows": text("publish.sheet.no_flows", "No cash flow by year was given.").render(),
        "parts": _parts(sheet),
        "footer": text(
            "publish.sheet.footer", "{programme} - {name}", programme=programme, name=sheet.code
        ).render(),
    }


def _amount(value: float) -> str:
    return text("publish.sheet.figure_of", "{value:,.2f}", value=value).render()


def _cover_title(sheet: Sheet) -> str:
    every = _every(sheet)
    if every == 1:
        return _heading(_COVER)
    return _heading(
        text("publish.sheet.cover_every", "Cover of debt, nominal, every {years} years; all in the workbook",
             years=every)
    )  # fmt: skip


def _every(sheet: Sheet) -> int:
    """Return how many years of cover are between two that the page shows; the workbook has all."""
    return -(-len(sheet.cover) // _MOST_YEARS) or 1


def _listed(sheet: Sheet) -> list[list[str]]:
    """Return the projects of a bundle; of many the first, and how many more the workbook lists."""
    rows = [[str(say(cell)) for cell in row] for row in sheet.projects[:_MOST_PROJECTS]]
    more = len(sheet.projects) - len(rows)
    if more:
        remark = text("publish.sheet.more", "and {count:,} more, in the workbook", count=more)
        rows.append([remark.render(), "", ""])
    return rows


@cache
def _template() -> bytes:
    return _TEMPLATE.read_bytes()
