"""Project page: the one page of a project, or of a bundle, from the sheet that says what stands on it."""

from datetime import datetime
from typing import Final

from urbium.columns import heading, headings
from urbium.market.sheets import GRADE_WORDS, Sheet
from urbium.packaged import words_of
from urbium.publish.documents.document import Document, Part, Section, Table
from urbium.text import Text, spoken, text

_MOST_PROJECTS: Final = 16
_MOST_YEARS: Final = 8
FIGURES: Final = text("Key figures")
PROJECTS: Final = text("Projects")
FLOWS: Final = text("Cash flows")
FIGURE_HEADINGS: Final = headings("figure", "value", "evidence")
PROJECT_HEADINGS: Final = headings("city", "project", "sought")
PROFILE: Final = text("Net present value by discount rate, real")
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
    flows: list[Part] = [text("No yearly cash flow was given.")]
    if sheet.flows:
        cells = [
            (str(one.year), KINDS.get(one.kind, one.kind),
             _amount(one.amount),
             GRADE_WORDS[one.evidence])
            for one in sheet.flows
        ]  # fmt: skip
        flows = [Table(flow_headings(sheet), cells, numbers=frozenset({2}), says_basis=True)]
        flows += [sheet.flow_note] if sheet.flow_note else []
    sections = [Section(FIGURES, [sheet.place, figures])]
    if sheet.projects:
        sections.append(Section(PROJECTS, _listed(sheet)))
    sections.append(Section(FLOWS, flows))
    if sheet.profile:
        rows = list(sheet.profile)
        table = Table(PROFILE_HEADINGS, rows, numbers=frozenset({0, 1}), basis=sheet.earned_grade)
        sections.append(Section(PROFILE, [table]))
    if sheet.cover:
        sections.append(_cover(sheet))
    none = text("none that is declared")
    sections += [Section(title, lines or [none]) for title, lines in lists(sheet)]
    return Document(
        name=sheet.code,
        title=sheet.title,
        first_line=sheet.first_line,
        programme=text("{programme} - {name}", programme=programme, name=sheet.title),
        created=created,
        language=spoken(),
        most_pages=2 if sheet.profile else 1,  # a project that earns has more to say
        sections=sections,
    )


def flow_headings(sheet: Sheet) -> tuple[Text, ...]:
    """Return the headings of cash flows, with their unit."""
    return (heading("year"), heading("kind"), heading("amount", sheet.unit), heading("evidence"))


def cover_headings(sheet: Sheet) -> tuple[Text, ...]:
    """Return the headings of the cover of debt, with the unit of service and debt."""
    unit = sheet.cover_unit
    money = (heading("cover.service", unit), heading("owed", unit))
    return (heading("year"), *money, heading("dscr"), heading("llcr"))


def lists(sheet: Sheet) -> list[tuple[Text, list[Text | str]]]:
    """Return the lists of the page: what each is, and its lines."""
    progress = [(text("Progress"), list(sheet.progress))] if sheet.progress else []
    standards = [text("{names:list}", names=sheet.standards)] if sheet.standards else []
    return [
        (text("Effect on indicators"), list(sheet.gains)),
        (text("Risks"), list(sheet.risks)),
        (text("Standards"), list(standards)),
        (text("Readiness"), list(sheet.readiness)),
        *progress,
        (text("Where the figures come from"), list(sheet.notes)),
    ]


def _cover(sheet: Sheet) -> Section:
    """Return how cash covers debt; of many years some, and the workbook has all."""
    every = -(-len(sheet.cover) // _MOST_YEARS)
    cells = [
        (str(year), _amount(service), _amount(owed), dscr, llcr)
        for at, (year, service, owed, dscr, llcr) in enumerate(sheet.cover)
        if at % every == 0 or year == sheet.worst_year
    ]
    title = COVER
    if every > 1:
        title = text(
            "Debt cover, nominal, every {years} years and in the worst year; all years are in the workbook",
            years=every,
        )  # fmt: skip
    table = Table(cover_headings(sheet), cells, numbers=frozenset({1, 2, 3, 4}), basis=sheet.cover_grade)
    return Section(title, [table, *sheet.cover_notes])


def _amount(value: float) -> Text:
    return text("{value:,.2f}", value=value)


def _listed(sheet: Sheet) -> list[Part]:
    """Return the projects of a bundle; of many the first, and how many more the workbook lists."""
    table = Table(PROJECT_HEADINGS, list(sheet.projects[:_MOST_PROJECTS]))
    more = len(sheet.projects) - _MOST_PROJECTS
    if more <= 0:
        return [table]
    return [table, text("and {count:,} more, in the workbook", count=more)]
