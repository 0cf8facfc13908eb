"""Papers: what a programme writes to its cities and they to it, as official documents; no rights, no store.

A notice is a letter of the office; a report is the yearly self-evaluation of a pilot. In a language whose
official documents have a layout (``official.py``) they are set in it, in another one like every document.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime

from urbium.columns import heading
from urbium.pilot.circulars import Circular, CityLetter
from urbium.pilot.contracts.reports import STAGES, Report
from urbium.pilot.contracts.taskbooks import SHARE, unit_said
from urbium.publish.documents.document import Document, Official, Part, Section, Table
from urbium.text import sentences, spoken, text, texts
from urbium.text.formats import DASH
from urbium.units import money_size


def notice(
    letter: Circular | CityLetter,
    *,
    code: str,
    to: Sequence[str],
    programme: str,
    created: datetime,
    is_draft: bool = False,
) -> Document:
    """Return a letter of the programme office as a document.

    Its number is left to the office: urbium keeps no register of numbers.

    Parameters
    ----------
    letter : what it says
    code : of its case
    to : the cities that it goes to, as they are called; empty for all
    programme : what the programme is called whose office writes it
    created : when it was stored
    is_draft : whether it is still to be sent: it then bears no number, no day and no imprint
    """
    parts: list[Part] = [line.strip() for line in letter.text.splitlines() if line.strip()]
    if letter.answer_by:
        day = date.fromisoformat(letter.answer_by)
        parts.append(text("Please answer by {day:date}.", day=day))
    return Document(
        name=code,
        title=letter.title,
        programme=programme,
        created=created,
        language=spoken(),
        sections=[Section("", parts)],
        official=Official(
            issuer=text("Programme office"),
            number="" if is_draft else text("No. ____ of {year}", year=str(created.year)),
            to=text("To: {cities:commas}", cities=list(to)) if to else text("To all cities in the programme"),
            signed=None if is_draft else created.date(),
            is_printed=not is_draft,
            has_head=not is_draft,
        ),
    )


def self_evaluation(
    report: Report,
    *,
    code: str,
    city: str,
    office: str,
    tasks: Mapping[str, str],
    indicators: Mapping[str, str],
    currency: str,
    created: datetime,
) -> Document:
    """Return the yearly report of a pilot as a document: what it says, its tasks, and what it reached.

    Parameters
    ----------
    report : what it says
    code : of its case
    city : what the city that reports is called
    office : to whom it reports
    tasks, indicators : what they are called, by code, as far as it is known
    currency : of the amounts, in millions
    created : when it was stored
    """
    narrative: list[Part] = [line.strip() for line in report.narrative.splitlines() if line.strip()]
    return Document(
        name=code,
        title=report.title,
        programme=office,
        created=created,
        language=spoken(),
        sections=[
            Section(
                text("The year in summary"), narrative or [text("The report contains no text of its own.")]
            ),
            Section(text("Progress of the tasks"), _progress(report, tasks, currency)),
            Section(text("Indicators reached"), _reached(report, indicators)),
            *_attached(report, tasks),
        ],
        official=Official(issuer=city, to=text("To: {cities:list}", cities=[office]), signed=created.date()),
    )


def _progress(report: Report, tasks: Mapping[str, str], currency: str) -> list[Part]:
    """Return the money of every task in the year by its stage."""
    if not report.progress:
        return [text("No tasks have been reported on.")]
    heads, size = [text("Task"), *(heading(stage) for stage in STAGES)], money_size(currency)
    rows = [
        (tasks.get(one.task, one.task), *(size(getattr(one, stage), 2) for stage in STAGES))
        for one in report.progress
    ]
    basis = text("as reported for {year}, in {unit}", year=str(report.year), unit=size.words)
    if any(getattr(one, stage) is None for one in report.progress for stage in STAGES):
        basis = sentences([basis, text("a dash stands for an unknown amount")])
    return [Table(heads, rows, basis, frozenset(range(1, len(heads))))]


def _reached(report: Report, indicators: Mapping[str, str]) -> list[Part]:
    """Return what indicators reached, with its source, and for how many no value was reported."""
    if not report.reached:
        return [text("No indicators have been reported on.")]
    heads = [heading("indicator"), heading("value"), heading("unit"), heading("source")]
    rows = [
        (
            indicators.get(one.indicator, one.indicator),
            _amount(one.value * 100 if one.unit == SHARE else one.value),
            unit_said(one.unit),
            one.source,
        )
        for one in report.reached
        if one.value is not None
    ]
    parts: list[Part] = [Table(heads, rows, numbers=frozenset({1}), says_basis=True)] if rows else []
    if lacking := len(report.reached) - len(rows):
        parts.append(
            texts(
                "No value was reported for {count} indicator in the task book.",
                "No value was reported for {count} indicators in the task book.",
                count=lacking,
            )
        )
    return parts


def _attached(report: Report, tasks: Mapping[str, str]) -> list[Section]:
    """Return the list of attached files, each with the task that it is evidence of; nothing without any."""
    whole = text("the report as a whole")
    rows = [(one.name, tasks.get(one.document, whole)) for one in report.attachments]
    return (
        [Section(text("Attached files"), [Table((heading("file"), heading("task")), rows)])] if rows else []
    )


def _amount(value: float | None) -> str:
    return DASH if value is None else text("{value:,.2f}", value=value)
