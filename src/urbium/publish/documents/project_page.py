"""Project page: the one page of a project, or of a bundle, from the sheet that says what stands on it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from urbium.columns import heading, headings
from urbium.market.prospects import CashFlow
from urbium.market.sheets import GRADE_WORDS, Sheet
from urbium.packaged import words_of
from urbium.publish.documents.document import Document, Part, Section, Table
from urbium.text import Text, spoken, text
from urbium.text.formats import DASH
from urbium.units import size_of

_MOST_PROJECTS: Final = 16
_MOST_YEARS: Final = 8
_KEPT: Final = ("replacement", "residual")
"""Kinds of flows whose years are shown, however late."""
FIGURES: Final = text("Key figures")
PROJECTS: Final = text("Projects")
FLOWS: Final = text("Cash flows")
FIGURE_HEADINGS: Final = headings("figure", "value", "evidence")
PROJECT_HEADINGS: Final = headings("city", "project", "sought")
PROFILE: Final = text("Net present value by real discount rate")
PROFILE_HEADINGS: Final = headings("profile.rate", "npv")
COVER: Final = text("Debt cover by year, nominal")
KINDS: Final = words_of("kind of a flow")
"""What kinds of cash flows are called."""


def project_page(sheet: Sheet, *, programme: str, created: datetime) -> Document:
    """Return the page of a project or bundle.

    Parameters
    ----------
    sheet : what it says
    programme : what the programme is called
    created : the date the document bears
    """
    figures = Table(FIGURE_HEADINGS, [(one.label, one.value, one.evidence) for one in sheet.figures])
    flows: list[Part] = [text("No yearly cash flow was provided.")]
    if sheet.flows:
        last = sheet.flows[0].year + _MOST_YEARS
        shown = [one for one in sheet.flows if one.year < last or one.kind in _KEPT]
        flows = [_by_year(sheet, shown)]
        if len(shown) < len(sheet.flows):
            flows.append(
                text(
                    "The first {count} years, and later years with a replacement or a remaining "
                        "value; the workbook has all years to {last}.",
                    count=_MOST_YEARS, last=sheet.flows[-1].year,
                )
            )  # fmt: skip
        flows += [sheet.flow_note] if sheet.flow_note else []
    sections = [Section(FIGURES, [sheet.place, *([sheet.what] if sheet.what else []), figures])]
    if sheet.projects:
        sections.append(Section(PROJECTS, _listed(sheet)))
    sections.append(Section(FLOWS, flows))
    if sheet.profile:
        rows = list(sheet.profile)
        table = Table(
            PROFILE_HEADINGS,
            rows,
            numbers=frozenset({0, 1}),
            basis=text("Evidence: {grade}", grade=sheet.earned_grade),
        )
        sections.append(Section(PROFILE, [table]))
    if sheet.cover:
        sections.append(_cover(sheet))
    sections += [Section(title, lines) for title, lines in lists(sheet) if lines]
    if unsaid := [title for title, lines in lists(sheet) if not lines]:
        sections.append(Section("", [text("Nothing is stated about: {titles:list}.", titles=unsaid)]))
    return Document(
        name=sheet.code,
        title=sheet.title,
        first_line=sheet.first_line,
        programme=text("{programme} - {name}", programme=programme, name=sheet.title),
        created=created,
        language=spoken(),
        most_pages=2 if sheet.profile or sheet.loans else 1,  # what earns or is lent for has more to say
        sections=sections,
    )


def _by_year(sheet: Sheet, shown: Sequence[CashFlow]) -> Table:
    """Return cash flows with a row for each year that is shown, one for the others, and one for all.

    There is a column for each kind, and one for what is left.
    """
    others, total = text("other years"), text("total")
    years = {one.year for one in shown}
    sums: dict[tuple[str, str], float] = {}
    for one in sheet.flows:
        for row in (str(one.year) if one.year in years else others, total):
            sums[row, one.kind] = sums.get((row, one.kind), 0.0) + one.amount
    kinds = sorted({kind for _, kind in sums}, key=[*KINDS].index)
    size = size_of(sheet.unit, sums.values())
    rows = [row for row in (*map(str, sorted(years)), others, total) if any(row == of for of, _ in sums)]
    cells = [
        (
            row,
            *(_amount(size.of(sums[row, kind])) if (row, kind) in sums else DASH for kind in kinds),
            _amount(size.of(sum(amount for (of, _), amount in sums.items() if of == row))),
        )
        for row in rows
    ]
    grades = list(dict.fromkeys(GRADE_WORDS[one.evidence] for one in sheet.flows))
    head = (heading("year"), *(KINDS[kind] for kind in kinds), text("in all"))
    basis = text("{unit}; evidence: {grades:list}", unit=size.words, grades=grades)
    return Table(head, cells, basis, frozenset(range(1, len(head))))


def flow_headings(unit: str) -> tuple[Text, ...]:
    """Return the headings of cash flows, with their unit."""
    return (heading("year"), heading("kind"), heading("amount", unit), heading("evidence"))


def cover_headings(unit: str) -> tuple[Text, ...]:
    """Return the headings of the cover of debt, with the unit of service and debt."""
    money = (heading("cover.service", unit), heading("owed", unit))
    return (heading("year"), *money, heading("dscr"), heading("llcr"))


def lists(sheet: Sheet) -> list[tuple[Text, list[Text | str]]]:
    """Return the lists of the page: what each is, and its lines."""
    progress = [(text("Progress"), list(sheet.progress))] if sheet.progress else []
    income = [(text("What the income rests on"), list(sheet.income))] if sheet.income else []
    loans = [(text("Loans, as assumed in the plan"), list(sheet.loans))] if sheet.loans else []
    standing = [(text("Standing"), list(sheet.standing))] if sheet.standing else []
    standards = [text("{names:list}", names=sheet.standards)] if sheet.standards else []
    return [
        *standing,
        *income,
        *loans,
        (text("Effect on indicators"), list(sheet.gains)),
        (text("Risks"), list(sheet.risks)),
        (text("Standards"), list(standards)),
        (text("Readiness"), list(sheet.readiness)),
        *progress,
        (text("Assumptions of the whole plan, some of which may not apply here"), list(sheet.notes)),
    ]


def _cover(sheet: Sheet) -> Section:
    """Return how cash covers debt; of many years some, and the workbook has all."""
    every = -(-len(sheet.cover) // _MOST_YEARS)
    size = size_of(sheet.cover_unit, (owed for _, _, owed, *_ in sheet.cover))
    cells = [
        (str(year), _amount(size.of(service)), _amount(size.of(owed)), dscr, llcr)
        for at, (year, service, owed, dscr, llcr) in enumerate(sheet.cover)
        if at % every == 0 or year == sheet.worst_year
    ]
    title = COVER
    if every > 1:
        title = text(
            "Debt cover, nominal, every {years} years and in the worst year; all years are in the workbook",
            years=every,
        )  # fmt: skip
    table = Table(
        cover_headings(size.words),
        cells,
        numbers=frozenset({1, 2, 3, 4}),
        basis=text("Evidence: {grade}", grade=sheet.cover_grade),
    )
    return Section(title, [*sheet.cover_notes, table])


def _amount(value: float) -> Text:
    return text("{value:,.2f}", value=value)


def _listed(sheet: Sheet) -> list[Part]:
    """Return the projects of a bundle; of many the first, and how many more the workbook lists."""
    table = Table(PROJECT_HEADINGS, list(sheet.projects[:_MOST_PROJECTS]))
    more = len(sheet.projects) - _MOST_PROJECTS
    if more <= 0:
        return [table]
    return [table, text("and {count:,} more, in the workbook", count=more)]
